//! What tests need to know about the demo: how to sign in as whom, and which ids are whose.

use super::book::Book;
use super::office::Office;
use super::people::{PASSWORD, STRANGER, SUPERUSER, WORKERS};
use super::story;
use super::write::{Ids, attorney_role};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Nobody has it.
const MISSING: &str = "00000000-0000-7000-8000-000000000000";

/// Sign-ins and, for each role, ids of its own, of others and of another organisation. A role without `foreign` reaches
/// everything in its organisation.
pub(super) async fn fixtures(
    office: &Office,
    book: &Book,
    ids: &Ids,
    stranger: Option<&HashMap<&'static str, String>>,
) -> anyhow::Result<Value> {
    let mut sign_ins = Map::new();
    let mut bodies = Map::new();
    for worker in std::iter::once(&SUPERUSER)
        .chain(WORKERS)
        .chain(stranger.map(|_| &STRANGER))
    {
        let body = json!({"email": worker.email, "password": PASSWORD});
        bodies.insert(worker.role.into(), body.clone());
        sign_ins.insert(worker.role.into(), body);
    }
    let mut roles = Map::new();
    for (role, own, foreign) in [
        ("superuser", "JAC0001", None),
        ("manager", "JAC0001", None),
        ("agent", "JAC0001", Some("VSS0001")),
        ("location", "VSS0001", Some("JAC0001")),
        ("trustee", "JAC0001", Some("VSS0001")),
    ] {
        let mut set = Map::from_iter([("own".to_owned(), of_account(office, ids, own).await?)]);
        if let Some(foreign) = foreign {
            set.insert("foreign".into(), of_account(office, ids, foreign).await?);
        }
        roles.insert(role.into(), Value::Object(set));
    }
    // An attorney's own is what is handed over to that very attorney; a partner's matter is foreign.
    let handed = |which: usize| {
        let accounts = book.communities.iter().flat_map(|community| &community.accounts);
        accounts
            .filter(|account| story::attorney_now(&account.story) == Some(which))
            .map(|account| account.reference.as_str())
            .next()
    };
    if let (Some(first), Some(second)) = (handed(0), handed(1)) {
        for (which, own, foreign) in [(0, first, second), (1, second, first)] {
            let set =
                json!({"own": of_account(office, ids, own).await?, "foreign": of_account(office, ids, foreign).await?});
            roles.insert(attorney_role(which).into(), set);
        }
    }
    let keys = ["account_id", "community_id", "unit_id"];
    let mut default =
        json!({"missing": keys.iter().map(|key| ((*key).to_owned(), json!(MISSING))).collect::<Map<_, _>>()});
    if let Some(stranger) = stranger {
        default["other_tenant"] = json!(stranger);
    }
    default["own"] = roles.get("superuser").map(|set| set["own"].clone()).unwrap_or_default();
    roles.insert("default".into(), default);
    Ok(json!({
        "login": {"path": "/api/v1/auth/sign-in", "token": "access_token", "bodies": bodies},
        "sign_ins": sign_ins,
        "ids": roles,
        "users": ids.users,
        "communities": ids.communities,
        "markers": {"other_tenant": ["Otherwise Unseen", "unseen@kudu.example", "Kudu Kloof"]},
    }))
}

async fn of_account(office: &Office, ids: &Ids, reference: &str) -> anyhow::Result<Value> {
    let account = ids
        .accounts
        .get(reference)
        .copied()
        .ok_or_else(|| anyhow::anyhow!("no account {reference}"))?;
    let superuser = ids
        .users
        .get(SUPERUSER.role)
        .copied()
        .ok_or_else(|| anyhow::anyhow!("no superuser"))?;
    let seen: Value = office.get(superuser, &format!("/accounts/{account}")).await?;
    Ok(json!({
        "reference": reference,
        "name": seen["name"],
        "account_id": account,
        "community_id": seen["community"]["id"],
        "unit_id": seen["units"][0]["unit_id"],
        "debtor_id": seen["debtors"][0]["id"],
        "contact_id": seen["debtors"][0]["contacts"][0]["id"],
    }))
}
