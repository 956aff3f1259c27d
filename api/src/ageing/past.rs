//! The age analysis as at any day but today. A community's journal is held in memory as 8 bytes for each effect,
//! loaded when first asked for, dropped when its change counter moves or memory is short. A year back costs what
//! today costs.

use super::filter::{Lead, Values, is_masked, keeps, of_account};
use super::lean::Beside;
use super::query::{self, Key, Place};
use super::row::Raw;
use crate::kernel::{Limit, Read, Stop};
use crate::reach::reach_sql;
use chrono::{Datelike, NaiveDate};
use futures_util::TryStreamExt;
use kept_shared::age_analysis::{AgeFilter, AgeSort, AgeTotals, SortOrder};
use kept_shared::ageing::{
    Aged, AgedMoney, AgeingBasis, AgeingMode, AgeingRules, CreditPolicy, Edges, Effect, Effects, age_effects,
    last_payment,
};
use kept_shared::ids::*;
use kept_shared::ledger::EntryType;
use kept_shared::money::Currency;
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Memory all communities may take together; above it the one used longest ago goes.
const MOST_BYTES: usize = 160 * 1024 * 1024;

/// One community's journal.
struct Columns {
    revision: i64,
    basis: AgeingBasis,
    /// Sorted; `starts[n]..starts[n + 1]` are the effects of `accounts[n]`.
    accounts: Vec<AccountId>,
    starts: Vec<u32>,
    effects: Effects,
    /// Payments that were undone, sorted: account, paid on, undone on, amount.
    undone: Vec<(AccountId, i32, i32, i64)>,
}

impl Columns {
    fn bytes(&self) -> usize {
        self.effects.bytes() + self.accounts.len() * 20 + self.undone.len() * 40
    }
    fn of(&self, id: AccountId) -> impl Iterator<Item = Effect> + Clone + '_ {
        let found = self.accounts.binary_search(&id).ok();
        let range = found.and_then(|n| Some(*self.starts.get(n)? as usize..*self.starts.get(n + 1)? as usize));
        self.effects.of(range.unwrap_or_default())
    }
    fn last_payment(&self, id: AccountId, as_at: i32) -> Option<(NaiveDate, i64)> {
        let first = self.undone.partition_point(|u| u.0 < id);
        let own = self.undone.get(first..).unwrap_or_default();
        let later_undone = own
            .iter()
            .take_while(|u| u.0 == id)
            .filter(|u| u.1 <= as_at && u.2 > as_at)
            .map(|u| (u.1, u.3));
        let (on, minor) = last_payment(self.of(id), as_at, later_undone)?;
        Some((NaiveDate::from_num_days_from_ce_opt(on)?, minor))
    }
}

static CACHE: LazyLock<Mutex<Vec<(CommunityId, Arc<Columns>)>>> = LazyLock::new(Mutex::default);

fn cached(community: CommunityId, revision: i64, basis: AgeingBasis) -> Option<Arc<Columns>> {
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    let at = cache.iter().position(|c| c.0 == community)?;
    let entry = cache.remove(at);
    if entry.1.revision != revision || entry.1.basis != basis {
        return None;
    }
    // Last used, last in line.
    let found = entry.1.clone();
    cache.push(entry);
    Some(found)
}

fn keep(community: CommunityId, columns: &Arc<Columns>) {
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    cache.retain(|c| c.0 != community);
    if columns.bytes() > MOST_BYTES {
        return;
    }
    cache.push((community, columns.clone()));
    while cache.iter().map(|c| c.1.bytes()).sum::<usize>() > MOST_BYTES {
        cache.remove(0);
    }
}

const LOADED: Limit = Limit::Unscoped("the journal of a community; only accounts selected within reach are shown");

#[derive(FromQueryResult)]
struct EntryRow {
    account_id: AccountId,
    effective_on: NaiveDate,
    due_on: Option<NaiveDate>,
    amount_minor: i64,
    kind: EntryType,
    undone_on: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct AllocationRow {
    account_id: AccountId,
    effective_on: NaiveDate,
    amount_minor: i64,
    debit_on: NaiveDate,
    debit_due: Option<NaiveDate>,
    credit_on: NaiveDate,
}

async fn load(read: &Read, community: CommunityId, revision: i64, rules: &AgeingRules) -> Result<Columns, Stop> {
    let day = |d: NaiveDate| d.num_days_from_ce();
    let mut all: Vec<(AccountId, Effect)> = vec![];
    let mut undone = vec![];
    let sql = "SELECT e.account_id, e.effective_on, e.due_on, e.amount_minor, e.type AS kind, r.effective_on AS undone_on \
         FROM entry e LEFT JOIN entry r ON r.reverses_id = e.id WHERE e.community_id = $1";
    // Boxed, so that dropping it frees the connection for the next statement.
    let mut rows = Box::pin(read.stream(LOADED, sql, vec![community.into()]).await?);
    while let Some(q) = rows.try_next().await? {
        let r = EntryRow::from_query_result(&q, "")?;
        let on = day(r.effective_on);
        let effect = if r.amount_minor > 0 {
            Effect::debit(on, day(rules.age_from(r.effective_on, r.due_on)), r.amount_minor)
        } else if r.kind == EntryType::Payment && r.amount_minor < 0 {
            match r.undone_on {
                None => Effect::payment(on, on, r.amount_minor),
                Some(back) => {
                    undone.push((r.account_id, on, day(back), -r.amount_minor));
                    Effect::credit(on, on, r.amount_minor)
                }
            }
        } else {
            Effect::credit(on, on, r.amount_minor)
        };
        if r.amount_minor != 0 {
            all.push((r.account_id, effect));
        }
    }
    drop(rows);
    let sql = "SELECT l.account_id, l.effective_on, l.amount_minor, d.effective_on AS debit_on, d.due_on AS debit_due, c.effective_on AS credit_on \
         FROM allocation l JOIN entry d ON d.id = l.debit_entry_id JOIN entry c ON c.id = l.credit_entry_id WHERE l.community_id = $1";
    let mut rows = Box::pin(read.stream(LOADED, sql, vec![community.into()]).await?);
    while let Some(q) = rows.try_next().await? {
        let r = AllocationRow::from_query_result(&q, "")?;
        let on = day(r.effective_on);
        let from = day(rules.age_from(r.debit_on, r.debit_due));
        all.push((r.account_id, Effect::debit(on, from, -r.amount_minor)));
        all.push((r.account_id, Effect::credit(on, day(r.credit_on), r.amount_minor)));
    }
    drop(rows);
    all.sort_unstable_by_key(|e| e.0);
    undone.sort_unstable();
    let (mut accounts, mut starts): (Vec<AccountId>, Vec<u32>) = (vec![], vec![0]);
    let mut effects = Effects::default();
    let mut own = vec![];
    for of_one in all.chunk_by(|a, b| a.0 == b.0) {
        own.clear();
        own.extend(of_one.iter().map(|e| e.1));
        accounts.extend(of_one.first().map(|e| e.0));
        starts.push(u32::try_from(effects.add(&mut own).end).map_err(Stop::internal)?);
    }
    drop(all);
    effects.shrink();
    Ok(Columns {
        revision,
        basis: rules.basis,
        accounts,
        starts,
        effects,
        undone,
    })
}

#[derive(FromQueryResult)]
struct CommunityRow {
    id: CommunityId,
    currency: Currency,
    ageing_mode: AgeingMode,
    ageing_basis: AgeingBasis,
    ageing_edges: String,
    credit_policy: CreditPolicy,
    revision: Option<i64>,
}

struct Community {
    currency: Currency,
    edges: Edges,
    columns: Arc<Columns>,
}

async fn communities(
    read: &Read,
    ids: &[CommunityId],
    as_at: NaiveDate,
) -> Result<HashMap<CommunityId, Community>, Stop> {
    let mut all = HashMap::new();
    for part in ids.chunks(500) {
        let mut values = Values::default();
        let marks: Vec<String> = part.iter().map(|id| values.push(*id)).collect();
        let sql = format!(
            "SELECT c.id, c.currency, c.ageing_mode, c.ageing_basis, c.ageing_edges, c.credit_policy, r.revision \
             FROM community c LEFT JOIN ledger_revision r ON r.community_id = c.id WHERE c.id IN ({})",
            marks.join(", ")
        );
        for c in read.report::<CommunityRow>(LOADED, &sql, values.0).await? {
            let rules = AgeingRules {
                mode: c.ageing_mode,
                basis: c.ageing_basis,
                edges: crate::communities::edges_from(&c.ageing_edges),
                credit_policy: c.credit_policy,
            };
            let revision = c.revision.unwrap_or_default();
            let columns = match cached(c.id, revision, rules.basis) {
                Some(columns) => columns,
                None => {
                    let columns = Arc::new(load(read, c.id, revision, &rules).await?);
                    if read.is_snapshot() {
                        keep(c.id, &columns);
                    }
                    columns
                }
            };
            let edges = Edges::new(&rules, as_at);
            all.insert(
                c.id,
                Community {
                    currency: c.currency,
                    edges,
                    columns,
                },
            );
        }
    }
    Ok(all)
}

/// An account of the list as at a day.
pub(super) struct Row {
    pub(super) id: AccountId,
    pub(super) place: Place,
    pub(super) figures: Aged,
    pub(super) last_payment: Option<(NaiveDate, i64)>,
    currency: Currency,
    handed_over: bool,
}

#[derive(FromQueryResult)]
struct AccountRow {
    id: AccountId,
    community_id: CommunityId,
    text: String,
    handed_over: i64,
}

/// Every account of the filter with its figures as at a day, in order.
pub(super) async fn ordered(read: &Read, filter: &AgeFilter, as_at: NaiveDate) -> Result<Vec<Row>, Stop> {
    let sort = query::sort(read, filter);
    let text = match sort {
        AgeSort::Name => "a.name",
        AgeSort::Reference => "a.reference",
        AgeSort::Unit => "COALESCE(a.unit_label, '')",
        AgeSort::Status => "COALESCE((SELECT title FROM status WHERE id = a.debt_status_id), '')",
        AgeSort::Total
        | AgeSort::Current
        | AgeSort::CurrentDue
        | AgeSort::NotDue
        | AgeSort::D30
        | AgeSort::D60
        | AgeSort::D90
        | AgeSort::D120
        | AgeSort::Unallocated
        | AgeSort::LastPayment => "''",
    };
    let mut values = Values::default();
    let conditions = of_account(read, filter, Lead::Accounts, &mut values).join(" AND ");
    let sql = format!(
        "SELECT a.id, a.community_id, {text} AS text, CAST(CASE WHEN a.open_handover_id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS handed_over \
         FROM account a WHERE {conditions}"
    );
    let accounts: Vec<AccountRow> = read.report(Limit::Reach(reach_sql), &sql, values.0).await?;
    let mut ids: Vec<CommunityId> = accounts.iter().map(|a| a.community_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let communities = communities(read, &ids, as_at).await?;
    let day = as_at.num_days_from_ce();
    let mut rows: Vec<Row> = vec![];
    for a in accounts {
        let Some(c) = communities.get(&a.community_id) else {
            continue;
        };
        let figures = age_effects(c.columns.of(a.id), &c.edges);
        if !keeps(filter, &figures) {
            continue;
        }
        let last_payment = c.columns.last_payment(a.id, day);
        let key = match sort {
            AgeSort::Name | AgeSort::Reference | AgeSort::Unit | AgeSort::Status => Key::Text(a.text),
            AgeSort::Total => Key::Minor(figures.total),
            AgeSort::Current => Key::Minor(figures.current),
            AgeSort::CurrentDue => Key::Minor(figures.current - figures.not_due),
            AgeSort::NotDue => Key::Minor(figures.not_due),
            AgeSort::D30 => Key::Minor(figures.d30),
            AgeSort::D60 => Key::Minor(figures.d60),
            AgeSort::D90 => Key::Minor(figures.d90),
            AgeSort::D120 => Key::Minor(figures.d120),
            AgeSort::Unallocated => Key::Minor(figures.unallocated),
            AgeSort::LastPayment => Key::Date(last_payment.map(|p| p.0)),
        };
        rows.push(Row {
            id: a.id,
            place: Place { key, id: a.id },
            figures,
            last_payment,
            currency: c.currency,
            handed_over: a.handed_over != 0,
        });
    }
    match filter.order() {
        SortOrder::Ascending => rows.sort_unstable_by(|a, b| a.place.cmp(&b.place)),
        SortOrder::Descending => rows.sort_unstable_by(|a, b| b.place.cmp(&a.place)),
    }
    Ok(rows)
}

/// The part of an ordered list after a place.
pub(super) fn after<'r>(rows: &'r [Row], place: Option<&Place>, order: SortOrder) -> &'r [Row] {
    let Some(place) = place else { return rows };
    let at = rows.partition_point(|r| match order {
        SortOrder::Ascending => r.place <= *place,
        SortOrder::Descending => r.place >= *place,
    });
    rows.get(at..).unwrap_or_default()
}

/// The full rows of part of an ordered list, in its order. At most a few hundred at a time; `beside` where many such
/// parts follow each other.
pub(super) async fn full(read: &Read, part: &[Row], beside: Option<&Beside>) -> Result<Vec<Raw>, Stop> {
    if part.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<AccountId> = part.iter().map(|r| r.id).collect();
    let rows = match beside {
        Some(beside) => query::named_beside(read, &ids, beside).await?,
        None => query::named(read, &ids).await?,
    };
    let mut found: HashMap<AccountId, Raw> = rows.into_iter().map(|r| (r.id, r)).collect();
    Ok(part
        .iter()
        .filter_map(|row| {
            let mut raw = found.remove(&row.id)?;
            raw.figures = row.figures;
            raw.last_payment = row.last_payment;
            Some(raw)
        })
        .collect())
}

/// Sums of an ordered list.
pub(super) fn totals(rows: &[Row]) -> Vec<AgeTotals> {
    let mut currencies: Vec<Currency> = rows.iter().map(|r| r.currency).collect();
    currencies.sort_unstable_by_key(|c| c.as_str());
    currencies.dedup();
    let of = |currency: Currency| {
        let mut sum = Aged::default();
        let mut t = AgeTotals {
            currency,
            accounts: 0,
            in_arrears: 0,
            in_credit: 0,
            handed_over: 0,
            with: [0; 6],
            amounts: AgedMoney::of(&sum, currency),
        };
        for r in rows.iter().filter(|r| r.currency == currency) {
            let f = &r.figures;
            sum = sum.plus(f);
            t.accounts += 1;
            t.in_arrears += u64::from(f.total > 0);
            t.in_credit += u64::from(f.total < 0);
            t.handed_over += u64::from(r.handed_over);
            for (n, minor) in [f.current, f.d30, f.d60, f.d90, f.d120, f.unallocated]
                .into_iter()
                .enumerate()
            {
                t.with[n] += u64::from(minor != 0);
            }
        }
        t.amounts = AgedMoney::of(&sum, currency);
        t
    };
    currencies.into_iter().map(of).collect()
}

pub(super) fn masked(read: &Read) -> bool {
    is_masked(read)
}
