//! HTTP of imports.

use super::entity::{import, mapping};
use super::read::ReadAs;
use super::{actions, queries, workbook};
use crate::kernel::{
    Access, Body, Created, Done, IfMatch, Multipart, NoContent, Path, Problems, Query, Request, Resource, Revised,
    Show, Stop, Subject, may,
};
use actix_web::{HttpResponse, delete, get, post, put, web::Json};
use kept_shared::event::Event;
use kept_shared::ids::{CommunityId, ImportId, ImportMappingId};
use kept_shared::imports::{
    CheckedRow, CommitImport, Delimiter, Import, ImportFilter, ImportKind, ImportLine, MAX_FILE_BYTES, Mapping,
    NewSavedMapping, Preview, RowFilter, SavedMapping, TextEncoding,
};
use kept_shared::page::Page;
use kept_shared::problem::{Code, Problem};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Import {
    fn path(&self) -> String {
        format!("/api/v1/imports/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// The parts of an upload.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the multipart body")]
struct UploadImport {
    /// Where everything in the file goes; may be left out by those who see all communities, when a column says it.
    #[schema(value_type = Option<String>, format = Uuid)]
    community_id: Option<String>,
    /// CSV, XLSX, XLS or ODS, at most 25 MB. The last part.
    #[schema(value_type = String, format = Binary)]
    file: String,
}

/// How to read the file for a preview; what is absent is found out.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct PreviewAs {
    sheet: Option<u32>,
    delimiter: Option<Delimiter>,
    encoding: Option<TextEncoding>,
    /// Row of the header, from 1; 0 for none.
    header_row: Option<u32>,
}

/// Which template.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct TemplateOf {
    kind: ImportKind,
}

/// List imports
///
/// Newest first.
#[utoipa::path(tag = "imports", operation_id = "list_imports", params(ImportFilter),
    responses((status = 200, body = Page<ImportLine>)),
    security(("bearer" = ["imports:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/imports")]
async fn list_imports(
    access: Access<may::ViewImports>,
    filter: Query<ImportFilter>,
) -> Result<Json<Page<ImportLine>>, Stop> {
    let read = access.read().await?;
    Ok(Json(queries::list(&read, &filter).await?))
}

/// Upload a file
///
/// Reads it and detects its layout. Nothing is imported. A file that cannot be read is refused with the reason.
#[utoipa::path(tag = "imports", operation_id = "upload_import", params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = UploadImport, content_type = "multipart/form-data"),
    responses((status = 201, body = Import), Problems<408, 413, 422>),
    security(("bearer" = ["imports:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/imports")]
async fn upload_import(access: Access<may::CreateImports>, mut parts: Multipart) -> Result<Created<Import>, Stop> {
    let mut community: Option<CommunityId> = None;
    while let Some(mut part) = parts.next().await? {
        match part.name.as_str() {
            "community_id" => {
                let text = part.text(100).await?;
                if !text.is_empty() {
                    let id = text
                        .parse()
                        .map_err(|_| Stop::from(Problem::of(Code::NotAcceptable).at("/community_id", "unknown")))?;
                    community = Some(id);
                }
            }
            "file" => {
                let name = part.file_name.clone().unwrap_or_default();
                let mut upload = access.kernel().files.begin(MAX_FILE_BYTES).await?;
                while let Some(bytes) = part.chunk().await? {
                    upload.write(&bytes).await?;
                }
                let blob = access.kernel().files.keep(upload).await?;
                let key = blob.key.clone();
                let outcome = register(&access, &parts, blob, &name, community).await;
                if outcome.is_err() {
                    access.kernel().files.discard(&key).await;
                }
                return outcome;
            }
            _ => return Err(Problem::of(Code::BodyMalformed).at("", "unknown_part").into()),
        }
    }
    Err(Problem::of(Code::NotAcceptable).at("/file", "required").into())
}

async fn register(
    access: &Access<may::CreateImports>,
    parts: &Multipart,
    blob: crate::kernel::files::Blob,
    name: &str,
    community: Option<CommunityId>,
) -> Result<Created<Import>, Stop> {
    let (detection, _) = actions::detect(access.kernel(), &blob.key, ReadAs::default(), None).await?;
    let about = format!("{} {name} {community:?}", blob.sha256);
    let tx = access.write(&Request::of_stream(&parts.request, &about)?).await?;
    let import = actions::upload(&tx, blob, name, community, &detection).await?;
    let reply = Created::new(queries::view(&tx, &import).await?);
    tx.finish(
        actions::subject(&import),
        Event::ImportUploaded { import: import.id },
        reply,
    )
    .await
}

/// Read an import
///
/// State, layout, mapping, progress and summary.
#[utoipa::path(tag = "imports", operation_id = "get_import", params(("import_id" = ImportId, Path)),
    responses((status = 200, body = Import), Problems<404>),
    security(("bearer" = ["imports:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/imports/{import_id}")]
async fn get_import(access: Access<may::ViewImports>, id: Path<ImportId>) -> Result<Show<Import>, Stop> {
    let read = access.read().await?;
    let import = read.get::<import::Entity>(*id).await?;
    Ok(Show(queries::view(&read, &import).await?))
}

/// Preview the file
///
/// The first 50 rows as read, and what was detected, under the settings given.
#[utoipa::path(tag = "imports", operation_id = "preview_import", params(("import_id" = ImportId, Path), PreviewAs),
    responses((status = 200, body = Preview), Problems<404, 422>),
    security(("bearer" = ["imports:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/imports/{import_id}/preview")]
async fn preview_import(
    access: Access<may::ViewImports>,
    id: Path<ImportId>,
    how: Query<PreviewAs>,
) -> Result<Json<Preview>, Stop> {
    let import = access.read().await?.get::<import::Entity>(*id).await?;
    let read_as = ReadAs {
        sheet: how.sheet.unwrap_or_default(),
        delimiter: how.delimiter,
        encoding: how.encoding,
    };
    Ok(Json(
        actions::preview(access.kernel(), &import, read_as, how.header_row).await?,
    ))
}

/// Map the columns
///
/// Takes the whole mapping and starts the dry run, which writes nothing but verdicts.
#[utoipa::path(tag = "imports", operation_id = "map_import",
    params(("import_id" = ImportId, Path), ("If-Match" = String, Header, example = "\"1\"")), request_body = Mapping,
    responses((status = 200, body = Import), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["imports:create"])), extensions(("x-access" = json!("scoped"))))]
#[put("/imports/{import_id}/mapping")]
async fn map_import(
    access: Access<may::CreateImports>,
    id: Path<ImportId>,
    expected: IfMatch,
    mapping: Body<Mapping>,
) -> Result<Revised<Import>, Stop> {
    let found = {
        let seen = access.read().await?.get::<import::Entity>(*id).await?;
        let wanted = &mapping.value;
        let read_as = ReadAs {
            sheet: wanted.sheet,
            delimiter: wanted.delimiter,
            encoding: wanted.encoding,
        };
        actions::detect(access.kernel(), &seen.blob_key, read_as, Some(wanted.header_row))
            .await?
            .0
    };
    let tx = access.write(&mapping.request).await?;
    let seen = tx.get::<import::Entity>(*id).await?;
    let import = actions::map(&tx, seen, expected, mapping.value, &found).await?;
    let reply = Revised::new(queries::view(&tx, &import).await?);
    tx.finish(
        actions::subject(&import),
        Event::ImportMapped { import: import.id },
        reply,
    )
    .await
}

/// List checked rows
///
/// In the order of the file; `verdict` keeps new, unchanged, changed or faulty ones.
#[utoipa::path(tag = "imports", operation_id = "list_import_rows", params(("import_id" = ImportId, Path), RowFilter),
    responses((status = 200, body = Page<CheckedRow>), Problems<404>),
    security(("bearer" = ["imports:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/imports/{import_id}/rows")]
async fn list_import_rows(
    access: Access<may::ViewImports>,
    id: Path<ImportId>,
    filter: Query<RowFilter>,
) -> Result<Json<Page<CheckedRow>>, Stop> {
    let read = access.read().await?;
    let import = read.get::<import::Entity>(*id).await?;
    Ok(Json(queries::rows(&read, &import, &filter).await?))
}

/// Commit an import
///
/// Writes the new and changed rows in the background, of the dry run the version names: when the import was mapped or
/// checked anew meanwhile, nothing is written. Refused while a row is faulty, unless faulty rows are skipped.
/// Up to 20,000 rows it is all or nothing; larger ones are written in chunks and continue after a crash.
#[utoipa::path(tag = "imports", operation_id = "commit_import",
    params(("import_id" = ImportId, Path), ("If-Match" = String, Header, example = "\"3\""), ("Idempotency-Key" = String, Header)),
    request_body = CommitImport, responses((status = 202, body = Import), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["imports:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/imports/{import_id}/commit")]
async fn commit_import(
    access: Access<may::CreateImports>,
    id: Path<ImportId>,
    expected: IfMatch,
    order: Body<CommitImport>,
) -> Result<Done<Import>, Stop> {
    let tx = access.write(order.request.required()?).await?;
    let import = tx.get::<import::Entity>(*id).await?;
    let import = actions::commit(&tx, import, expected, order.value).await?;
    let reply = Done::accepted(queries::view(&tx, &import).await?);
    let event = Event::ImportCommitOrdered {
        import: import.id,
        skip_faulty: import.skip_faulty,
    };
    tx.finish(actions::subject(&import), event, reply).await
}

/// Cancel an import
///
/// Stops a running step. Up to 20,000 rows nothing is written then; above, the summary says how many rows are in. Takes
/// no `If-Match`: whatever happened to the import meanwhile, stopping it is safe.
#[utoipa::path(tag = "imports", operation_id = "cancel_import",
    params(("import_id" = ImportId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Import), Problems<404, 409>),
    security(("bearer" = ["imports:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/imports/{import_id}/cancel")]
async fn cancel_import(
    access: Access<may::CreateImports>,
    id: Path<ImportId>,
    request: Request,
) -> Result<Revised<Import>, Stop> {
    // The step may hold the only writer: it is told before this waits for it.
    access.read().await?.get::<import::Entity>(*id).await?;
    super::live::cancel(*id);
    let tx = access.write(&request).await?;
    let import = tx.get::<import::Entity>(*id).await?;
    let import = actions::cancel(&tx, import).await?;
    let reply = Revised::new(queries::view(&tx, &import).await?);
    tx.finish(actions::subject(&import), actions::cancelled(&import), reply)
        .await
}

/// Download the faulty rows
///
/// A workbook with the columns of the file and a column of reasons; corrected, it can be uploaded again.
#[utoipa::path(tag = "imports", operation_id = "download_import_errors", params(("import_id" = ImportId, Path)),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), Problems<404>),
    security(("bearer" = ["imports:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/imports/{import_id}/errors.xlsx")]
async fn download_import_errors(access: Access<may::ViewImports>, id: Path<ImportId>) -> Result<HttpResponse, Stop> {
    let read = access.read().await?;
    let import = read.get::<import::Entity>(*id).await?;
    workbook::errors(read, &import).await
}

/// Download a template
///
/// An empty workbook with the columns of a kind of import.
#[utoipa::path(tag = "imports", operation_id = "download_import_template", params(TemplateOf),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)),
    security(("bearer" = ["imports:view"])), extensions(("x-access" = json!("tenant"))))]
#[get("/imports/template")]
async fn download_import_template(
    _access: Access<may::ViewImports>,
    of: Query<TemplateOf>,
) -> Result<HttpResponse, Stop> {
    workbook::template(of.kind).await
}

/// List saved mappings
#[utoipa::path(tag = "imports", operation_id = "list_import_mappings",
    responses((status = 200, body = Vec<SavedMapping>)),
    security(("bearer" = ["imports:view"])), extensions(("x-access" = json!("tenant"))))]
#[get("/import-mappings")]
async fn list_import_mappings(access: Access<may::ViewImports>) -> Result<Json<Vec<SavedMapping>>, Stop> {
    let read = access.read().await?;
    Ok(Json(queries::mappings(&read).await?))
}

/// Save a mapping
///
/// Under a name; one of the same name is replaced.
#[utoipa::path(tag = "imports", operation_id = "save_import_mapping", params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewSavedMapping, responses((status = 201, body = SavedMapping), Problems<422>),
    security(("bearer" = ["imports:create"])), extensions(("x-access" = json!("tenant"))))]
#[post("/import-mappings")]
async fn save_import_mapping(
    access: Access<may::CreateImports>,
    new: Body<NewSavedMapping>,
) -> Result<Done<SavedMapping>, Stop> {
    let tx = access.write(&new.request).await?;
    let saved = actions::save_mapping(&tx, new.value).await?;
    let reply = Done::created(saved.view()?);
    tx.finish(Subject::ours(), Event::ImportMappingSaved { mapping: saved.id }, reply)
        .await
}

/// Delete a saved mapping
#[utoipa::path(tag = "imports", operation_id = "delete_import_mapping", params(("mapping_id" = ImportMappingId, Path)),
    responses((status = 204), Problems<404>),
    security(("bearer" = ["imports:create"])), extensions(("x-access" = json!("tenant"))))]
#[delete("/import-mappings/{mapping_id}")]
async fn delete_import_mapping(
    access: Access<may::CreateImports>,
    id: Path<ImportMappingId>,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let saved = tx.get::<mapping::Entity>(*id).await?;
    let event = Event::ImportMappingDeleted { mapping: saved.id };
    tx.discard::<mapping::Model, mapping::ActiveModel>(saved).await?;
    tx.finish(Subject::ours(), event, NoContent).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    // The template before the id: `template` is no id.
    cfg.service(list_imports)
        .service(upload_import)
        .service(download_import_template)
        .service(get_import)
        .service(preview_import)
        .service(map_import)
        .service(list_import_rows)
        .service(commit_import)
        .service(cancel_import)
        .service(download_import_errors)
        .service(list_import_mappings)
        .service(save_import_mapping)
        .service(delete_import_mapping);
}
