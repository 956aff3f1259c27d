//! Files of a customer: what is on its way, what waits for the scanner, and what can be downloaded. The documents of a
//! community (`documents`) are shown with the same parts.

mod api;
mod deeds;
mod desk;
mod details;
mod list;
mod panel;
mod quarantine;
mod uploads;
mod words;

pub use api::Shelf;
pub use deeds::DeedDialog;
pub use desk::{Desk, Waiting};
pub use details::DetailsDrawer;
pub use list::Available;
pub use panel::{ACCEPT, FilesPanel};
pub use quarantine::Quarantine;
