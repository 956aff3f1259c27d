//! Calls.

use crate::kernel::api::{Api, Versioned};
use kept_shared::{
    documents::{DocumentFilter, DocumentPatch},
    files::{File, FileDownload, FileFilter, FilePatch, FileReason},
    ids::{AccountId, CommunityId, FileId},
    page::Page,
    permission::Permission,
    problem::Problem,
};

/// Whose files: a customer's, or a community's own documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    Account(AccountId),
    Community(CommunityId),
}

impl Shelf {
    /// Where its files are listed and uploaded.
    pub fn path(self) -> String {
        match self {
            Self::Account(id) => format!("/accounts/{id}/files"),
            Self::Community(id) => format!("/communities/{id}/documents"),
        }
    }
    pub const fn to_upload(self) -> Permission {
        match self {
            Self::Account(_) => Permission::CreateFiles,
            Self::Community(_) => Permission::EditDocuments,
        }
    }
    /// To hold, release and delete, and to rename what others uploaded.
    pub const fn to_edit(self) -> Permission {
        match self {
            Self::Account(_) => Permission::EditFiles,
            Self::Community(_) => Permission::EditDocuments,
        }
    }
}

fn path(file: &File) -> String {
    let feature = if file.community_id.is_some() {
        "documents"
    } else {
        "files"
    };
    format!("/{feature}/{}", file.id)
}

impl Api {
    pub async fn files(self, account: AccountId, filter: &FileFilter) -> Result<Page<File>, Problem> {
        self.list(&Shelf::Account(account).path(), filter).await
    }
    pub async fn documents(self, community: CommunityId, filter: &DocumentFilter) -> Result<Page<File>, Problem> {
        self.list(&Shelf::Community(community).path(), filter).await
    }
    pub async fn download_file(self, file: &File) -> Result<String, Problem> {
        self.download(&format!("{}/content", path(file))).await
    }
    pub async fn file_editions(self, file: &File) -> Result<Vec<File>, Problem> {
        self.get(&format!("{}/editions", path(file))).await
    }
    /// Of both kinds.
    pub async fn file_downloads(self, file: FileId) -> Result<Vec<FileDownload>, Problem> {
        self.get(&format!("/files/{file}/downloads")).await
    }
    pub async fn edit_file(self, file: &File, patch: &FilePatch) -> Result<Versioned<File>, Problem> {
        self.patch(&path(file), file.version, patch).await
    }
    pub async fn edit_document(self, file: &File, patch: &DocumentPatch) -> Result<Versioned<File>, Problem> {
        self.patch(&path(file), file.version, patch).await
    }
    /// `verb`: `hold`, `release`, `delete`.
    pub async fn file_deed(
        self,
        file: &File,
        verb: &str,
        why: &FileReason,
        key: &str,
    ) -> Result<Versioned<File>, Problem> {
        let path = format!("{}/{verb}", path(file));
        self.act_with_key(&path, file.version, why, key).await
    }
}
