//! Putting a status into a slot, for any number of accounts at once.

use super::entity::change;
use crate::kernel::{
    Limit, Stop, Tx,
    binds::{Binds, LIST},
};
use chrono::NaiveDate;
use kept_shared::{ids::*, statuses::Slot};
use sea_orm::ActiveValue::Set;
use std::collections::BTreeMap;

/// What goes into the slot.
#[derive(Clone, Copy, Debug)]
pub struct Put {
    pub slot: Slot,
    /// `None` empties it.
    pub status: Option<StatusId>,
    /// Last day it stands.
    pub until: Option<NaiveDate>,
    pub batch: Option<BatchId>,
}

/// One account of it. Its slot was read in this transaction.
#[derive(Clone, Copy, Debug)]
pub struct PutRow {
    pub account: AccountId,
    pub from: Option<StatusId>,
    pub note: Option<NoteId>,
    pub handover: Option<HandoverId>,
    /// The date in the account's community.
    pub today: NaiveDate,
}

const fn column(slot: Slot) -> &'static str {
    match slot {
        Slot::Debt => "debt_status_id",
        Slot::Notice => "notice_status_id",
        Slot::Interest => "interest_status_id",
    }
}

/// Writes the slots, the history and the dates on which statuses end by themselves. The rows must have been loaded
/// through the scope.
pub async fn put(tx: &Tx, what: Put, rows: &[PutRow]) -> Result<(), Stop> {
    let caller = tx.caller();
    let (user, name, by_attorney, now) = (caller.user_id, caller.name.clone(), caller.is_attorney(), tx.now());
    let history = rows.iter().map(|row| change::ActiveModel {
        id: Set(StatusChangeId(uuid::Uuid::now_v7())),
        account_id: Set(row.account),
        slot: Set(what.slot),
        status_id: Set(what.status),
        from_status_id: Set(row.from),
        until_on: Set(what.until),
        note_id: Set(row.note),
        handover_id: Set(row.handover),
        batch_id: Set(what.batch),
        changed_by: Set(user),
        changed_by_name: Set(name.clone()),
        by_attorney: Set(by_attorney),
        changed_at: Set(now),
    });
    tx.insert_bulk(history.collect(), "of accounts loaded through the scope")
        .await?;
    let mut by_day: BTreeMap<NaiveDate, Vec<AccountId>> = BTreeMap::new();
    for row in rows {
        by_day.entry(row.today).or_default().push(row.account);
    }
    for (today, accounts) in by_day {
        for part in accounts.chunks(LIST) {
            set_slot(tx, what, today, part).await?;
        }
    }
    Ok(())
}

async fn set_slot(tx: &Tx, what: Put, today: NaiveDate, accounts: &[AccountId]) -> Result<(), Stop> {
    let loaded = Limit::Unscoped("accounts loaded through the scope");
    let mut binds = Binds::new();
    let mut set = format!("{} = {}", column(what.slot), binds.one(what.status));
    if what.slot == Slot::Debt {
        let on = what.status.map(|_| today);
        set.push_str(&format!(", debt_status_on = {}", binds.one(on)));
    }
    let sql = format!(
        "UPDATE account SET {set} WHERE id IN ({})",
        binds.list(accounts.iter().copied())
    );
    tx.execute(loaded, &sql, binds.values()).await?;

    let mut binds = Binds::new();
    let sql = format!(
        "DELETE FROM status_end WHERE slot = {} AND account_id IN ({})",
        binds.one(what.slot),
        binds.list(accounts.iter().copied())
    );
    tx.execute(loaded, &sql, binds.values()).await?;
    if let Some(until) = what.until {
        let mut binds = Binds::new();
        let sql = format!(
            "INSERT INTO status_end (account_id, slot, ends_on) SELECT id, {}, {} FROM account WHERE id IN ({})",
            typed(tx, &binds.one(what.slot), "text"),
            typed(tx, &binds.one(until), "date"),
            binds.list(accounts.iter().copied())
        );
        tx.execute(loaded, &sql, binds.values()).await?;
    }
    Ok(())
}

/// PostgreSQL cannot guess the type of a parameter that is only selected.
fn typed(tx: &Tx, placeholder: &str, kind: &str) -> String {
    if tx.backend() == sea_orm::DbBackend::Postgres {
        format!("{placeholder}::{kind}")
    } else {
        placeholder.to_owned()
    }
}
