//! Documents of customers, and of communities (`documents`): received in a stream, judged by content, kept in quarantine
//! until a scanner calls them clean. Only then is there a way to their bytes, always as a download. Internal ones never
//! reach an attorney. What replaces a file is its next edition; a deleted one keeps its row and loses its bytes later,
//! unless it is held.

pub mod actions;
mod chores;
pub mod download;
mod entity;
pub mod orphans;
pub mod queries;
mod receive;
mod routes;
mod scan;
mod sniff;
mod views;

pub use chores::{chores, look_after};
pub use entity::{Column, Entity, Model};
pub use receive::receive;
pub use routes::routes;
pub use views::view;

use crate::kernel::JobKind;

pub fn jobs() -> Vec<JobKind> {
    vec![JobKind::of::<scan::ScanFile>(), JobKind::of::<chores::PurgeFile>()]
}
