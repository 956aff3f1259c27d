//! The filter as SQL. Accounts are `a`, their aged rows `g`.

use super::{fresh, past, query};
use crate::kernel::{Reach, Read, Stop, page::like_escape};
use crate::reach::at_work_sql;
use chrono::NaiveDate;
use kept_shared::age_analysis::{AgeFilter, Bucket, StatusChoice};
use kept_shared::ids::*;
use kept_shared::permission::UserType;
use kept_shared::problem::{Code, FieldProblem, Problem};
use kept_shared::text::fold;
use sea_orm::{DbBackend, Value};

/// Statement parameters as they are numbered.
#[derive(Default)]
pub(super) struct Values(pub(super) Vec<Value>);
impl Values {
    pub(super) fn push(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }
    pub(super) fn list<T: Into<Value>>(&mut self, values: impl IntoIterator<Item = T>) -> String {
        let marks: Vec<String> = values.into_iter().map(|v| self.push(v)).collect();
        marks.join(", ")
    }
}

/// Errors: 400 naming every parameter out of bounds.
pub(super) fn check(filter: &AgeFilter) -> Result<(), Stop> {
    let flaws = filter.flaws();
    if flaws.is_empty() {
        return Ok(());
    }
    let errors = flaws
        .into_iter()
        .map(|(at, code)| FieldProblem::new(at, code))
        .collect();
    Err(Problem::of(Code::QueryMalformed).with_errors(errors).into())
}

pub(super) fn is_masked(read: &Read) -> bool {
    read.caller().user_type == UserType::Trustee
}

/// Which table a statement begins with.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lead {
    /// Aged rows, in the order of an index.
    Figures,
    /// Aged rows, in the order they lie in: for sums.
    EveryFigure,
    /// Accounts, in the order of an index.
    Accounts,
    /// The few accounts that pass the filter, found by it; they are sorted afterwards.
    Few,
}

/// Whether a filter asks for anything of the account itself, beyond its community.
pub(super) fn asks_account(filter: &AgeFilter) -> bool {
    filter.handed_over.is_some() || asks_few(filter)
}

/// Whether a filter asks for what few accounts may have.
pub(super) fn asks_few(filter: &AgeFilter) -> bool {
    !filter.status.is_empty()
        || !filter.group.is_empty()
        || filter.handed_over == Some(true)
        || !filter.attorney.is_empty()
        || filter.q.as_ref().is_some_and(|q| !q.trim().is_empty())
}

/// Conditions over the account itself: everything but figures. Within communities the organisation is said
/// so that it does not tempt the planner to walk the whole of it.
pub(super) fn of_account(read: &Read, filter: &AgeFilter, lead: Lead, values: &mut Values) -> Vec<String> {
    let (id, t) = match lead {
        Lead::Figures | Lead::EveryFigure => ("g.account_id", "g"),
        Lead::Accounts | Lead::Few => ("a.id", "a"),
    };
    let whole = matches!(read.scope().reach(), Reach::Organisation(_));
    // To SQLite a plus says: not by an index of this column, which would lead to every row by a detour.
    let detour = whole && (matches!(lead, Lead::Few | Lead::EveryFigure) || !filter.community_id.is_empty());
    let plus = if detour && read.backend() == DbBackend::Sqlite {
        "+"
    } else {
        ""
    };
    // PostgreSQL has no such word; there the communities of the organisation say it less temptingly.
    let own = if filter.community_id.is_empty() || read.backend() == DbBackend::Sqlite {
        format!(", {plus}{t}.organisation_id")
    } else {
        String::new()
    };
    let mut all = vec![format!("{{reach {id}, {plus}{t}.community_id{own}}}")];
    all.extend(at_work_sql(read.scope(), read.backend(), id));
    if !filter.community_id.is_empty() {
        all.push(format!(
            "{t}.community_id IN ({})",
            values.list(filter.community_id.iter().copied())
        ));
    }
    if !filter.status.is_empty() {
        let ids: Vec<StatusId> = filter
            .status
            .iter()
            .filter_map(|s| match s {
                StatusChoice::Of(id) => Some(*id),
                StatusChoice::None => None,
            })
            .collect();
        let mut any = vec![];
        if ids.len() < filter.status.len() {
            any.push("a.debt_status_id IS NULL".to_owned());
        }
        if !ids.is_empty() {
            let marks = values.list(ids);
            any.push(format!(
                "a.debt_status_id IN ({marks}) OR a.notice_status_id IN ({marks}) OR a.interest_status_id IN ({marks})"
            ));
        }
        all.push(format!("({})", any.join(" OR ")));
    }
    if !filter.group.is_empty() {
        all.push(format!(
            "a.customer_group_id IN ({})",
            values.list(filter.group.iter().copied())
        ));
    }
    match filter.handed_over {
        Some(true) => all.push("a.open_handover_id IS NOT NULL".into()),
        Some(false) => all.push("a.open_handover_id IS NULL".into()),
        None => {}
    }
    if !filter.attorney.is_empty() {
        let marks = values.list(filter.attorney.iter().copied());
        all.push(format!(
            "a.open_handover_id IN (SELECT id FROM handover WHERE attorney_id IN ({marks}))"
        ));
    }
    if let Some(q) = filter.q.as_deref().map(fold).filter(|q| !q.is_empty()) {
        let mark = values.push(format!("%{}%", like_escape(&q)));
        all.push(if is_masked(read) {
            // Who may not see names may not find by them.
            format!("(LOWER(a.reference) LIKE {mark} ESCAPE '\\' OR LOWER(COALESCE(a.unit_label, '')) LIKE {mark} ESCAPE '\\')")
        } else {
            format!("a.search LIKE {mark} ESCAPE '\\'")
        });
    }
    all
}

pub(super) const fn column(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Current => "g.current_minor",
        Bucket::D30 => "g.d30_minor",
        Bucket::D60 => "g.d60_minor",
        Bucket::D90 => "g.d90_minor",
        Bucket::D120 => "g.d120_minor",
        Bucket::Unallocated => "g.unallocated_minor",
    }
}

/// Whether a filter asks for anything of the stored figures.
pub(super) fn asks_figures(filter: &AgeFilter) -> bool {
    filter.hide_zero || filter.hide_credit || !filter.bucket.is_empty()
}

/// Conditions over stored figures.
pub(super) fn of_figures(filter: &AgeFilter) -> Vec<String> {
    let mut all = vec![];
    if filter.hide_zero {
        all.push("g.total_minor <> 0".to_owned());
    }
    if filter.hide_credit {
        all.push("g.total_minor >= 0".to_owned());
    }
    if !filter.bucket.is_empty() {
        let any: Vec<String> = filter.bucket.iter().map(|b| format!("{} <> 0", column(*b))).collect();
        all.push(format!("({})", any.join(" OR ")));
    }
    all
}

/// The same conditions over figures worked out for another day.
pub(super) fn keeps(filter: &AgeFilter, aged: &kept_shared::ageing::Aged) -> bool {
    let of = |b: &Bucket| match b {
        Bucket::Current => aged.current,
        Bucket::D30 => aged.d30,
        Bucket::D60 => aged.d60,
        Bucket::D90 => aged.d90,
        Bucket::D120 => aged.d120,
        Bucket::Unallocated => aged.unallocated,
    };
    let hidden = filter.hide_zero && aged.total == 0 || filter.hide_credit && aged.total < 0;
    !hidden && (filter.bucket.is_empty() || filter.bucket.iter().any(|b| of(b) != 0))
}

/// Every account of a filter, in its order: what "all rows of the filter" means to other features. Figures as at the
/// filter's date or today. Errors: 400 for a filter out of bounds, 422 for more than `most` accounts.
pub async fn matching(read: &Read, filter: &AgeFilter, most: usize) -> Result<Vec<AccountId>, Stop> {
    check(filter)?;
    let standing = fresh::standing(read, filter).await?;
    let as_at: NaiveDate = filter.as_at.unwrap_or(standing.today);
    let ids: Vec<AccountId> = if standing.holds(as_at) {
        query::ids(read, filter, most + 1).await?
    } else {
        let rows = past::ordered(read, filter, as_at).await?;
        rows.into_iter().map(|r| r.id).collect()
    };
    if ids.len() > most {
        return Err(Problem::of(Code::NotAcceptable)
            .at("/selection/filter", "too_many")
            .into());
    }
    Ok(ids)
}
