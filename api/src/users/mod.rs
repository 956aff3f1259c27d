//! People: who they are, which communities they were given and what their permission group lets them do
//! (spec A03 to A07, A10). Superusers manage everything; others with `users:create` or `users:edit` manage those below
//! them, and give nothing they do not have. Also the sessions, one-time links and passwords sign-in works with.

mod actions;
mod entity;
mod groups;
pub mod links;
pub mod passwords;
pub mod principals;
mod queries;
mod routes;
mod rules;
pub mod secrets;
mod seed;
pub mod sessions;

pub use actions::tidy;
pub use entity::{group, organisation, user, user_community};
pub use queries::{by_email, me};
pub use routes::routes;
pub use seed::{NewOrganisation, organisations, seed_invited, seed_organisation, seed_user, shipped_group};
