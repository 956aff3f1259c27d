//! Calls.

use crate::kernel::api::{Api, Versioned, new_key};
use kept_shared::{age_analysis::AgeFilter, ids::StatusId, problem::Problem, statuses::*};

/// What is asked of a batch.
pub type Wish = ApplyStatuses<AgeFilter>;

impl Api {
    pub async fn statuses(self, filter: &StatusFilter) -> Result<StatusCatalogue, Problem> {
        self.list("/statuses", filter).await
    }
    pub async fn create_status(self, new: &NewStatus) -> Result<Status, Problem> {
        self.post("/statuses", new, &new_key()).await
    }
    pub async fn change_status(
        self,
        id: StatusId,
        version: i64,
        patch: &StatusPatch,
    ) -> Result<Versioned<Status>, Problem> {
        self.patch(&format!("/statuses/{id}"), version, patch).await
    }
    pub async fn preview_apply(self, wish: &Wish) -> Result<ApplyPreview, Problem> {
        self.post("/statuses/apply/preview", wish, &new_key()).await
    }
    /// `key` stays the same for all tries of one batch, so that it is applied once.
    pub async fn apply_statuses(self, wish: &Wish, key: &str) -> Result<ApplyOutcome, Problem> {
        self.post("/statuses/apply", wish, key).await
    }
}
