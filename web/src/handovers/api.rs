//! Calls.

use crate::kernel::api::{Api, Versioned};
use kept_shared::{
    handovers::*,
    ids::{CommunityId, HandoverId},
    page::Page,
    problem::Problem,
};

impl Api {
    pub async fn handovers(self, filter: &HandoverFilter) -> Result<Page<Handover>, Problem> {
        self.list("/handovers", filter).await
    }
    pub async fn handover_summary(self, filter: &HandoverFilter) -> Result<HandoverSummary, Problem> {
        self.list("/handovers/summary", filter).await
    }
    pub async fn handover(self, id: HandoverId) -> Result<HandoverDetail, Problem> {
        self.get(&format!("/handovers/{id}")).await
    }
    /// Attorneys with access to all these communities.
    pub async fn attorneys(self, communities: Vec<CommunityId>) -> Result<Vec<Attorney>, Problem> {
        let filter = AttorneyFilter {
            community_id: communities,
        };
        self.list("/attorneys", &filter).await
    }
    pub async fn accept_handover(self, id: HandoverId, version: i64) -> Result<Versioned<serde_json::Value>, Problem> {
        self.act(&format!("/handovers/{id}/accept"), version, &()).await
    }
    pub async fn decline_handover(
        self,
        id: HandoverId,
        version: i64,
        why: &DeclineHandover,
    ) -> Result<Versioned<serde_json::Value>, Problem> {
        self.act(&format!("/handovers/{id}/decline"), version, why).await
    }
    pub async fn recall_handover(
        self,
        id: HandoverId,
        version: i64,
        why: &RecallHandover,
    ) -> Result<Versioned<serde_json::Value>, Problem> {
        self.act(&format!("/handovers/{id}/recall"), version, why).await
    }
    pub async fn return_handover(
        self,
        id: HandoverId,
        version: i64,
        why: &ReturnHandover,
    ) -> Result<Versioned<serde_json::Value>, Problem> {
        self.act(&format!("/handovers/{id}/return"), version, why).await
    }
}
