//! Documents of customers: received in a stream, judged by content, kept in quarantine until a scanner calls them
//! clean. Only then is there a way to their bytes, always as a download. Internal ones never reach an attorney.

mod entity;
mod receive;
mod routes;
mod scan;
mod sniff;
mod views;

pub use entity::{Column, Entity, Model};
pub use routes::routes;
pub use scan::jobs;
pub use views::view;
