//! Calls.

use crate::kernel::api::{Api, Versioned, new_key};
use kept_shared::ids::{AccountId, MetadataFieldId};
use kept_shared::metadata::*;
use kept_shared::problem::Problem;
use uuid::Uuid;

fn path(entity: MetadataEntity, row: Uuid) -> String {
    let of = match entity {
        MetadataEntity::Account => "accounts",
        MetadataEntity::Claim => "claims",
        MetadataEntity::Debtor => "debtors",
        MetadataEntity::Product => "products",
        MetadataEntity::Unit => "units",
    };
    format!("/{of}/{row}/metadata")
}

impl Api {
    pub async fn metadata_fields(self, filter: MetadataFieldFilter) -> Result<Vec<MetadataField>, Problem> {
        self.list("/metadata-fields", &filter).await
    }
    pub async fn unmapped_metadata(self) -> Result<Vec<UnmappedKey>, Problem> {
        self.get("/metadata-fields/unmapped").await
    }
    pub async fn create_metadata_field(self, new: NewMetadataField, key: String) -> Result<MetadataField, Problem> {
        self.post("/metadata-fields", &new, &key).await
    }
    pub async fn change_metadata_field(
        self,
        id: MetadataFieldId,
        version: i64,
        new: NewMetadataField,
    ) -> Result<Versioned<MetadataField>, Problem> {
        self.put(&format!("/metadata-fields/{id}"), version, &new).await
    }
    /// Before another one of its entity, or last. Returns the entity's, archived ones too.
    pub async fn move_metadata_field(
        self,
        id: MetadataFieldId,
        before: Option<MetadataFieldId>,
    ) -> Result<Vec<MetadataField>, Problem> {
        let place = MetadataFieldPlace { before };
        self.post(&format!("/metadata-fields/{id}/move"), &place, &new_key())
            .await
    }
    pub async fn metadata(self, entity: MetadataEntity, row: Uuid) -> Result<Metadata, Problem> {
        self.get(&path(entity, row)).await
    }
    pub async fn change_metadata(
        self,
        entity: MetadataEntity,
        row: Uuid,
        version: i64,
        change: MetadataChange,
    ) -> Result<Versioned<Metadata>, Problem> {
        self.put(&path(entity, row), version, &change).await
    }
    pub async fn more_info(self, account: AccountId) -> Result<MoreInfo, Problem> {
        self.get(&format!("/accounts/{account}/more-info")).await
    }
}
