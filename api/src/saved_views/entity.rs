//! The `saved_view` table. The scope knows the organisation only; whose a view is, is asked beside it.

use crate::kernel::scope::same_organisation;
use crate::kernel::{Caller, Rooted, Scope, Visible};
use kept_shared::ids::{OrganisationId, SavedViewId, UserId};
use kept_shared::permission::UserType;
use kept_shared::saved_views::{MAY_SHARE, ViewedList};
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_view")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SavedViewId,
    pub organisation_id: OrganisationId,
    pub user_id: UserId,
    pub list: ViewedList,
    pub name: String,
    pub query: String,
    pub is_shared: bool,
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

/// Whether others' shared views are for the caller.
pub(super) fn sees_shared(caller: &Caller) -> bool {
    !matches!(caller.user_type, UserType::Attorney | UserType::Trustee)
}

impl Model {
    pub(super) fn is_seen_by(&self, caller: &Caller) -> bool {
        caller.may(self.list.permission())
            && (caller.user_id == Some(self.user_id) || self.is_shared && sees_shared(caller))
    }
    /// One's own; what everybody uses is changed by who may share.
    pub(super) fn is_changed_by(&self, caller: &Caller) -> bool {
        caller.user_id == Some(self.user_id) || self.is_shared && caller.may(MAY_SHARE)
    }
}
