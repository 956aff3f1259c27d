//! What an organisation decides about itself.

use crate::both;
use crate::kit::TestApp;
use kept_shared::{permission::UserType, settings::Settings};
use serde_json::{Value, json};

async fn events(app: &TestApp) -> i64 {
    app.number(
        "SELECT COUNT(*) AS n FROM event WHERE kind = 'organisation_changed'",
        vec![],
    )
    .await
}

both! {
    async fn a_new_organisation_has_the_shipped_settings_and_superusers_change_them(app: TestApp) {
        let boss = app.superuser().await;
        let reply = boss.get("/settings").await;
        let shipped: Settings = reply.expect(200);
        assert_eq!(reply.version(), shipped.version);
        assert!(shipped.handover_auto_accept);
        assert_eq!((shipped.handover_readable_days, shipped.currency.to_string().as_str()), (30, "ZAR"));
        let patch = json!({"handover_auto_accept": false, "handover_readable_days": 90, "name": " Umhlanga Ridge ", "time_zone": "Africa/Maputo", "locale": "af-ZA"});
        let changed: Settings = boss.patch("/settings", shipped.version, patch).await.expect(200);
        assert_eq!(changed, Settings {
            name: "Umhlanga Ridge".into(), time_zone: "Africa/Maputo".into(), locale: "af-ZA".into(),
            handover_auto_accept: false, handover_readable_days: 90, version: shipped.version + 1, ..shipped
        });
        assert_eq!(boss.get("/settings").await.expect::<Settings>(200), changed);
        assert_eq!(events(&app).await, 1);
        let n = app.number("SELECT COUNT(*) AS n FROM event WHERE kind = 'organisation_changed' AND body LIKE '%\"handover_readable_days\"%' AND body NOT LIKE '%currency%'", vec![]).await;
        assert_eq!(n, 1, "the event names what changed");
        // What is absent stays, and what this version does not know is not lost.
        app.sql("UPDATE organisation SET settings = $1 WHERE id = $2", vec![r#"{"handover_readable_days": 90, "from_the_future": [1]}"#.into(), app.organisation.into()]).await;
        let again: Settings = boss.patch("/settings", changed.version, json!({"handover_auto_accept": false})).await.expect(200);
        assert_eq!((again.handover_readable_days, again.handover_auto_accept), (90, false));
        let kept = app.number("SELECT COUNT(*) AS n FROM organisation WHERE settings LIKE '%from_the_future%'", vec![]).await;
        assert_eq!(kept, 1);
    }

    async fn bad_settings_are_refused_with_the_field_and_nothing_is_changed(app: TestApp) {
        let boss = app.superuser().await;
        let version = boss.get("/settings").await.version();
        for (patch, pointer, code) in [
            (json!({"name": "  "}), "/name", "required"),
            (json!({"name": "x".repeat(201)}), "/name", "too_long"),
            (json!({"time_zone": "Africa/Atlantis"}), "/time_zone", "not_a_time_zone"),
            (json!({"locale": "english"}), "/locale", "not_a_locale"),
            (json!({"handover_readable_days": -1}), "/handover_readable_days", "out_of_range"),
            (json!({"handover_readable_days": 3651}), "/handover_readable_days", "out_of_range"),
        ] {
            let problem = boss.patch("/settings", version, patch).await.problem(422, "not-acceptable");
            assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), (pointer, code));
        }
        for patch in [json!({"currency": "EUR"}), json!({"handover_auto_accept": "no"}), json!({"version": 7}), json!([])] {
            boss.patch("/settings", version, patch).await.problem(400, "body-malformed");
        }
        let unconditional = boss.ask(actix_web::http::Method::PATCH, "/settings").json(json!({})).send().await;
        unconditional.problem(428, "if-match-missing");
        boss.patch("/settings", version + 1, json!({"name": "Late"})).await.problem(412, "changed-meanwhile");
        assert_eq!((boss.get("/settings").await.version(), events(&app).await), (version, 0));
    }

    async fn settings_are_for_those_who_may_and_of_ones_own_organisation(app: TestApp) {
        let community = app.community("A").await;
        let manager = app.manager(&[community]).await;
        let seen: Settings = manager.get("/settings").await.expect(200);
        assert_eq!(seen.organisation_id, app.organisation);
        manager.patch("/settings", seen.version, json!({"name": "Mine"})).await.problem(403, "permission-missing");
        for nobody in [app.agent(&[community]).await, app.attorney(&[community]).await, app.trustee(&[community]).await] {
            nobody.get("/settings").await.problem(403, "permission-missing");
        }
        app.anonymous().get("/settings").await.problem(401, "unauthenticated");
        let stranger = app.stranger().await;
        let theirs: Settings = stranger.get("/settings").await.expect(200);
        assert_ne!(theirs.organisation_id, app.organisation);
        stranger.patch("/settings", theirs.version, json!({"name": "Elsewhere"})).await.expect::<Settings>(200);
        assert_eq!(manager.get("/settings").await.expect::<Settings>(200), seen);
    }

    async fn handovers_follow_the_settings(app: TestApp) {
        app.seed_statuses().await;
        let community = app.debt_community("A").await;
        let (first, second) = (app.debtor(community, "A1", 1_000_00).await, app.debtor(community, "A2", 1_000_00).await);
        let attorney = app.attorney(&[community]).await;
        let boss = app.user_in(app.organisation, UserType::Superuser, "Superuser", &[]).await;
        let version = boss.get("/settings").await.version();
        boss.patch("/settings", version, json!({"handover_auto_accept": false, "handover_readable_days": 0})).await.expect::<Settings>(200);
        app.apply(&boss, &[first], "HO", Some(attorney.id())).await;
        let state = async |account: kept_shared::ids::AccountId| -> Value {
            let all = boss.get("/handovers").await.ok();
            all["items"].as_array().unwrap().iter().find(|h| h["account_id"] == account.to_string()).unwrap().clone()
        };
        assert_eq!(state(first).await["state"], "pending");
        boss.patch("/settings", version + 1, json!({"handover_auto_accept": true})).await.expect::<Settings>(200);
        app.apply(&boss, &[second], "HO", Some(attorney.id())).await;
        let matter = state(second).await;
        assert_eq!((&matter["state"], &state(first).await["state"]), (&json!("active"), &json!("pending")));
        // Taken back, it is out of the attorney's sight at once: no days were given.
        attorney.get(format!("/accounts/{second}")).await.ok();
        let path = format!("/handovers/{}/recall", matter["id"].as_str().unwrap());
        let version = matter["version"].as_i64().unwrap_or(1);
        let recalled = boss.act(path, version, json!({"reason": "paid"})).await;
        assert!(recalled.is_success(), "{}", recalled.text());
        attorney.get(format!("/accounts/{second}")).await.problem(404, "not-found");
    }
}
