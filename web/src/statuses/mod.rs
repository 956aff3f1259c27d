//! Statuses: the catalogue for administrators, and putting statuses on customers.

mod api;
mod bar;
mod catalogue;
mod form;
mod look;
mod one;
mod page;
mod preflight;

pub use catalogue::StatusesPage;
pub use look::warn_words;
pub use one::StatusOfOne;
pub use page::ApplyStatusPage;
