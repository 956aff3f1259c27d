//! The worklist of money that stands against nothing (spec E10): credits with something left once allocations, and
//! where the community sets off the oldest, set-off are taken off.

use crate::journal::briefs;
use crate::kernel::{Limit, Read, Stop, binds::Binds, page};
use crate::ledger::{AccountFacts, History, facts, histories};
use crate::reach::reach_sql;
use chrono::NaiveDate;
use kept_shared::allocation::{AllocationStrategy, OpenDebit, spread};
use kept_shared::ids::*;
use kept_shared::journal::EntryBrief;
use kept_shared::money::{Currency, Money};
use kept_shared::page::Page;
use kept_shared::payments::{
    SuggestedBy, Suggestion, UnallocatedFilter, UnallocatedLine, UnallocatedSum, UnallocatedSummary,
};
use kept_shared::text::fold;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

#[derive(FromQueryResult)]
struct Row {
    account_id: AccountId,
    entry_id: EntryId,
    community_id: CommunityId,
    open_minor: i64,
    reference: String,
    name: String,
    community: String,
    total_minor: i64,
    rest: i64,
}

/// Whether nothing is open that the credit could pay: those with something to do come first.
const REST: &str = "(CASE WHEN EXISTS (SELECT 1 FROM open_item p WHERE p.account_id = o.account_id AND p.open_minor > 0) THEN 0 ELSE 1 END)";

/// Where a page ended: what can be placed before the rest, names, then the credit.
#[derive(Serialize, Deserialize)]
struct Place {
    rest: i64,
    name: String,
    account: AccountId,
    entry: EntryId,
}

/// Most suggestions for one credit.
const MOST: usize = 5;

struct Found<'a> {
    by: SuggestedBy,
    debit: &'a OpenDebit,
    minor: i64,
}

/// Debits a credit may be meant for, best first: named in its texts, exactly its amount, by the community's strategy.
fn suggest<'a>(
    account: &AccountFacts,
    credit: &EntryBrief,
    minor: i64,
    open: &'a [OpenDebit],
    briefs: &HashMap<EntryId, EntryBrief>,
) -> Vec<Found<'a>> {
    let said = fold(&format!(
        "{} {}",
        credit.reference.as_deref().unwrap_or_default(),
        credit.description
    ));
    let words: BTreeSet<&str> = said.split(' ').filter(|w| w.chars().count() >= 3).collect();
    let named = |debit: &OpenDebit| {
        briefs.get(&debit.id).is_some_and(|b| {
            [&b.claim, &b.reference]
                .into_iter()
                .flatten()
                .map(|text| fold(text))
                .any(|text| !text.is_empty() && text.split(' ').all(|w| words.contains(w)))
        })
    };
    let part = |debit: &OpenDebit| debit.minor.min(minor);
    let mut found: Vec<Found<'_>> = vec![];
    let mut add = |by, debit: &'a OpenDebit, minor| {
        if found.len() < MOST && !found.iter().any(|f| f.debit.id == debit.id) {
            found.push(Found { by, debit, minor });
        }
    };
    for debit in open.iter().filter(|d| named(d)) {
        add(SuggestedBy::Reference, debit, part(debit));
    }
    for debit in open.iter().filter(|d| d.minor == minor) {
        add(SuggestedBy::Amount, debit, minor);
    }
    let mut rules = account.allocation.clone();
    if rules.strategy == AllocationStrategy::DebtorDirected {
        rules.strategy = AllocationStrategy::OldestFirst;
    }
    for (id, minor) in spread(&rules, open, minor) {
        if let Some(debit) = open.iter().find(|d| d.id == id) {
            add(SuggestedBy::Strategy, debit, minor);
        }
    }
    found
}

/// What a filter asks of a credit `o` of account `a`.
fn conditions(filter: &UnallocatedFilter, binds: &mut Binds) -> Result<Vec<String>, Stop> {
    let mut wanted = vec![
        "o.open_minor < 0".to_owned(),
        "{reach o.account_id, o.community_id}".to_owned(),
    ];
    if let Some(community) = filter.community_id {
        wanted.push(format!("o.community_id = {}", binds.one(community)));
    }
    if let Some(pattern) = page::search_pattern(filter.q.as_deref())? {
        wanted.push(format!("a.search LIKE {} ESCAPE '\\'", binds.one(pattern)));
    }
    Ok(wanted)
}

#[derive(FromQueryResult)]
struct SumRow {
    currency: Currency,
    customers: i64,
    credits: i64,
    open: i64,
}

/// All credits of a filter in one statement, one line for each currency.
pub(super) async fn summary(read: &Read, filter: &UnallocatedFilter) -> Result<UnallocatedSummary, Stop> {
    let mut binds = Binds::new();
    let wanted = conditions(filter, &mut binds)?;
    let sql = format!(
        "SELECT c.currency, COUNT(DISTINCT o.account_id) AS customers, COUNT(*) AS credits, \
         CAST(-SUM(o.open_minor) AS BIGINT) AS open \
         FROM open_item o JOIN account a ON a.id = o.account_id JOIN community c ON c.id = o.community_id \
         WHERE {} GROUP BY c.currency ORDER BY c.currency",
        wanted.join(" AND ")
    );
    let rows: Vec<SumRow> = read.report(Limit::Reach(reach_sql), &sql, binds.values()).await?;
    let sums = rows.into_iter().map(|r| UnallocatedSum {
        customers: u64::try_from(r.customers).unwrap_or_default(),
        credits: u64::try_from(r.credits).unwrap_or_default(),
        open: Money::new(r.open, r.currency),
    });
    Ok(UnallocatedSummary { sums: sums.collect() })
}

async fn rows(read: &Read, filter: &UnallocatedFilter, after: Option<Place>, limit: u64) -> Result<Vec<Row>, Stop> {
    let mut binds = Binds::new();
    let mut wanted = conditions(filter, &mut binds)?;
    if let Some(place) = after {
        let rest = binds.one(place.rest);
        let (name, account, entry) = (binds.one(place.name), binds.one(place.account), binds.one(place.entry));
        wanted.push(format!(
            "({REST}, a.name, o.account_id, o.entry_id) > ({rest}, {name}, {account}, {entry})"
        ));
    }
    let count = binds.one(i64::try_from(limit).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT o.account_id, o.entry_id, o.community_id, o.open_minor, a.reference, a.name, c.name AS community, g.total_minor, CAST({REST} AS BIGINT) AS rest \
         FROM open_item o JOIN account a ON a.id = o.account_id JOIN community c ON c.id = o.community_id \
         JOIN aged g ON g.account_id = o.account_id \
         WHERE {} ORDER BY {REST}, a.name, o.account_id, o.entry_id LIMIT {count}",
        wanted.join(" AND ")
    );
    read.report(Limit::Reach(reach_sql), &sql, binds.values()).await
}

/// One page of credits with suggestions: a fixed number of statements, whatever the page holds.
pub(super) async fn worklist(read: &Read, filter: &UnallocatedFilter) -> Result<Page<UnallocatedLine>, Stop> {
    let limit = page::limit(filter.limit)?;
    let unpaged = UnallocatedFilter {
        limit: None,
        cursor: None,
        ..filter.clone()
    };
    let mark = page::fingerprint("unallocated", &unpaged)?;
    let after: Option<Place> = page::decode(filter.cursor.as_deref(), &mark)?;
    let rows = rows(read, filter, after, limit + 1).await?;
    let page = page::page(rows, limit, &mark, |r| Place {
        rest: r.rest,
        name: r.name.clone(),
        account: r.account_id,
        entry: r.entry_id,
    })?;
    let accounts: Vec<AccountId> = page
        .items
        .iter()
        .map(|r| r.account_id)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if accounts.is_empty() {
        return Ok(Page {
            items: vec![],
            next_cursor: None,
        });
    }
    let facts: HashMap<AccountId, AccountFacts> =
        facts(read, &accounts).await?.into_iter().map(|f| (f.id, f)).collect();
    let histories = histories(read, &accounts).await?;
    let none = History::default();
    let open: HashMap<AccountId, Vec<OpenDebit>> = facts
        .values()
        .map(|f| {
            let history = histories.get(&f.id).unwrap_or(&none);
            let today: NaiveDate = read.today(&f.time_zone);
            (f.id, crate::ledger::open_debits(f, history, &[], today))
        })
        .collect();
    let named: BTreeSet<EntryId> = page
        .items
        .iter()
        .map(|r| r.entry_id)
        .chain(open.values().flatten().map(|d| d.id))
        .collect();
    let briefs = briefs(read, named).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for r in page.items {
        let (Some(account), Some(credit)) = (facts.get(&r.account_id), briefs.get(&r.entry_id)) else {
            continue;
        };
        let money = |minor| Money::new(minor, account.currency);
        let debits = open.get(&r.account_id).map_or(&[][..], Vec::as_slice);
        let suggestions: Vec<Suggestion> = suggest(account, credit, -r.open_minor, debits, &briefs)
            .into_iter()
            .filter_map(|f| {
                Some(Suggestion {
                    by: f.by,
                    debit: briefs.get(&f.debit.id)?.clone(),
                    open: money(f.debit.minor),
                    amount: money(f.minor),
                })
            })
            .collect();
        items.push(UnallocatedLine {
            account_id: r.account_id,
            account: r.reference,
            name: r.name,
            community_id: r.community_id,
            community: r.community,
            credit: credit.clone(),
            open: money(-r.open_minor),
            balance: money(r.total_minor),
            suggestions,
        });
    }
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}
