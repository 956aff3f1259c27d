//! One account's movements: opening, lines with a running balance, closing, ageing as at the end (spec F03, G02,
//! (d) 5).

use super::history::{AccountFacts, facts, histories};
use crate::kernel::{Limit, Read, Stop, page};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::ageing::{AgedMoney, age};
use kept_shared::ids::*;
use kept_shared::ledger::{EntryContext, EntryType, Movement, Movements, MovementsHead};
use kept_shared::money::Money;
use kept_shared::problem::{Code, Problem};
use kept_shared::statements::{FrequencyLine, PaymentFrequency, Period};
use sea_orm::{FromQueryResult, Value};
use serde::{Deserialize, Serialize};

/// Which days of an account.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MovementsFilter {
    /// First day; default twelve months before `to`.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Last day; default today.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// A usual period that ends on `to`; not together with `from`.
    #[serde(default)]
    pub period: Option<Period>,
    #[serde(default)]
    pub limit: Option<u32>,
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Where a page ended: the sort key of its last line and the balance after it.
#[derive(Serialize, Deserialize)]
pub struct Place {
    on: NaiveDate,
    at: DateTime<Utc>,
    id: EntryId,
    balance: i64,
}

#[derive(FromQueryResult)]
struct AccountRow {
    reference: String,
    name: String,
    unit_label: Option<String>,
    community: String,
    valid_on: NaiveDate,
    valid_until: NaiveDate,
    current_minor: i64,
    d30_minor: i64,
    d60_minor: i64,
    d90_minor: i64,
    d120_minor: i64,
    unallocated_minor: i64,
    not_due_minor: i64,
    total_minor: i64,
    last_payment_on: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct LineRow {
    id: EntryId,
    effective_on: NaiveDate,
    due_on: Option<NaiveDate>,
    kind: EntryType,
    context: EntryContext,
    reference: Option<String>,
    description: String,
    claim_id: Option<ClaimId>,
    claim: Option<String>,
    payment_method: Option<String>,
    amount_minor: i64,
    reverses_id: Option<EntryId>,
    posted_at: DateTime<Utc>,
    first_name: Option<String>,
    surname: Option<String>,
}

const OF_THE_ACCOUNT: Limit = Limit::Unscoped("lines of one account that was loaded within reach");

/// Day of the first entry of an account that was loaded within reach.
pub async fn first_entry_on(read: &Read, account: AccountId) -> Result<Option<NaiveDate>, Stop> {
    #[derive(FromQueryResult)]
    struct First {
        on: NaiveDate,
    }
    let sql = "SELECT effective_on AS \"on\" FROM entry WHERE account_id = $1 ORDER BY effective_on LIMIT 1";
    let first: Option<First> = read.report_one(OF_THE_ACCOUNT, sql, vec![account.into()]).await?;
    Ok(first.map(|f| f.on))
}

/// The range asked for, for one account. Errors: 400 when it ends before it begins or lies outside the years a book may
/// have.
pub async fn range(
    read: &Read,
    account: &AccountFacts,
    filter: &MovementsFilter,
) -> Result<(NaiveDate, NaiveDate), Stop> {
    let first = match filter.period {
        Some(Period::All) => first_entry_on(read, account.id).await?,
        Some(Period::Months3 | Period::Months6 | Period::Months12 | Period::Months24) | None => None,
    };
    let today = read.today(&account.time_zone);
    days((filter.from, filter.to, filter.period), first, today)
}

/// The days somebody asked for: `(from, to, period)`.
pub fn days(
    (from, to, period): (Option<NaiveDate>, Option<NaiveDate>, Option<Period>),
    first: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(NaiveDate, NaiveDate), Stop> {
    use chrono::Datelike;
    let fault = |at: &str, code: &str| Err(Problem::of(Code::QueryMalformed).at(at, code).into());
    if from.is_some() && period.is_some() {
        return fault("?from", "not_with_a_period");
    }
    let to = to.unwrap_or(today);
    let from = from.unwrap_or_else(|| period.unwrap_or(Period::Months12).from(to, first));
    let years = &kept_shared::ledger::YEARS;
    if !years.contains(&from.year()) {
        fault("?from", "out_of_range")
    } else if !years.contains(&to.year()) {
        fault("?to", "out_of_range")
    } else if from > to {
        fault("?from", "after_the_end")
    } else {
        Ok((from, to))
    }
}

/// Facts of an account the caller reaches. Errors: 404.
pub async fn account(read: &Read, id: AccountId) -> Result<AccountFacts, Stop> {
    facts(read, &[id]).await?.into_iter().next().ok_or_else(Stop::not_found)
}

/// The sums of a range in one statement over the account's index.
#[derive(FromQueryResult)]
struct Sums {
    opening: i64,
    debits: i64,
    credits: i64,
    lines: i64,
    payments: i64,
}

const SUMS: &str = "SELECT \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on < $2 THEN e.amount_minor ELSE 0 END), 0) AS BIGINT) AS opening, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= $2 AND e.amount_minor > 0 THEN e.amount_minor ELSE 0 END), 0) AS BIGINT) AS debits, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= $2 AND e.amount_minor < 0 THEN e.amount_minor ELSE 0 END), 0) AS BIGINT) AS credits, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS lines, \
    CAST(COALESCE(SUM(CASE WHEN e.effective_on >= $2 AND e.type = 'payment' AND e.amount_minor < 0 AND NOT EXISTS \
        (SELECT 1 FROM entry r WHERE r.reverses_id = e.id AND r.effective_on BETWEEN $2 AND $3) THEN 1 ELSE 0 END), 0) AS BIGINT) AS payments \
    FROM entry e WHERE e.account_id = $1 AND e.effective_on <= $3";

/// Ageing and last payment as at `to`: as stored when the stored row holds for that day, else from the whole history of
/// this one account.
async fn standing(
    read: &Read,
    account: &AccountFacts,
    row: &AccountRow,
    to: NaiveDate,
) -> Result<(AgedMoney, Option<NaiveDate>), Stop> {
    let money = |minor: i64| Money::new(minor, account.currency);
    // Figures on a stored row hold for later days only as long as the day's movements are known: today is, tomorrow is not.
    let known = to <= read.today(&account.time_zone);
    if known && (row.valid_on..=row.valid_until).contains(&to) {
        let aged = AgedMoney {
            current: money(row.current_minor),
            d30: money(row.d30_minor),
            d60: money(row.d60_minor),
            d90: money(row.d90_minor),
            d120: money(row.d120_minor),
            unallocated: money(row.unallocated_minor),
            not_due: money(row.not_due_minor),
            total: money(row.total_minor),
        };
        return Ok((aged, row.last_payment_on));
    }
    let history = histories(read, &[account.id])
        .await?
        .remove(&account.id)
        .unwrap_or_default();
    let aged = age(&history.items(), &history.settlements, &account.rules, to);
    let last = history.last_payment(to).map(|p| p.0);
    Ok((AgedMoney::of(&aged, account.currency), last))
}

/// Everything but the lines; the account was loaded within reach.
pub async fn head(
    read: &Read,
    account: &AccountFacts,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<MovementsHead, Stop> {
    let row: AccountRow = read
        .report_one(
            OF_THE_ACCOUNT,
            "SELECT a.reference, a.name, a.unit_label, c.name AS community, x.valid_on, x.valid_until, x.current_minor, \
             x.d30_minor, x.d60_minor, x.d90_minor, x.d120_minor, x.unallocated_minor, x.not_due_minor, x.total_minor, \
             x.last_payment_on FROM account a JOIN community c ON c.id = a.community_id \
             JOIN aged x ON x.account_id = a.id WHERE a.id = $1",
            vec![account.id.into()],
        )
        .await?
        .ok_or_else(Stop::not_found)?;
    let sums: Sums = read
        .report_one(OF_THE_ACCOUNT, SUMS, vec![account.id.into(), from.into(), to.into()])
        .await?
        .ok_or_else(|| Stop::internal("sums without a row"))?;
    let (ageing, last_payment_on) = standing(read, account, &row, to).await?;
    let money = |minor: i64| Money::new(minor, account.currency);
    Ok(MovementsHead {
        account_id: account.id,
        reference: row.reference,
        name: row.name,
        unit_label: row.unit_label,
        community: row.community,
        from,
        to,
        opening: money(sums.opening),
        closing: money(sums.opening + sums.debits + sums.credits),
        debits: money(sums.debits),
        credits: money(sums.credits),
        count: u64::try_from(sums.lines).unwrap_or_default(),
        payments: u64::try_from(sums.payments).unwrap_or_default(),
        last_payment_on,
        ageing,
        settings: account.rules,
    })
}

/// What the payments and charges of a range tell; the account was loaded within reach.
pub async fn frequency(
    read: &Read,
    account: &AccountFacts,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<PaymentFrequency, Stop> {
    #[derive(FromQueryResult)]
    struct Row {
        effective_on: NaiveDate,
        kind: EntryType,
        amount_minor: i64,
        undone: i64,
    }
    let sql = "SELECT e.effective_on, e.type AS kind, e.amount_minor, CAST(CASE WHEN EXISTS \
        (SELECT 1 FROM entry r WHERE r.reverses_id = e.id AND r.effective_on BETWEEN $2 AND $3) THEN 1 ELSE 0 END AS BIGINT) AS undone \
        FROM entry e WHERE e.account_id = $1 AND e.effective_on BETWEEN $2 AND $3 AND e.type IN ('payment', 'invoice', 'chargeback')";
    let rows: Vec<Row> = read
        .report(OF_THE_ACCOUNT, sql, vec![account.id.into(), from.into(), to.into()])
        .await?;
    let lines: Vec<FrequencyLine> = rows
        .into_iter()
        .map(|r| FrequencyLine {
            on: r.effective_on,
            kind: r.kind,
            minor: r.amount_minor,
            undone: r.undone != 0,
        })
        .collect();
    Ok(PaymentFrequency::of(&lines, (from, to), account.currency))
}

/// Lines after a place, oldest first, at most `limit`, with the running balance.
pub async fn lines(
    read: &Read,
    account: &AccountFacts,
    (from, to): (NaiveDate, NaiveDate),
    after: Option<&Place>,
    opening: i64,
    limit: u64,
) -> Result<Vec<(Movement, Place)>, Stop> {
    let mut values: Vec<Value> = vec![
        account.id.into(),
        from.into(),
        to.into(),
        i64::try_from(limit).unwrap_or(i64::MAX).into(),
    ];
    let mut keyset = "";
    if let Some(place) = after {
        values.extend::<[Value; 3]>([place.on.into(), place.at.into(), place.id.into()]);
        keyset = "AND (e.effective_on, e.posted_at, e.id) > ($5, $6, $7)";
    }
    let sql = format!(
        "SELECT e.id, e.effective_on, e.due_on, e.type AS kind, e.context, e.reference, e.description, e.claim_id, \
         c.reference AS claim, e.payment_method, e.amount_minor, e.reverses_id, e.posted_at, u.first_name, u.surname \
         FROM entry e LEFT JOIN claim c ON c.id = e.claim_id LEFT JOIN app_user u ON u.id = e.posted_by \
         WHERE e.account_id = $1 AND e.effective_on BETWEEN $2 AND $3 {keyset} \
         ORDER BY e.effective_on, e.posted_at, e.id LIMIT $4"
    );
    let rows: Vec<LineRow> = read.report(OF_THE_ACCOUNT, &sql, values).await?;
    let mut balance = after.map_or(opening, |p| p.balance);
    Ok(rows
        .into_iter()
        .map(|r| {
            balance += r.amount_minor;
            let place = Place {
                on: r.effective_on,
                at: r.posted_at,
                id: r.id,
                balance,
            };
            let by = match (r.first_name, r.surname) {
                (Some(first), Some(last)) => Some(format!("{first} {last}")),
                (first, last) => first.or(last),
            };
            let movement = Movement {
                id: r.id,
                date: r.effective_on,
                due_on: r.due_on,
                kind: r.kind,
                context: r.context,
                reference: r.reference,
                description: r.description,
                claim_id: r.claim_id,
                claim: r.claim,
                payment_method: r.payment_method,
                amount: Money::new(r.amount_minor, account.currency),
                balance: Money::new(balance, account.currency),
                reverses_id: r.reverses_id,
                by,
            };
            (movement, place)
        })
        .collect())
}

/// One page of movements.
pub(super) async fn movements(read: &Read, id: AccountId, filter: &MovementsFilter) -> Result<Movements, Stop> {
    let account = account(read, id).await?;
    let (from, to) = range(read, &account, filter).await?;
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("movements", &(id, from, to))?;
    let after: Option<Place> = page::decode(filter.cursor.as_deref(), &mark)?;
    let head = head(read, &account, (from, to)).await?;
    let rows = lines(
        read,
        &account,
        (from, to),
        after.as_ref(),
        head.opening.minor,
        limit + 1,
    )
    .await?;
    let key = |row: &(Movement, Place)| Place {
        on: row.1.on,
        at: row.1.at,
        id: row.1.id,
        balance: row.1.balance,
    };
    let page = page::page(rows, limit, &mark, key)?;
    Ok(Movements {
        head,
        items: page.items.into_iter().map(|row| row.0).collect(),
        next_cursor: page.next_cursor,
    })
}
