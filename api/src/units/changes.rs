//! What was done to a unit, read from the events about it.

use super::entity::Model;
use crate::kernel::{Limit, Read, Seen, Stop, page};
use chrono::{DateTime, Utc};
use kept_shared::event::Event;
use kept_shared::ids::{EventId, UserId};
use kept_shared::page::Page;
use kept_shared::units::UnitChange;
use sea_orm::{DbBackend, FromQueryResult};

#[derive(FromQueryResult)]
struct Row {
    id: EventId,
    at: DateTime<Utc>,
    actor_id: Option<UserId>,
    actor_name: String,
    body: String,
}

/// One page, newest first. The expression is that of the index `event_by_unit`.
pub(super) async fn changes(
    read: &Read,
    unit: &Seen<Model>,
    limit: Option<u32>,
    cursor: Option<&str>,
) -> Result<Page<UnitChange>, Stop> {
    let limit = page::limit(limit)?;
    let fingerprint = page::fingerprint("unit-changes", &unit.id)?;
    let before: Option<EventId> = page::decode(cursor, &fingerprint)?;
    let before = before.unwrap_or(EventId(uuid::Uuid::max()));
    let of_unit = match read.backend() {
        DbBackend::Postgres => "(body::jsonb ->> 'unit')",
        _ => "json_extract(body, '$.unit')",
    };
    let rows: Vec<Row> = read
        .report(
            Limit::Unscoped("of one unit that was loaded within reach"),
            &format!(
                "SELECT id, at, actor_id, actor_name, body FROM event WHERE {of_unit} = $1 AND id < $2 \
                 AND kind IN ('unit_created', 'unit_changed') ORDER BY id DESC LIMIT {}",
                limit + 1
            ),
            vec![unit.id.0.to_string().into(), before.into()],
        )
        .await?;
    let page = page::page(rows, limit, &fingerprint, |row| row.id)?;
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        let (created, fields, values) = match serde_json::from_str(&row.body)? {
            Event::UnitChanged { fields, values, .. } => (false, fields, values),
            _ => (true, vec![], vec![]),
        };
        items.push(UnitChange {
            id: row.id,
            at: row.at,
            by_system: row.actor_id.is_none(),
            by: if row.actor_id.is_none() {
                String::new()
            } else {
                row.actor_name
            },
            created,
            fields,
            values,
        });
    }
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}
