//! Views kept of a list (spec F11). The address stays the truth: a view is one, and choosing it is going there.

mod api;
mod dialogs;
mod menu;

pub use menu::ViewsMenu;
