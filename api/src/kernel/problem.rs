//! Why a handler ends early, and how that reaches the client.

use super::reply::Stored;
use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use kept_shared::{
    flaws::Flaws,
    problem::{Code, Problem},
};
use sea_orm::{DbErr, SqlErr};

/// A handler's early end: a problem, or the stored answer of a repeated request.
#[derive(Debug)]
pub enum Stop {
    Problem(Box<Problem>),
    Replay(Stored),
}

impl Stop {
    /// An internal error: the cause goes to the log, once, and never to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(error.cause = %cause, "internal error");
        Problem::of(Code::Internal).into()
    }
    pub fn not_found() -> Self {
        Problem::of(Code::NotFound).into()
    }
    pub fn is(&self, code: Code) -> bool {
        matches!(self, Self::Problem(p) if p.is(code))
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Problem(p) => p.fmt(f),
            Self::Replay(_) => f.write_str("replay of a stored answer"),
        }
    }
}
impl std::error::Error for Stop {}

impl From<Problem> for Stop {
    fn from(p: Problem) -> Self {
        Self::Problem(Box::new(p))
    }
}
impl From<Code> for Stop {
    fn from(code: Code) -> Self {
        Problem::of(code).into()
    }
}
impl From<DbErr> for Stop {
    fn from(e: DbErr) -> Self {
        match e.sql_err() {
            // Features check first and name the field; this is what a lost race comes to.
            Some(SqlErr::UniqueConstraintViolation(_)) => Code::AlreadyExists.into(),
            Some(_) | None => match &e {
                DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => {
                    tracing::error!(error.cause = %e, "database unavailable");
                    Code::Unavailable.into()
                }
                _ if e.to_string().contains("database or disk is full") => Code::StorageFull.into(),
                _ => Self::internal(e),
            },
        }
    }
}
impl From<anyhow::Error> for Stop {
    fn from(e: anyhow::Error) -> Self {
        match e.downcast::<Self>() {
            Ok(stop) => stop,
            Err(e) => Self::internal(format!("{e:#}")),
        }
    }
}
impl From<serde_json::Error> for Stop {
    fn from(e: serde_json::Error) -> Self {
        Self::internal(e)
    }
}

/// Turns gathered flaws into a 422 naming every field.
pub trait FlawsExt {
    fn check(self) -> Result<(), Stop>;
}
impl FlawsExt for Flaws {
    fn check(self) -> Result<(), Stop> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Problem::of(Code::NotAcceptable).with_errors(self.0).into())
        }
    }
}

/// Answers a problem as `application/problem+json`.
pub fn respond(problem: &Problem) -> HttpResponse {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = HttpResponse::build(status);
    if matches!(problem.status, 401) {
        reply.insert_header(("www-authenticate", "Bearer"));
    }
    if matches!(problem.status, 429 | 503) {
        reply.insert_header(("retry-after", "5"));
    }
    if problem.is(Code::RequestInProgress) {
        reply.insert_header(("retry-after", "1"));
    }
    reply
        .content_type("application/problem+json")
        .body(serde_json::to_string(problem).unwrap_or_default())
}

impl ResponseError for Stop {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Problem(p) => StatusCode::from_u16(p.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Replay(stored) => stored.status(),
        }
    }
    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Problem(p) => {
                let mut p = (**p).clone();
                p.instance = p.instance.or_else(super::telemetry::current_request_id);
                respond(&p)
            }
            Self::Replay(stored) => stored.respond(),
        }
    }
}

/// Documents the problems an operation may answer with; 0 stands for "none".
#[derive(Debug)]
pub struct Problems<const A: u16, const B: u16 = 0, const C: u16 = 0, const D: u16 = 0, const E: u16 = 0>;

impl<const A: u16, const B: u16, const C: u16, const D: u16, const E: u16> utoipa::IntoResponses
    for Problems<A, B, C, D, E>
{
    fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::response::Response>> {
        [A, B, C, D, E]
            .into_iter()
            .filter(|status| *status != 0)
            .map(|status| (status.to_string(), super::openapi::problem_response(status).into()))
            .collect()
    }
}
