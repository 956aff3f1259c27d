//! Calls.

use crate::kernel::api::{Api, Versioned};
use kept_shared::ids::{CommunityId, LevyId, LevyRunId, UnitId};
use kept_shared::levies::*;
use kept_shared::page::Page;
use kept_shared::problem::Problem;

impl Api {
    pub async fn levies(self, filter: LevyFilter) -> Result<Page<Levy>, Problem> {
        self.list("/levies", &filter).await
    }
    pub async fn levy_summary(self, community: CommunityId) -> Result<LevySummary, Problem> {
        self.get(&format!("/communities/{community}/levies/summary")).await
    }
    pub async fn create_levy(self, unit: UnitId, new: NewLevy, key: String) -> Result<Levy, Problem> {
        self.post(&format!("/units/{unit}/levies"), &new, &key).await
    }
    pub async fn edit_levy(self, id: LevyId, version: i64, terms: LevyTerms) -> Result<Versioned<Levy>, Problem> {
        self.put(&format!("/levies/{id}"), version, &terms).await
    }
    pub async fn change_levy_amount(
        self,
        id: LevyId,
        version: i64,
        change: LevyAmount,
    ) -> Result<Versioned<Levy>, Problem> {
        self.act(&format!("/levies/{id}/amounts"), version, &change).await
    }
    pub async fn delete_levy(self, id: LevyId, version: i64) -> Result<(), Problem> {
        self.delete(&format!("/levies/{id}"), Some(version)).await
    }
    pub async fn preview_levies(
        self,
        community: CommunityId,
        set: SetLevies,
        key: String,
    ) -> Result<LeviesSet, Problem> {
        self.post(&format!("/communities/{community}/levies/set/preview"), &set, &key)
            .await
    }
    pub async fn set_levies(self, community: CommunityId, set: SetLevies, key: String) -> Result<LeviesSet, Problem> {
        self.post(&format!("/communities/{community}/levies/set"), &set, &key)
            .await
    }
    pub async fn levy_runs_summary(self, community_id: Option<CommunityId>) -> Result<LevyRunSummary, Problem> {
        let filter = LevyRunFilter {
            community_id,
            limit: None,
            cursor: None,
        };
        self.list("/levy-runs/summary", &filter).await
    }
    pub async fn levy_runs(self, filter: LevyRunFilter) -> Result<Page<LevyRun>, Problem> {
        self.list("/levy-runs", &filter).await
    }
    pub async fn levy_run(self, id: LevyRunId) -> Result<LevyRun, Problem> {
        self.get(&format!("/levy-runs/{id}")).await
    }
    pub async fn levy_run_lines(self, id: LevyRunId, filter: LevyLineFilter) -> Result<Page<LevyRunLine>, Problem> {
        self.list(&format!("/levy-runs/{id}/lines"), &filter).await
    }
    pub async fn create_levy_run(
        self,
        community: CommunityId,
        new: NewLevyRun,
        key: String,
    ) -> Result<LevyRun, Problem> {
        self.post(&format!("/communities/{community}/levy-runs"), &new, &key)
            .await
    }
    pub async fn start_levy_run(
        self,
        id: LevyRunId,
        version: i64,
        wish: StartLevyRun,
        key: String,
    ) -> Result<Versioned<LevyRun>, Problem> {
        self.act_with_key(&format!("/levy-runs/{id}/start"), version, &wish, &key)
            .await
    }
    pub async fn reverse_levy_run(
        self,
        id: LevyRunId,
        version: i64,
        wish: ReverseLevyRun,
        key: String,
    ) -> Result<Versioned<LevyRun>, Problem> {
        self.act_with_key(&format!("/levy-runs/{id}/reverse"), version, &wish, &key)
            .await
    }
    pub async fn discard_levy_run(self, id: LevyRunId, version: i64) -> Result<(), Problem> {
        self.delete(&format!("/levy-runs/{id}"), Some(version)).await
    }
}
