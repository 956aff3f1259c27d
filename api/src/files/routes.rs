//! HTTP of customers' files.

use super::actions::{self, Change, Place};
use super::download;
use super::entity::{Column, Entity, Model};
use super::queries::{self, Wanted};
use super::receive::{Received, receive};
use super::views::view;
use crate::kernel::{
    Access, Body, Done, FlawsExt, IfMatch, Multipart, Path, Problems, Query, Read, Request, Revised, Seen, Show, Stop,
    may,
};
use crate::notes::{Touch, touch};
use crate::statuses;
use actix_web::{HttpResponse, get, patch, post};
use kept_shared::{
    event::Event,
    files::{File, FileDownload, FileFilter, FilePatch, FileReason},
    ids::*,
    notes::Visibility,
    page::Page,
    permission::Permission,
};
use sea_orm::{ColumnTrait, Condition};
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
    /// The file this is a new edition of. Name and kind stay unless they are given; who may read it stays.
    replaces: Option<FileId>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
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
    let recorded = match Request::of_stream(&http, &received.about()) {
        Ok(request) => record(&access, &request, *id, received).await,
        Err(e) => Err(e),
    };
    if recorded.is_err() {
        access.kernel().files.discard(&key).await;
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
    let place = Place::Account {
        account: account.id,
        organisation: account.organisation_id,
        handed_over: account.open_handover_id.is_some(),
    };
    let file = actions::record(&tx, place, received).await?;
    let shared = file.visibility != Visibility::Internal;
    // A document of a note is the note's news, counted there.
    touch(&tx, &[account.id], Touch { notes: 0, shared }).await?;
    tx.finish(account.id, Event::FileUploaded { file: file.id }, Done::created(file))
        .await
}

/// List a customer's documents
///
/// Newest first. Of several editions the newest that can be downloaded is listed, and beside it a newer one that cannot
/// yet; deleted ones are not.
#[utoipa::path(tag = "files", operation_id = "list_files", params(("account_id" = AccountId, Path), FileFilter),
    responses((status = 200, body = Page<File>), Problems<404>), security(("bearer" = ["files:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/files")]
async fn list_files(
    access: Access<may::ViewFiles>,
    id: Path<AccountId>,
    filter: Query<FileFilter>,
) -> Result<Done<Page<File>>, Stop> {
    let read = access.read().await?;
    let account = statuses::account(&read, *id).await?;
    let mut place = Condition::all().add(Column::AccountId.eq(account.id));
    if let Some(kind) = filter.document_type {
        place = place.add(Column::DocumentType.eq(kind));
    }
    let wanted = Wanted {
        available: filter.available,
        q: filter.q.as_deref(),
        limit: filter.limit,
        cursor: filter.cursor.as_deref(),
    };
    let list = format!("{}:{:?}", account.id, filter.document_type);
    Ok(Done::ok(queries::list(&read, place, &list, wanted).await?))
}

/// A customer's file; a community's document is none. Errors: 404.
async fn file(read: &Read, id: FileId) -> Result<Seen<Model>, Stop> {
    let found = read.get::<Entity>(id).await?;
    if found.account_id.is_none() {
        return Err(Stop::not_found());
    }
    Ok(found)
}

/// Get what is known of a document
///
/// Of a deleted one, too.
#[utoipa::path(tag = "files", operation_id = "get_file", params(("file_id" = FileId, Path)),
    responses((status = 200, body = File), Problems<404>), security(("bearer" = ["files:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/files/{file_id}")]
async fn get_file(access: Access<may::ViewFiles>, id: Path<FileId>) -> Result<Show<File>, Stop> {
    let read = access.read().await?;
    let row = file(&read, *id).await?;
    Ok(Show(view(&read, &row)))
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
    let row = file(&read, *id).await?;
    drop(read);
    download::send(&access, row).await
}

/// List the editions of a document
///
/// The newest first, with what became of each.
#[utoipa::path(tag = "files", operation_id = "list_file_editions", params(("file_id" = FileId, Path)),
    responses((status = 200, body = Vec<File>), Problems<404>), security(("bearer" = ["files:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/files/{file_id}/editions")]
async fn list_file_editions(access: Access<may::ViewFiles>, id: Path<FileId>) -> Result<Done<Vec<File>>, Stop> {
    let read = access.read().await?;
    let row = file(&read, *id).await?;
    let all = queries::editions(&read, &row).await?;
    Ok(Done::ok(all.iter().map(|r| view(&read, r)).collect()))
}

/// List the downloads of a document
///
/// Of all its editions, the last first, at most 200. Of a community's document as well.
#[utoipa::path(tag = "files", operation_id = "list_file_downloads", params(("file_id" = FileId, Path)),
    responses((status = 200, body = Vec<FileDownload>), Problems<404>), security(("bearer" = ["audit:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/files/{file_id}/downloads")]
async fn list_file_downloads(
    access: Access<may::ViewAudit>,
    id: Path<FileId>,
) -> Result<Done<Vec<FileDownload>>, Stop> {
    let read = access.read().await?;
    let row = read.get::<Entity>(*id).await?;
    let needed = match row.account_id {
        Some(_) => Permission::ViewFiles,
        None => Permission::ViewDocuments,
    };
    access.caller.require(needed)?;
    Ok(Done::ok(queries::downloads(&read, &row).await?))
}

/// Rename a document
///
/// Its name and its kind. One's own upload, or with `files:edit` anybody's.
#[utoipa::path(tag = "files", operation_id = "edit_file",
    params(("file_id" = FileId, Path), ("If-Match" = String, Header)), request_body = FilePatch,
    responses((status = 200, body = File), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["files:create"])), extensions(("x-access" = json!("scoped"))))]
#[patch("/files/{file_id}")]
async fn edit_file(
    access: Access<may::CreateFiles>,
    id: Path<FileId>,
    expected: IfMatch,
    patch: Body<FilePatch>,
) -> Result<Revised<File>, Stop> {
    let tx = access.write(&patch.request).await?;
    let row = file(&tx, *id).await?;
    if tx.caller().user_id != Some(row.uploaded_by) {
        tx.caller().require(Permission::EditFiles)?;
    }
    patch.value.flaws().check()?;
    let visibility = actions::readers(&tx, &row, patch.value.visibility)?;
    let wish = Change {
        document_name: patch.value.document_name,
        document_type: Some(patch.value.document_type),
        folder: None,
        visibility,
    };
    let (row, fields) = actions::change(&tx, row, expected, wish).await?;
    let reply = Revised::new(view(&tx, &row));
    if fields.is_empty() {
        tx.abandon().await?;
        return Ok(reply);
    }
    let event = Event::FileChanged { file: row.id, fields };
    tx.finish(row.subject(), event, reply).await
}

/// Hold a document
///
/// All its editions: none can be deleted, and no bytes are thrown away, until it is released.
#[utoipa::path(tag = "files", operation_id = "hold_file",
    params(("file_id" = FileId, Path), ("If-Match" = String, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = FileReason, responses((status = 200, body = File), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["files:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/files/{file_id}/hold")]
async fn hold_file(
    access: Access<may::EditFiles>,
    id: Path<FileId>,
    expected: IfMatch,
    why: Body<FileReason>,
) -> Result<Revised<File>, Stop> {
    let tx = access.write(&why.request).await?;
    let row = file(&tx, *id).await?;
    why.value.flaws().check()?;
    let row = actions::hold(&tx, row, expected, &why.value).await?;
    let reply = Revised::new(view(&tx, &row));
    let reason = why.value.reason;
    tx.finish(row.subject(), Event::FileHeld { file: row.id, reason }, reply)
        .await
}

/// Release a document from its hold
#[utoipa::path(tag = "files", operation_id = "release_file",
    params(("file_id" = FileId, Path), ("If-Match" = String, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = FileReason, responses((status = 200, body = File), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["files:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/files/{file_id}/release")]
async fn release_file(
    access: Access<may::EditFiles>,
    id: Path<FileId>,
    expected: IfMatch,
    why: Body<FileReason>,
) -> Result<Revised<File>, Stop> {
    let tx = access.write(&why.request).await?;
    let row = file(&tx, *id).await?;
    why.value.flaws().check()?;
    let row = actions::release(&tx, row, expected).await?;
    let reply = Revised::new(view(&tx, &row));
    let reason = why.value.reason;
    tx.finish(row.subject(), Event::FileReleased { file: row.id, reason }, reply)
        .await
}

/// Delete a document
///
/// All its editions: they can be downloaded no more from this moment. What is known of them stays; their bytes are thrown
/// away after the days the operator has set. A held document cannot be deleted.
#[utoipa::path(tag = "files", operation_id = "delete_file",
    params(("file_id" = FileId, Path), ("If-Match" = String, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = FileReason, responses((status = 200, body = File), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["files:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/files/{file_id}/delete")]
async fn delete_file(
    access: Access<may::EditFiles>,
    id: Path<FileId>,
    expected: IfMatch,
    why: Body<FileReason>,
) -> Result<Revised<File>, Stop> {
    let tx = access.write(&why.request).await?;
    let row = file(&tx, *id).await?;
    why.value.flaws().check()?;
    let row = actions::delete(&tx, row, expected, &why.value).await?;
    let reply = Revised::new(view(&tx, &row));
    let reason = why.value.reason;
    tx.finish(row.subject(), Event::FileDeleted { file: row.id, reason }, reply)
        .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(upload_file)
        .service(list_files)
        .service(get_file)
        .service(download_file)
        .service(list_file_editions)
        .service(list_file_downloads)
        .service(edit_file)
        .service(hold_file)
        .service(release_file)
        .service(delete_file);
}
