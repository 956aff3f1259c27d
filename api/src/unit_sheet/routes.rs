//! HTTP of the workbook of units.

use super::{apply, book, workbook};
use crate::communities;
use crate::imports::reading;
use crate::kernel::tx::refuse;
use crate::kernel::{
    Access, Done, Kernel, Multipart, NoContent, Path, Problems, Query, Request, Stop, Subject, export, may,
};
use actix_web::{HttpResponse, get, post, web::Json};
use kept_shared::event::Event;
use kept_shared::ids::CommunityId;
use kept_shared::imports::{MAX_FILE_BYTES, Verdict};
use kept_shared::permission::Permission;
use kept_shared::phone::Dialling;
use kept_shared::problem::{Code, FieldProblem, Problem};
use kept_shared::unit_sheet::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use utoipa_actix_web::service_config::ServiceConfig;

/// Which units.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SheetFilter {
    /// Exactly this block; all units without it.
    #[serde(default)]
    block: Option<String>,
}

/// Fields of an upload that is looked at.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only names the parts of the multipart form in the contract")]
struct SheetUpload {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Fields of an upload that is written.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only names the parts of the multipart form in the contract")]
struct SheetOrder {
    /// Of the preview.
    digest: String,
    /// `true` leaves faulty rows out; without it they stop everything.
    skip_faulty: Option<bool>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Download the units of a community for editing
///
/// A workbook of units with their owners' e-mails and telephone numbers, to be edited and uploaded again. At most 5,000 units,
/// as an upload has: of a larger community, block by block.
#[utoipa::path(tag = "units", operation_id = "download_unit_sheet", params(("community_id" = CommunityId, Path), SheetFilter),
    responses((status = 200, content_type = export::XLSX, body = Vec<u8>), Problems<404, 422>),
    security(("bearer" = ["units:edit", "accounts:view", "exports:create"])), extensions(("x-access" = json!("scoped"))))]
#[get("/communities/{community_id}/unit-sheet.xlsx")]
async fn download_unit_sheet(
    access: Access<may::EditUnits>,
    id: Path<CommunityId>,
    filter: Query<SheetFilter>,
) -> Result<HttpResponse, Stop> {
    access.caller.require(Permission::Export)?;
    access.caller.require(Permission::ViewAccounts)?;
    let read = access.read().await?;
    let community = read.get::<communities::Entity>(*id).await?;
    let rows = sheet(&book::load(&read, &community, filter.block.as_deref()).await?);
    if rows.len() > MAX_SHEET_ROWS {
        // What could not be uploaded again is not handed out.
        let flaw = FieldProblem::new("/block", "too_large_a_sheet").with("most", MAX_SHEET_ROWS);
        return Err(Problem::of(Code::NotAcceptable).with_errors(vec![flaw]).into());
    }
    drop(read);
    let tx = access.write(&Request::none()).await?;
    let made = Event::ExportMade {
        report: "unit_sheet".into(),
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
    };
    tx.finish(Subject::from(community.id), made, NoContent).await?;
    let file = format!(
        "units-{}-{}.xlsx",
        community.code.to_lowercase(),
        access.today(&community.time_zone)
    );
    let by = format!("{}, {} UTC", access.caller.name, access.now().format("%Y-%m-%d %H:%M"));
    let name = community.name.clone();
    export::stream(&file, export::XLSX, move |out| workbook::write(&name, &by, &rows, out)).await
}

/// Preview an edited workbook of units
///
/// Says row by row what would be written; writes nothing. Rows are matched by the unit's code, in whatever order they
/// stand; units without a row stay as they are.
#[utoipa::path(tag = "units", operation_id = "preview_unit_sheet", params(("community_id" = CommunityId, Path)),
    request_body(content = SheetUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = SheetPreview), Problems<400, 404, 408, 413, 422>),
    security(("bearer" = ["units:edit", "accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[post("/communities/{community_id}/unit-sheet/preview")]
async fn preview_unit_sheet(
    access: Access<may::EditUnits>,
    id: Path<CommunityId>,
    form: Multipart,
) -> Result<Json<SheetPreview>, Stop> {
    access.caller.require(Permission::ViewAccounts)?;
    access.read().await?.get::<communities::Entity>(*id).await?;
    let upload = Received::of(access.kernel(), form).await?;
    let read = access.read().await?;
    let community = read.get::<communities::Entity>(*id).await?;
    let known = book::load(&read, &community, None).await?;
    let judged = judge(&known, &upload.rows, rights(&access), Dialling::of(community.currency));
    Ok(Json(preview(&known, judged, upload.ignored).0))
}

/// Write an edited workbook of units
///
/// In one transaction, exactly what the preview of the digest said: when the book or the file is another one by now,
/// nothing is written and 412 asks for a new preview.
#[utoipa::path(tag = "units", operation_id = "write_unit_sheet",
    params(("community_id" = CommunityId, Path), ("Idempotency-Key" = String, Header)),
    request_body(content = SheetOrder, content_type = "multipart/form-data"),
    responses((status = 200, body = SheetWritten), Problems<400, 404, 412, 413, 422>),
    security(("bearer" = ["units:edit", "accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[post("/communities/{community_id}/unit-sheet")]
async fn write_unit_sheet(
    access: Access<may::EditUnits>,
    id: Path<CommunityId>,
    form: Multipart,
) -> Result<Done<SheetWritten>, Stop> {
    access.caller.require(Permission::ViewAccounts)?;
    access.read().await?.get::<communities::Entity>(*id).await?;
    let http = form.request.clone();
    let upload = Received::of(access.kernel(), form).await?;
    let about = format!("{} {} {} {}", *id, upload.digest, upload.skip_faulty, upload.sha256);
    let request = Request::of_stream(&http, &about)?;
    let tx = access.write(request.required()?).await?;
    let community = tx.get::<communities::Entity>(*id).await?;
    let known = book::load(&tx, &community, None).await?;
    let judged = judge(&known, &upload.rows, rights(&access), Dialling::of(community.currency));
    let (preview, deeds) = preview(&known, judged, upload.ignored);
    if preview.digest != upload.digest {
        return Err(Code::ChangedMeanwhile.into());
    }
    if preview.counts.faulty > 0 && !upload.skip_faulty {
        return Err(refuse("/file", "faulty_rows"));
    }
    if deeds.is_empty() {
        return Err(refuse("/file", "nothing_to_write"));
    }
    let mut written = apply::apply(&tx, &community, &known, deeds).await?;
    written.left_out = preview.counts.faulty;
    tx.finish_recorded(Done::ok(written)).await
}

fn rights(access: &Access<may::EditUnits>) -> Rights {
    Rights {
        create_units: access.caller.may(Permission::CreateUnits),
        edit_contacts: access.caller.may(Permission::EditContacts),
    }
}

/// What people are shown, and what is to be written.
fn preview(known: &Known, judged: Vec<Judged>, ignored_headings: Vec<String>) -> (SheetPreview, Vec<Deed>) {
    let mut counts = SheetCounts::default();
    let mut hash = Sha256::new();
    let (mut lines, mut deeds, mut has_more) = (vec![], vec![], false);
    let named: std::collections::HashSet<&str> = judged.iter().map(|j| j.line.unit.as_str()).collect();
    let absent = known
        .units
        .iter()
        .filter(|u| !named.contains(u.details.code.as_str()))
        .count();
    counts.absent = u32::try_from(absent).unwrap_or(u32::MAX);
    for Judged { line, deeds: asked } in judged {
        match line.verdict {
            Verdict::New => counts.new += 1,
            Verdict::Changed => counts.changed += 1,
            Verdict::Unchanged => counts.unchanged += 1,
            Verdict::Faulty => counts.faulty += 1,
        }
        hash.update(format!("{line:?}\n"));
        deeds.extend(asked);
        if line.verdict == Verdict::Unchanged {
            continue;
        }
        if lines.len() < MAX_PREVIEW_LINES {
            lines.push(line);
        } else {
            has_more = true;
        }
    }
    let digest = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    let preview = SheetPreview {
        counts,
        lines,
        has_more,
        ignored_headings,
        digest,
    };
    (preview, deeds)
}

/// What came in. The file itself is gone by now.
struct Received {
    rows: Vec<SheetRow>,
    ignored: Vec<String>,
    sha256: String,
    digest: String,
    skip_faulty: bool,
}

impl Received {
    /// Errors: 413 too large, 422 with the reason at `/file` or at the part, 400 and 408 as any body.
    async fn of(kernel: &Arc<Kernel>, mut form: Multipart) -> Result<Self, Stop> {
        let (mut file, mut digest, mut skip_faulty) = (None, String::new(), false);
        while let Some(mut part) = form.next().await? {
            match part.name.as_str() {
                "digest" => digest = part.text(100).await?,
                "skip_faulty" => {
                    skip_faulty = match part.text(10).await?.as_str() {
                        "" | "false" => false,
                        "true" => true,
                        _ => return Err(refuse("/skip_faulty", "unknown_value")),
                    }
                }
                "file" if file.is_none() => {
                    let mut upload = kernel.files.begin(MAX_FILE_BYTES).await?;
                    while let Some(bytes) = part.chunk().await? {
                        upload.write(&bytes).await?;
                    }
                    file = Some(upload.once().await?);
                }
                _ => return Err(Problem::of(Code::BodyMalformed).at("", "unknown_part").into()),
            }
        }
        let Some((path, sha256)) = file else {
            return Err(refuse("/file", "required"));
        };
        let (rows, ignored) = reading(move || workbook::read(&path)).await?;
        Ok(Self {
            rows,
            ignored,
            sha256,
            digest,
            skip_faulty,
        })
    }
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(download_unit_sheet)
        .service(preview_unit_sheet)
        .service(write_unit_sheet);
}
