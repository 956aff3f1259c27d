//! Calls.

use crate::kernel::api::Api;
use kept_shared::diary::*;
use kept_shared::ids::AccountId;
use kept_shared::page::Page;
use kept_shared::problem::Problem;

impl Api {
    pub async fn diary(self, account: AccountId, filter: &DiaryFilter) -> Result<Page<DiaryItem>, Problem> {
        self.list(&format!("/accounts/{account}/diary"), filter).await
    }
    pub async fn diary_choices(self, account: AccountId) -> Result<DiaryChoices, Problem> {
        self.get(&format!("/accounts/{account}/diary/choices")).await
    }
}
