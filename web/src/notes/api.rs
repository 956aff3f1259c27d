//! Calls.

use crate::kernel::{api::Api, upload::Upload};
use kept_shared::{
    files::File,
    ids::{AccountId, FileId},
    notes::{HistoryItem, NewNote, Note},
    page::Page,
    problem::Problem,
};

#[derive(serde::Serialize)]
struct After {
    limit: u32,
    cursor: Option<String>,
}

impl Api {
    /// Newest first; `cursor` is where the page before ended.
    pub async fn history(self, account: AccountId, cursor: Option<String>) -> Result<Page<HistoryItem>, Problem> {
        let after = After { limit: 30, cursor };
        self.list(&format!("/accounts/{account}/history"), &after).await
    }
    pub async fn add_note(self, account: AccountId, note: &NewNote, key: &str) -> Result<Note, Problem> {
        self.post(&format!("/accounts/{account}/notes"), note, key).await
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
