//! Sums of stored rows, kept for each community in this process. A posting changes one community's figures, so it alone
//! is summed anew: the book's total costs a look at the communities' counters instead of a pass over all customers.

use super::filter::Values;
use crate::kernel::{Limit, Reach, Read, Stop};
use crate::reach::reach_sql;
use kept_shared::age_analysis::AgeFilter;
use kept_shared::ids::CommunityId;
use kept_shared::money::Currency;
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::{Mutex, PoisonError};

/// Counts of accounts and sums of their stored figures in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, FromQueryResult)]
pub struct Sums {
    pub accounts: i64,
    /// With a balance above zero.
    pub in_arrears: i64,
    pub in_credit: i64,
    /// With anything older than current.
    pub overdue: i64,
    pub with_current: i64,
    pub with_d30: i64,
    pub with_d60: i64,
    pub with_d90: i64,
    pub with_d120: i64,
    pub with_unallocated: i64,
    pub current_sum: i64,
    pub d30_sum: i64,
    pub d60_sum: i64,
    pub d90_sum: i64,
    pub d120_sum: i64,
    pub unallocated_sum: i64,
    pub not_due_sum: i64,
    pub total_sum: i64,
}

impl AddAssign for Sums {
    fn add_assign(&mut self, more: Self) {
        self.accounts += more.accounts;
        self.in_arrears += more.in_arrears;
        self.in_credit += more.in_credit;
        self.overdue += more.overdue;
        self.with_current += more.with_current;
        self.with_d30 += more.with_d30;
        self.with_d60 += more.with_d60;
        self.with_d90 += more.with_d90;
        self.with_d120 += more.with_d120;
        self.with_unallocated += more.with_unallocated;
        self.current_sum += more.current_sum;
        self.d30_sum += more.d30_sum;
        self.d60_sum += more.d60_sum;
        self.d90_sum += more.d90_sum;
        self.d120_sum += more.d120_sum;
        self.unallocated_sum += more.unallocated_sum;
        self.not_due_sum += more.not_due_sum;
        self.total_sum += more.total_sum;
    }
}

/// Columns of [`Sums`] over aged rows `g`.
pub(super) fn columns() -> String {
    let mut all = vec![
        "COUNT(*) AS accounts".to_owned(),
        "COUNT(*) FILTER (WHERE g.total_minor > 0) AS in_arrears".into(),
        "COUNT(*) FILTER (WHERE g.total_minor < 0) AS in_credit".into(),
        "COUNT(*) FILTER (WHERE g.d30_minor + g.d60_minor + g.d90_minor + g.d120_minor > 0) AS overdue".into(),
    ];
    for c in ["current", "d30", "d60", "d90", "d120", "unallocated"] {
        all.push(format!("COUNT(*) FILTER (WHERE g.{c}_minor <> 0) AS with_{c}"));
    }
    for c in [
        "current",
        "d30",
        "d60",
        "d90",
        "d120",
        "unallocated",
        "not_due",
        "total",
    ] {
        all.push(format!("CAST(COALESCE(SUM(g.{c}_minor), 0) AS BIGINT) AS {c}_sum"));
    }
    all.join(", ")
}

/// Which rows are summed: what the pages ask for by default, and nothing else of figures.
#[derive(Clone, Copy)]
pub(super) enum Rows {
    All,
    /// Without balances of zero.
    Owing,
    /// Without balances of zero or below.
    InArrears,
}

impl Rows {
    /// `None`: the filter asks for something that has to be looked for.
    pub(super) fn of(filter: &AgeFilter) -> Option<Self> {
        match (filter.hide_zero, filter.hide_credit) {
            _ if !filter.bucket.is_empty() => None,
            (false, false) => Some(Self::All),
            (true, false) => Some(Self::Owing),
            (true, true) => Some(Self::InArrears),
            // A new account has a stored row, which this would count, but no figure yet, so that no counter tells of it.
            (false, true) => None,
        }
    }
    const fn condition(self) -> &'static str {
        match self {
            Self::All => "1 = 1",
            Self::Owing => "g.total_minor <> 0",
            Self::InArrears => "g.total_minor > 0",
        }
    }
}

/// The sums of one community and the state of its figures they belong to, one for each of [`Rows`].
type Known = [Option<(i64, Sums)>; 3];

#[derive(Default)]
struct Kept(Mutex<HashMap<CommunityId, Known>>);

#[derive(FromQueryResult)]
struct Home {
    id: CommunityId,
    currency: Currency,
    /// Counts every change of the community's stored figures.
    figures: i64,
}

#[derive(FromQueryResult)]
struct Counted {
    community_id: CommunityId,
    accounts: i64,
}

#[derive(FromQueryResult)]
struct Summed {
    community_id: CommunityId,
    #[sea_orm(nested)]
    sums: Sums,
}

/// Sums for each currency that has accounts, in the order of its name, over whole communities within reach; `only`
/// narrows them. `None`: the caller reaches single accounts, or reads what is not yet committed.
pub(super) async fn kept(read: &Read, only: &[CommunityId], rows: Rows) -> Result<Option<Vec<(Currency, Sums)>>, Stop> {
    let Some(homes) = by_home(read, only, rows).await? else {
        return Ok(None);
    };
    let mut all: Vec<(Currency, Sums)> = vec![];
    for (_, currency, sums) in homes {
        match all.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, all)) => *all += sums,
            None => all.push((currency, sums)),
        }
    }
    all.retain(|(_, sums)| sums.accounts > 0);
    all.sort_by_key(|(currency, _)| currency.as_str());
    Ok(Some(all))
}

/// The same for each community.
pub(super) async fn by_home(
    read: &Read,
    only: &[CommunityId],
    rows: Rows,
) -> Result<Option<Vec<(CommunityId, Currency, Sums)>>, Stop> {
    let whole = matches!(read.scope().reach(), Reach::Organisation(_) | Reach::Communities { .. });
    if !whole || !read.is_snapshot() {
        return Ok(None);
    }
    let homes = homes(read, only).await?;
    let mut found = recall(read, &homes, rows);
    let missing: Vec<&Home> = homes.iter().filter(|h| !found.contains_key(&h.id)).collect();
    for part in missing.chunks(500) {
        let sums = sum(read, part, rows).await?;
        remember(read, part, rows, &sums);
        found.extend(sums);
    }
    let sizes = match rows {
        Rows::All => Some(sizes(read, only).await?),
        Rows::Owing | Rows::InArrears => None,
    };
    let mut all = vec![];
    for home in &homes {
        let mut sums = found.get(&home.id).copied().unwrap_or_default();
        // A new account has a stored row but no figure yet, so no counter tells of it: accounts are counted.
        if let Some(sizes) = &sizes {
            sums.accounts = sizes.get(&home.id).copied().unwrap_or_default();
        }
        all.push((home.id, home.currency, sums));
    }
    Ok(Some(all))
}

/// That a column is one of the communities asked for; none asked for: all.
fn narrowed(only: &[CommunityId], column: &str, values: &mut Values) -> String {
    if only.is_empty() {
        "1 = 1".into()
    } else {
        format!("{column} IN ({})", values.list(only.iter().copied()))
    }
}

async fn homes(read: &Read, only: &[CommunityId]) -> Result<Vec<Home>, Stop> {
    let mut values = Values::default();
    let sql = format!(
        "SELECT c.id, c.currency, COALESCE(r.figures, 0) AS figures FROM community c \
         LEFT JOIN ledger_revision r ON r.community_id = c.id WHERE {{reach c.id, c.id, c.organisation_id}} AND {}",
        narrowed(only, "c.id", &mut values)
    );
    read.report(Limit::Reach(reach_sql), &sql, values.0).await
}

/// How many accounts each community has: one pass over a small index.
async fn sizes(read: &Read, only: &[CommunityId]) -> Result<HashMap<CommunityId, i64>, Stop> {
    let mut values = Values::default();
    let sql = format!(
        "SELECT a.community_id, COUNT(*) AS accounts FROM account a \
         WHERE {{reach a.id, a.community_id}} AND {} GROUP BY a.community_id",
        narrowed(only, "a.community_id", &mut values)
    );
    let all: Vec<Counted> = read.report(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(all.into_iter().map(|c| (c.community_id, c.accounts)).collect())
}

async fn sum(read: &Read, homes: &[&Home], rows: Rows) -> Result<HashMap<CommunityId, Sums>, Stop> {
    let mut values = Values::default();
    let marks = values.list(homes.iter().map(|h| h.id));
    let sql = format!(
        "SELECT g.community_id, {} FROM aged g WHERE {{reach g.account_id, g.community_id}} \
         AND g.community_id IN ({marks}) AND {} GROUP BY g.community_id",
        columns(),
        rows.condition()
    );
    let all: Vec<Summed> = read.report(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(all.into_iter().map(|s| (s.community_id, s.sums)).collect())
}

fn recall(read: &Read, homes: &[Home], rows: Rows) -> HashMap<CommunityId, Sums> {
    let cache = read.kernel().slot::<Kept>();
    let known = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
    let of = |home: &Home| {
        let slot = known.get(&home.id)?.get(rows as usize).copied().flatten();
        slot.filter(|(figures, _)| *figures == home.figures)
            .map(|(_, sums)| (home.id, sums))
    };
    homes.iter().filter_map(of).collect()
}

fn remember(read: &Read, homes: &[&Home], rows: Rows, sums: &HashMap<CommunityId, Sums>) {
    let cache = read.kernel().slot::<Kept>();
    let mut known = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
    for home in homes {
        let sums = sums.get(&home.id).copied().unwrap_or_default();
        if let Some(slot) = known.entry(home.id).or_default().get_mut(rows as usize) {
            *slot = Some((home.figures, sums));
        }
    }
}
