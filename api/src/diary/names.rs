//! What the events of a page are about: each kind of thing is looked up once for the whole page.

use super::queries::OF_THE_ACCOUNT;
use crate::kernel::{Read, Stop, binds::Binds};
use crate::ledger::AccountFacts;
use crate::{files, notes, statuses};
use chrono::NaiveDate;
use kept_shared::diary::*;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger::EntryType;
use kept_shared::metadata::MetadataEntity;
use kept_shared::money::Money;
use kept_shared::notes::StatusName;
use sea_orm::{ColumnTrait, FromQueryResult};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The things one event names.
#[derive(Default)]
struct Things {
    claims: Vec<ClaimId>,
    /// First number and how many.
    entries: Option<(i64, i64)>,
    note: Option<NoteId>,
    file: Option<FileId>,
    handover: Option<HandoverId>,
    status: Option<StatusId>,
    from: Option<StatusId>,
    /// Table and id of what has a name.
    named: Option<(Named, Uuid)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Named {
    Debtor,
    Contact,
    Unit,
    Product,
}

impl Named {
    const ALL: [Self; 4] = [Self::Debtor, Self::Contact, Self::Unit, Self::Product];
    /// Ids and names of those of the account.
    const fn sql(self) -> &'static str {
        match self {
            Self::Debtor => "SELECT id, full_name AS name FROM debtor WHERE account_id = ",
            Self::Contact => "SELECT id, value AS name FROM contact WHERE account_id = ",
            Self::Unit => {
                "SELECT u.id, u.code AS name FROM unit_owner o JOIN unit u ON u.id = o.unit_id WHERE o.account_id = "
            }
            Self::Product => "SELECT id, name FROM product WHERE account_id = ",
        }
    }
}

fn things(event: &Event) -> Things {
    let mut t = Things::default();
    match event {
        Event::EntriesPosted {
            count,
            first_no: Some(no),
            ..
        } => t.entries = Some((*no, i64::from(*count))),
        Event::Reallocated { claims, .. } | Event::ClaimsClosed { claims, .. } | Event::ClaimsOpened { claims } => {
            t.claims.clone_from(claims);
        }
        Event::ClaimResolved { claim, .. }
        | Event::ClaimReopened { claim, .. }
        | Event::ClaimDeleted { claim, .. }
        | Event::ClaimRecreated { claim, .. }
        | Event::ClaimChanged { claim, .. } => t.claims = vec![*claim],
        Event::ClaimsRelated { claim, related, .. } => t.claims = vec![*claim, *related],
        Event::NoteAdded { note } => t.note = Some(*note),
        Event::FileUploaded { file }
        | Event::FileScanned { file, .. }
        | Event::FileDownloaded { file }
        | Event::FileChanged { file, .. }
        | Event::FileHeld { file, .. }
        | Event::FileReleased { file, .. }
        | Event::FileDeleted { file, .. }
        | Event::FilePurged { file } => t.file = Some(*file),
        Event::HandedOver { handover, .. }
        | Event::HandoverAccepted { handover }
        | Event::HandoverDeclined { handover, .. }
        | Event::HandoverRecalled { handover, .. }
        | Event::HandoverReturned { handover, .. }
        | Event::HandoverClosed { handover, .. } => t.handover = Some(*handover),
        Event::StatusApplied { status, from, note, .. } => {
            (t.status, t.from, t.note) = (Some(*status), *from, *note);
        }
        Event::StatusEnded { status, note } => (t.status, t.note) = (Some(*status), *note),
        Event::DebtorAdded { debtor } | Event::DebtorChanged { debtor, .. } | Event::DebtorRemoved { debtor } => {
            t.named = Some((Named::Debtor, debtor.0));
        }
        Event::ContactAdded { contact } | Event::ContactChanged { contact, .. } | Event::ContactRemoved { contact } => {
            t.named = Some((Named::Contact, contact.0));
        }
        Event::OwnerChanged { unit, .. } => t.named = Some((Named::Unit, unit.0)),
        Event::ProductCreated { product } | Event::ProductChanged { product, .. } => {
            t.named = Some((Named::Product, product.0));
        }
        Event::MetadataChanged { entity, row, .. } => match entity {
            MetadataEntity::Claim => t.claims = vec![ClaimId(*row)],
            MetadataEntity::Debtor => t.named = Some((Named::Debtor, *row)),
            MetadataEntity::Product => t.named = Some((Named::Product, *row)),
            MetadataEntity::Account | MetadataEntity::Unit => {}
        },
        // Nothing of the account has a name in these.
        _ => {}
    }
    t
}

/// The names of each event, in their order.
pub(super) async fn names(read: &Read, account: &AccountFacts, events: &[Event]) -> Result<Vec<DiaryNames>, Stop> {
    let all: Vec<Things> = events.iter().map(things).collect();
    let claims = claims(read, account.id, &all).await?;
    let entries = entries(read, account, &all).await?;
    let notes = notes_of(read, &all).await?;
    let files = files_of(read, &all).await?;
    let handovers = handovers(read, account.id, &all).await?;
    let statuses: HashMap<StatusId, StatusName> = if all.iter().any(|t| t.status.is_some()) {
        statuses::names(read).await?
    } else {
        HashMap::new()
    };
    let named = named(read, account.id, &all).await?;
    Ok(all
        .into_iter()
        .map(|t| DiaryNames {
            claims: t.claims.iter().filter_map(|id| claims.get(id).cloned()).collect(),
            entries: t
                .entries
                .map(|(first, count)| {
                    (first..first + count.min(shown()))
                        .filter_map(|no| entries.get(&no).cloned())
                        .collect()
                })
                .unwrap_or_default(),
            note: t.note.and_then(|id| notes.get(&id).cloned()),
            file: t.file.and_then(|id| files.get(&id).cloned()),
            handover: t.handover.and_then(|id| handovers.get(&id).cloned()),
            status: t.status.and_then(|id| statuses.get(&id).cloned()),
            from: t.from.and_then(|id| statuses.get(&id).cloned()),
            name: t.named.and_then(|key| named.get(&key).cloned()),
        })
        .collect())
}

fn shown() -> i64 {
    i64::try_from(MAX_ENTRIES).unwrap_or(i64::MAX)
}

#[derive(FromQueryResult)]
struct ClaimRow {
    id: ClaimId,
    reference: String,
}

async fn claims(read: &Read, account: AccountId, all: &[Things]) -> Result<HashMap<ClaimId, DiaryClaim>, Stop> {
    let wanted: HashSet<ClaimId> = all.iter().flat_map(|t| t.claims.iter().copied()).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    // Of the account, not by id: a re-allocation may name many, and an account has few enough.
    let rows: Vec<ClaimRow> = read
        .report(
            OF_THE_ACCOUNT,
            "SELECT id, reference FROM claim WHERE account_id = $1",
            vec![account.into()],
        )
        .await?;
    Ok(rows
        .into_iter()
        .filter(|r| wanted.contains(&r.id))
        .map(|r| {
            let claim = DiaryClaim {
                id: r.id,
                reference: r.reference,
            };
            (r.id, claim)
        })
        .collect())
}

#[derive(FromQueryResult)]
struct EntryRow {
    no: i64,
    kind: EntryType,
    effective_on: NaiveDate,
    amount_minor: i64,
    description: String,
    claim_id: Option<ClaimId>,
    claim: Option<String>,
}

async fn entries(read: &Read, account: &AccountFacts, all: &[Things]) -> Result<HashMap<i64, DiaryEntry>, Stop> {
    let numbers: Vec<i64> = all
        .iter()
        .filter_map(|t| t.entries)
        .flat_map(|(first, count)| first..first + count.min(shown()))
        .collect();
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let mut binds = Binds::new();
    let sql = format!(
        "SELECT x.no, x.type AS kind, x.effective_on, x.amount_minor, x.description, x.claim_id, c.reference AS claim \
         FROM entry x LEFT JOIN claim c ON c.id = x.claim_id WHERE x.account_id = {} AND x.no IN ({})",
        binds.one(account.id),
        binds.list(numbers)
    );
    let rows: Vec<EntryRow> = read.report(OF_THE_ACCOUNT, &sql, binds.values()).await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let entry = DiaryEntry {
                no: r.no,
                kind: r.kind,
                effective_on: r.effective_on,
                amount: Money::new(r.amount_minor, account.currency),
                description: r.description,
                claim: r
                    .claim_id
                    .zip(r.claim)
                    .map(|(id, reference)| DiaryClaim { id, reference }),
            };
            (r.no, entry)
        })
        .collect())
}

/// Those the reader may read.
async fn notes_of(read: &Read, all: &[Things]) -> Result<HashMap<NoteId, DiaryNote>, Stop> {
    let wanted: Vec<NoteId> = all.iter().filter_map(|t| t.note).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = read
        .among::<notes::Entity>(notes::Column::Id.is_in(wanted))
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let n = row.into_inner();
            let note = DiaryNote {
                id: n.id,
                body: n.body,
                visibility: n.visibility,
            };
            (n.id, note)
        })
        .collect())
}

/// Those the reader may see.
async fn files_of(read: &Read, all: &[Things]) -> Result<HashMap<FileId, DiaryFile>, Stop> {
    let wanted: HashSet<FileId> = all.iter().filter_map(|t| t.file).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = read
        .among::<files::Entity>(files::Column::Id.is_in(wanted))
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let f = files::view(read, &row);
            let file = DiaryFile {
                id: f.id,
                document_name: f.document_name,
                state: f.state,
                is_downloadable: f.is_downloadable,
            };
            (f.id, file)
        })
        .collect())
}

#[derive(FromQueryResult)]
struct HandoverRow {
    id: HandoverId,
    reference: String,
    first_name: String,
    surname: String,
    firm: Option<String>,
}

async fn handovers(
    read: &Read,
    account: AccountId,
    all: &[Things],
) -> Result<HashMap<HandoverId, DiaryHandover>, Stop> {
    if all.iter().all(|t| t.handover.is_none()) {
        return Ok(HashMap::new());
    }
    let rows: Vec<HandoverRow> = read
        .report(
            OF_THE_ACCOUNT,
            "SELECT h.id, h.reference, u.first_name, u.surname, u.firm FROM handover h JOIN app_user u ON u.id = h.attorney_id \
             WHERE h.account_id = $1",
            vec![account.into()],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let handover = DiaryHandover {
                id: r.id,
                reference: r.reference,
                attorney: format!("{} {}", r.first_name, r.surname),
                firm: r.firm,
            };
            (r.id, handover)
        })
        .collect())
}

#[derive(FromQueryResult)]
struct NameRow {
    id: Uuid,
    name: String,
}

async fn named(read: &Read, account: AccountId, all: &[Things]) -> Result<HashMap<(Named, Uuid), String>, Stop> {
    let mut names = HashMap::new();
    for table in Named::ALL {
        if !all.iter().any(|t| t.named.is_some_and(|(of, _)| of == table)) {
            continue;
        }
        let sql = format!("{}$1", table.sql());
        let rows: Vec<NameRow> = read.report(OF_THE_ACCOUNT, &sql, vec![account.into()]).await?;
        names.extend(rows.into_iter().map(|r| ((table, r.id), r.name)));
    }
    Ok(names)
}
