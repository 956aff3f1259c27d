//! A file hangs under its account.

use crate::kernel::{Reach, Scope, Visible};
use crate::reach::account_within_reach;
use kept_shared::{
    files::{DocumentType, FileState},
    ids::*,
    notes::Visibility,
};
use sea_orm::{Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    pub organisation_id: OrganisationId,
    pub account_id: AccountId,
    pub note_id: Option<NoteId>,
    pub document_name: String,
    pub document_type: DocumentType,
    pub file_name: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub sha256: String,
    /// Key in the blob store; never leaves the server.
    pub blob_key: String,
    pub visibility: Visibility,
    pub state: FileState,
    pub state_reason: Option<String>,
    pub scan_attempts: i64,
    pub uploaded_by: UserId,
    pub uploader_name: String,
    pub by_attorney: bool,
    pub uploaded_at: DateTimeUtc,
    pub scanned_at: Option<DateTimeUtc>,
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
