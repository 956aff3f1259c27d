//! Transactions that carry the caller's scope. Neither [`Read`] nor [`Tx`] is a database connection: rows come only
//! through [`Visible`] rules, and a write ends by saying what happened.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place where rows are queried and written"
)]

mod bulk;
mod limit;
mod positional;
mod read;
mod seen;
mod subject;

pub use limit::Limit;
pub use read::{Found, Read};
pub use seen::{ChildOf, Rooted, Seen, Versioned};
pub use subject::Subject;

use super::{
    Caller, Kernel, Reach, Stop,
    db::Mode,
    events,
    extract::{IfMatch, Request},
    idempotency, jobs,
    reply::Reply,
};
use kept_shared::{
    event::Event,
    ids::{EventId, JobId},
    problem::{Code, Problem},
};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    IntoActiveModel, ModelTrait, QueryFilter, TransactionTrait, Value,
};
use std::{ops::Deref, sync::Arc};

/// A write transaction. There is no commit without an event.
pub struct Tx {
    read: Read,
    key: Option<String>,
    jobs: std::sync::atomic::AtomicBool,
    /// An event was recorded, here or in a savepoint of it.
    recorded: Arc<std::sync::atomic::AtomicBool>,
    after: std::sync::Mutex<Vec<Box<dyn FnOnce() + Send>>>,
}
impl Deref for Tx {
    type Target = Read;
    fn deref(&self) -> &Read {
        &self.read
    }
}

type ModelOf<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Model;

impl Tx {
    pub(crate) async fn begin(kernel: Arc<Kernel>, caller: Arc<Caller>, request: &Request) -> Result<Self, Stop> {
        let conn = kernel.db.begin(Mode::Write).await?;
        if let Some(answer) = idempotency::take(&conn, &caller.key(), request, kernel.clock.now()).await? {
            return Err(Stop::Replay(answer));
        }
        let scope = caller.scope.for_writing();
        Ok(Self {
            read: Read {
                conn,
                kernel,
                caller,
                scope,
                writes: true,
            },
            key: request.key().map(str::to_owned),
            jobs: false.into(),
            recorded: Arc::default(),
            after: std::sync::Mutex::default(),
        })
    }

    /// Inserts a row that hangs under the caller's organisation.
    pub async fn create<A>(&self, mut row: A) -> Result<Seen<ModelOf<A>>, Stop>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send + Rooted,
        ModelOf<A>: IntoActiveModel<A>,
    {
        row.attach(self.organisation()?);
        Ok(Seen(row.insert(&self.read.conn).await?))
    }
    /// Inserts a row under a parent the caller has seen.
    pub async fn insert<P, A>(&self, parent: &Seen<P>, mut row: A) -> Result<Seen<ModelOf<A>>, Stop>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send + ChildOf<P>,
        ModelOf<A>: IntoActiveModel<A>,
    {
        row.attach(&parent.0);
        Ok(Seen(row.insert(&self.read.conn).await?))
    }
    /// Inserts many rows under one parent, in chunks that fit both engines' parameter limits.
    pub async fn insert_many<P, A>(&self, parent: &Seen<P>, rows: Vec<A>) -> Result<(), Stop>
    where
        A: ActiveModelTrait + ChildOf<P> + Send,
    {
        let rows = rows.into_iter().map(|mut row| {
            row.attach(&parent.0);
            row
        });
        self.insert_rows(rows.collect()).await
    }
    /// Inserts rows whose parents were checked by the caller of this function in bulk; `reason` says how.
    pub async fn insert_bulk<A>(&self, rows: Vec<A>, _reason: &'static str) -> Result<(), Stop>
    where
        A: ActiveModelTrait + Send,
    {
        self.insert_rows(rows).await
    }
    async fn insert_rows<A: ActiveModelTrait + Send>(&self, rows: Vec<A>) -> Result<(), Stop> {
        bulk::insert(&self.read.conn, rows).await
    }
    /// Changes a row the client named with If-Match. Errors: 412 when somebody was faster.
    pub async fn update<M, A>(
        &self,
        row: Seen<M>,
        expected: IfMatch,
        change: impl FnOnce(&mut A),
    ) -> Result<Seen<M>, Stop>
    where
        M: Versioned<Change = A> + IntoActiveModel<A> + FromQueryResult + Send + Sync,
        M::Entity: EntityTrait<Model = M>,
        A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
    {
        expected.check(row.0.version())?;
        self.amend(row, change).await
    }
    /// Changes a row as part of another action; its version still guards against a concurrent change.
    pub async fn amend<M, A>(&self, row: Seen<M>, change: impl FnOnce(&mut A)) -> Result<Seen<M>, Stop>
    where
        M: Versioned<Change = A> + IntoActiveModel<A> + FromQueryResult + Send + Sync,
        M::Entity: EntityTrait<Model = M>,
        A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
    {
        let (guard, next) = (row.0.at_this_version(), row.0.version() + 1);
        let mut changed: A = row.0.into_active_model();
        change(&mut changed);
        M::bump(&mut changed, next);
        match <M::Entity as EntityTrait>::update(changed)
            .validate()?
            .filter(guard)
            .exec(&self.read.conn)
            .await
        {
            Ok(model) => Ok(Seen(model)),
            Err(DbErr::RecordNotUpdated) => Err(Code::ChangedMeanwhile.into()),
            Err(e) => Err(e.into()),
        }
    }
    /// Deletes a row that is no history (a mapping, a contact, a group nobody uses). Errors: 412 when it changed since
    /// it was loaded, so that nobody deletes what they have not read.
    pub async fn remove<M, A>(&self, row: Seen<M>) -> Result<(), Stop>
    where
        M: Versioned<Change = A> + IntoActiveModel<A>,
        M::Entity: EntityTrait<Model = M>,
        A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
    {
        let guard = row.0.at_this_version();
        let gone = <M::Entity as EntityTrait>::delete(row.0.into_active_model())
            .validate()?
            .filter(guard)
            .exec(&self.read.conn)
            .await?;
        if gone.rows_affected == 0 {
            return Err(Code::ChangedMeanwhile.into());
        }
        Ok(())
    }
    /// Deletes a row that has no version because it is never changed, only replaced.
    pub async fn discard<M, A>(&self, row: Seen<M>) -> Result<(), Stop>
    where
        M: ModelTrait + IntoActiveModel<A>,
        A: ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
    {
        row.0.into_active_model().delete(&self.read.conn).await?;
        Ok(())
    }
    /// Runs a hand-written statement, `$1`-style parameters; returns the number of rows touched.
    pub async fn execute(&self, limit: Limit, sql: &str, values: Vec<Value>) -> Result<u64, Stop> {
        let statement = self.read.statement(limit, sql, values)?;
        Ok(self.read.conn.execute_raw(statement).await?.rows_affected())
    }
    /// Queues a job that runs once this transaction has committed.
    pub async fn enqueue<J: jobs::Job>(&self, job: &J, when: jobs::When) -> Result<JobId, Stop> {
        self.jobs.store(true, std::sync::atomic::Ordering::Relaxed);
        jobs::enqueue(&self.read.conn, self.scope().organisation_id(), job, when, self.now()).await
    }
    /// Runs after the commit, in this process only: for caches, never for effects that must happen.
    pub fn after_commit(&self, what: impl FnOnce() + Send + 'static) {
        self.after
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(Box::new(what));
    }
    /// A savepoint: dropped, it undoes what happened in it; released, it stays.
    pub async fn nested(&self) -> Result<Self, Stop> {
        Ok(Self {
            read: Read {
                conn: self.read.conn.begin().await?,
                kernel: self.read.kernel.clone(),
                caller: self.read.caller.clone(),
                scope: self.read.scope.clone(),
                writes: true,
            },
            key: None,
            jobs: false.into(),
            recorded: self.recorded.clone(),
            after: std::sync::Mutex::default(),
        })
    }
    pub async fn release(self) -> Result<(), Stop> {
        Ok(self.read.conn.commit().await?)
    }
    /// Undoes a savepoint now rather than when it is dropped.
    pub async fn undo(self) -> Result<(), Stop> {
        Ok(self.read.conn.rollback().await?)
    }
    /// Records a further event of this transaction.
    pub async fn also(&self, on: impl Into<Subject>, what: Event) -> Result<(), Stop> {
        let row = self.event(on.into(), &what)?;
        row.insert(&self.read.conn).await?;
        self.recorded.store(true, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    }
    /// Records many events at once.
    pub async fn also_many(&self, events: Vec<(Subject, Event)>) -> Result<(), Stop> {
        let rows = events
            .iter()
            .map(|(on, what)| self.event(*on, what))
            .collect::<Result<Vec<_>, _>>()?;
        if !rows.is_empty() {
            self.recorded.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        self.insert_rows(rows).await
    }
    fn event(&self, on: Subject, what: &Event) -> Result<events::ActiveModel, Stop> {
        let organisation = match (on.organisation, self.scope().reach()) {
            (Some(id), _) => id,
            (None, Reach::Everything) => return Err(Stop::internal("an event without an organisation")),
            (None, _) => self.organisation()?,
        };
        Ok(events::ActiveModel {
            id: Set(EventId(uuid::Uuid::now_v7())),
            organisation_id: Set(organisation),
            account_id: Set(on.account),
            community_id: Set(on.community),
            subject_user_id: Set(on.user),
            actor_id: Set(self.caller().user_id),
            actor_name: Set(self.caller().name.clone()),
            origin: Set(self.caller().origin.to_owned()),
            kind: Set(what.kind()),
            body: Set(serde_json::to_string(what)?),
            at: Set(self.now()),
            request_id: Set(super::telemetry::current_request_id()),
        })
    }
    /// Ends the write: what happened and what the caller is told land in one commit with the change itself.
    pub async fn finish<R: Reply>(self, on: impl Into<Subject>, what: Event, reply: R) -> Result<R, Stop> {
        self.also(on, what).await?;
        self.close(reply).await
    }
    /// Ends a write whose events were recorded with [`Self::also`]. Errors: internal, when there were none.
    pub async fn finish_bulk<R: Reply>(self, events: Vec<(Subject, Event)>, reply: R) -> Result<R, Stop> {
        if events.is_empty() {
            return Err(Stop::internal("a write without an event"));
        }
        self.also_many(events).await?;
        self.close(reply).await
    }
    /// Ends a write whose events were recorded by what it called. Errors: internal, when there were none.
    pub async fn finish_recorded<R: Reply>(self, reply: R) -> Result<R, Stop> {
        if !self.recorded.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Stop::internal("a write without an event"));
        }
        self.close(reply).await
    }
    async fn close<R: Reply>(self, reply: R) -> Result<R, Stop> {
        if let Some(key) = &self.key {
            idempotency::store(&self.read.conn, &self.read.caller.key(), key, &reply.stored()?).await?;
        }
        let kernel = self.read.kernel.clone();
        self.read.conn.commit().await?;
        for what in self
            .after
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
        {
            what();
        }
        if self.jobs.into_inner() {
            kernel.wake_workers();
        }
        Ok(reply)
    }
    /// Commits without an event: only for what is nobody's business but the caller's own, as `reason` says (a reading
    /// mark). A test counts the call sites.
    pub async fn finish_unrecorded<R: Reply>(self, _reason: &'static str, reply: R) -> Result<R, Stop> {
        self.close(reply).await
    }
    /// Ends a transaction that found nothing to change.
    pub async fn abandon(self) -> Result<(), Stop> {
        Ok(self.read.conn.rollback().await?)
    }
}

/// 422 with one flaw, for rules that need rows.
pub fn refuse(pointer: &str, code: &str) -> Stop {
    Problem::of(Code::NotAcceptable).at(pointer, code).into()
}
