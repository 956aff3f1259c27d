//! Quick responses: the texts people pick from while writing a note, their order and for which community they are.

mod api;
mod form;
mod page;

pub use page::QuickResponsesPage;
