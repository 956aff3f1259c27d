//! Matters with attorneys: the list with its figures, one matter, and what can be done with it.

mod api;
mod debtor;
mod detail;
mod dialogs;
mod ended;
mod list;

pub use detail::HandoverPage;
pub use ended::EndedBefore;
pub use list::HandoversPage;
