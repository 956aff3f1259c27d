//! The `layout` table. The scope knows the organisation only; whose a layout is, is asked beside it.

use crate::kernel::scope::same_organisation;
use crate::kernel::{Rooted, Scope, Stop, Visible};
use kept_shared::ids::{OrganisationId, PermissionGroupId, UserId};
use kept_shared::layouts::{Widget, known};
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "layout")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: OrganisationId,
    pub page: String,
    /// Whose own it is, or else the group's.
    pub user_id: Option<UserId>,
    pub permission_group_id: Option<PermissionGroupId>,
    /// A JSON list.
    pub widgets: String,
    pub saved_at: DateTimeUtc,
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
    /// Without widgets this program does not know.
    pub(super) fn widgets(&self) -> Result<Vec<Widget>, Stop> {
        Ok(known(serde_json::from_str(&self.widgets)?))
    }
}
