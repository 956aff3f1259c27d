//! Loading what posting and ageing work on, many accounts at a time.

use crate::kernel::{Limit, Read, Stop};
use crate::reach::reach_sql;
use chrono::NaiveDate;
use kept_shared::ageing::{AgeingBasis, AgeingMode, AgeingRules, CreditPolicy, Item, Settlement};
use kept_shared::allocation::{AllocationClass, AllocationRules, AllocationStrategy};
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimState, EntryContext, EntryType};
use kept_shared::money::Currency;
use sea_orm::{FromQueryResult, Value};
use std::collections::HashMap;

/// Accounts handled in one statement.
pub(crate) const BATCH: usize = 400;

/// What the ledger needs to know of an account.
#[derive(Clone, Debug)]
pub struct AccountFacts {
    pub id: AccountId,
    pub organisation_id: OrganisationId,
    pub community_id: CommunityId,
    pub currency: Currency,
    pub time_zone: String,
    pub rules: AgeingRules,
    pub allocation: AllocationRules,
    pub reference: String,
    /// Postings by hand of more than this wait for a second pair of eyes.
    pub approval_above_minor: Option<i64>,
}

#[derive(FromQueryResult)]
struct FactsRow {
    id: AccountId,
    organisation_id: OrganisationId,
    community_id: CommunityId,
    currency: Currency,
    time_zone: String,
    ageing_mode: AgeingMode,
    ageing_basis: AgeingBasis,
    ageing_edges: String,
    credit_policy: CreditPolicy,
    allocation_strategy: AllocationStrategy,
    allocation_order: Option<String>,
    reference: String,
    approval_above_minor: Option<i64>,
}

/// `$1, $2, …` for a list, padded to few different lengths so that prepared statements are found again.
pub(crate) fn list<T: Copy + Into<Value>>(first: usize, ids: &[T]) -> (String, Vec<Value>) {
    let size = [1, 8, 64, BATCH]
        .into_iter()
        .find(|n| *n >= ids.len())
        .unwrap_or(ids.len());
    let padding = ids.last().copied();
    let values = ids
        .iter()
        .copied()
        .chain(padding.into_iter().cycle())
        .take(size)
        .map(Into::into)
        .collect();
    let marks: Vec<String> = (first..first + size).map(|n| format!("${n}")).collect();
    (marks.join(", "), values)
}

/// Facts of those of the accounts that the caller reaches.
pub(crate) async fn facts(read: &Read, ids: &[AccountId]) -> Result<Vec<AccountFacts>, Stop> {
    let (marks, values) = list(1, ids);
    let sql = format!(
        "SELECT a.id, a.organisation_id, a.community_id, c.currency, c.time_zone, c.ageing_mode, c.ageing_basis, \
         c.ageing_edges, c.credit_policy, c.allocation_strategy, c.allocation_order, \
         c.approval_above_minor, a.reference FROM account a JOIN community c ON c.id = a.community_id \
         WHERE a.id IN ({marks}) AND {{reach a.id, +a.community_id}}"
    );
    let rows: Vec<FactsRow> = read.report(Limit::Reach(reach_sql), &sql, values).await?;
    Ok(rows
        .into_iter()
        .map(|r| AccountFacts {
            id: r.id,
            organisation_id: r.organisation_id,
            community_id: r.community_id,
            currency: r.currency,
            time_zone: r.time_zone,
            rules: AgeingRules {
                mode: r.ageing_mode,
                basis: r.ageing_basis,
                edges: crate::communities::edges_from(&r.ageing_edges),
                credit_policy: r.credit_policy,
            },
            allocation: AllocationRules {
                strategy: r.allocation_strategy,
                order: crate::communities::order_from(r.allocation_order.as_deref()),
            },
            reference: r.reference,
            approval_above_minor: r.approval_above_minor,
        })
        .collect())
}

/// One account the caller reaches. Errors: 404.
pub async fn account_facts(read: &Read, id: AccountId) -> Result<AccountFacts, Stop> {
    facts(read, &[id]).await?.into_iter().next().ok_or_else(Stop::not_found)
}

/// An entry as far as rules need it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) item: Item,
    pub(crate) kind: EntryType,
    pub(crate) context: EntryContext,
    pub(crate) no: i64,
    pub(crate) claim_id: Option<ClaimId>,
    pub(crate) unit_id: Option<UnitId>,
    pub(crate) reverses_id: Option<EntryId>,
}

impl Line {
    /// What kind of debt it is.
    pub(crate) const fn class(&self) -> AllocationClass {
        AllocationClass::of(self.kind, self.context)
    }
}

/// A claim as far as rules need it.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(crate) struct ClaimFacts {
    pub(crate) id: ClaimId,
    pub(crate) account_id: AccountId,
    pub(crate) state: ClaimState,
    /// The credit that closed it by hand.
    pub(crate) closing_entry_id: Option<EntryId>,
}

/// Everything ever posted to one account.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) lines: Vec<Line>,
    pub(crate) settlements: Vec<Settlement>,
    pub(crate) claims: Vec<ClaimFacts>,
}

impl History {
    pub(crate) fn items(&self) -> Vec<Item> {
        self.lines.iter().map(|l| l.item).collect()
    }
    /// Entries that a later one undid, whenever.
    pub(crate) fn undone(&self) -> std::collections::HashSet<EntryId> {
        self.lines.iter().filter_map(|l| l.reverses_id).collect()
    }
    /// The number the next entry gets.
    pub(crate) fn next_no(&self) -> i64 {
        self.lines.iter().map(|l| l.no).max().unwrap_or(0) + 1
    }
    /// The claims that these entries belong to, each once, in the order of the entries.
    pub(crate) fn claims_of(&self, entries: impl Iterator<Item = EntryId>) -> Vec<ClaimId> {
        let mut claims = vec![];
        for id in entries {
            let line = self.lines.iter().find(|l| l.item.id == id);
            if let Some(claim) = line.and_then(|l| l.claim_id).filter(|c| !claims.contains(c)) {
                claims.push(claim);
            }
        }
        claims
    }
    /// The latest payment that no later entry has undone by that day, and what came in on that date.
    pub(crate) fn last_payment(&self, as_at: NaiveDate) -> Option<(NaiveDate, i64)> {
        let undone: Vec<EntryId> = self
            .lines
            .iter()
            .filter(|l| l.item.effective_on <= as_at)
            .filter_map(|l| l.reverses_id)
            .collect();
        let payments = || {
            self.lines.iter().filter(|l| {
                l.kind == EntryType::Payment
                    && l.item.minor < 0
                    && l.item.effective_on <= as_at
                    && !undone.contains(&l.item.id)
            })
        };
        let on = payments().map(|l| l.item.effective_on).max()?;
        let minor = payments()
            .filter(|l| l.item.effective_on == on)
            .map(|l| -l.item.minor)
            .sum();
        Some((on, minor))
    }
}

#[derive(FromQueryResult)]
struct LineRow {
    id: EntryId,
    account_id: AccountId,
    effective_on: NaiveDate,
    due_on: Option<NaiveDate>,
    amount_minor: i64,
    kind: EntryType,
    context: EntryContext,
    no: i64,
    claim_id: Option<ClaimId>,
    unit_id: Option<UnitId>,
    reverses_id: Option<EntryId>,
}

#[derive(FromQueryResult)]
struct SettlementRow {
    account_id: AccountId,
    credit_entry_id: EntryId,
    debit_entry_id: EntryId,
    effective_on: NaiveDate,
    amount_minor: i64,
}

const LOADED: Limit = Limit::Unscoped("history of accounts whose facts were loaded within reach");

/// Histories of accounts loaded with [`facts`]; an account without entries has an empty one.
pub(crate) async fn histories(read: &Read, ids: &[AccountId]) -> Result<HashMap<AccountId, History>, Stop> {
    let mut all: HashMap<AccountId, History> = ids.iter().map(|id| (*id, History::default())).collect();
    let (marks, values) = list(1, ids);
    let sql = format!(
        "SELECT id, account_id, effective_on, due_on, amount_minor, type AS kind, context, no, claim_id, unit_id, reverses_id \
         FROM entry WHERE account_id IN ({marks})"
    );
    for r in read.report::<LineRow>(LOADED, &sql, values.clone()).await? {
        all.entry(r.account_id).or_default().lines.push(Line {
            item: Item {
                id: r.id,
                effective_on: r.effective_on,
                due_on: r.due_on,
                minor: r.amount_minor,
            },
            kind: r.kind,
            context: r.context,
            no: r.no,
            claim_id: r.claim_id,
            unit_id: r.unit_id,
            reverses_id: r.reverses_id,
        });
    }
    if all.values().all(|h| h.lines.is_empty()) {
        return Ok(all);
    }
    let sql = format!(
        "SELECT account_id, credit_entry_id, debit_entry_id, effective_on, amount_minor \
         FROM allocation WHERE account_id IN ({marks})"
    );
    for r in read.report::<SettlementRow>(LOADED, &sql, values.clone()).await? {
        all.entry(r.account_id).or_default().settlements.push(Settlement {
            credit: r.credit_entry_id,
            debit: r.debit_entry_id,
            effective_on: r.effective_on,
            minor: r.amount_minor,
        });
    }
    let sql = format!("SELECT id, account_id, state, closing_entry_id FROM claim WHERE account_id IN ({marks})");
    for r in read.report::<ClaimFacts>(LOADED, &sql, values).await? {
        all.entry(r.account_id).or_default().claims.push(r);
    }
    Ok(all)
}
