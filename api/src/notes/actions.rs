//! What every piece of news on a customer does: counts, last activity, who has seen it.

use super::entity::ActiveModel;
use crate::kernel::{
    Limit, Read, Stop, Tx,
    binds::{Binds, LIST},
};
use chrono::{DateTime, Utc};
use kept_shared::{
    ids::*,
    notes::{NoteSource, Visibility},
};
use sea_orm::{ActiveValue::Set, FromQueryResult};

/// A note without units or marks; the caller gives it an account.
pub(super) fn plain(tx: &Tx, body: &str, visibility: Visibility) -> Result<ActiveModel, Stop> {
    Ok(ActiveModel {
        id: Set(NoteId(uuid::Uuid::now_v7())),
        body: Set(body.trim().to_owned()),
        visibility: Set(visibility),
        batch_id: Set(None),
        author_id: Set(tx.caller().user()?),
        author_name: Set(tx.caller().name.clone()),
        by_attorney: Set(tx.caller().is_attorney()),
        created_at: Set(tx.now()),
        is_all_units: Set(false),
        is_urgent: Set(false),
        is_collection: Set(false),
        source: Set(NoteSource::of(tx.caller().user_type)),
        mailed: Set(None),
        deleted_at: Set(None),
        deleted_by: Set(None),
        deleted_by_name: Set(None),
        deleted_reason: Set(None),
        deleted_body: Set(None),
        ..Default::default()
    })
}

/// Writes the same note on many accounts, as part of a batch of statuses. Returns the ids in the order of the accounts.
pub async fn add_many(
    tx: &Tx,
    accounts: &[AccountId],
    body: &str,
    visibility: Visibility,
    batch: Option<BatchId>,
) -> Result<Vec<NoteId>, Stop> {
    let plain = plain(tx, body, visibility)?;
    let ids: Vec<NoteId> = accounts.iter().map(|_| NoteId(uuid::Uuid::now_v7())).collect();
    let rows = ids.iter().zip(accounts).map(|(id, account)| ActiveModel {
        id: Set(*id),
        account_id: Set(*account),
        batch_id: Set(batch),
        ..plain.clone()
    });
    tx.insert_bulk(rows.collect(), "on accounts loaded through the scope")
        .await?;
    Ok(ids)
}

/// What happened on the accounts.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    /// Notes added to each.
    pub notes: i64,
    /// Attorneys may see it.
    pub shared: bool,
}

/// Counts notes, dates the last activity, keeps the writer's own "seen" mark where it was up to date, and remembers an
/// attorney's answer on the matter.
pub async fn touch(tx: &Tx, accounts: &[AccountId], what: Touch) -> Result<(), Stop> {
    let loaded = Limit::Unscoped("accounts loaded through the scope");
    let now = tx.now();
    for part in accounts.chunks(LIST) {
        // Whoever had seen everything has also seen what they wrote themselves; unseen news of others stays unseen.
        if let Some(user) = tx.caller().user_id {
            let mut binds = Binds::new();
            let (u, n) = (binds.one(user), binds.one(now));
            let (u, n) = match tx.backend() {
                sea_orm::DbBackend::Postgres => (format!("{u}::uuid"), format!("{n}::timestamptz")),
                _ => (u, n),
            };
            let column = if tx.caller().is_attorney() {
                "last_shared_at"
            } else {
                "last_note_at"
            };
            let sql = format!(
                "INSERT INTO account_seen (user_id, account_id, seen_at) SELECT {u}, a.id, {n} FROM account a \
                 LEFT JOIN account_seen s ON s.account_id = a.id AND s.user_id = {u} \
                 WHERE a.id IN ({}) AND (a.{column} IS NULL OR s.seen_at >= a.{column}) \
                 ON CONFLICT (user_id, account_id) DO UPDATE SET seen_at = excluded.seen_at",
                binds.list(part.iter().copied())
            );
            tx.execute(loaded, &sql, binds.values()).await?;
        }
        let mut binds = Binds::new();
        let n = binds.one(now);
        let mut set = format!(
            "note_count = note_count + {}, last_note_at = {n}",
            binds.one(what.notes)
        );
        if what.shared {
            set.push_str(&format!(
                ", shared_note_count = shared_note_count + {}, last_shared_at = {n}",
                binds.one(what.notes)
            ));
        }
        let sql = format!(
            "UPDATE account SET {set} WHERE id IN ({})",
            binds.list(part.iter().copied())
        );
        tx.execute(loaded, &sql, binds.values()).await?;
        if tx.caller().is_attorney() {
            let mut binds = Binds::new();
            let sql = format!(
                "UPDATE handover SET last_answer_at = {} WHERE attorney_id = {} AND closed_at IS NULL AND account_id IN ({})",
                binds.one(now),
                binds.one(tx.caller().user_id),
                binds.list(part.iter().copied())
            );
            tx.execute(loaded, &sql, binds.values()).await?;
        }
    }
    Ok(())
}

/// The caller has looked at an account's history.
pub async fn mark_seen(tx: &Tx, account: AccountId) -> Result<(), Stop> {
    tx.execute(
        Limit::Unscoped("the caller's own mark on an account loaded through the scope"),
        "INSERT INTO account_seen (user_id, account_id, seen_at) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id, account_id) DO UPDATE SET seen_at = excluded.seen_at",
        vec![tx.caller().user()?.into(), account.into(), tx.now().into()],
    )
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct SeenAt {
    seen_at: DateTime<Utc>,
}

/// When the caller last looked at an account's history.
pub async fn seen_at(read: &Read, account: AccountId) -> Result<Option<DateTime<Utc>>, Stop> {
    let row: Option<SeenAt> = read
        .report_one(
            Limit::Unscoped("the caller's own mark on an account loaded through the scope"),
            "SELECT seen_at FROM account_seen WHERE user_id = $1 AND account_id = $2",
            vec![read.caller().user_id.into(), account.into()],
        )
        .await?;
    Ok(row.map(|r| r.seen_at))
}
