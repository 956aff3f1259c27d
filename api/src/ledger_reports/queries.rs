//! Whose ledger a report is, and the movements of many customers at once.

use super::entity::{Column, Entity, Model};
use crate::kernel::{Limit, Read, Seen, Stop, binds::Binds};
use crate::reach::{at_work_sql, reach_sql};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::ids::*;
use kept_shared::ledger::EntryType;
use kept_shared::ledger_reports::*;
use kept_shared::money::{Currency, Money};
use kept_shared::problem::{Code, FieldProblem, Problem};
use sea_orm::{ColumnTrait, FromQueryResult};
use std::collections::HashMap;

pub(super) const OF_THE_REPORT: Limit = Limit::Unscoped("customers of a report whose reach was checked as a whole");
const OF_THE_CALLER: Limit = Limit::Unscoped("the caller's own reports, counted");

/// The caller's own report. Errors: 404 for anybody else's.
pub(super) async fn own(read: &Read, id: LedgerReportId) -> Result<Seen<Model>, Stop> {
    let user = read.caller().user()?;
    read.find::<Entity>()
        .filter(Column::Id.eq(id))
        .filter(Column::OrderedBy.eq(user))
        .one()
        .await?
        .ok_or_else(Stop::not_found)
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// Whether the caller still reaches every customer of a report.
pub(super) async fn is_within_reach(read: &Read, report: &Model) -> Result<bool, Stop> {
    let row: Option<Count> = read
        .report_one(
            Limit::Reach(reach_sql),
            "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM ledger_report_account r JOIN account a ON a.id = r.account_id \
             WHERE r.report_id = $1 AND {reach a.id, +a.community_id}",
            vec![report.id.into()],
        )
        .await?;
    Ok(row.is_some_and(|r| r.n == report.customers))
}

#[derive(FromQueryResult)]
struct Reached {
    report_id: LedgerReportId,
    n: i64,
}

/// Reports as the caller may see them, in one statement: sums only of those whose every customer is still within reach.
pub(super) async fn views(read: &Read, reports: &[Seen<Model>]) -> Result<Vec<LedgerReport>, Stop> {
    let mut binds = Binds::new();
    let ids = binds.list(reports.iter().map(|r| r.id));
    let sql = format!(
        "SELECT r.report_id, CAST(COUNT(*) AS BIGINT) AS n FROM ledger_report_account r JOIN account a ON a.id = r.account_id \
         WHERE r.report_id IN ({ids}) AND {{reach a.id, +a.community_id}} GROUP BY r.report_id"
    );
    let rows: Vec<Reached> = read.report(Limit::Reach(reach_sql), &sql, binds.values()).await?;
    let reached: HashMap<LedgerReportId, i64> = rows.into_iter().map(|r| (r.report_id, r.n)).collect();
    let view = |report: &Seen<Model>| {
        let mut view = report.view()?;
        if reached.get(&report.id) != Some(&report.customers) {
            view.totals.clear();
        }
        Ok(view)
    };
    reports.iter().map(view).collect()
}

/// Errors: 422 while the caller has as many reports as are kept for one person, saying until when.
pub(super) async fn check_room(read: &Read) -> Result<(), Stop> {
    #[derive(FromQueryResult)]
    struct Live {
        n: i64,
        until: Option<DateTime<Utc>>,
    }
    let sql =
        "SELECT COUNT(*) AS n, MIN(expires_at) AS until FROM ledger_report WHERE ordered_by = $1 AND expires_at > $2";
    let values = vec![read.caller().user()?.into(), read.now().into()];
    let live: Option<Live> = read.report_one(OF_THE_CALLER, sql, values).await?;
    let Some(until) = live.filter(|l| l.n >= i64::from(MAX_LIVE)).and_then(|l| l.until) else {
        return Ok(());
    };
    let flaw = FieldProblem::new("/selection", "too_many_reports")
        .with("most", MAX_LIVE)
        .with("until", until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    Err(Problem::of(Code::NotAcceptable).with_errors(vec![flaw]).into())
}

/// Errors: 409 when a customer of it is no longer within reach.
pub(super) async fn check_reach(read: &Read, report: &Model) -> Result<(), Stop> {
    if is_within_reach(read, report).await? {
        Ok(())
    } else {
        Err(Problem::of(Code::StateForbids).at("/customers", "out_of_reach").into())
    }
}

#[derive(Clone, FromQueryResult)]
pub(super) struct Chosen {
    pub id: AccountId,
    pub name: String,
}

/// What holds of the customers `a` of a selection that the caller reaches.
pub(super) fn selected(read: &Read, selection: &ReportSelection, binds: &mut Binds) -> Result<String, Stop> {
    let mut conditions = vec![];
    match selection {
        ReportSelection::Accounts { account_ids } => {
            // Of whose organisation they are is in the reach.
            conditions.push("{reach a.id, +a.community_id}".to_owned());
            conditions.push(format!("a.id IN ({})", binds.list(account_ids.iter().copied())));
        }
        ReportSelection::All {
            community_ids,
            status_ids,
        } => {
            let own = binds.one(read.organisation()?);
            conditions.push(format!("a.organisation_id = {own} AND {{reach a.id, a.community_id}}"));
            // An attorney's own are the matters at work; one that has ended can still be chosen by itself.
            conditions.extend(at_work_sql(read.scope(), read.backend(), "a.id"));
            if !community_ids.is_empty() {
                let ids = binds.list(community_ids.iter().copied());
                conditions.push(format!("a.community_id IN ({ids})"));
            }
            if !status_ids.is_empty() {
                let ids = binds.list(status_ids.iter().copied());
                conditions.push(format!("a.debt_status_id IN ({ids})"));
            }
        }
    }
    Ok(conditions.join(" AND "))
}

/// The customers of a selection that the caller reaches, by name; one more than allowed tells that they are too many.
pub(super) async fn choose(read: &Read, selection: &ReportSelection) -> Result<Vec<Chosen>, Stop> {
    let mut binds = Binds::new();
    let selected = selected(read, selection, &mut binds)?;
    let most = MAX_CUSTOMERS + 1;
    let sql = format!("SELECT a.id, a.name FROM account a WHERE {selected} ORDER BY a.name, a.id LIMIT {most}");
    read.report(Limit::Reach(reach_sql), &sql, binds.values()).await
}

/// Customers of a report after a place, by name, at most `limit`.
pub(super) async fn chosen(
    read: &Read,
    report: LedgerReportId,
    after: Option<&(String, AccountId)>,
    limit: u64,
) -> Result<Vec<Chosen>, Stop> {
    let mut binds = Binds::new();
    let mut condition = format!("report_id = {}", binds.one(report));
    if let Some((name, id)) = after {
        let (name, id) = (binds.one(name.clone()), binds.one(*id));
        condition.push_str(&format!(" AND (name, account_id) > ({name}, {id})"));
    }
    let sql = format!(
        "SELECT account_id AS id, name FROM ledger_report_account WHERE {condition} ORDER BY name, account_id LIMIT {limit}"
    );
    read.report(OF_THE_REPORT, &sql, binds.values()).await
}

#[derive(FromQueryResult)]
struct HeadRow {
    id: AccountId,
    reference: String,
    name: String,
    unit_label: Option<String>,
    community: String,
    currency: Currency,
    lines: i64,
    opening: i64,
    debits: i64,
    credits: i64,
}

#[derive(FromQueryResult)]
struct LineRow {
    id: EntryId,
    account_id: AccountId,
    effective_on: NaiveDate,
    kind: EntryType,
    document: Option<String>,
    description: String,
    amount_minor: i64,
    reverses_id: Option<EntryId>,
    reversed_by: Option<EntryId>,
}

#[derive(FromQueryResult)]
struct PairRow {
    credit_id: EntryId,
    debit_id: EntryId,
    minor: i64,
    credit_document: String,
    credit_on: NaiveDate,
    debit_document: String,
    debit_on: NaiveDate,
}

const HEADS: &str = "SELECT a.id, a.reference, a.name, a.unit_label, c.name AS community, c.currency, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= {from} THEN 1 ELSE 0 END), 0) AS BIGINT) AS lines, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on < {from} THEN e.amount_minor ELSE 0 END), 0) AS BIGINT) AS opening, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= {from} AND e.amount_minor > 0 THEN e.amount_minor ELSE 0 END), 0) AS BIGINT) AS debits, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= {from} AND e.amount_minor < 0 THEN e.amount_minor ELSE 0 END), 0) AS BIGINT) AS credits \
    FROM account a JOIN community c ON c.id = a.community_id \
    LEFT JOIN entry e ON e.account_id = a.id AND e.effective_on <= {to} WHERE a.id IN ({ids}) \
    GROUP BY a.id, a.reference, a.name, a.unit_label, c.name, c.currency";

// Whatever is joined to is of the same customers. Said again for each table, since PostgreSQL, expecting more rows than
// there are, would otherwise read the whole of it.
const LINES: &str = "SELECT id, account_id, effective_on, kind, document, description, amount_minor, reverses_id, reversed_by FROM ( \
    SELECT e.id, e.account_id, e.effective_on, e.type AS kind, COALESCE(e.reference, k.reference) AS document, e.description, \
        e.amount_minor, e.reverses_id, e.posted_at, u.id AS reversed_by, \
        ROW_NUMBER() OVER (PARTITION BY e.account_id ORDER BY e.effective_on, e.posted_at, e.id) AS place \
    FROM entry e LEFT JOIN claim k ON k.id = e.claim_id AND k.account_id IN ({ids}) \
        LEFT JOIN entry u ON u.reverses_id = e.id AND u.reverses_id IS NOT NULL AND u.account_id IN ({ids}) AND u.effective_on <= {to} \
    WHERE e.account_id IN ({ids}) AND e.effective_on BETWEEN {from} AND {to}) AS numbered \
    WHERE place <= {most} ORDER BY account_id, effective_on, posted_at, id";

const PAIRS: &str = "SELECT x.credit_id, x.debit_id, x.minor, COALESCE(c.reference, c.description) AS credit_document, \
        c.effective_on AS credit_on, COALESCE(d.reference, d.description) AS debit_document, d.effective_on AS debit_on FROM ( \
        SELECT credit_entry_id AS credit_id, debit_entry_id AS debit_id, CAST(SUM(amount_minor) AS BIGINT) AS minor FROM allocation \
        WHERE account_id IN ({ids}) AND effective_on <= {to} GROUP BY credit_entry_id, debit_entry_id) x \
    JOIN entry c ON c.id = x.credit_id AND c.account_id IN ({ids}) JOIN entry d ON d.id = x.debit_id AND d.account_id IN ({ids}) \
    WHERE x.minor <> 0 ORDER BY d.effective_on, d.id, c.effective_on, c.id";

fn filled(
    sql: &str,
    ids: &[AccountId],
    (from, to): (NaiveDate, NaiveDate),
    most: usize,
) -> (String, Vec<sea_orm::Value>) {
    let mut binds = Binds::new();
    let mut out = sql.to_owned();
    for (name, value) in [("{from}", from), ("{to}", to)] {
        if out.contains(name) {
            let mark = binds.one(value);
            out = out.replace(name, &mark);
        }
    }
    let list = binds.list(ids.iter().copied());
    (
        out.replace("{ids}", &list).replace("{most}", &most.to_string()),
        binds.values(),
    )
}

/// What each entry was set against.
async fn pairs(
    read: &Read,
    ids: &[AccountId],
    days: (NaiveDate, NaiveDate),
) -> Result<HashMap<EntryId, Vec<(EntryId, String, NaiveDate, i64)>>, Stop> {
    let (sql, values) = filled(PAIRS, ids, days, 0);
    let mut all: HashMap<EntryId, Vec<(EntryId, String, NaiveDate, i64)>> = HashMap::new();
    for p in read.report::<PairRow>(OF_THE_REPORT, &sql, values).await? {
        all.entry(p.credit_id)
            .or_default()
            .push((p.debit_id, p.debit_document, p.debit_on, p.minor));
        all.entry(p.debit_id)
            .or_default()
            .push((p.credit_id, p.credit_document, p.credit_on, p.minor));
    }
    Ok(all)
}

/// The customers with their movements, in the order of `ids`, at most `most` lines of each. Three statements, however
/// many they are; at most [`crate::kernel::binds::LIST`] at a time.
pub(super) async fn customers(
    read: &Read,
    ids: &[AccountId],
    days: (NaiveDate, NaiveDate),
    most: usize,
) -> Result<Vec<LedgerCustomer>, Stop> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let (sql, values) = filled(HEADS, ids, days, most);
    let mut heads: HashMap<AccountId, HeadRow> = read
        .report::<HeadRow>(OF_THE_REPORT, &sql, values)
        .await?
        .into_iter()
        .map(|r| (r.id, r))
        .collect();
    let (sql, values) = filled(LINES, ids, days, most);
    let mut lines: HashMap<AccountId, Vec<LineRow>> = HashMap::new();
    for row in read.report::<LineRow>(OF_THE_REPORT, &sql, values).await? {
        lines.entry(row.account_id).or_default().push(row);
    }
    let mut pairs = pairs(read, ids, days).await?;
    Ok(ids
        .iter()
        .filter_map(|id| {
            let head = heads.remove(id)?;
            let rows = lines.remove(id).unwrap_or_default();
            Some(customer(head, rows, &mut pairs))
        })
        .collect())
}

fn customer(
    head: HeadRow,
    rows: Vec<LineRow>,
    pairs: &mut HashMap<EntryId, Vec<(EntryId, String, NaiveDate, i64)>>,
) -> LedgerCustomer {
    let money = |minor: i64| Money::new(minor, head.currency);
    let mut balance = head.opening;
    let lines = rows
        .into_iter()
        .map(|row| {
            balance += row.amount_minor;
            let set = pairs.remove(&row.id).unwrap_or_default();
            let allocated: i64 = set.iter().map(|p| p.3).sum();
            // What undoes another entry, or is undone, is settled by that.
            let undone = row.reverses_id.is_some() || row.reversed_by.is_some();
            let left = row.amount_minor.saturating_abs() - allocated;
            LedgerLine {
                id: row.id,
                date: row.effective_on,
                kind: row.kind,
                document: row.document,
                description: row.description,
                debit: (row.amount_minor >= 0).then(|| money(row.amount_minor)),
                credit: (row.amount_minor < 0).then(|| money(-row.amount_minor)),
                balance: money(balance),
                against: set
                    .into_iter()
                    .map(|(entry_id, document, date, minor)| Against {
                        entry_id,
                        document,
                        date,
                        amount: money(minor),
                    })
                    .collect(),
                unallocated: (left > 0 && !undone).then(|| money(left)),
            }
        })
        .collect();
    LedgerCustomer {
        account_id: head.id,
        opening: money(head.opening),
        debits: money(head.debits),
        credits: money(head.credits),
        closing: money(head.opening + head.debits + head.credits),
        lines,
        line_count: u32::try_from(head.lines).unwrap_or(u32::MAX),
        reference: head.reference,
        name: head.name,
        unit_label: head.unit_label,
        community: head.community,
    }
}
