//! Communities: fields, rules, reach.

use crate::both;
use crate::kit::{Reply, book};
use actix_web::http::Method;
use kept_shared::communities::{Community, CommunityLine};
use kept_shared::ids::CommunityId;
use kept_shared::page::Page;
use serde_json::json;

fn flaws(reply: &Reply) -> Vec<(String, String)> {
    reply
        .problem(422, "not-acceptable")
        .errors
        .into_iter()
        .map(|e| (e.pointer, e.code))
        .collect()
}
fn names(reply: &Reply) -> Vec<String> {
    reply
        .expect::<Page<CommunityLine>>(200)
        .items
        .into_iter()
        .map(|c| c.code)
        .collect()
}

both! {
    async fn a_community_is_made_read_and_changed(app: TestApp) {
        let manager = app.superuser().await;
        let mut body = book::community("ACACIA");
        body["phone"] = json!(" 011 555 0100 ");
        body["website"] = json!("https://acacia.example.org");
        let made = manager.post("/communities", body.clone()).await;
        let community: Community = made.expect(201);
        assert_eq!(made.version(), 1);
        assert_eq!(made.header("location"), Some(format!("/api/v1/communities/{}", community.id).as_str()));
        assert_eq!(community.phone.as_deref(), Some("+27115550100"));
        assert!(!community.currency_is_fixed);

        let path = format!("/communities/{}", community.id);
        let read = manager.get(&path).await;
        assert_eq!(read.expect::<Community>(200), community);

        body["name"] = json!("Acacia Heights");
        body["ageing"]["mode"] = json!("days");
        body["ageing"]["edges"] = json!([7, 37, 67, 97]);
        let changed = manager.put(&path, 1, body.clone()).await;
        assert_eq!(changed.version(), 2);
        assert_eq!(changed.ok()["ageing"]["edges"], json!([7, 37, 67, 97]));
        // The event names what changed, in the words of the wire, and nothing else.
        let n = app.number(
            "SELECT COUNT(*) AS n FROM event WHERE kind = 'community_changed' AND community_id = $1 AND body LIKE '%[\"ageing\",\"name\"]%'",
            vec![community.id.into()],
        ).await;
        assert_eq!(n, 1);

        manager.put(&path, 1, body.clone()).await.problem(412, "changed-meanwhile");
        manager.ask(Method::PUT, &path).json(body).send().await.problem(428, "if-match-missing");
    }

    async fn every_fault_of_a_community_is_named_at_once(app: TestApp) {
        let manager = app.superuser().await;
        let mut body = book::community(" ");
        body["time_zone"] = json!("Africa/Atlantis");
        body["email"] = json!("office");
        body["website"] = json!("javascript:alert(1)");
        body["ageing"]["edges"] = json!([0, 30, 30, 90]);
        let got = flaws(&manager.post("/communities", body).await);
        for expected in [
            ("/code", "required"), ("/time_zone", "not_a_time_zone"), ("/email", "not_an_email"),
            ("/website", "not_a_website"), ("/ageing/edges/2", "not_increasing"),
        ] {
            assert!(got.contains(&(expected.0.into(), expected.1.into())), "{expected:?} in {got:?}");
        }
        let mut misspelt = book::community("A");
        misspelt["adress"] = json!("1 Main Road");
        manager.post("/communities", misspelt).await.problem(400, "body-malformed");
        let mut mode = book::community("A");
        mode["ageing"]["mode"] = json!("weekly");
        let problem = manager.post("/communities", mode).await.problem(400, "body-malformed");
        assert_eq!(problem.errors[0].pointer, "/ageing/mode");
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM community", vec![]).await, 0);
    }

    async fn a_code_is_unique_in_its_organisation_only(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let elsewhere = app.community("BAOBAB").await;
        let restricted = app.manager(&[elsewhere]).await;
        let problem = restricted.post("/communities", book::community("ACACIA")).await.problem(409, "already-exists");
        assert_eq!(problem.errors[0].pointer, "/code");
        let manager = app.superuser().await;
        manager.put(format!("/communities/{elsewhere}"), 1, book::community("ACACIA")).await.problem(409, "already-exists");
        manager.put(format!("/communities/{acacia}"), 1, book::community("ACACIA")).await.ok();
        app.stranger().await.post("/communities", book::community("ACACIA")).await.created();
    }

    async fn the_currency_is_fixed_once_something_was_posted(app: TestApp) {
        let id = app.community("ACACIA").await;
        let manager = app.superuser().await;
        let path = format!("/communities/{id}");
        let mut body = book::community("ACACIA");
        body["currency"] = json!("NAD");
        manager.put(&path, 1, body.clone()).await.ok();
        let account = app.account(id, "1", "Thandi Mokoena").await;
        app.sql(
            "INSERT INTO entry (id, account_id, community_id, type, context, description, effective_on, amount_minor, posted_at) \
             VALUES ($1, $2, $3, 'invoice', 'invoice', 'Levy', $4, 100, $5)",
            vec![
                uuid::Uuid::now_v7().into(), account.into(), id.into(),
                chrono::NaiveDate::from_ymd_opt(2026, 11, 1).into(), chrono::Utc::now().into(),
            ],
        ).await;
        body["currency"] = json!("ZAR");
        let got = flaws(&manager.put(&path, 2, body.clone()).await);
        assert_eq!(got, [("/currency".into(), "fixed_by_entries".into())]);
        body["currency"] = json!("NAD");
        let reply = manager.put(&path, 2, body).await.ok();
        assert_eq!(reply["currency_is_fixed"], true);
    }

    async fn somebody_restricted_is_given_the_community_they_make(app: TestApp) {
        let first = app.community("FIRST").await;
        let manager = app.manager(&[first]).await;
        let made = manager.post("/communities", book::community("SECOND")).await.created();
        let id: CommunityId = serde_json::from_value(made["id"].clone()).unwrap();
        let given = app.number(
            "SELECT COUNT(*) AS n FROM user_community WHERE user_id = $1 AND community_id = $2",
            vec![manager.id().into(), id.into()],
        ).await;
        assert_eq!(given, 1);
    }

    async fn the_same_key_makes_one_community(app: TestApp) {
        let manager = app.superuser().await;
        let ask = || manager.ask(Method::POST, "/communities").key("make-acacia").json(book::community("ACACIA")).send();
        let (first, second) = (ask().await, ask().await);
        assert_eq!((first.status, &first.bytes), (201, &second.bytes));
        assert_eq!(second.status, 201);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM community", vec![]).await, 1);
        manager
            .ask(Method::POST, "/communities").key("make-acacia").json(book::community("OTHER")).send().await
            .problem(422, "idempotency-key-reused");
    }

    async fn everybody_sees_only_the_communities_given_to_them(app: TestApp) {
        let (acacia, baobab) = (app.community("ACACIA").await, app.community("BAOBAB").await);
        let account = app.account(acacia, "A1", "Thandi Mokoena").await;
        let agent = app.agent(&[acacia]).await;
        assert_eq!(names(&agent.get("/communities").await), ["ACACIA"]);
        agent.get(format!("/communities/{acacia}")).await.ok();
        agent.get(format!("/communities/{baobab}")).await.problem(404, "not-found");
        agent.put(format!("/communities/{acacia}"), 1, book::community("ACACIA")).await.problem(403, "permission-missing");
        app.manager(&[acacia]).await.put(format!("/communities/{baobab}"), 1, book::community("B")).await.problem(404, "not-found");
        app.agent(&[]).await.get(format!("/communities/{acacia}")).await.problem(404, "not-found");
        assert!(names(&app.stranger().await.get("/communities").await).is_empty());
        app.anonymous().get("/communities").await.problem(401, "unauthenticated");

        let attorney = app.attorney(&[acacia, baobab]).await;
        assert!(names(&attorney.get("/communities").await).is_empty());
        let handover = app.put_with(account, acacia, attorney.id()).await;
        assert_eq!(names(&attorney.get("/communities").await), ["ACACIA"]);
        attorney.get(format!("/communities/{baobab}")).await.problem(404, "not-found");
        app.take_back(handover, chrono::NaiveDate::from_ymd_opt(2026, 11, 22)).await;
        assert_eq!(names(&attorney.get("/communities").await), ["ACACIA"]);
        app.take_back(handover, None).await;
        attorney.get(format!("/communities/{acacia}")).await.problem(404, "not-found");
    }

    async fn the_list_is_paged_searched_and_counts_what_the_caller_may_see(app: TestApp) {
        let a = app.community("A").await;
        app.community("B").await;
        app.community("C").await;
        let account = app.account(a, "1", "Thandi Mokoena").await;
        app.account(a, "2", "Sipho Dlamini").await;
        app.unit(a, "101").await;
        let all = app.superuser().await;
        let first: Page<CommunityLine> = all.get("/communities?limit=2").await.expect(200);
        assert_eq!(first.items.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        let cursor = first.next_cursor.unwrap();
        let rest: Page<CommunityLine> = all.get(format!("/communities?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!(rest.items.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), ["C"]);
        assert_eq!(rest.next_cursor, None);
        all.get(format!("/communities?q=x&cursor={cursor}")).await.problem(400, "cursor-invalid");
        all.get("/communities?limit=201").await.problem(400, "query-malformed");
        all.get("/communities?nam=x").await.problem(400, "query-malformed");
        assert_eq!(names(&all.get("/communities?q=unity%20b").await), ["B"]);
        assert!(names(&all.get("/communities?q=%25").await).is_empty(), "a percent sign is text");
        assert!(names(&all.get("/communities?active=false").await).is_empty());

        let counted: Page<CommunityLine> = all.get("/communities?q=A&counts=true&limit=1").await.expect(200);
        let counts = counted.items[0].counts.unwrap();
        assert_eq!((counts.accounts, counts.units, counts.handed_over), (2, 1, 0));
        let attorney = app.attorney(&[a]).await;
        app.put_with(account, a, attorney.id()).await;
        let counted: Page<CommunityLine> = attorney.get("/communities?counts=true").await.expect(200);
        let counts = counted.items[0].counts.unwrap();
        assert_eq!((counts.accounts, counts.units, counts.handed_over), (1, 0, 1));
    }
}
