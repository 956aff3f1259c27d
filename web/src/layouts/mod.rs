//! The details of the customer page: widgets in a grid, the editor of their layout, and widgets of one's own (spec C19, W01
//! to W03).

mod api;
mod custom;
mod details;
mod editor;
mod tile;
mod widgets;

pub use details::{Details, edit_layout};
