//! The rows the addresses name: one of each, and whose they are.

use crate::kit::TestApp;
use actix_web::http::Method;
use chrono::Utc;
use kept_api::kernel::{Limit, NoContent, Subject};
use kept_shared::{event::Event, ids::*, permission::UserType};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Ids by the names the addresses use, and a few typed ones.
pub struct World {
    pub ids: BTreeMap<&'static str, String>,
    pub community: CommunityId,
    pub elsewhere: CommunityId,
    pub account: AccountId,
}

/// Invoices for the one account there is.
pub const BOOK: &[u8] = b"Account,Invoice,Date,Due,Amount\nONE001,INV-1,2026-10-01,2026-10-31,10.00\n";

/// How [`BOOK`] is to be read.
pub fn mapping(community: &str) -> Value {
    let fields = [
        "account_reference",
        "invoice_number",
        "invoice_date",
        "due_date",
        "amount",
    ];
    let columns: Vec<Value> = fields
        .iter()
        .enumerate()
        .map(|(column, field)| json!({ "column": column, "field": field }))
        .collect();
    json!({ "kind": "invoices", "header_row": 1, "delimiter": "comma", "encoding": "utf-8", "date_order": "year_month_day",
        "decimal_style": "point", "columns": columns, "community_id": community })
}

fn id_of(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}

impl World {
    pub async fn make(app: &TestApp) -> Self {
        let (community, elsewhere) = (app.community("ONE").await, app.community("TWO").await);
        let unit = app.unit(community, "A1").await;
        let account = app.account(community, "ONE001", "Naledi Botha").await;
        let boss = app
            .user_in(app.organisation, UserType::Superuser, "Superuser", &[])
            .await;
        let card = boss.get(format!("/accounts/{account}")).await.ok();
        let debtor = id_of(&card["debtors"][0]);
        // Somebody to administer, and the one who uploaded things.
        let other = app.agent(&[community]).await.id();
        let mut ids: BTreeMap<&'static str, String> = BTreeMap::new();
        for (name, id) in rows(app, account, &debtor, other).await {
            ids.insert(name, id.to_string());
        }
        // What the API itself can make is made through it.
        let groups = boss.get("/permission-groups").await.ok();
        let agents = groups
            .as_array()
            .and_then(|all| all.iter().find(|g| g["name"] == "Agent"));
        let ours = json!({ "name": "Clerks", "base_type": "business", "permissions": ["units:view"] });
        let clerks = boss.post("/permission-groups", ours).await.created();
        let saved = json!({ "name": "Levies", "signature": "abc", "mapping": mapping(&community.to_string()) });
        let saved = boss.post("/import-mappings", saved).await.created();
        let money = money(app, &boss, community, account, other).await;
        ids.extend(money);
        let levy = json!({ "kind": "levy", "what_for": "Levy", "frequency": "monthly", "first_on": "2026-11-01", "charge_day": 1,
            "due": { "on_day": 7 }, "amount": { "amount": "1.00", "currency": "ZAR" } });
        let levy = boss.post(format!("/units/{unit}/levies"), levy).await.created();
        let run = json!({ "month": "2026-12-01" });
        let run = boss
            .post(format!("/communities/{community}/levy-runs"), run)
            .await
            .created();
        let report = json!({ "selection": { "by": "all" } });
        let report = boss.post("/ledger-reports", report).await.created();
        let view = json!({ "list": "age-analysis", "name": "Ours", "query": {}, "is_shared": true });
        let view = boss.post("/saved-views", view).await.created();
        let response = json!({ "title": "Left a message", "body": "No answer.", "community_id": community });
        let response = boss.post("/quick-responses", response).await.created();
        let excluded = json!({ "kind": "customer_request", "note": "Asked for it" });
        let excluded = boss
            .post(format!("/accounts/{account}/exclusions"), excluded)
            .await
            .created();
        let number = json!({ "bank": "First Example Bank", "branch_code": "250655", "holder": "T Mokoena",
            "account_type": "savings", "number": "62004814821" });
        boss.put(format!("/accounts/{account}/bank-details"), 0, number)
            .await
            .ok();
        let lead = json!({ "reference": "LEAD1", "debtors": [{ "kind": "natural", "first_name": "Lerato", "last_name": "Nkosi" }],
            "lead": { "channel": "Telephone" } });
        let lead = boss
            .post(format!("/communities/{community}/accounts"), lead)
            .await
            .created();
        let field = json!({ "entity": "account", "key": "bay", "labels": { "en": "Parking bay" }, "type": "text" });
        let field = boss.post("/metadata-fields", field).await.created();
        for (name, id) in [
            ("field_id", id_of(&field)),
            ("exclusion_id", id_of(&excluded)),
            ("lead_account_id", id_of(&lead)),
            ("response_id", id_of(&response)),
            ("levy_id", id_of(&levy)),
            ("levy_run_id", id_of(&run)),
            ("report_id", id_of(&report)),
            ("view_id", id_of(&view)),
            ("community_id", community.to_string()),
            ("account_id", account.to_string()),
            ("unit_id", unit.to_string()),
            ("debtor_id", debtor),
            ("user_id", other.to_string()),
            ("agents_id", id_of(agents.expect("a shipped group"))),
            ("permission_group_id", id_of(&clerks)),
            ("mapping_id", id_of(&saved)),
            ("session_id", uuid::Uuid::now_v7().to_string()),
            ("import_id", import(app, community, "checked.csv").await),
            ("running_import_id", import(app, community, "to cancel.csv").await),
        ] {
            ids.insert(name, id);
        }
        ids.extend(bank(app, community).await);
        Self {
            ids,
            community,
            elsewhere,
            account,
        }
    }

    pub fn id(&self, name: &str) -> &str {
        &self.ids[name]
    }
}

/// An import that was uploaded, mapped and checked.
async fn import(app: &TestApp, community: CommunityId, name: &str) -> String {
    let boss = app.superuser().await;
    let id = community.to_string();
    let made = boss.ask(Method::POST, "/imports").key(name);
    let made = made
        .upload(&[("community_id", &id)], ("file", name, "text/csv", BOOK))
        .send()
        .await
        .created();
    let path = format!("/imports/{}", id_of(&made));
    let version = made["version"].as_i64().expect("a version");
    let mapped = boss.put(format!("{path}/mapping"), version, mapping(&id)).await.ok();
    assert_eq!(mapped["state"], "checking");
    app.run_jobs().await;
    let checked = boss.get(path).await.ok();
    assert_eq!(
        (&checked["state"], &checked["summary"]["new"]),
        (&json!("checked"), &json!(1)),
        "{checked}"
    );
    id_of(&checked)
}

/// A payment, what it may pay, two claims, a product, and a posting that waits.
async fn money(
    app: &TestApp,
    boss: &crate::kit::Actor<'_>,
    community: CommunityId,
    account: AccountId,
    other: UserId,
) -> BTreeMap<&'static str, String> {
    use crate::kit_ledger::entry;
    use kept_shared::ledger::EntryType;
    let invoice = entry(account, EntryType::Invoice, "2026-09-01", 50_00);
    let second = entry(account, EntryType::Invoice, "2026-10-01", 50_00);
    let payment = entry(account, EntryType::Payment, "2026-10-15", -5_00);
    let (debit, credit) = (invoice.id, payment.id);
    app.post(vec![invoice, second, payment], vec![]).await.unwrap();
    let claims = boss.get(format!("/accounts/{account}/claims")).await.ok();
    let product = json!({ "kind": "loan", "reference": "L-1", "name": "Loan" });
    let product = boss
        .post(format!("/accounts/{account}/products"), product)
        .await
        .created();
    let request = uuid::Uuid::now_v7();
    let asked = json!({ "what": "posting", "posting": { "type": "fee", "amount": { "amount": "1.00", "currency": "ZAR" },
        "date": "2026-11-20", "description": "Letter" } });
    app.sql(
        "INSERT INTO posting_request (id, account_id, community_id, kind, body, amount_minor, description, state, requested_by, \
         requested_name, requested_at, version) VALUES ($1, $2, $3, 'posting', $4, 100, 'Letter', 'pending', $5, 'Agent', $6, 1)",
        vec![
            request.into(),
            account.into(),
            community.into(),
            asked.to_string().into(),
            other.into(),
            Utc::now().into(),
        ],
    )
    .await;
    BTreeMap::from([
        ("entry_id", credit.to_string()),
        ("debit_id", debit.to_string()),
        ("claim_id", id_of(&claims["items"][0])),
        ("other_claim_id", id_of(&claims["items"][1])),
        ("product_id", id_of(&product)),
        ("request_id", request.to_string()),
    ])
}

/// A table that waits for its mapping, and a statement with one line nobody decided.
async fn bank(app: &TestApp, community: CommunityId) -> Vec<(&'static str, String)> {
    let boss = app.superuser().await;
    let id = community.to_string();
    let send = async |name: &str, text: &str| {
        let ask = boss.ask(Method::POST, "/bank-files").key(name);
        let ask = ask.upload(&[("community_id", &id)], ("file", name, "text/plain", text.as_bytes()));
        ask.send().await.created()
    };
    let table = send(
        "table.csv",
        "Date,Description,Amount\n2026-11-02,Levy,10.00\n2026-11-03,Fee,-1.50\n",
    )
    .await;
    let text = ":20:A\n:25:62001\n:28C:1\n:60F:C261101ZAR0,\n:61:2611021102C10,NTRFNONREF//B1\n:86:ONE001\n:62F:C261102ZAR10,\n-\n";
    let read = send("statement.sta", text).await;
    app.run_jobs().await;
    let statement = read["statements"][0].as_str().expect("a statement").to_owned();
    let lines = boss.get(format!("/bank-statements/{statement}/lines")).await.ok();
    vec![
        ("bank_file_id", id_of(&table)),
        ("statement_id", statement),
        ("line_id", id_of(&lines["items"][0])),
    ]
}

/// Rows that the API makes only together with a story of their own.
async fn rows(app: &TestApp, account: AccountId, debtor: &str, other: UserId) -> Vec<(&'static str, uuid::Uuid)> {
    let new = uuid::Uuid::now_v7;
    let (contact, group, status, note, file, mail) = (new(), new(), new(), new(), new(), new());
    let document = new();
    let debtor: uuid::Uuid = debtor.parse().expect("an id");
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
    run(
        "INSERT INTO note (id, account_id, body, visibility, author_id, author_name, by_attorney, created_at) \
         VALUES ($1, $2, 'Called', 'shared', $3, 'Agent', $4, $5)",
        vec![note.into(), account.into(), other.into(), false.into(), now.into()],
    )
    .await;
    run(
        "INSERT INTO file (id, organisation_id, account_id, document_name, document_type, file_name, media_type, size_bytes, sha256, blob_key, \
         visibility, state, scan_attempts, uploaded_by, uploader_name, by_attorney, uploaded_at, series_id) \
         VALUES ($1, $2, $3, 'Letter', 'other', 'letter.pdf', 'application/pdf', 3, 'aa', $4, 'shared', 'quarantined', 0, $5, 'Agent', $6, $7, $1)",
        vec![file.into(), org.into(), account.into(), "0".repeat(32).into(), other.into(), false.into(), now.into()],
    )
    .await;
    let bytes = app.kernel.files.put(b"%PDF").await.expect("a blob");
    run(
        "INSERT INTO file (id, organisation_id, community_id, folder, document_name, document_type, file_name, media_type, size_bytes, sha256, \
         blob_key, visibility, state, scan_attempts, uploaded_by, uploader_name, by_attorney, uploaded_at, scanned_at, series_id) \
         SELECT $1, $2, community_id, 'Rules', 'House rules', 'other', 'rules.pdf', 'application/pdf', 4, 'bb', $3, 'shared', 'clean', 1, $4, \
         'Manager', $5, $6, $6, $1 FROM account WHERE id = $7",
        vec![document.into(), org.into(), bytes.key.into(), other.into(), false.into(), now.into(), account.into()],
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
    vec![
        ("contact_id", contact),
        ("group_id", group),
        ("status_id", status),
        ("note_id", note),
        ("file_id", file),
        ("document_id", document),
        ("mail_id", mail),
    ]
}
