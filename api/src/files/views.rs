//! A file as it travels: never with its blob key.

use super::entity::Model;
use crate::kernel::Config;
use kept_shared::files::File;

/// Whether the operator hands out files without a scan.
pub(super) fn allows_unscanned(config: &Config) -> bool {
    config.files.unscanned == "allow"
}

pub fn view(config: &Config, row: &Model) -> File {
    let r = row.clone();
    File {
        is_downloadable: r.state.is_downloadable(allows_unscanned(config)),
        id: r.id,
        account_id: r.account_id,
        note_id: r.note_id,
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
        by_attorney: r.by_attorney,
        uploaded_at: r.uploaded_at,
        duplicate_of: None,
    }
}
