//! Calls.

use crate::kernel::api::Api;
use crate::kernel::url::query;
use chrono::NaiveDate;
use kept_shared::ids::AccountId;
use kept_shared::ledger::{Movement, Movements};
use kept_shared::page::Page;
use kept_shared::problem::Problem;
use kept_shared::statements::{Period, Statement};
use serde::Serialize;

/// Which days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Days {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub period: Option<Period>,
}

#[derive(Serialize)]
struct Lines {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    period: Option<Period>,
    limit: u32,
    cursor: Option<String>,
}

impl Api {
    pub async fn statement(self, account: AccountId, days: Days) -> Result<Statement, Problem> {
        self.list(&format!("/accounts/{account}/statement"), &days).await
    }
    pub async fn statement_lines(
        self,
        account: AccountId,
        days: Days,
        cursor: Option<String>,
    ) -> Result<Page<Movement>, Problem> {
        let asked = Lines {
            from: days.from,
            to: days.to,
            period: days.period,
            limit: 100,
            cursor,
        };
        let found: Movements = self.list(&format!("/accounts/{account}/movements"), &asked).await?;
        Ok(Page {
            items: found.items,
            next_cursor: found.next_cursor,
        })
    }
}

/// Address of the statement as a document: `pdf` or the workbook of its movements.
pub fn paper(account: AccountId, days: Days) -> String {
    format!("/accounts/{account}/statement.pdf{}", query(&days))
}

/// The same to be kept.
pub fn kept(account: AccountId, days: Days) -> String {
    let path = paper(account, days);
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}keep=true")
}

pub fn workbook(account: AccountId, days: Days) -> String {
    format!("/accounts/{account}/movements.xlsx{}", query(&days))
}
