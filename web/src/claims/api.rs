//! Calls.

use crate::kernel::api::{Api, Versioned, new_key};
use kept_shared::claims::*;
use kept_shared::ids::{AccountId, ClaimId, ProductId};
use kept_shared::page::Page;
use kept_shared::postings::PostingOutcome;
use kept_shared::problem::Problem;

impl Api {
    pub async fn claims_summary(self, account: AccountId, filter: &ClaimFilter) -> Result<ClaimsSummary, Problem> {
        self.list(&format!("/accounts/{account}/claims/summary"), filter).await
    }
    pub async fn claims(self, account: AccountId, filter: &ClaimFilter) -> Result<Page<ClaimLine>, Problem> {
        self.list(&format!("/accounts/{account}/claims"), filter).await
    }
    pub async fn claim(self, id: ClaimId) -> Result<Claim, Problem> {
        self.get(&format!("/claims/{id}")).await
    }
    pub async fn resolve_claim(
        self,
        id: ClaimId,
        version: i64,
        with: &ResolveClaim,
        key: &str,
    ) -> Result<Versioned<PostingOutcome>, Problem> {
        self.act_with_key(&format!("/claims/{id}/resolve"), version, with, key)
            .await
    }
    /// `deed`: reopen, delete or recreate.
    pub async fn change_claim(
        self,
        id: ClaimId,
        version: i64,
        deed: &str,
        with: &ClaimReason,
    ) -> Result<Versioned<Claim>, Problem> {
        self.act(&format!("/claims/{id}/{deed}"), version, with).await
    }
    pub async fn relate_claim(self, id: ClaimId, with: &RelateClaim) -> Result<Claim, Problem> {
        self.post(&format!("/claims/{id}/relations"), with, &new_key()).await
    }
    pub async fn products(self, account: AccountId) -> Result<Vec<Product>, Problem> {
        self.get(&format!("/accounts/{account}/products")).await
    }
    pub async fn create_product(self, account: AccountId, new: &NewProduct, key: &str) -> Result<Product, Problem> {
        self.post(&format!("/accounts/{account}/products"), new, key).await
    }
    pub async fn change_product(
        self,
        id: ProductId,
        version: i64,
        new: &NewProduct,
    ) -> Result<Versioned<Product>, Problem> {
        self.put(&format!("/products/{id}"), version, new).await
    }
}
