//! Background jobs in a table of our own: a job commits with the reason for it, runs at least once, and survives a
//! crash. Claimed in one statement that works on both engines.

use super::{Caller, Kernel, Read, Scope, Stop, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use kept_shared::ids::{JobId, OrganisationId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult, Statement};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

const HOUSEKEEPING: Duration = Duration::from_secs(3_600);
const IDLE: Duration = Duration::from_secs(1);

/// A unit of background work. Must be safe to run twice: the lease may run out or the process die at any point.
#[async_trait::async_trait]
pub trait Job: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static {
    const KIND: &'static str;
    const MAX_ATTEMPTS: i64 = 8;
    /// Lower runs first.
    const PRIORITY: i64 = 100;
    /// At most one unfinished job with the same key.
    fn unique_key(&self) -> Option<String> {
        None
    }
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()>;
    /// Called once when the last attempt has failed.
    async fn gave_up(&self, _cx: &JobContext, _why: &str) -> anyhow::Result<()> {
        Ok(())
    }
}

/// When a job may run.
#[derive(Clone, Copy, Debug)]
pub enum When {
    Now,
    At(DateTime<Utc>),
    After(TimeDelta),
}

/// What a job works with.
pub struct JobContext {
    kernel: Arc<Kernel>,
    pub job_id: JobId,
    pub organisation: Option<OrganisationId>,
}

impl JobContext {
    pub fn kernel(&self) -> &Arc<Kernel> {
        &self.kernel
    }
    pub fn now(&self) -> DateTime<Utc> {
        self.kernel.clock.now()
    }
    /// A write over one organisation; `reason` becomes the event's origin.
    pub async fn write(&self, organisation: OrganisationId, reason: &'static str) -> Result<Tx, Stop> {
        let caller = Caller::system(Scope::organisation(organisation), reason);
        Tx::begin(self.kernel.clone(), caller, &super::Request::none()).await
    }
    pub async fn read(&self, organisation: OrganisationId, reason: &'static str) -> Result<Read, Stop> {
        Read::begin(
            self.kernel.clone(),
            Caller::system(Scope::organisation(organisation), reason),
        )
        .await
    }
}

type Runner = fn(Arc<JobContext>, String, Option<String>) -> BoxFuture<'static, anyhow::Result<()>>;

/// A kind of job a worker can run.
#[derive(Clone, Copy)]
pub struct JobKind {
    kind: &'static str,
    run: Runner,
}
impl JobKind {
    pub fn of<J: Job>() -> Self {
        fn run<J: Job>(
            cx: Arc<JobContext>,
            payload: String,
            gave_up: Option<String>,
        ) -> BoxFuture<'static, anyhow::Result<()>> {
            Box::pin(async move {
                let job: J = serde_json::from_str(&payload)?;
                match gave_up {
                    Some(why) => job.gave_up(&cx, &why).await,
                    None => job.run(&cx).await,
                }
            })
        }
        Self {
            kind: J::KIND,
            run: run::<J>,
        }
    }
}

pub(crate) async fn enqueue<J: Job>(
    conn: &DatabaseTransaction,
    organisation: Option<OrganisationId>,
    job: &J,
    when: When,
    now: DateTime<Utc>,
) -> Result<JobId, Stop> {
    let id = JobId(uuid::Uuid::now_v7());
    let run_at = match when {
        When::Now => now,
        When::At(at) => at,
        When::After(delay) => now + delay,
    };
    conn.execute_raw(Statement::from_sql_and_values(
        conn.get_database_backend(),
        "INSERT INTO job (id, organisation_id, kind, payload, state, priority, run_at, attempts, max_attempts, unique_key, created_at) \
         VALUES ($1, $2, $3, $4, 'ready', $5, $6, 0, $7, $8, $9) ON CONFLICT DO NOTHING",
        [
            id.into(),
            organisation.into(),
            J::KIND.into(),
            serde_json::to_string(job)?.into(),
            J::PRIORITY.into(),
            run_at.into(),
            J::MAX_ATTEMPTS.into(),
            job.unique_key().into(),
            now.into(),
        ],
    ))
    .await?;
    Ok(id)
}

#[derive(FromQueryResult)]
struct Claimed {
    id: JobId,
    organisation_id: Option<OrganisationId>,
    kind: String,
    payload: String,
    attempts: i64,
    max_attempts: i64,
}

/// Something every working process looks after now and then. It must do no harm when several do it at once.
#[derive(Clone, Copy)]
pub struct Chore {
    pub every: Duration,
    pub run: for<'a> fn(&'a Arc<Kernel>) -> BoxFuture<'a, Result<(), Stop>>,
}

/// Runs jobs until told to stop.
pub struct Worker {
    kernel: Arc<Kernel>,
    kinds: HashMap<&'static str, Runner>,
    /// What runs here now. Its lease may run out while one long transaction holds the only writer of SQLite; nobody
    /// is dead then, so this worker does not claim it a second time.
    running: Mutex<HashSet<JobId>>,
    chores: Vec<Chore>,
}

impl Worker {
    pub fn new(kernel: Arc<Kernel>, kinds: impl IntoIterator<Item = JobKind>) -> Self {
        Self {
            kernel,
            kinds: kinds.into_iter().map(|k| (k.kind, k.run)).collect(),
            running: Mutex::default(),
            chores: vec![],
        }
    }

    /// The same, looking after these as well while it runs.
    #[must_use]
    pub fn with_chores(mut self, chores: Vec<Chore>) -> Self {
        self.chores = chores;
        self
    }

    /// How long a claimed job stays claimed without a heartbeat, of which there are four in that time.
    fn lease(&self) -> TimeDelta {
        TimeDelta::seconds(self.kernel.config.worker.lease_seconds)
    }
    fn running(&self) -> std::sync::MutexGuard<'_, HashSet<JobId>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs until `stop` is signalled, then finishes what is running.
    pub async fn run(self: Arc<Self>, mut stop: tokio::sync::watch::Receiver<bool>) {
        let slots = Arc::new(tokio::sync::Semaphore::new(
            self.kernel.config.worker.concurrency.max(1),
        ));
        let mut running = tokio::task::JoinSet::new();
        let mut house = tokio::task::JoinSet::new();
        for chore in self.chores.iter().copied().chain([HOUSE]) {
            house.spawn(keep_doing(self.kernel.clone(), chore, stop.clone()));
        }
        while !*stop.borrow() {
            // Told to stop while all hands are busy, it takes nothing more when one comes free.
            let slot = tokio::select! {
                biased;
                _ = stop.changed() => break,
                slot = slots.clone().acquire_owned() => slot,
            };
            let Ok(slot) = slot else {
                break;
            };
            match self.claim().await {
                Ok(Some(job)) => {
                    let worker = self.clone();
                    running.spawn(async move {
                        worker.work(job).await;
                        drop(slot);
                    });
                }
                Ok(None) => {
                    drop(slot);
                    tokio::select! {
                        () = self.kernel.wake.notified() => {}
                        () = tokio::time::sleep(IDLE) => {}
                        _ = stop.changed() => {}
                    }
                }
                Err(e) => {
                    tracing::warn!(error.cause = %e, "cannot claim a job");
                    drop(slot);
                    tokio::time::sleep(IDLE).await;
                }
            }
            while running.try_join_next().is_some() {}
        }
        while running.join_next().await.is_some() {}
        while let Some(ended) = house.join_next().await {
            if ended.is_err() {
                tracing::warn!("a chore panicked");
            }
        }
    }

    /// Runs everything that is due now, one after the other; for tests and commands. Returns how many ran.
    pub async fn drain(&self) -> Result<usize, Stop> {
        let mut n = 0;
        while let Some(job) = self.claim().await? {
            self.work(job).await;
            n += 1;
        }
        Ok(n)
    }

    async fn claim(&self) -> Result<Option<Claimed>, Stop> {
        let conn = self.kernel.db.writer();
        let now = self.kernel.clock.now();
        let skip = if conn.get_database_backend() == DbBackend::Postgres {
            "FOR UPDATE SKIP LOCKED"
        } else {
            ""
        };
        let mut values: Vec<sea_orm::Value> = vec![(now + self.lease()).into(), now.into(), now.into()];
        let mut not_ours = String::new();
        for id in self.running().iter() {
            values.push((*id).into());
            not_ours.push_str(&format!(" AND id <> ${}", values.len()));
        }
        let sql = format!(
            "UPDATE job SET state = 'running', attempts = attempts + 1, locked_until = $1 WHERE id = ( \
               SELECT id FROM job WHERE (state = 'ready' AND run_at <= $2) OR (state = 'running' AND locked_until < $3{not_ours}) \
               ORDER BY priority, run_at, id LIMIT 1 {skip}) \
             RETURNING id, organisation_id, kind, payload, attempts, max_attempts"
        );
        let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
        let claimed = Claimed::find_by_statement(statement).one(conn).await?;
        if let Some(job) = &claimed {
            self.running().insert(job.id);
        }
        Ok(claimed)
    }

    async fn work(&self, job: Claimed) {
        self.work_claimed(&job).await;
        self.running().remove(&job.id);
    }

    async fn work_claimed(&self, job: &Claimed) {
        let started = std::time::Instant::now();
        let cx = Arc::new(JobContext {
            kernel: self.kernel.clone(),
            job_id: job.id,
            organisation: job.organisation_id,
        });
        let outcome = match self.kinds.get(job.kind.as_str()) {
            None => Err(anyhow::anyhow!("no such kind of job in this program")),
            // The tries before ended with the process; one more would end it again.
            Some(_) if job.attempts > job.max_attempts => Err(anyhow::anyhow!("the program ended during every try")),
            Some(run) => {
                let task = tokio::spawn(run(cx.clone(), job.payload.clone(), None));
                match self.heartbeat_until_done(job, task).await {
                    Some(outcome) => outcome,
                    // Whatever it wrote is whole; what is left to do is the other worker's.
                    None => return,
                }
            }
        };
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let result = match &outcome {
            Ok(()) => {
                tracing::info!(job.kind = %job.kind, duration_ms = ms, "job done");
                self.settle(job, "done", None).await
            }
            Err(e) if job.attempts >= job.max_attempts => {
                let why = format!("{e:#}");
                tracing::error!(job.kind = %job.kind, job.id = %job.id, error.cause = %why, "job given up");
                if let Some(run) = self.kinds.get(job.kind.as_str())
                    && let Err(e) = run(cx, job.payload.clone(), Some(why.clone())).await
                {
                    tracing::error!(job.kind = %job.kind, error.cause = %e, "job could not say that it gave up");
                }
                self.settle(job, "dead", Some(&why)).await
            }
            Err(e) => {
                tracing::warn!(job.kind = %job.kind, job.id = %job.id, job.attempts = job.attempts, error.cause = %format!("{e:#}"), "job failed, will be tried again");
                self.retry(job, &format!("{e:#}")).await
            }
        };
        if let Err(e) = result {
            tracing::error!(job.id = %job.id, error.cause = %e, "job state not written; its lease will run out");
        }
    }

    /// `None`: the lease was lost and somebody else has the job.
    async fn heartbeat_until_done(
        &self,
        job: &Claimed,
        mut task: tokio::task::JoinHandle<anyhow::Result<()>>,
    ) -> Option<anyhow::Result<()>> {
        let beat = (self.lease() / 4).to_std().unwrap_or(IDLE);
        loop {
            tokio::select! {
                done = &mut task => return Some(done.unwrap_or_else(|e| Err(anyhow::anyhow!("the job panicked: {e}")))),
                () = tokio::time::sleep(beat) => {
                    let until = self.kernel.clock.now() + self.lease();
                    match self.set(job, "locked_until = $1", vec![until.into()]).await {
                        Ok(true) => {}
                        Ok(false) => {
                            task.abort();
                            return None;
                        }
                        Err(e) => tracing::warn!(job.id = %job.id, error.cause = %e, "heartbeat failed"),
                    }
                }
            }
        }
    }

    async fn settle(&self, job: &Claimed, state: &str, error: Option<&str>) -> Result<(), Stop> {
        let now = self.kernel.clock.now();
        self.set(
            job,
            "state = $1, finished_at = $2, locked_until = NULL, unique_key = NULL, last_error = $3",
            vec![state.into(), now.into(), error.map(str::to_owned).into()],
        )
        .await?;
        Ok(())
    }

    async fn retry(&self, job: &Claimed, error: &str) -> Result<(), Stop> {
        // Two hours at most: what others wait for (a file in quarantine) shall not sleep for most of a day.
        let minutes = 1_i64 << job.attempts.clamp(0, 7);
        let jitter = rand::random_range(0..30_i64);
        let run_at = self.kernel.clock.now() + TimeDelta::seconds(minutes * 60 + jitter);
        self.set(
            job,
            "state = 'ready', run_at = $1, locked_until = NULL, last_error = $2",
            vec![run_at.into(), error.to_owned().into()],
        )
        .await?;
        Ok(())
    }

    /// Changes the row of a job that this worker still holds; false where another has taken it over. The number of the
    /// attempt tells them apart, since each claim counts one more.
    async fn set(&self, job: &Claimed, what: &str, mut values: Vec<sea_orm::Value>) -> Result<bool, Stop> {
        let conn = self.kernel.db.writer();
        let n = values.len();
        let sql = format!(
            "UPDATE job SET {what} WHERE id = ${} AND state = 'running' AND attempts = ${}",
            n + 1,
            n + 2
        );
        values.extend([job.id.into(), job.attempts.into()]);
        let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
        let still_ours = conn.execute_raw(statement).await?.rows_affected() == 1;
        if !still_ours {
            tracing::warn!(job.kind = %job.kind, job.id = %job.id, "another worker has taken this job over");
        }
        Ok(still_ours)
    }
}

/// Forgets finished jobs after 7 days, stored answers after 48 hours and tries to sign in after 30 days.
async fn housekeeping(kernel: &Kernel) -> Result<(), Stop> {
    let conn = kernel.db.writer();
    let backend = conn.get_database_backend();
    let now = kernel.clock.now();
    for (sql, before) in [
        (
            "DELETE FROM job WHERE state = 'done' AND finished_at < $1",
            now - TimeDelta::days(7),
        ),
        ("DELETE FROM idempotency WHERE at < $1", now - TimeDelta::hours(48)),
        ("DELETE FROM sign_in_attempt WHERE at < $1", now - TimeDelta::days(30)),
    ] {
        conn.execute_raw(Statement::from_sql_and_values(backend, sql, [before.into()]))
            .await?;
    }
    Ok(())
}

const HOUSE: Chore = Chore {
    every: HOUSEKEEPING,
    run: |kernel| Box::pin(housekeeping(kernel)),
};

/// Does a chore at the start and then again and again, until `stop` is signalled.
async fn keep_doing(kernel: Arc<Kernel>, chore: Chore, mut stop: tokio::sync::watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(e) = (chore.run)(&kernel).await {
            tracing::warn!(error.cause = %e, "a chore failed and is tried again later");
        }
        tokio::select! {
            () = tokio::time::sleep(chore.every) => {}
            _ = stop.changed() => {}
        }
    }
}
