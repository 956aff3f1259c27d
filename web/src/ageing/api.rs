//! The server's answers, typed.

use crate::kernel::api::{Api, offline};
use crate::kernel::day::today_here;
use crate::kernel::query::sleep;
use crate::kernel::url::query;
use kept_shared::age_analysis::{AgeFilter, AgeRow, AgeSummary};
use kept_shared::customer_groups::CustomerGroup;
use kept_shared::dates::add_months;
use kept_shared::ids::AccountId;
use kept_shared::ledger::{Movement, Movements};
use kept_shared::page::Page;
use kept_shared::problem::{Code, Problem};
use kept_shared::statuses::StatusCatalogue;
use reqwest::Method;
use serde::Serialize;

/// Rows read before the browser gets to paint.
const AT_ONCE: usize = 1_000;

/// What is asked of an account's movements.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MovementsAsked {
    pub from: Option<chrono::NaiveDate>,
    pub to: Option<chrono::NaiveDate>,
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

impl Api {
    pub async fn age_page(self, filter: &AgeFilter, limit: u32) -> Result<Page<AgeRow>, Problem> {
        let asked = AgeFilter {
            limit: Some(limit),
            ..filter.clone()
        };
        self.list("/age-analysis", &asked).await
    }
    pub async fn age_summary(self, filter: &AgeFilter) -> Result<AgeSummary, Problem> {
        // Totals do not depend on the order.
        let asked = AgeFilter {
            sort: None,
            order: None,
            ..filter.clone()
        };
        self.list("/age-analysis/summary", &asked).await
    }
    /// Every row of the filter, in order. Reads in pieces, so that the page stays alive; stops once `wanted` says no.
    pub async fn age_rows(self, filter: &AgeFilter, wanted: impl Fn() -> bool) -> Result<Option<Vec<AgeRow>>, Problem> {
        let path = format!("/age-analysis/rows{}", query(filter));
        let response = self.send(Method::GET, &path, |r| r).await?;
        let bytes = response.bytes().await.map_err(|_| offline())?;
        let broken = || Problem::of(Code::Internal);
        let mut rest = bytes.strip_prefix(b"[").ok_or_else(broken)?;
        let mut rows = vec![];
        loop {
            rest = match rest {
                [b']', ..] => return Ok(Some(rows)),
                [b',', tail @ ..] => tail,
                other => other,
            };
            let mut one = serde_json::Deserializer::from_slice(rest).into_iter::<AgeRow>();
            rows.push(one.next().ok_or_else(broken)?.map_err(|_| broken())?);
            rest = rest.get(one.byte_offset()..).ok_or_else(broken)?;
            if rows.len() % AT_ONCE == 0 {
                sleep(0).await;
                if !wanted() {
                    return Ok(None);
                }
            }
        }
    }
    pub async fn movements(self, account: AccountId, asked: &MovementsAsked) -> Result<Movements, Problem> {
        self.list(&format!("/accounts/{account}/movements"), asked).await
    }
    /// The last lines of an account, oldest first. The server reads a range from its beginning, so the range grows until it
    /// holds as many as are wanted.
    pub async fn latest_movements(self, account: AccountId, wanted: usize) -> Result<Vec<Movement>, Problem> {
        let mut lines = vec![];
        for months in [Some(6), Some(36), None] {
            let mut asked = MovementsAsked {
                from: match months {
                    Some(n) => add_months(today_here(), -n),
                    None => chrono::NaiveDate::from_ymd_opt(1900, 1, 1),
                },
                to: None,
                limit: Some(200),
                cursor: None,
            };
            lines.clear();
            loop {
                let page = self.movements(account, &asked).await?;
                lines.extend(page.items);
                asked.cursor = page.next_cursor;
                if asked.cursor.is_none() {
                    break;
                }
            }
            if lines.len() >= wanted {
                break;
            }
        }
        let first = lines.len().saturating_sub(wanted);
        Ok(lines.split_off(first))
    }
    pub async fn age_statuses(self) -> Result<StatusCatalogue, Problem> {
        self.get("/statuses").await
    }
    pub async fn age_groups(self) -> Result<Page<CustomerGroup>, Problem> {
        self.get("/customer-groups?limit=200").await
    }
}

/// Address of the workbook of a filter.
pub fn workbook(filter: &AgeFilter) -> String {
    format!("/age-analysis.xlsx{}", query(filter))
}

/// Address of the workbook of an account's movements.
pub fn movements_workbook(account: AccountId, asked: &MovementsAsked) -> String {
    format!("/accounts/{account}/movements.xlsx{}", query(asked))
}
