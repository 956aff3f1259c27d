//! Uploading files and reading banks' tables.

use super::super::entity::file;
use super::super::read::{Check, Statement};
use super::super::{decide, files, lines, queries, take};
use crate::communities;
use crate::kernel::files::Blob;
use crate::kernel::{
    Access, Body, Created, Done, FlawsExt, Multipart, Path, Problems, Query, Request, Resource, Show, Stop, may,
};
use actix_web::{get, post};
use kept_shared::bank_statements::*;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::money::{Currency, Money};
use kept_shared::problem::{Code, Problem};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for BankFile {
    fn path(&self) -> String {
        format!("/api/v1/bank-files/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// The parts of an upload.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the multipart body")]
struct UploadBankFile {
    /// To which community an unknown bank account belongs; may be left out for known ones.
    #[schema(value_type = Option<String>, format = Uuid)]
    community_id: Option<String>,
    /// MT940, CAMT.052/053/054, OFX, or a table (CSV, XLSX, XLS, ODS), at most 25 MB. The last part.
    #[schema(value_type = String, format = Binary)]
    file: String,
}

/// Upload a bank file
///
/// Statements are taken in and matched at once; a table waits for its columns to be mapped. A file that cannot be read is
/// refused with the line and the reason; one that is in the book already with the statement it made.
#[utoipa::path(tag = "bank_statements", operation_id = "upload_bank_file", params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = UploadBankFile, content_type = "multipart/form-data"),
    responses((status = 201, body = BankFile), Problems<408, 409, 413, 422>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-files")]
async fn upload_bank_file(
    access: Access<may::CreateBankStatements>,
    mut parts: Multipart,
) -> Result<Created<BankFile>, Stop> {
    let mut community: Option<CommunityId> = None;
    while let Some(mut part) = parts.next().await? {
        match part.name.as_str() {
            "community_id" => {
                let text = part.text(100).await?;
                if !text.is_empty() {
                    let unknown = |_| Stop::from(Problem::of(Code::NotAcceptable).at("/community_id", "unknown"));
                    community = Some(text.parse().map_err(unknown)?);
                }
            }
            "file" => {
                let name = part.file_name.clone().unwrap_or_default();
                let store = &access.kernel().files;
                let mut upload = store.begin(MAX_BANK_FILE_BYTES).await?;
                while let Some(bytes) = part.chunk().await? {
                    upload.write(&bytes).await?;
                }
                let blob = store.keep(upload).await?;
                let key = blob.key.clone();
                let outcome = register(&access, &parts, blob, &name, community).await;
                if outcome.is_err() {
                    store.discard(&key).await;
                }
                return outcome;
            }
            _ => return Err(Problem::of(Code::BodyMalformed).at("", "unknown_part").into()),
        }
    }
    Err(Problem::of(Code::NotAcceptable).at("/file", "required").into())
}

async fn register(
    access: &Access<may::CreateBankStatements>,
    parts: &Multipart,
    blob: Blob,
    name: &str,
    community: Option<CommunityId>,
) -> Result<Created<BankFile>, Stop> {
    let content = files::look(access.kernel(), &blob.key).await?;
    let table = match &content {
        files::Content::Table(table) => Some((**table).clone()),
        files::Content::Statements(..) => None,
    };
    let about = format!("{} {name} {community:?}", blob.sha256);
    let tx = access.write(&Request::of_stream(&parts.request, &about)?).await?;
    let taken = take::register(&tx, blob, name, community, content).await?;
    let reply = Created::new(queries::file(&tx, &taken.file, table).await?);
    let event = Event::BankFileUploaded {
        file: taken.file.id,
        statements: taken.statements,
    };
    let done = tx.finish(taken.file.community_id, event, reply).await?;
    if let Some(key) = taken.replaced {
        access.kernel().files.discard(&key).await;
    }
    Ok(done)
}

/// How to look at a table.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct LookAs {
    /// Row of the header, from 1; 0 for none. Absent: found out.
    header_row: Option<u32>,
}

/// Read a bank file
///
/// Of a table that waits for its mapping: what was found out about it, and the saved mappings that fit.
#[utoipa::path(tag = "bank_statements", operation_id = "get_bank_file", params(("file_id" = BankFileId, Path), LookAs),
    responses((status = 200, body = BankFile), Problems<404, 422>), security(("bearer" = ["bank-statements:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/bank-files/{file_id}")]
async fn get_bank_file(
    access: Access<may::ViewBankStatements>,
    id: Path<BankFileId>,
    how: Query<LookAs>,
) -> Result<Show<BankFile>, Stop> {
    let file = access.read().await?.get::<file::Entity>(*id).await?;
    // No snapshot is held while the bytes are fetched.
    let table = if file.needs_mapping() {
        Some(files::table(access.kernel(), &file, how.header_row).await?)
    } else {
        None
    };
    let read = access.read().await?;
    Ok(Show(queries::file(&read, &file, table).await?))
}

/// The statements a mapping makes of a file, in the community's currency. Errors: the flaws of the mapping, the line at
/// fault, 409 when it was read before.
async fn read_as(
    access: &Access<may::CreateBankStatements>,
    id: BankFileId,
    mapping: &BankMapping,
) -> Result<(Vec<Statement>, Currency, BankTable), Stop> {
    let read = access.read().await?;
    let file = read.get::<file::Entity>(id).await?;
    mapping.flaws().check()?;
    if !file.needs_mapping() {
        return Err(Code::StateForbids.into());
    }
    let community = read.get::<communities::Entity>(file.community_id).await?;
    drop(read);
    let table = files::table(access.kernel(), &file, Some(mapping.header_row)).await?;
    let found = files::mapped(access.kernel(), &file.blob_key, mapping.clone()).await?;
    Ok((found, community.currency, table))
}

/// Try a mapping
///
/// What the table says under it; nothing is kept.
#[utoipa::path(tag = "bank_statements", operation_id = "preview_bank_file", params(("file_id" = BankFileId, Path)),
    request_body = BankMapping, responses((status = 200, body = BankPreview), Problems<404, 409, 422>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-files/{file_id}/preview")]
async fn preview_bank_file(
    access: Access<may::CreateBankStatements>,
    id: Path<BankFileId>,
    mapping: Body<BankMapping>,
) -> Result<Done<BankPreview>, Stop> {
    let (found, currency, _) = read_as(&access, *id, &mapping.value).await?;
    Ok(Done::ok(preview(&found, currency)?))
}

fn preview(found: &[Statement], currency: Currency) -> Result<BankPreview, Stop> {
    let money = |amount| {
        let (minor, _) = lines::minor(amount, currency, None).map_err(files::unreadable)?;
        Ok::<Money, Stop>(Money::new(minor, currency))
    };
    let all = || found.iter().flat_map(|s| &s.lines);
    let checks: Vec<Check> = found.iter().map(Statement::check).collect();
    let check = if checks.iter().all(|c| *c == Check::Balances) {
        BalanceCheck::Balances
    } else if checks.iter().any(|c| matches!(c, Check::Off(_))) {
        BalanceCheck::Off
    } else if checks.contains(&Check::Currencies) {
        BalanceCheck::Currencies
    } else {
        BalanceCheck::Unknown
    };
    let mut remarks = std::collections::BTreeMap::new();
    for (code, count) in found.iter().flat_map(|s| &s.remarks) {
        *remarks.entry((*code).to_owned()).or_insert(0) += count;
    }
    let sample = all()
        .take(20)
        .map(|l| {
            Ok(PreviewLine {
                booked_on: l.booked_on,
                text: l.text.clone(),
                name: l.counterparty_name.clone(),
                reference: l.reference.clone(),
                amount: money(l.amount)?,
            })
        })
        .collect::<Result<_, Stop>>()?;
    Ok(BankPreview {
        lines: u32::try_from(all().count()).unwrap_or(u32::MAX),
        credits: money(found.iter().map(Statement::credits).sum())?,
        debits: money(found.iter().map(Statement::debits).sum())?,
        check,
        remarks,
        sample,
    })
}

/// Read a table
///
/// Takes the statements of a table in, under the mapping given, and keeps the mapping where a name is given.
#[utoipa::path(tag = "bank_statements", operation_id = "read_bank_file",
    params(("file_id" = BankFileId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = ReadBankFile,
    responses((status = 201, body = BankFile), Problems<404, 409, 422>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-files/{file_id}/read")]
async fn read_bank_file(
    access: Access<may::CreateBankStatements>,
    id: Path<BankFileId>,
    order: Body<ReadBankFile>,
) -> Result<Created<BankFile>, Stop> {
    // A repeated request gets its stored answer before the file is looked at again.
    let wanted = &order.value;
    let found = read_as(&access, *id, &wanted.mapping).await;
    let tx = access.write(&order.request).await?;
    let (found, _, table) = found?;
    let file = tx.get::<file::Entity>(*id).await?;
    if !file.needs_mapping() {
        return Err(Code::StateForbids.into());
    }
    let (file, statements) = take::read_mapped(&tx, file, &wanted.mapping, found).await?;
    if let Some(name) = &wanted.save_as {
        let mapping = decide::save_mapping(&tx, name, &table.signature, &wanted.mapping).await?;
        tx.also(file.community_id, Event::BankMappingSaved { mapping }).await?;
    }
    let reply = Created::new(queries::file(&tx, &file, None).await?);
    let event = Event::BankFileUploaded {
        file: file.id,
        statements,
    };
    tx.finish(file.community_id, event, reply).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(upload_bank_file)
        .service(get_bank_file)
        .service(preview_bank_file)
        .service(read_bank_file);
}
