//! The journal of a customer, one entry with everything about it, and what a figure is made of.

mod api;
mod entry;
mod explain;
mod filter;
mod panel;

pub use explain::{ExplainHost, explain, use_explainer};
pub use panel::JournalPanel;
