//! The customer list.

use crate::kernel::{Limit, Read, Stop, page};
use crate::reach::reach_sql;
use chrono::NaiveDate;
use kept_shared::accounts::{AccountFilter, AccountLine, AccountStatus, MAX_QUERY, Standing};
use kept_shared::dates::days_past_due;
use kept_shared::ids::*;
use kept_shared::money::{Currency, Money};
use kept_shared::page::Page;
use kept_shared::phone;
use kept_shared::problem::{Code, Problem};
use kept_shared::text::fold;
use sea_orm::{FromQueryResult, Value};
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Row {
    id: AccountId,
    reference: String,
    name: String,
    unit_label: Option<String>,
    community_id: CommunityId,
    community_name: String,
    currency: Currency,
    time_zone: String,
    customer_group: Option<String>,
    total_minor: Option<i64>,
    behind_since: Option<NaiveDate>,
    last_payment_on: Option<NaiveDate>,
    status_id: Option<StatusId>,
    status_code: Option<String>,
    status_title: Option<String>,
    status_tone: Option<String>,
    debt_status_on: Option<NaiveDate>,
    first_name: Option<String>,
    surname: Option<String>,
    note_count: i64,
    is_active: bool,
}

#[derive(FromQueryResult)]
struct ContactRow {
    account_id: AccountId,
    kind: String,
    value: String,
}

/// The condition that an account's search text (`column`) holds every word of `q`, or the phone number `q` is in any
/// spelling. Pushes its parameters; `None` when `q` is blank. Errors: 400 at `?q` when too long.
pub fn search_condition(q: &str, column: &str, values: &mut Vec<Value>) -> Result<Option<String>, Stop> {
    if q.chars().count() > MAX_QUERY {
        return Err(Problem::of(Code::QueryMalformed).at("?q", "too_long").into());
    }
    let mut like = |text: &str| {
        values.push(format!("%{}%", page::like_escape(text)).into());
        format!("{column} LIKE ${} ESCAPE '\\'", values.len())
    };
    let folded = fold(q);
    let words: Vec<String> = folded.split(' ').filter(|w| !w.is_empty()).map(&mut like).collect();
    if words.is_empty() {
        return Ok(None);
    }
    let all = words.join(" AND ");
    Ok(Some(match phone::search_digits(q) {
        Some(digits) => format!("(({all}) OR {})", like(&digits)),
        None => format!("({all})"),
    }))
}

/// The oldest due date of what is open beyond the community's tolerance, of the aged row `x` with the tolerance `t`: what
/// the units of a customer are judged by judges the customer (spec (d) 3).
pub(crate) const BEHIND_SINCE: &str = "CASE WHEN COALESCE(t.tolerance_minor, 0) = 0 THEN x.oldest_due_on \
     ELSE (SELECT MIN(COALESCE(e.due_on, e.effective_on)) FROM open_item i JOIN entry e ON e.id = i.entry_id \
     WHERE i.account_id = x.account_id AND i.open_minor > t.tolerance_minor) END";

/// Days past due and standing, from the oldest due date of what is open (spec C11).
pub(crate) fn standing(behind_since: Option<NaiveDate>, today: NaiveDate) -> (Option<i64>, Standing) {
    let days = behind_since
        .map(|due| days_past_due(due, today))
        .filter(|days| *days >= 1);
    let standing = if days.is_some() {
        Standing::Delinquent
    } else {
        Standing::Current
    };
    (days, standing)
}

pub(super) async fn list(read: &Read, filter: &AccountFilter) -> Result<Page<AccountLine>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint(
        "accounts",
        &AccountFilter {
            limit: None,
            cursor: None,
            ..filter.clone()
        },
    )?;
    let after: Option<(String, AccountId)> = page::decode(filter.cursor.as_deref(), &mark)?;
    // Redundant beside the reach, but it lets the index by name serve the order.
    let mut values: Vec<Value> = vec![read.organisation()?.into()];
    let mut conditions = vec![
        "a.organisation_id = $1".to_owned(),
        "{reach a.id, a.community_id}".to_owned(),
    ];
    let param = |values: &mut Vec<Value>, value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(community) = filter.community_id {
        conditions.push(format!("a.community_id = {}", param(&mut values, community.into())));
    }
    if let Some(group) = filter.customer_group_id {
        conditions.push(format!("a.customer_group_id = {}", param(&mut values, group.into())));
    }
    if let Some(active) = filter.active {
        conditions.push(format!("a.is_active = {}", param(&mut values, active.into())));
    }
    match filter.handed_over {
        Some(true) => conditions.push("a.open_handover_id IS NOT NULL".into()),
        Some(false) => conditions.push("a.open_handover_id IS NULL".into()),
        None => {}
    }
    if let Some(q) = &filter.q {
        conditions.extend(search_condition(q, "a.search", &mut values)?);
    }
    if let Some((name, id)) = after {
        let (name, id) = (param(&mut values, name.into()), param(&mut values, id.into()));
        conditions.push(format!("(a.name, a.id) > ({name}, {id})"));
    }
    let count = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let count = param(&mut values, count.into());
    // Notes an attorney may not read are not counted for him either.
    let notes = if read.caller().is_attorney() {
        "a.shared_note_count"
    } else {
        "a.note_count"
    };
    let sql = format!(
        "SELECT a.id AS id, a.reference AS reference, a.name AS name, a.unit_label AS unit_label, \
         a.community_id AS community_id, c.name AS community_name, c.currency AS currency, c.time_zone AS time_zone, \
         g.name AS customer_group, x.total_minor AS total_minor, {BEHIND_SINCE} AS behind_since, x.last_payment_on AS last_payment_on, \
         s.id AS status_id, s.code AS status_code, s.title AS status_title, s.tone AS status_tone, \
         a.debt_status_on AS debt_status_on, u.first_name AS first_name, u.surname AS surname, \
         {notes} AS note_count, a.is_active AS is_active \
         FROM account a JOIN community c ON c.id = a.community_id \
         LEFT JOIN customer_group g ON g.id = a.customer_group_id LEFT JOIN aged x ON x.account_id = a.id \
         LEFT JOIN arrears_tolerance t ON t.community_id = a.community_id \
         LEFT JOIN status s ON s.id = a.debt_status_id LEFT JOIN handover h ON h.id = a.open_handover_id \
         LEFT JOIN app_user u ON u.id = h.attorney_id \
         WHERE {} ORDER BY a.name, a.id LIMIT {count}",
        conditions.join(" AND ")
    );
    let rows: Vec<Row> = read.report(Limit::Reach(reach_sql), &sql, values).await?;
    let page = page::page(rows, limit, &mark, |row| (row.name.clone(), row.id))?;
    let mut contacts = primary_contacts(read, &page.items).await?;
    Ok(page.map(|row| line(read, row, &mut contacts)))
}

fn line(read: &Read, row: Row, contacts: &mut HashMap<(AccountId, String), String>) -> AccountLine {
    let today = read.today(&row.time_zone);
    let (days_past_due, standing) = standing(row.behind_since, today);
    let debt_status = match (row.status_id, row.status_code, row.status_title, row.status_tone) {
        (Some(id), Some(code), Some(title), Some(tone)) => Some(AccountStatus {
            id,
            slot: "debt".into(),
            code,
            title,
            tone,
            since: row.debt_status_on,
        }),
        (_, _, _, _) => None,
    };
    AccountLine {
        phone: contacts.remove(&(row.id, "phone".into())),
        email: contacts.remove(&(row.id, "email".into())),
        id: row.id,
        reference: row.reference,
        name: row.name,
        unit_label: row.unit_label,
        community_id: row.community_id,
        community_name: row.community_name,
        customer_group: row.customer_group,
        balance: row.total_minor.map(|minor| Money::new(minor, row.currency)),
        last_payment_on: row.last_payment_on,
        days_past_due,
        standing,
        debt_status,
        attorney: row.surname.map(|surname| {
            format!("{} {surname}", row.first_name.unwrap_or_default())
                .trim()
                .to_owned()
        }),
        note_count: row.note_count,
        is_active: row.is_active,
    }
}

/// The primary debtor's primary number and address of each account of a page.
async fn primary_contacts(read: &Read, rows: &[Row]) -> Result<HashMap<(AccountId, String), String>, Stop> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let marks: Vec<String> = (1..=rows.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT k.account_id AS account_id, k.kind AS kind, k.value AS value FROM contact k \
         JOIN debtor d ON d.id = k.debtor_id AND d.role = 'primary' JOIN account a ON a.id = k.account_id \
         WHERE {{reach a.id, +a.community_id}} AND k.is_primary AND k.kind IN ('phone', 'email') AND k.account_id IN ({})",
        marks.join(", ")
    );
    let values = rows.iter().map(|row| row.id.into()).collect();
    let found: Vec<ContactRow> = read.report(Limit::Reach(reach_sql), &sql, values).await?;
    Ok(found.into_iter().map(|c| ((c.account_id, c.kind), c.value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kept_shared::accounts::Standing;

    #[test]
    fn a_customer_is_delinquent_from_the_day_after_the_due_date() {
        let d = |s: &str| s.parse::<NaiveDate>().unwrap();
        let due = Some(d("2026-11-21"));
        assert_eq!(standing(due, d("2026-11-21")), (None, Standing::Current));
        assert_eq!(standing(due, d("2026-11-22")), (Some(1), Standing::Delinquent));
        assert_eq!(standing(None, d("2026-12-22")), (None, Standing::Current));
    }

    #[test]
    fn searching_takes_words_or_a_number() {
        let mut values = vec![];
        let sql = search_condition("Møller 50%", "a.search", &mut values)
            .unwrap()
            .unwrap();
        assert_eq!(sql, "(a.search LIKE $1 ESCAPE '\\' AND a.search LIKE $2 ESCAPE '\\')");
        assert_eq!(values, ["%moller%".into(), "%50\\%%".into()]);
        let mut values = vec![];
        let sql = search_condition("082 123 4567", "a.search", &mut values)
            .unwrap()
            .unwrap();
        assert!(sql.ends_with("OR a.search LIKE $4 ESCAPE '\\')"), "{sql}");
        assert_eq!(values[3], "%821234567%".into());
        assert_eq!(search_condition("  ", "a.search", &mut vec![]).unwrap(), None);
        assert!(search_condition(&"x".repeat(201), "a.search", &mut vec![]).is_err());
    }
}
