//! What is set against what: reversals take back, credits are spread by the rules, and nothing exceeds its entries.

use super::history::{AccountFacts, History, Line};
use super::post::{PostError, refused};
use chrono::NaiveDate;
use kept_shared::ageing::{Settlement, age_with_items};
use kept_shared::allocation::{AllocationChoice, AllocationRules, AllocationStrategy, OpenDebit, spread};
use kept_shared::ids::*;
use kept_shared::ledger::{NewEntry, PostingFlaw};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is open of each debit once the account's other credits are set off by the community's policy; `without` are
/// credits that are still to be spread and so take no part.
pub(crate) fn open_debits(
    account: &AccountFacts,
    history: &History,
    without: &[EntryId],
    as_at: NaiveDate,
) -> Vec<OpenDebit> {
    let lines: HashMap<EntryId, &Line> = history.lines.iter().map(|l| (l.item.id, l)).collect();
    let items: Vec<_> = history
        .lines
        .iter()
        .map(|l| l.item)
        .filter(|item| !without.contains(&item.id))
        .collect();
    let (_, open) = age_with_items(&items, &history.settlements, &account.rules, as_at);
    open.iter()
        .filter(|o| o.minor > 0)
        .filter_map(|o| {
            let line = lines.get(&o.id)?;
            Some(OpenDebit {
                id: o.id,
                class: line.class(),
                age_from: o.age_from,
                effective_on: line.item.effective_on,
                minor: o.minor,
            })
        })
        .collect()
}

/// Spreads over some of the open debits; where debtors direct, these were named, so they are paid oldest first.
fn among(
    account: &AccountFacts,
    history: &History,
    open: Vec<OpenDebit>,
    minor: i64,
    wanted: impl Fn(&Line) -> bool,
) -> Vec<(EntryId, i64)> {
    let named: HashSet<EntryId> = history.lines.iter().filter(|l| wanted(l)).map(|l| l.item.id).collect();
    let open: Vec<OpenDebit> = open.into_iter().filter(|d| named.contains(&d.id)).collect();
    if account.allocation.strategy == AllocationStrategy::DebtorDirected {
        spread(&AllocationRules::default(), &open, minor)
    } else {
        spread(&account.allocation, &open, minor)
    }
}

/// Sets a credit that is already part of the history against debits, as chosen. What is left over stays unallocated.
pub(crate) fn settle_credit(
    account: &AccountFacts,
    history: &History,
    (credit, on, minor): (EntryId, NaiveDate, i64),
    choice: &AllocationChoice,
    (without, today): (&[EntryId], NaiveDate),
) -> Vec<Settlement> {
    let open = || open_debits(account, history, without, today.max(on));
    let parts = match choice {
        AllocationChoice::Leave => vec![],
        AllocationChoice::Default => spread(&account.allocation, &open(), minor),
        AllocationChoice::By(rules) => spread(rules, &open(), minor),
        AllocationChoice::To(parts) => parts.clone(),
        AllocationChoice::ToClaim(claim) => among(account, history, open(), minor, |l| l.claim_id == Some(*claim)),
        AllocationChoice::Among(debits) => among(account, history, open(), minor, |l| debits.contains(&l.item.id)),
    };
    parts
        .into_iter()
        .map(|(debit, minor)| Settlement {
            credit,
            debit,
            effective_on: room_from(history, debit, minor, on),
            minor,
        })
        .collect()
}

/// The first day from which a debit has room for so much more, on that day and every later one: not before it exists, and
/// not while a payment that came back later still stood against it.
fn room_from(history: &History, debit: EntryId, minor: i64, on: NaiveDate) -> NaiveDate {
    let Some(line) = history.lines.iter().find(|l| l.item.id == debit) else {
        return on;
    };
    let mut taken: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for s in history.settlements.iter().filter(|s| s.debit == debit) {
        *taken.entry(s.effective_on).or_default() += s.minor;
    }
    let mut from = on.max(line.item.effective_on);
    let (mut sum, mut is_full) = (0_i64, false);
    for (day, minor_then) in taken {
        if is_full && day > from {
            from = day;
        }
        sum += minor_then;
        is_full = line.item.minor - sum < minor;
    }
    from
}

/// The line an entry undoes. Once, exactly, not earlier, and not itself a reversal.
pub(super) fn reversal(history: &History, e: &NewEntry, undone: EntryId) -> Result<Line, PostingFlaw> {
    let line = history
        .lines
        .iter()
        .find(|l| l.item.id == undone)
        .ok_or(PostingFlaw::NothingToReverse)?;
    if line.reverses_id.is_some() {
        return Err(PostingFlaw::NothingToReverse);
    }
    if history.lines.iter().any(|l| l.reverses_id == Some(undone)) {
        return Err(PostingFlaw::ReversedAlready);
    }
    if e.amount.minor != -line.item.minor || e.effective_on < line.item.effective_on {
        return Err(PostingFlaw::NotTheExactNegative);
    }
    Ok(*line)
}

/// Takes back what was allocated to or from the entry undone, then settles the pair, on the reversal's date (or on the
/// date of an allocation that is later still).
pub(super) fn settle_reversal(history: &History, e: &NewEntry, undone: &Line) -> Vec<Settlement> {
    let mut net: BTreeMap<(EntryId, EntryId), (i64, NaiveDate)> = BTreeMap::new();
    for s in &history.settlements {
        if s.credit == undone.item.id || s.debit == undone.item.id {
            let pair = net.entry((s.credit, s.debit)).or_insert((0, e.effective_on));
            pair.0 += s.minor;
            pair.1 = pair.1.max(s.effective_on);
        }
    }
    let mut on = e.effective_on;
    let mut all: Vec<Settlement> = vec![];
    for ((credit, debit), (minor, last)) in net {
        on = on.max(last);
        if minor != 0 {
            all.push(Settlement {
                credit,
                debit,
                effective_on: last,
                minor: -minor,
            });
        }
    }
    if undone.item.minor != 0 {
        let (credit, debit) = if undone.item.minor < 0 {
            (undone.item.id, e.id)
        } else {
            (e.id, undone.item.id)
        };
        all.push(Settlement {
            credit,
            debit,
            effective_on: on,
            minor: undone.item.minor.abs(),
        });
    }
    all
}

/// Σ of what is allocated to an entry lies between nothing and the entry, on every day; none is earlier than its
/// entries.
pub(super) fn check_settlements(history: &History) -> Result<(), PostError> {
    if history.settlements.is_empty() {
        return Ok(());
    }
    let lines: HashMap<EntryId, &Line> = history.lines.iter().map(|l| (l.item.id, l)).collect();
    let mut of: HashMap<EntryId, Vec<(NaiveDate, i64)>> = HashMap::new();
    for s in &history.settlements {
        let (Some(credit), Some(debit)) = (lines.get(&s.credit), lines.get(&s.debit)) else {
            return Err(refused(s.credit, PostingFlaw::AllocationMismatch));
        };
        if credit.item.minor >= 0 || debit.item.minor <= 0 || s.minor == 0 {
            return Err(refused(s.credit, PostingFlaw::AllocationMismatch));
        }
        if s.effective_on < credit.item.effective_on || s.effective_on < debit.item.effective_on {
            return Err(refused(s.credit, PostingFlaw::AllocationTooEarly));
        }
        of.entry(s.credit).or_default().push((s.effective_on, s.minor));
        of.entry(s.debit).or_default().push((s.effective_on, s.minor));
    }
    for (id, mut parts) in of {
        let most = lines.get(&id).map_or(0, |l| l.item.minor.abs());
        // Taking back comes first on a day: the money may be allocated anew on the same day.
        parts.sort_unstable();
        let mut sum = 0_i64;
        for (n, (on, minor)) in parts.iter().enumerate() {
            sum = sum.saturating_add(*minor);
            let ends_the_day = parts.get(n + 1).is_none_or(|next| next.0 != *on);
            if ends_the_day && !(0..=most).contains(&sum) {
                return Err(refused(id, PostingFlaw::AllocationExceeds));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kept_shared::ageing::Item;
    use kept_shared::ledger::{EntryContext, EntryType};

    #[test]
    fn a_debit_has_room_once_the_payment_that_came_back_is_gone() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (debit, credit) = (EntryId(uuid::Uuid::from_u128(1)), EntryId(uuid::Uuid::from_u128(2)));
        let mut history = History::default();
        history.lines.push(Line {
            item: Item {
                id: debit,
                effective_on: day("2026-03-01"),
                due_on: None,
                minor: 100,
            },
            kind: EntryType::Invoice,
            context: EntryContext::Invoice,
            no: 1,
            claim_id: None,
            unit_id: None,
            reverses_id: None,
        });
        let mut settle = |on: &str, minor| {
            history.settlements.push(Settlement {
                credit,
                debit,
                effective_on: day(on),
                minor,
            });
        };
        settle("2026-04-01", 80);
        settle("2026-06-01", -80);
        let from = |minor, on: &str| room_from(&history, debit, minor, day(on)).to_string();
        assert_eq!(from(100, "2026-05-01"), "2026-06-01");
        assert_eq!(from(20, "2026-05-01"), "2026-05-01", "twenty were always free");
        assert_eq!(from(20, "2026-01-01"), "2026-03-01", "not before the debit");
        assert_eq!(from(100, "2026-07-01"), "2026-07-01");
    }
}
