//! What stands against an entry, and setting a credit against other debits: earlier rows stay, new ones are written
//! (spec E09).

use crate::journal::briefs;
use crate::kernel::{FlawsExt, IfMatch, Limit, Read, Resource, Stop, Tx, tx::refuse};
use crate::ledger::{AccountFacts, History, account_facts, entry, histories, post_because};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::explain::explain;
use kept_shared::ids::*;
use kept_shared::ledger::NewAllocation;
use kept_shared::money::Money;
use kept_shared::payments::{
    AcceptLine, AcceptSuggestions, AcceptVerdict, AllocationRow, Candidate, DebitPart, EntryAllocations, Reallocate,
    StandingPart, SuggestionsAccepted,
};
use sea_orm::{ColumnTrait, FromQueryResult};
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(FromQueryResult)]
struct Row {
    id: AllocationId,
    credit_entry_id: EntryId,
    debit_entry_id: EntryId,
    amount_minor: i64,
    effective_on: NaiveDate,
    created_at: DateTime<Utc>,
    reason: Option<String>,
    first_name: Option<String>,
    surname: Option<String>,
}

const LOADED: Limit = Limit::Unscoped("allocations of an entry that was loaded within reach");

/// What is left of each debit by allocations alone.
fn left(history: &History) -> HashMap<EntryId, i64> {
    let mut left: HashMap<EntryId, i64> = history
        .lines
        .iter()
        .filter(|l| l.item.minor > 0)
        .map(|l| (l.item.id, l.item.minor))
        .collect();
    for s in &history.settlements {
        if let Some(minor) = left.get_mut(&s.debit) {
            *minor -= s.minor;
        }
    }
    left
}

/// How many rows say what stands against an entry.
fn version(history: &History, id: EntryId) -> i64 {
    let rows = history.settlements.iter().filter(|s| s.credit == id || s.debit == id);
    i64::try_from(rows.count()).unwrap_or(i64::MAX)
}

impl Resource for EntryAllocations {
    fn path(&self) -> String {
        format!("/api/v1/entries/{}/allocations", self.entry.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Everything about one entry the caller reaches. Errors: 404.
pub(super) async fn allocations(read: &Read, id: EntryId) -> Result<EntryAllocations, Stop> {
    let row = read.get::<entry::Entity>(id).await?;
    let account = account_facts(read, row.account_id).await?;
    let history = histories(read, &[account.id])
        .await?
        .remove(&account.id)
        .unwrap_or_default();
    let as_at = read.today(&account.time_zone).max(row.effective_on);
    let all = explain(&history.items(), &history.settlements, &account.rules, as_at);
    let mine = all.iter().find(|e| e.id == id);
    let sql = "SELECT l.id, l.credit_entry_id, l.debit_entry_id, l.amount_minor, l.effective_on, l.created_at, l.reason, \
        u.first_name, u.surname FROM allocation l LEFT JOIN app_user u ON u.id = l.made_by \
        WHERE l.credit_entry_id = $1 OR l.debit_entry_id = $1 ORDER BY l.created_at, l.id LIMIT 1000";
    let rows: Vec<Row> = read.report(LOADED, sql, vec![id.into()]).await?;
    let left = left(&history);
    let undone = history.undone();
    let can_take = |debit: EntryId| -> i64 {
        let own: i64 = history
            .settlements
            .iter()
            .filter(|s| s.credit == id && s.debit == debit)
            .map(|s| s.minor)
            .sum();
        left.get(&debit).copied().unwrap_or(0) + own
    };
    let mut candidates: Vec<(NaiveDate, EntryId, i64)> = vec![];
    if row.amount_minor < 0 && row.reverses_id.is_none() && !undone.contains(&id) {
        for line in history
            .lines
            .iter()
            .filter(|l| l.item.minor > 0 && !undone.contains(&l.item.id))
        {
            let open = can_take(line.item.id);
            if open > 0 && line.reverses_id.is_none() {
                let age_from = account.rules.age_from(line.item.effective_on, line.item.due_on);
                candidates.push((age_from, line.item.id, open));
            }
        }
        candidates.sort_unstable();
    }
    let mut named: BTreeSet<EntryId> = rows
        .iter()
        .flat_map(|r| [r.credit_entry_id, r.debit_entry_id])
        .collect();
    named.insert(id);
    named.extend(mine.into_iter().flat_map(|e| e.parts.iter().map(|p| p.other)));
    named.extend(candidates.iter().map(|c| c.1));
    let briefs = briefs(read, named).await?;
    let brief = |id: EntryId| {
        briefs
            .get(&id)
            .cloned()
            .ok_or_else(|| Stop::internal("an entry without its row"))
    };
    let money = |minor| Money::new(minor, account.currency);
    let mut parts = vec![];
    for p in mine.into_iter().flat_map(|e| &e.parts) {
        parts.push(StandingPart {
            entry: brief(p.other)?,
            amount: money(p.minor),
            by: p.by,
        });
    }
    let mut rows_out = Vec::with_capacity(rows.len());
    for r in rows {
        let by = match (r.first_name, r.surname) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (first, last) => first.or(last),
        };
        rows_out.push(AllocationRow {
            id: r.id,
            credit: brief(r.credit_entry_id)?,
            debit: brief(r.debit_entry_id)?,
            amount: money(r.amount_minor),
            on: r.effective_on,
            made_at: r.created_at,
            by,
            reason: r.reason,
        });
    }
    let mut offered = Vec::with_capacity(candidates.len());
    for (_, debit, open) in candidates {
        offered.push(Candidate {
            debit: brief(debit)?,
            open: money(open),
        });
    }
    Ok(EntryAllocations {
        entry: brief(id)?,
        version: version(&history, id),
        parts,
        open: money(mine.map_or(0, |e| e.open)),
        candidates: offered,
        history: rows_out,
    })
}

/// Sets a credit against the debits given and nothing else. Rows are written only for what changes; a part that was
/// there before stays untouched. A change counts from today: what was reported of the past stays as it was. Errors: 404;
/// 412 when somebody else moved it since; 422 for an entry that is no live credit, or more than a debit has left.
pub(super) async fn reallocate(
    tx: &Tx,
    id: EntryId,
    expected: Option<IfMatch>,
    asked: &Reallocate,
) -> Result<AccountFacts, Stop> {
    let row = tx.get::<entry::Entity>(id).await?;
    let account = account_facts(tx, row.account_id).await?;
    crate::ledger::hold_accounts(tx, &[account.id]).await?;
    let whole = Money::new(-row.amount_minor, account.currency);
    asked.flaws(whole).check()?;
    let history = histories(tx, &[account.id])
        .await?
        .remove(&account.id)
        .unwrap_or_default();
    if let Some(expected) = expected {
        expected.check(version(&history, id))?;
    }
    let undone = history.undone();
    if row.amount_minor >= 0 || row.reverses_id.is_some() || undone.contains(&id) {
        return Err(refuse("/parts", "not_a_credit"));
    }
    let today = tx.today(&account.time_zone);
    let mut now: BTreeMap<EntryId, (i64, NaiveDate)> = BTreeMap::new();
    for s in history.settlements.iter().filter(|s| s.credit == id) {
        let pair = now.entry(s.debit).or_insert((0, s.effective_on));
        pair.0 += s.minor;
        pair.1 = pair.1.max(s.effective_on);
    }
    let left = left(&history);
    let mut changes = vec![];
    let change = |debit, effective_on, minor| NewAllocation {
        account_id: account.id,
        credit_entry_id: id,
        debit_entry_id: debit,
        effective_on,
        minor,
    };
    for (n, part) in asked.parts.iter().enumerate() {
        let at = |field: &str| format!("/parts/{n}/{field}");
        let line = history
            .lines
            .iter()
            .find(|l| l.item.id == part.entry_id && l.item.minor > 0 && !undone.contains(&l.item.id))
            .ok_or_else(|| refuse(&at("entry_id"), "unknown"))?;
        let had = now.remove(&part.entry_id);
        let (minor, last) = had.unwrap_or((0, line.item.effective_on));
        if part.amount.minor > left.get(&part.entry_id).copied().unwrap_or(0) + minor {
            return Err(refuse(&at("amount"), "more_than_open"));
        }
        let on = today.max(row.effective_on).max(line.item.effective_on);
        match part.amount.minor - minor {
            0 => {}
            more if more > 0 => changes.push(change(part.entry_id, on, more)),
            less => changes.push(change(part.entry_id, last.max(on), less)),
        }
    }
    for (debit, (minor, last)) in now {
        if minor != 0 {
            changes.push(change(debit, last.max(today), -minor));
        }
    }
    if changes.is_empty() {
        return Err(refuse("/parts", "no_change"));
    }
    post_because(tx, vec![], changes, None, Some(asked.reason.trim())).await?;
    Ok(account)
}

/// Sets each credit against its debits, beside what it stands against already. Each stands for itself: what is wrong with
/// one undoes nothing of another. Accounts are held in one order, so that two at work at once do not wait for each other.
pub(super) async fn accept(tx: &Tx, asked: &AcceptSuggestions) -> Result<SuggestionsAccepted, Stop> {
    asked.flaws().check()?;
    let ids = asked.lines.iter().map(|l| l.entry_id);
    let seen = tx.among::<entry::Entity>(entry::Column::Id.is_in(ids)).all().await?;
    let accounts: BTreeSet<AccountId> = seen.iter().map(|e| e.account_id).collect();
    let accounts: Vec<AccountId> = accounts.into_iter().collect();
    crate::ledger::hold_accounts(tx, &accounts).await?;
    let mut done = SuggestionsAccepted {
        accepted: 0,
        verdicts: Vec::with_capacity(asked.lines.len()),
    };
    for line in &asked.lines {
        let inner = tx.nested().await?;
        let problem = match beside(&inner, line).await {
            Ok(()) => {
                inner.release().await?;
                done.accepted += 1;
                None
            }
            Err(Stop::Problem(problem)) if problem.status < 500 => {
                inner.undo().await?;
                Some(*problem)
            }
            Err(stop) => return Err(stop),
        };
        done.verdicts.push(AcceptVerdict {
            entry_id: line.entry_id,
            problem,
        });
    }
    Ok(done)
}

/// One credit: the parts given, and those it has. Errors: as [`reallocate`].
async fn beside(tx: &Tx, line: &AcceptLine) -> Result<(), Stop> {
    let row = tx.get::<entry::Entity>(line.entry_id).await?;
    let account = account_facts(tx, row.account_id).await?;
    let history = histories(tx, &[account.id])
        .await?
        .remove(&account.id)
        .unwrap_or_default();
    let mut whole: BTreeMap<EntryId, i64> = BTreeMap::new();
    for s in history.settlements.iter().filter(|s| s.credit == line.entry_id) {
        *whole.entry(s.debit).or_default() += s.minor;
    }
    for (n, part) in line.parts.iter().enumerate() {
        if part.amount.currency != account.currency || part.amount.minor <= 0 {
            return Err(refuse(&format!("/parts/{n}/amount"), "not_positive"));
        }
        let sum = whole.entry(part.entry_id).or_default();
        *sum = sum.saturating_add(part.amount.minor);
    }
    let parts = whole
        .into_iter()
        .filter(|(_, minor)| *minor != 0)
        .map(|(entry_id, minor)| DebitPart {
            entry_id,
            amount: Money::new(minor, account.currency),
        })
        .collect();
    let asked = Reallocate {
        parts,
        reason: line.reason.clone(),
    };
    reallocate(tx, line.entry_id, None, &asked).await.map(|_account| ())
}
