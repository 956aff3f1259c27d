//! Proving who one is, and what follows: a session with its cookie and its first access token.

use super::{
    attempts::{self, Attempt, Wait},
    tokens, totp,
};
use crate::{
    kernel::{Kernel, Limit, NoContent, Seen, Stop, Subject, Tx},
    users::{self, links, passwords, principals, secrets, sessions, sessions::Device, user},
};
use chrono::TimeDelta;
use kept_shared::{
    event::Event,
    ids::{OrganisationId, SessionId, UserId},
    problem::{Code, Problem},
    sign_in::{MAX_PASSWORD, Session, SignIn, normal_email},
    users::UserState,
};
use sea_orm::Set;
use std::sync::Arc;

/// Four bytes a character at most; longer is nobody's password and is not hashed.
const LONGEST: usize = MAX_PASSWORD * 4;

/// A session that has begun or goes on, and the refresh token for its cookie (absent: the cookie stays as it is).
pub struct Begun {
    pub id: SessionId,
    pub session: Session,
    pub refresh: Option<String>,
}

/// How a sign-in may end.
pub enum Outcome {
    Begun(Box<Begun>),
    Wait(Wait),
}

/// Signs in with e-mail and password, and a code where the user has a second factor.
pub async fn sign_in(kernel: &Arc<Kernel>, given: &SignIn, device: &Device) -> Result<Outcome, Stop> {
    let email = normal_email(&given.email);
    if given.password.len() > LONGEST || email.len() > attempts::LONGEST_EMAIL {
        return Err(Code::SignInFailed.into());
    }
    let address = device.address.clone().unwrap_or_default();
    let attempt = match attempts::begin(kernel, &email, &address).await? {
        Ok(attempt) => attempt,
        Err(wait) => return Ok(Outcome::Wait(wait)),
    };
    let read = kernel.read_everything("sign-in").await?;
    let row = users::by_email(&read, &email).await?;
    drop(read);
    let right = passwords::verify(&given.password, row.as_ref().and_then(|u| u.password_hash.as_deref())).await?;
    let Some(row) = row else {
        refuse_nobody(kernel, &attempt).await?;
        return Err(Code::SignInFailed.into());
    };
    if !right || row.state != UserState::Active {
        let why = if right { row.state.as_str() } else { "wrong_password" };
        refuse(kernel, &row, why).await?;
        return Err(Code::SignInFailed.into());
    }
    let step = match (&row.totp_secret, given.code.as_deref()) {
        (None, _) => None,
        (Some(_), None) => {
            attempt.undecided(kernel).await?;
            return Err(Code::TotpRequired.into());
        }
        (Some(secret), Some(code)) => match totp::step(secret, code, row.totp_last_step, kernel.clock.now())? {
            Some(step) => Some(step),
            None => {
                refuse(kernel, &row, "wrong_code").await?;
                return Err(Problem::of(Code::TotpRequired).at("/code", "wrong").into());
            }
        },
    };
    begin(kernel, &row, &attempt, step, device).await
}

async fn begin(
    kernel: &Arc<Kernel>,
    row: &Seen<user::Model>,
    attempt: &Attempt,
    step: Option<i64>,
    device: &Device,
) -> Result<Outcome, Stop> {
    let tx = principals::write_as(kernel, row, "sign-in").await?;
    let id = row.id;
    if let Some(step) = step {
        // Two requests with the same code: one of them finds the step used.
        let n = tx
            .execute(
                SELF,
                "UPDATE app_user SET totp_last_step = $1 WHERE id = $2 AND (totp_last_step IS NULL OR totp_last_step < $3)",
                vec![step.into(), id.into(), step.into()],
            )
            .await?;
        if n == 0 {
            return Err(Problem::of(Code::TotpRequired).at("/code", "wrong").into());
        }
    }
    tx.execute(
        SELF,
        "UPDATE app_user SET failed_sign_ins = 0, locked_until = NULL, last_sign_in_at = $1 WHERE id = $2",
        vec![tx.now().into(), id.into()],
    )
    .await?;
    let (session, refresh) = sessions::start(&tx, id, device, kernel.config.auth.refresh_days).await?;
    tx.finish(id, Event::SignedIn { user: id }, NoContent).await?;
    attempt.succeeded(kernel).await?;
    let answer = answer(kernel, id, row.organisation_id, session).await?;
    Ok(Outcome::Begun(Box::new(Begun {
        id: session,
        session: answer,
        refresh: Some(refresh),
    })))
}

const SELF: Limit = Limit::Unscoped("the user who proved who he is");

/// Counts a failure of this user, and locks when it is due.
async fn count_failure(tx: &Tx, user: UserId) -> Result<(), Stop> {
    let auth = &tx.kernel().config.auth;
    let until = tx.now() + TimeDelta::minutes(auth.lock_minutes);
    tx.execute(
        SELF,
        "UPDATE app_user SET failed_sign_ins = failed_sign_ins + 1, \
         locked_until = CASE WHEN failed_sign_ins + 1 >= $1 THEN $2 ELSE locked_until END WHERE id = $3",
        vec![auth.lock_after.into(), until.into(), user.into()],
    )
    .await?;
    Ok(())
}

fn refused(user: UserId, why: &str) -> Event {
    Event::SignInRefused {
        user,
        reason: why.into(),
    }
}

/// Writes a refusal into the history of somebody known, and the lock when it is due.
async fn refuse(kernel: &Arc<Kernel>, row: &Seen<user::Model>, why: &str) -> Result<(), Stop> {
    let tx = principals::write_as(kernel, row, "sign-in").await?;
    count_failure(&tx, row.id).await?;
    tx.finish(row.id, refused(row.id, why), NoContent).await?;
    Ok(())
}

/// Refuses somebody unknown with the statements, the lock and the commit of [`refuse`], so that the time does not tell
/// who is known. No user is found to count at, and the event is undone: there is no history it would belong to.
async fn refuse_nobody(kernel: &Arc<Kernel>, attempt: &Attempt) -> Result<(), Stop> {
    let (nobody, nowhere) = (UserId(uuid::Uuid::nil()), OrganisationId(uuid::Uuid::nil()));
    let tx = kernel.write_everything("sign-in").await?;
    count_failure(&tx, nobody).await?;
    let undone = tx.nested().await?;
    let subject = Subject::from(nobody).in_organisation(nowhere);
    undone.also(subject, refused(nobody, "unknown")).await?;
    undone.undo().await?;
    attempt.failed(&tx).await?;
    tx.finish_unrecorded("nobody's sign-in was refused", NoContent).await?;
    Ok(())
}

/// The answer to a sign-in or refresh: a new access token and who one is.
pub async fn answer(
    kernel: &Arc<Kernel>,
    user: UserId,
    organisation: OrganisationId,
    session: SessionId,
) -> Result<Session, Stop> {
    let (access_token, expires_at) = tokens::issue(kernel, user, organisation, session).await?;
    let caller = principals::principal(kernel, session).await?;
    let read = principals::read_own(kernel, &caller).await?;
    Ok(Session {
        access_token,
        expires_at,
        me: users::me(&read, user).await?,
    })
}

/// The cookie's value: which session, and its secret.
pub fn cookie_value(session: SessionId, secret: &str) -> String {
    format!("{}.{secret}", session.0.simple())
}

fn read_cookie(value: &str) -> Option<(SessionId, &str)> {
    let (session, secret) = value.split_once('.')?;
    (value.len() <= 100).then_some((SessionId(session.parse().ok()?), secret))
}

/// Goes on with a session: the token in the cookie is used up and the next one takes its place. One that was used up
/// before ends the session, since somebody has a copy. Errors: 401.
pub async fn refresh(kernel: &Arc<Kernel>, cookie: &str) -> Result<Begun, Stop> {
    let refused = || Stop::from(Code::Unauthenticated);
    let (id, secret) = read_cookie(cookie).ok_or_else(refused)?;
    let read = kernel.read_everything("refresh").await?;
    let session = sessions::get(&read, id).await?.ok_or_else(refused)?;
    let row = read.get::<user::Entity>(session.user_id).await?;
    drop(read);
    let now = kernel.clock.now();
    if session.revoked_at.is_some() || session.expires_at <= now || row.state != UserState::Active {
        return Err(refused());
    }
    let (hash, next) = (
        secrets::stored_form(secret),
        secrets::next_secret(&session.rotation_key, secret),
    );
    let next_hash = secrets::stored_form(&next);
    // The next token follows from this one: of two tabs that refresh at once both get the same, whoever was faster.
    let beaten = || {
        session.previous_token_hash.as_ref() == Some(&hash)
            && session.token_hash == next_hash
            && session.rotated_at.is_some_and(|at| now < at + sessions::GRACE)
    };
    if hash == session.token_hash {
        sessions::rotate(kernel, &session, &next_hash).await?;
    } else if !beaten() {
        let tx = principals::write_as(kernel, &row, "sign-in").await?;
        sessions::end(&tx, row.id, id, "token_reused").await?;
        let event = Event::SessionsRevoked {
            user: row.id,
            reason: "token_reused".into(),
        };
        tx.finish(row.id, event, NoContent).await?;
        return Err(refused());
    }
    let session = answer(kernel, row.id, row.organisation_id, id).await?;
    Ok(Begun {
        id,
        session,
        refresh: Some(next),
    })
}

/// Ends the session of a cookie, if it is one.
pub async fn sign_out_by_cookie(kernel: &Arc<Kernel>, cookie: &str) -> Result<(), Stop> {
    let Some((id, secret)) = read_cookie(cookie) else {
        return Ok(());
    };
    let read = kernel.read_everything("sign-out").await?;
    let Some(session) = sessions::get(&read, id).await? else {
        return Ok(());
    };
    let hash = secrets::stored_form(secret);
    if session.revoked_at.is_some() || (hash != session.token_hash && session.previous_token_hash != Some(hash)) {
        return Ok(());
    }
    let row = read.get::<user::Entity>(session.user_id).await?;
    drop(read);
    let tx = principals::write_as(kernel, &row, "sign-in").await?;
    end_session(tx, row.id, id).await
}

/// Ends one session because its user said so.
pub async fn end_session(tx: Tx, user: UserId, session: SessionId) -> Result<(), Stop> {
    if sessions::end(&tx, user, session, "signed_out").await? {
        tx.finish(user, Event::SignedOut { user }, NoContent).await?;
    }
    Ok(())
}

/// Chooses a password by a one-time link. Errors: 410 link, 422 password.
pub async fn accept(kernel: &Arc<Kernel>, secret: &str, password: &str) -> Result<(), Stop> {
    let read = kernel.read_everything("invitation").await?;
    let link = links::open(&read, secret).await?;
    let row = read.get::<user::Entity>(link.user_id).await?;
    drop(read);
    if row.state == UserState::Suspended {
        return Err(Code::LinkExpired.into());
    }
    crate::kernel::FlawsExt::check(kept_shared::sign_in::password_flaws("/password", password, &row.email))?;
    let hash = passwords::hash(password).await?;
    let tx = principals::write_as(kernel, &row, "invitation").await?;
    links::use_up(&tx, &link).await?;
    let row = tx.get::<user::Entity>(link.user_id).await?;
    let (id, first) = (row.id, row.password_hash.is_none());
    tx.amend(row, |u: &mut user::ActiveModel| {
        u.password_hash = Set(Some(hash));
        u.state = Set(UserState::Active);
        u.must_change_password = Set(false);
        u.failed_sign_ins = Set(0);
        u.locked_until = Set(None);
    })
    .await?;
    sessions::end_all(&tx, id, None, "password_changed").await?;
    let event = if first {
        Event::InvitationAccepted { user: id }
    } else {
        Event::PasswordChanged { user: id }
    };
    tx.finish(id, event, NoContent).await?;
    Ok(())
}

/// Mails a link for a new password, when the address is a user's who may have one.
pub async fn send_password_link(kernel: &Arc<Kernel>, email: &str) -> Result<(), Stop> {
    let read = kernel.read_everything("forgotten password").await?;
    let Some(row) = users::by_email(&read, &normal_email(email)).await? else {
        return Ok(());
    };
    drop(read);
    if row.state == UserState::Suspended {
        return Ok(());
    }
    let tx = principals::write_as(kernel, &row, "forgotten password").await?;
    let ours = tx.get::<users::organisation::Entity>(row.organisation_id).await?;
    links::send(&tx, &row, &ours).await?;
    tx.finish(row.id, Event::PasswordLinkSent { user: row.id }, NoContent)
        .await?;
    Ok(())
}
