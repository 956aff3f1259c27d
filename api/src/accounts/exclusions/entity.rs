//! The `exclusion` table. Rows stay; one that is lifted says by whom and why.

use crate::accounts;
use crate::kernel::{ChildOf, Scope, Visible};
use crate::reach::account_within_reach;
use kept_shared::exclusions::{Exclusion, ExclusionKind, InForce, Lifted};
use kept_shared::ids::*;
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "exclusion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExclusionId,
    pub account_id: AccountId,
    pub kind: ExclusionKind,
    /// E.164; absent for the customer as a whole.
    pub number: Option<String>,
    pub note: String,
    pub set_at: DateTimeUtc,
    pub set_by: UserId,
    pub set_by_name: String,
    pub lifted_at: Option<DateTimeUtc>,
    pub lifted_by: Option<UserId>,
    pub lifted_by_name: Option<String>,
    pub lifted_note: Option<String>,
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
    pub(super) fn view(&self) -> Exclusion {
        let m = self.clone();
        Exclusion {
            id: m.id,
            account_id: m.account_id,
            kind: m.kind,
            number: m.number,
            note: m.note,
            set_at: m.set_at,
            set_by: m.set_by_name,
            lifted: m.lifted_at.map(|at| Lifted {
                at,
                by: m.lifted_by_name.unwrap_or_default(),
                note: m.lifted_note.unwrap_or_default(),
            }),
        }
    }
    pub(super) fn in_force(&self) -> InForce {
        InForce {
            kind: self.kind,
            number: self.number.clone(),
        }
    }
}
