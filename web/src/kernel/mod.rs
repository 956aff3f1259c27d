//! What every page stands on: the API client, the session, loading, words and formats.

pub mod act;
pub mod api;
pub mod day;
pub mod download;
pub mod format;
pub mod i18n;
pub mod pages;
pub mod prefs;
pub mod query;
pub mod session;
pub mod title;
pub mod upload;
pub mod url;
pub mod zone;

pub use query::{Load, load};
pub use session::{Session, use_session};
