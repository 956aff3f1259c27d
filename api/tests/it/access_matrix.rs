//! Who gets what from every operation: each operation of the contract × each kind of caller, as a golden table that
//! reviewers read. A new operation without a row fails. `KEPT_BLESS=1` writes the table anew.
//!
//! All ids in the addresses are those of one community with one account that is handed over to the attorney "ours", and
//! with a checked import. Bodies are sound and versions are current, so what differs between two columns is the caller.

mod bodies;
mod world;

use crate::kit::{Actor, Engine, Reply, TestApp};
use actix_web::http::Method;
use kept_shared::{ids::*, permission::UserType};
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write as _, path::Path};
use world::{BOOK, World};

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

async fn actor<'a>(app: &'a TestApp, world: &mut World, name: &str) -> Actor<'a> {
    let (here, elsewhere) = (world.community, world.elsewhere);
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
    app.apply(&app.superuser().await, &[world.account], "HO", Some(attorney))
        .await;
    let all = app.superuser().await.get("/handovers").await.ok();
    all["items"][0]["id"].as_str().and_then(|id| id.parse().ok()).unwrap()
}

fn parameter(path: &str, name: &str, world: &World) -> String {
    let name = match (name, path) {
        ("id", p) if p.contains("/users/") => "user_id",
        ("id", p) if p.contains("/inbox/") => "mail_id",
        ("id", p) if p.contains("/permission-groups/") => "permission_group_id",
        ("id", p) if p.contains("/sessions/") => "session_id",
        ("file_id", p) if p.contains("/bank-files/") => "bank_file_id",
        ("import_id", p) if p.ends_with("/cancel") => "running_import_id",
        ("account_id", p) if p.ends_with("/lead") => "lead_account_id",
        (n, _) => n,
    };
    world
        .ids
        .get(name)
        .cloned()
        .unwrap_or_else(|| uuid::Uuid::nil().to_string())
}

/// The address of the row itself: `/imports/1/rows` is about `/imports/1`.
fn row(path: &str) -> Option<String> {
    // At most one a row, with a version of its own.
    if ["/metadata", "/bank-details", "/debit-order"]
        .iter()
        .any(|part| path.ends_with(part))
    {
        return Some(path.to_owned());
    }
    let mut kept: Vec<&str> = path.split('/').collect();
    while kept.last()?.parse::<uuid::Uuid>().is_err() {
        kept.pop();
    }
    Some(kept.join("/"))
}

/// The current version of the row an address names; of one that cannot be read by itself, what the last answer said.
async fn version(boss: &Actor<'_>, row: &str, told: &BTreeMap<String, i64>) -> i64 {
    let reply = boss.get(row).await;
    match reply.header("etag") {
        Some(_) => reply.version(),
        None => told.get(row).copied().unwrap_or(1),
    }
}

async fn ask(
    actor: &Actor<'_>,
    boss: &Actor<'_>,
    method: &str,
    pattern: &str,
    operation: &Value,
    world: &World,
    told: &mut BTreeMap<String, i64>,
) -> Reply {
    let path: Vec<String> = pattern
        .split('/')
        .map(|s| {
            s.strip_prefix('{')
                .and_then(|s| s.strip_suffix('}'))
                .map_or_else(|| s.to_owned(), |n| parameter(pattern, n, world))
        })
        .collect();
    let (path, id) = (path.join("/"), operation["operationId"].as_str().unwrap_or_default());
    let mut ask = actor.ask(
        Method::from_bytes(method.as_bytes()).unwrap(),
        path.clone() + bodies::query(id),
    );
    if method != "GET" {
        let row = row(&path).unwrap_or_else(|| path.clone());
        ask = ask
            .if_match(version(boss, &row, told).await)
            .key(&uuid::Uuid::now_v7().to_string());
        if id == "upload_import" {
            ask = ask.upload(
                &[("community_id", world.id("community_id"))],
                ("file", "a.csv", "text/csv", BOOK),
            );
        } else if id == "upload_bank_file" {
            let text =
                ":20:B\n:25:62002\n:60F:C261101ZAR0,\n:61:2611021102C5,NTRFNONREF\n:86:x\n:62F:C261102ZAR5,\n-\n";
            ask = ask.upload(
                &[("community_id", world.id("community_id"))],
                ("file", "b.sta", "text/plain", text.as_bytes()),
            );
        } else if operation["requestBody"]["content"].get("multipart/form-data").is_some() {
            ask = ask.upload(&[], ("file", "a.txt", "text/plain", b"Hello"));
        } else if operation.get("requestBody").is_some() {
            ask = ask.json(bodies::of(id, world));
        }
    }
    let reply = ask.send().await;
    if let (Some(row), Some(_)) = (row(&path), reply.header("etag")) {
        told.insert(row, reply.version());
    }
    reply
}

#[actix_web::test]
async fn every_operation_answers_every_caller_as_the_table_says() {
    let mut table: BTreeMap<(String, String, String), Vec<String>> = BTreeMap::new();
    let mut faults = vec![];
    for name in ACTORS {
        let app = TestApp::start(Engine::Sqlite).await.unwrap();
        let document = serde_json::to_value(app.document()).unwrap();
        let mut world = World::make(&app).await;
        let actor = actor(&app, &mut world, name).await;
        let boss = app.superuser().await;
        let mut told = BTreeMap::new();
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
            if operation["operationId"] == "commit_import" {
                // It was mapped anew above; the dry run comes first.
                app.run_jobs().await;
            }
            let reply = ask(&actor, &boss, &method, path, operation, &world, &mut told).await;
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
            let refused = reply.status == 403 || reply.status == 404;
            if names_a_row && access == "scoped" && out_of_reach && !refused {
                faults.push(at());
            }
            if names_a_row && access == "tenant" && name == "stranger" && !refused {
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
