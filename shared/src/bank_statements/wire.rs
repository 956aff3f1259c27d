//! What travels.

use serde::{Deserialize, Serialize};

/// Lines of a statement by what became of them, with their sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    pub unmatched: u32,
    pub suggested: u32,
    pub confirmed: u32,
    pub ignored: u32,
    pub undone: u32,
    /// Of the suggested ones, how many are of each confidence.
    pub certain: u32,
    pub likely: u32,
    pub possible: u32,
}
