//! Undoing a line or a whole statement: whatever was posted is reversed, nothing is forgotten, and the file may come
//! again.

use super::decide::matching;
use super::entity::{line, posting, statement};
use super::jobs::settle;
use super::posting::{SOURCE, hold, hold_customers, move_lines};
use super::take::of;
use crate::kernel::binds::{Binds, LIST};
use crate::kernel::{FlawsExt, Limit, Seen, Stop, Tx};
use crate::ledger::{self, entry};
use crate::payments::{NewPayment, record};
use kept_shared::allocation::AllocationChoice;
use kept_shared::bank_statements::{LineState, StatementState, UndoLine, UndoStatement};
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::money::Money;
use kept_shared::problem::Code;
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Reverses what a statement posted. A payment that was reversed by hand meanwhile stays as it is; a payment the
/// statement had taken back is recorded again, since a reversal cannot be reversed.
pub(super) async fn undo(
    tx: &Tx,
    id: BankStatementId,
    order: &UndoStatement,
    today: chrono::NaiveDate,
) -> Result<(Seen<statement::Model>, Event), Stop> {
    order.flaws().check()?;
    let states = [StatementState::Open, StatementState::Done, StatementState::Matching];
    let statement = hold(tx, id, &states).await?;
    // Everything another decision may hold is held first, statements before customers, as everywhere.
    let why = Limit::Unscoped("the bank account of a statement loaded within reach");
    let account = "UPDATE bank_account SET number = number WHERE id = $1";
    tx.execute(why, account, vec![statement.bank_account_id.into()]).await?;
    let same = duplicates(tx, id).await?;
    let mut others = vec![];
    for other in same.iter().map(|l| l.statement_id).collect::<BTreeSet<_>>() {
        others.push(hold(tx, other, &states).await?);
    }
    let posted = tx
        .find::<posting::Entity>()
        .filter(posting::Column::StatementId.eq(id))
        .filter(posting::Column::UndoneAt.is_null())
        .all()
        .await?;
    let reason = order.reason.trim();
    let entries = take_back(tx, &statement, &posted, today, reason).await?;
    mark_undone(tx, &statement, order).await?;
    free(tx, id).await?;
    for other in others {
        matching(tx, other).await?;
    }
    let statement = tx.get::<statement::Entity>(id).await?;
    let event = Event::BankStatementUndone {
        statement: id,
        entries: u32::try_from(entries).unwrap_or(u32::MAX),
        reason: reason.to_owned(),
    };
    Ok((statement, event))
}

/// Reverses what one line posted; the line waits for a decision again, with the proposal it had.
/// Errors: 409 unless the line is confirmed.
pub(super) async fn undo_line(
    tx: &Tx,
    id: BankLineId,
    order: &UndoLine,
    today: chrono::NaiveDate,
) -> Result<(Seen<statement::Model>, Event), Stop> {
    order.flaws().check()?;
    let found = tx.get::<line::Entity>(id).await?;
    let statement = hold(tx, found.statement_id, &[StatementState::Open, StatementState::Done]).await?;
    if found.state != LineState::Confirmed {
        return Err(Code::StateForbids.into());
    }
    let posted = tx
        .find::<posting::Entity>()
        .filter(posting::Column::LineId.eq(id))
        .filter(posting::Column::UndoneAt.is_null())
        .all()
        .await?;
    let reason = order.reason.trim();
    take_back(tx, &statement, &posted, today, reason).await?;
    let why = Limit::Unscoped("postings of a line loaded within reach");
    tx.execute(
        why,
        "UPDATE bank_posting SET undone_at = $1 WHERE line_id = $2 AND undone_at IS NULL",
        vec![tx.now().into(), id.into()],
    )
    .await?;
    let state = if found.account_id.is_some() {
        LineState::Suggested
    } else {
        LineState::Unmatched
    };
    let set = [
        ("state", state.into()),
        ("decided_by_name", None::<String>.into()),
        ("decided_at", None::<chrono::DateTime<chrono::Utc>>.into()),
    ];
    move_lines(tx, &statement, &[id], &[LineState::Confirmed], &set).await?;
    let statement = settle(tx, statement).await?;
    let event = Event::BankLineUndone {
        statement: statement.id,
        line: id,
        reason: reason.to_owned(),
    };
    Ok((statement, event))
}

/// Reverses payments that are not reversed yet, and records the ones again that were taken back. Gives the number of
/// entries.
async fn take_back(
    tx: &Tx,
    statement: &Seen<statement::Model>,
    posted: &[Seen<posting::Model>],
    today: chrono::NaiveDate,
    reason: &str,
) -> Result<usize, Stop> {
    hold_customers(tx, posted.iter().map(|p| p.account_id)).await?;
    let payments: Vec<EntryId> = posted.iter().filter_map(|p| p.entry_id).collect();
    let reversed = reversed(tx, &payments).await?;
    let live: Vec<EntryId> = payments.into_iter().filter(|e| !reversed.contains(e)).collect();
    ledger::reverse(tx, &live, today, reason).await?;
    Ok(live.len() + again(tx, statement, posted, today, reason).await?)
}

#[derive(FromQueryResult)]
struct Reversed {
    reverses_id: EntryId,
}

pub(super) async fn reversed(tx: &Tx, entries: &[EntryId]) -> Result<HashSet<EntryId>, Stop> {
    let mut found = HashSet::new();
    for part in entries.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "SELECT reverses_id FROM entry WHERE reverses_id IN ({})",
            binds.list(part.iter().copied())
        );
        let why = Limit::Unscoped("entries a statement within reach posted");
        let rows: Vec<Reversed> = tx.report(why, &sql, binds.values()).await?;
        found.extend(rows.into_iter().map(|r| r.reverses_id));
    }
    Ok(found)
}

/// Records the payments again that the statement had taken back.
async fn again(
    tx: &Tx,
    statement: &Seen<statement::Model>,
    posted: &[Seen<posting::Model>],
    today: chrono::NaiveDate,
    reason: &str,
) -> Result<usize, Stop> {
    let returned: HashMap<EntryId, &Seen<posting::Model>> =
        posted.iter().filter_map(|p| Some((p.returned_entry_id?, p))).collect();
    let ids: Vec<EntryId> = returned.keys().copied().collect();
    let mut payments = vec![];
    for part in ids.chunks(LIST) {
        let found = tx
            .among::<entry::Entity>(entry::Column::Id.is_in(part.iter().copied()))
            .all()
            .await?;
        for paid in found {
            let Some(posting) = returned.get(&paid.id) else {
                continue;
            };
            payments.push(NewPayment {
                account_id: paid.account_id,
                unit_id: paid.unit_id,
                amount: Money::new(-paid.amount_minor, statement.currency),
                received_on: today.max(paid.effective_on),
                method: paid.payment_method.clone(),
                reference: paid.reference.clone(),
                description: reason.to_owned(),
                allocation: AllocationChoice::Default,
                source: Some(SOURCE.into()),
                source_key: Some(format!("{}/undone", posting.id)),
            });
        }
    }
    let count = payments.len();
    record(tx, payments, None).await?;
    Ok(count)
}

async fn mark_undone(tx: &Tx, statement: &Seen<statement::Model>, order: &UndoStatement) -> Result<(), Stop> {
    let why = Limit::Unscoped("a statement loaded within reach, held by this transaction");
    tx.execute(
        why,
        "UPDATE bank_posting SET undone_at = $1 WHERE statement_id = $2 AND undone_at IS NULL",
        vec![tx.now().into(), statement.id.into()],
    )
    .await?;
    tx.execute(
        why,
        "UPDATE bank_line SET state = $1, version = version + 1 WHERE statement_id = $2",
        vec![LineState::Undone.into(), statement.id.into()],
    )
    .await?;
    tx.execute(
        why,
        "UPDATE bank_statement SET state = $1, undone_reason = $2, undone_by_name = $3, undone_at = $4, version = version + 1 \
         WHERE id = $5",
        vec![
            StatementState::Undone.into(),
            order.reason.trim().to_owned().into(),
            tx.caller().name.clone().into(),
            tx.now().into(),
            statement.id.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Lines of other statements that were left out as the same as lines of this one.
async fn duplicates(tx: &Tx, id: BankStatementId) -> Result<Vec<Seen<line::Model>>, Stop> {
    let mine: Vec<BankLineId> = tx
        .find::<line::Entity>()
        .filter(of(id))
        .all()
        .await?
        .iter()
        .map(|l| l.id)
        .collect();
    let mut found = vec![];
    for part in mine.chunks(LIST) {
        let same = tx
            .find::<line::Entity>()
            .filter(line::Column::DuplicateOf.is_in(part.iter().copied()))
            .filter(line::Column::State.eq(LineState::Ignored))
            .all()
            .await?;
        found.extend(same.into_iter().filter(|l| l.statement_id != id));
    }
    Ok(found)
}

/// They are lines of their own now. Read anew: a decision on their statement may have come first.
async fn free(tx: &Tx, id: BankStatementId) -> Result<(), Stop> {
    for line in duplicates(tx, id).await? {
        tx.amend(line, |row: &mut line::ActiveModel| {
            row.state = Set(LineState::Unmatched);
            row.ignore_reason = Set(None);
            row.duplicate_of = Set(None);
        })
        .await?;
    }
    Ok(())
}
