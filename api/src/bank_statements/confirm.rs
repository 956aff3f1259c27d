//! Confirming proposals, one by one, ticked or all of a confidence, and choosing customers by hand.

use super::entity::{line, statement};
use super::jobs::settle;
use super::posting::{Part, What, hold, hold_as_seen, move_lines, open_claims, post};
use super::take::of;
use super::undo::reversed;
use crate::accounts;
use crate::kernel::tx::refuse;
use crate::kernel::{FlawsExt, IfMatch, Seen, Stop, Tx};
use crate::ledger::entry;
use kept_shared::bank_statements::{
    AssignLine, ConfirmLines, LinePart, LineState, LinesConfirmed, MAX_TICKED, StatementState,
};
use kept_shared::event::Event;
use kept_shared::flaws::Flaws;
use kept_shared::ids::*;
use kept_shared::ledger::EntryType;
use kept_shared::money::Money;
use sea_orm::{ColumnTrait, QueryOrder};
use std::collections::{HashMap, HashSet};

fn decided(tx: &Tx) -> [(&'static str, sea_orm::Value); 3] {
    [
        ("state", LineState::Confirmed.into()),
        ("decided_by_name", tx.caller().name.clone().into()),
        ("decided_at", tx.now().into()),
    ]
}

/// Posts the proposals of the lines named, or of the first [`MAX_TICKED`] of a confidence.
/// Errors: 409 unless the statement is open, 412 when it is not what the person saw, 422 for a line without a proposal or
/// one that takes a payment back which was taken back before, by another line as well.
pub(super) async fn confirm(
    tx: &Tx,
    id: BankStatementId,
    expected: IfMatch,
    order: &ConfirmLines,
) -> Result<(Seen<statement::Model>, LinesConfirmed, Event), Stop> {
    order.flaws().check()?;
    let statement = hold_as_seen(tx, id, expected, &[StatementState::Open]).await?;
    let (lines, left) = chosen(tx, id, order).await?;
    let mut named = vec![];
    for line in &lines {
        named.extend(line.candidates()?.iter().filter_map(|c| c.claim));
    }
    let open = open_claims(tx, named).await?;
    let mut work = Vec::with_capacity(lines.len());
    let mut flaws = Flaws::default();
    for (at, line) in lines.into_iter().enumerate() {
        match what(&line, &open)? {
            Some(what) => work.push((line, what)),
            None => drop(flaws.add(&format!("/lines/{at}"), "no_proposal")),
        }
    }
    flaws.check()?;
    returned_once(tx, &work).await?;
    let ids: Vec<BankLineId> = work.iter().map(|(l, _)| l.id).collect();
    move_lines(tx, &statement, &ids, &[LineState::Suggested], &decided(tx)).await?;
    let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let total = Money::new(post(tx, &statement, work).await?, statement.currency);
    let statement = settle(tx, statement).await?;
    let event = Event::BankLinesConfirmed {
        statement: id,
        lines: count,
        total,
    };
    let reply = LinesConfirmed {
        lines: count,
        total,
        left,
    };
    Ok((statement, reply, event))
}

/// Errors: 422 at the line whose payment was taken back before, or is by a line before it.
async fn returned_once(tx: &Tx, work: &[(Seen<line::Model>, What)]) -> Result<(), Stop> {
    let entry = |what: &What| match what {
        What::Return(_, entry) => Some(*entry),
        What::Payments(_) => None,
    };
    let all: Vec<EntryId> = work.iter().filter_map(|(_, what)| entry(what)).collect();
    let before = reversed(tx, &all).await?;
    let (mut seen, mut flaws) = (HashSet::new(), Flaws::default());
    for (at, (_, what)) in work.iter().enumerate() {
        let Some(entry) = entry(what) else { continue };
        let pointer = format!("/lines/{at}");
        if before.contains(&entry) {
            flaws.add(&pointer, "reversed_already");
        } else if !seen.insert(entry) {
            flaws.add(&pointer, "returned_twice");
        }
    }
    flaws.check()
}

async fn chosen(tx: &Tx, id: BankStatementId, order: &ConfirmLines) -> Result<(Vec<Seen<line::Model>>, u32), Stop> {
    let found = tx.find::<line::Entity>().filter(of(id));
    let Some(confidence) = order.confidence else {
        let found = found
            .filter(line::Column::Id.is_in(order.lines.iter().copied()))
            .all()
            .await?;
        let mut by_id: HashMap<BankLineId, Seen<line::Model>> = found.into_iter().map(|l| (l.id, l)).collect();
        let mut flaws = Flaws::default();
        let mut lines = vec![];
        for (at, id) in order.lines.iter().enumerate() {
            match by_id.remove(id) {
                Some(line) => lines.push(line),
                None => drop(flaws.add(&format!("/lines/{at}"), "unknown")),
            }
        }
        flaws.check()?;
        return Ok((lines, 0));
    };
    let found = found
        .filter(line::Column::State.eq(LineState::Suggested))
        .filter(line::Column::Confidence.eq(confidence));
    let most = MAX_TICKED as u64;
    let mut lines = found
        .shape(|s| s.order_by_asc(line::Column::Position))
        .limit(most + 1)
        .all()
        .await?;
    let mut left = 0;
    if lines.len() > MAX_TICKED {
        lines.truncate(MAX_TICKED);
        let all = tx
            .find::<line::Entity>()
            .filter(of(id))
            .filter(line::Column::State.eq(LineState::Suggested))
            .filter(line::Column::Confidence.eq(confidence))
            .count()
            .await?;
        left = u32::try_from(all.saturating_sub(most)).unwrap_or(u32::MAX);
    }
    if lines.is_empty() {
        return Err(refuse("/confidence", "no_lines"));
    }
    Ok((lines, left))
}

/// What the proposal of a line posts. A claim that was paid or closed since the matching is not paid again: the rules
/// of the community decide then.
fn what(line: &line::Model, open: &HashMap<ClaimId, AccountId>) -> Result<Option<What>, Stop> {
    let (LineState::Suggested, Some(account)) = (line.state, line.account_id) else {
        return Ok(None);
    };
    let candidates = line.candidates()?;
    let proposal = candidates.iter().find(|c| c.account == account);
    if line.amount_minor > 0 {
        let named = proposal.and_then(|c| c.claim);
        let part = Part {
            account,
            minor: line.amount_minor,
            claim: named.filter(|claim| open.get(claim) == Some(&account)),
        };
        return Ok(Some(What::Payments(vec![part])));
    }
    let entry = proposal.and_then(|c| c.reverses);
    Ok(entry.map(|entry| What::Return(account, entry)))
}

/// Posts a line to the customers a person chose.
pub(super) async fn assign(
    tx: &Tx,
    id: BankLineId,
    order: AssignLine,
) -> Result<(Seen<statement::Model>, Event), Stop> {
    let line = tx.get::<line::Entity>(id).await?;
    let statement = hold(tx, line.statement_id, &[StatementState::Open]).await?;
    let whole = Money::new(line.amount_minor, statement.currency);
    order.flaws(whole).check()?;
    let what = match order.returns {
        Some(entry) => {
            let paid = tx
                .get::<entry::Entity>(entry)
                .await
                .map_err(|_| refuse("/returns", "unknown"))?;
            let fits = paid.community_id == statement.community_id
                && paid.kind == EntryType::Payment
                && paid.amount_minor == line.amount_minor;
            if !fits {
                return Err(refuse("/returns", "not_that_payment"));
            }
            What::Return(paid.account_id, entry)
        }
        None => {
            let ids: Vec<AccountId> = order.parts.iter().map(|p| p.account_id).collect();
            let known = tx
                .among::<accounts::Entity>(accounts::Column::Id.is_in(ids))
                .filter(accounts::Column::CommunityId.eq(statement.community_id))
                .all()
                .await?;
            let mut flaws = Flaws::default();
            for (at, part) in order.parts.iter().enumerate() {
                let missing = !known.iter().any(|a| a.id == part.account_id);
                flaws.when(missing, &format!("/parts/{at}/account_id"), "unknown");
            }
            let open = open_claims(tx, order.parts.iter().filter_map(|p| p.claim_id).collect()).await?;
            for (at, part) in order.parts.iter().enumerate() {
                let other = part.claim_id.is_some_and(|c| open.get(&c) != Some(&part.account_id));
                flaws.when(other, &format!("/parts/{at}/claim_id"), "nothing_open");
            }
            flaws.check()?;
            let part = |p: &LinePart| Part {
                account: p.account_id,
                minor: p.amount.minor,
                claim: p.claim_id,
            };
            What::Payments(order.parts.iter().map(part).collect())
        }
    };
    let open = [LineState::Unmatched, LineState::Suggested];
    if !open.contains(&line.state) {
        return Err(kept_shared::problem::Code::StateForbids.into());
    }
    move_lines(tx, &statement, &[id], &open, &decided(tx)).await?;
    let total = post(tx, &statement, vec![(line, what)]).await?;
    let event = Event::BankLinesConfirmed {
        statement: statement.id,
        lines: 1,
        total: Money::new(total, statement.currency),
    };
    Ok((settle(tx, statement).await?, event))
}
