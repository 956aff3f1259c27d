//! Connections. SQLite: one writer (its pool of one is the queue), a read pool that refuses writes, WAL.
//! PostgreSQL: a pool of readers and one of writers.

use super::{Config, Stop};
use kept_migrations::Migrator;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use std::time::Duration;

pub(crate) struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    Read,
    Write,
}

/// Joins are done in the order they are written in, as on SQLite: looking for a better one took longer than the page of
/// the age analysis itself. And a statement is planned once a connection, not once a call: hand-written ones already
/// say which index leads, whatever the values.
const SESSION: [(&str, &str); 2] = [("join_collapse_limit", "1"), ("plan_cache_mode", "force_generic_plan")];

/// One snapshot for all statements of a request: a list and its totals agree.
const SNAPSHOT: &[(&str, &str)] = &[
    ("default_transaction_isolation", "repeatable read"),
    ("default_transaction_read_only", "on"),
];

impl Db {
    /// Connects and migrates. Errors name the database without its password.
    pub(crate) async fn connect(config: &Config) -> anyhow::Result<Self> {
        let url = config.database_url();
        let db = if url.starts_with("sqlite:") {
            Self::sqlite(config, &url).await?
        } else {
            Self::postgres(config, &url).await?
        };
        Migrator::up(&db.write, None).await?;
        Ok(db)
    }

    async fn sqlite(config: &Config, url: &str) -> anyhow::Result<Self> {
        if let Some(parent) = std::path::Path::new(
            url.trim_start_matches("sqlite://")
                .split('?')
                .next()
                .unwrap_or_default(),
        )
        .parent()
        {
            std::fs::create_dir_all(parent)?;
        }
        let synchronous = config.database.synchronous.clone();
        // A page that is in no log is read from the mapped file; readers need a cache of their own only for the others.
        let pragmas = move |options: sqlx::sqlite::SqliteConnectOptions, cache: &'static str| {
            options
                .create_if_missing(true)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", synchronous.clone())
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", "5000")
                .pragma("cache_size", cache)
                .pragma("mmap_size", "268435456")
                .pragma("temp_store", "MEMORY")
                .statement_cache_capacity(200)
        };
        let mut writer = options(url, 1);
        let of_writer = pragmas.clone();
        writer.map_sqlx_sqlite_opts(move |options| of_writer(options, "-65536"));
        let write = Database::connect(writer).await?;
        let mut reader = options(url, config.database.max_connections.max(1));
        reader.map_sqlx_sqlite_opts(move |options| pragmas(options, "-16384").pragma("query_only", "ON"));
        Ok(Self {
            read: Database::connect(reader).await?,
            write,
        })
    }

    /// Readers have connections of their own: a session that begins every transaction as a snapshot needs no statement
    /// to say so, and who reads never waits for who writes.
    async fn postgres(config: &Config, url: &str) -> anyhow::Result<Self> {
        let readers = config.database.max_connections.max(2);
        let session = |connections: u32, more: &'static [(&'static str, &'static str)]| {
            let mut pool = options(url, connections);
            pool.map_sqlx_postgres_opts(move |options| options.options(SESSION).options(more.iter().copied()));
            Database::connect(pool)
        };
        let write = session((readers / 2).max(2), &[]).await?;
        Ok(Self {
            read: session(readers, SNAPSHOT).await?,
            write,
        })
    }

    pub(crate) async fn begin(&self, mode: Mode) -> Result<DatabaseTransaction, Stop> {
        let pool = if mode == Mode::Read { &self.read } else { &self.write };
        let sqlite = pool.get_database_backend() == DbBackend::Sqlite;
        let options = match (sqlite, mode) {
            (true, Mode::Read) => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..Default::default()
            },
            (true, Mode::Write) => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            },
            (false, Mode::Read | Mode::Write) => TransactionOptions::default(),
        };
        Ok(pool.begin_with_options(options).await?)
    }

    pub(crate) async fn ping(&self) -> bool {
        self.read.ping().await.is_ok() && self.write.ping().await.is_ok()
    }

    pub(crate) async fn close(&self) {
        for pool in [&self.read, &self.write] {
            if let Err(e) = pool.clone().close().await {
                tracing::warn!(error.cause = %e, "a database connection did not close cleanly");
            }
        }
    }

    /// The writer, for the worker's claim statement and housekeeping.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.write
    }
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .connect_timeout(Duration::from_secs(10))
        .idle_timeout(Duration::from_secs(600))
        // A connection in use is known to live; asking before every request would double the round trips of small ones.
        .test_before_acquire_if_idle_for(Duration::from_secs(10))
        .sqlx_logging(false);
    options
}
