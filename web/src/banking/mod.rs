//! A customer's bank account and debit order, as cards of the unit page.

mod api;
mod details;
mod order;

pub use details::BankDetailsCard;
pub use order::DebitOrderCard;
