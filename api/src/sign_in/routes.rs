use super::{
    actions::{self, Begun, Outcome},
    attempts, keys,
};
use crate::{
    kernel::{Access, Body, Done, Kernel, NoContent, Path, Problems, Reply, Stop, may, problem},
    users::{links, principals, sessions::Device, user},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    http::header,
    web,
};
use actix_web::{get, post};
use kept_shared::{
    problem::{Code, Problem},
    sign_in::{ForgottenPassword, Invitation, InvitationAnswer, Session, SignIn},
};
use std::sync::Arc;
use utoipa_actix_web::service_config::ServiceConfig;

const COOKIE: &str = "kept_refresh";
const COOKIE_PATH: &str = "/api/v1/auth";

fn cookie(kernel: &Kernel, value: String, days: i64) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path(COOKIE_PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(kernel.config.auth.secure_cookie)
        .max_age(Duration::days(days))
        .finish()
}

/// The device a request comes from: what people see in the list of their sessions.
pub(super) fn device(req: &HttpRequest, kernel: &Kernel) -> Device {
    let agent = req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok());
    Device {
        user_agent: agent.map(|a| a.chars().filter(|c| !c.is_control()).take(300).collect()),
        address: Some(attempts::address_of(req, &kernel.config.server.trusted_proxies)),
    }
}

/// A session's answer with its cookie.
pub(super) fn with_cookie(kernel: &Kernel, begun: Begun) -> Result<HttpResponse, Stop> {
    let mut response = Done::ok(begun.session).stored()?.respond();
    if let Some(secret) = begun.refresh {
        let value = actions::cookie_value(begun.id, &secret);
        response
            .add_cookie(&cookie(kernel, value, kernel.config.auth.refresh_days))
            .map_err(Stop::internal)?;
    }
    Ok(response)
}

/// 429 with the seconds to wait; said alike for known and unknown addresses.
pub(super) fn wait(seconds: i64) -> HttpResponse {
    let problem = Problem {
        instance: crate::kernel::telemetry::current_request_id(),
        ..Problem::of(Code::TooManyRequests)
    };
    let mut response = problem::respond(&problem);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    response
}

/// Sign in with e-mail and password
#[utoipa::path(tag = "sign-in", operation_id = "sign_in", request_body = SignIn,
    responses((status = 200, body = Session), Problems<401, 429>),
    extensions(("x-access" = json!("public"))))]
#[post("/auth/sign-in")]
async fn sign_in(req: HttpRequest, kernel: web::Data<Kernel>, given: Body<SignIn>) -> Result<HttpResponse, Stop> {
    let kernel: Arc<Kernel> = kernel.into_inner();
    match actions::sign_in(&kernel, &given.value, &device(&req, &kernel)).await? {
        Outcome::Begun(begun) => with_cookie(&kernel, *begun),
        Outcome::Wait(until) => Ok(wait(until.0)),
    }
}

/// Go on with a session: a new access token for the cookie
#[utoipa::path(tag = "sign-in", operation_id = "refresh_session",
    responses((status = 200, body = Session), Problems<401>),
    extensions(("x-access" = json!("public"))))]
#[post("/auth/refresh")]
async fn refresh(req: HttpRequest, kernel: web::Data<Kernel>) -> Result<HttpResponse, Stop> {
    let kernel: Arc<Kernel> = kernel.into_inner();
    let Some(given) = req.cookie(COOKIE) else {
        return Err(Code::Unauthenticated.into());
    };
    match actions::refresh(&kernel, given.value()).await {
        Ok(begun) => with_cookie(&kernel, begun),
        Err(stop) if stop.is(Code::Unauthenticated) => {
            let mut response = actix_web::ResponseError::error_response(&stop);
            response
                .add_cookie(&cookie(&kernel, String::new(), 0))
                .map_err(Stop::internal)?;
            Ok(response)
        }
        Err(stop) => Err(stop),
    }
}

/// End the session of the bearer token and of the cookie
#[utoipa::path(tag = "sign-in", operation_id = "sign_out", responses((status = 204)),
    extensions(("x-access" = json!("public"))))]
#[post("/auth/sign-out")]
async fn sign_out(
    req: HttpRequest,
    kernel: web::Data<Kernel>,
    access: Option<Access<may::SignedInAtAll>>,
) -> Result<HttpResponse, Stop> {
    let kernel: Arc<Kernel> = kernel.into_inner();
    if let Some(access) = access
        && let Some(session) = access.caller.session_id
    {
        let tx = principals::write_own(&kernel, &access.caller).await?;
        actions::end_session(tx, access.caller.user()?, session).await?;
    }
    if let Some(given) = req.cookie(COOKIE) {
        actions::sign_out_by_cookie(&kernel, given.value()).await?;
    }
    let mut response = NoContent.stored()?.respond();
    response
        .add_cookie(&cookie(&kernel, String::new(), 0))
        .map_err(Stop::internal)?;
    Ok(response)
}

/// What a one-time link is for
#[utoipa::path(tag = "sign-in", operation_id = "get_invitation", params(("secret" = String, Path)),
    responses((status = 200, body = Invitation), Problems<410>),
    extensions(("x-access" = json!("public"))))]
#[get("/auth/invitations/{secret}")]
async fn get_invitation(kernel: web::Data<Kernel>, secret: Path<String>) -> Result<Done<Invitation>, Stop> {
    let read = kernel.into_inner().read_everything("invitation").await?;
    let link = links::open(&read, &secret).await?;
    let row = read.get::<user::Entity>(link.user_id).await?;
    let ours = read
        .get::<crate::users::organisation::Entity>(row.organisation_id)
        .await?;
    Ok(Done::ok(Invitation {
        email: row.email.clone(),
        first_name: row.first_name.clone(),
        organisation: ours.name.clone(),
        expires_at: link.expires_at,
        is_reset: row.password_hash.is_some(),
    }))
}

/// Choose a password with a one-time link
#[utoipa::path(tag = "sign-in", operation_id = "accept_invitation", params(("secret" = String, Path)),
    request_body = InvitationAnswer, responses((status = 204), Problems<410, 422>),
    extensions(("x-access" = json!("public"))))]
#[post("/auth/invitations/{secret}")]
async fn accept_invitation(
    kernel: web::Data<Kernel>,
    secret: Path<String>,
    answer: Body<InvitationAnswer>,
) -> Result<NoContent, Stop> {
    actions::accept(&kernel.into_inner(), &secret, &answer.value.password).await?;
    Ok(NoContent)
}

/// Ask for a link to choose a new password; the answer is the same for everybody
#[utoipa::path(tag = "sign-in", operation_id = "request_password_link", request_body = ForgottenPassword,
    responses((status = 204), Problems<429>),
    extensions(("x-access" = json!("public"))))]
#[post("/auth/forgotten-password")]
async fn request_password_link(
    req: HttpRequest,
    kernel: web::Data<Kernel>,
    given: Body<ForgottenPassword>,
) -> Result<HttpResponse, Stop> {
    let kernel: Arc<Kernel> = kernel.into_inner();
    let address = attempts::address_of(&req, &kernel.config.server.trusted_proxies);
    // Counted apart from sign-ins: asking for help must not lock anybody out.
    let counted = format!("link:{}", kept_shared::sign_in::normal_email(&given.value.email));
    if let Err(until) = attempts::begin(&kernel, &counted, &format!("link:{address}")).await? {
        return Ok(wait(until.0));
    }
    let email = given.value.email;
    // After the answer, so that its time does not tell who is known.
    tokio::spawn(async move {
        if let Err(e) = actions::send_password_link(&kernel, &email).await {
            tracing::error!(error.cause = %e, "a password link was not sent");
        }
    });
    Ok(NoContent.stored()?.respond())
}

/// The public keys that verify access tokens
#[utoipa::path(tag = "sign-in", operation_id = "list_signing_keys",
    responses((status = 200, body = serde_json::Value)),
    extensions(("x-access" = json!("public"))))]
#[get("/.well-known/jwks.json")]
async fn list_signing_keys(kernel: web::Data<Kernel>) -> Result<Done<serde_json::Value>, Stop> {
    let kernel: Arc<Kernel> = kernel.into_inner();
    let (ring, now) = (keys::published(&kernel).await?, kernel.clock.now());
    let keys: Vec<serde_json::Value> = ring
        .iter()
        .filter(|k| k.verifies(now, kernel.config.auth.access_minutes))
        .map(|k| serde_json::json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": k.kid, "x": k.x}))
        .collect();
    Ok(Done::ok(serde_json::json!({ "keys": keys })))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(sign_in)
        .service(refresh)
        .service(sign_out)
        .service(get_invitation)
        .service(accept_invitation)
        .service(request_password_link)
        .configure(super::own::routes);
}

pub fn root(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_signing_keys);
}
