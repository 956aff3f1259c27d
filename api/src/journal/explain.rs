//! What a figure is made of.

use super::brief::briefs;
use crate::kernel::{Read, Stop};
use crate::ledger::{AccountFacts, histories};
use kept_shared::age_analysis::Bucket;
use kept_shared::explain::{belongs, explain};
use kept_shared::ids::EntryId;
use kept_shared::journal::{ExplainFilter, ExplainedEntry, ExplainedPart, Explanation, Figure};
use kept_shared::money::Money;
use kept_shared::problem::{Code, Problem};
use std::collections::BTreeSet;

fn column(figure: Figure) -> Bucket {
    match figure {
        Figure::Current => Bucket::Current,
        Figure::D30 => Bucket::D30,
        Figure::D60 => Bucket::D60,
        Figure::D90 => Bucket::D90,
        Figure::D120 => Bucket::D120,
        Figure::Unallocated | Figure::NotDue | Figure::Balance => Bucket::Unallocated,
    }
}

/// The entries behind a figure; those with nothing left are left out, because they add nothing to it.
pub(super) async fn explanation(
    read: &Read,
    account: &AccountFacts,
    filter: &ExplainFilter,
) -> Result<Explanation, Stop> {
    use chrono::Datelike;
    let as_at = filter.as_at.unwrap_or_else(|| read.today(&account.time_zone));
    if !kept_shared::ledger::YEARS.contains(&as_at.year()) {
        return Err(Problem::of(Code::QueryMalformed).at("?as_at", "out_of_range").into());
    }
    let which = filter.figure.unwrap_or(Figure::Balance);
    let history = histories(read, &[account.id])
        .await?
        .remove(&account.id)
        .unwrap_or_default();
    let items = history.items();
    let all = explain(&items, &history.settlements, &account.rules, as_at);
    let money = |minor| Money::new(minor, account.currency);
    let sum = |keep: fn(i64) -> bool| -> i64 {
        items
            .iter()
            .filter(|i| i.effective_on <= as_at && keep(i.minor))
            .map(|i| i.minor)
            .sum()
    };
    let behind: Vec<_> = all.into_iter().filter(|e| e.open != 0 && belongs(e, which)).collect();
    let named: BTreeSet<EntryId> = behind
        .iter()
        .flat_map(|e| std::iter::once(e.id).chain(e.parts.iter().map(|p| p.other)))
        .collect();
    let briefs = briefs(read, named).await?;
    let brief = |id: EntryId| {
        briefs
            .get(&id)
            .cloned()
            .ok_or_else(|| Stop::internal("an entry without its row"))
    };
    let mut entries = Vec::with_capacity(behind.len());
    let mut figure = 0;
    for e in behind {
        figure += e.open;
        let parts = e
            .parts
            .iter()
            .map(|p| {
                Ok(ExplainedPart {
                    entry: brief(p.other)?,
                    amount: money(p.minor),
                    on: p.on,
                    by: p.by,
                })
            })
            .collect::<Result<Vec<_>, Stop>>()?;
        entries.push(ExplainedEntry {
            entry: brief(e.id)?,
            age_from: e.age_from,
            bucket: column(e.figure),
            parts,
            open: money(e.open),
        });
    }
    Ok(Explanation {
        as_at,
        which,
        figure: money(figure),
        entries,
        debits: money(sum(|m| m > 0)),
        credits: money(sum(|m| m < 0)),
        settings: account.rules,
    })
}
