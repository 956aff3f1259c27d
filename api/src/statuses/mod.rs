//! The status catalogue and the slots of an account. Agents put statuses on customers in batches (`batches`); what a
//! status means for each row is decided by `kept_shared::statuses`. Editing the catalogue needs `statuses:edit`.

mod actions;
mod entity;
mod jobs;
mod queries;
mod routes;
mod seed;

pub use actions::{Put, PutRow, put};
pub use entity::{Column, Entity, Model, change};
pub use jobs::{EndStatuses, jobs};
pub use queries::{Account, account, account_for_update, facts, may_apply, names};
pub use routes::routes;
pub use seed::seed;
