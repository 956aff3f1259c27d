//! Fields of one's own: the schema, what stands in them, who reads it, and how customers are found by it.

use crate::both;
use crate::kit::{Actor, Reply, ok};
use crate::kit_ledger::entry;
use kept_api::check;
use kept_shared::ids::AccountId;
use kept_shared::ledger::EntryType;
use kept_shared::permission::{Permission, UserType};
use serde_json::{Value, json};

fn field(entity: &str, key: &str, kind: &str) -> Value {
    json!({ "entity": entity, "key": key, "labels": { "en": format!("The {key}"), "af": format!("Die {key}") }, "type": kind })
}

fn with(mut field: Value, more: Value) -> Value {
    field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    field
}

async fn make(by: &Actor<'_>, new: Value) -> Value {
    by.post("/metadata-fields", new).await.created()
}

fn keys(fields: &Value) -> Vec<&str> {
    fields
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["key"].as_str().unwrap())
        .collect()
}

fn path(field: &Value) -> String {
    format!("/metadata-fields/{}", field["id"].as_str().unwrap())
}

async fn put(by: &Actor<'_>, path: &str, version: i64, values: Value) -> Reply {
    by.put(path, version, json!({ "values": values })).await
}

/// Keys and values as somebody reads them; `***` for a masked one.
fn values(metadata: &Value) -> Value {
    let all = metadata["items"].as_array().unwrap().iter();
    all.filter(|i| i["is_masked"] == true || i.get("value").is_some())
        .map(|i| {
            (
                i["field"]["key"].as_str().unwrap().to_owned(),
                if i["is_masked"] == true {
                    json!("***")
                } else {
                    i["value"].clone()
                },
            )
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

async fn found(by: &Actor<'_>, q: &str) -> Vec<String> {
    let page = by.get(format!("/accounts?q={q}")).await.ok();
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["reference"].as_str().unwrap().to_owned())
        .collect()
}

both! {
    async fn managers_keep_the_schema_and_its_order(app: TestApp) {
        let c = app.community("A").await;
        let (boss, agent, stranger) = (app.manager(&[c]).await, app.agent(&[c]).await, app.stranger().await);
        let account = app.account(c, "A1", "Thandi Mokoena").await;
        let bay = make(&boss, field("account", " parking_bay ", "text")).await;
        assert_eq!((&bay["key"], &bay["is_used"], &bay["labels"]["af"]), (&json!("parking_bay"), &json!(false), &json!("Die parking_bay")));
        let pets = make(&boss, field("account", "pets", "number")).await;
        let area = make(&boss, with(field("account", "area", "list"), json!({ "choices": ["North", "South"] }))).await;
        make(&boss, field("unit", "parking_bay", "text")).await;
        for same in ["pets", "Pets"] {
            boss.post("/metadata-fields", field("account", same, "text")).await.problem(409, "already-exists").flaw("/key").unwrap();
        }
        for (new, pointer, code) in [
            (field("account", "a b", "text"), "/key", "not_a_key"),
            (with(field("account", "x", "text"), json!({ "labels": { "en": " " } })), "/labels/en", "required"),
            (field("account", "x", "list"), "/choices", "required"),
            (with(field("account", "x", "text"), json!({ "is_searchable": true, "is_sensitive": true })), "/is_searchable", "sensitive"),
            (with(field("claim", "x", "text"), json!({ "is_searchable": true })), "/is_searchable", "not_for_this_type"),
        ] {
            let problem = boss.post("/metadata-fields", new).await.problem(422, "not-acceptable");
            assert_eq!(problem.flaw(pointer).map(|f| f.code.as_str()), Some(code), "{pointer}");
        }
        // Order, of one entity.
        let moved = boss.post(path(&area) + "/move", json!({ "before": bay["id"] })).await.ok();
        assert_eq!(keys(&moved), ["area", "parking_bay", "pets"]);
        let elsewhere = boss.get("/metadata-fields?entity=unit").await.ok();
        boss.post(path(&area) + "/move", json!({ "before": elsewhere[0]["id"] })).await.problem(422, "not-acceptable").flaw("/before").unwrap();
        // Agents read which fields there are; others of another house do not.
        assert_eq!(keys(&agent.get("/metadata-fields?entity=account").await.ok()), ["area", "parking_bay", "pets"]);
        assert_eq!(stranger.get("/metadata-fields").await.ok(), json!([]));
        agent.post("/metadata-fields", field("account", "x", "text")).await.problem(403, "permission-missing");
        agent.get("/metadata-fields/unmapped").await.problem(403, "permission-missing");
        stranger.put(path(&bay), 1, field("account", "parking_bay", "text")).await.problem(404, "not-found");
        // Free until it is used; then key and type are fixed.
        let renamed = boss.put(path(&pets), 1, field("account", "animals", "text")).await.ok();
        assert_eq!((&renamed["key"], &renamed["type"], &renamed["version"]), (&json!("animals"), &json!("text"), &json!(2)));
        boss.put(path(&pets), 1, field("account", "animals", "text")).await.problem(412, "changed-meanwhile");
        put(&agent, &format!("/accounts/{account}/metadata"), 0, json!({ "parking_bay": "B12", "area": "South" })).await.ok();
        let problem = boss.put(path(&bay), 1, field("account", "bay", "number")).await.problem(422, "not-acceptable");
        assert_eq!((problem.flaw("/key").unwrap().code.as_str(), problem.flaw("/type").unwrap().code.as_str()), ("in_use", "in_use"));
        boss.put(path(&bay), 1, field("unit", "parking_bay", "text")).await.problem(422, "not-acceptable").flaw("/entity").unwrap();
        // Archived: no longer offered, the value stays, and cannot be changed; a choice that is gone stays where it was chosen.
        let archived = with(field("account", "parking_bay", "text"), json!({ "is_active": false }));
        assert_eq!(boss.put(path(&bay), 1, archived).await.ok()["is_used"], true);
        boss.put(path(&area), 1, with(field("account", "area", "list"), json!({ "choices": ["North"] }))).await.ok();
        assert_eq!(keys(&agent.get("/metadata-fields?entity=account").await.ok()), ["area", "animals"]);
        assert_eq!(keys(&boss.get("/metadata-fields?entity=account&archived=true").await.ok()), ["area", "parking_bay", "animals"]);
        let at = format!("/accounts/{account}/metadata");
        assert_eq!(values(&agent.get(&*at).await.ok()), json!({ "area": "South", "parking_bay": "B12" }));
        let problem = put(&agent, &at, 1, json!({ "parking_bay": "B13" })).await.problem(422, "not-acceptable");
        assert_eq!(problem.flaw("/values/parking_bay").unwrap().code, "archived");
        put(&agent, &at, 1, json!({ "area": "South", "animals": "two dogs" })).await.ok();
        let events = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM event WHERE kind LIKE 'metadata_field_%'";
        assert_eq!(app.number(events, vec![]).await, 4 + 1 + 3);
    }

    async fn values_are_exact_and_change_under_their_version(app: TestApp) {
        let c = app.community("A").await;
        let (boss, agent) = (app.manager(&[c]).await, app.agent(&[c]).await);
        let account = app.account(c, "A1", "Thandi Mokoena").await;
        for kind in ["text", "number", "money", "date", "boolean", "link"] {
            make(&boss, field("account", kind, kind)).await;
        }
        make(&boss, with(field("account", "must", "text"), json!({ "is_required": true }))).await;
        let at = format!("/accounts/{account}/metadata");
        let empty = agent.get(&*at).await;
        assert_eq!((empty.version(), values(&empty.ok())), (0, json!({})));
        let all = json!({ "text": " Bay ", "number": "0012.50", "money": { "amount": "1500", "currency": "ZAR" },
            "date": "2026-02-28", "boolean": false, "link": "https://a.example/x", "must": "x" });
        let kept = put(&agent, &at, 0, all.clone()).await;
        assert_eq!(kept.version(), 1);
        assert_eq!(values(&kept.ok()), json!({ "text": "Bay", "number": "12.5", "money": { "amount": "1500.00", "currency": "ZAR" },
            "date": "2026-02-28", "boolean": false, "link": "https://a.example/x", "must": "x" }));
        // Somebody was faster, also with the very first values.
        for version in [0, 7] {
            put(&agent, &at, version, json!({ "text": "Late" })).await.problem(412, "changed-meanwhile");
        }
        // The same again changes nothing and leaves no trace.
        assert_eq!(put(&agent, &at, 1, all).await.version(), 1);
        let events = app.count("event WHERE kind = 'metadata_changed'").await;
        assert_eq!(events, 1);
        assert_eq!(app.count("event WHERE kind = 'metadata_changed' AND (body LIKE '%1500%' OR body LIKE '%Bay%')").await, 0, "keys, never values");
        let problem = put(&agent, &at, 1, json!({ "number": 12.5, "money": "5", "date": "28/02/2026", "boolean": "yes",
            "link": "javascript:alert(1)", "must": null, "a b": 1, "rate": 0.1 })).await.problem(422, "not-acceptable");
        let codes: Vec<String> = problem.errors.iter().map(|e| format!("{} {}", &e.pointer["/values/".len()..], e.code)).collect();
        assert_eq!(codes, ["a b not_a_key", "boolean not_a_boolean", "date not_a_date", "link not_a_link", "money not_an_amount",
            "must required", "number not_a_number", "rate not_exact"]);
        // Left out stays, null empties.
        let kept = put(&agent, &at, 1, json!({ "text": null, "boolean": true })).await.ok();
        assert_eq!((&values(&kept)["text"], &values(&kept)["boolean"], &values(&kept)["number"]), (&Value::Null, &json!(true), &json!("12.5")));
        // Told in the diary, with the fields.
        let diary = agent.get(format!("/accounts/{account}/diary?event=metadata_changed")).await.ok();
        assert_eq!(diary["items"][0]["event"]["fields"], json!(["boolean", "text"]));
    }

    async fn what_nobody_described_is_kept_and_can_be_mapped(app: TestApp) {
        let c = app.community("A").await;
        let (boss, agent, smith) = (app.manager(&[c]).await, app.agent(&[c]).await, app.attorney(&[c]).await);
        let (one, two) = (app.account(c, "A1", "Thandi Mokoena").await, app.account(c, "A2", "Sipho Dube").await);
        app.put_with(one, c, smith.id()).await;
        let program = app.user_in(app.organisation, UserType::ApiClient, "API client", &[c]).await;
        let at = |id: AccountId| format!("/accounts/{id}/metadata");
        put(&program, &at(one), 0, json!({ "Policy.No": " P-1 ", "erf_size": "0450.0", "extra": { "a": [1, "x"] } })).await.ok();
        let kept = put(&program, &at(two), 0, json!({ "Policy.No": "P-2", "erf_size": 300 })).await.ok();
        assert_eq!((values(&kept), kept["unmapped"].as_array().unwrap().len()), (json!({}), 2));
        assert_eq!(smith.get(at(one)).await.ok()["unmapped"], json!([]), "not told to an attorney");
        let diary = async |who: &Actor<'_>| who.get(format!("/accounts/{one}/diary?event=metadata_changed")).await.ok()["items"][0]["event"]["fields"].clone();
        assert_eq!(diary(&agent).await, json!(["Policy.No", "erf_size", "extra"]));
        assert_eq!(diary(&smith).await, json!([]), "nor what it is called");
        let unmapped = boss.get("/metadata-fields/unmapped").await.ok();
        let lines: Vec<String> = unmapped.as_array().unwrap().iter()
            .map(|u| format!("{} {} {}", u["key"].as_str().unwrap(), u["rows"], u.get("type").unwrap_or(&Value::Null))).collect();
        assert_eq!(lines, ["Policy.No 2 \"text\"", "erf_size 2 \"number\"", "extra 1 null"]);
        assert_eq!(unmapped[0]["samples"], json!([" P-1 ", "P-2"]));
        // Mapped: the values are the field's own, in one spelling.
        let problem = boss.post("/metadata-fields", field("account", "Policy.No", "number")).await.problem(422, "not-acceptable");
        assert_eq!(problem.flaw("/type").unwrap().code, "values_do_not_fit");
        let policy = make(&boss, with(field("account", "Policy.No", "text"), json!({ "is_searchable": true }))).await;
        assert_eq!(policy["is_used"], true);
        assert_eq!(diary(&smith).await, json!(["Policy.No"]));
        make(&boss, field("account", "erf_size", "number")).await;
        app.run_jobs().await;
        assert_eq!(values(&agent.get(at(one)).await.ok()), json!({ "Policy.No": "P-1", "erf_size": "450" }));
        assert_eq!(values(&agent.get(at(two)).await.ok()), json!({ "Policy.No": "P-2", "erf_size": "300" }));
        assert_eq!((found(&agent, "p-2").await, found(&smith, "p-1").await, found(&smith, "p-2").await), (vec!["A2".into()], vec!["A1".into()], vec![]));
        assert_eq!(boss.get("/metadata-fields/unmapped").await.ok().as_array().unwrap().len(), 1);
        let more = agent.get(format!("/accounts/{one}/more-info")).await.ok();
        assert_eq!(more["groups"][0]["metadata"]["unmapped"], json!([{ "key": "extra", "value": { "a": [1, "x"] } }]));
    }

    async fn sensitive_values_are_masked_and_never_for_attorneys_and_trustees(app: TestApp) {
        let c = app.community("A").await;
        let (boss, agent, smith) = (app.manager(&[c]).await, app.agent(&[c]).await, app.attorney(&[c]).await);
        let account = app.account(c, "A1", "Thandi Mokoena").await;
        app.put_with(account, c, smith.id()).await;
        make(&boss, with(field("account", "id_number", "text"), json!({ "is_sensitive": true }))).await;
        make(&boss, field("account", "bay", "text")).await;
        let at = format!("/accounts/{account}/metadata");
        put(&boss, &at, 0, json!({ "id_number": "8001015009087", "bay": "B1" })).await.ok();
        assert_eq!(values(&boss.get(&*at).await.ok()), json!({ "id_number": "8001015009087", "bay": "B1" }));
        // Even with a group that says otherwise.
        let all: Vec<Permission> = Permission::ALL.to_vec();
        let bold = app.register(app.organisation, smith.id(), UserType::Attorney, "Bold Attorney", &all, &[c]);
        let trustee = app.trustee(&[c]).await;
        let curious = app.register(app.organisation, trustee.id(), UserType::Trustee, "Curious Trustee", &all, &[c]);
        for reader in [&agent, &bold, &curious] {
            let reply = reader.get(&*at).await;
            assert_eq!(values(&reply.ok()), json!({ "id_number": "***", "bay": "B1" }));
            assert!(!reply.text().contains("8001015009087"));
            assert!(!reader.get(format!("/accounts/{account}/more-info")).await.text().contains("8001015009087"));
        }
        // Who cannot read it cannot change it, nor find out by trying.
        for guess in ["8001015009087", "1"] {
            let problem = put(&agent, &at, 1, json!({ "id_number": guess })).await.problem(422, "not-acceptable");
            assert_eq!(problem.flaw("/values/id_number").unwrap().code, "masked");
        }
        assert_eq!(values(&put(&agent, &at, 1, json!({ "bay": "B2" })).await.ok()), json!({ "id_number": "***", "bay": "B2" }));
        assert_eq!(found(&boss, "8001015009087").await, Vec::<String>::new());
    }

    async fn every_kind_of_thing_has_its_fields_within_reach(app: TestApp) {
        let (c, d) = (app.community("A").await, app.community("B").await);
        let (boss, agent, elsewhere) = (app.manager(&[c]).await, app.agent(&[c]).await, app.manager(&[d]).await);
        let account = app.account(c, "A1", "Thandi Mokoena").await;
        app.post(vec![entry(account, EntryType::Invoice, "2026-09-01", 50_00)], vec![]).await.unwrap();
        let unit = app.unit(c, "U7").await;
        boss.act(format!("/units/{unit}/owners"), 1, json!({ "account_id": account, "from_on": "2026-01-01" })).await.ok();
        let card = boss.get(format!("/accounts/{account}")).await.ok();
        let claims = boss.get(format!("/accounts/{account}/claims")).await.ok();
        let product = boss.post(format!("/accounts/{account}/products"), json!({ "kind": "loan", "reference": "L-1", "name": "Loan" })).await.created();
        let second = json!({ "kind": "natural", "first_name": "Sipho", "last_name": "Dube", "role": "co_debtor" });
        let debtor = boss.post(format!("/accounts/{account}/debtors"), second).await.created();
        let rows = [("account", format!("/accounts/{account}")), ("debtor", format!("/debtors/{}", debtor["id"].as_str().unwrap())),
            ("claim", format!("/claims/{}", claims["items"][0]["id"].as_str().unwrap())),
            ("product", format!("/products/{}", product["id"].as_str().unwrap())), ("unit", format!("/units/{unit}"))];
        for (entity, row) in &rows {
            let searchable = ["account", "debtor", "unit"].contains(entity);
            make(&boss, with(field(entity, "code", "text"), json!({ "is_searchable": searchable }))).await;
            let at = format!("{row}/metadata");
            put(&boss, &at, 0, json!({ "code": format!("Zebra {entity}") })).await.ok();
            assert_eq!(values(&boss.get(&*at).await.ok()), json!({ "code": format!("Zebra {entity}") }));
            elsewhere.get(&*at).await.problem(404, "not-found");
            put(&elsewhere, &at, 1, json!({ "code": "x" })).await.problem(404, "not-found");
        }
        put(&agent, &format!("{}/metadata", rows[2].1), 1, json!({ "code": "x" })).await.problem(403, "permission-missing");
        let more = agent.get(format!("/accounts/{account}/more-info")).await.ok();
        let groups: Vec<String> = more["groups"].as_array().unwrap().iter()
            .map(|g| format!("{} {}", g["metadata"]["entity"].as_str().unwrap(), values(&g["metadata"])["code"])).collect();
        assert_eq!(groups, ["account \"Zebra account\"", "debtor null", "debtor \"Zebra debtor\"", "unit \"Zebra unit\"", "product \"Zebra product\""]);
        elsewhere.get(format!("/accounts/{account}/more-info")).await.problem(404, "not-found");
        assert_eq!(card["debtors"].as_array().unwrap().len(), 1);
        for (q, hit) in [("zebra+account", true), ("zebra+debtor", true), ("zebra+unit", true), ("zebra+claim", false), ("zebra+product", false)] {
            assert_eq!(found(&agent, q).await.len(), usize::from(hit), "{q}");
            assert!(found(&elsewhere, q).await.is_empty());
            // The palette finds the same, and says by what.
            let palette = agent.get(format!("/search?q={q}")).await.ok()["hits"].clone();
            let expected = if hit { json!([["A1", "field", q.replace("zebra+", "Zebra ")]]) } else { json!([]) };
            let hits: Vec<Value> = palette.as_array().unwrap().iter().map(|h| json!([h["reference"], h["matched"], h["value"]])).collect();
            assert_eq!(json!(hits), expected, "{q}");
            assert_eq!(elsewhere.get(format!("/search?q={q}")).await.ok()["hits"], json!([]));
        }
        // A unit takes its values to its next owner, a removed debtor takes them away.
        let next = app.account(c, "A2", "Lerato Khumalo").await;
        let smith = app.attorney(&[c]).await;
        app.put_with(account, c, smith.id()).await;
        let of_unit = format!("/units/{unit}/metadata");
        assert_eq!(values(&smith.get(&*of_unit).await.ok()), json!({ "code": "Zebra unit" }));
        boss.act(format!("/units/{unit}/owners"), boss.get(format!("/units/{unit}")).await.version(), json!({ "account_id": next, "from_on": "2026-06-01" })).await.ok();
        assert_eq!(found(&agent, "zebra+unit").await, ["A2"]);
        smith.get(&*of_unit).await.problem(404, "not-found");
        assert_eq!(boss.delete(&*rows[1].1, 1).await.status, 204);
        assert!(found(&agent, "zebra+debtor").await.is_empty());
        assert_eq!(app.count("metadata_value WHERE entity = 'debtor'").await, 0);
        // Searched no more once the field is archived, nor while its value changes.
        let field_ = boss.get("/metadata-fields?entity=account").await.ok()[0].clone();
        put(&boss, &format!("{}/metadata", rows[0].1), 1, json!({ "code": "Quagga" })).await.ok();
        assert_eq!((found(&agent, "zebra+account").await.len(), found(&agent, "quagga").await.len()), (0, 1));
        boss.put(path(&field_), 1, with(field("account", "code", "text"), json!({ "is_active": false, "is_searchable": true }))).await.ok();
        app.run_jobs().await;
        assert!(found(&agent, "quagga").await.is_empty());
        // The operator's check sees a value that hangs on nothing.
        let astray = async || {
            let all = ok(check::findings(&app.kernel).await);
            all.rules.iter().find(|rule| rule.name == "fields").unwrap().faults
        };
        assert_eq!(astray().await, 0);
        let row = vec![uuid::Uuid::now_v7().into(), app.organisation.into()];
        app.sql("INSERT INTO metadata_value (row_id, key, organisation_id, entity, value, folded) VALUES ($1, 'code', $2, 'unit', '1', '1')", row).await;
        assert_eq!(astray().await, 1);
    }
}
