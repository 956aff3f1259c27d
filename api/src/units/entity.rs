//! The `unit` table.

use super::owner;
use crate::communities;
use crate::kernel::{ChildOf, Reach, Scope, Visible};
use crate::reach::{account_within_reach, community_within_reach};
use kept_shared::ids::{CommunityId, UnitId};
use kept_shared::text::fold;
use kept_shared::units::{NewUnit, natural_key};
use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UnitId,
    pub community_id: CommunityId,
    pub code: String,
    /// The code in the order people count in.
    pub sort_key: String,
    /// Code, block, section, type and description, folded.
    pub search: String,
    pub block: Option<String>,
    pub section: Option<String>,
    pub description: Option<String>,
    pub unit_type: Option<String>,
    pub size: Option<String>,
    pub participation_quota: Option<String>,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        match scope.reach() {
            Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => {
                community_within_reach(scope, Column::CommunityId)
            }
            Reach::HandedOverTo { .. } => {
                let mut units = Query::select();
                units
                    .column(owner::Column::UnitId)
                    .from(owner::Entity)
                    .cond_where(account_within_reach(scope, owner::Column::AccountId));
                Condition::all().add(Column::Id.in_subquery(units))
            }
        }
    }
}
impl ChildOf<communities::Model> for ActiveModel {
    fn attach(&mut self, community: &communities::Model) {
        self.community_id = Set(community.id);
    }
}
crate::versioned!();

impl Model {
    /// What a person entered.
    pub fn details(&self) -> NewUnit {
        let m = self.clone();
        NewUnit {
            code: m.code,
            block: m.block,
            section: m.section,
            description: m.description,
            unit_type: m.unit_type,
            size: m.size,
            participation_quota: m.participation_quota,
            is_active: m.is_active,
        }
    }
}

/// Writes what a person entered into a row, with what is derived from it.
pub(super) fn fill(row: &mut ActiveModel, new: NewUnit) {
    let words: Vec<String> = [
        Some(&new.code),
        new.block.as_ref(),
        new.section.as_ref(),
        new.unit_type.as_ref(),
        new.description.as_ref(),
    ]
    .into_iter()
    .flatten()
    .map(|text| fold(text))
    .collect();
    row.sort_key = Set(natural_key(&new.code));
    row.search = Set(words.join(" "));
    row.code = Set(new.code);
    row.block = Set(new.block);
    row.section = Set(new.section);
    row.description = Set(new.description);
    row.unit_type = Set(new.unit_type);
    row.size = Set(new.size);
    row.participation_quota = Set(new.participation_quota);
    row.is_active = Set(new.is_active);
}
