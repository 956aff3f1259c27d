//! The unfinished note of a user on an account: saved while typing, gone once the note is added.

use crate::kernel::{Limit, Read, Stop, Tx};
use chrono::{DateTime, Utc};
use kept_shared::ids::AccountId;
use kept_shared::notes::{NewNoteDraft, NoteDraft};
use sea_orm::FromQueryResult;

const OWN: Limit = Limit::Unscoped("the caller's own draft on an account loaded through the scope");

#[derive(FromQueryResult)]
struct Row {
    body: String,
    marks: String,
    saved_at: DateTime<Utc>,
}

/// The caller's draft, or an empty one.
pub(super) async fn draft(read: &Read, account: AccountId) -> Result<NoteDraft, Stop> {
    let row: Option<Row> = read
        .report_one(
            OWN,
            "SELECT body, marks, saved_at FROM note_draft WHERE user_id = $1 AND account_id = $2",
            vec![read.caller().user()?.into(), account.into()],
        )
        .await?;
    let Some(row) = row else {
        return Ok(NoteDraft::default());
    };
    Ok(NoteDraft {
        body: row.body,
        marks: serde_json::from_str(&row.marks)?,
        saved_at: Some(row.saved_at),
    })
}

/// Keeps what was typed; nothing but blanks is no draft.
pub(super) async fn keep(tx: &Tx, account: AccountId, new: NewNoteDraft) -> Result<NoteDraft, Stop> {
    let NewNoteDraft { body, marks } = new;
    if body.trim().is_empty() {
        remove(tx, account).await?;
        return Ok(NoteDraft::default());
    }
    let now = tx.now();
    tx.execute(
        OWN,
        "INSERT INTO note_draft (user_id, account_id, body, marks, saved_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (user_id, account_id) DO UPDATE SET body = excluded.body, marks = excluded.marks, saved_at = excluded.saved_at",
        vec![
            tx.caller().user()?.into(),
            account.into(),
            body.clone().into(),
            serde_json::to_string(&marks)?.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(NoteDraft {
        body,
        marks,
        saved_at: Some(now),
    })
}

/// Removes the caller's draft, if there is one.
pub(super) async fn remove(tx: &Tx, account: AccountId) -> Result<(), Stop> {
    tx.execute(
        OWN,
        "DELETE FROM note_draft WHERE user_id = $1 AND account_id = $2",
        vec![tx.caller().user()?.into(), account.into()],
    )
    .await?;
    Ok(())
}
