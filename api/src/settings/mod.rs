//! What an organisation decides about itself. Whoever may see settings sees them; superusers change them.

mod actions;
mod routes;

pub use routes::routes;
