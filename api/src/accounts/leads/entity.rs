//! The `lead` table: at most one row an account.

use crate::accounts;
use crate::kernel::{ChildOf, Scope, Stop, Visible};
use crate::reach::account_within_reach;
use kept_shared::ids::AccountId;
use kept_shared::leads::LeadAnswer;
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "lead")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub is_canceled: bool,
    pub enquired_on: Date,
    pub channel: Option<String>,
    pub taken_by: Option<String>,
    /// JSON, in the order of the script.
    pub answers: String,
    pub version: i64,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        account_within_reach(scope, Column::AccountId)
    }
}
impl ChildOf<accounts::Model> for ActiveModel {
    fn attach(&mut self, account: &accounts::Model) {
        self.account_id = Set(account.id);
    }
}
crate::versioned!();

impl Model {
    pub(super) fn answers(&self) -> Result<Vec<LeadAnswer>, Stop> {
        Ok(serde_json::from_str(&self.answers)?)
    }
}
