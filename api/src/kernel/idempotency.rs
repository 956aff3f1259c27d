//! Stored answers. The row is inserted first, so that a twin request waits for it, and holds the answer in the very
//! transaction that has the effect: it exists exactly when the effect does.

use super::{Stop, extract::Request, reply::Stored};
use chrono::{DateTime, Utc};
use kept_shared::problem::Code;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Statement};

#[derive(FromQueryResult)]
struct Row {
    fingerprint: String,
    status: i64,
    headers: String,
    body: String,
}

/// Takes the key for this transaction. Returns the stored answer when the same request was answered before.
pub(crate) async fn take(
    conn: &DatabaseTransaction,
    caller: &str,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Option<Stored>, Stop> {
    let Some(key) = request.key() else { return Ok(None) };
    let backend = conn.get_database_backend();
    let inserted = conn
        .execute_raw(Statement::from_sql_and_values(
            backend,
            "INSERT INTO idempotency (caller, key, fingerprint, status, headers, body, at) \
             VALUES ($1, $2, $3, 0, '[]', '', $4) ON CONFLICT DO NOTHING",
            [caller.into(), key.into(), request.fingerprint().into(), now.into()],
        ))
        .await?;
    if inserted.rows_affected() == 1 {
        return Ok(None);
    }
    let row = Row::find_by_statement(Statement::from_sql_and_values(
        backend,
        "SELECT fingerprint, status, headers, body FROM idempotency WHERE caller = $1 AND key = $2",
        [caller.into(), key.into()],
    ))
    .one(conn)
    .await?;
    match row {
        Some(row) if row.fingerprint != request.fingerprint() => Err(Code::IdempotencyKeyReused.into()),
        Some(row) if row.status != 0 => Ok(Some(Stored {
            status: u16::try_from(row.status).unwrap_or(200),
            headers: serde_json::from_str(&row.headers)?,
            body: row.body,
        })),
        // Status 0 cannot be committed; without the row the twin rolled back between our two statements.
        Some(_) | None => Err(Code::RequestInProgress.into()),
    }
}

/// Stores the answer beside the effect.
pub(crate) async fn store(conn: &DatabaseTransaction, caller: &str, key: &str, answer: &Stored) -> Result<(), Stop> {
    conn.execute_raw(Statement::from_sql_and_values(
        conn.get_database_backend(),
        "UPDATE idempotency SET status = $1, headers = $2, body = $3 WHERE caller = $4 AND key = $5",
        [
            i64::from(answer.status).into(),
            serde_json::to_string(&answer.headers)?.into(),
            answer.body.clone().into(),
            caller.into(),
            key.into(),
        ],
    ))
    .await?;
    Ok(())
}
