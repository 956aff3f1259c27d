//! What becomes of files: editions, holds, deletion, and a scanner that comes and goes.

use crate::{
    both,
    kit::{Actor, Engine, TestApp},
    kit_debt::PDF,
};
use actix_web::http::Method;
use chrono::TimeDelta;
use kept_api::files::look_after;
use kept_shared::ids::AccountId;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn send(by: &Actor<'_>, account: AccountId, fields: &[(&str, &str)], bytes: &[u8]) -> crate::kit::Reply {
    by.ask(Method::POST, format!("/accounts/{account}/files"))
        .upload(fields, ("file", "letter.pdf", "application/pdf", bytes))
        .send()
        .await
}

fn id(file: &Value) -> &str {
    file["id"].as_str().expect("an id")
}

fn path(file: &Value) -> String {
    format!("/files/{}", id(file))
}

/// Every upload is clean: the operator allows files without a scan.
async fn open_app(engine: Engine) -> Option<TestApp> {
    TestApp::start_with(engine, |c| c.files.unscanned = "allow".into(), None).await
}

/// Runs a test on both engines with files that can be downloaded at once.
macro_rules! both_open {
    ($(async fn $name:ident($app:ident: TestApp) $body:block)+) => { $(
        async fn $name($app: TestApp) $body
        mod $name {
            #[actix_web::test]
            async fn sqlite() {
                super::$name(super::open_app(crate::kit::Engine::Sqlite).await.expect("SQLite is embedded")).await;
            }
            #[actix_web::test]
            async fn postgres() {
                if let Some(app) = super::open_app(crate::kit::Engine::Postgres).await {
                    super::$name(app).await;
                }
            }
        }
    )+ };
}

/// Answers PING and INSTREAM as clamd does, on this address; everything is clean.
async fn scanner_at(address: &str) {
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    actix_web::rt::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut command = vec![];
            while let Ok(byte) = socket.read_u8().await {
                if byte == 0 || byte == b'\n' {
                    break;
                }
                command.push(byte);
            }
            if command.ends_with(b"PING") {
                let _gone = socket.write_all(b"PONG\0").await;
                continue;
            }
            while let Ok(n) = socket.read_u32().await {
                if n == 0 {
                    break;
                }
                let mut part = vec![0_u8; n as usize];
                if socket.read_exact(&mut part).await.is_err() {
                    break;
                }
            }
            let _gone = socket.write_all(b"stream: OK\0").await;
        }
    });
}

/// An address where nobody listens yet.
fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

async fn comes_back(engine: Engine) {
    let address = free_address();
    let scanner = address.clone();
    let Some(app) = TestApp::start_with(engine, |c| c.files.scanner = scanner, None).await else {
        return;
    };
    let c = app.debt_community("A").await;
    let agent = app.agent(&[c]).await;
    let account = app.debtor(c, "A1", 1).await;
    let file = send(&agent, account, &[], PDF).await.created();
    app.run_jobs().await;
    let down = agent.get(path(&file)).await.ok();
    assert_eq!(
        (&down["state"], &down["state_reason"]),
        (&json!("quarantined"), &json!("scanner_unavailable")),
        "it waits and says for what"
    );
    look_after(&app.kernel).await.unwrap();
    assert_eq!(
        app.run_jobs().await,
        0,
        "while the scanner is down nothing is tried early"
    );

    // One that was given up, and one from before there was a scanner.
    let (given_up, before) = (
        send(&agent, account, &[], &[PDF, b"% two\n"].concat()).await.created(),
        send(&agent, account, &[], &[PDF, b"% three\n"].concat())
            .await
            .created(),
    );
    for (file, state, reason) in [
        (&given_up, "scan_error", "scanner_unavailable"),
        (&before, "unscanned", "no_scanner"),
    ] {
        let file: uuid::Uuid = id(file).parse().unwrap();
        app.sql(
            "UPDATE file SET state = $1, state_reason = $2 WHERE id = $3",
            vec![state.into(), reason.into(), file.into()],
        )
        .await;
        app.sql(
            "DELETE FROM job WHERE payload LIKE $1",
            vec![format!("%{file}%").into()],
        )
        .await;
    }
    scanner_at(&address).await;
    look_after(&app.kernel).await.unwrap();
    assert_eq!(
        app.run_jobs().await,
        3,
        "now each is due, without waiting for its pause to end"
    );
    for file in [&file, &given_up, &before] {
        let now = agent.get(path(file)).await.ok();
        assert_eq!((&now["state"], now.get("state_reason")), (&json!("clean"), None));
        assert_eq!(agent.get(format!("{}/content", path(file))).await.status, 200);
    }
    look_after(&app.kernel).await.unwrap();
    assert_eq!(app.run_jobs().await, 0, "nothing is left to do");
}

#[actix_web::test]
async fn files_clear_by_themselves_when_the_scanner_comes_back() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        comes_back(engine).await;
    }
}

both_open! {
    async fn a_new_edition_stands_in_for_the_earlier_ones_and_keeps_them(app: TestApp) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        let list = format!("/accounts/{account}/files");
        let one = send(&agent, account, &[("document_name", "Summons"), ("document_type", "summons")], PDF).await.created();
        let two = send(&agent, account, &[("replaces", id(&one))], &[PDF, b"% second\n"].concat()).await.created();
        assert_eq!(
            (&two["edition"], &two["document_name"], &two["document_type"], &one["edition"]),
            (&json!(2), &json!("Summons"), &json!("summons"), &json!(1))
        );
        // Named by an earlier one, the next is still the third.
        let three = send(&agent, account, &[("replaces", id(&one))], &[PDF, b"% third\n"].concat()).await.created();
        assert_eq!(three["edition"], 3);
        let shown = agent.get(format!("{list}?available=true")).await.ok();
        assert_eq!(shown["items"].as_array().unwrap().len(), 1);
        assert_eq!(id(&shown["items"][0]), id(&three));
        let editions = agent.get(format!("{}/editions", path(&one))).await.ok();
        let numbers: Vec<&Value> = editions.as_array().unwrap().iter().map(|f| &f["edition"]).collect();
        assert_eq!(numbers, [&json!(3), &json!(2), &json!(1)]);
        let first = agent.get(format!("{}/content", path(&one))).await;
        assert_eq!((first.status, first.bytes.as_slice()), (200, PDF), "an earlier one can still be downloaded");
        // A newer one that is not clean yet stands beside the last clean one, not in its place.
        app.sql("UPDATE file SET state = 'quarantined' WHERE edition = 3", vec![]).await;
        assert_eq!(id(&agent.get(format!("{list}?available=true")).await.ok()["items"][0]), id(&two));
        assert_eq!(id(&agent.get(format!("{list}?available=false")).await.ok()["items"][0]), id(&three));

        let elsewhere = app.debtor(c, "A2", 1).await;
        let foreign = send(&agent, elsewhere, &[("replaces", id(&one))], PDF).await.problem(422, "not-acceptable");
        assert_eq!(foreign.flaw("/replaces").unwrap().code, "not_found");
        assert_eq!(app.count("file").await, 3);
    }

    async fn what_is_held_cannot_be_deleted_and_what_is_deleted_cannot_be_downloaded(app: TestApp) {
        let c = app.debt_community("A").await;
        let (agent, manager) = (app.agent(&[c]).await, app.manager(&[c]).await);
        let account = app.debtor(c, "A1", 1).await;
        let file = send(&agent, account, &[], PDF).await.created();
        let (at, why) = (path(&file), json!({ "reason": "Case 12/2026" }));
        agent.act(format!("{at}/hold"), 1, why.clone()).await.problem(403, "permission-missing");
        agent.act(format!("{at}/delete"), 1, why.clone()).await.problem(403, "permission-missing");
        manager.act(format!("{at}/hold"), 1, json!({ "reason": " " })).await.problem(422, "not-acceptable");
        manager.act(format!("{at}/hold"), 7, why.clone()).await.problem(412, "changed-meanwhile");
        let held = manager.act(format!("{at}/hold"), 1, why.clone()).await.ok();
        assert_eq!((&held["hold"]["reason"], &held["version"]), (&json!("Case 12/2026"), &json!(2)));
        manager.act(format!("{at}/delete"), 2, why.clone()).await.problem(409, "state-forbids");
        // What replaces it is held as well.
        let next = send(&agent, account, &[("replaces", id(&file))], &[PDF, b"% second\n"].concat()).await.created();
        assert_eq!(next["hold"]["reason"], "Case 12/2026");
        manager.act(format!("{}/delete", path(&next)), 1, why.clone()).await.problem(409, "state-forbids");
        let free = manager.act(format!("{at}/release"), 2, json!({ "reason": "Settled" })).await.ok();
        assert!(free.get("hold").is_none());
        let gone = manager.act(format!("{at}/delete"), 3, json!({ "reason": "Wrong customer" })).await.ok();
        assert_eq!((&gone["state"], &gone["is_downloadable"]), (&json!("deleted"), &json!(false)));
        assert_eq!(gone["deleted"]["reason"], "Wrong customer");
        for deleted in [&file, &next] {
            agent.get(format!("{}/content", path(deleted))).await.problem(409, "state-forbids");
        }
        assert_eq!(agent.get(format!("/accounts/{account}/files")).await.ok()["items"], json!([]));
        manager.act(format!("{at}/hold"), 4, why).await.problem(409, "state-forbids");
        let again = send(&agent, account, &[("replaces", id(&file))], PDF).await.problem(422, "not-acceptable");
        assert_eq!(again.flaw("/replaces").unwrap().code, "not_found");
        for kind in ["file_held", "file_released", "file_deleted"] {
            assert_eq!(app.count(&format!("event WHERE kind = '{kind}'")).await, 1, "{kind}");
        }
    }

    async fn bytes_go_when_their_days_are_over_unless_they_are_held(app: TestApp) {
        let c = app.debt_community("A").await;
        let (agent, manager) = (app.agent(&[c]).await, app.manager(&[c]).await);
        let account = app.debtor(c, "A1", 1).await;
        let kept = send(&agent, account, &[], PDF).await.created();
        let deleted = send(&agent, account, &[], &[PDF, b"% two\n"].concat()).await.created();
        let infected = send(&agent, account, &[], &[PDF, b"% three\n"].concat()).await.created();
        let held = send(&agent, account, &[], &[PDF, b"% four\n"].concat()).await.created();
        let why = json!({ "reason": "Of no use" });
        manager.act(format!("{}/delete", path(&deleted)), 1, why.clone()).await.ok();
        for bad in [&infected, &held] {
            let file: uuid::Uuid = id(bad).parse().unwrap();
            app.sql("UPDATE file SET state = 'infected', scanned_at = $1 WHERE id = $2", vec![app.clock.now().into(), file.into()]).await;
        }
        let version = manager.get(path(&held)).await.version();
        manager.act(format!("{}/hold", path(&held)), version, why).await.ok();
        let blobs = || walk(&app.kernel.config.data_dir.join("blobs"));
        app.advance(TimeDelta::days(29));
        look_after(&app.kernel).await.unwrap();
        assert_eq!((app.run_jobs().await, blobs()), (0, 4), "not a day early");
        app.advance(TimeDelta::days(1));
        look_after(&app.kernel).await.unwrap();
        look_after(&app.kernel).await.unwrap();
        assert_eq!((app.run_jobs().await, blobs()), (2, 2), "each once");
        assert_eq!(app.count("event WHERE kind = 'file_purged'").await, 2);
        for gone in [&deleted, &infected] {
            let row = manager.get(path(gone)).await.ok();
            assert!(row["purged_at"].is_string() && row["sha256"].as_str().unwrap().len() == 64, "what is known of it stays: {row}");
        }
        assert_eq!(agent.get(format!("{}/content", path(&kept))).await.status, 200);
        assert!(manager.get(path(&held)).await.ok().get("purged_at").is_none());
        look_after(&app.kernel).await.unwrap();
        assert_eq!(app.run_jobs().await, 0);
    }

    async fn a_file_is_renamed_by_who_uploaded_it_or_may_edit_files(app: TestApp) {
        let c = app.debt_community("A").await;
        let (agent, other, manager) = (app.agent(&[c]).await, app.agent(&[c]).await, app.manager(&[c]).await);
        let account = app.debtor(c, "A1", 1).await;
        let file = send(&agent, account, &[], PDF).await.created();
        let patch = |name: &str| json!({ "document_name": name, "document_type": "judgment" });
        other.patch(path(&file), 1, patch("Mine")).await.problem(403, "permission-missing");
        let named = agent.patch(path(&file), 1, patch("Judgment")).await.ok();
        assert_eq!((&named["document_name"], &named["document_type"], &named["version"]), (&json!("Judgment"), &json!("judgment"), &json!(2)));
        agent.patch(path(&file), 1, patch("Late")).await.problem(412, "changed-meanwhile");
        manager.patch(path(&file), 2, patch("")).await.problem(422, "not-acceptable");
        // Nothing differs: nothing happened.
        manager.patch(path(&file), 2, patch("Judgment")).await.ok();
        assert_eq!(app.count("event WHERE kind = 'file_changed'").await, 1);
        let found = |q: &str| format!("/accounts/{account}/files?q={q}");
        assert_eq!(agent.get(found("JUDG")).await.ok()["items"].as_array().unwrap().len(), 1);
        assert_eq!(agent.get(found("%25")).await.ok()["items"], json!([]), "a wild card is none");
        let typed = |kind: &str| format!("/accounts/{account}/files?document_type={kind}");
        assert_eq!(agent.get(typed("judgment")).await.ok()["items"].as_array().unwrap().len(), 1);
        assert_eq!(agent.get(typed("warrant")).await.ok()["items"], json!([]));
    }

    async fn who_may_read_a_file_is_changed_afterwards(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let (agent, smith) = (app.agent(&[c]).await, app.attorney(&[c]).await);
        let account = app.debtor(c, "A1", 100_00).await;
        app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        let file = send(&agent, account, &[("visibility", "internal")], PDF).await.created();
        smith.get(path(&file)).await.problem(404, "not-found");
        let patch = |visibility: &str| json!({ "document_name": "Letter", "document_type": "other", "visibility": visibility });
        let shared = agent.patch(path(&file), 1, patch("shared")).await.ok();
        assert_eq!((&shared["visibility"], &shared["version"]), (&json!("shared"), &json!(2)));
        smith.get(path(&file)).await.ok();
        // What it is called changes without a word about its readers.
        let named = agent.patch(path(&file), 2, json!({ "document_name": "Demand", "document_type": "other" })).await.ok();
        assert_eq!(named["visibility"], "shared");
        agent.patch(path(&file), 3, patch("internal")).await.ok();
        smith.get(path(&file)).await.problem(404, "not-found");
        let own = send(&smith, account, &[], &[PDF, b"% attorney\n"].concat()).await.created();
        let refused = smith.patch(path(&own), 1, patch("internal")).await.problem(422, "not-acceptable");
        assert_eq!((refused.errors[0].pointer.as_str(), refused.errors[0].code.as_str()), ("/visibility", "attorneys_share"));
        let note = agent.post(format!("/accounts/{account}/notes"), json!({ "body": "See the letter" })).await.created();
        let with_note = send(&agent, account, &[("note_id", note["id"].as_str().unwrap())], &[PDF, b"% note\n"].concat()).await.created();
        let to = if with_note["visibility"] == "shared" { "internal" } else { "shared" };
        let refused = agent.patch(path(&with_note), 1, patch(to)).await.problem(422, "not-acceptable");
        assert_eq!(refused.errors[0].code, "with_the_note");
    }

    async fn who_downloaded_a_file_is_told_to_those_who_may_see_the_audit(app: TestApp) {
        let c = app.debt_community("A").await;
        let (agent, manager) = (app.agent(&[c]).await, app.manager(&[c]).await);
        let account = app.debtor(c, "A1", 1).await;
        let file = send(&agent, account, &[], PDF).await.created();
        let other = send(&agent, account, &[], &[PDF, b"% other\n"].concat()).await.created();
        for taken in [&file, &other, &file] {
            assert_eq!(agent.get(format!("{}/content", path(taken))).await.status, 200);
        }
        agent.get(format!("{}/downloads", path(&file))).await.problem(403, "permission-missing");
        let told = manager.get(format!("{}/downloads", path(&file))).await.ok();
        assert_eq!(told.as_array().unwrap().len(), 2, "{told}");
        assert!(told[0]["by"].as_str().unwrap().starts_with("Thandi Agent"));
    }

    async fn an_attorney_keeps_to_what_is_shared_and_loses_it_with_the_matter(app: TestApp) {
        app.seed_statuses().await;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let smith = app.attorney(&[c]).await;
        let account = app.debtor(c, "A1", 100).await;
        app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        let ours = send(&agent, account, &[("visibility", "internal")], PDF).await.created();
        let shared = send(&agent, account, &[("visibility", "shared")], &[PDF, b"% two\n"].concat()).await.created();
        let hers = send(&smith, account, &[], &[PDF, b"% three\n"].concat()).await.created();
        for verb in ["content", "editions"] {
            smith.get(format!("{}/{verb}", path(&ours))).await.problem(404, "not-found");
            assert_eq!(smith.get(format!("{}/{verb}", path(&shared))).await.status, 200);
        }
        // Neither does she replace what the agency shared, nor delete her own.
        let replaced = send(&smith, account, &[("replaces", id(&shared))], PDF).await.problem(422, "not-acceptable");
        assert_eq!(replaced.flaw("/replaces").unwrap().code, "not_yours");
        let hidden = send(&smith, account, &[("replaces", id(&ours))], PDF).await.problem(422, "not-acceptable");
        assert_eq!(hidden.flaw("/replaces").unwrap().code, "not_found");
        send(&smith, account, &[("replaces", id(&hers))], &[PDF, b"% four\n"].concat()).await.created();
        smith.act(format!("{}/delete", path(&hers)), 1, json!({ "reason": "x" })).await.problem(403, "permission-missing");
        smith.act(format!("{}/hold", path(&hers)), 1, json!({ "reason": "x" })).await.problem(403, "permission-missing");
        smith.patch(path(&shared), 1, json!({ "document_name": "x", "document_type": "other" })).await.problem(403, "permission-missing");
        // What the agency does with its own, and why it holds a shared one, is not in her diary.
        let manager = app.manager(&[c]).await;
        manager.act(format!("{}/delete", path(&ours)), 1, json!({ "reason": "Our secret" })).await.ok();
        manager.act(format!("{}/hold", path(&shared)), 1, json!({ "reason": "Our suspicion" })).await.ok();
        let diary = smith.get(format!("/accounts/{account}/diary")).await.ok().to_string();
        assert!(diary.contains("file_uploaded") && !diary.contains("Our s"), "{diary}");
        // Neither is it in what she is told of the file itself.
        for part in ["", "/editions"] {
            let told = smith.get(format!("{}{part}", path(&shared))).await.ok().to_string();
            assert!(told.contains("hold") && !told.contains("Our s"), "{told}");
        }
        let list = smith.get(format!("/accounts/{account}/files")).await.ok().to_string();
        assert!(list.contains("hold") && !list.contains("Our s"), "{list}");
        assert!(agent.get(path(&shared)).await.ok().to_string().contains("Our suspicion"));
        let (matter, version) = app.matter(&agent, account).await;
        agent.act(format!("/handovers/{matter}/recall"), version, json!({ "reason": "strategy" })).await.ok();
        for file in [&ours, &shared, &hers] {
            for verb in ["", "/content", "/editions"] {
                smith.get(format!("{}{verb}", path(file))).await.problem(404, "not-found");
            }
        }
    }
}

fn walk(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|e| if e.path().is_dir() { walk(&e.path()) } else { 1 })
        .sum()
}

both! {
    async fn folder_and_unknown_parts_are_not_for_a_customers_file(app: TestApp) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        let refused = send(&agent, account, &[("folder", "Rules")], PDF).await.problem(422, "not-acceptable");
        assert_eq!(refused.flaw("/folder").unwrap().code, "unknown_part");
        assert_eq!(walk(&app.kernel.config.data_dir.join("blobs")), 0, "a refused upload leaves no bytes");
    }
}

both! {
    async fn files_from_before_are_the_first_edition_of_their_own_series(app: TestApp) {
        use kept_migrations::Migrator;
        use sea_orm_migration::MigratorTrait;
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        for more in ["one", "two"] {
            send(&agent, account, &[], &[PDF, format!("% {more}\n").as_bytes()].concat()).await.created();
        }
        let conn = sea_orm::Database::connect(&app.kernel.config.database.url).await.unwrap();
        let all = Migrator::migrations();
        let ours = all.iter().position(|m| m.name() == "m20261123_0018_documents").unwrap();
        Migrator::down(&conn, Some(u32::try_from(all.len() - ours).unwrap())).await.unwrap();
        let may = |permission: &str| format!("permission_group WHERE is_shipped AND permissions LIKE '%{permission}%'");
        assert_eq!((app.count("file").await, app.count(&may("documents:view")).await), (2, 0));
        Migrator::up(&conn, None).await.unwrap();
        conn.close().await.unwrap();
        assert_eq!(app.count("file WHERE series_id = id AND edition = 1 AND version = 1 AND deleted_at IS NULL").await, 2);
        let groups = app.count("permission_group WHERE is_shipped").await;
        assert_eq!(app.count(&may("documents:view")).await, groups);
        assert_eq!(app.count(&may("files:edit")).await, 2, "superusers and managers");
        assert_eq!(app.count(&may("documents:view%documents:view")).await, 0, "once each");
    }
}
