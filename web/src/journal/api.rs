//! Calls.

use crate::kernel::api::Api;
use crate::kernel::url::query;
use kept_shared::ids::AccountId;
use kept_shared::journal::*;
use kept_shared::page::Page;
use kept_shared::problem::Problem;

impl Api {
    pub async fn journal(self, account: AccountId, filter: &JournalFilter) -> Result<Page<JournalLine>, Problem> {
        self.list(&format!("/accounts/{account}/journal"), filter).await
    }
    pub async fn journal_summary(self, account: AccountId, filter: &JournalFilter) -> Result<JournalSummary, Problem> {
        self.list(&format!("/accounts/{account}/journal/summary"), filter).await
    }
    pub async fn journal_choices(self, account: AccountId) -> Result<JournalChoices, Problem> {
        self.get(&format!("/accounts/{account}/journal/choices")).await
    }
    /// The entry of a number, wherever in the journal it stands.
    pub async fn journal_entry(self, account: AccountId, no: i64) -> Result<Option<JournalLine>, Problem> {
        let filter = JournalFilter {
            q: Some(no.to_string()),
            limit: Some(200),
            ..JournalFilter::default()
        };
        let page = self.journal(account, &filter).await?;
        Ok(page.items.into_iter().find(|line| line.no == no))
    }
    pub async fn explanation(self, account: AccountId, asked: &ExplainFilter) -> Result<Explanation, Problem> {
        self.list(&format!("/accounts/{account}/explanation"), asked).await
    }
}

/// Address of the journal as a file.
pub fn journal_file(account: AccountId, filter: &JournalFilter) -> String {
    format!("/accounts/{account}/journal.csv{}", query(filter))
}
