//! The units of a community as a workbook: downloaded, edited, uploaded again, looked at, written (spec D16). The
//! upload is read twice and never kept: once to show what it would do, once to do exactly that.

mod apply;
mod book;
mod routes;
mod workbook;

pub use routes::routes;
