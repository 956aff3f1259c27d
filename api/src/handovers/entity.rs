//! The matter of one customer with one attorney.

use crate::kernel::{Scope, Visible};
use crate::reach::{MatterColumns, matter_within_reach};
use kept_shared::{handovers::HandoverState, ids::*};
use sea_orm::{Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "handover")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HandoverId,
    pub organisation_id: OrganisationId,
    pub account_id: AccountId,
    pub community_id: CommunityId,
    pub attorney_id: UserId,
    pub reference: String,
    pub state: HandoverState,
    pub balance_minor: i64,
    /// The frozen buckets as JSON.
    pub breakdown: String,
    /// Why it was recalled or declined.
    pub reason: Option<String>,
    pub note: Option<String>,
    pub handed_by: UserId,
    pub handed_by_name: String,
    pub handed_at: DateTimeUtc,
    pub last_answer_at: DateTimeUtc,
    pub accepted_at: Option<DateTimeUtc>,
    pub accepted_by_name: Option<String>,
    pub closed_at: Option<DateTimeUtc>,
    pub closed_by: Option<UserId>,
    pub closed_by_name: Option<String>,
    pub close_code: Option<kept_shared::handovers::CloseCode>,
    pub close_note: Option<String>,
    pub readable_until: Option<Date>,
    pub version: i64,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::versioned!();

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        matter_within_reach(
            scope,
            MatterColumns {
                account_id: Column::AccountId,
                community_id: Column::CommunityId,
                attorney_id: Column::AttorneyId,
                closed_at: Column::ClosedAt,
                readable_until: Column::ReadableUntil,
            },
        )
    }
}
