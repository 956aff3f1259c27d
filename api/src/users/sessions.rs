//! Sessions: one row for each signed-in device, with the hash of the refresh token in force and of the one before.

use super::{principals, secrets};
use crate::kernel::{Kernel, Limit, Read, Stop, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use kept_shared::{
    event::Event,
    ids::{SessionId, UserId},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

/// How long the token before may still be used: two tabs that refresh at once, an answer lost on the way.
pub const GRACE: TimeDelta = TimeDelta::seconds(30);
/// No session lives longer than this, however much it is used.
pub const LONGEST: TimeDelta = TimeDelta::days(90);

const OWN: Limit = Limit::Unscoped("a session is found by its own secret or by its user");

/// A stored session.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    pub id: SessionId,
    pub user_id: UserId,
    pub token_hash: String,
    pub previous_token_hash: Option<String>,
    pub rotation_key: String,
    pub rotated_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub user_agent: Option<String>,
    pub ip: Option<String>,
}

const COLUMNS: &str = "id, user_id, token_hash, previous_token_hash, rotation_key, rotated_at, created_at, expires_at, last_used_at, revoked_at, user_agent, ip";

/// Where a sign-in comes from.
#[derive(Clone, Debug, Default)]
pub struct Device {
    pub user_agent: Option<String>,
    pub address: Option<String>,
}

/// Starts a session and returns its id and the first refresh token.
pub async fn start(tx: &Tx, user: UserId, device: &Device, days: i64) -> Result<(SessionId, String), Stop> {
    let (id, token, now) = (SessionId(uuid::Uuid::now_v7()), secrets::new_secret(), tx.now());
    tx.execute(
        OWN,
        "INSERT INTO session (id, user_id, token_hash, rotation_key, created_at, expires_at, last_used_at, user_agent, ip) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            id.into(),
            user.into(),
            secrets::stored_form(&token).into(),
            secrets::new_secret().into(),
            now.into(),
            (now + TimeDelta::days(days)).into(),
            now.into(),
            device.user_agent.clone().into(),
            device.address.clone().into(),
        ],
    )
    .await?;
    Ok((id, token))
}

/// One session.
pub async fn get(read: &Read, id: SessionId) -> Result<Option<Row>, Stop> {
    read.report_one(
        OWN,
        &format!("SELECT {COLUMNS} FROM session WHERE id = $1"),
        vec![id.into()],
    )
    .await
}

/// Puts the next refresh token in force if the row still holds the one it was read with; false when somebody was
/// faster. Going on with a session is no news about anybody, so it records no event.
pub async fn rotate(kernel: &Kernel, row: &Row, next_hash: &str) -> Result<bool, Stop> {
    let (conn, now) = (kernel.db.writer(), kernel.clock.now());
    let expires = (now + TimeDelta::days(kernel.config.auth.refresh_days)).min(row.created_at + LONGEST);
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        "UPDATE session SET previous_token_hash = token_hash, token_hash = $1, rotated_at = $2, last_used_at = $3, expires_at = $4 \
         WHERE id = $5 AND token_hash = $6 AND revoked_at IS NULL",
        [
            next_hash.into(),
            now.into(),
            now.into(),
            expires.into(),
            row.id.into(),
            row.token_hash.clone().into(),
        ],
    );
    Ok(conn.execute_raw(statement).await?.rows_affected() == 1)
}

/// Ends a user's sessions, all but one if that is named. Returns how many were open; the event is recorded when any was.
pub async fn end_all(tx: &Tx, user: UserId, but: Option<SessionId>, why: &str) -> Result<u64, Stop> {
    let keep = but.unwrap_or(SessionId(uuid::Uuid::nil()));
    let n = tx
        .execute(
            OWN,
            "UPDATE session SET revoked_at = $1, revoked_why = $2 WHERE user_id = $3 AND id <> $4 AND revoked_at IS NULL",
            vec![tx.now().into(), why.into(), user.into(), keep.into()],
        )
        .await?;
    principals::forget_user(tx, user);
    if n > 0 {
        tx.also(
            user,
            Event::SessionsRevoked {
                user,
                reason: why.into(),
            },
        )
        .await?;
    }
    Ok(n)
}

/// Ends one session. False when it had ended before, or is another user's.
pub async fn end(tx: &Tx, user: UserId, id: SessionId, why: &str) -> Result<bool, Stop> {
    let n = tx
        .execute(
            OWN,
            "UPDATE session SET revoked_at = $1, revoked_why = $2 WHERE id = $3 AND user_id = $4 AND revoked_at IS NULL",
            vec![tx.now().into(), why.into(), id.into(), user.into()],
        )
        .await?;
    principals::forget_session(tx, id);
    Ok(n > 0)
}

/// A user's open sessions, the one used last first.
pub async fn open(read: &Read, user: UserId) -> Result<Vec<Row>, Stop> {
    read.report(
        OWN,
        &format!(
            "SELECT {COLUMNS} FROM session WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY last_used_at DESC, id LIMIT 200"
        ),
        vec![user.into(), read.now().into()],
    )
    .await
}
