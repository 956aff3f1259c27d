//! Who owns a unit from which day on. One unit at a time, from its own page; or many at once, for imports.

use super::{Column, Entity, Model, owner, relabel};
use crate::kernel::tx::refuse;
use crate::kernel::{FlawsExt, Limit, Seen, Stop, Tx};
use crate::reach::reach_sql;
use chrono::{Days, NaiveDate};
use kept_shared::ids::{AccountId, CommunityId, UnitId};
use kept_shared::units::owner_date_flaws;
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult, QueryOrder};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Units looked at with one statement.
const CHUNK: usize = 500;
const HISTORY: Limit = Limit::Unscoped("the history of units the caller has loaded");

/// A unit that is given to an account from a day on.
#[derive(Clone, Copy, Debug)]
pub struct Assignment {
    pub unit: UnitId,
    pub account: AccountId,
    pub from_on: NaiveDate,
}

/// Which part of a [`Assignment`] is at fault.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Unit,
    Account,
    FromOn,
}

#[derive(FromQueryResult)]
struct Candidate {
    community_id: CommunityId,
    time_zone: String,
}

/// Gives a unit its owner from a day on. The owner before ends the day before; the same first day corrects a mistake
/// and replaces the owner. Records nothing: the caller says `OwnerChanged`.
pub async fn assign_owner(tx: &Tx, unit: &Seen<Model>, account: AccountId, from_on: NaiveDate) -> Result<(), Stop> {
    let candidate: Option<Candidate> = tx
        .report_one(
            Limit::Reach(reach_sql),
            "SELECT a.community_id AS community_id, c.time_zone AS time_zone FROM account a \
             JOIN community c ON c.id = a.community_id WHERE a.id = $1 AND {reach a.id, a.community_id}",
            vec![account.into()],
        )
        .await?;
    let Some(candidate) = candidate else {
        return Err(refuse("/account_id", "unknown"));
    };
    if candidate.community_id != unit.community_id {
        return Err(refuse("/account_id", "other_community"));
    }
    let new = Assignment {
        unit: unit.id,
        account,
        from_on,
    };
    let pointer = |_: usize, part: Part| match part {
        Part::Unit | Part::Account => "/account_id".to_owned(),
        Part::FromOn => "/from_on".to_owned(),
    };
    hand_on(tx, &[new], tx.today(&candidate.time_zone), pointer).await
}

/// Gives units of one community to accounts the caller has just opened in it, by the rules of [`assign_owner`], with a
/// handful of statements for every 500. `pointer` names the place of the n-th in what was asked. Records nothing.
pub async fn assign_owners(
    tx: &Tx,
    community: (CommunityId, &str),
    new: &[Assignment],
    pointer: impl Fn(usize, Part) -> String,
) -> Result<(), Stop> {
    let (community, time_zone) = community;
    let mut there: HashMap<UnitId, CommunityId> = HashMap::new();
    for part in new.chunks(CHUNK) {
        let units = tx.among::<Entity>(Column::Id.is_in(part.iter().map(|n| n.unit)));
        there.extend(units.all().await?.iter().map(|unit| (unit.id, unit.community_id)));
    }
    for (at, new) in new.iter().enumerate() {
        match there.get(&new.unit) {
            Some(id) if *id == community => {}
            Some(_) => return Err(refuse(&pointer(at, Part::Unit), "other_community")),
            None => return Err(refuse(&pointer(at, Part::Unit), "unknown")),
        }
    }
    hand_on(tx, new, tx.today(time_zone), pointer).await
}

/// The last owner of a unit, in the book or about to be written.
struct Last {
    id: Uuid,
    account: AccountId,
    from_on: NaiveDate,
    to_on: Option<NaiveDate>,
    is_written: bool,
}

/// What the histories of some units come to.
#[derive(Default)]
struct Changes {
    deleted: Vec<Uuid>,
    /// Owners that end, by their last day.
    ended: BTreeMap<NaiveDate, Vec<Uuid>>,
    touched: BTreeSet<AccountId>,
}

async fn hand_on(
    tx: &Tx,
    new: &[Assignment],
    today: NaiveDate,
    pointer: impl Fn(usize, Part) -> String,
) -> Result<(), Stop> {
    let mut last = lasts(tx, new).await?;
    // Owners whose turn is over already: another of the same call follows them.
    let mut passed: Vec<(UnitId, Last)> = vec![];
    let mut changes = Changes::default();
    for (at, new) in new.iter().enumerate() {
        owner_date_flaws(new.from_on, today, &pointer(at, Part::FromOn)).check()?;
        changes.touched.insert(new.account);
        if let Some(mut before) = last.remove(&new.unit) {
            if before.to_on.is_none() && before.account == new.account {
                return Err(refuse(&pointer(at, Part::Account), "already_owner"));
            }
            if new.from_on < before.from_on || before.to_on.is_some_and(|to| new.from_on <= to) {
                return Err(refuse(&pointer(at, Part::FromOn), "before_present_owner"));
            }
            changes.touched.insert(before.account);
            let replaced = new.from_on == before.from_on;
            if before.is_written && replaced {
                changes.deleted.push(before.id);
            } else if !replaced && before.to_on.is_none() {
                let last_day = new.from_on.checked_sub_days(Days::new(1)).unwrap_or(new.from_on);
                before.to_on = Some(last_day);
                if before.is_written {
                    changes.ended.entry(last_day).or_default().push(before.id);
                }
            }
            if !before.is_written && !replaced {
                passed.push((new.unit, before));
            }
        }
        let next = Last {
            id: Uuid::now_v7(),
            account: new.account,
            from_on: new.from_on,
            to_on: None,
            is_written: false,
        };
        last.insert(new.unit, next);
    }
    let inserted = passed
        .into_iter()
        .chain(last)
        .filter(|(_, owner)| !owner.is_written)
        .map(|(unit, owner)| owner::ActiveModel {
            id: Set(owner.id),
            unit_id: Set(unit),
            account_id: Set(owner.account),
            from_on: Set(owner.from_on),
            to_on: Set(owner.to_on),
            created_at: Set(tx.now()),
        })
        .collect();
    write(tx, &changes).await?;
    tx.insert_bulk(inserted, "of units and accounts the caller has loaded")
        .await?;
    let touched: Vec<AccountId> = changes.touched.into_iter().collect();
    relabel(tx, &touched).await
}

/// The last owner of each unit.
async fn lasts(tx: &Tx, new: &[Assignment]) -> Result<HashMap<UnitId, Last>, Stop> {
    let units: BTreeSet<UnitId> = new.iter().map(|n| n.unit).collect();
    let units: Vec<UnitId> = units.into_iter().collect();
    let mut last = HashMap::new();
    for part in units.chunks(CHUNK) {
        let history = tx
            .among::<owner::Entity>(owner::Column::UnitId.is_in(part.iter().copied()))
            .shape(|s| s.order_by_asc(owner::Column::FromOn))
            .all()
            .await?;
        last.extend(history.iter().map(|owner| {
            let known = Last {
                id: owner.id,
                account: owner.account_id,
                from_on: owner.from_on,
                to_on: owner.to_on,
                is_written: true,
            };
            (owner.unit_id, known)
        }));
    }
    Ok(last)
}

async fn write(tx: &Tx, changes: &Changes) -> Result<(), Stop> {
    let marks = |from: usize, ids: &[Uuid]| {
        let marks: Vec<String> = (from..from + ids.len()).map(|n| format!("${n}")).collect();
        marks.join(", ")
    };
    for part in changes.deleted.chunks(CHUNK) {
        let sql = format!("DELETE FROM unit_owner WHERE id IN ({})", marks(1, part));
        let ids = part.iter().map(|id| (*id).into()).collect();
        tx.execute(HISTORY, &sql, ids).await?;
    }
    for (last_day, ids) in &changes.ended {
        for part in ids.chunks(CHUNK) {
            let sql = format!("UPDATE unit_owner SET to_on = $1 WHERE id IN ({})", marks(2, part));
            let mut values = vec![(*last_day).into()];
            values.extend(part.iter().map(|id| sea_orm::Value::from(*id)));
            tx.execute(HISTORY, &sql, values).await?;
        }
    }
    Ok(())
}

#[derive(sea_orm::FromQueryResult)]
struct OwnedRow {
    unit_id: UnitId,
}

/// The units an account owns today, by code. The account was loaded within reach.
pub async fn owned_by(read: &crate::kernel::Read, account: AccountId) -> Result<Vec<UnitId>, Stop> {
    let rows: Vec<OwnedRow> = read
        .report(
            crate::kernel::Limit::Unscoped("units of an account that was loaded within reach"),
            "SELECT o.unit_id FROM unit_owner o JOIN unit u ON u.id = o.unit_id WHERE o.account_id = $1 AND o.to_on IS NULL \
             ORDER BY u.sort_key, u.id",
            vec![account.into()],
        )
        .await?;
    Ok(rows.into_iter().map(|r| r.unit_id).collect())
}
