//! Accounts, debtors, contacts and customer groups.

use crate::both;
use crate::kit::{Actor, Reply, book};
use kept_api::kernel::{Job, JobContext, JobKind, NoContent, Stop, Subject, When, jobs::Worker};
use kept_api::{accounts, communities, units};
use kept_shared::accounts::{Account, AccountLine, Debtor, NewAccount, NewDebtor, OwnedFrom};
use kept_shared::contacts::{Contact, ContactKind, NewContact};
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::page::Page;
use kept_shared::units::NewUnit;
use serde_json::{Value, json};

fn found(reply: &Reply) -> Vec<String> {
    reply
        .expect::<Page<AccountLine>>(200)
        .items
        .into_iter()
        .map(|a| a.reference)
        .collect()
}
async fn card(actor: &Actor<'_>, id: AccountId) -> Account {
    actor.get(format!("/accounts/{id}")).await.expect(200)
}
fn thandi() -> Value {
    json!({
        "reference": "ACA0101", "language": "en",
        "debtors": [
            { "kind": "natural", "title": "Ms", "first_name": "Thandi", "last_name": "Mokoéna", "contacts": [
                { "kind": "phone", "value": "082 123 4567", "label": "mobile" },
                { "kind": "phone", "value": "+27 (0)11 555 0199", "is_primary": true },
                { "kind": "email", "value": "Thandi@Example.org" },
            ]},
            { "kind": "legal", "company_name": "Sunrise Trust", "role": "guarantor" },
        ],
    })
}

both! {
    async fn an_account_is_opened_with_debtors_contacts_and_unit(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let unit = app.unit(acacia, "A-101").await;
        let agent = app.agent(&[acacia]).await;
        let mut body = thandi();
        body["unit"] = json!({ "unit_id": unit, "from_on": "2024-01-01" });
        let made = agent.post(format!("/communities/{acacia}/accounts"), body).await;
        let account: Account = made.expect(201);
        assert_eq!((account.name.as_str(), account.community.today.to_string().as_str()), ("Thandi Mokoéna", "2026-11-22"));
        assert_eq!(account.units[0].unit_id, unit);
        let roles: Vec<&str> = account.debtors.iter().map(|d| d.role.as_str()).collect();
        assert_eq!(roles, ["primary", "guarantor"]);
        let contacts = &account.debtors[0].contacts;
        let primary: Vec<(&str, bool)> = contacts.iter().map(|c| (c.value.as_str(), c.is_primary)).collect();
        assert_eq!(primary, [("+27115550199", true), ("Thandi@Example.org", true), ("+27821234567", false)]);
        assert_eq!(card(&agent, account.id).await, account);
        let events = app.number(
            "SELECT COUNT(*) AS n FROM event WHERE account_id = $1 AND kind IN ('account_created', 'owner_changed')",
            vec![account.id.into()],
        ).await;
        assert_eq!(events, 2);
    }

    async fn faults_point_into_the_account_and_nothing_is_written(app: TestApp) {
        let (acacia, baobab) = (app.community("ACACIA").await, app.community("BAOBAB").await);
        let foreign_unit = app.unit(baobab, "B-1").await;
        let agent = app.agent(&[acacia]).await;
        let path = format!("/communities/{acacia}/accounts");
        let mut body = thandi();
        body["debtors"][0]["contacts"][0]["value"] = json!("12");
        body["debtors"][1]["company_name"] = json!(" ");
        let errors = agent.post(&path, body).await.problem(422, "not-acceptable").errors;
        let pointers: Vec<&str> = errors.iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!(pointers, ["/debtors/0/contacts/0/value", "/debtors/1/company_name"]);
        for (field, value, pointer) in [
            ("unit", json!({"unit_id": foreign_unit, "from_on": "2024-01-01"}), "/unit/unit_id"),
            ("customer_group_id", json!(uuid::Uuid::now_v7()), "/customer_group_id"),
        ] {
            let mut body = thandi();
            body[field] = value;
            let problem = agent.post(&path, body).await.problem(422, "not-acceptable");
            assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), (pointer, "unknown"));
        }
        agent.post(format!("/communities/{baobab}/accounts"), thandi()).await.problem(404, "not-found");
        let mut body = thandi();
        body["debtors"][0]["contacts"][0]["kind"] = json!("fax");
        agent.post(&path, body).await.problem(400, "body-malformed");
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM account", vec![]).await, 0);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM debtor", vec![]).await, 0);
        agent.post(&path, thandi()).await.created();
        let problem = agent.post(&path, thandi()).await.problem(409, "already-exists");
        assert_eq!(problem.errors[0].pointer, "/reference");
    }

    async fn customers_are_found_by_whatever_is_known_of_them(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let unit = app.unit(acacia, "C-77").await;
        let agent = app.agent(&[acacia]).await;
        let mut body = thandi();
        body["unit"] = json!({ "unit_id": unit, "from_on": "2024-01-01" });
        agent.post(format!("/communities/{acacia}/accounts"), body).await.created();
        app.account(acacia, "ACA0999", "Sipho Dlamini").await;
        for q in [
            "mokoena", "MOKO%C3%89NA", "thandi%20moko", "moko%20thandi", "aca0101", "c-77", "thandi@example", "sunrise",
            "082%20123%204567", "0821234567", "%2B27%2082%20123%204567", "(011)%20555-0199", "0027821234567",
        ] {
            assert_eq!(found(&agent.get(format!("/accounts?q={q}")).await), ["ACA0101"], "{q}");
        }
        assert_eq!(found(&agent.get("/accounts?q=aca").await), ["ACA0999", "ACA0101"]);
        for q in ["moko%20dlamini", "%25", "_", "0829999999"] {
            assert!(found(&agent.get(format!("/accounts?q={q}")).await).is_empty(), "{q}");
        }
        agent.get(format!("/accounts?q={}", "x".repeat(201))).await.problem(400, "query-malformed");
    }

    async fn the_list_is_filtered_and_paged_by_name(app: TestApp) {
        let (acacia, baobab) = (app.community("ACACIA").await, app.community("BAOBAB").await);
        let all = app.superuser().await;
        let group = all.post("/customer-groups", json!({"name": "Investors"})).await.created();
        let mut ids = vec![];
        for (n, name) in ["Anna Adams", "Anna Adams", "Ben Botha", "Cara Cele"].iter().enumerate() {
            ids.push(app.account(acacia, &format!("A{n}"), name).await);
        }
        app.account(baobab, "B1", "Dan Dube").await;
        let mut seen = vec![];
        let mut path = "/accounts?limit=2".to_owned();
        loop {
            let page: Page<AccountLine> = all.get(&path).await.expect(200);
            seen.extend(page.items.iter().map(|a| a.name.clone()));
            match page.next_cursor {
                Some(cursor) => path = format!("/accounts?limit=2&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen, ["Anna Adams", "Anna Adams", "Ben Botha", "Cara Cele", "Dan Dube"]);
        assert_eq!(found(&all.get(format!("/accounts?community_id={baobab}")).await), ["B1"]);
        let edit = json!({"reference": "A2", "customer_group_id": group["id"], "is_active": false});
        all.put(format!("/accounts/{}", ids[2]), 1, edit).await.ok();
        assert_eq!(found(&all.get(format!("/accounts?customer_group_id={}", group["id"].as_str().unwrap())).await), ["A2"]);
        assert_eq!(found(&all.get("/accounts?active=false").await), ["A2"]);
        let attorney = app.attorney(&[acacia]).await;
        app.put_with(ids[3], acacia, attorney.id()).await;
        let handed: Page<AccountLine> = all.get("/accounts?handed_over=true").await.expect(200);
        assert_eq!(handed.items.len(), 1);
        assert!(handed.items[0].attorney.as_deref().is_some_and(|a| a.starts_with("Thandi Attorney")));
        assert_eq!(found(&all.get("/accounts?handed_over=false").await).len(), 4);
    }

    async fn an_account_is_changed_by_version_and_its_events_name_the_fields(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let id = app.account(acacia, "OLD", "Thandi Mokoena").await;
        app.account(acacia, "TAKEN", "Sipho Dlamini").await;
        let agent = app.agent(&[acacia]).await;
        let path = format!("/accounts/{id}");
        agent.put(&path, 1, json!({"reference": "TAKEN", "is_active": true})).await.problem(409, "already-exists");
        let changed = agent.put(&path, 1, json!({"reference": "NEW", "language": "af-ZA", "is_active": true})).await;
        assert_eq!(changed.version(), 2);
        assert_eq!(found(&agent.get("/accounts?q=new").await), ["NEW"]);
        assert!(found(&agent.get("/accounts?q=old").await).is_empty());
        agent.put(&path, 1, json!({"reference": "X", "is_active": true})).await.problem(412, "changed-meanwhile");
        agent.put(&path, 2, json!({"reference": "NEW", "language": "not a language", "is_active": true})).await.problem(422, "not-acceptable");
        let n = app.number(
            "SELECT COUNT(*) AS n FROM event WHERE account_id = $1 AND kind = 'account_changed' AND body LIKE '%[\"language\",\"reference\"]%'",
            vec![id.into()],
        ).await;
        assert_eq!(n, 1);
    }

    async fn a_payment_reference_names_one_customer_of_a_community(app: TestApp) {
        let (acacia, elsewhere) = (app.community("ACACIA").await, app.community("BAOBAB").await);
        let (one, two) = (app.account(acacia, "A1", "Thandi Mokoena").await, app.account(acacia, "A2", "Sipho Dlamini").await);
        let other = app.account(elsewhere, "A1", "Jan Botha").await;
        let agent = app.agent(&[acacia, elsewhere]).await;
        let with = |reference: &str, pays: &str| json!({ "reference": reference, "payment_reference": pays, "is_active": true });
        let set = agent.put(format!("/accounts/{one}"), 1, with("A1", " PAY-77 ")).await.ok();
        assert_eq!(set["payment_reference"], "PAY-77");
        assert_eq!(agent.get(format!("/accounts/{one}")).await.ok()["payment_reference"], "PAY-77");
        assert_eq!(agent.get(format!("/accounts/{one}/statement")).await.ok()["payment_reference"], "PAY-77");
        let n = app.number("SELECT COUNT(*) AS n FROM event WHERE account_id = $1 AND body LIKE '%[\"payment_reference\"]%'", vec![one.into()]).await;
        assert_eq!(n, 1);
        // Neither another's payment reference nor another's own; in another community it is free.
        for taken in ["PAY-77", "A1"] {
            let problem = agent.put(format!("/accounts/{two}"), 1, with("A2", taken)).await.problem(409, "already-exists");
            assert_eq!(problem.flaw("/payment_reference").unwrap().code, "taken");
        }
        agent.put(format!("/accounts/{other}"), 1, with("A1", "PAY-77")).await.ok();
        agent.put(format!("/accounts/{two}"), 1, with("A2", &"x".repeat(61))).await.problem(422, "not-acceptable");
        // Sent whole: without one it is the reference again.
        let none = agent.put(format!("/accounts/{one}"), 2, json!({ "reference": "A1", "is_active": true })).await.ok();
        assert_eq!(none.get("payment_reference"), None);
        assert_eq!(agent.get(format!("/accounts/{one}/statement")).await.ok()["payment_reference"], "A1");
    }

    async fn contacts_keep_one_primary_of_each_kind(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let account: Account = agent.post(format!("/communities/{acacia}/accounts"), thandi()).await.expect(201);
        let debtor = account.debtors[0].id;
        let path = format!("/debtors/{debtor}/contacts");
        let problem = agent.post(&path, json!({"kind": "phone", "value": "+27821234567"})).await.problem(409, "already-exists");
        assert_eq!(problem.errors[0].pointer, "/value");
        let added: Contact = agent.post(&path, json!({"kind": "phone", "value": "031 555 0111", "is_primary": true})).await.expect(201);
        assert_eq!((added.value.as_str(), added.is_primary), ("+27315550111", true));
        let phones = |account: &Account| -> Vec<(String, bool)> {
            account.debtors[0].contacts.iter().filter(|c| c.kind == ContactKind::Phone).map(|c| (c.value.clone(), c.is_primary)).collect()
        };
        let now = card(&agent, account.id).await;
        assert_eq!(phones(&now), [("+27315550111".into(), true), ("+27821234567".into(), false), ("+27115550199".into(), false)]);

        let mobile = now.debtors[0].contacts.iter().find(|c| c.value == "+27821234567").unwrap();
        let promoted: Contact = agent.act(format!("/contacts/{}/make-primary", mobile.id), mobile.version, json!({})).await.expect(200);
        assert!(promoted.is_primary);
        agent.act(format!("/contacts/{}/make-primary", mobile.id), mobile.version, json!({})).await.problem(412, "changed-meanwhile");

        let edited: Contact = agent
            .put(format!("/contacts/{}", mobile.id), promoted.version, json!({"kind": "phone", "value": "083 999 8888", "label": "new", "state": "valid"}))
            .await.expect(200);
        assert_eq!((edited.value.as_str(), edited.is_primary, edited.label.as_deref()), ("+27839998888", true, Some("new")));
        assert_eq!(found(&agent.get("/accounts?q=0839998888").await), ["ACA0101"]);
        assert!(found(&agent.get("/accounts?q=0821234567").await).is_empty());
        agent
            .put(format!("/contacts/{}", mobile.id), edited.version, json!({"kind": "email", "value": "a@b.org"}))
            .await.problem(422, "not-acceptable");

        agent.delete(format!("/contacts/{}", mobile.id), 1).await.problem(412, "changed-meanwhile");
        assert_eq!(agent.delete(format!("/contacts/{}", mobile.id), edited.version).await.status, 204);
        let now = card(&agent, account.id).await;
        assert_eq!(phones(&now), [("+27115550199".into(), true), ("+27315550111".into(), false)]);
        agent.delete(format!("/contacts/{}", mobile.id), 9).await.problem(404, "not-found");
    }

    async fn what_a_system_of_record_feeds_stays(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let account: Account = agent.post(format!("/communities/{acacia}/accounts"), thandi()).await.expect(201);
        let contact = &account.debtors[0].contacts[0];
        app.sql("UPDATE contact SET source = 'integration:erp' WHERE id = $1", vec![contact.id.into()]).await;
        agent.delete(format!("/contacts/{}", contact.id), 1).await.problem(409, "state-forbids");
        let path = format!("/contacts/{}", contact.id);
        agent.put(&path, 1, json!({"kind": "phone", "value": "083 000 0000"})).await.problem(409, "state-forbids");
        agent.put(&path, 1, json!({"kind": "phone", "value": contact.value, "label": "reception"})).await.ok();
    }

    async fn debtors_are_added_changed_and_removed(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let agent = app.agent(&[acacia]).await;
        let account: Account = agent.post(format!("/communities/{acacia}/accounts"), thandi()).await.expect(201);
        let path = format!("/accounts/{}/debtors", account.id);
        let co: Debtor = agent
            .post(&path, json!({"kind": "natural", "first_name": "Lerato", "last_name": "Khumalo", "contacts": [{"kind": "phone", "value": "084 555 0000"}]}))
            .await.expect(201);
        assert_eq!((co.role.as_str(), co.contacts[0].is_primary), ("co_debtor", true));
        assert_eq!(found(&agent.get("/accounts?q=khumalo").await), ["ACA0101"]);
        assert_eq!(card(&agent, account.id).await.name, "Thandi Mokoéna");

        let first = &account.debtors[0];
        let mut edit = json!({"kind": "natural", "first_name": "Thandi", "last_name": "Mokoéna", "role": "co_debtor"});
        agent.put(format!("/debtors/{}", first.id), 1, edit.clone()).await.problem(422, "not-acceptable");
        agent.delete(format!("/debtors/{}", first.id), 1).await.problem(409, "state-forbids");
        edit = json!({"kind": "natural", "first_name": "Lerato", "last_name": "Khumalo", "role": "primary"});
        agent.put(format!("/debtors/{}", co.id), 1, edit).await.ok();
        let now = card(&agent, account.id).await;
        assert_eq!(now.name, "Lerato Khumalo");
        let roles: Vec<(&str, &str)> = now.debtors.iter().map(|d| (d.full_name.as_str(), d.role.as_str())).collect();
        assert_eq!(roles, [("Lerato Khumalo", "primary"), ("Thandi Mokoéna", "co_debtor"), ("Sunrise Trust", "guarantor")]);
        assert_eq!(agent.delete(format!("/debtors/{}", first.id), 2).await.status, 204);
        assert!(found(&agent.get("/accounts?q=mokoena").await).is_empty());
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM contact WHERE debtor_id = $1", vec![first.id.into()]).await, 0);
    }

    async fn an_account_is_seen_by_those_it_is_given_to(app: TestApp) {
        let (acacia, baobab) = (app.community("ACACIA").await, app.community("BAOBAB").await);
        let agent = app.agent(&[acacia]).await;
        let account: Account = agent.post(format!("/communities/{acacia}/accounts"), thandi()).await.expect(201);
        let other = app.account(acacia, "OTHER", "Sipho Dlamini").await;
        let (path, contact) = (format!("/accounts/{}", account.id), &account.debtors[0].contacts[0]);
        let edit = json!({"reference": "X", "is_active": true});
        let value = json!({"kind": "phone", "value": "083 000 0000"});

        for outsider in [app.agent(&[baobab]).await, app.agent(&[]).await, app.stranger().await] {
            outsider.get(&path).await.problem(404, "not-found");
            outsider.put(&path, 1, edit.clone()).await.problem(404, "not-found");
            outsider.put(format!("/contacts/{}", contact.id), 1, value.clone()).await.problem(404, "not-found");
            outsider.delete(format!("/contacts/{}", contact.id), 1).await.problem(404, "not-found");
            outsider.post(format!("/debtors/{}/contacts", account.debtors[0].id), value.clone()).await.problem(404, "not-found");
            assert!(found(&outsider.get("/accounts").await).is_empty());
        }
        app.trustee(&[acacia]).await.get(&path).await.problem(403, "permission-missing");
        app.anonymous().get(&path).await.problem(401, "unauthenticated");

        let attorney = app.attorney(&[acacia]).await;
        let rival = app.attorney(&[acacia]).await;
        let elsewhere = app.attorney(&[baobab]).await;
        attorney.get(&path).await.problem(404, "not-found");
        let handover = app.put_with(account.id, acacia, attorney.id()).await;
        let seen = card(&attorney, account.id).await;
        assert_eq!(seen.handover.unwrap().firm.as_deref(), Some("Naidoo & Partners"));
        assert_eq!(found(&attorney.get("/accounts").await), ["ACA0101"]);
        attorney.get(format!("/accounts/{other}")).await.problem(404, "not-found");
        attorney.put(&path, 1, edit).await.problem(403, "permission-missing");
        for nobody in [&rival, &elsewhere] {
            nobody.get(&path).await.problem(404, "not-found");
            assert!(found(&nobody.get("/accounts?q=mokoena").await).is_empty());
        }
        app.take_back(handover, chrono::NaiveDate::from_ymd_opt(2026, 11, 22)).await;
        assert_eq!(found(&attorney.get("/accounts").await), ["ACA0101"], "readable on the last day");
        app.take_back(handover, chrono::NaiveDate::from_ymd_opt(2026, 11, 21)).await;
        attorney.get(&path).await.problem(404, "not-found");
    }

    async fn customer_groups_are_kept_while_in_use(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let all = app.superuser().await;
        let group = all.post("/customer-groups", json!({"name": "  Long   stay "})).await.created();
        assert_eq!(group["name"], "Long stay");
        all.post("/customer-groups", json!({"name": "Long stay"})).await.problem(409, "already-exists");
        let id = group["id"].as_str().unwrap();
        let mut body = thandi();
        body["customer_group_id"] = json!(id);
        let agent = app.agent(&[acacia]).await;
        let account: Account = agent.post(format!("/communities/{acacia}/accounts"), body).await.expect(201);
        assert_eq!(account.customer_group.unwrap().name, "Long stay");
        agent.post("/customer-groups", json!({"name": "Mine"})).await.problem(403, "permission-missing");
        all.delete(format!("/customer-groups/{id}"), 1).await.problem(409, "in-use");
        let renamed = all.put(format!("/customer-groups/{id}"), 1, json!({"name": "Residents"})).await.ok();
        assert_eq!((renamed["accounts"].as_i64(), renamed["version"].as_i64()), (Some(1), Some(2)));
        let attorney = app.attorney(&[acacia]).await;
        assert_eq!(attorney.get("/customer-groups").await.ok()["items"], json!([]));
        app.put_with(account.id, acacia, attorney.id()).await;
        assert_eq!(attorney.get("/customer-groups").await.ok()["items"][0]["name"], "Residents");
        all.put(format!("/accounts/{}", account.id), 1, json!({"reference": "ACA0101", "is_active": true})).await.ok();
        assert_eq!(all.delete(format!("/customer-groups/{id}"), 2).await.status, 204);
        assert_eq!(app.stranger().await.get("/customer-groups").await.ok()["items"], json!([]));
    }

    async fn many_accounts_are_opened_at_once_or_not_at_all(app: TestApp) {
        let acacia = app.community("ACACIA").await;
        let job = OpenMany { organisation: app.organisation, community: acacia, n: 1_200 };
        let tx = app.write().await;
        tx.enqueue(&job, When::Now).await.unwrap();
        let event = Event::JobDone { kind: "test".into() };
        tx.finish(Subject::organisation(app.organisation), event, NoContent).await.unwrap();
        Worker::new(app.kernel.clone(), [JobKind::of::<OpenMany>()]).drain().await.unwrap();

        let agent = app.agent(&[acacia]).await;
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM account", vec![]).await, 1_205);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM event WHERE kind = 'account_created'", vec![]).await, 1_205);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM event WHERE kind = 'owner_changed'", vec![]).await, 1_085);
        // One owner at a time: 1,080 at first, two after them in the history of U-0001, one in that of U-0010.
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM unit_owner", vec![]).await, 1_083);
        assert_eq!(app.number("SELECT COUNT(*) AS n FROM unit_owner WHERE to_on IS NULL", vec![]).await, 1_081);
        let labels: Page<AccountLine> = agent.get("/accounts?q=R122&limit=10").await.expect(200);
        let labels: Vec<(&str, Option<&str>)> = labels.items.iter().map(|a| (a.reference.as_str(), a.unit_label.as_deref())).collect();
        for wanted in [("R1220", None), ("R1221", Some("U-0001")), ("R1222", Some("U-0002")), ("R1223", None), ("R1224", Some("U-0010"))] {
            assert!(labels.contains(&wanted), "{wanted:?} in {labels:?}");
        }
        let before: Page<AccountLine> = agent.get("/accounts?q=R0001").await.expect(200);
        assert_eq!((before.items[0].unit_label.as_deref(), found(&agent.get("/accounts?q=U-0001").await)), (None, vec!["R1221".to_owned()]));
        let one: Page<AccountLine> = agent.get("/accounts?q=U-0777").await.expect(200);
        assert_eq!(one.items[0].reference, "R0777");
        assert_eq!((one.items[0].phone.as_deref(), one.items[0].unit_label.as_deref()), (Some("+27821000777"), Some("U-0777")));
        // Labels made in bulk are the labels made one by one.
        agent.put(format!("/accounts/{}", one.items[0].id), 1, json!({"reference": "R0777X", "is_active": true})).await.ok();
        assert_eq!(found(&agent.get("/accounts?q=0821000777").await), ["R0777X"]);
        assert_eq!(found(&agent.get("/accounts?q=person777@example.org").await), ["R0777X"]);
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct OpenMany {
    organisation: OrganisationId,
    community: CommunityId,
    n: usize,
}

#[async_trait::async_trait]
impl Job for OpenMany {
    const KIND: &'static str = "test.open_many";
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let tx = cx.write(self.organisation, "test").await?;
        let community = tx.get::<communities::Entity>(self.community).await?;
        let new = (0..self.n + 100)
            .map(|n| NewUnit::coded(&format!("U-{n:04}")))
            .collect();
        let units = units::actions::create_many(&tx, &community, new).await?;
        let owned = |n: usize, from_on: &str| OwnedFrom {
            unit_id: units[n],
            from_on: from_on.parse().unwrap(),
        };
        let account = |n: usize| {
            let mut debtor = NewDebtor::person("Person", &n.to_string());
            debtor.contacts = vec![
                NewContact::of(ContactKind::Phone, &format!("082 100 {n:04}")),
                NewContact::of(ContactKind::Email, &format!("person{n}@example.org")),
            ];
            let mut account = NewAccount::of(&format!("R{n:04}"), debtor);
            // Nearly all own the unit of their number.
            account.unit = (n % 10 != 0).then(|| owned(n, "2025-01-01"));
            account
        };
        let twice = vec![account(1), account(1)];
        let refused = accounts::actions::create_many(&tx, &community, twice).await;
        anyhow::ensure!(refused.is_err(), "the same reference twice");
        let ids = accounts::actions::create_many(&tx, &community, (0..self.n).map(account).collect()).await?;
        anyhow::ensure!(ids.len() == self.n, "an id each");
        let again = accounts::actions::create_many(&tx, &community, vec![account(5)]).await;
        anyhow::ensure!(again.is_err(), "a reference that is there");
        for (unit, pointer, code) in [
            (owned(1, "2999-01-01"), "/1/unit/from_on", "in_future"),
            (owned(1, "2024-12-31"), "/1/unit/from_on", "before_present_owner"),
            (
                OwnedFrom {
                    unit_id: UnitId(uuid::Uuid::now_v7()),
                    ..owned(1, "2026-01-01")
                },
                "/1/unit/unit_id",
                "unknown",
            ),
        ] {
            let mut second = account(self.n + 1);
            second.unit = Some(unit);
            let mut first = account(self.n);
            first.unit = None;
            let nested = tx.nested().await?;
            let Err(Stop::Problem(problem)) =
                accounts::actions::create_many(&nested, &community, vec![first, second]).await
            else {
                anyhow::bail!("{code} is refused");
            };
            anyhow::ensure!(
                problem.flaw(pointer).is_some_and(|flaw| flaw.code == code),
                "{problem:?}"
            );
            nested.undo().await?;
        }
        // Units change hands in one call as they would in one call each: from a later day, and on the same day.
        let next = [
            (20, owned(1, "2026-01-01")),
            (21, owned(1, "2026-02-01")),
            (22, owned(2, "2025-01-01")),
            (23, owned(10, "2026-01-01")),
            (24, owned(10, "2026-01-01")),
        ];
        let next = next.map(|(n, owned)| {
            let mut account = account(self.n + n);
            account.unit = Some(owned);
            account
        });
        accounts::actions::create_many(&tx, &community, next.to_vec()).await?;
        tx.finish(
            Subject::ours(),
            Event::JobDone {
                kind: Self::KIND.into(),
            },
            NoContent,
        )
        .await?;
        Ok(())
    }
}

/// Kept apart so that the kit's builder is used the way other tests use it.
#[test]
fn the_builders_body_names_one_person() {
    assert_eq!(
        book::account("1", "Jan van der Merwe")["debtors"][0]["last_name"],
        "Merwe"
    );
}
