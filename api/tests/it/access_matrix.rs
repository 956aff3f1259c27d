//! Who gets what from every operation: each operation of the contract × each kind of caller, as a golden table that
//! reviewers read. A new operation without a row fails. `KEPT_BLESS=1` writes the table anew.
//!
//! All ids in the addresses are those of one community with one account that is handed over to the attorney "ours".
//! Bodies are empty objects unless [`body`] knows better, so a 400 or 422 means: past sign-in, permission and address.

use crate::kit::{Actor, Engine, Reply, TestApp};
use actix_web::http::Method;
use chrono::Utc;
use kept_api::kernel::{Limit, NoContent, Subject};
use kept_shared::{event::Event, ids::*, permission::UserType};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write as _, path::Path};

/// The rows the addresses name.
#[derive(Default)]
struct World {
    ids: BTreeMap<&'static str, String>,
    community: Option<CommunityId>,
    elsewhere: Option<CommunityId>,
    account: Option<AccountId>,
}

const ACTORS: [&str; 9] = [
    "anonymous",
    "stranger",
    "trustee",
    "agent elsewhere",
    "agent",
    "attorney other",
    "attorney ours",
    "manager",
    "superuser",
];

async fn world(app: &TestApp) -> World {
    let new = uuid::Uuid::now_v7;
    let (community, elsewhere) = (app.community("ONE").await, app.community("TWO").await);
    let unit = app.unit(community, "A1").await.0;
    let account = app.account(community, "ONE001", "Naledi Botha").await;
    let card = app.superuser().await.get(format!("/accounts/{account}")).await.ok();
    let debtor: uuid::Uuid = card["debtors"][0]["id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .unwrap_or_default();
    let (contact, group, status, note, file, mapping, mail, colleague) =
        (new(), new(), new(), new(), new(), new(), new(), new());
    let (org, now) = (app.organisation, Utc::now());
    let tx = app.write().await;
    let run = async |sql: &str, values: Vec<sea_orm::Value>| {
        tx.execute(Limit::Unscoped("test"), sql, values)
            .await
            .unwrap_or_else(|e| panic!("{e:?}: {sql}"));
    };
    run(
        "INSERT INTO customer_group (id, organisation_id, name, created_at, version) VALUES ($1, $2, 'Owners', $3, 1)",
        vec![group.into(), org.into(), now.into()],
    )
    .await;
    run(
        "INSERT INTO contact (id, account_id, debtor_id, kind, value, normalised, is_primary, state, created_at, version) \
         VALUES ($1, $2, $3, 'email', 'n@example.org', 'n@example.org', $4, 'unverified', $5, 1)",
        vec![contact.into(), account.into(), debtor.into(), false.into(), now.into()],
    )
    .await;
    run(
        "INSERT INTO status (id, organisation_id, kind, code, title, tone, is_handover, attorney_allowed, is_terminal, notice_exempt, \
         interest_exempt, contact_hold, collection_fee, position, is_active, created_at, version) \
         VALUES ($1, $2, 'debt', 'TST', 'Test status', 'good', $3, $4, $3, $3, $3, $3, $3, 1, $4, $5, 1)",
        vec![status.into(), org.into(), false.into(), true.into(), now.into()],
    )
    .await;
    tx.finish(
        Subject::organisation(org),
        Event::JobDone {
            kind: "test preparation".into(),
        },
        NoContent,
    )
    .await
    .unwrap();
    // Somebody to administer, and the one who uploaded things.
    let other = app.agent(&[community]).await.id();
    let tx = app.write().await;
    let run = async |sql: &str, values: Vec<sea_orm::Value>| {
        tx.execute(Limit::Unscoped("test"), sql, values)
            .await
            .unwrap_or_else(|e| panic!("{e:?}: {sql}"));
    };
    run(
        "INSERT INTO note (id, account_id, body, visibility, author_id, author_name, by_attorney, created_at) \
         VALUES ($1, $2, 'Called', 'shared', $3, 'Agent', $4, $5)",
        vec![note.into(), account.into(), other.into(), false.into(), now.into()],
    )
    .await;
    run(
        "INSERT INTO file (id, organisation_id, account_id, document_name, document_type, file_name, media_type, size_bytes, sha256, blob_key, \
         visibility, state, scan_attempts, uploaded_by, uploader_name, by_attorney, uploaded_at) \
         VALUES ($1, $2, $3, 'Letter', 'other', 'letter.pdf', 'application/pdf', 3, 'aa', $4, 'shared', 'quarantined', 0, $5, 'Agent', $6, $7)",
        vec![file.into(), org.into(), account.into(), "0".repeat(32).into(), other.into(), false.into(), now.into()],
    )
    .await;
    run(
        "INSERT INTO mail (id, organisation_id, to_address, to_name, subject, body_text, message_id, state, attempts, created_at) \
         VALUES ($1, $2, 'a@example.org', 'A', 'Hello', 'Text', $3, 'captured', 0, $4)",
        vec![mail.into(), org.into(), mail.to_string().into(), now.into()],
    )
    .await;
    tx.finish(
        Subject::organisation(org),
        Event::JobDone {
            kind: "test preparation".into(),
        },
        NoContent,
    )
    .await
    .unwrap();
    let upload = app.superuser().await.ask(Method::POST, "/imports").key("upload");
    let uploaded = upload
        .upload(
            &[("kind", "invoices")],
            ("file", "book.csv", "text/csv", b"Account,Amount\nONE001,10.00\n"),
        )
        .send()
        .await
        .json();
    let import: uuid::Uuid = uploaded["id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .unwrap_or_default();
    let mut ids: BTreeMap<&'static str, String> = BTreeMap::new();
    for (name, id) in [
        ("community_id", community.0),
        ("account_id", account.0),
        ("unit_id", unit),
        ("debtor_id", debtor),
        ("contact_id", contact),
        ("group_id", group),
        ("status_id", status),
        ("note_id", note),
        ("file_id", file),
        ("import_id", import),
        ("mapping_id", mapping),
        ("mail_id", mail),
        ("user_id", other.0),
        ("session_id", colleague),
    ] {
        ids.insert(name, id.to_string());
    }
    World {
        ids,
        community: Some(community),
        elsewhere: Some(elsewhere),
        account: Some(account),
    }
}

async fn actor<'a>(app: &'a TestApp, world: &mut World, name: &str) -> Actor<'a> {
    let (here, elsewhere) = (world.community.unwrap(), world.elsewhere.unwrap());
    let ours = app.attorney(&[here]).await;
    let handover = put_handover(app, world, ours.id()).await;
    world.ids.insert("handover_id", handover.to_string());
    match name {
        "anonymous" => app.anonymous(),
        "stranger" => app.stranger().await,
        "trustee" => app.trustee(&[here]).await,
        "agent elsewhere" => app.agent(&[elsewhere]).await,
        "agent" => app.agent(&[here]).await,
        "attorney other" => app.attorney(&[here, elsewhere]).await,
        "attorney ours" => ours,
        "manager" => app.manager(&[here]).await,
        "superuser" => {
            app.user_in(app.organisation, UserType::Superuser, "Superuser", &[])
                .await
        }
        other => panic!("no actor {other}"),
    }
}

async fn put_handover(app: &TestApp, world: &World, attorney: UserId) -> HandoverId {
    app.seed_statuses().await;
    app.apply(&app.superuser().await, &[world.account.unwrap()], "HO", Some(attorney))
        .await;
    let all = app.superuser().await.get("/handovers").await.ok();
    all["items"][0]["id"].as_str().and_then(|id| id.parse().ok()).unwrap()
}

/// A body good enough to reach the rows, where an empty object is refused earlier.
fn body(operation: &str, world: &World) -> Value {
    let id = |name: &str| world.ids[name].clone();
    match operation {
        "add_note" => json!({ "body": "Seen", "visibility": "shared" }),
        "apply_statuses" | "preview_statuses" => {
            json!({ "status_id": id("status_id"), "selection": { "by": "accounts", "account_ids": [id("account_id")] } })
        }
        "recall_handover" | "return_handover" | "decline_handover" => json!({ "reason": "paid" }),
        _ => json!({}),
    }
}

fn parameter(path: &str, name: &str, world: &World) -> String {
    let name = match (name, path) {
        ("id", p) if p.contains("/users/") => "user_id",
        ("id", p) if p.contains("/inbox/") => "mail_id",
        ("id", p) if p.contains("/permission-groups/") => "permission_group_id",
        ("id", p) if p.contains("/sessions/") => "session_id",
        (n, _) => n,
    };
    world
        .ids
        .get(name)
        .cloned()
        .unwrap_or_else(|| uuid::Uuid::nil().to_string())
}

async fn ask(actor: &Actor<'_>, method: &str, pattern: &str, operation: &Value, world: &World) -> Reply {
    let path: Vec<String> = pattern
        .split('/')
        .map(|s| {
            s.strip_prefix('{')
                .and_then(|s| s.strip_suffix('}'))
                .map_or_else(|| s.to_owned(), |n| parameter(pattern, n, world))
        })
        .collect();
    let mut ask = actor.ask(Method::from_bytes(method.as_bytes()).unwrap(), path.join("/"));
    if method != "GET" {
        ask = ask.if_match(1).key(&uuid::Uuid::now_v7().to_string());
        if operation["requestBody"]["content"].get("multipart/form-data").is_some() {
            ask = ask.upload(&[], ("file", "a.txt", "text/plain", b"Hello"));
        } else if operation.get("requestBody").is_some() {
            ask = ask.json(body(operation["operationId"].as_str().unwrap_or_default(), world));
        }
    }
    ask.send().await
}

#[actix_web::test]
async fn every_operation_answers_every_caller_as_the_table_says() {
    let mut table: BTreeMap<(String, String, String), Vec<String>> = BTreeMap::new();
    let mut faults = vec![];
    for name in ACTORS {
        let app = TestApp::start(Engine::Sqlite).await.unwrap();
        let document = serde_json::to_value(app.document()).unwrap();
        let mut world = world(&app).await;
        let actor = actor(&app, &mut world, name).await;
        let mut operations: Vec<(String, &String, &Value)> = vec![];
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if operation.get("operationId").is_some() {
                    operations.push((method.to_uppercase(), path, operation));
                }
            }
        }
        // Reads first, so that what a write changes shows in no other row; then in a fixed order.
        operations.sort_by_key(|(method, path, _)| {
            (
                ["GET", "PUT", "PATCH", "POST", "DELETE"]
                    .iter()
                    .position(|m| m == method),
                (*path).clone(),
            )
        });
        for (method, path, operation) in operations {
            let reply = ask(&actor, &method, path, operation, &world).await;
            let access = operation["x-access"].as_str().unwrap_or("?");
            let at = || format!("{method} {path} as {name}: {}", reply.status);
            if reply.status >= 500 {
                faults.push(at());
            }
            if name == "anonymous" && access != "public" && reply.status != 401 {
                faults.push(at());
            }
            let names_a_row = path.contains('{') && (access == "scoped" || access == "tenant");
            let out_of_reach = ["stranger", "agent elsewhere", "attorney other"].contains(&name);
            if names_a_row && access == "scoped" && out_of_reach && (200..300).contains(&reply.status) {
                faults.push(at());
            }
            table
                .entry((path.clone(), method, access.to_owned()))
                .or_default()
                .push(reply.status.to_string());
        }
    }
    let mut text = format!("{:<7}{:<52}{:<8}", "method", "operation", "access");
    for name in ACTORS {
        write!(text, "{name:<17}").unwrap();
    }
    text = text.trim_end().to_owned() + "\n";
    for ((path, method, access), statuses) in &table {
        let mut line = format!("{method:<7}{path:<52}{access:<8}");
        for status in statuses {
            write!(line, "{status:<17}").unwrap();
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/access_matrix.txt");
    if std::env::var_os("KEPT_BLESS").is_some() {
        std::fs::write(golden, text).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(golden).unwrap_or_default();
    let (old, new): (Vec<&str>, Vec<&str>) = (committed.lines().collect(), text.lines().collect());
    let gone: Vec<&&str> = old.iter().filter(|l| !new.contains(l)).collect();
    let added: Vec<&&str> = new.iter().filter(|l| !old.contains(l)).collect();
    assert!(
        gone.is_empty() && added.is_empty(),
        "the table differs; review it and run with KEPT_BLESS=1\n- {gone:#?}\n+ {added:#?}"
    );
}
