//! The outbox: captured, or sent by SMTP once and with the same Message-ID at every attempt.

use crate::both;
use crate::kit::{Engine, TestApp};
use kept_api::{
    kernel::{NoContent, Subject, Tx},
    mail,
};
use kept_shared::{event::Event, ids::MailId};
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

async fn queue(app: &TestApp) -> MailId {
    let cx = organisation_write(app).await;
    let letter = mail::Letter {
        to_address: "joan@example.org".into(),
        to_name: "Joan\r\nBcc: everybody@example.org".into(),
        subject: "An invitation — at last".into(),
        text: "Open https://kept/invitation/SECRET-1 soon.".into(),
        account: None,
    };
    let id = mail::queue(&cx, letter).await.unwrap();
    let event = Event::JobDone { kind: "test".into() };
    cx.finish(Subject::organisation(app.organisation), event, NoContent)
        .await
        .unwrap();
    id
}

async fn organisation_write(app: &TestApp) -> Tx {
    app.kernel.write_in(app.organisation, "test preparation").await.unwrap()
}

/// A mail server that takes the letters it is given, after refusing the first `refusals` connections.
async fn smtp(refusals: usize) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let letters = Arc::new(Mutex::new(vec![]));
    let kept = letters.clone();
    tokio::spawn(async move {
        let mut left = refusals;
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            if left > 0 {
                left -= 1;
                let _closed = write.write_all(b"421 later\r\n").await;
                continue;
            }
            write.write_all(b"220 test\r\n").await.unwrap();
            let (mut letter, mut in_data) = (String::new(), false);
            while let Ok(Some(line)) = lines.next_line().await {
                let answer: &[u8] = if in_data {
                    if line == "." {
                        in_data = false;
                        kept.lock().unwrap().push(std::mem::take(&mut letter));
                        b"250 taken\r\n"
                    } else {
                        letter.push_str(&line);
                        letter.push('\n');
                        continue;
                    }
                } else if line.starts_with("EHLO") {
                    b"250-test\r\n250 8BITMIME\r\n"
                } else if line == "DATA" {
                    in_data = true;
                    b"354 go on\r\n"
                } else {
                    b"250 ok\r\n"
                };
                if write.write_all(answer).await.is_err() {
                    break;
                }
            }
        }
    });
    (port, letters)
}

async fn sending(engine: Engine) {
    let (port, letters) = smtp(1).await;
    let set = move |config: &mut kept_api::kernel::Config| {
        config.mail.mode = "smtp".into();
        config.mail.smtp_url = format!("smtp://127.0.0.1:{port}").into();
        config.mail.from = "Kept <kept@mail.example.org>".into();
    };
    let Some(app) = TestApp::start_with(engine, set, None).await else {
        return;
    };
    let boss = app.superuser().await;
    let id = queue(&app).await;
    app.run_jobs().await;
    assert!(letters.lock().unwrap().is_empty());
    let waiting = boss.get(format!("/inbox/{id}")).await.ok();
    assert_eq!(
        (waiting["state"].as_str(), waiting["attempts"].as_i64()),
        (Some("queued"), Some(1))
    );
    assert!(waiting["last_error"].as_str().is_some());
    assert!(
        !waiting["text"].as_str().unwrap().contains("SECRET"),
        "a link that leaves by mail is not shown here"
    );
    app.advance(chrono::TimeDelta::minutes(5));
    app.run_jobs().await;
    app.run_jobs().await;
    let sent = letters.lock().unwrap().clone();
    assert_eq!(sent.len(), 1);
    let header = |name: &str| {
        sent[0]
            .lines()
            .find_map(|l| l.strip_prefix(&format!("{name}: ")))
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(header("Message-ID"), format!("<{id}@mail.example.org>"));
    assert_eq!(header("X-Kept-Outbox-Id"), id.to_string());
    assert!(
        !sent[0].lines().any(|l| l.to_ascii_lowercase().starts_with("bcc:")),
        "{}",
        sent[0]
    );
    assert!(sent[0].contains("SECRET-1"));
    let done = boss.get(format!("/inbox/{id}")).await.ok();
    assert_eq!(done["state"], "sent");
    let n = app
        .number("SELECT COUNT(*) AS n FROM mail WHERE body_text LIKE '%SECRET%'", vec![])
        .await;
    assert_eq!(n, 0, "the link is not kept once it has left");
}

#[actix_web::test]
async fn a_letter_is_sent_once_after_a_refusal_on_sqlite() {
    sending(Engine::Sqlite).await;
}
#[actix_web::test]
async fn a_letter_is_sent_once_after_a_refusal_on_postgres() {
    sending(Engine::Postgres).await;
}

both! {
    async fn captured_letters_are_for_those_who_may_see_the_outbox(app: TestApp) {
        let id = queue(&app).await;
        assert_eq!(app.run_jobs().await, 0, "nothing is sent");
        let boss = app.superuser().await;
        let letter = boss.get(format!("/inbox/{id}")).await.ok();
        assert_eq!((letter["state"].as_str(), letter["to_name"].as_str()), (Some("captured"), Some("Joan  Bcc: everybody@example.org")));
        assert!(letter["text"].as_str().unwrap().contains("SECRET-1"));
        let list = boss.get("/inbox?q=JOAN&state=captured").await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(boss.get("/inbox?q=nobody").await.ok()["items"].as_array().unwrap().len(), 0);
        app.stranger().await.get(format!("/inbox/{id}")).await.problem(404, "not-found");
        app.manager(&[]).await.get("/inbox").await.problem(403, "permission-missing");
        app.anonymous().get("/inbox").await.problem(401, "unauthenticated");
    }
}
