//! What is one's own: profile, password, second factor, sessions.

use super::{
    actions::{self, Begun},
    attempts::{self, Wait},
    routes::{device, wait, with_cookie},
    totp,
};
use crate::{
    kernel::{
        Access, Body, Done, FlawsExt, IfMatch, NoContent, Path, Problems, Resource, Revised, Show, Stop, may,
        tx::refuse,
    },
    users::{self, passwords, principals, sessions, tidy, user},
};
use actix_web::{HttpRequest, HttpResponse};
use actix_web::{delete, get, patch, post, put};
use kept_shared::{
    event::Event,
    flaws::Flaws,
    ids::SessionId,
    problem::{Code, Problem},
    sign_in::{OwnSession, PasswordChange, TotpConfirmation, TotpEnrolment, TotpRemoval, password_flaws},
    users::{Me, MePatch, UserSettings},
};
use sea_orm::Set;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Me {
    fn path(&self) -> String {
        "/api/v1/me".into()
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Who one is and what one may do
#[utoipa::path(tag = "profile", operation_id = "get_me", responses((status = 200, body = Me)), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[get("/me")]
async fn get_me(access: Access<may::SignedInAtAll>) -> Result<Show<Me>, Stop> {
    let read = principals::read_own(access.kernel(), &access.caller).await?;
    Ok(Show(users::me(&read, access.caller.user()?).await?))
}

/// Change how one wants the screens
///
/// Theme, height of rows, time zone, and what the bell counts. Takes all of them.
#[utoipa::path(tag = "profile", operation_id = "change_own_settings", params(("If-Match" = String, Header)), request_body = UserSettings,
    responses((status = 200, body = Me), Problems<412, 422, 428>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[put("/me/settings")]
async fn change_own_settings(
    access: Access<may::SignedIn>,
    version: IfMatch,
    new: Body<UserSettings>,
) -> Result<Revised<Me>, Stop> {
    let new = new.value;
    let mut flaws = Flaws::default();
    let unknown = new
        .time_zone
        .as_deref()
        .is_some_and(|z| z.parse::<chrono_tz::Tz>().is_err());
    flaws.when(unknown, "/time_zone", "not_a_time_zone");
    flaws.check()?;
    let id = access.caller.user()?;
    let tx = principals::write_own(access.kernel(), &access.caller).await?;
    let row = tx.get::<user::Entity>(id).await?;
    let settings = serde_json::to_string(&new)?;
    tx.update(row, version, |u: &mut user::ActiveModel| u.settings = Set(settings))
        .await?;
    let me = users::me(&tx, id).await?;
    tx.finish_unrecorded("how the caller wants the screens", Revised::new(me))
        .await
}

/// Change one's own names, telephone and language
#[utoipa::path(tag = "profile", operation_id = "change_me", params(("If-Match" = String, Header)), request_body = MePatch,
    responses((status = 200, body = Me), Problems<412, 422, 428>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[patch("/me")]
async fn change_me(access: Access<may::SignedIn>, version: IfMatch, patch: Body<MePatch>) -> Result<Revised<Me>, Stop> {
    patch.value.flaws().check()?;
    let id = access.caller.user()?;
    let tx = principals::write_own(access.kernel(), &access.caller).await?;
    let row = tx.get::<user::Entity>(id).await?;
    let patch = patch.value;
    let mut fields = vec![];
    for (differs, name) in [
        (row.first_name != patch.first_name.trim(), "first_name"),
        (row.middle_name != tidy(&patch.middle_name), "middle_name"),
        (row.surname != patch.surname.trim(), "surname"),
        (row.phone != tidy(&patch.phone), "phone"),
        (row.locale != tidy(&patch.locale), "locale"),
    ] {
        if differs {
            fields.push(name.to_owned());
        }
    }
    tx.update(row, version, |u: &mut user::ActiveModel| {
        u.first_name = Set(patch.first_name.trim().to_owned());
        u.middle_name = Set(tidy(&patch.middle_name));
        u.surname = Set(patch.surname.trim().to_owned());
        u.phone = Set(tidy(&patch.phone));
        u.locale = Set(tidy(&patch.locale));
    })
    .await?;
    principals::forget_user(&tx, id);
    let me = users::me(&tx, id).await?;
    tx.finish(id, Event::UserChanged { user: id, fields }, Revised::new(me))
        .await
}

/// Checks one's password again. `Err(Wait)` after too many failures, which count with those of signing in.
async fn prove<P>(
    access: &Access<P>,
    req: &HttpRequest,
    password: &str,
    pointer: &str,
) -> Result<Result<(), Wait>, Stop> {
    let (kernel, id) = (access.kernel(), access.caller.user()?);
    let read = principals::read_own(kernel, &access.caller).await?;
    let row = read.get::<user::Entity>(id).await?;
    drop(read);
    let address = attempts::address_of(req, &kernel.config.server.trusted_proxies);
    let attempt = match attempts::begin(kernel, &row.email, &address).await? {
        Ok(attempt) => attempt,
        Err(wait) => return Ok(Err(wait)),
    };
    let short_enough = password.len() <= kept_shared::sign_in::MAX_PASSWORD * 4;
    if !short_enough || !passwords::verify(password, row.password_hash.as_deref()).await? {
        return Err(refuse(pointer, "wrong"));
    }
    attempt.undecided(kernel).await?;
    Ok(Ok(()))
}

/// Change one's own password: all sessions end, this one begins anew
#[utoipa::path(tag = "profile", operation_id = "change_password", request_body = PasswordChange,
    responses((status = 200, body = kept_shared::sign_in::Session), Problems<422, 429>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[post("/auth/password")]
async fn change_password(
    req: HttpRequest,
    access: Access<may::SignedInAtAll>,
    change: Body<PasswordChange>,
) -> Result<HttpResponse, Stop> {
    let (kernel, id) = (access.kernel(), access.caller.user()?);
    if let Err(until) = prove(&access, &req, &change.value.current, "/current").await? {
        return Ok(wait(until.0));
    }
    if change.value.current == change.value.new {
        return Err(refuse("/new", "same_as_before"));
    }
    let read = principals::read_own(kernel, &access.caller).await?;
    let email = read.get::<user::Entity>(id).await?.email.clone();
    drop(read);
    password_flaws("/new", &change.value.new, &email).check()?;
    let hash = passwords::hash(&change.value.new).await?;
    let tx = principals::write_own(kernel, &access.caller).await?;
    let row = tx.get::<user::Entity>(id).await?;
    let organisation = row.organisation_id;
    tx.amend(row, |u: &mut user::ActiveModel| {
        u.password_hash = Set(Some(hash));
        u.must_change_password = Set(false);
    })
    .await?;
    sessions::end_all(&tx, id, None, "password_changed").await?;
    let (session, refresh) = sessions::start(&tx, id, &device(&req, kernel), kernel.config.auth.refresh_days).await?;
    tx.finish(id, Event::PasswordChanged { user: id }, NoContent).await?;
    let answer = actions::answer(kernel, id, organisation, session).await?;
    with_cookie(
        kernel,
        Begun {
            id: session,
            session: answer,
            refresh: Some(refresh),
        },
    )
}

/// Begin to set up an authenticator app: the secret, shown this once
#[utoipa::path(tag = "profile", operation_id = "enrol_totp", responses((status = 200, body = TotpEnrolment), Problems<409>),
    security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[post("/me/totp")]
async fn enrol_totp(access: Access<may::SignedIn>) -> Result<Done<TotpEnrolment>, Stop> {
    let id = access.caller.user()?;
    let tx = principals::write_own(access.kernel(), &access.caller).await?;
    let row = tx.get::<user::Entity>(id).await?;
    if row.totp_secret.is_some() {
        return Err(Problem::of(Code::StateForbids).detail("enabled_already").into());
    }
    let ours = tx.get::<users::organisation::Entity>(row.organisation_id).await?;
    let enrolment = totp::enrol(&row.email, &format!("Kept {}", ours.name))?;
    let secret = enrolment.secret.clone();
    tx.amend(row, |u: &mut user::ActiveModel| u.totp_pending = Set(Some(secret)))
        .await?;
    let event = Event::UserChanged {
        user: id,
        fields: vec!["totp_pending".into()],
    };
    tx.finish(id, event, Done::ok(enrolment)).await
}

/// Confirm the authenticator app with a code: from now on signing in asks for one
#[utoipa::path(tag = "profile", operation_id = "confirm_totp", request_body = TotpConfirmation,
    responses((status = 200, body = Me), Problems<409, 422>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[post("/me/totp/confirm")]
async fn confirm_totp(access: Access<may::SignedIn>, given: Body<TotpConfirmation>) -> Result<Revised<Me>, Stop> {
    let id = access.caller.user()?;
    let tx = principals::write_own(access.kernel(), &access.caller).await?;
    let row = tx.get::<user::Entity>(id).await?;
    let Some(secret) = row.totp_pending.clone().filter(|_| row.totp_secret.is_none()) else {
        return Err(Problem::of(Code::StateForbids).detail("not_begun").into());
    };
    let Some(step) = totp::step(&secret, &given.value.code, None, tx.now())? else {
        return Err(refuse("/code", "wrong"));
    };
    tx.amend(row, |u: &mut user::ActiveModel| {
        u.totp_secret = Set(Some(secret));
        u.totp_pending = Set(None);
        u.totp_last_step = Set(Some(step));
    })
    .await?;
    sessions::end_all(&tx, id, access.caller.session_id, "second_factor_added").await?;
    let me = users::me(&tx, id).await?;
    tx.finish(id, Event::TotpEnabled { user: id }, Revised::new(me)).await
}

/// Turn the second factor off; asks for the password
#[utoipa::path(tag = "profile", operation_id = "remove_totp", request_body = TotpRemoval,
    responses((status = 200, body = Me), Problems<409, 422, 429>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[post("/me/totp/remove")]
async fn remove_totp(
    req: HttpRequest,
    access: Access<may::SignedIn>,
    given: Body<TotpRemoval>,
) -> Result<HttpResponse, Stop> {
    let id = access.caller.user()?;
    if let Err(until) = prove(&access, &req, &given.value.password, "/password").await? {
        return Ok(wait(until.0));
    }
    let tx = principals::write_own(access.kernel(), &access.caller).await?;
    let row = tx.get::<user::Entity>(id).await?;
    if row.totp_secret.is_none() {
        return Err(Problem::of(Code::StateForbids).detail("no_second_factor").into());
    }
    tx.amend(row, |u: &mut user::ActiveModel| {
        u.totp_secret = Set(None);
        u.totp_pending = Set(None);
        u.totp_last_step = Set(None);
    })
    .await?;
    let me = users::me(&tx, id).await?;
    let reply = tx
        .finish(id, Event::TotpDisabled { user: id }, Revised::new(me))
        .await?;
    Ok(crate::kernel::Reply::stored(&reply)?.respond())
}

/// One's own signed-in devices
#[utoipa::path(tag = "profile", operation_id = "list_own_sessions", responses((status = 200, body = Vec<OwnSession>)),
    security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[get("/me/sessions")]
async fn list_own_sessions(access: Access<may::SignedIn>) -> Result<Done<Vec<OwnSession>>, Stop> {
    let read = principals::read_own(access.kernel(), &access.caller).await?;
    let rows = sessions::open(&read, access.caller.user()?).await?;
    let view = |row: sessions::Row| OwnSession {
        is_current: access.caller.session_id == Some(row.id),
        id: row.id,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
        user_agent: row.user_agent,
        address: row.ip,
    };
    Ok(Done::ok(rows.into_iter().map(view).collect()))
}

/// Sign one device out
#[utoipa::path(tag = "profile", operation_id = "end_own_session", params(("id" = SessionId, Path)),
    responses((status = 204), Problems<404>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[delete("/me/sessions/{id}")]
async fn end_own_session(access: Access<may::SignedIn>, id: Path<SessionId>) -> Result<NoContent, Stop> {
    let user = access.caller.user()?;
    let tx = principals::write_own(access.kernel(), &access.caller).await?;
    if !sessions::end(&tx, user, *id, "ended_by_user").await? {
        return Err(Stop::not_found());
    }
    let event = Event::SessionsRevoked {
        user,
        reason: "ended_by_user".into(),
    };
    tx.finish(user, event, NoContent).await
}

/// Sign every other device out
#[utoipa::path(tag = "profile", operation_id = "end_other_sessions", responses((status = 204)), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[delete("/me/sessions")]
async fn end_other_sessions(access: Access<may::SignedIn>) -> Result<NoContent, Stop> {
    let user = access.caller.user()?;
    let tx = principals::write_own(access.kernel(), &access.caller).await?;
    sessions::end_all(&tx, user, access.caller.session_id, "ended_by_user").await?;
    tx.finish(
        user,
        Event::SessionsRevoked {
            user,
            reason: "others_ended_by_user".into(),
        },
        NoContent,
    )
    .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_me)
        .service(change_me)
        .service(change_own_settings)
        .service(change_password)
        .service(enrol_totp)
        .service(confirm_totp)
        .service(remove_totp)
        .service(list_own_sessions)
        .service(end_other_sessions)
        .service(end_own_session);
}
