//! Users: list, one user with sign-in history, adding and editing (spec A03 to A06, A10).

pub mod api;
mod detail;
mod form;
mod history;
mod list;
mod words;

pub use detail::UserPage;
pub use form::NewUserPage;
pub use list::UsersPage;
pub use words::all_types;
