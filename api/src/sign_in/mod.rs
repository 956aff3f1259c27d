//! Signing in (spec A01): e-mail and password, optionally a second factor; a session whose refresh token turns at every
//! use and lives in a cookie scripts cannot read; access tokens of a few minutes. Lock-out and rate limits treat known
//! and unknown addresses alike. Also one's own profile, password, second factor and devices. Anybody.

mod actions;
mod attempts;
mod keys;
mod own;
mod routes;
mod tokens;
mod totp;

pub use keys::rotate as rotate_keys;
pub use routes::{root, routes};
pub use tokens::AccessTokens;

use crate::{
    kernel::{Kernel, NoContent, Stop},
    users::{principals, sessions, user},
};
use kept_shared::{event::Event, ids::UserId};
use std::sync::Arc;

/// A session and its access token for a user, without a password: for tests and the tokens `kept demo` prints.
pub async fn open_session(kernel: &Arc<Kernel>, user: UserId) -> Result<String, Stop> {
    let read = kernel.read_everything("open a session").await?;
    let row = read.get::<user::Entity>(user).await?;
    drop(read);
    let tx = principals::write_as(kernel, &row, "operator").await?;
    let device = sessions::Device {
        user_agent: Some("kept".into()),
        address: None,
    };
    let (session, _) = sessions::start(&tx, user, &device, kernel.config.auth.refresh_days).await?;
    tx.finish(user, Event::SignedIn { user }, NoContent).await?;
    Ok(tokens::issue(kernel, user, row.organisation_id, session).await?.0)
}
