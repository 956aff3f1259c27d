//! Units and the history of their owners.

use crate::both;
use crate::kit::{Actor, Reply};
use kept_shared::ids::*;
use kept_shared::page::Page;
use kept_shared::units::{Unit, UnitChange};
use serde_json::json;

fn codes(reply: &Reply) -> Vec<String> {
    reply
        .expect::<Page<Unit>>(200)
        .items
        .into_iter()
        .map(|u| u.code)
        .collect()
}
fn flaw(reply: &Reply) -> (String, String) {
    let errors = reply.problem(422, "not-acceptable").errors;
    (errors[0].pointer.clone(), errors[0].code.clone())
}
fn owner(account: AccountId, from_on: &str) -> serde_json::Value {
    json!({ "account_id": account, "from_on": from_on })
}

both! {
    async fn units_are_listed_as_people_count(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        for code in ["A-10", "A-2", "B-1", "A-1"] {
            app.unit(acacia, code).await;
        }
        let agent = app.agent(&[acacia]).await;
        let first = agent.get(format!("/units?community_id={acacia}&limit=3")).await;
        assert_eq!(codes(&first), ["A-1", "A-2", "A-10"]);
        let cursor = first.ok()["next_cursor"].as_str().unwrap().to_owned();
        assert_eq!(codes(&agent.get(format!("/units?community_id={acacia}&limit=3&cursor={cursor}")).await), ["B-1"]);
        assert_eq!(codes(&agent.get("/units?q=a-1").await), ["A-1", "A-10"]);
    }

    async fn a_number_typed_from_its_beginning_and_a_block_come_first(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let path = format!("/communities/{acacia}/units");
        for (code, block, description) in [("A-1", "A", "Beside B0"), ("B0-1", "B", ""), ("C-1", "Block C", ""), ("B0-2", "b", "")] {
            agent.post(&path, json!({"code": code, "block": block, "description": description})).await.created();
        }
        let all = codes(&agent.get("/units?q=b0").await);
        assert_eq!(all, ["B0-1", "B0-2", "A-1"]);
        let mut paged = vec![];
        let mut cursor = String::new();
        loop {
            let page = agent.get(format!("/units?q=b0&limit=1{cursor}")).await;
            paged.extend(codes(&page));
            match page.ok()["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged, all);
        assert_eq!(codes(&agent.get("/units?q=Block%20B").await), ["B0-1", "B0-2"]);
        assert_eq!(codes(&agent.get("/units?q=block%20c").await), ["C-1"]);
    }

    async fn what_was_changed_about_a_unit_is_listed(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let made: Unit = agent
            .post(format!("/communities/{acacia}/units"), json!({"code": "A-1", "block": "A"})).await.expect(201);
        app.unit(acacia, "A-9").await;
        let unit = format!("/units/{}", made.id);
        agent.put(&unit, 1, json!({"code": "A-1", "block": "B", "is_active": false})).await.ok();
        agent.put(&unit, 2, json!({"code": "A-1", "section": "7"})).await.ok();
        let first: Page<UnitChange> = agent.get(format!("{unit}/changes?limit=2")).await.expect(200);
        let told = |change: &UnitChange| -> Vec<String> {
            change.values.iter().map(|v| format!("{} {:?} {:?}", v.field, v.from, v.to)).collect()
        };
        assert_eq!(told(&first.items[0]), [
            r#"block Some("B") None"#, r#"is_active Some("false") Some("true")"#, r#"section None Some("7")"#,
        ]);
        assert_eq!(first.items[1].fields, ["block", "is_active"]);
        assert!(!first.items[1].by.is_empty() && !first.items[1].created);
        let cursor = first.next_cursor.unwrap();
        let rest: Page<UnitChange> = agent.get(format!("{unit}/changes?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!(rest.items.len(), 1);
        assert!(rest.items[0].created && rest.next_cursor.is_none());
        // Who does not reach the unit learns nothing.
        let elsewhere = app.agent(&[app.community("BAOBAB").await]).await;
        elsewhere.get(format!("{unit}/changes")).await.problem(404, "not-found");
    }

    async fn a_unit_is_made_changed_and_its_code_is_unique(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let path = format!("/communities/{acacia}/units");
        let made: Unit = agent
            .post(&path, json!({"code": " A-101 ", "block": "A", "participation_quota": "1.2345"})).await.expect(201);
        assert_eq!((made.code.as_str(), made.version), ("A-101", 1));
        let problem = agent.post(&path, json!({"code": "A-101"})).await.problem(409, "already-exists");
        assert_eq!(problem.errors[0].pointer, "/code");
        assert_eq!(flaw(&agent.post(&path, json!({"code": "1", "participation_quota": "101"})).await).0, "/participation_quota");
        let unit = format!("/units/{}", made.id);
        let changed: Unit = agent.put(&unit, 1, json!({"code": "A-102", "is_active": false})).await.expect(200);
        assert_eq!((changed.code.as_str(), changed.block, changed.is_active), ("A-102", None, false));
        agent.put(&unit, 1, json!({"code": "A-103"})).await.problem(412, "changed-meanwhile");
        // The same code in another community is another unit.
        app.unit(app.community("BAOBAB").await, "A-102").await;
    }

    async fn a_new_owner_ends_the_old_one_the_day_before(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let unit = app.unit(acacia, "A-1").await;
        let thandi = app.account(acacia, "T", "Thandi Mokoena").await;
        let sipho = app.account(acacia, "S", "Sipho Dlamini").await;
        let agent = app.agent(&[acacia]).await;
        let path = format!("/units/{unit}/owners");
        agent.act(&path, 1, owner(thandi, "2024-03-01")).await.ok();
        let after: Unit = agent.act(&path, 2, owner(sipho, "2026-01-01")).await.expect(200);
        assert_eq!(after.owner.as_ref().unwrap().account_id, sipho);
        assert_eq!(after.previous_owners.len(), 1);
        assert_eq!(after.previous_owners[0].to_on.unwrap().to_string(), "2025-12-31");
        assert_eq!(after.version, 3);

        // The customers know their units.
        let card = agent.get(format!("/accounts/{thandi}")).await.ok();
        assert_eq!((card["customer_type"].as_str(), card["units"][0]["to_on"].as_str()), (Some("previous_customer"), Some("2025-12-31")));
        let card = agent.get(format!("/accounts/{sipho}")).await.ok();
        assert_eq!((card["customer_type"].as_str(), card["units"][0]["code"].as_str()), (Some("customer"), Some("A-1")));
        let labels = agent.get("/accounts?q=a-1").await.ok();
        assert_eq!(labels["items"].as_array().unwrap().len(), 1);
        assert_eq!(labels["items"][0]["unit_label"], "A-1");

        // A unit's new code reaches its owner's label.
        agent.put(format!("/units/{unit}"), 3, json!({"code": "A-99"})).await.ok();
        assert_eq!(agent.get("/accounts?q=a-99").await.ok()["items"][0]["reference"], "S");

        // Lists show the present owner; earlier ones on request, and then the search finds them too.
        assert!(codes(&agent.get("/units?q=mokoena").await).is_empty());
        assert_eq!(codes(&agent.get("/units?q=mokoena&include_previous=true").await), ["A-99"]);
        assert_eq!(codes(&agent.get("/units?q=dlamini").await), ["A-99"]);
        let listed: Page<Unit> = agent.get("/units").await.expect(200);
        assert!(listed.items[0].previous_owners.is_empty());
    }

    async fn wrong_owners_are_refused_and_mistakes_corrected(app: TestApp) {
        let (acacia, baobab) = (app.community("ACACIA").await, app.community("BAOBAB").await);
        let unit = app.unit(acacia, "A-1").await;
        let thandi = app.account(acacia, "T", "Thandi Mokoena").await;
        let sipho = app.account(acacia, "S", "Sipho Dlamini").await;
        let other = app.account(baobab, "O", "Other Person").await;
        let agent = app.agent(&[acacia]).await;
        let all = app.superuser().await;
        let path = format!("/units/{unit}/owners");
        let unknown = ("/account_id".to_owned(), "unknown".to_owned());
        assert_eq!(flaw(&agent.act(&path, 1, owner(other, "2026-01-01")).await), unknown, "out of reach is as unknown");
        assert_eq!(flaw(&all.act(&path, 1, owner(other, "2026-01-01")).await), ("/account_id".into(), "other_community".into()));
        assert_eq!(flaw(&agent.act(&path, 1, owner(thandi, "2026-11-23")).await), ("/from_on".into(), "in_future".into()));
        agent.act(&path, 1, owner(thandi, "2026-01-01")).await.ok();
        assert_eq!(flaw(&agent.act(&path, 2, owner(thandi, "2026-02-01")).await), ("/account_id".into(), "already_owner".into()));
        assert_eq!(flaw(&agent.act(&path, 2, owner(sipho, "2025-12-31")).await), ("/from_on".into(), "before_present_owner".into()));
        agent.act(&path, 1, owner(sipho, "2026-02-01")).await.problem(412, "changed-meanwhile");
        let corrected: Unit = agent.act(&path, 2, owner(sipho, "2026-01-01")).await.expect(200);
        assert_eq!(corrected.owner.unwrap().account_id, sipho);
        assert!(corrected.previous_owners.is_empty());
        assert_eq!(agent.get(format!("/accounts/{thandi}")).await.ok()["units"], json!([]));
        assert_eq!(codes(&agent.get("/units?owned=true").await), ["A-1"]);
        assert!(codes(&agent.get("/units?owned=false").await).is_empty());
    }

    async fn an_attorney_sees_the_units_of_what_was_handed_over_and_a_trustee_no_names(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let (mine, theirs) = (app.unit(acacia, "A-1").await, app.unit(acacia, "A-2").await);
        let thandi = app.account(acacia, "T", "Thandi Mokoena").await;
        let sipho = app.account(acacia, "S", "Sipho Dlamini").await;
        let agent = app.agent(&[acacia]).await;
        agent.act(format!("/units/{mine}/owners"), 1, owner(sipho, "2020-01-01")).await.ok();
        agent.act(format!("/units/{mine}/owners"), 2, owner(thandi, "2024-01-01")).await.ok();
        agent.act(format!("/units/{theirs}/owners"), 1, owner(sipho, "2024-01-01")).await.ok();

        let attorney = app.attorney(&[acacia]).await;
        assert!(codes(&attorney.get("/units").await).is_empty());
        attorney.get(format!("/units/{mine}")).await.problem(404, "not-found");
        let handover = app.put_with(thandi, acacia, attorney.id()).await;
        assert_eq!(codes(&attorney.get("/units").await), ["A-1"]);
        let unit: Unit = attorney.get(format!("/units/{mine}")).await.expect(200);
        assert_eq!(unit.owner.unwrap().name, "Thandi Mokoena");
        assert!(unit.previous_owners.is_empty(), "the owner before is not the attorney's business");
        assert!(codes(&attorney.get("/units?q=dlamini&include_previous=true").await).is_empty());
        attorney.get(format!("/units/{theirs}")).await.problem(404, "not-found");
        app.take_back(handover, None).await;
        attorney.get(format!("/units/{mine}")).await.problem(404, "not-found");

        let trustee = app.trustee(&[acacia]).await;
        let unit: Unit = trustee.get(format!("/units/{mine}")).await.expect(200);
        let owner = unit.owner.unwrap();
        assert_eq!((owner.name.as_str(), owner.reference.as_str()), ("T. M.", "—"));
        assert!(codes(&trustee.get("/units?q=mokoena").await).is_empty());
        app.agent(&[]).await.get(format!("/units/{mine}")).await.problem(404, "not-found");
    }

    async fn the_list_narrows_to_a_block_and_the_workbook_holds_exactly_that(app: TestApp) {
        let (acacia, other) = (app.community("ACACIA").await, app.community("OTHER").await);
        let boss = app.superuser().await;
        let mut units = vec![];
        for (place, code, block) in [(acacia, "A-10", "Block 10"), (acacia, "A-2", "Block 2"), (acacia, "A-3", "Block 2"), (other, "X", "Block 2")] {
            let made = boss.post(format!("/communities/{place}/units"), json!({"code": code, "block": block})).await.created();
            units.push(made["id"].as_str().unwrap().to_owned());
        }
        app.unit(acacia, "NO-BLOCK").await;
        let (before, now) = (app.account(acacia, "S", "Sipho Dlamini").await, app.account(acacia, "T", "=Thandi Mokoena").await);
        boss.act(format!("/units/{}/owners", units[1]), 1, owner(before, "2020-01-01")).await.ok();
        boss.act(format!("/units/{}/owners", units[1]), 2, owner(now, "2024-01-01")).await.ok();

        let agent = app.agent(&[acacia]).await;
        let blocks = agent.get(format!("/communities/{acacia}/blocks")).await.ok();
        assert_eq!(blocks, json!([{"name": "Block 2", "units": 2}, {"name": "Block 10", "units": 1}]));
        agent.get(format!("/communities/{other}/blocks")).await.problem(404, "not-found");
        assert_eq!(codes(&agent.get("/units?block=Block%202").await), ["A-2", "A-3"]);
        let attorney = app.attorney(&[acacia]).await;
        app.put_with(now, acacia, attorney.id()).await;
        assert_eq!(attorney.get(format!("/communities/{acacia}/blocks")).await.ok(), json!([{"name": "Block 2", "units": 1}]));

        let rows = workbook(&agent, "block=Block%202").await;
        let shown = |row: &[String]| (row[0].clone(), row[6].clone(), row[7].clone());
        let text = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        // A name that looks like a formula stays a text.
        assert_eq!(rows.iter().map(|r| shown(r)).collect::<Vec<_>>(), [text("A-2", "=Thandi Mokoena", "T"), text("A-3", "", "")]);
        let rows = workbook(&agent, "block=Block%202&include_previous=true").await;
        assert_eq!(shown(&rows[1]), text("A-2", "Sipho Dlamini", "S"));
        assert_eq!(workbook(&attorney, "").await.len(), 1);
        assert_eq!(app.count("event WHERE kind = 'export_made' AND body LIKE '%\"units\"%'").await, 3);
        agent.get("/unit-figures.xlsx?limit=5").await.problem(400, "query-malformed");
        app.trustee(&[acacia]).await.get("/unit-figures.xlsx").await.problem(403, "permission-missing");
    }
}

/// The rows below the header of the downloaded list.
async fn workbook(by: &Actor<'_>, query: &str) -> Vec<Vec<String>> {
    use calamine::Reader;
    let reply = by.get(format!("/unit-figures.xlsx?{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(reply.bytes)).unwrap();
    assert!(book.worksheet_formula("Units").unwrap().is_empty());
    let sheet = book.worksheet_range("Units").unwrap();
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .map(|r| r.iter().map(ToString::to_string).collect())
        .collect();
    let head = rows.iter().position(|r| r[0] == "Unit").unwrap();
    rows[head + 1..].to_vec()
}
