//! HTTP of communities' documents.

use super::queries;
use crate::communities;
use crate::files::{
    self,
    actions::{self, Change, Place},
    download,
    queries::Wanted,
    receive, view,
};
use crate::kernel::{
    Access, Body, Done, FlawsExt, IfMatch, Multipart, Path, Problems, Query, Request, Revised, Show, Stop, may,
};
use actix_web::{HttpResponse, get, patch, post};
use kept_shared::{
    documents::{DocumentFilter, DocumentPatch, Folders, folder_path},
    event::Event,
    files::{File, FileReason},
    ids::*,
    notes::Visibility,
    page::Page,
    permission::Permission,
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Fields of an upload; the file itself last.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only names the parts of the multipart form in the contract")]
struct DocumentUpload {
    /// Default: the file's own name.
    document_name: Option<String>,
    /// `Rules/House rules`, at most three levels.
    folder: Option<String>,
    /// `shared` (default): attorneys with a matter in the community and its trustees may read it; `internal`: the agency
    /// only.
    visibility: Option<Visibility>,
    /// The document this is a new edition of. Name and folder stay.
    replaces: Option<FileId>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a document of a community
///
/// What may be uploaded, and how it is scanned, is as with a customer's documents.
#[utoipa::path(tag = "documents", operation_id = "upload_document",
    params(("community_id" = CommunityId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = DocumentUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = File), Problems<404, 413, 415, 422, 507>),
    security(("bearer" = ["documents:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/communities/{community_id}/documents")]
async fn upload_document(
    access: Access<may::EditDocuments>,
    id: Path<CommunityId>,
    form: Multipart,
) -> Result<Done<File>, Stop> {
    let read = access.read().await?;
    read.get::<communities::Entity>(*id).await?;
    drop(read);
    let http = form.request.clone();
    let received = receive(access.kernel(), form).await?;
    let key = received.blob.key.clone();
    let recorded = async {
        let request = Request::of_stream(&http, &received.about())?;
        let tx = access.write(&request).await?;
        let community = tx.get::<communities::Entity>(*id).await?;
        let place = Place::Community {
            community: community.id,
            organisation: community.organisation_id,
        };
        let file = actions::record(&tx, place, received).await?;
        tx.finish(community.id, Event::FileUploaded { file: file.id }, Done::created(file))
            .await
    }
    .await;
    if recorded.is_err() {
        access.kernel().files.discard(&key).await;
    }
    recorded
}

/// List a community's documents
///
/// Newest first, of a folder with those below it. Of several editions the newest that can be downloaded is listed. What
/// waits for the scanner or was refused by it shows to those who may edit documents.
#[utoipa::path(tag = "documents", operation_id = "list_documents",
    params(("community_id" = CommunityId, Path), DocumentFilter),
    responses((status = 200, body = Page<File>), Problems<400, 404>), security(("bearer" = ["documents:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/communities/{community_id}/documents")]
async fn list_documents(
    access: Access<may::ViewDocuments>,
    id: Path<CommunityId>,
    filter: Query<DocumentFilter>,
) -> Result<Done<Page<File>>, Stop> {
    let read = access.read().await?;
    let community = read.get::<communities::Entity>(*id).await?;
    let place = queries::in_folder(community.id, filter.folder.as_deref())?.add(queries::readable(&read));
    let wanted = Wanted {
        available: filter.available,
        q: filter.q.as_deref(),
        limit: filter.limit,
        cursor: filter.cursor.as_deref(),
    };
    let list = format!("{}:{:?}", community.id, filter.folder);
    Ok(Done::ok(files::queries::list(&read, place, &list, wanted).await?))
}

/// List a community's folders
///
/// Those that hold something, with the number of documents in and below them.
#[utoipa::path(tag = "documents", operation_id = "list_document_folders", params(("community_id" = CommunityId, Path)),
    responses((status = 200, body = Folders), Problems<404>), security(("bearer" = ["documents:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/communities/{community_id}/documents/folders")]
async fn list_document_folders(
    access: Access<may::ViewDocuments>,
    id: Path<CommunityId>,
) -> Result<Done<Folders>, Stop> {
    let read = access.read().await?;
    let community = read.get::<communities::Entity>(*id).await?;
    Ok(Done::ok(queries::folders_of(&read, community.id).await?))
}

/// Get what is known of a community's document
#[utoipa::path(tag = "documents", operation_id = "get_document", params(("document_id" = FileId, Path)),
    responses((status = 200, body = File), Problems<404>), security(("bearer" = ["documents:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/documents/{document_id}")]
async fn get_document(access: Access<may::ViewDocuments>, id: Path<FileId>) -> Result<Show<File>, Stop> {
    let read = access.read().await?;
    let row = queries::document(&read, *id).await?;
    Ok(Show(view(&read, &row)))
}

/// Download a community's document
///
/// Each download is recorded.
#[utoipa::path(tag = "documents", operation_id = "download_document", params(("document_id" = FileId, Path)),
    responses((status = 200, description = "The bytes as uploaded, as an attachment",
        body = Vec<u8>, content_type = "application/octet-stream"), Problems<404, 409>),
    security(("bearer" = ["documents:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/documents/{document_id}/content")]
async fn download_document(access: Access<may::ViewDocuments>, id: Path<FileId>) -> Result<HttpResponse, Stop> {
    let read = access.read().await?;
    let row = queries::document(&read, *id).await?;
    drop(read);
    download::send(&access, row).await
}

/// List the editions of a community's document
///
/// The newest first; those who may not edit documents see the ones that can be downloaded.
#[utoipa::path(tag = "documents", operation_id = "list_document_editions", params(("document_id" = FileId, Path)),
    responses((status = 200, body = Vec<File>), Problems<404>), security(("bearer" = ["documents:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/documents/{document_id}/editions")]
async fn list_document_editions(access: Access<may::ViewDocuments>, id: Path<FileId>) -> Result<Done<Vec<File>>, Stop> {
    let read = access.read().await?;
    let row = queries::document(&read, *id).await?;
    let may_edit = read.caller().may(Permission::EditDocuments);
    let all = files::queries::editions(&read, &row).await?;
    let all = all.iter().map(|r| view(&read, r));
    Ok(Done::ok(all.filter(|f| may_edit || f.is_downloadable).collect()))
}

/// Change a community's document
///
/// Its name, its folder, and whether attorneys and trustees may read it.
#[utoipa::path(tag = "documents", operation_id = "edit_document",
    params(("document_id" = FileId, Path), ("If-Match" = String, Header)), request_body = DocumentPatch,
    responses((status = 200, body = File), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["documents:edit"])), extensions(("x-access" = json!("scoped"))))]
#[patch("/documents/{document_id}")]
async fn edit_document(
    access: Access<may::EditDocuments>,
    id: Path<FileId>,
    expected: IfMatch,
    patch: Body<DocumentPatch>,
) -> Result<Revised<File>, Stop> {
    let tx = access.write(&patch.request).await?;
    let row = queries::document(&tx, *id).await?;
    patch.value.flaws().check()?;
    let wish = Change {
        folder: folder_path(patch.value.folder.as_deref().unwrap_or_default()).unwrap_or_default(),
        document_name: patch.value.document_name,
        document_type: None,
        visibility: Some(patch.value.visibility),
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

/// Hold a community's document
///
/// As a customer's document.
#[utoipa::path(tag = "documents", operation_id = "hold_document",
    params(("document_id" = FileId, Path), ("If-Match" = String, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = FileReason, responses((status = 200, body = File), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["documents:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/documents/{document_id}/hold")]
async fn hold_document(
    access: Access<may::EditDocuments>,
    id: Path<FileId>,
    expected: IfMatch,
    why: Body<FileReason>,
) -> Result<Revised<File>, Stop> {
    let tx = access.write(&why.request).await?;
    let row = queries::document(&tx, *id).await?;
    why.value.flaws().check()?;
    let row = actions::hold(&tx, row, expected, &why.value).await?;
    let reply = Revised::new(view(&tx, &row));
    let reason = why.value.reason;
    tx.finish(row.subject(), Event::FileHeld { file: row.id, reason }, reply)
        .await
}

/// Release a community's document from its hold
#[utoipa::path(tag = "documents", operation_id = "release_document",
    params(("document_id" = FileId, Path), ("If-Match" = String, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = FileReason, responses((status = 200, body = File), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["documents:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/documents/{document_id}/release")]
async fn release_document(
    access: Access<may::EditDocuments>,
    id: Path<FileId>,
    expected: IfMatch,
    why: Body<FileReason>,
) -> Result<Revised<File>, Stop> {
    let tx = access.write(&why.request).await?;
    let row = queries::document(&tx, *id).await?;
    why.value.flaws().check()?;
    let row = actions::release(&tx, row, expected).await?;
    let reply = Revised::new(view(&tx, &row));
    let reason = why.value.reason;
    tx.finish(row.subject(), Event::FileReleased { file: row.id, reason }, reply)
        .await
}

/// Delete a community's document
///
/// As a customer's document: it can be downloaded no more from this moment, and its bytes go later.
#[utoipa::path(tag = "documents", operation_id = "delete_document",
    params(("document_id" = FileId, Path), ("If-Match" = String, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = FileReason, responses((status = 200, body = File), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["documents:edit"])), extensions(("x-access" = json!("scoped"))))]
#[post("/documents/{document_id}/delete")]
async fn delete_document(
    access: Access<may::EditDocuments>,
    id: Path<FileId>,
    expected: IfMatch,
    why: Body<FileReason>,
) -> Result<Revised<File>, Stop> {
    let tx = access.write(&why.request).await?;
    let row = queries::document(&tx, *id).await?;
    why.value.flaws().check()?;
    let row = actions::delete(&tx, row, expected, &why.value).await?;
    let reply = Revised::new(view(&tx, &row));
    let reason = why.value.reason;
    tx.finish(row.subject(), Event::FileDeleted { file: row.id, reason }, reply)
        .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(upload_document)
        .service(list_documents)
        .service(list_document_folders)
        .service(get_document)
        .service(download_document)
        .service(list_document_editions)
        .service(edit_document)
        .service(hold_document)
        .service(release_document)
        .service(delete_document);
}
