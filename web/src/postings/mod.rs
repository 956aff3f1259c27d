//! Entries made by hand, their reversals, and the second pair of eyes.

mod api;
mod approvals;
mod post;
mod request;
mod reverse;
mod waiting;

pub use approvals::ApprovalsPage;
pub use post::PostDialog;
pub use reverse::{ReverseDialog, Reversing};
pub use waiting::{Limit, Waits, settle};
