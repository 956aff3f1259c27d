//! Calls.

use crate::kernel::api::{Api, Versioned};
use kept_shared::ids::{CommunityId, UnitId};
use kept_shared::page::Page;
use kept_shared::problem::Problem;
use kept_shared::units::{Block, NewOwner, NewUnit, Unit, UnitChange, UnitFilter};

impl Api {
    pub async fn units(self, filter: UnitFilter) -> Result<Page<Unit>, Problem> {
        self.list("/units", &filter).await
    }
    pub async fn blocks(self, community: CommunityId) -> Result<Vec<Block>, Problem> {
        self.get(&format!("/communities/{community}/blocks")).await
    }
    pub async fn unit(self, id: UnitId) -> Result<Unit, Problem> {
        self.get(&format!("/units/{id}")).await
    }
    pub async fn unit_changes(self, id: UnitId, cursor: Option<String>) -> Result<Page<UnitChange>, Problem> {
        let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        self.get(&format!("/units/{id}/changes?limit=10{after}")).await
    }
    pub async fn create_unit(self, community: CommunityId, new: NewUnit, key: String) -> Result<Unit, Problem> {
        self.post(&format!("/communities/{community}/units"), &new, &key).await
    }
    pub async fn change_unit(self, id: UnitId, version: i64, new: NewUnit) -> Result<Versioned<Unit>, Problem> {
        self.put(&format!("/units/{id}"), version, &new).await
    }
    pub async fn assign_owner(self, id: UnitId, version: i64, new: NewOwner) -> Result<Versioned<Unit>, Problem> {
        self.act(&format!("/units/{id}/owners"), version, &new).await
    }
}
