//! The journal of one account: filtered, sorted, summed, as CSV; and what a figure is made of (spec E02 to E06).

mod brief;
mod csv;
mod explain;
mod filter;
mod queries;
mod routes;

pub use brief::{Briefs, briefs};
pub use routes::routes;
