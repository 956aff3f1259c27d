//! Reading the journal.

use super::filter::{JOINS, PRODUCT, condition, order};
use crate::kernel::{Limit, Read, Stop, binds::Binds, page};
use crate::ledger::AccountFacts;
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::ids::*;
use kept_shared::journal::{JournalChoice, JournalChoices, JournalFilter, JournalLine, JournalSort, JournalSummary};
use kept_shared::ledger::{EntryContext, EntryType};
use kept_shared::money::Money;
use kept_shared::page::Page;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

const OF_THE_ACCOUNT: Limit = Limit::Unscoped("entries of one account that was loaded within reach");

#[derive(FromQueryResult)]
struct Row {
    id: EntryId,
    no: i64,
    effective_on: NaiveDate,
    due_on: Option<NaiveDate>,
    posted_at: DateTime<Utc>,
    kind: EntryType,
    context: EntryContext,
    reference: Option<String>,
    description: String,
    reason: Option<String>,
    claim_id: Option<ClaimId>,
    claim: Option<String>,
    product: Option<String>,
    payment_method: Option<String>,
    amount_minor: i64,
    balance: i64,
    reverses_id: Option<EntryId>,
    reverses_no: Option<i64>,
    reversed_by_id: Option<EntryId>,
    reversed_by_no: Option<i64>,
    by_first: Option<String>,
    by_last: Option<String>,
    ok_first: Option<String>,
    ok_last: Option<String>,
    sorted_by: String,
}

/// Where a page ended.
#[derive(Serialize, Deserialize)]
struct Place {
    by: String,
    on: NaiveDate,
    at: DateTime<Utc>,
    id: EntryId,
}

fn name(first: Option<String>, last: Option<String>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (first, last) => first.or(last),
    }
}

/// The filter without what moves through its pages, for fingerprints.
fn unpaged(filter: &JournalFilter) -> JournalFilter {
    JournalFilter {
        limit: None,
        cursor: None,
        ..filter.clone()
    }
}

/// Lines of a filter after a place. The running balance is the account's, in the order of the ledger, so it is summed
/// over the account's index before anything is filtered.
async fn rows(
    read: &Read,
    account: &AccountFacts,
    filter: &JournalFilter,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Row>, Stop> {
    let mut binds = Binds::new();
    let mut wanted = condition(&mut binds, account.id, filter)?;
    let (column, down) = order(filter.sort.unwrap_or(JournalSort::Date));
    let sorted_by = column.unwrap_or("''");
    let (than, way) = if down { ("<", "DESC") } else { (">", "ASC") };
    if let Some(place) = after {
        let (on, at, id) = (binds.one(place.on), binds.one(place.at), binds.one(place.id));
        let beyond = match column {
            None => format!(" AND (e.effective_on, e.posted_at, e.id) {than} ({on}, {at}, {id})"),
            Some(column) => {
                let by = binds.one(place.by);
                format!(" AND ({column}, e.effective_on, e.posted_at, e.id) {than} ({by}, {on}, {at}, {id})")
            }
        };
        wanted.push_str(&beyond);
    }
    let by = column.map_or_else(String::new, |c| format!("{c} {way}, "));
    let account_id = binds.one(account.id);
    let count = binds.one(i64::try_from(limit).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT e.id, e.no, e.effective_on, e.due_on, e.posted_at, e.type AS kind, e.context, e.reference, e.description, e.reason, \
         e.claim_id, c.reference AS claim, {PRODUCT} AS product, e.payment_method, e.amount_minor, run.balance, e.reverses_id, \
         undone.no AS reverses_no, undoing.id AS reversed_by_id, undoing.no AS reversed_by_no, \
         w.first_name AS by_first, w.surname AS by_last, o.first_name AS ok_first, o.surname AS ok_last, {sorted_by} AS sorted_by \
         FROM entry e JOIN (SELECT id, CAST(SUM(amount_minor) OVER (ORDER BY effective_on, posted_at, id) AS BIGINT) AS balance \
             FROM entry WHERE account_id = {account_id}) run ON run.id = e.id {JOINS} \
         LEFT JOIN entry undone ON undone.id = e.reverses_id LEFT JOIN entry undoing ON undoing.reverses_id = e.id \
         LEFT JOIN app_user w ON w.id = e.posted_by LEFT JOIN app_user o ON o.id = e.approved_by \
         WHERE {wanted} ORDER BY {by}e.effective_on {way}, e.posted_at {way}, e.id {way} LIMIT {count}"
    );
    read.report(OF_THE_ACCOUNT, &sql, binds.values()).await
}

fn line(account: &AccountFacts, r: Row) -> JournalLine {
    JournalLine {
        id: r.id,
        no: r.no,
        date: r.effective_on,
        due_on: r.due_on,
        posted_at: r.posted_at,
        kind: r.kind,
        context: r.context,
        reference: r.reference,
        description: r.description,
        reason: r.reason,
        claim_id: r.claim_id,
        claim: r.claim,
        product: r.product,
        payment_method: r.payment_method,
        amount: Money::new(r.amount_minor, account.currency),
        balance: Money::new(r.balance, account.currency),
        reverses_id: r.reverses_id,
        reverses_no: r.reverses_no,
        reversed_by_id: r.reversed_by_id,
        reversed_by_no: r.reversed_by_no,
        by: name(r.by_first, r.by_last),
        approved_by: name(r.ok_first, r.ok_last),
    }
}

/// One page.
pub(super) async fn journal(
    read: &Read,
    account: &AccountFacts,
    filter: &JournalFilter,
) -> Result<Page<JournalLine>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("journal", &(account.id, unpaged(filter)))?;
    let after: Option<Place> = page::decode(filter.cursor.as_deref(), &mark)?;
    let rows = rows(read, account, filter, after, limit + 1).await?;
    let key = |r: &Row| Place {
        by: r.sorted_by.clone(),
        on: r.effective_on,
        at: r.posted_at,
        id: r.id,
    };
    Ok(page::page(rows, limit, &mark, key)?.map(|r| line(account, r)))
}

/// Most lines of one download.
const MAX_LINES: u64 = 1_000_000;

/// Every line of a filter, for the download.
pub(super) async fn whole(
    read: &Read,
    account: &AccountFacts,
    filter: &JournalFilter,
) -> Result<Vec<JournalLine>, Stop> {
    let rows = rows(read, account, filter, None, MAX_LINES).await?;
    Ok(rows.into_iter().map(|r| line(account, r)).collect())
}

#[derive(FromQueryResult)]
struct Sums {
    count: i64,
    debits: Option<i64>,
    credits: Option<i64>,
}

#[derive(FromQueryResult)]
struct Balance {
    balance: Option<i64>,
}

/// What the entries of a filter add up to.
pub(super) async fn summary(
    read: &Read,
    account: &AccountFacts,
    filter: &JournalFilter,
) -> Result<JournalSummary, Stop> {
    let mut binds = Binds::new();
    let wanted = condition(&mut binds, account.id, filter)?;
    let sql = format!(
        "SELECT COUNT(*) AS count, CAST(SUM(CASE WHEN e.amount_minor > 0 THEN e.amount_minor ELSE 0 END) AS BIGINT) AS debits, \
         CAST(SUM(CASE WHEN e.amount_minor < 0 THEN e.amount_minor ELSE 0 END) AS BIGINT) AS credits FROM entry e {JOINS} WHERE {wanted}"
    );
    let sums: Option<Sums> = read.report_one(OF_THE_ACCOUNT, &sql, binds.values()).await?;
    let balance: Option<Balance> = read
        .report_one(
            OF_THE_ACCOUNT,
            "SELECT CAST(SUM(amount_minor) AS BIGINT) AS balance FROM entry WHERE account_id = $1 AND effective_on <= $2",
            vec![account.id.into(), read.today(&account.time_zone).into()],
        )
        .await?;
    let money = |minor: Option<i64>| Money::new(minor.unwrap_or(0), account.currency);
    let (count, debits, credits) = sums.map_or((0, None, None), |s| (s.count, s.debits, s.credits));
    Ok(JournalSummary {
        count: u64::try_from(count).unwrap_or_default(),
        debits: money(debits),
        credits: money(credits),
        net: money(Some(debits.unwrap_or(0) + credits.unwrap_or(0))),
        balance: money(balance.and_then(|b| b.balance)),
    })
}

#[derive(FromQueryResult)]
struct ChoiceRow {
    id: Option<uuid::Uuid>,
    word: Option<String>,
    count: i64,
}

/// Most choices listed of one kind: an account with more claims is searched by text.
const MOST: i64 = 500;

async fn choices_of(read: &Read, account: AccountId, id: &str, word: &str) -> Result<Vec<JournalChoice>, Stop> {
    let sql = format!(
        "SELECT {id} AS id, {word} AS word, COUNT(*) AS count FROM entry e {JOINS} WHERE e.account_id = $1 \
         GROUP BY 1, 2 ORDER BY 2, 1 LIMIT $2"
    );
    let rows: Vec<ChoiceRow> = read
        .report(OF_THE_ACCOUNT, &sql, vec![account.into(), MOST.into()])
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let value = match (r.id, &r.word) {
                (Some(id), _) => id.to_string(),
                (None, Some(word)) => word.clone(),
                (None, None) => "none".to_owned(),
            };
            JournalChoice {
                label: r.word.unwrap_or_default(),
                value,
                count: u64::try_from(r.count).unwrap_or_default(),
            }
        })
        .collect())
}

/// What the account's journal can be filtered by. Labels of what has no name are empty: the page says it in words.
pub(super) async fn choices(read: &Read, account: AccountId) -> Result<JournalChoices, Stop> {
    let null = match read.backend() {
        sea_orm::DbBackend::Postgres => "CAST(NULL AS uuid)",
        _ => "NULL",
    };
    Ok(JournalChoices {
        claims: choices_of(read, account, "e.claim_id", "c.reference").await?,
        products: choices_of(read, account, "COALESCE(e.product_id, e.unit_id)", PRODUCT).await?,
        payment_methods: choices_of(read, account, null, "e.payment_method").await?,
        contexts: choices_of(read, account, null, "e.context").await?,
        types: choices_of(read, account, null, "e.type").await?,
    })
}
