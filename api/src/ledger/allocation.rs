//! The `allocation` table: credit set against a debit of the same account. Append-only; a negative row takes back.

use crate::kernel::{Scope, Visible};
use crate::reach::within_reach;
use kept_shared::ids::*;
use sea_orm::{Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "allocation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AllocationId,
    pub account_id: AccountId,
    pub community_id: CommunityId,
    pub credit_entry_id: EntryId,
    pub debit_entry_id: EntryId,
    pub amount_minor: i64,
    pub effective_on: Date,
    pub created_at: DateTimeUtc,
    /// Who chose it; nobody where a rule did.
    pub made_by: Option<UserId>,
    pub reason: Option<String>,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        within_reach(scope, Column::AccountId, Column::CommunityId)
    }
}
