//! Statuses belong to the organisation; the changes of an account hang under it and are never altered.

use crate::kernel::{self, Rooted, Scope, Visible};
use kept_shared::{handovers::CloseCode, ids::*, statuses::*};
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "status")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StatusId,
    pub organisation_id: OrganisationId,
    pub kind: StatusKind,
    pub code: String,
    pub title: String,
    pub tone: Tone,
    pub is_handover: bool,
    pub attorney_allowed: bool,
    pub is_terminal: bool,
    pub notice_exempt: bool,
    pub interest_exempt: bool,
    pub contact_hold: bool,
    pub collection_fee: bool,
    pub closes_handover: Option<CloseCode>,
    pub position: i64,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub version: i64,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::versioned!();

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        kernel::scope::same_organisation(scope, Column::OrganisationId)
    }
}
impl Rooted for ActiveModel {
    fn attach(&mut self, organisation: OrganisationId) {
        self.organisation_id = Set(organisation);
    }
}

pub mod change {
    //! One line of an account's status history.

    use super::*;
    use crate::reach::account_within_reach;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "status_change")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: StatusChangeId,
        pub account_id: AccountId,
        pub slot: Slot,
        pub status_id: Option<StatusId>,
        pub from_status_id: Option<StatusId>,
        pub until_on: Option<Date>,
        pub note_id: Option<NoteId>,
        pub handover_id: Option<HandoverId>,
        pub batch_id: Option<BatchId>,
        pub changed_by: Option<UserId>,
        pub changed_by_name: String,
        pub by_attorney: bool,
        pub changed_at: DateTimeUtc,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            account_within_reach(scope, Column::AccountId)
        }
    }
}
