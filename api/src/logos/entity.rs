//! The `logo` table.

use crate::kernel::{Rooted, Scope, Visible, scope::same_organisation};
use kept_shared::ids::{CommunityId, LogoId, OrganisationId, UserId};
use kept_shared::logos::Logo;
use sea_orm::{Condition, Set, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "logo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LogoId,
    pub organisation_id: OrganisationId,
    pub community_id: Option<CommunityId>,
    pub media_type: String,
    pub width: i64,
    pub height: i64,
    pub bytes: Vec<u8>,
    pub set_by: UserId,
    pub set_at: DateTimeUtc,
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

impl Model {
    pub(super) fn view(&self) -> Logo {
        Logo {
            community_id: self.community_id,
            media_type: self.media_type.clone(),
            width: u32::try_from(self.width).unwrap_or_default(),
            height: u32::try_from(self.height).unwrap_or_default(),
            size_bytes: self.bytes.len() as u64,
            set_at: self.set_at,
        }
    }
}
