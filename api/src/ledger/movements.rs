//! One account's movements: opening, lines with a running balance, closing, ageing as at the end (spec F03, G02,
//! (d) 5).

use super::history::{AccountFacts, facts, histories};
use crate::kernel::{Limit, Read, Stop, page};
use chrono::{DateTime, Months, NaiveDate, Utc};
use kept_shared::ageing::{AgedMoney, age};
use kept_shared::ids::*;
use kept_shared::ledger::{EntryContext, EntryType, Movement, Movements, MovementsHead};
use kept_shared::money::Money;
use kept_shared::problem::{Code, Problem};
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
    #[serde(default)]
    pub limit: Option<u32>,
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Where a page ended: the sort key of its last line and the balance after it.
#[derive(Serialize, Deserialize)]
pub(super) struct Place {
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

/// The range asked for. Errors: 400 when it ends before it begins or lies outside the years a book may have.
pub(super) fn range(filter: &MovementsFilter, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Stop> {
    use chrono::Datelike;
    let to = filter.to.unwrap_or(today);
    let from = filter
        .from
        .or_else(|| to.checked_sub_months(Months::new(12)).and_then(|d| d.succ_opt()))
        .unwrap_or(to);
    let fault = |at: &str, code: &str| Err(Problem::of(Code::QueryMalformed).at(at, code).into());
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
pub(super) async fn account(read: &Read, id: AccountId) -> Result<AccountFacts, Stop> {
    facts(read, &[id]).await?.into_iter().next().ok_or_else(Stop::not_found)
}

/// Everything but the lines; the account was loaded within reach.
pub(super) async fn head(
    read: &Read,
    account: &AccountFacts,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<MovementsHead, Stop> {
    let who: AccountRow = read
        .report_one(
            OF_THE_ACCOUNT,
            "SELECT a.reference, a.name, a.unit_label, c.name AS community FROM account a \
             JOIN community c ON c.id = a.community_id WHERE a.id = $1",
            vec![account.id.into()],
        )
        .await?
        .ok_or_else(Stop::not_found)?;
    let history = histories(read, &[account.id])
        .await?
        .remove(&account.id)
        .unwrap_or_default();
    let money = |minor: i64| Money::new(minor, account.currency);
    let within = |l: &&super::history::Line| (from..=to).contains(&l.item.effective_on);
    let sum = |keep: &dyn Fn(&super::history::Line) -> bool| -> i64 {
        history.lines.iter().filter(|l| keep(l)).map(|l| l.item.minor).sum()
    };
    let undone: std::collections::HashSet<EntryId> = history
        .lines
        .iter()
        .filter(within)
        .filter_map(|l| l.reverses_id)
        .collect();
    let payments = history
        .lines
        .iter()
        .filter(within)
        .filter(|l| l.kind == EntryType::Payment && l.item.minor < 0 && !undone.contains(&l.item.id));
    let aged = age(&history.items(), &history.settlements, &account.rules, to);
    Ok(MovementsHead {
        account_id: account.id,
        reference: who.reference,
        name: who.name,
        unit_label: who.unit_label,
        community: who.community,
        from,
        to,
        opening: money(sum(&|l| l.item.effective_on < from)),
        closing: money(sum(&|l| l.item.effective_on <= to)),
        debits: money(sum(&|l| within(&l) && l.item.minor > 0)),
        credits: money(sum(&|l| within(&l) && l.item.minor < 0)),
        count: history.lines.iter().filter(within).count() as u64,
        payments: payments.count() as u64,
        last_payment_on: history.last_payment(to).map(|p| p.0),
        ageing: AgedMoney::of(&aged, account.currency),
        settings: account.rules,
    })
}

/// Lines after a place, oldest first, at most `limit`, with the running balance.
pub(super) async fn lines(
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
    let (from, to) = range(filter, read.today(&account.time_zone))?;
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("movements", &(id, from, to))?;
    let after: Option<Place> = page::decode(filter.cursor.as_deref(), &mark)?;
    let head = head(read, &account, from, to).await?;
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
