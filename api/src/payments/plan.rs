//! What a payment would do, worked out by the same rules that post it.

use super::record::NewPayment;
use crate::journal::briefs;
use crate::kernel::{Read, Stop, tx::refuse};
use crate::ledger::{AccountFacts, Line, histories, open_debits, settle_credit};
use kept_shared::ageing::{AgedMoney, Item, age};
use kept_shared::allocation::{AllocationChoice, AllocationRules};
use kept_shared::flaws::Flaws;
use kept_shared::ids::*;
use kept_shared::money::Money;
use kept_shared::payments::{AllocationAsked, PaymentPlan, PlannedPart, RecordPayment};
use kept_shared::problem::{Code, Problem};

/// A payment as asked for, checked against the book. Errors: 422 with pointers.
pub(super) async fn payment(read: &Read, account: &AccountFacts, asked: &RecordPayment) -> Result<NewPayment, Stop> {
    let mut flaws: Flaws = asked.flaws(read.today(&account.time_zone));
    flaws.when(asked.amount.currency != account.currency, "/amount", "wrong_currency");
    let history = histories(read, &[account.id])
        .await?
        .remove(&account.id)
        .unwrap_or_default();
    let debit = |id: EntryId| history.lines.iter().any(|l| l.item.id == id && l.item.minor > 0);
    let units = crate::units::owned_by(read, account.id).await?;
    let known = |unit: UnitId| units.contains(&unit) || history.lines.iter().any(|l| l.unit_id == Some(unit));
    let mut unit_id = asked.unit_id;
    flaws.when(unit_id.is_some_and(|u| !known(u)), "/unit_id", "unknown");
    let allocation = match &asked.allocation {
        AllocationAsked::Default => AllocationChoice::Default,
        AllocationAsked::Strategy { strategy, order } => {
            let rules = AllocationRules {
                strategy: *strategy,
                order: order.clone(),
            };
            rules.flaws(&mut flaws);
            AllocationChoice::By(rules)
        }
        AllocationAsked::Unit { unit_id: unit } => {
            flaws.when(!known(*unit), "/allocation/unit_id", "unknown");
            unit_id = unit_id.or(Some(*unit));
            AllocationChoice::Among(crate::unit_figures::debits_of(read, account.id, *unit).await?)
        }
        AllocationAsked::Claim { claim_id } => {
            let known = history.claims.iter().any(|c| c.id == *claim_id);
            flaws.when(!known, "/allocation/claim_id", "unknown");
            AllocationChoice::ToClaim(*claim_id)
        }
        AllocationAsked::Debits { parts } => {
            flaws.when(parts.is_empty(), "/allocation/parts", "required");
            for (n, part) in parts.iter().enumerate() {
                flaws.when(
                    !debit(part.entry_id),
                    &format!("/allocation/parts/{n}/entry_id"),
                    "unknown",
                );
            }
            AllocationChoice::To(parts.iter().map(|p| (p.entry_id, p.amount.minor)).collect())
        }
        AllocationAsked::Leave => AllocationChoice::Leave,
    };
    if !flaws.is_empty() {
        return Err(Problem::of(Code::NotAcceptable).with_errors(flaws.0).into());
    }
    Ok(NewPayment {
        account_id: account.id,
        unit_id,
        amount: asked.amount,
        received_on: asked.received_on,
        method: Some(asked.method.as_str().to_owned()),
        reference: tidy(asked.reference.as_ref()),
        description: tidy(asked.description.as_ref()).unwrap_or_else(|| "Payment".to_owned()),
        allocation,
        source: None,
        source_key: None,
    })
}

fn tidy(text: Option<&String>) -> Option<String> {
    kept_shared::text::tidy(text.cloned())
}

/// The plan of a payment that passed [`payment`]. Errors: 422 at `/allocation/parts` when a debit has less open.
pub(super) async fn plan(read: &Read, account: &AccountFacts, new: &NewPayment) -> Result<PaymentPlan, Stop> {
    let mut history = histories(read, &[account.id])
        .await?
        .remove(&account.id)
        .unwrap_or_default();
    let today = read.today(&account.time_zone);
    let before = age(&history.items(), &history.settlements, &account.rules, today);
    let open_before = open_debits(account, &history, &[], today.max(new.received_on));
    let entry = new.clone().entry();
    history.lines.push(Line {
        item: Item {
            id: entry.id,
            effective_on: entry.effective_on,
            due_on: None,
            minor: entry.amount.minor,
        },
        kind: entry.kind,
        context: entry.context,
        no: history.next_no(),
        claim_id: None,
        unit_id: entry.unit_id,
        reverses_id: None,
    });
    let credit = (entry.id, entry.effective_on, new.amount.minor);
    let settlements = settle_credit(account, &history, credit, &entry.allocation, (&[entry.id], today));
    exceeds(&history.settlements, &settlements, &history.lines)?;
    history.settlements.extend(settlements.iter().copied());
    let after = age(&history.items(), &history.settlements, &account.rules, today);
    let briefs = briefs(read, settlements.iter().map(|s| s.debit)).await?;
    let money = |minor| Money::new(minor, account.currency);
    let mut parts = Vec::with_capacity(settlements.len());
    for s in &settlements {
        let debit = briefs
            .get(&s.debit)
            .cloned()
            .ok_or_else(|| Stop::internal("a debit without its row"))?;
        let open = open_before
            .iter()
            .find(|d| d.id == s.debit)
            .map_or(s.minor, |d| d.minor);
        parts.push(PlannedPart {
            debit,
            open_before: money(open),
            amount: money(s.minor),
            open_after: money((open - s.minor).max(0)),
        });
    }
    let used: i64 = settlements.iter().map(|s| s.minor).sum();
    Ok(PaymentPlan {
        parts,
        left_over: money(new.amount.minor - used),
        before: AgedMoney::of(&before, account.currency),
        after: AgedMoney::of(&after, account.currency),
    })
}

/// Whether a directed part is more than allocations have left of its debit.
fn exceeds(
    old: &[kept_shared::ageing::Settlement],
    new: &[kept_shared::ageing::Settlement],
    lines: &[Line],
) -> Result<(), Stop> {
    for (n, s) in new.iter().enumerate() {
        let whole = lines.iter().find(|l| l.item.id == s.debit).map_or(0, |l| l.item.minor);
        let taken: i64 = old.iter().filter(|o| o.debit == s.debit).map(|o| o.minor).sum();
        if s.minor > whole - taken {
            return Err(refuse(&format!("/allocation/parts/{n}/amount"), "more_than_open"));
        }
    }
    Ok(())
}
