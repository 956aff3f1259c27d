//! Reading the diary: one statement for a page of events, one for each kind of thing they name.

use super::filter::conditions;
use super::names::names;
use crate::kernel::{Limit, Read, Stop, binds::Binds, page};
use crate::ledger::AccountFacts;
use crate::metadata;
use chrono::{DateTime, Utc};
use kept_shared::diary::*;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::metadata::{MetadataEntity, is_agency};
use kept_shared::page::Page;
use sea_orm::FromQueryResult;
use std::collections::HashSet;

pub(super) const OF_THE_ACCOUNT: Limit = Limit::Unscoped("of one account that was loaded within reach");
/// Claims offered as a filter.
const MAX_CLAIMS: i64 = 500;

#[derive(FromQueryResult)]
struct Row {
    id: EventId,
    actor_id: Option<UserId>,
    actor_name: String,
    body: String,
    at: DateTime<Utc>,
}

/// One page.
pub(super) async fn diary(read: &Read, account: &AccountFacts, filter: &DiaryFilter) -> Result<Page<DiaryItem>, Stop> {
    let limit = page::limit(filter.limit)?;
    let unpaged = DiaryFilter {
        limit: None,
        cursor: None,
        ..filter.clone()
    };
    let fingerprint = page::fingerprint("diary", &(account.id, unpaged))?;
    let after: Option<(DateTime<Utc>, EventId)> = page::decode(filter.cursor.as_deref(), &fingerprint)?;
    let mut binds = Binds::new();
    let mut wanted = conditions(read, account.id, filter, &mut binds)?;
    let (than, way) = match filter.order.unwrap_or(DiaryOrder::Newest) {
        DiaryOrder::Newest => ("<", "DESC"),
        DiaryOrder::Oldest => (">", "ASC"),
    };
    if let Some((at, id)) = after {
        wanted.push(format!("(e.at, e.id) {than} ({}, {})", binds.one(at), binds.one(id)));
    }
    let count = binds.one(i64::try_from(limit + 1).map_err(Stop::internal)?);
    let sql = format!(
        "SELECT e.id, e.actor_id, e.actor_name, e.body, e.at FROM event e WHERE {} ORDER BY e.at {way}, e.id {way} LIMIT {count}",
        wanted.join(" AND ")
    );
    let rows: Vec<Row> = read.report(OF_THE_ACCOUNT, &sql, binds.values()).await?;
    let page = page::page(rows, limit, &fingerprint, |r| (r.at, r.id))?;
    let mut events = page
        .items
        .iter()
        .map(|r| Ok(for_reader(read, serde_json::from_str(&r.body)?)))
        .collect::<Result<Vec<Event>, Stop>>()?;
    hide_unmapped(read, &mut events).await?;
    let mut about = names(read, account, &events).await?.into_iter();
    let mut events = events.into_iter();
    Ok(page.map(|r| DiaryItem {
        id: r.id,
        at: r.at,
        by_system: r.actor_id.is_none(),
        by: if r.actor_id.is_none() {
            String::new()
        } else {
            r.actor_name
        },
        event: events.next().unwrap_or_else(|| Event::JobDone { kind: String::new() }),
        about: about.next().unwrap_or_default(),
    }))
}

/// An attorney's own handover may name the matter that ended before it, which is another's.
fn for_reader(read: &Read, event: Event) -> Event {
    match event {
        Event::HandedOver {
            handover,
            attorney,
            balance,
            despite: Some(_),
        } if read.caller().is_attorney() => Event::HandedOver {
            handover,
            attorney,
            balance,
            despite: None,
        },
        other => other,
    }
}

/// What programs sent under keys without a field is for the agency alone, its name too.
async fn hide_unmapped(read: &Read, events: &mut [Event]) -> Result<(), Stop> {
    let told = |event: &Event| matches!(event, Event::MetadataChanged { .. });
    if is_agency(read.caller().user_type) || !events.iter().any(told) {
        return Ok(());
    }
    let known: HashSet<(MetadataEntity, String)> = metadata::of_organisation(read, None)
        .await?
        .into_iter()
        .map(|f| (f.entity, f.key))
        .collect();
    for event in events {
        if let Event::MetadataChanged { entity, fields, .. } = event {
            fields.retain(|key| known.contains(&(*entity, key.clone())));
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Kind {
    kind: String,
    count: i64,
}

#[derive(FromQueryResult)]
struct Person {
    actor_id: Option<UserId>,
    name: Option<String>,
    count: i64,
}

#[derive(FromQueryResult)]
struct Claim {
    id: ClaimId,
    reference: String,
}

/// What the whole diary can be filtered by: three statements.
pub(super) async fn choices(read: &Read, account: &AccountFacts) -> Result<DiaryChoices, Stop> {
    let everything = DiaryFilter::default();
    let mut binds = Binds::new();
    let wanted = conditions(read, account.id, &everything, &mut binds)?.join(" AND ");
    let values = binds.values();
    let kinds: Vec<Kind> = read
        .report(
            OF_THE_ACCOUNT,
            &format!("SELECT e.kind, COUNT(*) AS count FROM event e WHERE {wanted} GROUP BY e.kind ORDER BY 2 DESC, 1"),
            values.clone(),
        )
        .await?;
    // By the name somebody has now; who is gone keeps the last one.
    let mut people: Vec<Person> = read
        .report(
            OF_THE_ACCOUNT,
            &format!(
                "SELECT e.actor_id, COALESCE(u.first_name || ' ' || u.surname, MAX(e.actor_name)) AS name, COUNT(*) AS count \
                 FROM event e LEFT JOIN app_user u ON u.id = e.actor_id WHERE {wanted} \
                 GROUP BY e.actor_id, u.first_name, u.surname"
            ),
            values,
        )
        .await?;
    people.sort_by(|a, b| (a.actor_id.is_none(), &a.name).cmp(&(b.actor_id.is_none(), &b.name)));
    let claims: Vec<Claim> = read
        .report(
            OF_THE_ACCOUNT,
            "SELECT id, reference FROM claim WHERE account_id = $1 ORDER BY issued_on DESC, id DESC LIMIT $2",
            vec![account.id.into(), MAX_CLAIMS.into()],
        )
        .await?;
    let count = |n: i64| Some(u64::try_from(n).unwrap_or_default());
    Ok(DiaryChoices {
        events: kinds
            .into_iter()
            .map(|k| DiaryChoice {
                label: String::new(),
                count: count(k.count),
                value: k.kind,
            })
            .collect(),
        users: people
            .into_iter()
            .map(|p| DiaryChoice {
                value: p.actor_id.map_or(Doer::System, Doer::User).to_string(),
                label: p.actor_id.and(p.name).unwrap_or_default(),
                count: count(p.count),
            })
            .collect(),
        claims: claims
            .into_iter()
            .map(|c| DiaryChoice {
                value: c.id.to_string(),
                label: c.reference,
                count: None,
            })
            .collect(),
    })
}
