//! Bank statements: a file is read, its lines are matched to customers, people confirm, each confirmed line posts
//! exactly one payment for each customer, and a whole statement can be undone (spec R01, R07, E10, E11). One community
//! for each bank account, remembered by its number. Attorneys see none of it.

mod confirm;
mod decide;
mod entity;
mod files;
mod jobs;
mod lines;
mod posting;
mod queries;
pub mod read;
mod routes;
mod take;
mod undo;
mod views;

use crate::kernel::JobKind;

pub use routes::routes;

/// Background jobs of bank statements.
pub fn jobs() -> Vec<JobKind> {
    vec![JobKind::of::<jobs::MatchStatement>()]
}
