//! The `notification` table. Every query also asks for the caller's own: the scope knows the organisation only.

use crate::kernel::{Rooted, Scope, Visible, scope::same_organisation};
use kept_shared::ids::{NotificationId, OrganisationId, UserId};
use sea_orm::{Condition, Set, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    pub organisation_id: OrganisationId,
    pub user_id: UserId,
    pub body: String,
    pub created_at: DateTimeUtc,
    pub read_at: Option<DateTimeUtc>,
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
