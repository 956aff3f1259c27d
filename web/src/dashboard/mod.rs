//! The first page.

mod page;

pub use page::DashboardPage;
