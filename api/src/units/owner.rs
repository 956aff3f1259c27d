//! The `unit_owner` table: who owned a unit from which day to which.

use crate::kernel::{ChildOf, Scope, Visible};
use crate::reach::account_within_reach;
use kept_shared::ids::{AccountId, UnitId};
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_owner")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit_id: UnitId,
    pub account_id: AccountId,
    pub from_on: Date,
    /// Last day; none for the present owner.
    pub to_on: Option<Date>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        account_within_reach(scope, Column::AccountId)
    }
}
impl ChildOf<super::Model> for ActiveModel {
    fn attach(&mut self, unit: &super::Model) {
        self.unit_id = Set(unit.id);
    }
}
