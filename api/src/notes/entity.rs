//! A note hangs under its account. An attorney sees what is shared, on accounts within reach.

use crate::kernel::{Reach, Scope, Visible};
use crate::reach::account_within_reach;
use kept_shared::{
    ids::*,
    notes::{NoteMail, NoteSource, Visibility},
};
use sea_orm::{Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    pub account_id: AccountId,
    /// Empty once the note was deleted, so that no reader of this table can show it by mistake.
    pub body: String,
    pub visibility: Visibility,
    /// Written with a batch of status changes.
    pub batch_id: Option<BatchId>,
    pub author_id: UserId,
    pub author_name: String,
    pub by_attorney: bool,
    pub created_at: DateTimeUtc,
    /// About all units owned then; which those were stands in `note_unit`.
    pub is_all_units: bool,
    pub is_urgent: bool,
    pub is_collection: bool,
    pub source: NoteSource,
    pub mailed: Option<NoteMail>,
    pub deleted_at: Option<DateTimeUtc>,
    pub deleted_by: Option<UserId>,
    pub deleted_by_name: Option<String>,
    pub deleted_reason: Option<String>,
    /// The text of a deleted note, for the audit trail only.
    pub deleted_body: Option<String>,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        let reach = account_within_reach(scope, Column::AccountId);
        match scope.reach() {
            Reach::HandedOverTo { .. } => reach.add(Column::Visibility.ne(Visibility::Internal)),
            Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => reach,
        }
    }
}
