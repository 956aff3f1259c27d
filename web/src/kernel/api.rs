//! The one way to the server. Features add typed methods in their own `api.rs` (`impl Api`).

use super::session::{Refreshed, Tokens};
use kept_shared::problem::{Code, Problem};
use leptos::prelude::*;
use reqwest::{Method, RequestBuilder, Response};
use serde::{Serialize, de::DeserializeOwned};

/// A client that knows where the API is and who is signed in.
#[derive(Clone, Copy)]
pub struct Api {
    tokens: Tokens,
}

/// An answer with the version its `ETag` names, for the next If-Match.
#[derive(Clone, Debug, PartialEq)]
pub struct Versioned<T> {
    pub value: T,
    pub version: i64,
}

/// The API of this session; callable anywhere, also in event handlers and after an await.
pub fn use_api() -> Api {
    super::session::use_session().api()
}

/// A key for one attempt of one action; keep it for retries of that attempt.
pub fn new_key() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// What a lost connection comes to.
pub fn offline() -> Problem {
    let mut problem = Problem::of(Code::Unavailable);
    problem.kind = format!("{}offline", kept_shared::problem::TYPE_PREFIX);
    problem.status = 0;
    problem
}

impl Api {
    pub(super) fn new(tokens: Tokens) -> Self {
        Self { tokens }
    }
    pub(super) fn tokens(self) -> Tokens {
        self.tokens
    }

    /// Absolute address of an API path (`/units`); reqwest needs one in the browser.
    pub fn url(path: &str) -> String {
        let origin = window().location().origin().unwrap_or_default();
        format!("{origin}/api/v1{path}")
    }

    /// Sends a request, refreshing the session once when the access token has run out.
    pub async fn send(
        self,
        method: Method,
        path: &str,
        shape: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, Problem> {
        self.tokens.refresh_if_due().await;
        let first = self.once(&method, path, &shape).await?;
        if first.status() != 401 || path.starts_with("/auth/sign-in") || path.starts_with("/auth/refresh") {
            return check(first).await;
        }
        match self.tokens.refresh().await {
            Refreshed::Yes => check(self.once(&method, path, &shape).await?).await,
            Refreshed::Ended => {
                self.tokens.ended();
                check(first).await
            }
            // A lost connection must not sign anybody out.
            Refreshed::Unknown => Err(offline()),
        }
    }

    async fn once(
        self,
        method: &Method,
        path: &str,
        shape: &impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, Problem> {
        let mut request = reqwest::Client::new().request(method.clone(), Self::url(path));
        if let Some(token) = self.tokens.access() {
            request = request.bearer_auth(token);
        }
        shape(request).send().await.map_err(|_| offline())
    }

    /// GET of a JSON answer.
    pub async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, Problem> {
        json(self.send(Method::GET, path, |r| r).await?).await
    }
    /// GET with a filter struct as query string; `None` and empty lists are left out.
    pub async fn list<T: DeserializeOwned>(self, path: &str, filter: &impl Serialize) -> Result<T, Problem> {
        self.get(&format!("{path}{}", super::url::query(filter))).await
    }
    /// POST of a JSON body. `key` makes a repeat harmless.
    pub async fn post<T: DeserializeOwned>(self, path: &str, body: &impl Serialize, key: &str) -> Result<T, Problem> {
        json(
            self.send(Method::POST, path, |r| r.header("idempotency-key", key).json(body))
                .await?,
        )
        .await
    }
    /// POST that is answered with 204.
    pub async fn post_empty(self, path: &str, body: &impl Serialize) -> Result<(), Problem> {
        self.send(Method::POST, path, |r| r.json(body)).await.map(drop)
    }
    /// PATCH with If-Match.
    pub async fn patch<T: DeserializeOwned>(
        self,
        path: &str,
        version: i64,
        body: &impl Serialize,
    ) -> Result<Versioned<T>, Problem> {
        versioned(
            self.send(Method::PATCH, path, |r| {
                r.header("if-match", format!("\"{version}\"")).json(body)
            })
            .await?,
        )
        .await
    }
    /// PUT with If-Match.
    pub async fn put<T: DeserializeOwned>(
        self,
        path: &str,
        version: i64,
        body: &impl Serialize,
    ) -> Result<Versioned<T>, Problem> {
        versioned(
            self.send(Method::PUT, path, |r| {
                r.header("if-match", format!("\"{version}\"")).json(body)
            })
            .await?,
        )
        .await
    }
    /// PUT of something that is the caller's own and has no version.
    pub async fn put_unversioned<T: DeserializeOwned>(
        self,
        path: &str,
        body: &impl Serialize,
        key: &str,
    ) -> Result<T, Problem> {
        json(
            self.send(Method::PUT, path, |r| r.header("idempotency-key", key).json(body))
                .await?,
        )
        .await
    }
    /// A state-changing POST on one versioned thing.
    pub async fn act<T: DeserializeOwned>(
        self,
        path: &str,
        version: i64,
        body: &impl Serialize,
    ) -> Result<Versioned<T>, Problem> {
        self.act_with_key(path, version, body, &new_key()).await
    }
    /// The same under a key that is kept for retries of this attempt.
    pub async fn act_with_key<T: DeserializeOwned>(
        self,
        path: &str,
        version: i64,
        body: &impl Serialize,
        key: &str,
    ) -> Result<Versioned<T>, Problem> {
        versioned(
            self.send(Method::POST, path, |r| {
                r.header("if-match", format!("\"{version}\""))
                    .header("idempotency-key", key)
                    .json(body)
            })
            .await?,
        )
        .await
    }
    /// DELETE, with If-Match when a version is given.
    pub async fn delete(self, path: &str, version: Option<i64>) -> Result<(), Problem> {
        self.send(Method::DELETE, path, |r| match version {
            Some(v) => r.header("if-match", format!("\"{v}\"")),
            None => r,
        })
        .await
        .map(drop)
    }
}

/// Reads a problem out of an answer that is none of the good ones.
pub(super) async fn check(response: Response) -> Result<Response, Problem> {
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status().as_u16();
    match response.json::<Problem>().await {
        Ok(problem) => Err(problem),
        Err(_) => Err(Problem {
            status,
            ..Problem::of(Code::Internal)
        }),
    }
}

pub async fn json<T: DeserializeOwned>(response: Response) -> Result<T, Problem> {
    let bytes = response.bytes().await.map_err(|_| offline())?;
    let text: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
    serde_json::from_slice(text).map_err(|e| {
        leptos::logging::error!("an answer does not fit its type: {e}");
        Problem::of(Code::Internal)
    })
}

async fn versioned<T: DeserializeOwned>(response: Response) -> Result<Versioned<T>, Problem> {
    let version = response
        .headers()
        .get("etag")
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.trim_matches('"').parse().ok())
        .unwrap_or_default();
    Ok(Versioned {
        value: json(response).await?,
        version,
    })
}
