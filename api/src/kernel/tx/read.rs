//! Reading: a snapshot that carries the caller's scope, and queries inside it.

use super::super::{Caller, Kernel, Stop, Visible, db::Mode, scope::Scope};
use super::{Limit, Seen, positional::positional};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::ids::OrganisationId;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, FromQueryResult, PrimaryKeyTrait, QueryFilter,
    QuerySelect, Select, SelectModel, SelectorRaw, Statement, Value,
    sea_query::{Expr, ExprTrait, IntoCondition},
};
use std::sync::Arc;

/// A snapshot to read from, inside the caller's scope.
pub struct Read {
    pub(super) conn: DatabaseTransaction,
    pub(super) kernel: Arc<Kernel>,
    pub(super) caller: Arc<Caller>,
    pub(super) scope: Scope,
    /// Part of a transaction that may write.
    pub(super) writes: bool,
}

impl Read {
    pub(crate) async fn begin(kernel: Arc<Kernel>, caller: Arc<Caller>) -> Result<Self, Stop> {
        let conn = kernel.db.begin(Mode::Read).await?;
        let scope = caller.scope.clone();
        Ok(Self {
            conn,
            kernel,
            caller,
            scope,
            writes: false,
        })
    }
    /// Whether all it reads is committed and of one moment, so that it may be remembered for others.
    pub fn is_snapshot(&self) -> bool {
        !self.writes
    }
    pub fn caller(&self) -> &Caller {
        &self.caller
    }
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
    pub fn now(&self) -> DateTime<Utc> {
        self.kernel.clock.now()
    }
    pub fn today(&self, time_zone: &str) -> NaiveDate {
        self.kernel.clock.today(time_zone)
    }
    pub fn kernel(&self) -> &Arc<Kernel> {
        &self.kernel
    }
    pub fn backend(&self) -> DbBackend {
        self.conn.get_database_backend()
    }
    /// The caller's organisation. Errors: internal, in a scope that spans all of them.
    pub fn organisation(&self) -> Result<OrganisationId, Stop> {
        self.scope
            .organisation_id()
            .ok_or_else(|| Stop::internal("no single organisation in this scope"))
    }
    /// Rows of a table that the caller reaches.
    pub fn find<E: Visible>(&self) -> Found<'_, E> {
        Found {
            select: E::find().filter(E::visible_to(&self.scope)),
            conn: &self.conn,
        }
    }
    /// Rows that the caller reaches, of few that an index names (`column IN (…)`). The scope is asked of each of those
    /// and never chooses itself: SQLite, which has no figures of its tables, would take the communities for a handful of
    /// rows and read all that is in them.
    pub fn among<E: Visible>(&self, these: impl IntoCondition) -> Found<'_, E> {
        let mut select = E::find().filter(these);
        let within = E::visible_to(&self.scope);
        if !within.is_empty() {
            select = select.filter(Expr::expr(Expr::case(within, 1).finally(0)).eq(1));
        }
        Found {
            select,
            conn: &self.conn,
        }
    }
    /// One row; 404 both when it does not exist and when it is out of reach.
    pub async fn get<E: Visible>(
        &self,
        id: impl Into<<E::PrimaryKey as PrimaryKeyTrait>::ValueType>,
    ) -> Result<Seen<E::Model>, Stop> {
        E::find_by_id(id)
            .filter(E::visible_to(&self.scope))
            .one(&self.conn)
            .await?
            .map(Seen)
            .ok_or_else(Stop::not_found)
    }
    pub(super) fn statement(&self, limit: Limit, sql: &str, values: Vec<Value>) -> Result<Statement, Stop> {
        let sql = limit.apply(sql, &self.scope, self.backend())?;
        let (sql, values) = match self.backend() {
            DbBackend::Sqlite => positional(sql, values),
            _ => (sql, values),
        };
        Ok(Statement::from_sql_and_values(self.backend(), sql, values))
    }
    /// Rows of a hand-written statement, `$1`-style parameters on both engines.
    pub async fn report<T: FromQueryResult>(
        &self,
        limit: Limit,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<T>, Stop> {
        Ok(self.raw::<T>(limit, sql, values)?.all(&self.conn).await?)
    }
    /// At most one row of a hand-written statement.
    pub async fn report_one<T: FromQueryResult>(
        &self,
        limit: Limit,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<T>, Stop> {
        Ok(self.raw::<T>(limit, sql, values)?.one(&self.conn).await?)
    }
    /// Rows of a hand-written statement as raw results, one at a time, for reports too large to hold.
    pub async fn stream<'r>(
        &'r self,
        limit: Limit,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<impl futures_util::Stream<Item = Result<sea_orm::QueryResult, DbErr>> + use<'r>, Stop> {
        use sea_orm::StreamTrait;
        Ok(self.conn.stream_raw(self.statement(limit, sql, values)?).await?)
    }
    fn raw<T: FromQueryResult>(
        &self,
        limit: Limit,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<SelectorRaw<SelectModel<T>>, Stop> {
        Ok(T::find_by_statement(self.statement(limit, sql, values)?))
    }
}

/// A scoped query under construction.
pub struct Found<'t, E: EntityTrait> {
    select: Select<E>,
    conn: &'t DatabaseTransaction,
}
impl<E: EntityTrait> Found<'_, E> {
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.select = self.select.filter(condition);
        self
    }
    /// Any further shape: order, limit, joins, columns. The scope's condition stays.
    pub fn shape(mut self, change: impl FnOnce(Select<E>) -> Select<E>) -> Self {
        self.select = change(self.select);
        self
    }
    pub fn limit(self, n: u64) -> Self {
        self.shape(|s| s.limit(n))
    }
    pub async fn all(self) -> Result<Vec<Seen<E::Model>>, Stop> {
        Ok(self.select.all(self.conn).await?.into_iter().map(Seen).collect())
    }
    pub async fn one(self) -> Result<Option<Seen<E::Model>>, Stop> {
        Ok(self.select.one(self.conn).await?.map(Seen))
    }
    /// Rows as another shape (`select_only` with columns).
    pub async fn all_as<T: FromQueryResult>(self) -> Result<Vec<T>, Stop> {
        Ok(self.select.into_model::<T>().all(self.conn).await?)
    }
    pub async fn one_as<T: FromQueryResult>(self) -> Result<Option<T>, Stop> {
        Ok(self.select.into_model::<T>().one(self.conn).await?)
    }
    pub async fn count(self) -> Result<u64, Stop>
    where
        E::Model: Send + Sync,
    {
        use sea_orm::PaginatorTrait;
        Ok(self.select.count(self.conn).await?)
    }
    pub async fn exists(self) -> Result<bool, Stop> {
        Ok(self.select.limit(1).one(self.conn).await?.is_some())
    }
}
