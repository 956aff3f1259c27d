//! Calls.

use crate::kernel::api::{Api, Versioned};
use kept_shared::ids::{AccountId, EntryId, PostingRequestId};
use kept_shared::page::Page;
use kept_shared::postings::*;
use kept_shared::problem::Problem;

impl Api {
    pub async fn post_entry(
        self,
        account: AccountId,
        posting: &NewPosting,
        key: &str,
    ) -> Result<PostingOutcome, Problem> {
        self.post(&format!("/accounts/{account}/entries"), posting, key).await
    }
    pub async fn reverse_entry(
        self,
        entry: EntryId,
        reversal: &ReverseEntry,
        key: &str,
    ) -> Result<PostingOutcome, Problem> {
        self.post(&format!("/entries/{entry}/reversal"), reversal, key).await
    }
    pub async fn posting_requests(self, filter: &RequestFilter) -> Result<Page<PostingRequest>, Problem> {
        self.list("/posting-requests", filter).await
    }
    /// `deed`: approve, decline or withdraw.
    pub async fn decide_request(
        self,
        id: PostingRequestId,
        version: i64,
        deed: &str,
        reason: Option<String>,
    ) -> Result<Versioned<PostingRequest>, Problem> {
        self.act(
            &format!("/posting-requests/{id}/{deed}"),
            version,
            &DecideRequest { reason },
        )
        .await
    }
}
