//! Imports: a file is read, its layout detected, its columns mapped by a person, every row judged in a dry run, and
//! the acceptable rows written by a background job that survives being killed (spec X09, D16). Nothing is written
//! before the commit. Who is restricted to communities imports into those; attorneys import nothing.

mod actions;
mod apply;
mod book;
mod entity;
mod jobs;
mod judge;
mod live;
mod posting;
mod queries;
pub mod read;
mod routes;
pub mod rules;
mod workbook;

use crate::kernel::JobKind;

pub(crate) use actions::reading;
pub use routes::routes;

/// Most mappings an organisation keeps.
pub const MAX_MAPPINGS: u64 = 200;

/// Background jobs of imports.
pub fn jobs() -> Vec<JobKind> {
    vec![
        JobKind::of::<jobs::CheckImport>(),
        JobKind::of::<jobs::CommitImportJob>(),
    ]
}
