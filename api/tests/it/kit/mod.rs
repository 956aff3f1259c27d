//! The test kit: an application of its own for each test, actors, and requests that are checked against the contract.

mod actors;
pub mod book;
mod database;
mod http;

pub use actors::Actor;
pub use database::{Engine, shared_data};
pub use http::Reply;

use actix_web::{dev::Service, test};
use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use kept_api::{
    features,
    kernel::{Clock, Config, Kernel, Stop, Tx, jobs::Worker, server},
};
use kept_shared::ids::OrganisationId;
use std::{rc::Rc, sync::Arc};
use utoipa::openapi::OpenApi;

type Call = dyn Fn(actix_http::Request) -> LocalBoxFuture<'static, Reply>;

/// An application with its own database and a clock that stands still at 2026-11-22 08:00 UTC.
pub struct TestApp {
    pub kernel: Arc<Kernel>,
    pub clock: Clock,
    pub organisation: OrganisationId,
    pub engine: Engine,
    call: Rc<Call>,
    document: Arc<OpenApi>,
    callers: Arc<actors::Callers>,
    _files: tempfile::TempDir,
}

/// What the database holds at the start.
enum Book {
    OneOrganisation,
    Empty,
}

/// Defines one test that runs on both engines: `both! { async fn name(app: TestApp) { … } }`.
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => { $(
        async fn $name($app: $crate::kit::TestApp) $body
        $(#[$meta])*
        mod $name {
            #[actix_web::test]
            async fn sqlite() {
                let app = $crate::kit::TestApp::start($crate::kit::Engine::Sqlite).await.expect("SQLite is embedded");
                super::$name(app).await;
            }
            #[actix_web::test]
            async fn postgres() {
                if let Some(app) = $crate::kit::TestApp::start($crate::kit::Engine::Postgres).await {
                    super::$name(app).await;
                }
            }
        }
    )+ };
}

impl TestApp {
    /// `None` when the engine is not available; says so.
    pub async fn start(engine: Engine) -> Option<Self> {
        Self::start_with(engine, |_| {}, None).await
    }

    /// With other settings, and with the product's own authenticator instead of the kit's when `real_sign_in` is given.
    pub async fn start_with(
        engine: Engine,
        change: impl FnOnce(&mut Config),
        real_sign_in: Option<Arc<dyn kept_api::kernel::Authenticate>>,
    ) -> Option<Self> {
        Self::open(engine, change, real_sign_in, Book::OneOrganisation).await
    }

    /// What `kept migrate` leaves: no organisation at all. Sign-in is the product's own.
    pub async fn empty(engine: Engine) -> Option<Self> {
        let sign_in = Arc::new(kept_api::sign_in::AccessTokens);
        Self::open(engine, |_| {}, Some(sign_in), Book::Empty).await
    }

    async fn open(
        engine: Engine,
        change: impl FnOnce(&mut Config),
        real_sign_in: Option<Arc<dyn kept_api::kernel::Authenticate>>,
        book: Book,
    ) -> Option<Self> {
        let files = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config {
            data_dir: files.path().to_owned(),
            ..Config::default()
        };
        config.database.url = database::create(engine, files.path()).await?;
        config.database.synchronous = "OFF".into();
        config.database.max_connections = 4;
        config.auth.secure_cookie = false;
        change(&mut config);
        let now: DateTime<Utc> = "2026-11-22T08:00:00Z".parse().expect("a valid instant");
        let clock = Clock::fixed(now);
        let kernel = Kernel::start(config, clock.clone()).await.expect("the kernel starts");
        let callers = Arc::new(actors::Callers::default());
        let authenticator = real_sign_in.unwrap_or_else(|| callers.clone());
        let document = Arc::new(server::document(features::routes));
        let service = test::init_service(server::app(
            kernel.clone(),
            authenticator,
            features::routes,
            features::root,
            document.clone(),
        ))
        .await;
        let service = Rc::new(service);
        let call: Rc<Call> = Rc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                match service.call(request).await {
                    Ok(response) => Reply::read(response).await,
                    Err(error) => Reply::of_error(&error).await,
                }
            })
        });
        let organisation = match book {
            Book::OneOrganisation => actors::create_organisation(&kernel, "Umhlanga Estates").await,
            Book::Empty => OrganisationId(uuid::Uuid::nil()),
        };
        Some(Self {
            kernel,
            clock,
            organisation,
            engine,
            call,
            document,
            callers,
            _files: files,
        })
    }

    /// A write over everything, to prepare rows a test needs to exist.
    pub async fn write(&self) -> Tx {
        self.kernel
            .write_everything("test preparation")
            .await
            .expect("a transaction")
    }

    /// Runs one hand-written statement, `$1`-style parameters, in its own transaction.
    pub async fn sql(&self, sql: &str, values: Vec<sea_orm::Value>) {
        let tx = self.write().await;
        tx.execute(kept_api::kernel::Limit::Unscoped("test preparation"), sql, values)
            .await
            .expect("the statement runs");
        tx.finish(
            kept_api::kernel::Subject::organisation(self.organisation),
            kept_shared::event::Event::JobDone {
                kind: "test preparation".into(),
            },
            kept_api::kernel::NoContent,
        )
        .await
        .expect("the statement commits");
    }

    /// One number of a hand-written query with a column named `n`.
    pub async fn number(&self, sql: &str, values: Vec<sea_orm::Value>) -> i64 {
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            n: i64,
        }
        let read = self.kernel.read_everything("test").await.expect("a snapshot");
        let row = read
            .report_one::<Row>(kept_api::kernel::Limit::Unscoped("test"), sql, values)
            .await
            .expect("the query runs");
        row.expect("one row").n
    }

    /// Runs every background job that is due.
    pub async fn run_jobs(&self) -> usize {
        Worker::new(self.kernel.clone(), features::jobs())
            .drain()
            .await
            .expect("jobs run")
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: chrono::TimeDelta) {
        self.clock.set(self.clock.now() + by);
    }

    pub fn document(&self) -> &OpenApi {
        &self.document
    }
}

/// Unwraps a kernel result in a test.
pub fn ok<T>(result: Result<T, Stop>) -> T {
    result.unwrap_or_else(|stop| panic!("{stop:?}"))
}
