//! Loading what the figures are made of, and figures of accounts and units as at a day.

use crate::kernel::binds::{Binds, LIST};
use crate::kernel::{Limit, Read, Stop};
use crate::levies;
use crate::reach::reach_sql;
use chrono::{Datelike, NaiveDate};
use kept_shared::ageing::{AgeingBasis, AgeingMode, AgeingRules, CreditPolicy, Item, Settlement};
use kept_shared::ids::*;
use kept_shared::ledger::{EntryType, YEARS};
use kept_shared::levies::Period;
use kept_shared::money::Currency;
use kept_shared::permission::UserType;
use kept_shared::problem::{Code, Problem};
use kept_shared::text::initials;
use kept_shared::unit_figures::*;
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, HashMap};

const LOADED: Limit = Limit::Unscoped("history of accounts whose facts were loaded within reach");

/// What the figures need to know of an account.
pub(super) struct Facts {
    pub(super) id: AccountId,
    pub(super) currency: Currency,
    pub(super) time_zone: String,
    pub(super) rules: AgeingRules,
    pub(super) tolerance: i64,
}

#[derive(FromQueryResult)]
struct FactsRow {
    id: AccountId,
    currency: Currency,
    time_zone: String,
    ageing_mode: AgeingMode,
    ageing_basis: AgeingBasis,
    ageing_edges: String,
    credit_policy: CreditPolicy,
    tolerance_minor: Option<i64>,
}

/// Facts of those of the accounts that the caller reaches.
pub(super) async fn facts(read: &Read, ids: &[AccountId]) -> Result<Vec<Facts>, Stop> {
    let mut binds = Binds::new();
    let marks = binds.list(ids.iter().copied());
    let sql = format!(
        "SELECT a.id, c.currency, c.time_zone, c.ageing_mode, c.ageing_basis, c.ageing_edges, c.credit_policy, \
         t.tolerance_minor FROM account a JOIN community c ON c.id = a.community_id \
         LEFT JOIN arrears_tolerance t ON t.community_id = c.id WHERE a.id IN ({marks}) AND {{reach a.id, +a.community_id}}"
    );
    let rows: Vec<FactsRow> = read.report(Limit::Reach(reach_sql), &sql, binds.values()).await?;
    Ok(rows
        .into_iter()
        .map(|r| Facts {
            id: r.id,
            currency: r.currency,
            time_zone: r.time_zone,
            rules: AgeingRules {
                mode: r.ageing_mode,
                basis: r.ageing_basis,
                edges: crate::communities::edges_from(&r.ageing_edges),
                credit_policy: r.credit_policy,
            },
            tolerance: r.tolerance_minor.unwrap_or_default(),
        })
        .collect())
}

#[derive(FromQueryResult)]
struct EntryRow {
    id: EntryId,
    account_id: AccountId,
    effective_on: NaiveDate,
    due_on: Option<NaiveDate>,
    amount_minor: i64,
    kind: EntryType,
    unit_id: Option<UnitId>,
    claim_id: Option<ClaimId>,
    reverses_id: Option<EntryId>,
    period_from: Option<NaiveDate>,
    period_to: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct SettlementRow {
    account_id: AccountId,
    credit_entry_id: EntryId,
    debit_entry_id: EntryId,
    effective_on: NaiveDate,
    amount_minor: i64,
}

#[derive(FromQueryResult)]
pub(super) struct OwnedRow {
    pub(super) account_id: AccountId,
    pub(super) unit_id: UnitId,
    pub(super) from_on: NaiveDate,
    pub(super) to_on: Option<NaiveDate>,
}

/// Which units accounts own and owned; the accounts were loaded within reach.
pub(super) async fn owned(read: &Read, ids: &[AccountId]) -> Result<HashMap<AccountId, Vec<Ownership>>, Stop> {
    let mut binds = Binds::new();
    let marks = binds.list(ids.iter().copied());
    let sql = format!("SELECT account_id, unit_id, from_on, to_on FROM unit_owner WHERE account_id IN ({marks})");
    let mut all: HashMap<AccountId, Vec<Ownership>> = HashMap::new();
    for r in read.report::<OwnedRow>(LOADED, &sql, binds.values()).await? {
        all.entry(r.account_id).or_default().push(Ownership {
            unit: r.unit_id,
            from_on: r.from_on,
            to_on: r.to_on,
        });
    }
    Ok(all)
}

/// The debits of an account that belong to a unit, by the rule its figures go by; the account was loaded within reach.
pub(crate) async fn debits_of(read: &Read, account: AccountId, unit: UnitId) -> Result<Vec<EntryId>, Stop> {
    let owned = owned(read, &[account]).await?.remove(&account).unwrap_or_default();
    let history = histories(read, &[account]).await?.remove(&account).unwrap_or_default();
    let debits = history.entries.iter().filter(|e| e.item.minor > 0);
    Ok(debits
        .filter(|e| tie(&owned, e.unit, e.item.effective_on) == Some(unit))
        .map(|e| e.item.id)
        .collect())
}

/// Whole histories of accounts loaded within reach.
pub(super) async fn histories(read: &Read, ids: &[AccountId]) -> Result<HashMap<AccountId, UnitHistory>, Stop> {
    let mut all: HashMap<AccountId, UnitHistory> = ids.iter().map(|id| (*id, UnitHistory::default())).collect();
    for part in ids.chunks(LIST) {
        let mut binds = Binds::new();
        let marks = binds.list(part.iter().copied());
        let values = binds.values();
        let sql = format!(
            "SELECT e.id, e.account_id, e.effective_on, e.due_on, e.amount_minor, e.type AS kind, \
             COALESCE(e.unit_id, k.unit_id) AS unit_id, e.claim_id, e.reverses_id, k.period_from, k.period_to \
             FROM entry e LEFT JOIN claim k ON k.id = e.claim_id WHERE e.account_id IN ({marks})"
        );
        for r in read.report::<EntryRow>(LOADED, &sql, values.clone()).await? {
            all.entry(r.account_id).or_default().entries.push(UnitEntry {
                item: Item {
                    id: r.id,
                    effective_on: r.effective_on,
                    due_on: r.due_on,
                    minor: r.amount_minor,
                },
                kind: r.kind,
                unit: r.unit_id,
                claim: r.claim_id,
                period: r.period_from.zip(r.period_to).map(|(from, to)| Period { from, to }),
                reverses: r.reverses_id,
            });
        }
        let sql = format!(
            "SELECT account_id, credit_entry_id, debit_entry_id, effective_on, amount_minor FROM allocation \
             WHERE account_id IN ({marks})"
        );
        for r in read.report::<SettlementRow>(LOADED, &sql, values).await? {
            all.entry(r.account_id).or_default().settlements.push(Settlement {
                credit: r.credit_entry_id,
                debit: r.debit_entry_id,
                effective_on: r.effective_on,
                minor: r.amount_minor,
            });
        }
        for (account, owned) in owned(read, part).await? {
            all.entry(account).or_default().owned = owned;
        }
    }
    let units: Vec<UnitId> = all.values().flat_map(|h| h.owned.iter().map(|o| o.unit)).collect();
    let schedules = levies::schedules_of(read, &units).await?;
    for history in all.values_mut() {
        let of_these = schedules
            .iter()
            .filter(|(unit, _)| history.owned.iter().any(|o| o.unit == *unit));
        history.schedules = of_these.cloned().collect();
    }
    Ok(all)
}

/// The day asked for. Errors: 400 outside the years a book may have.
fn day(filter: &FiguresFilter, today: NaiveDate) -> Result<NaiveDate, Stop> {
    let as_at = filter.as_at.unwrap_or(today);
    if YEARS.contains(&as_at.year()) {
        Ok(as_at)
    } else {
        Err(Problem::of(Code::QueryMalformed).at("?as_at", "out_of_range").into())
    }
}

#[derive(FromQueryResult)]
struct UnitRow {
    id: UnitId,
    code: String,
    sort_key: String,
    block: Option<String>,
    description: Option<String>,
    unit_type: Option<String>,
    size: Option<String>,
}

/// All units of a customer as at a day. Errors: 404.
pub(super) async fn of_account(read: &Read, id: AccountId, filter: &FiguresFilter) -> Result<AccountUnits, Stop> {
    let facts = facts(read, &[id])
        .await?
        .into_iter()
        .next()
        .ok_or_else(Stop::not_found)?;
    let as_at = day(filter, read.today(&facts.time_zone))?;
    let history = histories(read, &[id]).await?.remove(&id).unwrap_or_default();
    let all = unit_figures(&history, &facts.rules, as_at, facts.tolerance);
    let mut binds = Binds::new();
    let marks = binds.list(all.keys().flatten().copied());
    let sql = format!("SELECT id, code, sort_key, block, description, unit_type, size FROM unit WHERE id IN ({marks})");
    let why = Limit::Unscoped("units that an account within reach owns or that its entries name");
    let mut rows: Vec<UnitRow> = read.report(why, &sql, binds.values()).await?;
    rows.sort_by(|a, b| (&a.sort_key, a.id).cmp(&(&b.sort_key, b.id)));
    let previous = filter.include_previous.unwrap_or_default();
    let mut units: Vec<(bool, AccountUnitFigures)> = vec![];
    for row in rows {
        let Some(figures) = all.get(&Some(row.id)) else {
            continue;
        };
        let of_unit = || history.owned.iter().filter(|o| o.unit == row.id && o.from_on <= as_at);
        let last = of_unit().max_by_key(|o| o.from_on);
        let is_held = of_unit().any(|o| o.holds_on(as_at));
        let carries = (figures.amount_due, figures.not_due, figures.credit) != (0, 0, 0);
        if !(is_held || carries || previous && last.is_some()) {
            continue;
        }
        units.push((
            !is_held,
            AccountUnitFigures {
                unit_id: row.id,
                code: row.code,
                block: row.block,
                description: row.description,
                unit_type: row.unit_type,
                size: row.size,
                from_on: last.map(|o| o.from_on),
                to_on: last.and_then(|o| o.to_on).filter(|to| *to < as_at),
                figures: UnitFigures::of(figures, facts.currency),
            },
        ));
    }
    units.sort_by_key(|(is_former, _)| *is_former);
    let of = |figures: &Figures| UnitFigures::of(figures, facts.currency);
    let none = all.get(&None).filter(|f| **f != Figures::default());
    Ok(AccountUnits {
        account_id: id,
        as_at,
        units: units.into_iter().map(|(_, unit)| unit).collect(),
        untied: none.map(of),
        total: of(&Figures::total(all.values())),
    })
}

#[derive(FromQueryResult)]
struct OwnerRow {
    account_id: AccountId,
    reference: String,
    name: String,
    from_on: NaiveDate,
    to_on: Option<NaiveDate>,
}

/// The owner of a unit as at a day with the figures on it, and those before on request. The unit was loaded within reach;
/// owners out of reach are left out. A trustee learns that somebody owes, not who.
pub(super) async fn of_unit(
    read: &Read,
    unit: UnitId,
    time_zone: &str,
    filter: &FiguresFilter,
) -> Result<UnitOwners, Stop> {
    let as_at = day(filter, read.today(time_zone))?;
    let sql = "SELECT o.account_id, a.reference, a.name, o.from_on, o.to_on FROM unit_owner o \
         JOIN account a ON a.id = o.account_id WHERE o.unit_id = $1 AND o.from_on <= $2 \
         AND {reach a.id, a.community_id} ORDER BY o.from_on DESC, o.id DESC";
    let rows: Vec<OwnerRow> = read
        .report(Limit::Reach(reach_sql), sql, vec![unit.into(), as_at.into()])
        .await?;
    let previous = filter.include_previous.unwrap_or_default();
    let shown: Vec<OwnerRow> = rows
        .into_iter()
        .filter(|o| previous || o.to_on.is_none_or(|to| as_at <= to))
        .collect();
    let ids: Vec<AccountId> = shown.iter().map(|o| o.account_id).collect();
    let facts = facts(read, &ids).await?;
    let histories = histories(read, &ids).await?;
    let mut figures: BTreeMap<AccountId, UnitFigures> = BTreeMap::new();
    for f in &facts {
        if let Some(history) = histories.get(&f.id) {
            let all = unit_figures(history, &f.rules, as_at, f.tolerance);
            let of_unit = all.get(&Some(unit)).copied().unwrap_or_default();
            figures.insert(f.id, UnitFigures::of(&of_unit, f.currency));
        }
    }
    let masked = read.caller().user_type == UserType::Trustee;
    Ok(UnitOwners {
        unit_id: unit,
        as_at,
        owners: shown
            .into_iter()
            .filter_map(|o| {
                Some(OwnerFigures {
                    figures: *figures.get(&o.account_id)?,
                    account_id: o.account_id,
                    reference: if masked { "—".into() } else { o.reference },
                    name: if masked { initials(&o.name) } else { o.name },
                    from_on: o.from_on,
                    to_on: o.to_on.filter(|to| *to < as_at),
                })
            })
            .collect(),
    })
}
