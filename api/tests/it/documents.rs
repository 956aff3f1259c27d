//! Documents of communities: folders, who reads what, and what only those who may edit see.

use crate::{
    kit::{Actor, Engine, TestApp},
    kit_debt::PDF,
};
use actix_web::http::Method;
use kept_shared::{ids::CommunityId, permission::UserType};
use serde_json::{Value, json};

async fn send(
    by: &Actor<'_>,
    community: CommunityId,
    name: &str,
    fields: &[(&str, &str)],
    more: &str,
) -> crate::kit::Reply {
    let bytes = [PDF, format!("% {more}\n").as_bytes()].concat();
    let mut all = vec![("document_name", name)];
    all.extend_from_slice(fields);
    by.ask(Method::POST, format!("/communities/{community}/documents"))
        .upload(&all, ("file", "document.pdf", "application/pdf", &bytes))
        .send()
        .await
}

fn path(file: &Value) -> String {
    format!("/documents/{}", file["id"].as_str().expect("an id"))
}

/// Names in a list, sorted.
fn names(list: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["document_name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}

async fn both(test: impl AsyncFn(TestApp)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if let Some(app) = TestApp::start_with(engine, |c| c.files.unscanned = "allow".into(), None).await {
            test(app).await;
        }
    }
}

#[actix_web::test]
async fn everybody_reads_what_is_theirs_and_nothing_else() {
    both(async |app: TestApp| {
        app.seed_statuses().await;
        let (c, elsewhere) = (app.debt_community("A").await, app.debt_community("B").await);
        let manager = app.manager(&[c, elsewhere]).await;
        let rules = send(&manager, c, "House rules", &[("folder", "Rules")], "1")
            .await
            .created();
        let contract = send(&manager, c, "Our contract", &[("visibility", "internal")], "2")
            .await
            .created();
        let other = send(&manager, elsewhere, "Other rules", &[], "3").await.created();
        let list = format!("/communities/{c}/documents");

        let agent = app.agent(&[c]).await;
        assert_eq!(names(&agent.get(&*list).await.ok()), ["House rules", "Our contract"]);
        agent
            .get(format!("/communities/{elsewhere}/documents"))
            .await
            .problem(404, "not-found");
        agent.get(path(&other)).await.problem(404, "not-found");
        send(&agent, c, "Mine", &[], "4")
            .await
            .problem(403, "permission-missing");
        agent
            .act(format!("{}/delete", path(&rules)), 1, json!({ "reason": "x" }))
            .await
            .problem(403, "permission-missing");

        let trustee = app.trustee(&[c]).await;
        assert_eq!(names(&trustee.get(&*list).await.ok()), ["House rules"]);
        trustee.get(path(&contract)).await.problem(404, "not-found");
        assert_eq!(trustee.get(format!("{}/content", path(&rules))).await.status, 200);
        // The same file is no customer's: there is no second door to it.
        let as_file = path(&rules).replace("/documents/", "/files/");
        agent.get(&*as_file).await.problem(404, "not-found");
        agent.get(format!("{as_file}/content")).await.problem(404, "not-found");
        trustee
            .get(format!("{as_file}/content"))
            .await
            .problem(403, "permission-missing");

        let smith = app.attorney(&[c, elsewhere]).await;
        smith.get(&*list).await.problem(404, "not-found");
        smith.get(path(&rules)).await.problem(404, "not-found");
        let account = app.debtor(c, "A1", 100).await;
        app.apply(&agent, &[account], "HO", Some(smith.id())).await;
        assert_eq!(names(&smith.get(&*list).await.ok()), ["House rules"]);
        assert_eq!(smith.get(format!("{}/content", path(&rules))).await.status, 200);
        smith
            .get(format!("{}/content", path(&contract)))
            .await
            .problem(404, "not-found");
        smith
            .get(format!("{}/content", path(&other)))
            .await
            .problem(404, "not-found");
        let (matter, version) = app.matter(&agent, account).await;
        agent
            .act(
                format!("/handovers/{matter}/recall"),
                version,
                json!({ "reason": "strategy" }),
            )
            .await
            .ok();
        smith
            .get(format!("{}/content", path(&rules)))
            .await
            .problem(404, "not-found");

        let stranger = app.stranger().await;
        stranger
            .get(format!("{}/content", path(&rules)))
            .await
            .problem(404, "not-found");
        stranger.get(&*list).await.problem(404, "not-found");
        let told = manager.get(format!("{}/downloads", as_file)).await.ok();
        assert_eq!(told.as_array().unwrap().len(), 2, "trustee and attorney: {told}");
    })
    .await;
}

#[actix_web::test]
async fn documents_lie_in_folders_and_are_found() {
    both(async |app: TestApp| {
        let c = app.debt_community("A").await;
        let (manager, agent) = (app.manager(&[c]).await, app.agent(&[c]).await);
        for (name, folder) in [
            ("House rules", " Rules / House "),
            ("Pets", "Rules"),
            ("Budget 2026", "Budgets"),
            ("Map", ""),
        ] {
            send(&manager, c, name, &[("folder", folder)], name).await.created();
        }
        let list = format!("/communities/{c}/documents");
        let folders = agent.get(format!("{list}/folders")).await.ok();
        assert_eq!(
            folders,
            json!({ "documents": 4, "items": [
                { "path": "Budgets", "documents": 1 }, { "path": "Rules", "documents": 2 }, { "path": "Rules/House", "documents": 1 } ] })
        );
        let found = async |query: &str| agent.get(format!("{list}?{query}")).await.ok();
        assert_eq!(names(&found("folder=Rules").await), ["House rules", "Pets"]);
        assert_eq!(names(&found("folder=Rules/House").await), ["House rules"]);
        assert_eq!(names(&found("folder=Rul").await), [] as [&str; 0]);
        assert_eq!(names(&found("q=budGET").await), ["Budget 2026"]);
        agent
            .get(format!("{list}?folder=a/b/c/d"))
            .await
            .problem(400, "query-malformed");
        let deep = send(&manager, c, "Deep", &[("folder", "a/b/c/d")], "5").await;
        assert_eq!(
            deep.problem(422, "not-acceptable").flaw("/folder").unwrap().code,
            "too_deep"
        );
        let page = found("limit=3").await;
        let rest = found(&format!("limit=3&cursor={}", page["next_cursor"].as_str().unwrap())).await;
        assert_eq!((names(&page).len(), names(&rest)), (3, vec!["House rules"]));
    })
    .await;
}

#[actix_web::test]
async fn a_document_is_moved_hidden_replaced_held_and_deleted() {
    both(async |app: TestApp| {
        let c = app.debt_community("A").await;
        let manager = app.manager(&[c]).await;
        let trustee = app.trustee(&[c]).await;
        let list = format!("/communities/{c}/documents");
        let one = send(&manager, c, "Rules", &[("folder", "Rules")], "1").await.created();
        let two = send(&manager, c, "Rules", &[("replaces", one["id"].as_str().unwrap())], "2")
            .await
            .created();
        assert_eq!((&two["edition"], &two["folder"]), (&json!(2), &json!("Rules")));
        assert_eq!(names(&trustee.get(&*list).await.ok()), ["Rules"], "one line for both");
        let hide = json!({ "document_name": "Rules", "folder": "Old/Rules", "visibility": "internal" });
        let hidden = manager.patch(path(&two), 1, hide).await.ok();
        assert_eq!(
            (&hidden["folder"], &hidden["visibility"]),
            (&json!("Old/Rules"), &json!("internal"))
        );
        for edition in [&one, &two] {
            trustee
                .get(format!("{}/content", path(edition)))
                .await
                .problem(404, "not-found");
        }
        let odd = json!({ "document_name": "Rules", "folder": "a/../b", "visibility": "portal" });
        let problem = manager.patch(path(&two), 2, odd).await.problem(422, "not-acceptable");
        assert_eq!(problem.flaw("/folder").unwrap().code, "forbidden_signs");
        assert!(problem.flaw("/visibility").is_some());
        let version = manager.get(path(&two)).await.version();
        let why = json!({ "reason": "Dispute" });
        let held = manager.act(format!("{}/hold", path(&two)), version, why.clone()).await;
        manager
            .act(format!("{}/delete", path(&two)), held.version(), why.clone())
            .await
            .problem(409, "state-forbids");
        let free = manager
            .act(format!("{}/release", path(&two)), held.version(), why.clone())
            .await;
        manager
            .act(format!("{}/delete", path(&two)), free.version(), why)
            .await
            .ok();
        assert_eq!(manager.get(&*list).await.ok()["items"], json!([]));
        assert_eq!(
            manager.get(format!("{list}/folders")).await.ok(),
            json!({ "documents": 0, "items": [] })
        );
        manager
            .get(format!("{}/content", path(&one)))
            .await
            .problem(409, "state-forbids");
    })
    .await;
}

#[actix_web::test]
async fn what_waits_in_quarantine_is_for_those_who_may_edit() {
    // No scanner, and nothing is handed out without one.
    let app = TestApp::start(Engine::Sqlite).await.unwrap();
    let c = app.debt_community("A").await;
    let manager = app.manager(&[c]).await;
    let waits = send(&manager, c, "Rules", &[], "1").await.created();
    assert_eq!(waits["state"], "unscanned");
    let list = format!("/communities/{c}/documents");
    assert_eq!(
        names(&manager.get(format!("{list}?available=false")).await.ok()),
        ["Rules"]
    );
    for reader in [
        app.agent(&[c]).await,
        app.trustee(&[c]).await,
        app.user_in(app.organisation, UserType::Location, "Location", &[c])
            .await,
    ] {
        assert_eq!(reader.get(&*list).await.ok()["items"], json!([]));
        assert_eq!(reader.get(format!("{list}/folders")).await.ok()["documents"], 0);
        reader.get(path(&waits)).await.problem(404, "not-found");
        reader
            .get(format!("{}/content", path(&waits)))
            .await
            .problem(404, "not-found");
    }
    manager
        .get(format!("{}/content", path(&waits)))
        .await
        .problem(409, "state-forbids");
}
