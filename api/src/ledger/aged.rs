//! The `aged` table: one row per account, made by the database when the account is made and rewritten by the ledger.
//! Right on every day from `valid_on` to `valid_until`.

use crate::kernel::{Scope, Visible};
use crate::reach::within_reach;
use kept_shared::ids::*;
use sea_orm::{Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "aged")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub organisation_id: OrganisationId,
    pub community_id: CommunityId,
    pub valid_on: Date,
    pub valid_until: Date,
    /// First entry or allocation dated after `valid_on`: from then on open items are not enough.
    pub next_movement_on: Option<Date>,
    pub current_minor: i64,
    pub d30_minor: i64,
    pub d60_minor: i64,
    pub d90_minor: i64,
    pub d120_minor: i64,
    pub unallocated_minor: i64,
    pub not_due_minor: i64,
    pub total_minor: i64,
    pub oldest_due_on: Option<Date>,
    pub last_payment_on: Option<Date>,
    pub last_payment_minor: Option<i64>,
    pub updated_at: DateTimeUtc,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        within_reach(scope, Column::AccountId, Column::CommunityId)
    }
}
