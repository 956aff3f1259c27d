//! The first page.

mod charts;
mod page;

pub use page::DashboardPage;
