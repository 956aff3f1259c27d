//! Permission groups: list, and the matrix of ticks (spec A07). Everybody who sees users may look; superusers change.

mod edit;
mod list;
mod matrix;

pub use edit::{GroupPage, NewGroupPage};
pub use list::GroupsPage;

use crate::kernel::api::{Api, Versioned};
use kept_shared::{
    ids::PermissionGroupId,
    problem::Problem,
    users::{NewPermissionGroup, PermissionGroup, PermissionGroupPatch},
};

impl Api {
    pub async fn permission_group(self, id: PermissionGroupId) -> Result<PermissionGroup, Problem> {
        self.get(&format!("/permission-groups/{id}")).await
    }
    pub async fn create_permission_group(
        self,
        new: &NewPermissionGroup,
        key: &str,
    ) -> Result<PermissionGroup, Problem> {
        self.post("/permission-groups", new, key).await
    }
    pub async fn change_permission_group(
        self,
        id: PermissionGroupId,
        version: i64,
        patch: &PermissionGroupPatch,
    ) -> Result<Versioned<PermissionGroup>, Problem> {
        self.patch(&format!("/permission-groups/{id}"), version, patch).await
    }
}
