//! The `claim` table: an expected payment.

use crate::kernel::{Scope, Visible};
use crate::reach::within_reach;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimResolution, ClaimState};
use sea_orm::{Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClaimId,
    pub account_id: AccountId,
    pub community_id: CommunityId,
    pub unit_id: Option<UnitId>,
    pub reference: String,
    pub issued_on: Date,
    pub due_on: Option<Date>,
    pub amount_minor: i64,
    pub state: ClaimState,
    pub resolution: Option<ClaimResolution>,
    pub is_disputed: bool,
    pub source: Option<String>,
    pub created_at: DateTimeUtc,
    pub version: i64,
    pub product_id: Option<ProductId>,
    /// First and last day a recurring charge is for.
    pub period_from: Option<Date>,
    pub period_to: Option<Date>,
    pub resolved_on: Option<Date>,
    pub resolved_reason: Option<String>,
    /// The entry that brought the claim to nothing when it was resolved by hand.
    pub closing_entry_id: Option<EntryId>,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        within_reach(scope, Column::AccountId, Column::CommunityId)
    }
}
crate::versioned!();
