//! The engine itself on the same database: prepared statements over one connection, nothing else.

use crate::client::Times;
use chrono::NaiveDate;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::time::{Duration, Instant};
use uuid::Uuid;

pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(Clone, Copy)]
pub enum Bind {
    Id(Uuid),
    Day(NaiveDate),
}

macro_rules! bound {
    ($sql:expr, $binds:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($sql.to_owned()));
        for bind in $binds {
            query = match bind {
                Bind::Id(id) => query.bind(*id),
                Bind::Day(day) => query.bind(*day),
            };
        }
        query
    }};
}

impl Raw {
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        if url.starts_with("sqlite:") {
            let mut c = SqliteConnection::connect(&format!("{url}?mode=rwc")).await?;
            let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA mmap_size = 268435456; PRAGMA busy_timeout = 20000";
            sqlx::raw_sql(pragmas).execute(&mut c).await?;
            Ok(Self::Sqlite(c))
        } else {
            Ok(Self::Postgres(PgConnection::connect(url).await?))
        }
    }
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
    /// Fetches every row; returns how many.
    pub async fn rows(&mut self, sql: &str, binds: &[Bind]) -> anyhow::Result<usize> {
        Ok(match self {
            Self::Sqlite(c) => bound!(sql, binds).fetch_all(c).await?.len(),
            Self::Postgres(c) => bound!(sql, binds).fetch_all(c).await?.len(),
        })
    }
    /// The first column of the first row.
    pub async fn id(&mut self, sql: &str) -> anyhow::Result<Uuid> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Self::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(c).await?,
            Self::Postgres(c) => sqlx::query_scalar(sql).fetch_one(c).await?,
        })
    }
    /// Runs statements without parameters.
    pub async fn run(&mut self, sql: &str) -> anyhow::Result<()> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(c) => sqlx::raw_sql(sql).execute(c).await?.rows_affected(),
            Self::Postgres(c) => sqlx::raw_sql(sql).execute(c).await?.rows_affected(),
        };
        Ok(())
    }
    /// How long a group of queries takes, over and over.
    pub async fn times(&mut self, queries: &[(String, Vec<Bind>)], time: Duration) -> anyhow::Result<Times> {
        let (mut all, mut warm) = (vec![], queries.len().min(50));
        let mut until = Instant::now() + time;
        for (sql, binds) in queries.iter().cycle() {
            let started = Instant::now();
            self.rows(sql, binds).await?;
            if warm > 0 {
                warm -= 1;
                until = Instant::now() + time;
                continue;
            }
            all.push(started.elapsed());
            if Instant::now() >= until {
                break;
            }
        }
        Ok(Times::of(all))
    }

    /// The fastest way in: one transaction of a hundred thousand rows with an index by customer (SQLite), COPY with two
    /// indexes (PostgreSQL). Returns rows in a second.
    pub async fn insert(&mut self, rows: u32) -> anyhow::Result<f64> {
        self.run(
            "DROP TABLE IF EXISTS raw_entry; CREATE TABLE raw_entry (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, \
             date TEXT NOT NULL, amount BIGINT NOT NULL, reference TEXT NOT NULL, description TEXT NOT NULL); \
             CREATE INDEX raw_entry_by_customer ON raw_entry (customer_id, date);",
        )
        .await?;
        let row = |n: u32| {
            (
                n,
                n / 50,
                format!("2025-{:02}-01", n % 12 + 1),
                n % 90_000,
                format!("INV{n:06}"),
                "Invoice of a month",
            )
        };
        let mut started = Instant::now();
        match self {
            Self::Sqlite(c) => {
                let mut tx = c.begin().await?;
                let all: Vec<u32> = (0..rows).collect();
                for part in all.chunks(500) {
                    let marks = vec!["(?, ?, ?, ?, ?, ?)"; part.len()].join(", ");
                    let mut query = sqlx::query(AssertSqlSafe(format!("INSERT INTO raw_entry VALUES {marks}")));
                    for n in part {
                        let (id, customer, date, amount, reference, description) = row(*n);
                        query = query
                            .bind(id)
                            .bind(customer)
                            .bind(date)
                            .bind(amount)
                            .bind(reference)
                            .bind(description);
                    }
                    query.execute(&mut *tx).await?;
                }
                tx.commit().await?;
            }
            Self::Postgres(c) => {
                sqlx::raw_sql("CREATE INDEX raw_entry_by_date ON raw_entry (date, id)")
                    .execute(&mut *c)
                    .await?;
                started = Instant::now();
                let mut copy = c.copy_in_raw("COPY raw_entry FROM STDIN (FORMAT csv)").await?;
                let mut buffer = String::new();
                for n in 0..rows {
                    let (id, customer, date, amount, reference, description) = row(n);
                    buffer.push_str(&format!("{id},{customer},{date},{amount},{reference},{description}\n"));
                    if buffer.len() > 60_000 {
                        copy.send(std::mem::take(&mut buffer).into_bytes()).await?;
                    }
                }
                copy.send(buffer.into_bytes()).await?;
                copy.finish().await?;
            }
        }
        Ok(f64::from(rows) / started.elapsed().as_secs_f64())
    }

    /// A status on every account with its history and a note, in three statements and one commit; the time.
    pub async fn bulk_status(&mut self, status: Uuid, user: Uuid, seed: u32) -> anyhow::Result<Duration> {
        let (status, user, id, now) = if self.is_sqlite() {
            let literal = |id: Uuid| format!("X'{}'", id.simple());
            let id = format!("unhex(printf('{seed:08x}%024x', row_number() OVER ()))");
            (
                literal(status),
                literal(user),
                id,
                "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
            )
        } else {
            let literal = |id: Uuid| format!("'{id}'::uuid");
            let id = format!("('{seed:08x}' || lpad(to_hex(row_number() OVER ()), 24, '0'))::uuid");
            (literal(status), literal(user), id, "now()")
        };
        let (yes, today) = if self.is_sqlite() {
            ("0", "'2026-01-01'")
        } else {
            ("false", "date '2026-01-01'")
        };
        let sql = format!(
            "BEGIN; \
             INSERT INTO status_change (id, account_id, slot, status_id, from_status_id, changed_by, changed_by_name, by_attorney, changed_at) \
               SELECT {id}, id, 'debt', {status}, debt_status_id, {user}, 'Raw', {yes}, {now} FROM account; \
             INSERT INTO note (id, account_id, body, visibility, author_id, author_name, by_attorney, created_at) \
               SELECT {id}, id, 'Measured', 'shared', {user}, 'Raw', {yes}, {now} FROM account; \
             UPDATE account SET debt_status_id = {status}, debt_status_on = {today}, note_count = note_count + 1, version = version + 1; \
             COMMIT;"
        );
        let started = Instant::now();
        self.run(&sql).await?;
        Ok(started.elapsed())
    }
}
