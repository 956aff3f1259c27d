//! The `entry` table: the journal. Append-only; the database refuses UPDATE and DELETE.

use crate::kernel::{Scope, Visible};
use crate::reach::within_reach;
use kept_shared::ids::*;
use kept_shared::ledger::{EntryContext, EntryType};
use sea_orm::{Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EntryId,
    pub account_id: AccountId,
    pub community_id: CommunityId,
    pub claim_id: Option<ClaimId>,
    pub unit_id: Option<UnitId>,
    #[sea_orm(column_name = "type")]
    pub kind: EntryType,
    pub context: EntryContext,
    pub reference: Option<String>,
    pub description: String,
    pub effective_on: Date,
    pub due_on: Option<Date>,
    pub amount_minor: i64,
    pub reverses_id: Option<EntryId>,
    pub payment_method: Option<String>,
    pub source: Option<String>,
    pub source_key: Option<String>,
    pub posted_at: DateTimeUtc,
    pub posted_by: Option<UserId>,
    pub import_id: Option<ImportId>,
    /// Running number within the account, from 1, in the order of posting.
    pub no: i64,
    pub product_id: Option<ProductId>,
    pub debtor_id: Option<DebtorId>,
    pub reason: Option<String>,
    pub approved_by: Option<UserId>,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        within_reach(scope, Column::AccountId, Column::CommunityId)
    }
}
