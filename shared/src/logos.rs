//! Logos on documents: of the organisation, and of a community that has its own.

use crate::ids::CommunityId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Largest file of a logo in bytes.
pub const MAX_LOGO_BYTES: u64 = 512 * 1024;
/// Most pixels on a side: at the size logos are printed, more cannot be seen.
pub const MAX_LOGO_SIDE: u32 = 2_000;

/// What is known of a logo; the picture itself is another operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Logo {
    /// Absent: the organisation's own.
    pub community_id: Option<CommunityId>,
    /// `image/png` or `image/jpeg`, by its content.
    pub media_type: String,
    pub width: u32,
    pub height: u32,
    pub size_bytes: u64,
    pub set_at: DateTime<Utc>,
}
