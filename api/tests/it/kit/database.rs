//! A database for each test: a copy of one that was migrated once per run.

use kept_api::kernel::{Clock, Config, Kernel};
use sea_orm::{ConnectionTrait, Database};
use std::path::{Path, PathBuf};
use tokio::sync::OnceCell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

static SQLITE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES: OnceCell<String> = OnceCell::const_new();

pub(super) async fn create(engine: Engine, folder: &Path) -> Option<String> {
    match engine {
        Engine::Sqlite => {
            let template = SQLITE.get_or_init(sqlite_template).await;
            let file = folder.join("kept.sqlite");
            std::fs::copy(template, &file).expect("the template is copied");
            Some(format!("sqlite://{}", file.display()))
        }
        Engine::Postgres => {
            let Ok(admin) = std::env::var("KEPT_TEST_POSTGRES") else {
                eprintln!("SKIPPED on PostgreSQL: KEPT_TEST_POSTGRES is not set");
                return None;
            };
            let template = POSTGRES.get_or_init(|| postgres_template(admin.clone())).await;
            let name = format!("kept_{}", uuid::Uuid::now_v7().simple());
            let connection = Database::connect(&admin).await.expect("the administrator's connection");
            connection
                .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
                .await
                .expect("a database");
            Some(with_database(&admin, &name))
        }
    }
}

async fn sqlite_template() -> PathBuf {
    let folder = tempfile::tempdir().expect("a temporary folder").keep();
    let file = folder.join("template.sqlite");
    migrate(format!("sqlite://{}", file.display()), &folder).await;
    // The write-ahead log is folded in, so that the one file is the whole database.
    let connection = Database::connect(format!("sqlite://{}", file.display()))
        .await
        .expect("the template opens");
    connection
        .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
        .await
        .expect("a checkpoint");
    connection.close().await.expect("the template closes");
    file
}

async fn postgres_template(admin: String) -> String {
    let name = format!("kept_template_{}", uuid::Uuid::now_v7().simple());
    let connection = Database::connect(&admin).await.expect("the administrator's connection");
    connection
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a database");
    let folder = tempfile::tempdir().expect("a temporary folder");
    migrate(with_database(&admin, &name), folder.path()).await;
    name
}

async fn migrate(url: String, folder: &Path) {
    let mut config = Config {
        data_dir: folder.to_owned(),
        ..Config::default()
    };
    config.database.url = url;
    let kernel = Kernel::start(config, Clock::System)
        .await
        .expect("the schema is created");
    kernel.close().await;
}

fn with_database(admin: &str, name: &str) -> String {
    let (base, query) = admin.split_once('?').map_or((admin, None), |(b, q)| (b, Some(q)));
    let (server, _) = base.rsplit_once('/').expect("a URL with a database");
    query.map_or_else(|| format!("{server}/{name}"), |q| format!("{server}/{name}?{q}"))
}

/// A file of the shared data folder, or `None` after saying loudly that the test is skipped. The folder is named by
/// `KEPT_SHARED_DATA` or lies beside the repository; named and absent is a mistake, not a skip.
pub fn shared_data(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KEPT_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    assert!(
        root.is_dir() || std::env::var_os("KEPT_SHARED_DATA").is_none(),
        "KEPT_SHARED_DATA names {}, which is no folder",
        root.display()
    );
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    eprintln!("SKIPPED: {path} of the shared data folder is not here (KEPT_SHARED_DATA)");
    None
}
