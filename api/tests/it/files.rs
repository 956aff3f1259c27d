//! Documents: what gets in, and what gets out.

use crate::{
    both,
    kit::{Actor, Engine, TestApp},
    kit_debt::PDF,
};
use actix_web::http::Method;
use kept_shared::ids::AccountId;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn send(by: &Actor<'_>, account: AccountId, name: &str, kind: &str, bytes: &[u8]) -> crate::kit::Reply {
    by.ask(Method::POST, format!("/accounts/{account}/files"))
        .upload(&[("document_name", "Levy statement")], ("file", name, kind, bytes))
        .send()
        .await
}

/// Speaks clamd's INSTREAM: reads the stream, answers what `judge` says.
async fn scanner(judge: fn(&[u8]) -> &'static [u8]) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    actix_web::rt::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut command = [0_u8; 10];
            if socket.read_exact(&mut command).await.is_err() {
                continue;
            }
            let mut all = vec![];
            while let Ok(n) = socket.read_u32().await {
                if n == 0 {
                    break;
                }
                let mut part = vec![0_u8; n as usize];
                if socket.read_exact(&mut part).await.is_err() {
                    break;
                }
                all.extend(part);
            }
            let _gone = socket.write_all(judge(&all)).await;
        }
    });
    address
}

fn eicar() -> String {
    // In two halves, so that this source is not itself a "virus".
    format!(
        "{}{}",
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    )
}

fn like_clamd(bytes: &[u8]) -> &'static [u8] {
    let text = String::from_utf8_lossy(bytes);
    if text.contains("ANTIVIRUS-TEST") {
        b"stream: Eicar-Test-Signature FOUND\0"
    } else if text.contains("too big") {
        b"INSTREAM size limit exceeded. ERROR\0"
    } else {
        b"stream: OK\0"
    }
}

async fn with_scanner(engine: Engine, address: String) -> Option<TestApp> {
    TestApp::start_with(engine, |c| c.files.scanner = address, None).await
}

async fn scanned(app: TestApp) {
    let c = app.debt_community("A").await;
    let agent = app.agent(&[c]).await;
    let account = app.debtor(c, "A1", 1).await;
    let state = |v: Value| v["state"].as_str().unwrap().to_owned();
    let clean = send(&agent, account, "a.pdf", "application/pdf", PDF).await.created();
    assert_eq!(
        (&clean["state"], &clean["is_downloadable"]),
        (&json!("quarantined"), &json!(false))
    );
    let path = format!("/files/{}", clean["id"].as_str().unwrap());
    agent.get(format!("{path}/content")).await.problem(409, "state-forbids");
    let bad = send(
        &agent,
        account,
        "b.pdf",
        "application/pdf",
        &[PDF, eicar().as_bytes()].concat(),
    )
    .await
    .created();
    let odd = send(&agent, account, "c.txt", "text/plain", b"too big").await.created();
    app.run_jobs().await;
    assert_eq!(state(agent.get(&*path).await.ok()), "clean");
    let bytes = agent.get(format!("{path}/content")).await;
    assert_eq!((bytes.status, bytes.bytes.as_slice()), (200, PDF));
    assert!(bytes.header("content-disposition").unwrap().starts_with("attachment;"));
    assert_eq!(bytes.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(app.count("event WHERE kind = 'file_downloaded'").await, 1);
    for (file, expected) in [(&bad, "infected"), (&odd, "scan_error")] {
        let path = format!("/files/{}", file["id"].as_str().unwrap());
        assert_eq!(state(agent.get(&*path).await.ok()), expected);
        agent.get(format!("{path}/content")).await.problem(409, "state-forbids");
    }
}

#[actix_web::test]
async fn only_what_the_scanner_calls_clean_is_handed_out() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if let Some(app) = with_scanner(engine, scanner(like_clamd).await).await {
            scanned(app).await;
        }
    }
}

#[actix_web::test]
async fn a_real_clamd_finds_eicar() {
    let Ok(address) = std::env::var("KEPT_TEST_CLAMD") else {
        eprintln!("SKIPPED: KEPT_TEST_CLAMD names no clamd");
        return;
    };
    let app = with_scanner(Engine::Sqlite, address).await.unwrap();
    let c = app.debt_community("A").await;
    let agent = app.agent(&[c]).await;
    let account = app.debtor(c, "A1", 1).await;
    let clean = send(&agent, account, "a.pdf", "application/pdf", PDF).await.created();
    let bad = send(
        &agent,
        account,
        "b.pdf",
        "application/pdf",
        &[PDF, eicar().as_bytes()].concat(),
    )
    .await
    .created();
    app.run_jobs().await;
    for (file, expected) in [(clean, "clean"), (bad, "infected")] {
        let now = agent.get(format!("/files/{}", file["id"].as_str().unwrap())).await.ok();
        assert_eq!(now["state"], expected, "{now}");
    }
}

#[actix_web::test]
async fn while_the_scanner_is_down_files_wait_and_are_judged_later() {
    // A port nobody listens on.
    let app = with_scanner(Engine::Sqlite, "127.0.0.1:1".into()).await.unwrap();
    let c = app.debt_community("A").await;
    let agent = app.agent(&[c]).await;
    let account = app.debtor(c, "A1", 1).await;
    let file = send(&agent, account, "a.pdf", "application/pdf", PDF).await.created();
    app.run_jobs().await;
    let path = format!("/files/{}", file["id"].as_str().unwrap());
    assert_eq!(agent.get(&*path).await.ok()["state"], "quarantined");
    assert_eq!(
        app.count("job WHERE kind = 'files.scan' AND state = 'ready'").await,
        1,
        "it will be tried again"
    );
    agent.get(format!("{path}/content")).await.problem(409, "state-forbids");
}

#[actix_web::test]
async fn without_a_scanner_the_operator_decides() {
    for (setting, status) in [("block", 409), ("allow", 200)] {
        let app = TestApp::start_with(Engine::Sqlite, |c| c.files.unscanned = setting.into(), None)
            .await
            .unwrap();
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        let file = send(&agent, account, "a.pdf", "application/pdf", PDF).await.created();
        assert_eq!(
            (&file["state"], &file["is_downloadable"]),
            (&json!("unscanned"), &json!(setting == "allow"))
        );
        let got = agent
            .get(format!("/files/{}/content", file["id"].as_str().unwrap()))
            .await;
        assert_eq!(got.status, status);
    }
}

both! {
    async fn content_name_and_declared_type_must_agree(app: TestApp) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        for (name, kind, bytes, code) in [
            ("a.pdf", "application/pdf", b"<html><script>1</script>".as_slice(), "content_mismatch"),
            ("a.pdf", "text/html", PDF, "type_mismatch"),
            ("a.svg", "image/svg+xml", b"<svg onload='x'/>", "extension_not_allowed"),
            ("a.html", "text/html", b"<html>", "extension_not_allowed"),
            ("a.zip", "application/zip", b"PK\x03\x04", "extension_not_allowed"),
            ("a.exe", "application/x-msdownload", b"MZ\0", "extension_not_allowed"),
            ("a.pdf.exe", "application/pdf", PDF, "extension_not_allowed"),
            ("a.pdf", "application/pdf", b"", "empty"),
            ("", "application/pdf", PDF, "extension_not_allowed"),
        ] {
            let refused = send(&agent, account, name, kind, bytes).await.problem(422, "file-refused");
            assert_eq!(refused.flaw("/file").unwrap().code, code, "{name} {kind}");
        }
        assert_eq!(app.count("file").await, 0);
        let left: usize = walk(&app.kernel.config.data_dir.join("blobs"));
        assert_eq!(left, 0, "a refused upload leaves no bytes");
    }

    async fn names_cannot_climb_out_or_break_headers(app: TestApp) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        for (name, kept) in [
            ("../../../../tmp/pwned.pdf", "pwned.pdf"),
            // The header's own escapes take the backslashes away before we see the name.
            ("..\\..\\windows\\pwned.pdf", "windowspwned.pdf"),
            ("CON.pdf", "_CON.pdf"),
            ("<img src=x onerror=alert(1)>.pdf", "_img src=x onerror=alert(1)_.pdf"),
        ] {
            let made = send(&agent, account, name, "application/pdf", PDF).await.created();
            assert_eq!(made["file_name"], kept);
            assert!(made.get("blob_key").is_none());
        }
        let second = send(&agent, account, "again.pdf", "application/pdf", PDF).await.created();
        assert_eq!(second["duplicate_of"], "Levy statement");
    }

    async fn an_upload_is_bounded_and_its_parts_are_known(app: TestApp) {
        let c = app.debt_community("A").await;
        let agent = app.agent(&[c]).await;
        let account = app.debtor(c, "A1", 1).await;
        let path = format!("/accounts/{account}/files");
        let big = vec![b' '; 25 * 1024 * 1024 + 1];
        send(&agent, account, "big.txt", "text/plain", &big).await.problem(413, "body-too-large");
        let odd = agent.ask(Method::POST, &*path).upload(&[("colour", "red")], ("file", "a.pdf", "application/pdf", PDF)).send().await;
        assert_eq!(odd.problem(422, "not-acceptable").flaw("/colour").unwrap().code, "unknown_part");
        let nothing = agent.ask(Method::POST, &*path).upload(&[], ("other", "a.pdf", "application/pdf", PDF)).send().await;
        assert_eq!(nothing.status, 422);
        agent.post(&*path, json!({})).await.problem(415, "media-type-unsupported");
        let note = agent.post(format!("/accounts/{account}/notes"), json!({ "body": "See the letter" })).await.created();
        let note_id = note["id"].as_str().unwrap();
        let with_note = agent.ask(Method::POST, &*path).upload(&[("note_id", note_id)], ("file", "a.pdf", "application/pdf", PDF)).send().await.created();
        assert_eq!((&with_note["note_id"], &with_note["visibility"]), (&json!(note_id), &json!("internal")));
        let other = app.agent(&[c]).await;
        let foreign = other.ask(Method::POST, &*path).upload(&[("note_id", note_id)], ("file", "a.pdf", "application/pdf", PDF)).send().await;
        assert_eq!(foreign.problem(422, "not-acceptable").flaw("/note_id").unwrap().code, "not_found");
        let twice = || agent.ask(Method::POST, &*path).key("up").upload(&[], ("file", "b.pdf", "application/pdf", PDF)).send();
        let (one, two) = (twice().await.created(), twice().await.created());
        assert_eq!(one["id"], two["id"]);
        assert_eq!(agent.get(&*path).await.ok()["items"].as_array().unwrap().len(), 2);
        assert_eq!(walk(&app.kernel.config.data_dir.join("blobs")), 2, "no bytes without a record");
    }
}

fn walk(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|e| if e.path().is_dir() { walk(&e.path()) } else { 1 })
        .sum()
}
