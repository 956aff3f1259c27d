//! The `open_item` table: what is open of each entry as at the aged row's day; positive for debits, negative for
//! credits, never zero. Their sum is the balance. Derived, rewritten by the ledger.

use crate::kernel::{Scope, Visible};
use crate::reach::within_reach;
use kept_shared::ids::*;
use sea_orm::{Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "open_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EntryId,
    pub community_id: CommunityId,
    pub age_from: Date,
    pub open_minor: i64,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        within_reach(scope, Column::AccountId, Column::CommunityId)
    }
}
