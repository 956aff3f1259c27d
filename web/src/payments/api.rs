//! Calls.

use crate::kernel::api::{Api, Versioned, new_key};
use kept_shared::ids::{AccountId, EntryId};
use kept_shared::page::Page;
use kept_shared::payments::*;
use kept_shared::problem::Problem;

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
    /// What a credit is set against from now on, as long as nobody moved it since `version`.
    pub async fn reallocate(
        self,
        entry: EntryId,
        version: i64,
        to: &Reallocate,
    ) -> Result<Versioned<EntryAllocations>, Problem> {
        self.put(&format!("/entries/{entry}/allocations"), version, to).await
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
