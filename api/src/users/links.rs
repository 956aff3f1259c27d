//! One-time links: an invitation, or a way back in for somebody who forgot the password. The secret is in the mail
//! only; the database holds its hash.

use super::{
    entity::{organisation, user},
    secrets,
};
use crate::{
    kernel::{Limit, Read, Seen, Stop, Tx},
    mail,
};
use chrono::{DateTime, TimeDelta, Utc};
use kept_shared::{ids::UserId, problem::Code};
use sea_orm::FromQueryResult;

const OWN: Limit = Limit::Unscoped("a link is found by its own secret or by its user");

/// A link that still works.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Link {
    pub id: uuid::Uuid,
    pub user_id: UserId,
    pub expires_at: DateTime<Utc>,
}

/// Makes a link that works for `days` and ends the user's earlier ones. Returns the address to open.
pub async fn make(tx: &Tx, user: UserId, days: i64) -> Result<String, Stop> {
    let (secret, now) = (secrets::new_secret(), tx.now());
    end_all(tx, user).await?;
    tx.execute(
        OWN,
        "INSERT INTO invitation (id, user_id, token_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        vec![
            uuid::Uuid::now_v7().into(),
            user.into(),
            secrets::stored_form(&secret).into(),
            now.into(),
            (now + TimeDelta::days(days)).into(),
        ],
    )
    .await?;
    let root = &tx.kernel().config.server.public_url;
    Ok(format!("{}/invitation/{secret}", root.trim_end_matches('/')))
}

/// Ends a user's links that were not used.
pub async fn end_all(tx: &Tx, user: UserId) -> Result<(), Stop> {
    let now = tx.now();
    tx.execute(
        OWN,
        "UPDATE invitation SET expires_at = $1 WHERE user_id = $2 AND used_at IS NULL AND expires_at > $3",
        vec![now.into(), user.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// The link with this secret. Errors: 410 when unknown, used or run out.
pub async fn open(read: &Read, secret: &str) -> Result<Link, Stop> {
    let link: Option<Link> = read
        .report_one(
            OWN,
            "SELECT id, user_id, expires_at FROM invitation WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
            vec![secrets::stored_form(secret).into(), read.now().into()],
        )
        .await?;
    link.ok_or_else(|| Code::LinkExpired.into())
}

/// Uses the link up. Errors: 410 when somebody was faster.
pub async fn use_up(tx: &Tx, link: &Link) -> Result<(), Stop> {
    let n = tx
        .execute(
            OWN,
            "UPDATE invitation SET used_at = $1 WHERE id = $2 AND used_at IS NULL",
            vec![tx.now().into(), link.id.into()],
        )
        .await?;
    if n == 1 { Ok(()) } else { Err(Code::LinkExpired.into()) }
}

/// Mails an invitation, or a link for a new password to somebody who has one.
pub async fn send(tx: &Tx, user: &Seen<user::Model>, ours: &organisation::Model) -> Result<(), Stop> {
    let days = tx.kernel().config.auth.invitation_days;
    let address = make(tx, user.id, days).await?;
    let (subject, text) = if user.password_hash.is_some() {
        (
            format!("Choose a new password for {}", ours.name),
            format!(
                "Good day {}\n\nSomebody, hopefully you, asked for a new password for your sign-in at {}.\n\n\
                 Choose one here (the link works once and for {days} days):\n{address}\n\n\
                 If it was not you, nothing has changed and you need not do anything.\n",
                user.first_name, ours.name
            ),
        )
    } else {
        (
            format!("{} invites you to Kept", ours.name),
            format!(
                "Good day {}\n\n{} has set up a sign-in for you: {}\n\n\
                 Choose your password here (the link works once and for {days} days):\n{address}\n",
                user.first_name, ours.name, user.email
            ),
        )
    };
    let letter = mail::Letter {
        to_address: user.email.clone(),
        to_name: user.full_name(),
        subject,
        text,
        account: None,
    };
    mail::queue(tx, letter).await?;
    Ok(())
}
