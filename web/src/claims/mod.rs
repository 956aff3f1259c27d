//! Claims of a customer, one claim with its life, and products.

mod api;
mod deeds;
mod history;
mod list;
mod page;
mod products;
mod words;

pub use list::ClaimsPanel;
pub use page::ClaimPage;
pub use words::{product_kind_words, resolution_words, standing};
