//! Calls.

use crate::kernel::api::{Api, new_key, offline};
use kept_shared::ids::{AccountId, EntryId};
use kept_shared::page::Page;
use kept_shared::payments::*;
use kept_shared::problem::{Code, Problem};
use reqwest::Method;

impl Api {
    pub async fn preview_payment(self, account: AccountId, payment: &RecordPayment) -> Result<PaymentPlan, Problem> {
        self.post(&format!("/accounts/{account}/payments/preview"), payment, &new_key())
            .await
    }
    pub async fn record_payment(
        self,
        account: AccountId,
        payment: &RecordPayment,
        key: &str,
    ) -> Result<PaymentRecorded, Problem> {
        self.post(&format!("/accounts/{account}/payments"), payment, key).await
    }
    pub async fn entry_allocations(self, entry: EntryId) -> Result<EntryAllocations, Problem> {
        self.get(&format!("/entries/{entry}/allocations")).await
    }
    /// What a credit is set against from now on; entries have no version, a repeat changes nothing.
    pub async fn reallocate(self, entry: EntryId, to: &Reallocate) -> Result<EntryAllocations, Problem> {
        let key = new_key();
        let response = self
            .send(Method::PUT, &format!("/entries/{entry}/allocations"), |r| {
                r.header("idempotency-key", &key).json(to)
            })
            .await?;
        let bytes = response.bytes().await.map_err(|_| offline())?;
        serde_json::from_slice(&bytes).map_err(|_| Problem::of(Code::Internal))
    }
    pub async fn accept_suggestions(self, asked: &AcceptSuggestions) -> Result<SuggestionsAccepted, Problem> {
        self.post("/unallocated/accept", asked, &new_key()).await
    }
    pub async fn unallocated_summary(self, filter: &UnallocatedFilter) -> Result<UnallocatedSummary, Problem> {
        self.list("/unallocated/summary", filter).await
    }
    pub async fn unallocated(self, filter: &UnallocatedFilter) -> Result<Page<UnallocatedLine>, Problem> {
        self.list("/unallocated", filter).await
    }
}
