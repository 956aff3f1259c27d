//! Which accounts, units and claims may be meant. Each way of looking is one branch with a limit of its own, served by an
//! index that the migration `search` lists.

use crate::accounts::search_condition;
use crate::kernel::{Limit, Read, Stop, page};
use crate::reach::reach_sql;
use kept_shared::ids::{AccountId, ClaimId, CommunityId, UnitId};
use kept_shared::search::{Closeness, HitKind, MAX_HITS, MIN_DIGITS, MatchKind, SearchHit, Typed};
use sea_orm::{DbBackend, FromQueryResult, Value};
use std::collections::BTreeSet;

/// One more than is shown tells that there are more.
pub(super) const ENOUGH: usize = MAX_HITS + 1;
/// Characters of a search text that its index by beginning holds.
const HEAD: usize = 60;

#[derive(FromQueryResult)]
struct Id {
    id: AccountId,
}

/// The beginning of a unit's search text, as its index has it.
const UNIT_HEAD: &str = "SUBSTR(u.search, 1, 60)";
const CONTACT: &str = "contact k JOIN account a ON a.id = k.account_id";

/// A statement under construction: its values, and how the engine compares bytes.
struct Sql {
    values: Vec<Value>,
    bytes: &'static str,
}

impl Sql {
    fn new(read: &Read) -> Self {
        Self {
            values: vec![],
            bytes: match read.backend() {
                // Whatever language the database sorts by.
                DbBackend::Postgres => " COLLATE \"C\"",
                _ => "",
            },
        }
    }
    fn param(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
    /// That an indexed text begins with `text`.
    fn begins(&mut self, column: &str, text: &str) -> String {
        let (from, to) = (self.param(text), self.param(format!("{text}\u{10ffff}")));
        let bytes = self.bytes;
        format!("{column}{bytes} >= {from} AND {column}{bytes} < {to}")
    }
    /// The typed text as SQLite lowers it, where that is another than Kept does.
    fn ascii_lower(&self, typed: &Typed) -> Option<String> {
        let written = typed.written().to_ascii_lowercase();
        (self.bytes.is_empty() && written != typed.lower()).then_some(written)
    }
    /// A branch: at most [`ENOUGH`] account ids, what is typed whole before what begins with it.
    fn branch(&self, from: &str, condition: &str, order: &str) -> String {
        let order = match order {
            "" => String::new(),
            order => format!(" ORDER BY {order}{}", self.bytes),
        };
        format!(
            "SELECT a.id AS id FROM {from} WHERE {condition} AND {{reach a.id, +a.community_id}}{order} LIMIT {ENOUGH}"
        )
    }
}

/// Accounts something of which is, or begins with, what was typed; a number may end with it.
pub(super) async fn by_beginning(read: &Read, typed: &Typed) -> Result<BTreeSet<AccountId>, Stop> {
    let mut sql = Sql::new(read);
    let mut branches = vec![];
    // Said in full, so that an index over those that have one serves it.
    for (column, there) in [
        ("reference", ""),
        ("payment_reference", "a.payment_reference IS NOT NULL AND "),
        ("source_id", "a.source_id IS NOT NULL AND "),
    ] {
        let lower = format!("LOWER(a.{column})");
        let begins = format!("{there}{}", sql.begins(&lower, typed.lower()));
        branches.push(sql.branch("account a", &begins, &lower));
    }
    let begins = sql.begins("k.normalised", typed.lower());
    branches.push(sql.branch(CONTACT, &format!("k.kind = 'email' AND {begins}"), "k.normalised"));
    if !typed.phones().is_empty() {
        let phones: Vec<String> = typed.phones().iter().map(|p| sql.param(p.as_str())).collect();
        let phones = phones.join(", ");
        branches.push(sql.branch(CONTACT, &format!("k.kind = 'phone' AND k.normalised IN ({phones})"), ""));
    }
    if let Some(digits) = typed.digits() {
        // Digits only: cut by bytes, and no wildcard among them.
        let end = sql.param(&digits[digits.len() - MIN_DIGITS..]);
        let like = sql.param(format!("%{digits}"));
        let condition = format!(
            "k.kind = 'phone' AND SUBSTR(k.normalised, LENGTH(k.normalised) - 5) = {end} AND k.normalised LIKE {like}"
        );
        branches.push(sql.branch(CONTACT, &condition, ""));
    }
    if typed.folded().chars().count() <= HEAD {
        // The search text of a unit begins with its code, that of an account with the first debtor's name.
        let begins = sql.begins(UNIT_HEAD, typed.folded());
        branches.push(sql.branch(
            "unit u JOIN unit_owner o ON o.unit_id = u.id AND o.to_on IS NULL JOIN account a ON a.id = o.account_id",
            &begins,
            UNIT_HEAD,
        ));
        let begins = sql.begins("SUBSTR(a.search, 1, 60)", typed.folded());
        branches.push(sql.branch("account a", &begins, "SUBSTR(a.search, 1, 60)"));
    }
    let whole: Vec<String> = branches
        .iter()
        .enumerate()
        .map(|(n, branch)| format!("SELECT b{n}.id AS id FROM ({branch}) AS b{n}"))
        .collect();
    let rows: Vec<Id> = read
        .report(Limit::Reach(reach_sql), &whole.join(" UNION ALL "), sql.values)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Accounts whose search text holds every word, those with a word that begins with the first of them before others.
pub(super) async fn by_words(read: &Read, q: &str, typed: &Typed, count: usize) -> Result<Vec<AccountId>, Stop> {
    let mut values: Vec<Value> = vec![read.organisation()?.into()];
    let Some(holds) = search_condition(q, "a.search", &mut values)? else {
        return Ok(vec![]);
    };
    let first = typed.folded().split(' ').next().unwrap_or_default();
    values.push(format!("% {}%", page::like_escape(first)).into());
    let sql = format!(
        "SELECT a.id AS id FROM account a WHERE a.organisation_id = $1 AND {{reach a.id, a.community_id}} AND {holds} \
         ORDER BY CASE WHEN a.search LIKE ${} ESCAPE '\\' THEN 0 ELSE 1 END, a.name, a.id LIMIT {count}",
        values.len()
    );
    let rows: Vec<Id> = read.report(Limit::Reach(reach_sql), &sql, values).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(FromQueryResult)]
struct ClaimRow {
    id: ClaimId,
    account_id: AccountId,
    name: String,
    reference: String,
    community_id: CommunityId,
    community_name: String,
    unit_label: Option<String>,
}

/// Claims whose reference is, or begins with, what was typed.
pub(super) async fn claims(read: &Read, typed: &Typed) -> Result<Vec<SearchHit>, Stop> {
    let mut sql = Sql::new(read);
    let begins = match sql.ascii_lower(typed) {
        // As SQLite lowers it: letters beyond ASCII stay as they were written.
        Some(written) => {
            let (lower, written) = (
                sql.begins("LOWER(l.reference)", typed.lower()),
                sql.begins("LOWER(l.reference)", &written),
            );
            format!("(({lower}) OR ({written}))")
        }
        None => sql.begins("LOWER(l.reference)", typed.lower()),
    };
    let text = format!(
        "SELECT l.id AS id, l.account_id AS account_id, a.name AS name, l.reference AS reference, \
         a.community_id AS community_id, c.name AS community_name, a.unit_label AS unit_label \
         FROM claim l JOIN account a ON a.id = l.account_id JOIN community c ON c.id = a.community_id \
         WHERE {begins} AND {{reach a.id, +a.community_id}} ORDER BY LOWER(l.reference){} LIMIT {ENOUGH}",
        sql.bytes
    );
    let rows: Vec<ClaimRow> = read.report(Limit::Reach(reach_sql), &text, sql.values).await?;
    let hit = |row: ClaimRow| SearchHit {
        what: HitKind::Claim,
        matched: MatchKind::Claim,
        closeness: close(typed, MatchKind::Claim, &row.reference),
        value: row.reference.clone(),
        account_id: Some(row.account_id),
        unit_id: None,
        claim_id: Some(row.id),
        name: Some(row.name),
        reference: row.reference,
        community_id: row.community_id,
        community_name: row.community_name,
        unit_label: row.unit_label,
        customer_type: None,
        standing: None,
    };
    Ok(rows.into_iter().map(hit).collect())
}

#[derive(FromQueryResult)]
struct UnitRow {
    id: UnitId,
    code: String,
    account_id: Option<AccountId>,
    name: Option<String>,
    community_id: CommunityId,
    community_name: String,
}

/// Units whose code is, or begins with, what was typed. An attorney finds those of the customers handed over.
pub(super) async fn units(read: &Read, typed: &Typed) -> Result<Vec<SearchHit>, Stop> {
    if typed.folded().chars().count() > HEAD {
        return Ok(vec![]);
    }
    let mut sql = Sql::new(read);
    let begins = sql.begins(UNIT_HEAD, typed.folded());
    let text = format!(
        "SELECT u.id AS id, u.code AS code, a.id AS account_id, a.name AS name, u.community_id AS community_id, \
         c.name AS community_name FROM unit u JOIN community c ON c.id = u.community_id \
         LEFT JOIN unit_owner o ON o.unit_id = u.id AND o.to_on IS NULL LEFT JOIN account a ON a.id = o.account_id \
         WHERE {begins} AND {{reach a.id, +u.community_id}} ORDER BY {UNIT_HEAD}{}, u.id LIMIT {ENOUGH}",
        sql.bytes
    );
    let rows: Vec<UnitRow> = read.report(Limit::Reach(reach_sql), &text, sql.values).await?;
    let hit = |row: UnitRow| SearchHit {
        what: HitKind::Unit,
        matched: MatchKind::Unit,
        closeness: close(typed, MatchKind::Unit, &row.code),
        value: row.code.clone(),
        account_id: row.account_id,
        unit_id: Some(row.id),
        claim_id: None,
        name: row.name,
        reference: row.code,
        community_id: row.community_id,
        community_name: row.community_name,
        unit_label: None,
        customer_type: None,
        standing: None,
    };
    Ok(rows.into_iter().map(hit).collect())
}

/// How well what an index found fits. Databases fold fewer letters than Kept does.
fn close(typed: &Typed, kind: MatchKind, value: &str) -> Closeness {
    typed.closeness(kind, value).unwrap_or(Closeness::Prefix)
}
