//! Reading claims.

use crate::kernel::{Limit, Read, Stop, binds::Binds, page};
use crate::ledger::{AccountFacts, account_facts, claim};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::claims::*;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimResolution, ClaimState};
use kept_shared::money::Money;
use kept_shared::page::Page;
use sea_orm::FromQueryResult;

const OF_THE_ACCOUNT: Limit = Limit::Unscoped("claims of one account that was loaded within reach");

#[derive(FromQueryResult)]
struct Row {
    id: ClaimId,
    reference: String,
    issued_on: NaiveDate,
    due: NaiveDate,
    period_from: Option<NaiveDate>,
    period_to: Option<NaiveDate>,
    product: Option<String>,
    state: ClaimState,
    resolution: Option<ClaimResolution>,
    is_disputed: bool,
    principal: Option<i64>,
    fees: Option<i64>,
    interest: Option<i64>,
    credited: Option<i64>,
    open: Option<i64>,
}

/// Sums of each claim of `$1`: a reversal counts as what it undoes; payments and what stands for them, a credit adjustment
/// among it, do not count, nor does what takes them back.
const SUMS: &str = "SELECT e.claim_id, \
    CAST(SUM(CASE WHEN COALESCE(w.type, e.type) IN ('invoice', 'adjustment') AND NOT (COALESCE(w.type, e.type) = 'adjustment' AND COALESCE(w.amount_minor, e.amount_minor) < 0) \
        THEN e.amount_minor ELSE 0 END) AS BIGINT) AS principal, \
    CAST(SUM(CASE WHEN COALESCE(w.type, e.type) = 'fee' THEN e.amount_minor ELSE 0 END) AS BIGINT) AS fees, \
    CAST(SUM(CASE WHEN COALESCE(w.type, e.type) = 'interest' THEN e.amount_minor ELSE 0 END) AS BIGINT) AS interest \
    FROM entry e LEFT JOIN entry w ON w.id = e.reverses_id WHERE e.account_id = $1 AND e.claim_id IS NOT NULL GROUP BY e.claim_id";
/// What no money took off each claim of `$1`: discounts, write-offs and other credits set against its debits.
const CREDITS: &str = "SELECT d.claim_id, CAST(SUM(l.amount_minor) AS BIGINT) AS credited FROM allocation l \
    JOIN entry d ON d.id = l.debit_entry_id JOIN entry c ON c.id = l.credit_entry_id \
    WHERE l.account_id = $1 AND d.claim_id IS NOT NULL AND c.reverses_id IS NULL \
    AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = c.id) \
    AND c.type IN ('adjustment', 'discount', 'write_off') GROUP BY d.claim_id";
/// As far as the claim has that much: a debit taken back since is not counted as given up.
const CREDITED: &str = "CASE WHEN k.credited > s.principal + s.fees + s.interest - COALESCE(o.open, 0) \
    THEN s.principal + s.fees + s.interest - COALESCE(o.open, 0) ELSE k.credited END";
/// What is open of each claim of `$1`, after allocations and set-off.
const OPEN: &str = "SELECT e.claim_id, CAST(SUM(o.open_minor) AS BIGINT) AS open FROM open_item o JOIN entry e ON e.id = o.entry_id \
    WHERE o.account_id = $1 AND o.open_minor > 0 AND e.claim_id IS NOT NULL GROUP BY e.claim_id";

/// What a filter asks of a claim `c` of the account, which is `$1`.
fn conditions(account: &AccountFacts, filter: &ClaimFilter, binds: &mut Binds) -> Result<Vec<String>, Stop> {
    let mut wanted = vec![format!("c.account_id = {}", binds.one(account.id))];
    if let Some(state) = filter.state {
        wanted.push(format!("c.state = {}", binds.one(state.as_str())));
    }
    match filter.open {
        Some(true) => wanted.push("o.open > 0".into()),
        Some(false) => wanted.push("o.open IS NULL".into()),
        None => {}
    }
    if let Some(pattern) = page::search_pattern(filter.q.as_deref())? {
        wanted.push(format!("LOWER(c.reference) LIKE {} ESCAPE '\\'", binds.one(pattern)));
    }
    Ok(wanted)
}

#[derive(FromQueryResult)]
struct SumRow {
    claims: i64,
    with_open: i64,
    principal: i64,
    fees: i64,
    interest: i64,
    credited: i64,
    open: i64,
}

/// All claims of a filter in one statement.
pub(super) async fn summary(read: &Read, account: &AccountFacts, filter: &ClaimFilter) -> Result<ClaimsSummary, Stop> {
    let mut binds = Binds::new();
    let wanted = conditions(account, filter, &mut binds)?;
    let sum = |column: &str, name: &str| format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT) AS {name}");
    let sql = format!(
        "SELECT COUNT(*) AS claims, COUNT(o.open) AS with_open, {}, {}, {}, {}, {} FROM claim c \
         LEFT JOIN ({SUMS}) s ON s.claim_id = c.id LEFT JOIN ({CREDITS}) k ON k.claim_id = c.id LEFT JOIN ({OPEN}) o ON o.claim_id = c.id WHERE {}",
        sum("s.principal", "principal"),
        sum("s.fees", "fees"),
        sum("s.interest", "interest"),
        sum(CREDITED, "credited"),
        sum("o.open", "open"),
        wanted.join(" AND ")
    );
    let row: SumRow = read
        .report_one(OF_THE_ACCOUNT, &sql, binds.values())
        .await?
        .ok_or_else(Stop::not_found)?;
    let money = |minor| Money::new(minor, account.currency);
    let total = row.principal + row.fees + row.interest;
    Ok(ClaimsSummary {
        claims: u64::try_from(row.claims).unwrap_or_default(),
        open: u64::try_from(row.with_open).unwrap_or_default(),
        totals: ClaimTotals {
            principal: money(row.principal),
            fees: money(row.fees),
            interest: money(row.interest),
            total: money(total),
            paid: money(total - row.credited - row.open),
            credited: money(row.credited),
            open: money(row.open),
        },
    })
}

async fn rows(
    read: &Read,
    account: &AccountFacts,
    filter: &ClaimFilter,
    only: Option<ClaimId>,
    after: Option<(NaiveDate, ClaimId)>,
    limit: u64,
) -> Result<Vec<Row>, Stop> {
    let mut binds = Binds::new();
    let mut wanted = conditions(account, filter, &mut binds)?;
    if let Some(only) = only {
        wanted.push(format!("c.id = {}", binds.one(only)));
    }
    if let Some((due, id)) = after {
        let (due, id) = (binds.one(due), binds.one(id));
        wanted.push(format!("(COALESCE(c.due_on, c.issued_on), c.id) < ({due}, {id})"));
    }
    let count = binds.one(i64::try_from(limit).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT c.id, c.reference, c.issued_on, COALESCE(c.due_on, c.issued_on) AS due, c.period_from, c.period_to, \
         COALESCE(p.name, u.code) AS product, c.state, c.resolution, c.is_disputed, s.principal, s.fees, s.interest, {CREDITED} AS credited, o.open \
         FROM claim c LEFT JOIN product p ON p.id = c.product_id LEFT JOIN unit u ON u.id = c.unit_id \
         LEFT JOIN ({SUMS}) s ON s.claim_id = c.id LEFT JOIN ({CREDITS}) k ON k.claim_id = c.id LEFT JOIN ({OPEN}) o ON o.claim_id = c.id \
         WHERE {} ORDER BY COALESCE(c.due_on, c.issued_on) DESC, c.id DESC LIMIT {count}",
        wanted.join(" AND ")
    );
    read.report(OF_THE_ACCOUNT, &sql, binds.values()).await
}

fn line(account: &AccountFacts, today: NaiveDate, r: Row) -> ClaimLine {
    let money = |minor| Money::new(minor, account.currency);
    let part = |minor: Option<i64>| minor.unwrap_or(0);
    let total = part(r.principal) + part(r.fees) + part(r.interest);
    let open = part(r.open);
    let days = kept_shared::dates::days_past_due(r.due, today);
    ClaimLine {
        id: r.id,
        reference: r.reference,
        issued_on: r.issued_on,
        due_on: r.due,
        period_from: r.period_from,
        period_to: r.period_to,
        product: r.product,
        state: r.state,
        standing: ClaimStanding::of(r.state, r.due, today),
        resolution: r.resolution,
        is_disputed: r.is_disputed,
        totals: ClaimTotals {
            principal: money(part(r.principal)),
            fees: money(part(r.fees)),
            interest: money(part(r.interest)),
            total: money(total),
            paid: money(total - part(r.credited) - open),
            credited: money(part(r.credited)),
            open: money(open),
        },
        days_past_due: (days >= 1 && open > 0).then_some(days),
    }
}

/// A page of an account's claims, the latest due first.
pub(super) async fn list(read: &Read, account: &AccountFacts, filter: &ClaimFilter) -> Result<Page<ClaimLine>, Stop> {
    let limit = page::limit(filter.limit)?;
    let unpaged = ClaimFilter {
        limit: None,
        cursor: None,
        ..filter.clone()
    };
    let mark = page::fingerprint("claims", &(account.id, unpaged))?;
    let after: Option<(NaiveDate, ClaimId)> = page::decode(filter.cursor.as_deref(), &mark)?;
    let rows = rows(read, account, filter, None, after, limit + 1).await?;
    let today = read.today(&account.time_zone);
    Ok(page::page(rows, limit, &mark, |r| (r.due, r.id))?.map(|r| line(account, today, r)))
}

#[derive(FromQueryResult)]
struct Who {
    name: String,
    community: String,
}

#[derive(FromQueryResult)]
struct RelationRow {
    claim_id: ClaimId,
    related_id: ClaimId,
    kind: ClaimRelationKind,
    reference: String,
}

#[derive(FromQueryResult)]
struct StepRow {
    at: DateTime<Utc>,
    actor_name: String,
    kind: String,
    body: String,
}

/// What happened to a claim: the events of its account that name it, latest first.
async fn steps(read: &Read, account: AccountId, id: ClaimId) -> Result<Vec<ClaimStep>, Stop> {
    let rows: Vec<StepRow> = read
        .report(
            OF_THE_ACCOUNT,
            "SELECT at, actor_name, kind, body FROM event WHERE account_id = $1 AND kind IN ('claim_resolved', 'claim_reopened', \
             'claim_deleted', 'claim_recreated', 'claim_changed', 'claims_related') AND body LIKE $2 ORDER BY at DESC, id DESC LIMIT 200",
            vec![account.into(), format!("%{id}%").into()],
        )
        .await?;
    let reason = |body: &str| {
        let body: serde_json::Value = serde_json::from_str(body).ok()?;
        let text = body
            .get("reason")
            .or_else(|| body.get("resolution"))
            .or_else(|| body.get("relation"))?;
        text.as_str().map(str::to_owned)
    };
    Ok(rows
        .into_iter()
        .map(|r| ClaimStep {
            at: r.at,
            by: r.actor_name,
            reason: reason(&r.body),
            what: r.kind,
        })
        .collect())
}

/// One claim as on its own page. Errors: 404.
pub(super) async fn detail(read: &Read, id: ClaimId) -> Result<Claim, Stop> {
    let row = read.get::<claim::Entity>(id).await?;
    let account = account_facts(read, row.account_id).await?;
    let found = rows(read, &account, &ClaimFilter::default(), Some(id), None, 1).await?;
    let today = read.today(&account.time_zone);
    let line = found
        .into_iter()
        .next()
        .map(|r| line(&account, today, r))
        .ok_or_else(Stop::not_found)?;
    let who: Who = read
        .report_one(
            OF_THE_ACCOUNT,
            "SELECT a.name, c.name AS community FROM account a JOIN community c ON c.id = a.community_id WHERE a.id = $1",
            vec![account.id.into()],
        )
        .await?
        .ok_or_else(Stop::not_found)?;
    let related: Vec<RelationRow> = read
        .report(
            OF_THE_ACCOUNT,
            "SELECT r.claim_id, r.related_id, r.kind, c.reference FROM claim_relation r \
             JOIN claim c ON c.id = CASE WHEN r.claim_id = $1 THEN r.related_id ELSE r.claim_id END \
             WHERE r.claim_id = $1 OR r.related_id = $1 ORDER BY r.created_at, r.id",
            vec![id.into()],
        )
        .await?;
    let relations = related
        .into_iter()
        .map(|r| ClaimRelation {
            outward: r.claim_id == id,
            claim_id: if r.claim_id == id { r.related_id } else { r.claim_id },
            reference: r.reference,
            kind: r.kind,
        })
        .collect();
    Ok(Claim {
        line,
        version: row.version,
        account_id: account.id,
        history: steps(read, account.id, id).await?,
        account: account.reference,
        name: who.name,
        community: who.community,
        unit_id: row.unit_id,
        product_id: row.product_id,
        source: row.source.clone(),
        resolved_on: row.resolved_on,
        resolved_reason: row.resolved_reason.clone(),
        relations,
    })
}

#[derive(FromQueryResult)]
struct OpenRow {
    open: Option<i64>,
}

/// What is open of a claim that was loaded within reach, in minor units.
pub async fn open_of(read: &Read, account: AccountId, id: ClaimId) -> Result<i64, Stop> {
    let row: Option<OpenRow> = read
        .report_one(
            OF_THE_ACCOUNT,
            "SELECT CAST(SUM(o.open_minor) AS BIGINT) AS open FROM open_item o JOIN entry e ON e.id = o.entry_id \
             WHERE o.account_id = $1 AND e.claim_id = $2 AND o.open_minor > 0",
            vec![account.into(), id.into()],
        )
        .await?;
    Ok(row.and_then(|r| r.open).unwrap_or(0))
}
