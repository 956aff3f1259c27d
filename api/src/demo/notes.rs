//! Quick responses, and notes with everything a note can have: marks, units, a mail to the community, a tombstone.

use super::book::{AccountPlan, Book};
use super::office::Office;
use super::story;
use super::write::{Ids, id_of};
use anyhow::Context;
use kept_shared::ids::UserId;
use serde_json::{Value, json};

/// Title, text, and the community it is for; none: all.
const RESPONSES: [(&str, &str, Option<&str>); 4] = [
    ("Left a message", "No answer. Left a message to call us back.", None),
    (
        "Promise to pay",
        "Spoke to the owner, who promises to pay the arrears by the end of the month.",
        None,
    ),
    (
        "Statement sent",
        "Owner asked what the balance is made of. Sent the statement by e-mail.",
        None,
    ),
    (
        "Refer to the trustees",
        "Owner disputes a special levy. Referred to the trustees of Jacaranda Ridge.",
        Some("JAC"),
    ),
];

/// The first customer of a community with so many units and no attorney.
fn customer<'a>(book: &'a Book, code: &str, units: usize) -> anyhow::Result<&'a AccountPlan> {
    let communities = book.communities.iter().filter(|c| c.code == code);
    communities
        .flat_map(|c| &c.accounts)
        .find(|a| a.units.len() == units && story::attorney_now(&a.story).is_none())
        .with_context(|| format!("no customer with {units} units in {code}"))
}

pub(super) async fn write(office: &Office, book: &Book, ids: &Ids) -> anyhow::Result<()> {
    let who = |role: &str| ids.users.get(role).copied().with_context(|| format!("no {role}"));
    let manager = who("manager")?;
    for (title, body, community) in RESPONSES {
        let community = community.map(|code| ids.communities.get(code).context("a community").copied());
        let new = json!({"title": title, "body": body, "community_id": community.transpose()?});
        let _made: Value = office.post(manager, "/quick-responses", &new).await?;
    }
    let (agent, caller) = (who("agent")?, who("call_centre")?);
    let one = &customer(book, "KFB", 1)?.reference;
    let two = &customer(book, "JAC", 2)?.reference;
    let add = async |who: UserId, reference: &str, note: Value| -> anyhow::Result<Value> {
        let account = ids.accounts.get(reference).context("a customer of the book")?;
        office.post(who, &format!("/accounts/{account}/notes"), &note).await
    };
    let choices: Value = {
        let account = ids.accounts.get(two).context("a customer of the book")?;
        office.get(agent, &format!("/accounts/{account}/note-choices")).await?
    };
    let first = &choices["units"][0]["id"];
    add(
        agent,
        two,
        json!({"body": "Statement of this unit sent to the tenant, as the owner asked.", "unit_ids": [first]}),
    )
    .await?;
    add(
        agent,
        two,
        json!({"body": "Owner pays both levies in two parts from now on: half on the 1st, half on the 15th. Agreed with the trustees; \
            no fees while it is kept.", "all_units": true, "is_collection": true}),
    )
    .await?;
    add(
        caller,
        two,
        json!({"body": "Owner called: the door of the garage has been stuck open since this morning and nobody answers at the office. \
            Please call back today.", "unit_ids": [choices["units"][1]["id"]], "is_urgent": true}),
    )
    .await?;
    add(
        caller,
        one,
        json!({"body": "Promises to pay what is open on Friday.", "is_collection": true}),
    )
    .await?;
    let wrong = add(
        agent,
        one,
        json!({"body": "Wants the trustees' minutes of the last meeting."}),
    )
    .await?;
    let account = ids.accounts.get(one).context("a customer of the book")?;
    let path = format!("/accounts/{account}/notes/{}/delete", id_of(&wrong)?);
    let reason = json!({"reason": "Written on the wrong customer"});
    let _left: Value = office.post(agent, &path, &reason).await?;
    Ok(())
}
