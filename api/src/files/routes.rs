//! HTTP of documents.

use super::entity::{ActiveModel, Column, Entity};
use super::receive::{Received, receive};
use super::scan::ScanFile;
use super::views::{allows_unscanned, view};
use crate::kernel::{
    Access, Done, Multipart, NoContent, Path, Problems, Query, Request, Stop, Tx, When, export, may, page, tx::refuse,
};
use crate::notes::{self, Touch, touch};
use crate::statuses;
use actix_web::{HttpResponse, get, http::header, post, web};
use kept_shared::{
    event::Event,
    files::{File, FileState},
    ids::*,
    notes::Visibility,
    page::Page,
    problem::{Code, Problem},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, FromQueryResult, QueryOrder};
use tokio::io::AsyncReadExt;
use utoipa_actix_web::service_config::ServiceConfig;

/// Fields of an upload; the file itself last.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only names the parts of the multipart form in the contract")]
struct FileUpload {
    /// Default: the file's own name.
    document_name: Option<String>,
    document_type: Option<kept_shared::files::DocumentType>,
    /// Default: shared while the customer is handed over, else internal.
    visibility: Option<Visibility>,
    /// The caller's own note this document belongs to.
    note_id: Option<NoteId>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Which page of documents.
#[derive(Clone, Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FilePage {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Upload a document for a customer
///
/// At most 25 MB; pdf, docx, xlsx, csv, txt, png, jpg, tiff, eml or msg by name, declared type and content alike. It
/// stays in quarantine until the scanner calls it clean.
#[utoipa::path(tag = "files", operation_id = "upload_file",
    params(("account_id" = AccountId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = FileUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = File), Problems<404, 413, 415, 422, 507>), security(("bearer" = ["files:create"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/accounts/{account_id}/files")]
async fn upload_file(
    access: Access<may::CreateFiles>,
    id: Path<AccountId>,
    form: Multipart,
) -> Result<Done<File>, Stop> {
    let read = access.read().await?;
    statuses::account(&read, *id).await?;
    drop(read);
    let http = form.request.clone();
    let received = receive(access.kernel(), form).await?;
    let key = received.blob.key.clone();
    let about = format!(
        "{}\n{}\n{}\n{:?}\n{:?}",
        received.blob.sha256, received.file_name, received.document_name, received.visibility, received.note_id
    );
    let recorded = match Request::of_stream(&http, &about) {
        Ok(request) => record(&access, &request, *id, received).await,
        Err(e) => Err(e),
    };
    if recorded.is_err() {
        access.kernel().files.remove(&key).await?;
    }
    recorded
}

async fn record(
    access: &Access<may::CreateFiles>,
    request: &Request,
    id: AccountId,
    received: Received,
) -> Result<Done<File>, Stop> {
    let tx = access.write(request).await?;
    let account = statuses::account_for_update(&tx, id).await?;
    let by_attorney = tx.caller().is_attorney();
    if by_attorney && received.visibility.is_some_and(|v| v != Visibility::Shared) {
        return Err(refuse("/visibility", "attorneys_share"));
    }
    let note = match received.note_id {
        Some(note) => Some(own_note(&tx, account.id, note).await?),
        None => None,
    };
    let visibility = note.as_ref().map_or_else(
        || {
            let handed_over = account.open_handover_id.is_some();
            Visibility::or_default(received.visibility, tx.caller().user_type, handed_over)
        },
        |n| n.visibility,
    );
    let duplicate = tx
        .find::<Entity>()
        .filter(Column::AccountId.eq(account.id))
        .filter(Column::Sha256.eq(received.blob.sha256.clone()))
        .limit(1)
        .one()
        .await?
        .map(|f| f.document_name.clone());
    let scans = !tx.kernel().config.files.scanner.is_empty();
    let row = ActiveModel {
        id: Set(FileId(uuid::Uuid::now_v7())),
        organisation_id: Set(account.organisation_id),
        account_id: Set(account.id),
        note_id: Set(received.note_id),
        document_name: Set(received.document_name),
        document_type: Set(received.document_type),
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
        state_reason: Set((!scans).then(|| "no_scanner".to_owned())),
        scan_attempts: Set(0),
        uploaded_by: Set(tx.caller().user()?),
        uploader_name: Set(tx.caller().name.clone()),
        by_attorney: Set(by_attorney),
        uploaded_at: Set(tx.now()),
        scanned_at: Set(None),
    };
    let id = *row.id.as_ref();
    tx.insert_bulk(vec![row], "on the account loaded through the scope")
        .await?;
    let row = tx.get::<Entity>(id).await?;
    let shared = visibility != Visibility::Internal;
    // A document of a note is the note's news, counted there.
    touch(&tx, &[account.id], Touch { notes: 0, shared }).await?;
    if scans {
        let job = ScanFile {
            organisation: account.organisation_id,
            file: id,
        };
        tx.enqueue(&job, When::Now).await?;
    }
    let file = File {
        duplicate_of: duplicate,
        ..view(&tx.kernel().config, &row)
    };
    tx.finish(account.id, Event::FileUploaded { file: id }, Done::created(file))
        .await
}

#[derive(FromQueryResult)]
struct OwnNote {
    visibility: Visibility,
}

/// The caller's own note on this account. Errors: 422 at `/note_id`.
async fn own_note(tx: &Tx, account: AccountId, note: NoteId) -> Result<OwnNote, Stop> {
    use sea_orm::{QueryFilter, QuerySelect};
    tx.find::<notes::Entity>()
        .shape(|s| {
            s.filter(notes::Column::Id.eq(note))
                .filter(notes::Column::AccountId.eq(account))
                .filter(notes::Column::AuthorId.eq(tx.caller().user_id))
                .select_only()
                .column(notes::Column::Visibility)
        })
        .one_as::<OwnNote>()
        .await?
        .ok_or_else(|| refuse("/note_id", "not_found"))
}

/// List a customer's documents
#[utoipa::path(tag = "files", operation_id = "list_files", params(("account_id" = AccountId, Path), FilePage),
    responses((status = 200, body = Page<File>), Problems<404>), security(("bearer" = ["files:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/files")]
async fn list_files(
    access: Access<may::ViewFiles>,
    id: Path<AccountId>,
    query: Query<FilePage>,
) -> Result<Done<Page<File>>, Stop> {
    let read = access.read().await?;
    let account = statuses::account(&read, *id).await?;
    let limit = page::limit(query.limit)?;
    let fingerprint = page::fingerprint("files", &account.id)?;
    let after: Option<(chrono::DateTime<chrono::Utc>, FileId)> = page::decode(query.cursor.as_deref(), &fingerprint)?;
    let mut found = read.find::<Entity>().filter(Column::AccountId.eq(account.id));
    if let Some((at, last)) = after {
        found = found.filter(
            Condition::any()
                .add(Column::UploadedAt.lt(at))
                .add(Condition::all().add(Column::UploadedAt.eq(at)).add(Column::Id.lt(last))),
        );
    }
    let rows = found
        .shape(|s| s.order_by_desc(Column::UploadedAt).order_by_desc(Column::Id))
        .limit(limit + 1)
        .all()
        .await?;
    let page = page::page(rows, limit, &fingerprint, |r| (r.uploaded_at, r.id))?;
    Ok(Done::ok(page.map(|r| view(&read.kernel().config, &r))))
}

/// Get what is known of a document
#[utoipa::path(tag = "files", operation_id = "get_file", params(("file_id" = FileId, Path)),
    responses((status = 200, body = File), Problems<404>), security(("bearer" = ["files:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/files/{file_id}")]
async fn get_file(access: Access<may::ViewFiles>, id: Path<FileId>) -> Result<Done<File>, Stop> {
    let read = access.read().await?;
    let row = read.get::<Entity>(*id).await?;
    Ok(Done::ok(view(&read.kernel().config, &row)))
}

/// Download a document
///
/// Only what the scanner called clean, or, where the operator allows it, what no scanner has seen. Each download is
/// recorded.
#[utoipa::path(tag = "files", operation_id = "download_file", params(("file_id" = FileId, Path)),
    responses((status = 200, description = "The bytes as uploaded, as an attachment",
        body = Vec<u8>, content_type = "application/octet-stream"), Problems<404, 409>),
    security(("bearer" = ["files:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/files/{file_id}/content")]
async fn download_file(access: Access<may::ViewFiles>, id: Path<FileId>) -> Result<HttpResponse, Stop> {
    let read = access.read().await?;
    let row = read.get::<Entity>(*id).await?;
    drop(read);
    if !row.state.is_downloadable(allows_unscanned(&access.kernel().config)) {
        return Err(Problem::of(Code::StateForbids).at("/state", row.state.as_str()).into());
    }
    let file = access.kernel().files.open_blob(&row.blob_key).await?;
    let tx = access.write(&Request::none()).await?;
    tx.finish(row.account_id, Event::FileDownloaded { file: row.id }, NoContent)
        .await?;
    let bytes = futures_util::stream::try_unfold(file, |mut file| async move {
        let mut part = vec![0_u8; 64 * 1024];
        let n = file.read(&mut part).await?;
        part.truncate(n);
        Ok::<_, std::io::Error>((n > 0).then(|| (web::Bytes::from(part), file)))
    });
    Ok(HttpResponse::Ok()
        .content_type(row.media_type.clone())
        .no_chunking(u64::try_from(row.size_bytes).map_err(Stop::internal)?)
        .insert_header((header::CONTENT_DISPOSITION, export::attachment(&row.file_name)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(bytes))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(upload_file)
        .service(list_files)
        .service(get_file)
        .service(download_file);
}
