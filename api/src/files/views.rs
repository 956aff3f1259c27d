//! A file as it travels: never with its blob key.

use super::entity::Model;
use crate::kernel::{Config, Resource};
use chrono::{DateTime, Utc};
use kept_shared::files::{File, FileMark};

/// Whether the operator hands out files without a scan.
pub(super) fn allows_unscanned(config: &Config) -> bool {
    config.files.unscanned == "allow"
}

impl Resource for File {
    fn path(&self) -> String {
        let feature = if self.community_id.is_some() {
            "documents"
        } else {
            "files"
        };
        format!("/api/v1/{feature}/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

fn mark(at: Option<DateTime<Utc>>, by: Option<String>, reason: Option<String>) -> Option<FileMark> {
    at.map(|at| FileMark {
        reason: reason.unwrap_or_default(),
        by: by.unwrap_or_default(),
        at,
    })
}

pub fn view(config: &Config, row: &Model) -> File {
    let r = row.clone();
    File {
        is_downloadable: !r.is_deleted() && r.state.is_downloadable(allows_unscanned(config)),
        id: r.id,
        account_id: r.account_id,
        community_id: r.community_id,
        folder: r.folder,
        note_id: r.note_id,
        edition: u32::try_from(r.edition).unwrap_or(u32::MAX),
        document_name: r.document_name,
        document_type: r.document_type,
        file_name: r.file_name,
        media_type: r.media_type,
        size_bytes: u64::try_from(r.size_bytes).unwrap_or_default(),
        sha256: r.sha256,
        visibility: r.visibility,
        state: r.state,
        state_reason: r.state_reason,
        uploaded_by: r.uploader_name,
        uploader_id: r.uploaded_by,
        by_attorney: r.by_attorney,
        uploaded_at: r.uploaded_at,
        hold: mark(r.held_at, r.held_by_name, r.hold_reason),
        deleted: mark(r.deleted_at, r.deleted_by_name, r.delete_reason),
        purged_at: r.purged_at,
        version: r.version,
        duplicate_of: None,
    }
}
