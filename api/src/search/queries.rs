//! The search: candidates, then what each is called, then the order.

use super::candidates::{self, ENOUGH};
use crate::accounts::{BEHIND_SINCE, standing};
use crate::kernel::{Limit, Read, Stop};
use crate::reach::reach_sql;
use chrono::NaiveDate;
use kept_shared::accounts::CustomerType;
use kept_shared::ids::{AccountId, CommunityId};
use kept_shared::permission::Permission;
use kept_shared::problem::{Code, Problem};
use kept_shared::search::*;
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeSet, HashMap};

#[derive(FromQueryResult)]
struct Fact {
    account_id: AccountId,
    kind: MatchKind,
    value: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: AccountId,
    reference: String,
    name: String,
    unit_label: Option<String>,
    community_id: CommunityId,
    community_name: String,
    time_zone: String,
    behind_since: Option<NaiveDate>,
    is_lead: bool,
    has_owned: bool,
    owns_now: bool,
}

/// An account that fits, before the page knows more of it than its name.
struct Fitting {
    id: AccountId,
    name: String,
    reason: Reason,
}

/// What of the caller's book fits a text, best first. Errors: 400 at `?q` when it is too short or too long.
pub(super) async fn search(read: &Read, q: &str) -> Result<SearchAnswer, Stop> {
    let typed = Typed::read(q).map_err(|code| Problem::of(Code::QueryMalformed).at("?q", code))?;
    let caller = read.caller();
    let mut found = candidates::by_beginning(read, &typed).await?;
    let mut others = vec![];
    if caller.may(Permission::ViewLedger) {
        others.extend(candidates::claims(read, &typed).await?);
    }
    if caller.may(Permission::ViewUnits) {
        others.extend(candidates::units(read, &typed).await?);
    }
    // Reading the words of every customer is for names: an address or a number that was found needs none of it.
    if found.len() < ENOUGH && (found.is_empty() || !typed.is_contact()) {
        // Those found already are among these.
        let count = ENOUGH + found.len();
        found.extend(candidates::by_words(read, q, &typed, count).await?);
    }
    let fitting = fitting(read, &typed, &found).await?;
    let has_more = fitting.len() + others.len() > MAX_HITS;
    let best: BTreeSet<AccountId> = best(&fitting);
    let mut hits = rows(read, fitting.into_iter().filter(|f| best.contains(&f.id)).collect()).await?;
    hits.extend(others);
    hits.sort_by(|a, b| place(a).cmp(&place(b)));
    hits.truncate(MAX_HITS);
    Ok(SearchAnswer { hits, has_more })
}

/// Where a hit stands among others. A claim and a unit come after the customers whose own they are.
fn place(hit: &SearchHit) -> (Closeness, MatchKind, HitKind, Option<String>, &str) {
    let name = hit.name.as_deref().map(kept_shared::text::fold);
    (hit.closeness, hit.matched, hit.what, name, &hit.reference)
}

/// As many as may be shown, by the order of [`place`].
fn best(fitting: &[Fitting]) -> BTreeSet<AccountId> {
    let mut order: Vec<&Fitting> = fitting.iter().collect();
    order.sort_by_cached_key(|f| {
        let name = kept_shared::text::fold(&f.name);
        (f.reason.closeness, f.reason.matched, name)
    });
    order.into_iter().take(MAX_HITS).map(|f| f.id).collect()
}

/// Values of fields that customers are found by; none of them is sensitive.
const SEARCHED: &str = "JOIN metadata_field f ON f.organisation_id = v.organisation_id AND f.entity = v.entity \
     AND f.key = v.key AND f.is_searchable AND f.is_active";

/// A field's value is stored as JSON.
fn as_written(json: String) -> String {
    serde_json::from_str(&json).unwrap_or(json)
}

/// Which of these accounts fit, and why.
async fn fitting(read: &Read, typed: &Typed, found: &BTreeSet<AccountId>) -> Result<Vec<Fitting>, Stop> {
    if found.is_empty() {
        return Ok(vec![]);
    }
    let values: Vec<Value> = found.iter().map(|id| (*id).into()).collect();
    let marks: Vec<String> = (1..=found.len()).map(|n| format!("${n}")).collect();
    let marks = marks.join(", ");
    let of = |kind: MatchKind, value: &str, from: &str| {
        format!(
            "SELECT a.id AS account_id, '{kind}' AS kind, {value} AS value FROM {from} \
             WHERE a.id IN ({marks}) AND {{reach a.id, +a.community_id}} AND {value} IS NOT NULL"
        )
    };
    let contact = "account a JOIN contact k ON k.account_id = a.id AND k.kind";
    let parts = [
        // The first is the name it is sorted by.
        of(MatchKind::Name, "a.name", "account a"),
        of(MatchKind::Reference, "a.reference", "account a"),
        of(MatchKind::PaymentReference, "a.payment_reference", "account a"),
        of(MatchKind::SourceId, "a.source_id", "account a"),
        of(
            MatchKind::Name,
            "d.full_name",
            "account a JOIN debtor d ON d.account_id = a.id",
        ),
        of(MatchKind::Phone, "k.normalised", &format!("{contact} = 'phone'")),
        of(MatchKind::Email, "k.normalised", &format!("{contact} = 'email'")),
        of(
            MatchKind::Unit,
            "u.code",
            "account a JOIN unit_owner o ON o.account_id = a.id AND o.to_on IS NULL JOIN unit u ON u.id = o.unit_id",
        ),
        of(
            MatchKind::Field,
            "v.value",
            &format!("account a JOIN metadata_value v ON v.account_id = a.id {SEARCHED}"),
        ),
        of(
            MatchKind::Field,
            "v.value",
            &format!(
                "account a JOIN unit_owner o ON o.account_id = a.id AND o.to_on IS NULL \
                 JOIN metadata_value v ON v.row_id = o.unit_id {SEARCHED}"
            ),
        ),
    ];
    let facts: Vec<Fact> = read
        .report(Limit::Reach(reach_sql), &parts.join(" UNION ALL "), values)
        .await?;
    let mut of_account: HashMap<AccountId, Vec<(MatchKind, String)>> = HashMap::new();
    for fact in facts {
        let value = match fact.kind {
            MatchKind::Field => as_written(fact.value),
            _ => fact.value,
        };
        of_account.entry(fact.account_id).or_default().push((fact.kind, value));
    }
    Ok(of_account
        .into_iter()
        .filter_map(|(id, facts)| {
            let reason = typed.best(facts.iter().map(|(kind, value)| (*kind, value.as_str())))?;
            let name = facts.into_iter().find(|(kind, _)| *kind == MatchKind::Name)?.1;
            Some(Fitting { id, name, reason })
        })
        .collect())
}

/// The hits of these accounts.
async fn rows(read: &Read, fitting: Vec<Fitting>) -> Result<Vec<SearchHit>, Stop> {
    if fitting.is_empty() {
        return Ok(vec![]);
    }
    let values: Vec<Value> = fitting.iter().map(|f| f.id.into()).collect();
    let marks: Vec<String> = (1..=values.len()).map(|n| format!("${n}")).collect();
    let flag = |condition: &str| format!("CASE WHEN {condition} THEN TRUE ELSE FALSE END");
    let (is_lead, has_owned, owns_now) = (
        flag("EXISTS (SELECT 1 FROM lead l WHERE l.account_id = a.id)"),
        flag("EXISTS (SELECT 1 FROM unit_owner o WHERE o.account_id = a.id)"),
        flag("EXISTS (SELECT 1 FROM unit_owner o WHERE o.account_id = a.id AND o.to_on IS NULL)"),
    );
    let sql = format!(
        "SELECT a.id AS id, a.reference AS reference, a.name AS name, a.unit_label AS unit_label, \
         a.community_id AS community_id, c.name AS community_name, c.time_zone AS time_zone, {BEHIND_SINCE} AS behind_since, \
         {is_lead} AS is_lead, {has_owned} AS has_owned, {owns_now} AS owns_now \
         FROM account a JOIN community c ON c.id = a.community_id LEFT JOIN aged x ON x.account_id = a.id \
         LEFT JOIN arrears_tolerance t ON t.community_id = a.community_id \
         WHERE a.id IN ({}) AND {{reach a.id, +a.community_id}}",
        marks.join(", ")
    );
    let rows: Vec<Row> = read.report(Limit::Reach(reach_sql), &sql, values).await?;
    let mut reasons: HashMap<AccountId, Reason> = fitting.into_iter().map(|f| (f.id, f.reason)).collect();
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let reason = reasons.remove(&row.id)?;
            let today = read.today(&row.time_zone);
            Some(SearchHit {
                what: HitKind::Account,
                matched: reason.matched,
                closeness: reason.closeness,
                value: reason.value,
                account_id: Some(row.id),
                unit_id: None,
                claim_id: None,
                customer_type: Some(CustomerType::of(row.is_lead, row.has_owned, row.owns_now)),
                standing: Some(standing(row.behind_since, today).1),
                name: Some(row.name),
                reference: row.reference,
                community_id: row.community_id,
                community_name: row.community_name,
                unit_label: row.unit_label,
            })
        })
        .collect())
}
