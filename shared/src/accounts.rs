//! Accounts: all dealings with one customer, its debtors and how to reach them (spec C06 to C13, C20, C21, E01).

mod changes;
mod debtors;
mod list;
mod page;

pub use changes::*;
pub use debtors::*;
pub use list::*;
pub use page::*;

#[cfg(test)]
mod tests;
