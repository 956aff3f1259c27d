//! The detailed customer ledger: customers are chosen, the report shows their movements grouped, and a workbook of it is
//! made at once or, when it is large, by the worker (spec G04 to G06).
//!
//! A report belongs to who ordered it, is kept for some days, and opens only as long as that person still reaches every
//! customer in it.

mod actions;
mod entity;
mod jobs;
mod queries;
mod routes;
mod sums;
mod workbook;

pub use jobs::{ExpireLedgerReport, MakeLedgerReport};
pub use routes::routes;

use crate::kernel::JobKind;

pub fn jobs() -> Vec<JobKind> {
    vec![JobKind::of::<MakeLedgerReport>(), JobKind::of::<ExpireLedgerReport>()]
}
