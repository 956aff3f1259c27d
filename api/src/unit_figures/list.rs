//! The list of units with what their present owners owe on them. A page costs a fixed number of statements: open items of
//! its owners come from their own table, ready since the last posting.

use super::history::{facts, owned};
use crate::kernel::binds::Binds;
use crate::kernel::{Limit, Read, Stop};
use crate::levies;
use crate::reach::reach_sql;
use crate::units;
use chrono::NaiveDate;
use kept_shared::ids::*;
use kept_shared::levies::recurring;
use kept_shared::money::Money;
use kept_shared::page::Page;
use kept_shared::unit_figures::*;
use kept_shared::units::Unit;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Zone {
    time_zone: String,
}

/// That the present owner of a unit is behind on it. `today` is typed and the reach is made here, so nothing a client sent
/// enters the text. The account's oldest due date is looked at first: most units end there.
fn is_behind(read: &Read, today: NaiveDate) -> String {
    let reach = reach_sql(read.scope(), read.backend(), "a.id, a.community_id");
    let named = "COALESCE(e.unit_id, k.unit_id)";
    let held =
        |w: &str| format!("({w}.from_on <= e.effective_on AND ({w}.to_on IS NULL OR {w}.to_on >= e.effective_on))");
    let (here, there) = (held("w"), held("v"));
    // The rule of `tie`: named, or the only unit of its date, or the only one ever.
    let tied = format!(
        "({named} = o.unit_id OR {named} IS NULL AND (\
         (EXISTS (SELECT 1 FROM unit_owner w WHERE w.account_id = o.account_id AND w.unit_id = o.unit_id AND {here}) \
          AND NOT EXISTS (SELECT 1 FROM unit_owner v WHERE v.account_id = o.account_id AND v.unit_id <> o.unit_id AND {there})) \
         OR NOT EXISTS (SELECT 1 FROM unit_owner v WHERE v.account_id = o.account_id AND v.unit_id <> o.unit_id)))"
    );
    format!(
        "EXISTS (SELECT 1 FROM unit_owner o JOIN account a ON a.id = o.account_id JOIN aged x ON x.account_id = o.account_id \
         LEFT JOIN arrears_tolerance t ON t.community_id = a.community_id JOIN open_item i ON i.account_id = o.account_id \
         JOIN entry e ON e.id = i.entry_id LEFT JOIN claim k ON k.id = e.claim_id \
         WHERE o.unit_id = \"unit\".\"id\" AND o.to_on IS NULL AND x.oldest_due_on < '{today}' \
         AND i.open_minor > COALESCE(t.tolerance_minor, 0) AND COALESCE(e.due_on, e.effective_on) < '{today}' \
         AND {tied} AND {reach})"
    )
}

/// That somebody in reach owns a unit now.
fn is_owned(read: &Read) -> String {
    let reach = reach_sql(read.scope(), read.backend(), "a.id, a.community_id");
    format!(
        "EXISTS (SELECT 1 FROM unit_owner o JOIN account a ON a.id = o.account_id \
         WHERE o.unit_id = \"unit\".\"id\" AND o.to_on IS NULL AND {reach})"
    )
}

/// Units of a status, on the today of each community's time zone.
async fn of_status(read: &Read, status: UnitStatus) -> Result<Condition, Stop> {
    let zones: Vec<Zone> = read
        .report(
            Limit::Unscoped("the time zones of the organisation"),
            "SELECT DISTINCT time_zone FROM community WHERE organisation_id = $1",
            vec![read.organisation()?.into()],
        )
        .await?;
    let mut any = Condition::any();
    for zone in zones {
        let behind = is_behind(read, read.today(&zone.time_zone));
        let there = Query::select()
            .column(Alias::new("id"))
            .from(Alias::new("community"))
            .and_where(Expr::col(Alias::new("time_zone")).eq(zone.time_zone))
            .to_owned();
        let sql = match status {
            UnitStatus::Delinquent => behind,
            UnitStatus::Current => format!("({} AND NOT {behind})", is_owned(read)),
        };
        any = any.add(
            Condition::all()
                .add(units::Column::CommunityId.in_subquery(there))
                .add(Expr::cust(sql)),
        );
    }
    Ok(any)
}

#[derive(FromQueryResult)]
struct OpenRow {
    account_id: AccountId,
    unit_id: Option<UnitId>,
    effective_on: NaiveDate,
    due_on: Option<NaiveDate>,
    open_minor: i64,
}

/// What present owners owe on their units, by unit.
async fn standings(read: &Read, page: &[Unit]) -> Result<HashMap<UnitId, Standing>, Stop> {
    let owner_of = |u: &Unit| u.owner.as_ref().map(|o| o.account_id);
    let accounts: Vec<AccountId> = page.iter().filter_map(owner_of).collect();
    let facts = facts(read, &accounts).await?;
    let owned = owned(read, &accounts).await?;
    let mut binds = Binds::new();
    let marks = binds.list(accounts.iter().copied());
    let sql = format!(
        "SELECT i.account_id, COALESCE(e.unit_id, k.unit_id) AS unit_id, e.effective_on, e.due_on, i.open_minor \
         FROM open_item i JOIN entry e ON e.id = i.entry_id LEFT JOIN claim k ON k.id = e.claim_id WHERE i.account_id IN ({marks})"
    );
    let why = Limit::Unscoped("open items of accounts whose facts were loaded within reach");
    let mut open: HashMap<(AccountId, Option<UnitId>), Vec<OpenPart>> = HashMap::new();
    for r in read.report::<OpenRow>(why, &sql, binds.values()).await? {
        let none = vec![];
        let unit = tie(owned.get(&r.account_id).unwrap_or(&none), r.unit_id, r.effective_on);
        open.entry((r.account_id, unit)).or_default().push(OpenPart {
            due_on: r.due_on.unwrap_or(r.effective_on),
            minor: r.open_minor,
        });
    }
    let ids: Vec<UnitId> = page.iter().map(|u| u.id).collect();
    let schedules = levies::schedules_of(read, &ids).await?;
    let mut all = HashMap::new();
    for unit in page {
        let Some(account) = owner_of(unit) else { continue };
        let Some(f) = facts.iter().find(|f| f.id == account) else {
            continue;
        };
        let today = read.today(&f.time_zone);
        let mut figures = Figures::default();
        for part in open.get(&(account, Some(unit.id))).into_iter().flatten() {
            figures.add(*part, today, f.tolerance);
        }
        let money = |minor| Money::new(minor, f.currency);
        let of_unit = schedules.iter().filter(|(id, _)| *id == unit.id).map(|(_, s)| s);
        let standing = Standing {
            status: figures.status(),
            days_past_due: figures.days_past_due,
            amount_due: money(figures.amount_due),
            balance: money(figures.balance()),
            recurring: recurring(of_unit, today).map(|(minor, frequency)| Recurring {
                amount: money(minor),
                frequency,
            }),
        };
        all.insert(unit.id, standing);
    }
    Ok(all)
}

/// A page of units with figures.
pub(super) async fn list(read: &Read, filter: &UnitFigureFilter) -> Result<Page<UnitLine>, Stop> {
    let (condition, name) = match filter.status {
        None => (Condition::all(), "unit-figures"),
        Some(UnitStatus::Delinquent) => (
            of_status(read, UnitStatus::Delinquent).await?,
            "unit-figures-delinquent",
        ),
        Some(UnitStatus::Current) => (of_status(read, UnitStatus::Current).await?, "unit-figures-current"),
    };
    let page = units::list_where(read, &filter.units(), condition, name).await?;
    let mut standings = standings(read, &page.items).await?;
    Ok(page.map(|unit| UnitLine {
        standing: standings.remove(&unit.id),
        unit,
    }))
}

/// How many units the list holds, and how they stand.
pub(super) async fn summary(read: &Read, filter: &UnitFigureFilter) -> Result<UnitFigureSummary, Stop> {
    let of = async |condition: Condition| units::count_where(read, &filter.units(), condition).await;
    let owned = of(Condition::all().add(Expr::cust(is_owned(read)))).await?;
    let delinquent = of(of_status(read, UnitStatus::Delinquent).await?).await?;
    let all = of(Condition::all()).await?;
    let current = owned.saturating_sub(delinquent);
    Ok(match filter.status {
        None => UnitFigureSummary {
            units: all,
            owned,
            delinquent,
            current,
        },
        Some(UnitStatus::Delinquent) => UnitFigureSummary {
            units: delinquent,
            owned: delinquent,
            delinquent,
            current: 0,
        },
        Some(UnitStatus::Current) => UnitFigureSummary {
            units: current,
            owned: current,
            delinquent: 0,
            current,
        },
    })
}
