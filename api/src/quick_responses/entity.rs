//! The `quick_response` table. What is of one community is for those who reach it; what is of all, for the whole agency.

use crate::kernel::{Reach, Rooted, Scope, Visible, scope::same_organisation};
use crate::reach::community_within_reach;
use kept_shared::ids::{CommunityId, OrganisationId, QuickResponseId};
use kept_shared::quick_responses::QuickResponse;
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "quick_response")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuickResponseId,
    pub organisation_id: OrganisationId,
    pub community_id: Option<CommunityId>,
    pub title: String,
    pub body: String,
    pub position: i64,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub version: i64,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        let ours = same_organisation(scope, Column::OrganisationId);
        match scope.reach() {
            Reach::Everything | Reach::Organisation(_) => ours,
            Reach::Communities { .. } => ours.add(
                Condition::any()
                    .add(Column::CommunityId.is_null())
                    .add(community_within_reach(scope, Column::CommunityId)),
            ),
            // How the agency words its notes is not an attorney's business.
            Reach::HandedOverTo { .. } => ours.add(Column::Id.is_null()),
        }
    }
}
impl Rooted for ActiveModel {
    fn attach(&mut self, organisation: OrganisationId) {
        self.organisation_id = Set(organisation);
    }
}
crate::versioned!();

impl Model {
    pub(super) fn view(&self, community_name: Option<String>) -> QuickResponse {
        QuickResponse {
            id: self.id,
            community_id: self.community_id,
            community_name,
            title: self.title.clone(),
            body: self.body.clone(),
            is_active: self.is_active,
            version: self.version,
        }
    }
}
