//! The diary of a customer: everything that happened, grouped by day, filtered (spec M08 to M11).

mod api;
mod details;
mod filter;
mod panel;
mod words;

pub use panel::{DiaryPanel, diary_line};
