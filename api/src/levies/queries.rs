//! Reading recurring charges.

use super::entity::{levy, levy_reach_sql};
use crate::kernel::binds::{Binds, LIST};
use crate::kernel::{Limit, Read, Stop, page};
use chrono::NaiveDate;
use kept_shared::ids::*;
use kept_shared::levies::*;
use kept_shared::money::{Currency, Money};
use kept_shared::page::Page;
use kept_shared::permission::UserType;
use kept_shared::text::initials;
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, HashMap, HashSet};

const LOADED: Limit = Limit::Unscoped("amounts and charges of recurring charges loaded within reach");

/// A recurring charge as its table holds it, with what is needed to show it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Row {
    pub(super) id: LevyId,
    pub(super) version: i64,
    pub(super) unit_id: UnitId,
    pub(super) community_id: CommunityId,
    pub(super) kind: LevyKind,
    pub(super) what_for: String,
    pub(super) frequency: Frequency,
    pub(super) first_on: NaiveDate,
    pub(super) ends_on: Option<NaiveDate>,
    pub(super) charge_day: i64,
    pub(super) due_kind: String,
    pub(super) due_value: i64,
    pub(super) unit_code: String,
    pub(super) sort_key: String,
    pub(super) unit_active: bool,
    pub(super) currency: Currency,
    pub(super) time_zone: String,
}

/// The columns of [`Row`], from `levy l`, `unit u` and `community c`.
pub(super) const ROW: &str = "l.id, l.version, l.unit_id, l.community_id, l.kind, l.what_for, l.frequency, l.first_on, l.ends_on, \
     l.charge_day, l.due_kind, l.due_value, u.code AS unit_code, u.sort_key, u.is_active AS unit_active, c.currency, c.time_zone";
pub(super) const FROM: &str = "FROM levy l JOIN unit u ON u.id = l.unit_id JOIN community c ON c.id = l.community_id";

impl Row {
    pub(super) fn schedule(&self, amounts: Vec<(NaiveDate, i64)>) -> Schedule {
        Schedule {
            frequency: self.frequency,
            first_on: self.first_on,
            ends_on: self.ends_on,
            charge_day: u8::try_from(self.charge_day).unwrap_or(1),
            due: levy::due_rule(&self.due_kind, self.due_value),
            currency: self.currency,
            amounts,
        }
    }
}

#[derive(FromQueryResult)]
struct AmountRow {
    levy_id: LevyId,
    from_on: NaiveDate,
    amount_minor: i64,
}

/// The amounts of recurring charges, earliest first.
pub(super) async fn amounts(read: &Read, ids: &[LevyId]) -> Result<HashMap<LevyId, Vec<(NaiveDate, i64)>>, Stop> {
    let mut all: HashMap<LevyId, Vec<(NaiveDate, i64)>> = HashMap::new();
    for part in ids.chunks(LIST) {
        let mut binds = Binds::new();
        let marks = binds.list(part.iter().copied());
        let sql = format!(
            "SELECT levy_id, from_on, amount_minor FROM levy_amount WHERE levy_id IN ({marks}) ORDER BY levy_id, from_on"
        );
        for row in read.report::<AmountRow>(LOADED, &sql, binds.values()).await? {
            all.entry(row.levy_id)
                .or_default()
                .push((row.from_on, row.amount_minor));
        }
    }
    Ok(all)
}

#[derive(FromQueryResult)]
struct ChargedRow {
    levy_id: LevyId,
    period_from: NaiveDate,
}

/// First days of the periods charged and not reversed, by the run or by hand, and of those a running run is about to
/// charge.
pub(super) async fn charged(read: &Read, ids: &[LevyId]) -> Result<HashMap<LevyId, HashSet<NaiveDate>>, Stop> {
    let mut all: HashMap<LevyId, HashSet<NaiveDate>> = HashMap::new();
    for part in ids.chunks(LIST) {
        let mut binds = Binds::new();
        let marks = binds.list(part.iter().copied());
        let sql = format!(
            "SELECT c.levy_id, c.period_from FROM levy_charge c WHERE c.reversed_at IS NULL AND c.levy_id IN ({marks}) \
             AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = c.entry_id) \
             UNION SELECT n.levy_id, n.period_from FROM levy_run_line n WHERE n.levy_id IN ({marks})"
        );
        for row in read.report::<ChargedRow>(LOADED, &sql, binds.values()).await? {
            all.entry(row.levy_id).or_default().insert(row.period_from);
        }
    }
    Ok(all)
}

#[derive(FromQueryResult)]
struct OwnerRow {
    unit_id: UnitId,
    name: String,
}

/// Names of the present owners of units loaded within reach.
async fn owners(read: &Read, units: &[UnitId]) -> Result<HashMap<UnitId, String>, Stop> {
    let mut binds = Binds::new();
    let marks = binds.list(units.iter().copied());
    let sql = format!(
        "SELECT o.unit_id, a.name FROM unit_owner o JOIN account a ON a.id = o.account_id \
         WHERE o.to_on IS NULL AND {{reach a.id, +a.community_id}} AND o.unit_id IN ({marks})"
    );
    let rows: Vec<OwnerRow> = read
        .report(Limit::Reach(crate::reach::reach_sql), &sql, binds.values())
        .await?;
    let masked = read.caller().user_type == UserType::Trustee;
    let name = |name: String| if masked { initials(&name) } else { name };
    Ok(rows.into_iter().map(|r| (r.unit_id, name(r.name))).collect())
}

/// What people see of rows.
async fn views(read: &Read, rows: Vec<Row>) -> Result<Vec<Levy>, Stop> {
    let ids: Vec<LevyId> = rows.iter().map(|r| r.id).collect();
    let units: Vec<UnitId> = rows.iter().map(|r| r.unit_id).collect();
    let mut amounts = amounts(read, &ids).await?;
    let mut charged = charged(read, &ids).await?;
    let owners = owners(read, &units).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let today = read.today(&row.time_zone);
            let schedule = row.schedule(amounts.remove(&row.id).unwrap_or_default());
            let charged = charged.remove(&row.id).unwrap_or_default();
            let money = |minor| Money::new(minor, row.currency);
            let next = schedule
                .next(today, |from| charged.contains(&from))
                .map(|due| LevyCharge {
                    period: due.period,
                    charge_on: due.charge_on,
                    due_on: due.due_on,
                    amount: money(due.minor),
                });
            Levy {
                id: row.id,
                version: row.version,
                unit_id: row.unit_id,
                unit_code: row.unit_code.clone(),
                community_id: row.community_id,
                kind: row.kind,
                what_for: row.what_for.clone(),
                frequency: row.frequency,
                first_on: row.first_on,
                ends_on: row.ends_on,
                charge_day: schedule.charge_day,
                due: schedule.due,
                amount: money(schedule.minor_on(today)),
                amounts: schedule
                    .amounts
                    .iter()
                    .map(|(from_on, minor)| LevyAmount {
                        from_on: *from_on,
                        amount: money(*minor),
                    })
                    .collect(),
                charged_until: charged.iter().max().copied(),
                next,
                owner: owners.get(&row.unit_id).cloned(),
            }
        })
        .collect())
}

/// One recurring charge. Errors: 404.
pub(super) async fn view(read: &Read, id: LevyId) -> Result<Levy, Stop> {
    let sql = format!("SELECT {ROW} {FROM} WHERE l.id = $1 AND {{reach l.community_id}}");
    let rows: Vec<Row> = read.report(Limit::Reach(levy_reach_sql), &sql, vec![id.into()]).await?;
    views(read, rows).await?.pop().ok_or_else(Stop::not_found)
}

/// A page of recurring charges, by unit as people count, then by kind.
pub(super) async fn list(read: &Read, filter: &LevyFilter) -> Result<Page<Levy>, Stop> {
    let limit = page::limit(filter.limit)?;
    let bare = LevyFilter {
        limit: None,
        cursor: None,
        ..filter.clone()
    };
    let mark = page::fingerprint("levies", &bare)?;
    let after: Option<(String, LevyId)> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut binds = Binds::new();
    let mut conditions = vec!["{reach l.community_id}".to_owned()];
    if let Some(community) = filter.community_id {
        conditions.push(format!("l.community_id = {}", binds.one(community)));
    }
    if let Some(unit) = filter.unit_id {
        conditions.push(format!("l.unit_id = {}", binds.one(unit)));
    }
    if let Some(kind) = filter.kind {
        conditions.push(format!("l.kind = {}", binds.one(kind)));
    }
    if let Some(pattern) = page::search_pattern(filter.q.as_deref())? {
        let pattern = binds.one(pattern);
        conditions.push(format!(
            "(u.search LIKE {pattern} ESCAPE '\\' OR LOWER(l.what_for) LIKE {pattern} ESCAPE '\\')"
        ));
    }
    if !filter.include_ended.unwrap_or_default() {
        // A day's difference between time zones shows a charge a few hours longer.
        let today = read.now().date_naive();
        conditions.push(format!("(l.ends_on IS NULL OR l.ends_on >= {})", binds.one(today)));
    }
    if let Some((key, id)) = after {
        let (key, id) = (binds.one(key), binds.one(id));
        conditions.push(format!("(u.sort_key, l.id) > ({key}, {id})"));
    }
    let most = binds.one(i64::try_from(limit + 1).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT {ROW} {FROM} WHERE {} ORDER BY u.sort_key, l.id LIMIT {most}",
        conditions.join(" AND ")
    );
    let rows: Vec<Row> = read.report(Limit::Reach(levy_reach_sql), &sql, binds.values()).await?;
    let page = page::page(rows, limit, &mark, |r| (r.sort_key.clone(), r.id))?;
    Ok(Page {
        items: views(read, page.items).await?,
        next_cursor: page.next_cursor,
    })
}

/// Every recurring charge of a community with its schedule, by unit as people count. The community was loaded within
/// reach.
pub(super) async fn of_community(read: &Read, community: CommunityId) -> Result<Vec<(Row, Schedule)>, Stop> {
    let sql =
        format!("SELECT {ROW} {FROM} WHERE l.community_id = $1 AND {{reach l.community_id}} ORDER BY u.sort_key, l.id");
    let rows: Vec<Row> = read
        .report(Limit::Reach(levy_reach_sql), &sql, vec![community.into()])
        .await?;
    with_schedules(read, rows).await
}

async fn with_schedules(read: &Read, rows: Vec<Row>) -> Result<Vec<(Row, Schedule)>, Stop> {
    let ids: Vec<LevyId> = rows.iter().map(|r| r.id).collect();
    let mut amounts = amounts(read, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let schedule = row.schedule(amounts.remove(&row.id).unwrap_or_default());
            (row, schedule)
        })
        .collect())
}

/// Schedules of units the caller has loaded, for the figures of units: what recurs is a unit's figure, so whoever sees the
/// unit sees it.
pub async fn schedules_of(read: &Read, units: &[UnitId]) -> Result<Vec<(UnitId, Schedule)>, Stop> {
    let mut all = vec![];
    for part in units.chunks(LIST) {
        let mut binds = Binds::new();
        let marks = binds.list(part.iter().copied());
        let sql = format!("SELECT {ROW} {FROM} WHERE l.unit_id IN ({marks}) ORDER BY l.id");
        let why = Limit::Unscoped("schedules of units loaded within reach");
        let rows: Vec<Row> = read.report(why, &sql, binds.values()).await?;
        all.extend(
            with_schedules(read, rows)
                .await?
                .into_iter()
                .map(|(row, s)| (row.unit_id, s)),
        );
    }
    Ok(all)
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// What a community raises, of the charges in force today.
pub(super) async fn summary(
    read: &Read,
    community: CommunityId,
    currency: Currency,
    today: NaiveDate,
) -> Result<LevySummary, Stop> {
    let all = of_community(read, community).await?;
    let in_force: Vec<&(Row, Schedule)> = all
        .iter()
        .filter(|(row, s)| row.unit_active && s.in_force(today))
        .collect();
    let units: HashSet<UnitId> = in_force.iter().map(|(row, _)| row.unit_id).collect();
    let mut totals: BTreeMap<Frequency, (u64, i64)> = BTreeMap::new();
    for (_, s) in &in_force {
        let total = totals.entry(s.frequency).or_default();
        total.0 += 1;
        total.1 += s.minor_on(today);
    }
    Ok(LevySummary {
        schedules: in_force.len() as u64,
        units: units.len() as u64,
        units_without: units_without(read, community, units.len()).await?,
        totals: totals
            .into_iter()
            .map(|(frequency, (schedules, minor))| FrequencyTotal {
                frequency,
                schedules,
                amount: Money::new(minor, currency),
            })
            .collect(),
    })
}

/// Units in use beyond `with` of them.
pub(super) async fn units_without(read: &Read, community: CommunityId, with: usize) -> Result<u64, Stop> {
    let count: Option<Count> = read
        .report_one(
            Limit::Unscoped("the number of units of a community loaded within reach"),
            "SELECT COUNT(*) AS n FROM unit WHERE community_id = $1 AND is_active = $2",
            vec![community.into(), true.into()],
        )
        .await?;
    let all = count.and_then(|c| u64::try_from(c.n).ok()).unwrap_or_default();
    Ok(all.saturating_sub(with as u64))
}
