//! Sums over the age analysis.

use super::filter::{Lead, Values, asks_account, of_account, of_figures};
use super::sums::{self, Rows, Sums};
use crate::communities;
use crate::kernel::{Limit, Read, Stop};
use crate::reach::reach_sql;
use kept_shared::age_analysis::{AgeFilter, AgeTotals};
use kept_shared::ageing::{Aged, AgedMoney};
use kept_shared::ids::CommunityId;
use kept_shared::money::Currency;
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct SumRow {
    handed_over: i64,
    #[sea_orm(nested)]
    sums: Sums,
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

/// Sums over stored figures, one for each currency that has accounts. Currencies are few, so each is summed by itself:
/// a plain pass over the figures instead of grouping all of them.
pub(super) async fn totals(read: &Read, filter: &AgeFilter) -> Result<Vec<AgeTotals>, Stop> {
    if let Some(rows) = Rows::of(filter).filter(|_| !asks_account(filter))
        && let Some(kept) = sums::kept(read, &filter.community_id, rows).await?
    {
        let mut all = vec![];
        for (currency, sums) in kept {
            all.push(view(currency, handed_over(read, filter, currency).await?, sums));
        }
        return Ok(all);
    }
    let currencies = communities::currencies(read, &filter.community_id).await?;
    let mut all = vec![];
    for currency in &currencies {
        let only = (currencies.len() > 1).then_some(*currency);
        let row = row_of(read, filter, only).await?;
        all.extend(row.map(|r| view(*currency, r.handed_over, r.sums)));
    }
    Ok(all)
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// One pass over the rows of a filter in one currency; `None`: no account has it.
async fn row_of(read: &Read, filter: &AgeFilter, only: Option<Currency>) -> Result<Option<SumRow>, Stop> {
    let mut values = Values::default();
    let conditions = |lead: Lead, values: &mut Values| {
        let mut all = of_account(read, filter, lead, values);
        all.extend(of_figures(filter));
        if let Some(currency) = only {
            let mark = values.push(currency);
            all.push(format!(
                "g.community_id IN (SELECT id FROM community WHERE currency = {mark})"
            ));
        }
        all.join(" AND ")
    };
    let both = "account a CROSS JOIN aged g WHERE a.id = g.account_id";
    let (handed_over, from) = if asks_account(filter) {
        let handed_over = "COUNT(*) FILTER (WHERE a.open_handover_id IS NOT NULL)".to_owned();
        (
            handed_over,
            format!("{both} AND {}", conditions(Lead::Few, &mut values)),
        )
    } else {
        let open = conditions(Lead::Few, &mut values);
        let handed_over = format!("(SELECT COUNT(*) FROM {both} AND a.open_handover_id IS NOT NULL AND {open})");
        (
            handed_over,
            format!("aged g WHERE {}", conditions(Lead::EveryFigure, &mut values)),
        )
    };
    let sql = format!("SELECT {handed_over} AS handed_over, {} FROM {from}", sums::columns());
    let row: Option<SumRow> = read.report_one(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(row.filter(|r| r.sums.accounts > 0))
}

/// How many of the filter's accounts are with an attorney: few, found by the index of open matters.
async fn handed_over(read: &Read, filter: &AgeFilter, currency: Currency) -> Result<i64, Stop> {
    let mut values = Values::default();
    let mut all = of_account(read, filter, Lead::Few, &mut values);
    all.extend(of_figures(filter));
    let sql = format!(
        "SELECT COUNT(*) AS n FROM account a CROSS JOIN community c CROSS JOIN aged g \
         WHERE c.id = a.community_id AND g.account_id = a.id AND a.open_handover_id IS NOT NULL AND c.currency = {} AND {}",
        values.push(currency),
        all.join(" AND ")
    );
    let row: Option<Count> = read.report_one(Limit::Reach(reach_sql), &sql, values.0).await?;
    Ok(row.map_or(0, |r| r.n))
}

fn view(currency: Currency, handed_over: i64, s: Sums) -> AgeTotals {
    AgeTotals {
        currency,
        accounts: count(s.accounts),
        in_arrears: count(s.in_arrears),
        in_credit: count(s.in_credit),
        handed_over: count(handed_over),
        with: [
            s.with_current,
            s.with_d30,
            s.with_d60,
            s.with_d90,
            s.with_d120,
            s.with_unallocated,
        ]
        .map(count),
        amounts: AgedMoney::of(
            &Aged {
                current: s.current_sum,
                d30: s.d30_sum,
                d60: s.d60_sum,
                d90: s.d90_sum,
                d120: s.d120_sum,
                unallocated: s.unallocated_sum,
                not_due: s.not_due_sum,
                total: s.total_sum,
                ..Aged::default()
            },
            currency,
        ),
    }
}

/// The whole book in reach by age, a line for each currency that has accounts, the one with most accounts first: for
/// the first page. An attorney's is of the matters at work.
pub async fn book(read: &Read) -> Result<Vec<(Currency, Sums)>, Stop> {
    let filter = AgeFilter::default();
    let mut all = match sums::kept(read, &[], Rows::All).await? {
        Some(kept) => kept,
        None => {
            let currencies = communities::currencies(read, &[]).await?;
            let mut all = vec![];
            for currency in &currencies {
                let only = (currencies.len() > 1).then_some(*currency);
                let row = row_of(read, &filter, only).await?;
                all.extend(row.map(|r| (*currency, r.sums)));
            }
            all
        }
    };
    all.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.accounts));
    Ok(all)
}

/// The book of each community in reach; nothing for those who reach single accounts.
pub async fn by_community(read: &Read) -> Result<Vec<(CommunityId, Currency, Sums)>, Stop> {
    Ok(sums::by_home(read, &[], Rows::All).await?.unwrap_or_default())
}
