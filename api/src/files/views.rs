//! A file as it travels: never with its blob key.

use super::entity::Model;
use crate::kernel::{Config, Read, Resource};
use chrono::{DateTime, Utc};
use kept_shared::files::{File, FileMark};
use kept_shared::metadata::is_agency;

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

/// Whether bytes may be handed out now.
pub(super) fn is_downloadable(config: &Config, row: &Model) -> bool {
    !row.is_deleted() && row.state.is_downloadable(allows_unscanned(config))
}

/// As the caller may read it: why the agency holds or deleted a file, and what its scanner said, is not for attorneys and
/// trustees, but for what the scanner said of their own uploads.
pub fn view(read: &Read, row: &Model) -> File {
    let whole = whole(&read.kernel().config, row);
    let caller = read.caller();
    if is_agency(caller.user_type) {
        return whole;
    }
    let bare = |mark: FileMark| FileMark {
        reason: String::new(),
        by: String::new(),
        at: mark.at,
    };
    File {
        hold: whole.hold.map(bare),
        deleted: whole.deleted.map(bare),
        state_reason: whole.state_reason.filter(|_| caller.user_id == Some(whole.uploader_id)),
        ..whole
    }
}

fn whole(config: &Config, row: &Model) -> File {
    let r = row.clone();
    File {
        is_downloadable: is_downloadable(config, row),
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
