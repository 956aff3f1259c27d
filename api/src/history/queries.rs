//! Four sources, each read by its own index, merged and cut to the page.

use crate::files;
use crate::handovers::{MATTER, MatterRow};
use crate::kernel::{Limit, Read, Stop, page};
use crate::notes::{self, seen_at};
use crate::reach::matter_reach_sql;
use crate::statuses::{self, change};
use chrono::{DateTime, Utc};
use kept_shared::{handovers::HandoverState, ids::*, notes::*, page::Page};
use sea_orm::{ColumnTrait, Condition, QueryOrder};
use std::collections::HashMap;
use uuid::Uuid;

/// Place in the line of time: instant, source, id; all falling.
type Place = (DateTime<Utc>, u8, Uuid);

const FILE: u8 = 0;
const NOTE: u8 = 1;
const STATUS: u8 = 2;
const HANDOVER: u8 = 3;

struct Line {
    place: Place,
    by: Option<UserId>,
    item: HistoryItem,
}

/// Rows of a source that come after the cursor.
fn after<C: ColumnTrait>(cursor: Option<Place>, source: u8, at: C, id: C) -> Condition {
    let Some((when, from, last)) = cursor else {
        return Condition::all();
    };
    let earlier = Condition::any().add(at.lt(when));
    match source.cmp(&from) {
        std::cmp::Ordering::Less => earlier.add(at.eq(when)),
        std::cmp::Ordering::Equal => earlier.add(Condition::all().add(at.eq(when)).add(id.lt(last))),
        std::cmp::Ordering::Greater => earlier,
    }
}

/// One page. The account was loaded through the scope.
pub(super) async fn history(
    read: &Read,
    account: AccountId,
    filter: &HistoryFilter,
) -> Result<Page<HistoryItem>, Stop> {
    let limit = page::limit(filter.limit)?;
    let asked = (account, filter.only, filter.collection, filter.urgent, filter.unit);
    let fingerprint = page::fingerprint("history", &asked)?;
    let cursor: Option<Place> = page::decode(filter.cursor.as_deref(), &fingerprint)?;
    let mut lines = notes_of(read, account, filter, cursor, limit).await?;
    if !filter.is_of_notes() {
        lines.extend(changes_of(read, account, cursor, limit).await?);
        lines.extend(files_of(read, account, cursor, limit).await?);
        lines.extend(steps_of(read, account, cursor).await?);
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.place));
    lines.truncate(usize::try_from(limit + 1).map_err(Stop::internal)?);
    let seen = seen_at(read, account).await?;
    for line in &mut lines {
        let by_me = line.by.is_some() && line.by == read.caller().user_id;
        line.item.is_unread = !by_me && seen.is_none_or(|seen| line.item.at > seen);
    }
    let page = page::page(lines, limit, &fingerprint, |l| l.place)?;
    Ok(page.map(|l| l.item))
}

fn line(place: Place, by: Option<UserId>, name: String, by_attorney: bool, what: Happening) -> Line {
    let item = HistoryItem {
        at: place.0,
        by: name,
        by_attorney,
        is_unread: false,
        what,
    };
    Line { place, by, item }
}

async fn notes_of(
    read: &Read,
    account: AccountId,
    filter: &HistoryFilter,
    cursor: Option<Place>,
    limit: u64,
) -> Result<Vec<Line>, Stop> {
    use notes::Column as C;
    let mut wanted = after(cursor, NOTE, C::CreatedAt, C::Id);
    if let Some(is) = filter.collection {
        wanted = Condition::all().add(wanted).add(C::IsCollection.eq(is));
    }
    if let Some(is) = filter.urgent {
        wanted = Condition::all().add(wanted).add(C::IsUrgent.eq(is));
    }
    if let Some(unit) = filter.unit {
        wanted = Condition::all().add(wanted).add(notes::about(unit));
    }
    let rows = read
        .find::<notes::Entity>()
        .filter(C::AccountId.eq(account))
        // A note given with a status is shown with it.
        .filter(C::BatchId.is_null())
        .filter(wanted)
        .shape(|s| s.order_by_desc(C::CreatedAt).order_by_desc(C::Id))
        .limit(limit + 1)
        .all()
        .await?;
    let attached = read
        .among::<files::Entity>(files::Column::NoteId.is_in(rows.iter().map(|n| n.id)))
        .shape(|s| s.order_by_asc(files::Column::UploadedAt))
        .all()
        .await?;
    let mut by_note: HashMap<NoteId, Vec<kept_shared::files::File>> = HashMap::new();
    for file in attached {
        if let Some(note) = file.note_id {
            by_note.entry(note).or_default().push(files::view(read, &file));
        }
    }
    let named: Vec<NoteId> = rows.iter().filter(|n| !n.is_all_units).map(|n| n.id).collect();
    let mut units = notes::of_notes(read, &named).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let n = row.into_inner();
            let (place, author, name, by_attorney) = (
                (n.created_at, NOTE, n.id.0),
                Some(n.author_id),
                n.author_name.clone(),
                n.by_attorney,
            );
            let (about, files) = (units.remove(&n.id), by_note.remove(&n.id));
            let what = notes::happening(read, n, about.unwrap_or_default(), files.unwrap_or_default());
            line(place, author, name, by_attorney, what)
        })
        .collect())
}

async fn changes_of(read: &Read, account: AccountId, cursor: Option<Place>, limit: u64) -> Result<Vec<Line>, Stop> {
    use change::Column as C;
    let rows = read
        .find::<change::Entity>()
        .filter(C::AccountId.eq(account))
        .filter(after(cursor, STATUS, C::ChangedAt, C::Id))
        .shape(|s| s.order_by_desc(C::ChangedAt).order_by_desc(C::Id))
        .limit(limit + 1)
        .all()
        .await?;
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let names = statuses::names(read).await?;
    let given = read
        .among::<notes::Entity>(notes::Column::Id.is_in(rows.iter().filter_map(|c| c.note_id)))
        .all()
        .await?;
    let mut bodies: HashMap<NoteId, String> = given.into_iter().map(|n| (n.id, n.body.clone())).collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let c = row.into_inner();
            let what = Happening::Status {
                slot: c.slot,
                from: c.from_status_id.and_then(|id| names.get(&id).cloned()),
                to: c.status_id.and_then(|id| names.get(&id).cloned()),
                until: c.until_on,
                note: c.note_id.and_then(|id| bodies.remove(&id)),
            };
            let place = (c.changed_at, STATUS, c.id.0);
            line(place, c.changed_by, c.changed_by_name, c.by_attorney, what)
        })
        .collect())
}

async fn files_of(read: &Read, account: AccountId, cursor: Option<Place>, limit: u64) -> Result<Vec<Line>, Stop> {
    use files::Column as C;
    let rows = read
        .find::<files::Entity>()
        .filter(C::AccountId.eq(account))
        .filter(C::NoteId.is_null())
        .filter(after(cursor, FILE, C::UploadedAt, C::Id))
        .shape(|s| s.order_by_desc(C::UploadedAt).order_by_desc(C::Id))
        .limit(limit + 1)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let file = files::view(read, &row);
            let place = (row.uploaded_at, FILE, row.id.0);
            line(
                place,
                Some(row.uploaded_by),
                row.uploader_name.clone(),
                row.by_attorney,
                Happening::File { file: Box::new(file) },
            )
        })
        .collect())
}

/// A customer has few matters in a lifetime: all are read, their steps cut afterwards.
async fn steps_of(read: &Read, account: AccountId, cursor: Option<Place>) -> Result<Vec<Line>, Stop> {
    let sql = format!("{MATTER} WHERE h.account_id = $1 AND {{reach h}} ORDER BY h.handed_at DESC LIMIT 500");
    let rows: Vec<MatterRow> = read
        .report(Limit::Reach(matter_reach_sql), &sql, vec![account.into()])
        .await?;
    let mut lines: Vec<Line> = rows.iter().flat_map(steps).collect();
    if let Some(cursor) = cursor {
        lines.retain(|l| l.place < cursor);
    }
    Ok(lines)
}

fn steps(matter: &MatterRow) -> Vec<Line> {
    let attorney = format!("{} {}", matter.first_name, matter.surname);
    let step = |at: DateTime<Utc>, by: Option<UserId>, name: String, step: HandoverStep, state: HandoverState| {
        let ends = matches!(step, HandoverStep::Closed | HandoverStep::Declined);
        let what = Happening::Handover {
            id: matter.id,
            reference: matter.reference.clone(),
            step,
            state,
            attorney: attorney.clone(),
            firm: matter.firm.clone(),
            close_code: matter.close_code.filter(|_| ends),
            reason: matter.reason.clone().filter(|_| ends),
            note: matter.close_note.clone().filter(|_| ends),
        };
        line(
            (at, HANDOVER, matter.id.0),
            by,
            name,
            by == Some(matter.attorney_id),
            what,
        )
    };
    let mut all = vec![step(
        matter.handed_at,
        Some(matter.handed_by),
        matter.handed_by_name.clone(),
        HandoverStep::HandedOver,
        matter.state,
    )];
    if let (Some(at), Some(name)) = (matter.accepted_at, &matter.accepted_by_name) {
        let by = Some(matter.attorney_id);
        all.push(step(
            at,
            by,
            name.clone(),
            HandoverStep::Accepted,
            HandoverState::Active,
        ));
    }
    if let Some(at) = matter.closed_at {
        let what = if matter.state == HandoverState::Declined {
            HandoverStep::Declined
        } else {
            HandoverStep::Closed
        };
        let name = matter.closed_by_name.clone().unwrap_or_default();
        all.push(step(at, matter.closed_by, name, what, matter.state));
    }
    all
}
