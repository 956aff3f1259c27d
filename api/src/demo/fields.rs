//! Fields of the agency's own with values on some customers and units, one of them sensitive, and what a meter reading
//! company sends that nobody has described yet.

use super::book::Book;
use super::office::Office;
use super::write::{Ids, id_of};
use anyhow::Context;
use chrono::{Days, NaiveDate};
use kept_shared::ids::UserId;
use serde_json::{Map, Value, json};

/// Customers of each community that have values.
const CUSTOMERS: usize = 6;

const BAYS: [&str; CUSTOMERS] = ["B12", "B13", "C4", "C5", "V1", "B40"];
const INSURERS: [&str; CUSTOMERS] = [
    "Baobab Insure",
    "Kingfisher",
    "Baobab Insure",
    "Springbok Mutual",
    "Kingfisher",
    "Aloe Direct",
];
const WAYS: [&str; 3] = ["E-mail", "Telephone", "WhatsApp"];

pub(super) async fn write(office: &Office, book: &Book, ids: &Ids, today: NaiveDate) -> anyhow::Result<()> {
    let who = |role: &str| ids.users.get(role).copied().with_context(|| format!("no {role}"));
    let manager = who("manager")?;
    for field in fields() {
        let _made: Value = office.post(manager, "/metadata-fields", &field).await?;
    }
    for community in book.communities.iter().filter(|c| ids.communities.contains_key(c.code)) {
        for (n, plan) in community.accounts.iter().take(CUSTOMERS).enumerate() {
            let account = ids.accounts.get(&plan.reference).context("a customer of the book")?;
            let values = json!({
                "parking_bay": BAYS[n],
                "tags": (n + 1).to_string(),
                "clearance_deposit": { "amount": format!("{}.00", 1_500 + 250 * n), "currency": "ZAR" },
                "insurer": INSURERS[n],
                "preferred_contact": WAYS[n % WAYS.len()],
                "is_resident": n % 2 == 0,
            });
            put(office, manager, &format!("/accounts/{account}"), values).await?;
            let card: Value = office.get(manager, &format!("/accounts/{account}")).await?;
            let debtor = id_of(&card["debtors"][0])?;
            let number = format!("{:02}0{}1{}5{:03}08{}", 62 + 5 * n, n + 1, n, 100 + 37 * n, n % 10);
            put(
                office,
                manager,
                &format!("/debtors/{debtor}"),
                json!({ "id_number": number }),
            )
            .await?;
            if let Some(unit) = card["units"][0]["unit_id"].as_str() {
                let meter = format!("EL-{:05}", 40_210 + 17 * n);
                let read = json!({ "meter_number": meter, "meter_read_on": today - Days::new(25), "solar": n == 2, "LastReading": (12_400 + 311 * n).to_string() });
                put(office, manager, &format!("/units/{unit}"), read).await?;
            }
        }
    }
    Ok(())
}

/// What the agency keeps, in the order of its schema.
fn fields() -> Vec<Value> {
    let field = |entity: &str, key: &str, en: &str, af: &str, kind: &str, more: Value| {
        let mut all = Map::from_iter([
            ("entity".to_owned(), json!(entity)),
            ("key".to_owned(), json!(key)),
            ("labels".to_owned(), json!({ "en": en, "af": af })),
            ("type".to_owned(), json!(kind)),
        ]);
        if let Value::Object(more) = more {
            all.extend(more);
        }
        Value::Object(all)
    };
    let ways = json!({ "choices": WAYS });
    vec![
        field(
            "account",
            "parking_bay",
            "Parking bay",
            "Parkeerplek",
            "text",
            json!({ "is_searchable": true }),
        ),
        field("account", "tags", "Access tags", "Toegangskyfies", "number", json!({})),
        field(
            "account",
            "clearance_deposit",
            "Clearance deposit",
            "Uitklaringsdeposito",
            "money",
            json!({}),
        ),
        field("account", "insurer", "Insurer", "Versekeraar", "text", json!({})),
        field("account", "preferred_contact", "Prefers", "Verkies", "list", ways),
        field(
            "account",
            "is_resident",
            "Lives there",
            "Woon daar",
            "boolean",
            json!({}),
        ),
        field(
            "debtor",
            "id_number",
            "Identity number",
            "Identiteitsnommer",
            "text",
            json!({ "is_sensitive": true }),
        ),
        field(
            "unit",
            "meter_number",
            "Meter number",
            "Meternommer",
            "text",
            json!({ "is_searchable": true }),
        ),
        field(
            "unit",
            "meter_read_on",
            "Meter read on",
            "Meter gelees op",
            "date",
            json!({}),
        ),
        field("unit", "solar", "Solar panels", "Sonpanele", "boolean", json!({})),
    ]
}

async fn put(office: &Office, who: UserId, row: &str, values: Value) -> anyhow::Result<()> {
    let path = format!("{row}/metadata");
    let _kept: Value = office.put_on(who, &path, 0, &json!({ "values": values })).await?;
    Ok(())
}
