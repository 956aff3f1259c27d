//! Recording an upload, and what is done with a file afterwards: renamed, held, released, deleted. A hold and a deletion
//! are of all editions: what replaced a paper must not outlive it, nor the other way round.

use super::entity::{ActiveModel, Column, Entity, Model};
use super::receive::Received;
use super::scan::ScanFile;
use super::views::view;
use crate::kernel::{IfMatch, Limit, Seen, Stop, Tx, When, tx::refuse};
use crate::notes;
use kept_shared::{
    event::changed_fields,
    files::{DocumentType, File, FileReason, FileState, MAX_DOCUMENT_NAME, NO_SCANNER, shortened},
    ids::*,
    notes::Visibility,
    problem::{Code, Problem},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, FromQueryResult, QueryOrder};

const ALL_EDITIONS: Limit = Limit::Unscoped("editions of a file loaded through the scope");

/// Where an upload goes: to a customer, or to a community as its own document.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Account {
        account: AccountId,
        organisation: OrganisationId,
        handed_over: bool,
    },
    Community {
        community: CommunityId,
        organisation: OrganisationId,
    },
}

impl Place {
    fn organisation(self) -> OrganisationId {
        match self {
            Self::Account { organisation, .. } | Self::Community { organisation, .. } => organisation,
        }
    }
    /// Files that lie there.
    fn files(self) -> Condition {
        let here = match self {
            Self::Account { account, .. } => Column::AccountId.eq(account),
            Self::Community { community, .. } => Column::CommunityId.eq(community),
        };
        Condition::all().add(here)
    }
}

/// Records an upload in quarantine and has it scanned. The place was loaded through the scope. Errors: 422 at what the
/// form says besides the file.
pub async fn record(tx: &Tx, place: Place, received: Received) -> Result<File, Stop> {
    let by_attorney = tx.caller().is_attorney();
    if by_attorney && received.visibility.is_some_and(|v| v != Visibility::Shared) {
        return Err(refuse("/visibility", "attorneys_share"));
    }
    let replaced = match received.replaces {
        Some(id) => Some(newest_edition(tx, place, id).await?),
        None => None,
    };
    let note = note_of(tx, place, &received).await?;
    let visibility = visibility(tx, place, &received, replaced.as_ref(), note.as_ref())?;
    let scans = !tx.kernel().config.files.scanner.is_empty();
    let same = tx
        .find::<Entity>()
        .filter(place.files())
        .filter(Column::Sha256.eq(received.blob.sha256.clone()))
        .filter(Column::DeletedAt.is_null())
        .limit(1)
        .one()
        .await?;
    let (account_id, community_id) = match place {
        Place::Account { account, .. } => (Some(account), None),
        Place::Community { community, .. } => (None, Some(community)),
    };
    let before = replaced.as_deref();
    let name = received
        .document_name
        .or_else(|| before.map(|b| b.document_name.clone()))
        .unwrap_or_else(|| shortened(&received.file_name, MAX_DOCUMENT_NAME));
    let kind = received.document_type.or_else(|| before.map(|b| b.document_type));
    let id = FileId(uuid::Uuid::now_v7());
    let row = ActiveModel {
        id: Set(id),
        organisation_id: Set(place.organisation()),
        account_id: Set(account_id),
        note_id: Set(received.note_id),
        document_name: Set(name),
        document_type: Set(kind.unwrap_or(DocumentType::Other)),
        file_name: Set(received.file_name),
        media_type: Set(received.media_type.to_owned()),
        size_bytes: Set(i64::try_from(received.blob.size).map_err(Stop::internal)?),
        sha256: Set(received.blob.sha256),
        blob_key: Set(received.blob.key),
        visibility: Set(visibility),
        state: Set(if scans {
            FileState::Quarantined
        } else {
            FileState::Unscanned
        }),
        state_reason: Set((!scans).then(|| NO_SCANNER.to_owned())),
        scan_attempts: Set(0),
        uploaded_by: Set(tx.caller().user()?),
        uploader_name: Set(tx.caller().name.clone()),
        by_attorney: Set(by_attorney),
        uploaded_at: Set(tx.now()),
        scanned_at: Set(None),
        community_id: Set(community_id),
        folder: Set(before.map_or(received.folder, |b| b.folder.clone())),
        series_id: Set(before.map_or(id, |b| b.series_id)),
        edition: Set(before.map_or(1, |b| b.edition + 1)),
        held_at: Set(before.and_then(|b| b.held_at)),
        held_by_name: Set(before.and_then(|b| b.held_by_name.clone())),
        hold_reason: Set(before.and_then(|b| b.hold_reason.clone())),
        deleted_at: Set(None),
        deleted_by_name: Set(None),
        delete_reason: Set(None),
        purged_at: Set(None),
        version: Set(1),
    };
    tx.insert_bulk(vec![row], "on the account or community loaded through the scope")
        .await?;
    if scans {
        let organisation = place.organisation();
        tx.enqueue(&ScanFile { organisation, file: id }, When::Now).await?;
    }
    let row = tx.get::<Entity>(id).await?;
    Ok(File {
        duplicate_of: same.map(|f| f.document_name.clone()),
        ..view(tx, &row)
    })
}

/// Who may read it: as what it replaces, as the note it belongs to, as the caller says, or as is usual there.
fn visibility(
    tx: &Tx,
    place: Place,
    received: &Received,
    replaced: Option<&Seen<Model>>,
    note: Option<&OwnNote>,
) -> Result<Visibility, Stop> {
    // All editions are for the same readers.
    if let Some(before) = replaced {
        return Ok(before.visibility);
    }
    if let Some(note) = note {
        return Ok(note.visibility);
    }
    match (place, received.visibility) {
        (Place::Account { handed_over, .. }, wish) => {
            Ok(Visibility::or_default(wish, tx.caller().user_type, handed_over))
        }
        (Place::Community { .. }, None) => Ok(Visibility::Shared),
        (Place::Community { .. }, Some(Visibility::Portal)) => Err(refuse("/visibility", "not_for_documents")),
        (Place::Community { .. }, Some(wish)) => Ok(wish),
    }
}

/// The last edition of the file that is replaced. Whoever else replaces it waits here. An attorney replaces what the
/// attorney uploaded. Errors: 422 at `/replaces`.
async fn newest_edition(tx: &Tx, place: Place, id: FileId) -> Result<Seen<Model>, Stop> {
    let not_found = || refuse("/replaces", "not_found");
    let named = tx.find::<Entity>().filter(place.files()).filter(Column::Id.eq(id));
    let named = named.one().await?.ok_or_else(not_found)?;
    if named.is_deleted() {
        return Err(not_found());
    }
    if tx.caller().is_attorney() && tx.caller().user_id != Some(named.uploaded_by) {
        return Err(refuse("/replaces", "not_yours"));
    }
    lock_series(tx, named.series_id).await?;
    tx.find::<Entity>()
        .filter(place.files())
        .filter(Column::SeriesId.eq(named.series_id))
        .shape(|s| s.order_by_desc(Column::Edition))
        .limit(1)
        .one()
        .await?
        // Deleted while this waited.
        .filter(|newest| !newest.is_deleted())
        .ok_or_else(not_found)
}

/// One change of a file's editions at a time: whoever holds, deletes or adds one waits here for who came before.
async fn lock_series(tx: &Tx, series: FileId) -> Result<(), Stop> {
    tx.execute(
        ALL_EDITIONS,
        "UPDATE file SET edition = edition WHERE id = $1",
        vec![series.into()],
    )
    .await?;
    Ok(())
}

/// The file as it stands once nobody else changes its editions.
async fn alone(tx: &Tx, file: Seen<Model>) -> Result<Seen<Model>, Stop> {
    lock_series(tx, file.series_id).await?;
    tx.get::<Entity>(file.id).await
}

#[derive(FromQueryResult)]
struct OwnNote {
    visibility: Visibility,
}

/// The caller's own note on this account. Errors: 422 at `/note_id`, or at `/folder` for a customer's file.
async fn note_of(tx: &Tx, place: Place, received: &Received) -> Result<Option<OwnNote>, Stop> {
    use sea_orm::{QueryFilter, QuerySelect};
    let not_found = || refuse("/note_id", "not_found");
    let (account, note) = match (place, received.note_id) {
        (Place::Account { .. }, _) if received.folder.is_some() => {
            return Err(refuse("/folder", "unknown_part"));
        }
        (Place::Account { account, .. }, Some(note)) => (account, note),
        (Place::Community { .. }, Some(_)) => return Err(not_found()),
        (Place::Account { .. } | Place::Community { .. }, None) => return Ok(None),
    };
    tx.find::<notes::Entity>()
        .shape(|s| {
            s.filter(notes::Column::Id.eq(note))
                .filter(notes::Column::AccountId.eq(account))
                .filter(notes::Column::AuthorId.eq(tx.caller().user_id))
                .filter(notes::Column::DeletedAt.is_null())
                .select_only()
                .column(notes::Column::Visibility)
        })
        .one_as::<OwnNote>()
        .await?
        .map(Some)
        .ok_or_else(not_found)
}

/// What may be changed without touching the bytes.
pub struct Change {
    pub document_name: String,
    pub document_type: Option<DocumentType>,
    pub folder: Option<String>,
    pub visibility: Option<Visibility>,
}

/// Who may read a customer's file from now on, where that is changed. Errors: 422 `/visibility` from an attorney, and for
/// a file of a note, which is read with the note.
pub fn readers(tx: &Tx, file: &Model, wish: Option<Visibility>) -> Result<Option<Visibility>, Stop> {
    let wish = wish.filter(|wish| *wish != file.visibility);
    match wish {
        Some(_) if tx.caller().is_attorney() => Err(refuse("/visibility", "attorneys_share")),
        Some(_) if file.note_id.is_some() => Err(refuse("/visibility", "with_the_note")),
        wish => Ok(wish),
    }
}

/// Changes what a file is called and where it lies. Returns the names of the fields that differ; none: nothing was
/// written. Errors: 409 when it was deleted, 412.
pub async fn change(
    tx: &Tx,
    file: Seen<Model>,
    expected: IfMatch,
    change: Change,
) -> Result<(Seen<Model>, Vec<String>), Stop> {
    let file = alone(tx, file).await?;
    expected.check(file.version)?;
    not_deleted(&file)?;
    let before = view(tx, &file);
    let after = File {
        document_name: change.document_name.trim().to_owned(),
        document_type: change.document_type.unwrap_or(file.document_type),
        folder: change.folder,
        visibility: change.visibility.unwrap_or(file.visibility),
        ..before.clone()
    };
    let fields = changed_fields(&before, &after);
    if fields.is_empty() {
        return Ok((file, fields));
    }
    let file = tx
        .update(file, expected, |row: &mut ActiveModel| {
            row.document_name = Set(after.document_name);
            row.document_type = Set(after.document_type);
            row.folder = Set(after.folder);
            row.visibility = Set(after.visibility);
        })
        .await?;
    // Whom an edition is for does not depend on which edition it is; who looks at another one looks at what was.
    tx.execute(
        ALL_EDITIONS,
        "UPDATE file SET visibility = $1, folder = $2, version = version + 1 WHERE series_id = $3 AND id <> $4",
        vec![
            file.visibility.into(),
            file.folder.clone().into(),
            file.series_id.into(),
            file.id.into(),
        ],
    )
    .await?;
    Ok((file, fields))
}

fn forbidden(why: &str) -> Stop {
    Problem::of(Code::StateForbids).at("/state", why).into()
}

fn not_deleted(file: &Model) -> Result<(), Stop> {
    if file.is_deleted() {
        Err(forbidden("deleted"))
    } else {
        Ok(())
    }
}

/// Holds all editions of a file. Errors: 409 when it is held already or was deleted, 412.
pub async fn hold(tx: &Tx, file: Seen<Model>, expected: IfMatch, why: &FileReason) -> Result<Seen<Model>, Stop> {
    let file = alone(tx, file).await?;
    expected.check(file.version)?;
    not_deleted(&file)?;
    if file.held_at.is_some() {
        return Err(forbidden("held"));
    }
    let marks = vec![
        Some(tx.now()).into(),
        tx.caller().name.clone().into(),
        why.reason.trim().to_owned().into(),
        file.series_id.into(),
    ];
    tx.execute(
        ALL_EDITIONS,
        "UPDATE file SET held_at = $1, held_by_name = $2, hold_reason = $3, version = version + 1 WHERE series_id = $4",
        marks,
    )
    .await?;
    tx.get::<Entity>(file.id).await
}

/// Ends the hold of all editions. Errors: 409 when it is not held, 412.
pub async fn release(tx: &Tx, file: Seen<Model>, expected: IfMatch) -> Result<Seen<Model>, Stop> {
    let file = alone(tx, file).await?;
    expected.check(file.version)?;
    if file.held_at.is_none() {
        return Err(forbidden("not_held"));
    }
    tx.execute(
        ALL_EDITIONS,
        "UPDATE file SET held_at = NULL, held_by_name = NULL, hold_reason = NULL, version = version + 1 WHERE series_id = $1",
        vec![file.series_id.into()],
    )
    .await?;
    tx.get::<Entity>(file.id).await
}

/// Deletes all editions: none can be downloaded from now on, what is known of them stays, and their bytes go when the
/// operator's days are over. Errors: 409 when it is held or was deleted, 412.
pub async fn delete(tx: &Tx, file: Seen<Model>, expected: IfMatch, why: &FileReason) -> Result<Seen<Model>, Stop> {
    let file = alone(tx, file).await?;
    expected.check(file.version)?;
    not_deleted(&file)?;
    let marks = vec![
        FileState::Deleted.into(),
        Some(tx.now()).into(),
        tx.caller().name.clone().into(),
        why.reason.trim().to_owned().into(),
        file.series_id.into(),
    ];
    let deleted = tx
        .execute(
            ALL_EDITIONS,
            "UPDATE file SET state = $1, state_reason = NULL, deleted_at = $2, deleted_by_name = $3, delete_reason = $4, \
             version = version + 1 WHERE series_id = $5 AND held_at IS NULL AND deleted_at IS NULL",
            marks,
        )
        .await?;
    if deleted == 0 {
        return Err(forbidden("held"));
    }
    tx.get::<Entity>(file.id).await
}
