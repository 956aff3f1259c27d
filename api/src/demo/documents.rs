//! What every community has on its shelf: rules, a budget, the insurance, and a resolution that is the agency's own.

use super::book::Book;
use super::office::Office;
use super::paper;
use super::write::Ids;
use anyhow::Context;
use chrono::{Datelike, NaiveDate};
use kept_shared::ids::{CommunityId, UserId};
use serde_json::Value;

/// Name, folder, who may read it, and what it says.
const PAPERS: [(&str, &str, &str, &str); 5] = [
    (
        "Conduct rules",
        "Rules",
        "shared",
        "Levies are due on the first day of each month.",
    ),
    (
        "Parking and pets",
        "Rules/House rules",
        "shared",
        "Visitors park at the gate. Pets need the trustees' consent.",
    ),
    (
        "Approved budget",
        "Budgets",
        "shared",
        "Income and expenditure as approved at the annual general meeting.",
    ),
    (
        "Insurance schedule",
        "Insurance",
        "shared",
        "Buildings all risks, public liability and fidelity cover.",
    ),
    (
        "Trustees' resolution to collect",
        "Resolutions",
        "internal",
        "Accounts over ninety days go to the attorneys.",
    ),
];

/// Puts them there.
pub(super) async fn write(office: &Office, book: &Book, ids: &Ids, today: NaiveDate) -> anyhow::Result<()> {
    let manager = *ids.users.get("manager").context("the manager")?;
    for community in &book.communities {
        let id = *ids.communities.get(community.code).context("a community of the book")?;
        for paper in PAPERS {
            put(office, manager, id, community.name, paper, today).await?;
        }
    }
    Ok(())
}

/// One of them for the other organisation of the test profile. Returns its id.
pub(super) async fn one(
    office: &Office,
    who: UserId,
    community: CommunityId,
    name: &str,
    today: NaiveDate,
) -> anyhow::Result<String> {
    put(office, who, community, name, PAPERS[0], today).await
}

async fn put(
    office: &Office,
    who: UserId,
    community: CommunityId,
    of: &str,
    (name, folder, visibility, says): (&str, &str, &str, &str),
    today: NaiveDate,
) -> anyhow::Result<String> {
    let lines = [
        of.to_uppercase(),
        String::new(),
        format!("{name} {}", today.year()),
        String::new(),
        says.to_owned(),
    ];
    let file_name = format!("{}-{}.pdf", name.to_lowercase().replace([' ', '\''], "-"), today.year());
    let fields = [("document_name", name), ("folder", folder), ("visibility", visibility)];
    let path = format!("/communities/{community}/documents");
    let made: Value = office
        .upload(
            who,
            &path,
            &fields,
            &file_name,
            "application/pdf",
            &paper::letter(&lines),
        )
        .await?;
    Ok(super::write::id_of(&made)?.to_owned())
}
