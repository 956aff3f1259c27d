//! What people do with imports: upload, map, commit, cancel, keep mappings.

use super::entity::{import, mapping, row};
use super::jobs::{CheckImport, CommitImportJob};
use super::read::{ReadAs, Refusal};
use super::{live, read};
use crate::communities;
use crate::kernel::files::Blob;
use crate::kernel::tx::refuse;
use crate::kernel::{FlawsExt, IfMatch, Kernel, Limit, Reach, Seen, Stop, Subject, Tx, When};
use kept_shared::event::Event;
use kept_shared::flaws::Flaws;
use kept_shared::ids::{CommunityId, ImportId, ImportMappingId};
use kept_shared::imports::{
    ALL_OR_NOTHING_ROWS, ColumnKind, CommitImport, Detection, ImportState, Mapping, NewSavedMapping, PREVIEW_ROWS,
    Preview, RawRow,
};
use kept_shared::problem::{Code, FieldProblem, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// Files are read on as many threads as there are cores, whoever uploads however many.
static READERS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// A file nobody can read, as a problem at the file.
pub fn unreadable(refusal: Refusal) -> Stop {
    let mut fault = FieldProblem::new("/file", refusal.code);
    if let Some(number) = refusal.row {
        fault = fault.with("row", number);
    }
    Problem::of(Code::FileUnreadable).with_errors(vec![fault]).into()
}

/// Reads a stored file on a blocking thread.
pub async fn detect(
    kernel: &Arc<Kernel>,
    key: &str,
    how: ReadAs,
    header_row: Option<u32>,
) -> Result<(Detection, Vec<RawRow>), Stop> {
    let path = kernel.files.on_disk(key).await?;
    reading(move || read::detect(&path, how, header_row, PREVIEW_ROWS)).await
}

/// Reads an uploaded file on a blocking thread, when it is its turn.
pub async fn reading<T: Send + 'static>(read: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Stop> {
    let _slot = READERS.acquire().await.map_err(Stop::internal)?;
    tokio::task::spawn_blocking(read)
        .await
        .map_err(Stop::internal)?
        .map_err(unreadable)
}

/// Registers an uploaded file. Who is restricted to communities must name one.
pub async fn upload(
    tx: &Tx,
    blob: Blob,
    file_name: &str,
    community: Option<CommunityId>,
    detection: &Detection,
) -> Result<Seen<import::Model>, Stop> {
    match (community, tx.scope().reach()) {
        (Some(id), _) => {
            tx.get::<communities::Entity>(id)
                .await
                .map_err(|_| refuse("/community_id", "unknown"))?;
        }
        (None, Reach::Everything | Reach::Organisation(_)) => {}
        (None, Reach::Communities { .. } | Reach::HandedOverTo { .. }) => {
            return Err(refuse("/community_id", "required"));
        }
    }
    let name: String = file_name.chars().filter(|c| !c.is_control()).take(200).collect();
    tx.create(import::ActiveModel {
        id: Set(ImportId(uuid::Uuid::now_v7())),
        community_id: Set(community),
        file_name: Set(if name.trim().is_empty() {
            "file".to_owned()
        } else {
            name
        }),
        size_bytes: Set(i64::try_from(blob.size).unwrap_or(i64::MAX)),
        sha256: Set(blob.sha256),
        blob_key: Set(blob.key),
        kind: Set(detection.suggested_kind),
        state: Set(ImportState::Uploaded),
        detected: Set(serde_json::to_string(detection)?),
        mapping: Set(None),
        summary: Set(None),
        run: Set(0),
        done: Set(0),
        total: Set(i64::from(detection.rows)),
        skip_faulty: Set(false),
        cancel_asked: Set(false),
        failure: Set(None),
        created_by: Set(tx.caller().user()?),
        created_at: Set(tx.now()),
        finished_at: Set(None),
        version: Set(1),
        ..Default::default()
    })
    .await
}

/// The beginning of the file, read as asked.
pub async fn preview(
    kernel: &Arc<Kernel>,
    import: &Seen<import::Model>,
    how: ReadAs,
    header_row: Option<u32>,
) -> Result<Preview, Stop> {
    let (detection, rows) = detect(kernel, &import.blob_key, how, header_row).await?;
    Ok(Preview { detection, rows })
}

/// Takes the meaning of the columns and starts the dry run.
pub async fn map(
    tx: &Tx,
    import: Seen<import::Model>,
    expected: IfMatch,
    mapping: Mapping,
    found: &Detection,
) -> Result<Seen<import::Model>, Stop> {
    match import.state {
        ImportState::Uploaded
        | ImportState::Checking
        | ImportState::Checked
        | ImportState::Failed
        | ImportState::Cancelled => {}
        ImportState::Committing | ImportState::Done => return Err(Code::StateForbids.into()),
    }
    let written = import.summary()?.is_some_and(|s| s.written_rows > 0);
    if written {
        return Err(Code::StateForbids.into());
    }
    let mut flaws = mapping.flaws();
    choices(&mut flaws, &mapping, found);
    flaws.check()?;
    let communities = allowed(tx)?;
    if let Some(id) = mapping.community_id {
        tx.get::<communities::Entity>(id)
            .await
            .map_err(|_| refuse("/community_id", "unknown"))?;
    }
    forget_rows(tx, import.id).await?;
    let run = import.run + 1;
    let id = import.id;
    let text = serde_json::to_string(&mapping)?;
    let detected = serde_json::to_string(found)?;
    // A file for several communities stays visible to whoever saw it when it was uploaded.
    let community = mapping.community_id.or(import.community_id);
    let import = tx
        .update(import, expected, |row: &mut import::ActiveModel| {
            row.kind = Set(mapping.kind);
            row.mapping = Set(Some(text));
            row.detected = Set(detected);
            row.community_id = Set(community);
            row.state = Set(ImportState::Checking);
            row.summary = Set(None);
            row.failure = Set(None);
            row.finished_at = Set(None);
            row.cancel_asked = Set(false);
            row.run = Set(run);
            row.done = Set(0);
            row.total = Set(i64::from(found.rows));
        })
        .await?;
    tx.enqueue(
        &CheckImport {
            import: id,
            run,
            communities,
        },
        When::Now,
    )
    .await?;
    Ok(import)
}

/// The communities that the rows of the caller's file may go to; `None`: all.
fn allowed(tx: &Tx) -> Result<Option<Vec<CommunityId>>, Stop> {
    match tx.scope().reach() {
        Reach::Everything | Reach::Organisation(_) => Ok(None),
        Reach::Communities { communities, .. } => Ok(Some(communities.to_vec())),
        Reach::HandedOverTo { .. } => Err(Stop::not_found()),
    }
}

/// Dates and decimals that can be read two ways need a person's word when their column is mapped.
fn choices(flaws: &mut Flaws, mapping: &Mapping, found: &Detection) {
    for (at, used) in mapping.columns.iter().enumerate() {
        let Some(column) = found.columns.iter().find(|c| c.column == used.column) else {
            flaws.add(&format!("/columns/{at}/column"), "no_such_column");
            continue;
        };
        let has_text = column.kind != ColumnKind::Empty;
        if used.field.is_date() && has_text && found.dates_ambiguous && mapping.date_order.is_none() {
            flaws.add("/date_order", "date_order_needed");
        }
        if used.field.is_amount() && has_text && found.decimals_ambiguous && mapping.decimal_style.is_none() {
            flaws.add("/decimal_style", "decimal_style_needed");
        }
    }
    flaws.0.dedup();
}

/// Drops the verdicts of an earlier dry run.
pub async fn forget_rows(tx: &Tx, import: ImportId) -> Result<(), Stop> {
    tx.execute(
        Limit::Unscoped("rows of an import the caller loaded"),
        "DELETE FROM import_row WHERE import_id = $1",
        vec![import.into()],
    )
    .await?;
    Ok(())
}

/// Orders the commit of a checked import. What is committed is the dry run that was looked at: after another mapping or
/// another check the version differs, and that is said before anything about a dry run nobody saw.
pub async fn commit(
    tx: &Tx,
    import: Seen<import::Model>,
    expected: IfMatch,
    order: CommitImport,
) -> Result<Seen<import::Model>, Stop> {
    expected.check(import.version)?;
    if import.state != ImportState::Checked {
        return Err(Code::StateForbids.into());
    }
    let summary = import.summary()?.unwrap_or_default();
    if summary.faulty > 0 && !order.skip_faulty {
        let fault = FieldProblem::new("/skip_faulty", "faulty_rows").with("faulty", summary.faulty);
        return Err(Problem::of(Code::NotAcceptable).with_errors(vec![fault]).into());
    }
    let job = CommitImportJob {
        import: import.id,
        run: import.run,
        communities: allowed(tx)?,
        by: tx.caller().user_id,
    };
    let import = tx
        .update(import, expected, |row: &mut import::ActiveModel| {
            row.state = Set(ImportState::Committing);
            row.skip_faulty = Set(order.skip_faulty);
            row.cancel_asked = Set(false);
            row.done = Set(0);
            row.total = Set(i64::from(summary.new + summary.changed));
        })
        .await?;
    tx.enqueue(&job, When::Now).await?;
    Ok(import)
}

/// Asks a running step to stop, or gives up an import nothing runs on. Up to [`ALL_OR_NOTHING_ROWS`] rows nothing is
/// written then; above, the summary says how many rows are in.
pub async fn cancel(tx: &Tx, import: Seen<import::Model>) -> Result<Seen<import::Model>, Stop> {
    let running = match import.state {
        ImportState::Checking | ImportState::Committing => true,
        ImportState::Uploaded | ImportState::Checked | ImportState::Failed => false,
        ImportState::Done | ImportState::Cancelled => return Err(Code::StateForbids.into()),
    };
    if running {
        live::cancel(import.id);
    }
    let now = tx.now();
    let committing = import.state == ImportState::Committing;
    tx.amend(import, |row: &mut import::ActiveModel| {
        row.cancel_asked = Set(true);
        // A commit says itself where it stopped; nothing else has anything to finish.
        if !committing {
            row.state = Set(ImportState::Cancelled);
            row.finished_at = Set(Some(now));
        }
    })
    .await
}

/// Keeps a mapping under a name, replacing one of that name.
pub async fn save_mapping(tx: &Tx, new: NewSavedMapping) -> Result<Seen<mapping::Model>, Stop> {
    let name = new.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut flaws = Flaws::default();
    flaws.text("/name", &name, 100);
    flaws.when(
        new.signature.len() > 64 || !new.signature.bytes().all(|b| b.is_ascii_hexdigit()),
        "/signature",
        "invalid",
    );
    flaws.when(
        new.mapping.columns.len() > kept_shared::imports::MAX_COLUMNS as usize,
        "/mapping/columns",
        "too_many",
    );
    flaws.check()?;
    let earlier = tx
        .find::<mapping::Entity>()
        .filter(mapping::Column::Name.eq(name.as_str()))
        .one()
        .await?;
    if let Some(earlier) = earlier {
        tx.discard::<mapping::Model, mapping::ActiveModel>(earlier).await?;
    } else if tx.find::<mapping::Entity>().count().await? >= super::MAX_MAPPINGS {
        return Err(refuse("/name", "too_many_mappings"));
    }
    tx.create(mapping::ActiveModel {
        id: Set(ImportMappingId(uuid::Uuid::now_v7())),
        name: Set(name),
        kind: Set(new.mapping.kind),
        signature: Set(new.signature),
        mapping: Set(serde_json::to_string(&new.mapping)?),
        created_by: Set(tx.caller().user()?),
        created_at: Set(tx.now()),
        ..Default::default()
    })
    .await
}

/// Whether an import of so many rows is written in one transaction.
pub const fn in_one_transaction(rows: i64) -> bool {
    rows <= ALL_OR_NOTHING_ROWS as i64
}

/// What an event about an import is about.
pub fn subject(import: &import::Model) -> Subject {
    import.community_id.map_or_else(Subject::ours, Subject::from)
}

/// The event of a cancelled import.
pub fn cancelled(import: &import::Model) -> Event {
    Event::ImportCancelled { import: import.id }
}

/// Marks rows as written.
pub async fn mark_done(tx: &Tx, import: ImportId, numbers: &[i64]) -> Result<(), Stop> {
    for part in numbers.chunks(500) {
        let marks: Vec<String> = (3..part.len() + 3).map(|n| format!("${n}")).collect();
        let sql = format!(
            "UPDATE import_row SET done = $1 WHERE import_id = $2 AND number IN ({})",
            marks.join(", ")
        );
        let mut values = vec![true.into(), import.into()];
        values.extend(part.iter().map(|n| (*n).into()));
        tx.execute(Limit::Unscoped("rows of an import the job loaded"), &sql, values)
            .await?;
    }
    Ok(())
}

/// The next rows to write.
pub async fn rows_to_write(tx: &Tx, import: ImportId, after: i64, limit: u64) -> Result<Vec<Seen<row::Model>>, Stop> {
    use kept_shared::imports::Verdict;
    use sea_orm::{QueryOrder, QuerySelect};
    tx.find::<row::Entity>()
        .filter(row::Column::ImportId.eq(import))
        .filter(row::Column::Verdict.is_in([Verdict::New, Verdict::Changed]))
        .filter(row::Column::Done.eq(false))
        .filter(row::Column::Number.gt(after))
        .shape(|s| s.order_by_asc(row::Column::Number).limit(limit))
        .all()
        .await
}
