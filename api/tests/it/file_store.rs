//! Where bytes lie: the folder, the bucket, and what becomes of those that no record names.

use crate::{
    both,
    kit::{Actor, Engine, Reply, TestApp},
    kit_debt::PDF,
};
use actix_web::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use kept_api::files::{
    look_after,
    orphans::{NAMED_IN, sweep},
};
use kept_api::kernel::{Config, files::BlobStore};
use kept_shared::ids::AccountId;
use serde_json::{Value, json};
use std::io::BufRead;
use std::process::{Child, Command, Stdio};

/// The S3 store of `e2e/peers`, which checks every signature. It ends with this.
struct Store {
    process: Child,
    address: String,
}

impl Drop for Store {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

impl Store {
    fn start() -> Self {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e/peers/start_s3.py");
        let mut process = Command::new("python3")
            .arg(program)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs the store");
        let mut line = String::new();
        let out = process.stdout.take().expect("its first line");
        std::io::BufReader::new(out)
            .read_line(&mut line)
            .expect("its first line");
        let address = line.trim().strip_prefix("ready ").expect("it is ready").to_owned();
        Self { process, address }
    }
    fn configure(&self, config: &mut Config) {
        config.files.store = "s3".into();
        config.files.unscanned = "allow".into();
        config.s3.endpoint.clone_from(&self.address);
        config.s3.bucket = "kept-test".into();
        config.s3.region = "za-1".into();
        config.s3.prefix = "books/one".into();
        config.s3.access_key = "AK".to_owned().into();
        config.s3.secret_key = "SK".to_owned().into();
    }
    async fn tell(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let url = format!("{}/_/{path}", self.address);
        let answer = reqwest::Client::new()
            .request(method, url)
            .body(body.to_string())
            .send();
        let bytes = answer
            .await
            .expect("the store answers")
            .bytes()
            .await
            .expect("all of it");
        serde_json::from_slice(&bytes).expect("JSON")
    }
    async fn fault(&self, mode: &str, count: Option<u32>) {
        self.tell(reqwest::Method::PUT, "fault", json!({ "mode": mode, "count": count }))
            .await;
    }
    async fn mend(&self) {
        self.tell(reqwest::Method::DELETE, "fault", json!({})).await;
    }
    async fn put(&self, object: &str) {
        self.tell(reqwest::Method::PUT, &format!("objects/{object}"), json!("bytes"))
            .await;
    }
    /// The names of what it holds.
    async fn objects(&self) -> Vec<String> {
        let all = self.tell(reqwest::Method::GET, "objects", json!({})).await;
        all.as_object().expect("an object").keys().cloned().collect()
    }
}

/// Runs a test on both engines with the files in a bucket.
macro_rules! both_in_a_bucket {
    ($(async fn $name:ident($app:ident: TestApp, $store:ident: &Store) $body:block)+) => { $(
        async fn $name($app: TestApp, $store: &Store) $body
        mod $name {
            #[actix_web::test]
            async fn sqlite() {
                let store = super::Store::start();
                let app = super::TestApp::start_with(super::Engine::Sqlite, |c| store.configure(c), None).await;
                super::$name(app.expect("SQLite is embedded"), &store).await;
            }
            #[actix_web::test]
            async fn postgres() {
                let store = super::Store::start();
                if let Some(app) = super::TestApp::start_with(super::Engine::Postgres, |c| store.configure(c), None).await {
                    super::$name(app, &store).await;
                }
            }
        }
    )+ };
}

async fn send(by: &Actor<'_>, account: AccountId, bytes: &[u8]) -> Reply {
    by.ask(Method::POST, format!("/accounts/{account}/files"))
        .upload(&[], ("file", "letter.pdf", "application/pdf", bytes))
        .send()
        .await
}

fn content(file: &Value) -> String {
    format!("/files/{}/content", file["id"].as_str().expect("an id"))
}

/// A key as it would have been made then.
fn key_of(at: DateTime<Utc>) -> String {
    let seconds = u64::try_from(at.timestamp()).expect("after 1970");
    let timestamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0);
    uuid::Uuid::new_v7(timestamp).simple().to_string()
}

fn incoming(app: &TestApp) -> Vec<String> {
    let folder = app.kernel.config.data_dir.join("blobs/incoming");
    let entries = std::fs::read_dir(folder).expect("the folder");
    entries
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect()
}

both! {
    async fn every_table_that_names_blobs_is_asked_before_one_goes(app: TestApp) {
        let sql = match app.engine {
            Engine::Sqlite => "SELECT m.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name LIKE '%blob%'",
            Engine::Postgres => "SELECT table_name::text AS name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name LIKE '%blob%'",
        };
        #[derive(sea_orm::FromQueryResult)]
        struct Table {
            name: String,
        }
        let read = app.kernel.read_everything("test").await.unwrap();
        let found: Vec<Table> = read.report(kept_api::kernel::Limit::Unscoped("test"), sql, vec![]).await.unwrap();
        let mut found: Vec<_> = found.into_iter().map(|t| t.name).collect();
        found.sort();
        assert_eq!(found, NAMED_IN.map(|(table, _)| table), "a table that names blobs must be in files::orphans::NAMED_IN and have its index");
    }

    async fn what_no_record_names_goes_after_two_days(app: TestApp) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        let made = send(&agent, account, PDF).await.created();
        let blobs = app.kernel.config.data_dir.join("blobs");
        let place = |key: &str| {
            let folder = blobs.join(&key[30..]);
            std::fs::create_dir_all(&folder).unwrap();
            folder.join(key)
        };
        let ago = |hours| app.clock.now() - TimeDelta::hours(hours);
        let [young, orphan, recorded] = [ago(47), ago(49), ago(500)].map(key_of);
        for key in [&young, &orphan, &recorded] {
            std::fs::write(place(key), PDF).unwrap();
        }
        let stranger = blobs.join("00").join("notes.txt");
        std::fs::create_dir_all(blobs.join("00")).unwrap();
        std::fs::write(&stranger, "a person's own").unwrap();
        let id: uuid::Uuid = made["id"].as_str().unwrap().parse().unwrap();
        app.sql("UPDATE file SET blob_key = $1 WHERE id = $2", vec![recorded.clone().into(), id.into()]).await;
        for (name, hours) in [("up-old", 49), ("copy-old", 49), ("up-new", 47), ("other", 4900)] {
            let file = std::fs::File::create(blobs.join("incoming").join(name)).unwrap();
            file.set_modified(ago(hours).into()).unwrap();
        }
        assert_eq!(sweep(&app.kernel).await.unwrap(), 3);
        assert_eq!(sweep(&app.kernel).await.unwrap(), 0, "each once");
        assert_eq!([&young, &orphan, &recorded].map(|k| place(k).exists()), [true, false, true]);
        let mut left = incoming(&app);
        left.sort();
        assert_eq!(left, ["other", "up-new"]);
        assert!(stranger.exists());
    }

    async fn a_part_of_an_upload_that_is_refused_keeps_nothing(app: TestApp) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        let path = format!("/accounts/{account}/files");
        // The file came in whole and good; a part after it is at fault.
        let odd = agent.ask(Method::POST, &*path).upload(&[("folder", "a/../b")], ("file", "a.pdf", "application/pdf", PDF)).send().await;
        odd.problem(422, "not-acceptable");
        assert_eq!((app.count("file").await, incoming(&app)), (0, vec![]));
        assert!(app.kernel.files.shelf(None).await.unwrap().keys.is_empty());
    }
}

#[actix_web::test]
async fn an_operator_who_keeps_every_orphan_keeps_them() {
    let change = |c: &mut Config| c.files.keep_orphans_hours = 0;
    let app = TestApp::start_with(Engine::Sqlite, change, None)
        .await
        .expect("SQLite is embedded");
    let up = app.kernel.config.data_dir.join("blobs/incoming/up-old");
    let file = std::fs::File::create(&up).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(sweep(&app.kernel).await.unwrap(), 0);
    assert!(up.exists());
}

both_in_a_bucket! {
    async fn files_live_in_the_bucket_from_the_upload_to_the_end_of_their_time(app: TestApp, store: &Store) {
        app.kernel.files.prove().await.expect("the bucket is as configured");
        assert!(store.objects().await.is_empty(), "the probe is gone");
        let c = app.debt_community("A").await;
        let (agent, manager) = (app.agent(&[c]).await, app.manager(&[c]).await);
        let account = app.debtor(c, "A1", 1).await;
        let large = [PDF, &vec![b'%'; 3 << 20]].concat();
        let made = send(&agent, account, &large).await.created();
        let objects = store.objects().await;
        assert!(objects.len() == 1 && objects[0].starts_with("books/one/"), "{objects:?}");
        assert_eq!(incoming(&app), Vec::<String>::new());
        assert!(agent.get(content(&made)).await.bytes == large, "the same bytes come back");
        // A reader that needs a file has it for as long as it holds it.
        let key = objects[0].strip_prefix("books/one/").unwrap();
        let copy = app.kernel.files.on_disk(key).await.unwrap();
        assert!(std::fs::read(&*copy).unwrap() == large);
        drop(copy);
        assert_eq!(incoming(&app), Vec::<String>::new());
        let why = json!({ "reason": "Of no use" });
        manager.act(format!("/files/{}/delete", made["id"].as_str().unwrap()), 1, why).await.ok();
        app.advance(TimeDelta::days(30));
        look_after(&app.kernel).await.unwrap();
        store.fault("error", None).await;
        app.run_jobs().await;
        assert_eq!(app.count("event WHERE kind = 'file_purged'").await, 1);
        store.mend().await;
        assert_eq!(store.objects().await.len(), 1, "the bucket was away");
        app.advance(TimeDelta::days(1));
        app.run_jobs().await;
        assert!(store.objects().await.is_empty(), "the job comes back to it");
        assert_eq!(app.count("event WHERE kind = 'file_purged'").await, 1);
        app.kernel.files.remove(key).await.expect("taking away what is gone is no fault");
    }

    async fn a_bucket_that_fails_is_said_and_nothing_is_recorded(app: TestApp, store: &Store) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        let made = send(&agent, account, PDF).await.created();
        for mode in ["error", "denied", "drop", "full"] {
            store.fault(mode, None).await;
            let refused = send(&agent, account, &[PDF, b"% two\n"].concat()).await;
            assert!(refused.header("retry-after").is_some(), "{mode}");
            refused.problem(503, "files-unavailable");
            agent.get(content(&made)).await.problem(503, "files-unavailable");
            assert_eq!((app.count("file").await, incoming(&app)), (1, vec![]), "{mode}");
            assert_eq!(app.count("event WHERE kind = 'file_downloaded'").await, 0, "{mode}");
            store.mend().await;
        }
        // A connection that breaks off once is tried again.
        store.fault("drop", Some(1)).await;
        send(&agent, account, &[PDF, b"% two\n"].concat()).await.created();
        assert_eq!(store.objects().await.len(), 2);
        // A download that is cut off is never taken for the whole.
        let objects = store.objects().await;
        let key = objects[0].strip_prefix("books/one/").unwrap();
        store.fault("cut", None).await;
        assert!(app.kernel.files.on_disk(key).await.is_err());
        store.mend().await;
        assert_eq!(incoming(&app), Vec::<String>::new());
        assert_eq!(agent.get(content(&made)).await.bytes, PDF);
    }

    async fn spreadsheets_are_read_from_the_bucket(app: TestApp, store: &Store) {
        let boss = app.superuser().await;
        let file = b"Account No,Invoice No,Date,Amount\nC1,1,2026-01-31,1.00\n";
        let upload = || boss.ask(Method::POST, "/imports").upload(&[], ("file", "book.csv", "text/csv", file)).send();
        let made = upload().await.created();
        assert_eq!((&made["detection"]["rows"], store.objects().await.len()), (&json!(1), 1), "{made}");
        let unreadable = boss.ask(Method::POST, "/imports").upload(&[], ("file", "x.csv", "text/csv", b"%PDF-1.4")).send().await;
        unreadable.problem(422, "file-unreadable");
        assert_eq!((store.objects().await.len(), incoming(&app)), (1, vec![]), "of what cannot be read nothing is left");
        store.fault("error", None).await;
        upload().await.problem(503, "files-unavailable");
        assert_eq!(app.count("import").await, 1);
    }

    async fn orphans_of_the_bucket_go_page_by_page(app: TestApp, store: &Store) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        let made = send(&agent, account, PDF).await.created();
        let ago = |hours| app.clock.now() - TimeDelta::hours(hours);
        let recorded = key_of(ago(1000));
        let id: uuid::Uuid = made["id"].as_str().unwrap().parse().unwrap();
        app.sql("UPDATE file SET blob_key = $1 WHERE id = $2", vec![recorded.clone().into(), id.into()]).await;
        for hours in 49..56 {
            store.put(&format!("books/one/{}", key_of(ago(hours)))).await;
        }
        let kept = [
            format!("books/one/{recorded}"),
            format!("books/one/{}", key_of(ago(47))),
            format!("books/one/{}/{}", "more", key_of(ago(999))),
            format!("books/other/{}", key_of(ago(999))),
            "books/one/notes.txt".to_owned(),
        ];
        for object in &kept {
            store.put(object).await;
        }
        assert_eq!(sweep(&app.kernel).await.unwrap(), 7);
        let left = store.objects().await;
        assert!(kept.iter().all(|k| left.contains(k)), "{left:?}");
        assert_eq!(left.len(), kept.len() + 1, "and the one just uploaded");
    }
}

/// What an operator reads at the start.
#[actix_web::test]
async fn a_wrong_bucket_is_named_in_plain_words_at_the_start() {
    let store = Store::start();
    let folder = tempfile::tempdir().unwrap();
    let with = |change: &dyn Fn(&mut Config)| {
        let mut config = Config {
            data_dir: folder.path().to_owned(),
            ..Config::default()
        };
        store.configure(&mut config);
        change(&mut config);
        BlobStore::open(&config).unwrap()
    };
    with(&|_| ()).prove().await.expect("all is well");
    for (words, change) in [
        (
            "s3.secret_key does not belong",
            &(|c: &mut Config| c.s3.secret_key = "hush".to_owned().into()) as &dyn Fn(&mut Config),
        ),
        ("s3.access_key is not known", &|c| {
            c.s3.access_key = "hush".to_owned().into()
        }),
        ("there is no bucket `kept-tset`", &|c| c.s3.bucket = "kept-tset".into()),
        ("s3.region: the bucket", &|c| c.s3.region = "hush".into()),
    ] {
        let said = format!("{:#}", with(change).prove().await.expect_err(words));
        assert!(said.contains(words), "{said}");
        assert!(!said.contains("hush") || words.contains("region"), "no secret: {said}");
        assert!(!said.contains("Signature="), "{said}");
    }
    store.fault("denied", None).await;
    let said = format!("{:#}", with(&|_| ()).prove().await.expect_err("denied"));
    assert!(said.contains("may not write") && said.contains("books/one/"), "{said}");
    // A bucket that is down is no reason not to open the books.
    store.fault("error", None).await;
    with(&|_| ()).prove().await.expect("it may come back");
    let nobody = with(&|c| c.s3.endpoint = "http://127.0.0.1:9".into());
    nobody.prove().await.expect("it may come back");
    assert_eq!(
        std::fs::read_dir(folder.path().join("blobs/incoming")).unwrap().count(),
        0
    );
}
