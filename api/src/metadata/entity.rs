//! The `metadata_field` table. Values have no entity of their own: they are read and written with the row they hang on,
//! which was loaded through the scope.

use crate::kernel::scope::same_organisation;
use crate::kernel::{Rooted, Scope, Stop, Visible};
use kept_shared::ids::{MetadataFieldId, OrganisationId};
use kept_shared::metadata::{MetadataEntity, MetadataField, MetadataKind, MetadataLabels, NewMetadataField};
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "metadata_field")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MetadataFieldId,
    pub organisation_id: OrganisationId,
    pub entity: MetadataEntity,
    pub key: String,
    pub label_en: String,
    pub label_af: Option<String>,
    pub kind: MetadataKind,
    /// A JSON list of texts.
    pub choices: String,
    pub is_required: bool,
    pub is_searchable: bool,
    pub is_sensitive: bool,
    pub is_active: bool,
    pub position: i64,
    pub created_at: DateTimeUtc,
    pub version: i64,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        same_organisation(scope, Column::OrganisationId)
    }
}
impl Rooted for ActiveModel {
    fn attach(&mut self, organisation: OrganisationId) {
        self.organisation_id = Set(organisation);
    }
}
crate::versioned!();

impl Model {
    pub(super) fn view(&self) -> Result<MetadataField, Stop> {
        let m = self.clone();
        Ok(MetadataField {
            id: m.id,
            entity: m.entity,
            key: m.key,
            labels: MetadataLabels {
                en: m.label_en,
                af: m.label_af,
            },
            kind: m.kind,
            choices: serde_json::from_str(&m.choices)?,
            is_required: m.is_required,
            is_searchable: m.is_searchable,
            is_sensitive: m.is_sensitive,
            is_active: m.is_active,
            is_used: None,
            version: m.version,
        })
    }
}

/// Writes what a person entered into a row.
pub(super) fn fill(row: &mut ActiveModel, new: NewMetadataField) -> Result<(), Stop> {
    row.entity = Set(new.entity);
    row.key = Set(new.key);
    row.label_en = Set(new.labels.en);
    row.label_af = Set(new.labels.af);
    row.kind = Set(new.kind);
    row.choices = Set(serde_json::to_string(&new.choices)?);
    row.is_required = Set(new.is_required);
    row.is_searchable = Set(new.is_searchable);
    row.is_sensitive = Set(new.is_sensitive);
    row.is_active = Set(new.is_active);
    Ok(())
}
