//! Layouts of the customer page: one's own before the group's before the one that comes with Kept.

use crate::both;
use crate::kit::{Actor, TestApp};
use kept_shared::permission::UserType;
use serde_json::{Value, json};

fn layout(widgets: &[(&str, &str)]) -> Value {
    let all: Vec<Value> = widgets
        .iter()
        .map(|(w, width)| json!({ "widget": w, "width": width }))
        .collect();
    json!({ "widgets": all })
}

async fn seen(by: &Actor<'_>) -> (String, Vec<String>) {
    let layout = by.get("/layouts/account").await.ok();
    let widgets = layout["widgets"].as_array().unwrap().iter();
    (
        layout["level"].as_str().unwrap().to_owned(),
        widgets.map(|w| w["widget"].as_str().unwrap().to_owned()).collect(),
    )
}

async fn save(by: &Actor<'_>, body: Value) -> crate::kit::Reply {
    by.ask(actix_web::http::Method::PUT, "/layouts/account")
        .json(body)
        .send()
        .await
}

async fn group(app: &TestApp, name: &str) -> String {
    let groups = app.superuser().await.get("/permission-groups").await.ok();
    let found = groups.as_array().unwrap().iter().find(|g| g["name"] == name).unwrap();
    format!("/layouts/account/groups/{}", found["id"].as_str().unwrap())
}

both! {
    async fn ones_own_goes_before_the_groups_before_what_comes_with_kept(app: TestApp) {
        let c = app.community("A").await;
        let (boss, one, two, attorney) = (app.manager(&[c]).await, app.agent(&[c]).await, app.agent(&[c]).await, app.attorney(&[c]).await);
        let (level, widgets) = seen(&one).await;
        assert_eq!((level.as_str(), widgets[0].as_str()), ("shipped", "contacts"));
        assert_ne!(seen(&attorney).await.1, widgets, "another one for attorneys");
        // Of the group.
        let agents = group(&app, "Agent").await;
        let shipped = boss.get(&*agents).await;
        assert_eq!((shipped.version(), shipped.ok()["is_shipped"].clone()), (0, json!(true)));
        let made = boss.put(&*agents, 0, layout(&[("facts", "half"), ("notes", "half")])).await;
        let version = made.version();
        assert_eq!(made.ok()["is_shipped"], false);
        boss.put(&*agents, 0, layout(&[("facts", "full")])).await.problem(412, "changed-meanwhile");
        assert_eq!(seen(&one).await, ("group".into(), vec!["facts".into(), "notes".into()]));
        assert_eq!(seen(&boss).await.0, "shipped");
        // One's own.
        save(&one, layout(&[("diary", "full")])).await.ok();
        save(&one, layout(&[("files", "full")])).await.ok();
        assert_eq!(seen(&one).await, ("user".into(), vec!["files".into()]));
        assert_eq!(seen(&two).await.0, "group");
        // And back.
        let back = one.ask(actix_web::http::Method::DELETE, "/layouts/account").send().await.ok();
        assert_eq!(back["level"], "group");
        one.ask(actix_web::http::Method::DELETE, "/layouts/account").send().await.ok();
        boss.delete(&*agents, 7).await.problem(412, "changed-meanwhile");
        boss.delete(&*agents, version).await.ok();
        assert_eq!(seen(&one).await, ("shipped".into(), widgets));
        boss.delete(&*agents, 0).await.ok();
        let events = app.count("event WHERE kind = 'layout_saved'").await;
        assert_eq!((events, app.count("event WHERE kind = 'layout_reverted'").await), (3, 2), "what changed nothing is not told");
    }

    async fn what_no_page_can_show_is_refused_at_its_place(app: TestApp) {
        let c = app.community("A").await;
        let (boss, agent, stranger) = (app.manager(&[c]).await, app.agent(&[c]).await, app.stranger().await);
        let field = json!({ "entity": "account", "key": "bay", "labels": { "en": "Bay" }, "type": "text" });
        let ours = boss.post("/metadata-fields", field.clone()).await.created();
        let theirs = stranger.post("/metadata-fields", field.clone()).await.created();
        let mut of_claims = field;
        of_claims["entity"] = json!("claim");
        let of_claims = boss.post("/metadata-fields", of_claims).await.created();
        let custom = |field: &Value| json!({ "widgets": [{ "widget": "facts", "width": "half" },
            { "widget": "custom", "width": "half", "label": " Parking ", "fields": [field["id"]] }] });
        let kept = save(&agent, custom(&ours)).await.ok();
        assert_eq!((&kept["widgets"][1]["label"], &kept["widgets"][1]["fields"][0]), (&json!("Parking"), &ours["id"]));
        let wrong = |body: Value| async { save(&agent, body).await.problem(422, "not-acceptable").errors[0].clone() };
        for (body, pointer, code) in [
            (custom(&theirs), "/widgets/1/fields/0", "unknown"),
            (custom(&of_claims), "/widgets/1/fields/0", "unknown"),
            (layout(&[("facts", "half"), ("weather", "half")]), "/widgets/1/widget", "unknown"),
            (layout(&[("facts", "half"), ("facts", "half")]), "/widgets/1/widget", "repeated"),
            (layout(&[("custom", "half")]), "/widgets/0/label", "required"),
        ] {
            let flaw = wrong(body).await;
            assert_eq!((flaw.pointer.as_str(), flaw.code.as_str()), (pointer, code));
        }
        save(&agent, layout(&[("facts", "five")])).await.problem(400, "body-malformed");
        // A widget a later Kept put there is left out, the others stay.
        app.sql("UPDATE layout SET widgets = $1", vec![r#"[{"widget":"weather","width":"half"},{"widget":"notes","width":"half"}]"#.into()]).await;
        assert_eq!(seen(&agent).await.1, ["notes"]);
    }

    async fn groups_layouts_are_for_who_may(app: TestApp) {
        let c = app.community("A").await;
        let (boss, agent, stranger) = (app.manager(&[c]).await, app.agent(&[c]).await, app.stranger().await);
        let agents = group(&app, "Agent").await;
        agent.get(&*agents).await.problem(403, "permission-missing");
        agent.put(&*agents, 0, layout(&[("facts", "half")])).await.problem(403, "permission-missing");
        stranger.get(&*agents).await.problem(404, "not-found");
        stranger.put(&*agents, 0, layout(&[("facts", "half")])).await.problem(404, "not-found");
        stranger.delete(&*agents, 0).await.problem(404, "not-found");
        assert!(agent.get("/layouts/account").await.ok().get("groups").is_none());
        boss.put(&*agents, 0, layout(&[("facts", "half")])).await.ok();
        let groups = boss.get("/layouts/account").await.ok()["groups"].clone();
        let with: Vec<&str> = groups.as_array().unwrap().iter().filter(|g| g["has_layout"] == true).map(|g| g["name"].as_str().unwrap()).collect();
        assert_eq!(with, ["Agent"]);
        app.trustee(&[c]).await.get("/layouts/account").await.problem(403, "permission-missing");
        // A group that goes takes its layout along.
        let super_ = app.user_in(app.organisation, UserType::Superuser, "Superuser", &[]).await;
        let made = super_.post("/permission-groups", json!({ "name": "Clerks", "base_type": "business", "permissions": ["accounts:view"] })).await.created();
        boss.put(format!("/layouts/account/groups/{}", made["id"].as_str().unwrap()), 0, layout(&[("notes", "full")])).await.ok();
        assert_eq!(super_.delete(format!("/permission-groups/{}", made["id"].as_str().unwrap()), 1).await.status, 204);
        assert_eq!(app.count("layout").await, 1);
    }
}
