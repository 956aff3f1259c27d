//! A file hangs under its account, or, as a document of a community, under that.

use crate::kernel::{Reach, Scope, Subject, Visible};
use crate::reach::{account_within_reach, community_within_reach};
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
    /// Of a customer's file; else `community_id` is set.
    pub account_id: Option<AccountId>,
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
    /// Of a document that is the community's own, never of a customer's file.
    pub community_id: Option<CommunityId>,
    pub folder: Option<String>,
    /// The first edition's id: what all editions have in common.
    pub series_id: FileId,
    pub edition: i64,
    pub held_at: Option<DateTimeUtc>,
    pub held_by_name: Option<String>,
    pub hold_reason: Option<String>,
    pub deleted_at: Option<DateTimeUtc>,
    pub deleted_by_name: Option<String>,
    pub delete_reason: Option<String>,
    pub purged_at: Option<DateTimeUtc>,
    pub version: i64,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

crate::versioned!();

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        let either = || {
            Condition::any()
                .add(account_within_reach(scope, Column::AccountId))
                .add(community_within_reach(scope, Column::CommunityId))
        };
        match scope.reach() {
            Reach::Everything => Condition::all(),
            Reach::Organisation(_) | Reach::Communities { .. } => either(),
            Reach::HandedOverTo { .. } => Condition::all()
                .add(either())
                .add(Column::Visibility.ne(Visibility::Internal)),
        }
    }
}

impl Model {
    /// What events of this file are about.
    pub fn subject(&self) -> Subject {
        match (self.account_id, self.community_id) {
            (Some(account), _) => account.into(),
            (None, Some(community)) => community.into(),
            (None, None) => Subject::ours(),
        }
    }
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}
