//! Calls.

use crate::kernel::{
    api::{Api, new_key},
    upload::Upload,
};
use kept_shared::{
    files::File,
    ids::{AccountId, FileId, NoteId},
    notes::{HistoryFilter, HistoryItem, NewNote, NewNoteDraft, Note, NoteChoices, NoteDeletion, NoteDraft},
    page::Page,
    problem::Problem,
};

impl Api {
    /// Newest first.
    pub async fn history(self, account: AccountId, filter: HistoryFilter) -> Result<Page<HistoryItem>, Problem> {
        self.list(&format!("/accounts/{account}/history"), &filter).await
    }
    pub async fn add_note(self, account: AccountId, note: &NewNote, key: &str) -> Result<Note, Problem> {
        self.post(&format!("/accounts/{account}/notes"), note, key).await
    }
    pub async fn delete_note(
        self,
        account: AccountId,
        note: NoteId,
        why: NoteDeletion,
        key: String,
    ) -> Result<Note, Problem> {
        self.post(&format!("/accounts/{account}/notes/{note}/delete"), &why, &key)
            .await
    }
    pub async fn note_choices(self, account: AccountId) -> Result<NoteChoices, Problem> {
        self.get(&format!("/accounts/{account}/note-choices")).await
    }
    pub async fn note_draft(self, account: AccountId) -> Result<NoteDraft, Problem> {
        self.get(&format!("/accounts/{account}/note-draft")).await
    }
    pub async fn keep_note_draft(self, account: AccountId, draft: NewNoteDraft) -> Result<NoteDraft, Problem> {
        self.put_unversioned(&format!("/accounts/{account}/note-draft"), &draft, &new_key())
            .await
    }
    pub async fn remove_note_draft(self, account: AccountId) -> Result<(), Problem> {
        self.delete(&format!("/accounts/{account}/note-draft"), None).await
    }
    pub async fn upload_document(
        self,
        account: AccountId,
        fields: &[(&str, &str)],
        file: &web_sys::File,
        upload: Upload,
        key: &str,
    ) -> Result<File, Problem> {
        let path = format!("/accounts/{account}/files");
        self.upload(&path, fields, ("file", file), upload, key).await
    }
    pub async fn download_document(self, file: FileId) -> Result<String, Problem> {
        self.download(&format!("/files/{file}/content")).await
    }
    pub async fn mark_history_seen(self, account: AccountId) -> Result<(), Problem> {
        self.post_empty(&format!("/accounts/{account}/seen"), &()).await
    }
}
