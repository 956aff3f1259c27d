//! A real installation, from an empty database on; and the orders that are refused.

use crate::imports::imported;
use crate::kit::{Actor, Engine, TestApp};
use crate::sign_in::secret_in;
use clap::Parser;
use kept_api::{admin, admin::Admin, check, demo};
use kept_shared::{ids::*, imports::DateOrder, permission::shipped_groups, settings::Settings, sign_in::Session};
use serde_json::{Value, json};
use std::process::{Command, Output};

/// The operator's command line.
#[derive(Parser)]
struct Operator {
    #[command(subcommand)]
    admin: Admin,
}

async fn operator(app: &TestApp, order: &[&str]) -> anyhow::Result<String> {
    let order = Operator::try_parse_from(std::iter::once(&"kept admin").chain(order))?;
    admin::run(&app.kernel, order.admin).await
}

async fn create_superuser(app: &TestApp, email: &str) -> anyhow::Result<String> {
    operator(
        app,
        &["create-superuser", "--organisation", "Baobab Estates", "--email", email],
    )
    .await
}

/// Chooses a password with a one-time link and signs in.
async fn accept<'a>(app: &'a TestApp, secret: &str, email: &str, password: &str) -> Actor<'a> {
    let chosen = app
        .anonymous()
        .post(format!("/auth/invitations/{secret}"), json!({ "password": password }))
        .await;
    assert_eq!(chosen.status, 204, "{}", chosen.text());
    let session = app
        .anonymous()
        .post("/auth/sign-in", json!({ "email": email, "password": password }))
        .await;
    app.bearer(&session.expect::<Session>(200).access_token)
}

/// From nothing: an administrator, a community, a book, a status, an attorney who sees the one customer handed over.
async fn from_nothing_to_a_handover(app: TestApp) {
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM organisation", vec![]).await, 0);
    let printed = create_superuser(&app, "Boss@Example.org").await.unwrap();
    let secret = printed.rsplit('/').next().unwrap().trim();
    let boss = accept(&app, secret, "boss@example.org", "baobab in the morning").await;

    // Everything an organisation needs is there, as in the demo.
    let settings: Settings = boss.get("/settings").await.expect(200);
    assert_eq!(
        (
            settings.name.as_str(),
            settings.handover_auto_accept,
            settings.handover_readable_days
        ),
        ("Baobab Estates", true, 30)
    );
    let groups = boss.get("/permission-groups").await.ok();
    let group = |name: &str| -> String {
        let found = groups.as_array().unwrap().iter().find(|g| g["name"] == name);
        found.unwrap_or_else(|| panic!("no group {name}"))["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(groups.as_array().unwrap().len(), shipped_groups().len());
    let catalogue = boss.get("/statuses").await.ok();
    let statuses: Vec<&Value> = catalogue["groups"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|g| g["items"].as_array().unwrap())
        .collect();
    let status = |code: &str| {
        statuses
            .iter()
            .find(|s| s["code"] == code)
            .unwrap_or_else(|| panic!("no status {code}"))["id"]
            .clone()
    };
    assert_eq!(statuses.len(), 30, "the shipped catalogue");

    // A community and a real book.
    let community = boss
        .post("/communities", json!({"code": "BAO", "name": "Baobab Heights", "kind": "sectional_title", "currency": "ZAR", "time_zone": "Africa/Johannesburg",
            "ageing": {"mode": "days", "basis": "due_date", "edges": [0, 30, 60, 90], "credit_policy": "oldest_first"}}))
        .await
        .created();
    let community: CommunityId = community["id"].as_str().unwrap().parse().unwrap();
    let book = b"Account,Name,Invoice,Invoice date,Due date,Amount\nBAO001,Naledi Botha,INV-1,2026-06-01,2026-06-30,1250.00\nBAO002,Sipho Dube,INV-2,2026-11-01,2026-11-30,980.50\n";
    imported(&app, &boss, community, "book.csv", book, |m| {
        m.date_order = Some(DateOrder::YearMonthDay)
    })
    .await;
    let aged = boss.get("/age-analysis/summary").await.ok();
    assert_eq!(
        (&aged["accounts"], &aged["totals"][0]["amounts"]["total"]["amount"]),
        (&json!(2), &json!("2230.50")),
        "{aged}"
    );
    let late = boss.get("/accounts?q=BAO001").await.ok()["items"][0]["id"].clone();

    // An attorney, invited by mail.
    let smith = json!({"email": "smith@example.org", "first_name": "Jane", "surname": "Smith", "firm": "Smith & Co", "user_type": "attorney",
        "permission_group_id": group("Attorney"), "communities": [community]});
    let attorney = boss.post("/users", smith).await.created()["id"].clone();
    app.run_jobs().await;
    let secret = secret_in(&app, boss.token(), 0).await;
    let smith = accept(&app, &secret, "smith@example.org", "gavel and parchment").await;
    assert_eq!(smith.get("/accounts").await.ok()["items"], json!([]));

    // A status, then the handover.
    for (code, attorney) in [("N1", Value::Null), ("HO", attorney)] {
        let wish = json!({"status_id": status(code), "attorney_id": attorney, "selection": {"by": "accounts", "account_ids": [late]}});
        let ask = boss
            .ask(actix_web::http::Method::POST, "/statuses/apply")
            .key(code)
            .json(wish);
        let outcome = ask.send().await.ok();
        assert_eq!(outcome["applied"], 1, "{code}: {outcome}");
    }
    let theirs = smith.get("/accounts").await.ok();
    assert_eq!(
        theirs["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| &a["reference"])
            .collect::<Vec<_>>(),
        ["BAO001"]
    );
    let noted = smith
        .post(
            format!("/accounts/{}/notes", late.as_str().unwrap()),
            json!({"body": "Summons drafted", "visibility": "shared"}),
        )
        .await;
    noted.created();
    assert!(check::findings(&app.kernel).await.unwrap().ok);

    // A second administrator joins the organisation that is there; nothing is made twice.
    create_superuser(&app, "second@example.org").await.unwrap();
    for (table, n) in [("organisation", 1), ("status", 30), ("app_user", 3)] {
        assert_eq!(app.count(table).await, n, "{table}");
    }
    // Refusals are sentences.
    let refused = create_superuser(&app, "boss@example.org")
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.to_lowercase().contains("exist") || refused.contains("taken"),
        "{refused}"
    );
    let refused = create_superuser(&app, "not an address").await.unwrap_err().to_string();
    assert!(refused.contains("email: not_an_email"), "{refused}");
    for (option, value) in [
        ("--time-zone", "Africa/Atlantis"),
        ("--locale", "english"),
        ("--currency", "XXX"),
        ("--organisation", " "),
    ] {
        let mut order = vec!["create-superuser", "--email", "third@example.org", option, value];
        if option != "--organisation" {
            order.extend(["--organisation", "Another"]);
        }
        operator(&app, &order).await.expect_err(option);
    }
    assert_eq!((app.count("organisation").await, app.count("app_user").await), (1, 3));
    // The demo goes into an empty database only.
    let refused = demo::make(app.kernel.clone(), demo::Wish::default())
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("not empty"), "{refused}");
    assert_eq!((app.count("organisation").await, app.count("app_user").await), (1, 3));
}

mod from_nothing {
    use super::{Engine, TestApp};
    #[actix_web::test]
    async fn sqlite() {
        super::from_nothing_to_a_handover(TestApp::empty(Engine::Sqlite).await.unwrap()).await;
    }
    #[actix_web::test]
    async fn postgres() {
        if let Some(app) = TestApp::empty(Engine::Postgres).await {
            super::from_nothing_to_a_handover(app).await;
        }
    }
}

/// Runs the program in a folder of its own.
fn kept(folder: &std::path::Path, order: &[&str], input: &str) -> Output {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_kept"))
        .args(order)
        .current_dir(folder)
        .env_clear()
        .env("KEPT__DATA_DIR", folder)
        .env("KEPT__LOG__LEVEL", "error")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

#[test]
fn the_program_migrates_makes_its_first_administrator_and_refuses_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let run = |order: &[&str], input: &str| kept(folder.path(), order, input);
    // Wrong orders make nothing, not even a database.
    for (order, said) in [
        (&["demo", "--today", "1999-12-31"][..], "between 2000 and 2100"),
        (&["demo", "--today", "yesterday"], "--today"),
        (&["demo", "--profile", "huge"], "--profile"),
        (&["demo", "--fixtures", "no/such/folder/f.json"], "fixtures"),
    ] {
        let done = run(order, "");
        let told = text(&done.stderr);
        assert!(
            !done.status.success() && told.contains(said) && !told.contains("panicked"),
            "{order:?}: {told}"
        );
    }
    assert!(!folder.path().join("kept.sqlite").exists());

    let done = run(&["migrate"], "");
    assert_eq!(
        (done.status.success(), text(&done.stdout).as_str()),
        (true, "The schema is up to date."),
        "{}",
        text(&done.stderr)
    );
    let order = [
        "admin",
        "create-superuser",
        "--organisation",
        "Baobab",
        "--email",
        "boss@example.org",
        "--password-stdin",
    ];
    let weak = run(&order, "boss\n");
    assert!(
        !weak.status.success() && text(&weak.stderr).contains("too_short"),
        "{}",
        text(&weak.stderr)
    );
    let done = run(&order, "baobab in the morning\n");
    assert_eq!(
        (done.status.success(), text(&done.stdout).as_str()),
        (true, "boss@example.org may sign in."),
        "{}",
        text(&done.stderr)
    );
    let done = run(&["check"], "");
    assert!(done.status.success(), "{}", text(&done.stdout));
    let done = run(&["demo"], "");
    let told = text(&done.stderr);
    assert!(
        !done.status.success() && told.contains("this database is not empty"),
        "{told}"
    );
}
