//! Notes and history of a customer: one panel, shown in a drawer beside a list or inside a page.

mod api;
mod compose;
mod delete;
mod dialog;
mod document;
mod draft;
mod filters;
mod line;
mod note;
mod panel;
mod quick;

pub(crate) use compose::WhoReads;
pub use dialog::NoteDialog;
pub(crate) use line::{LongText, close_words, reason_words, tone_class};
pub use panel::{HistoryPanel, NotesDrawer};
