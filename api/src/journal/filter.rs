//! A journal filter as a condition over `e` (entry), `c` (its claim), `p` (its product) and `u` (its unit).

use crate::kernel::{Stop, binds::Binds, page};
use kept_shared::age_analysis::MAX_CHOICES;
use kept_shared::ids::AccountId;
use kept_shared::journal::{JournalFilter, JournalSort, Pick};
use kept_shared::problem::{Code, Problem};

/// What stands for the product of an entry: its own, else its unit's.
pub(super) const PRODUCT: &str = "COALESCE(p.name, u.code)";

/// Joins every journal statement has.
pub(super) const JOINS: &str = "LEFT JOIN claim c ON c.id = e.claim_id LEFT JOIN product p ON p.id = e.product_id \
    LEFT JOIN unit u ON u.id = e.unit_id";

fn malformed(at: &str, code: &str) -> Stop {
    Problem::of(Code::QueryMalformed).at(at, code).into()
}

/// Ids of picks, and whether `none` is among them.
fn split(picks: &[Pick]) -> (Vec<uuid::Uuid>, bool) {
    let ids = picks
        .iter()
        .filter_map(|p| match p {
            Pick::Of(id) => Some(*id),
            Pick::None => None,
        })
        .collect();
    (ids, picks.contains(&Pick::None))
}

/// The condition; its parameters are bound. Errors: 400 for too many choices, dates that end before they begin, too
/// long a search.
pub(super) fn condition(binds: &mut Binds, account: AccountId, filter: &JournalFilter) -> Result<String, Stop> {
    let sizes = [
        ("?claim", filter.claim.len()),
        ("?product", filter.product.len()),
        ("?payment_method", filter.payment_method.len()),
        ("?context", filter.context.len()),
        ("?type", filter.kind.len()),
    ];
    if let Some((at, _)) = sizes.iter().find(|(_, n)| *n > MAX_CHOICES) {
        return Err(malformed(at, "too_many"));
    }
    if let (Some(from), Some(to)) = (filter.from, filter.to)
        && from > to
    {
        return Err(malformed("?from", "after_the_end"));
    }
    let mut all = vec![format!("e.account_id = {}", binds.one(account))];
    if !filter.claim.is_empty() {
        let (ids, none) = split(&filter.claim);
        let mut any = vec![format!("e.claim_id IN ({})", binds.list(ids))];
        any.extend(none.then(|| "e.claim_id IS NULL".to_owned()));
        all.push(format!("({})", any.join(" OR ")));
    }
    if !filter.product.is_empty() {
        let (ids, none) = split(&filter.product);
        let list = binds.list(ids);
        let mut any = vec![
            format!("e.product_id IN ({list})"),
            format!("(e.product_id IS NULL AND e.unit_id IN ({list}))"),
        ];
        any.extend(none.then(|| "(e.product_id IS NULL AND e.unit_id IS NULL)".to_owned()));
        all.push(format!("({})", any.join(" OR ")));
    }
    if !filter.payment_method.is_empty() {
        let named: Vec<String> = filter.payment_method.iter().filter(|m| *m != "none").cloned().collect();
        let none = named.len() < filter.payment_method.len();
        let mut any = vec![format!("e.payment_method IN ({})", binds.list(named))];
        any.extend(none.then(|| "e.payment_method IS NULL".to_owned()));
        all.push(format!("({})", any.join(" OR ")));
    }
    if !filter.context.is_empty() {
        let list = binds.list(filter.context.iter().map(|c| c.as_str()));
        all.push(format!("e.context IN ({list})"));
    }
    if !filter.kind.is_empty() {
        let list = binds.list(filter.kind.iter().map(|k| k.as_str()));
        all.push(format!("e.type IN ({list})"));
    }
    if let Some(from) = filter.from {
        all.push(format!("e.effective_on >= {}", binds.one(from)));
    }
    if let Some(to) = filter.to {
        all.push(format!("e.effective_on <= {}", binds.one(to)));
    }
    if let Some(pattern) = page::search_pattern(filter.q.as_deref())? {
        let like = binds.one(pattern);
        let mut any: Vec<String> = ["e.description", "e.reference", "c.reference", "e.reason"]
            .iter()
            .map(|column| format!("LOWER(COALESCE({column}, '')) LIKE {like} ESCAPE '\\'"))
            .collect();
        if let Ok(no) = filter.q.as_deref().unwrap_or_default().trim().parse::<i64>() {
            any.push(format!("e.no = {}", binds.one(no)));
        }
        all.push(format!("({})", any.join(" OR ")));
    }
    Ok(all.join(" AND "))
}

/// The column sorted by, beside the order of the ledger, and whether it goes down.
pub(super) fn order(sort: JournalSort) -> (Option<&'static str>, bool) {
    match sort {
        JournalSort::Date => (None, false),
        JournalSort::DateDown => (None, true),
        JournalSort::Product => (Some("COALESCE(p.name, u.code, '')"), false),
        JournalSort::ProductDown => (Some("COALESCE(p.name, u.code, '')"), true),
        JournalSort::Claim => (Some("COALESCE(c.reference, '')"), false),
        JournalSort::ClaimDown => (Some("COALESCE(c.reference, '')"), true),
        JournalSort::Context => (Some("e.context"), false),
        JournalSort::ContextDown => (Some("e.context"), true),
    }
}
