//! Calls.

use crate::kernel::api::{Api, Versioned, json, new_key};
use kept_shared::ids::PermissionGroupId;
use kept_shared::layouts::{GroupLayout, Layout, NewLayout};
use kept_shared::problem::Problem;
use reqwest::Method;

const PATH: &str = "/layouts/account";

fn of(group: PermissionGroupId) -> String {
    format!("{PATH}/groups/{group}")
}

impl Api {
    pub async fn layout(self) -> Result<Layout, Problem> {
        self.get(PATH).await
    }
    pub async fn save_layout(self, new: NewLayout) -> Result<Layout, Problem> {
        self.put_unversioned(PATH, &new, &new_key()).await
    }
    /// Returns the layout one sees from then on.
    pub async fn revert_layout(self) -> Result<Layout, Problem> {
        json(self.send(Method::DELETE, PATH, |r| r).await?).await
    }
    pub async fn group_layout(self, group: PermissionGroupId) -> Result<GroupLayout, Problem> {
        self.get(&of(group)).await
    }
    pub async fn save_group_layout(
        self,
        group: PermissionGroupId,
        version: i64,
        new: NewLayout,
    ) -> Result<Versioned<GroupLayout>, Problem> {
        self.put(&of(group), version, &new).await
    }
    pub async fn revert_group_layout(self, group: PermissionGroupId, version: i64) -> Result<(), Problem> {
        self.delete(&of(group), Some(version)).await
    }
}
