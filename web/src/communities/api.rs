//! Calls.

use crate::kernel::api::{Api, Versioned};
use kept_shared::communities::{Community, CommunityFilter, CommunityLine, NewCommunity};
use kept_shared::ids::CommunityId;
use kept_shared::page::Page;
use kept_shared::problem::Problem;

impl Api {
    pub async fn communities(self, filter: CommunityFilter) -> Result<Page<CommunityLine>, Problem> {
        self.list("/communities", &filter).await
    }
    pub async fn community(self, id: CommunityId) -> Result<Community, Problem> {
        self.get(&format!("/communities/{id}")).await
    }
    pub async fn create_community(self, new: NewCommunity, key: String) -> Result<Community, Problem> {
        self.post("/communities", &new, &key).await
    }
    pub async fn change_community(
        self,
        id: CommunityId,
        version: i64,
        new: NewCommunity,
    ) -> Result<Versioned<Community>, Problem> {
        self.put(&format!("/communities/{id}"), version, &new).await
    }
}
