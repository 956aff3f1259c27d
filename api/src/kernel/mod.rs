//! What every feature stands on and no feature's business: who may reach which rows, transactions that record what
//! happened, problems, pages, jobs, files, configuration, the clock. Knows no word of the trade.

pub mod access;
pub mod binds;
pub mod clock;
pub mod config;
pub mod db;
pub mod events;
pub mod export;
pub mod extract;
pub mod files;
pub mod idempotency;
pub mod jobs;
mod malformed;
pub mod openapi;
pub mod page;
pub mod paper;
pub mod problem;
pub mod reply;
pub mod scope;
pub mod server;
pub mod slots;
pub mod spa;
pub mod surface;
pub mod telemetry;
pub mod tx;

pub use access::{Access, Authenticate, Caller, before_use, may};
pub use clock::Clock;
pub use config::Config;
pub use extract::{Body, IfMatch, Multipart, Path, Query, Request};
pub use jobs::{Job, JobContext, JobKind, When};
pub use problem::{FlawsExt, Problems, Stop};
pub use reply::{Created, Done, NoContent, Reply, Resource, Revised, Show};
pub use scope::{Reach, Scope, Visible};
pub use tx::{ChildOf, Found, Limit, Read, Rooted, Seen, Subject, Tx, Versioned};

use std::sync::Arc;

/// The running installation: database, clock, configuration, file store and metrics. Handlers never see it; they get
/// [`Access`], jobs get [`JobContext`].
pub struct Kernel {
    pub(crate) db: db::Db,
    pub clock: Clock,
    pub config: Config,
    pub files: files::BlobStore,
    pub(crate) wake: Arc<tokio::sync::Notify>,
    pub(crate) metrics: telemetry::Metrics,
    slots: slots::Slots,
}

impl Kernel {
    /// Connects to the database, brings its schema up to date and opens the file store.
    /// Errors: database unreachable, schema newer than this program, folder not writable, a bucket whose settings make no sense.
    pub async fn start(config: Config, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let db = db::Db::connect(&config).await?;
        let files = files::BlobStore::open(&config)?;
        Ok(Arc::new(Self {
            db,
            clock,
            files,
            wake: Arc::new(tokio::sync::Notify::new()),
            metrics: telemetry::Metrics::new()?,
            slots: slots::Slots::default(),
            config,
        }))
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.db.ping().await
    }

    /// A read transaction over all rows of all organisations, for what runs before anybody is known (sign-in) or for
    /// the operator. `reason` is what a reviewer greps for.
    pub async fn read_everything(self: &Arc<Self>, reason: &'static str) -> Result<Read, Stop> {
        Read::begin(self.clone(), Caller::system(Scope::everything(reason), reason)).await
    }

    /// The write sister of [`Self::read_everything`].
    pub async fn write_everything(self: &Arc<Self>, reason: &'static str) -> Result<Tx, Stop> {
        Tx::begin(
            self.clone(),
            Caller::system(Scope::everything(reason), reason),
            &Request::none(),
        )
        .await
    }

    /// A write over one organisation, for operator commands and tests.
    pub async fn write_in(
        self: &Arc<Self>,
        organisation: kept_shared::ids::OrganisationId,
        reason: &'static str,
    ) -> Result<Tx, Stop> {
        Tx::begin(
            self.clone(),
            Caller::system(Scope::organisation(organisation), reason),
            &Request::none(),
        )
        .await
    }

    /// Closes the database connections; for commands that end and for tests.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// This process's one `T` of this installation, made on first use: a feature's caches, never its data.
    pub fn slot<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.slots.get()
    }

    /// Tells idle workers of this process that a job may be waiting.
    pub fn wake_workers(&self) {
        self.wake.notify_waiters();
    }
}
