//! HTTP of bank statements.

mod uploads;

use super::entity::{line, mapping, statement};
use super::{confirm, decide, queries, undo};
use crate::communities;
use crate::kernel::{
    Access, Body, Done, IfMatch, NoContent, Path, Problems, Query, Request, Resource, Revised, Show, Stop, Subject, may,
};
use actix_web::web::Json;
use actix_web::{delete, get, post};
use kept_shared::bank_statements::*;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for BankStatement {
    fn path(&self) -> String {
        format!("/api/v1/bank-statements/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List bank statements
///
/// Newest first, with the balance check and how far each is.
#[utoipa::path(tag = "bank_statements", operation_id = "list_bank_statements", params(BankStatementFilter),
    responses((status = 200, body = Page<BankStatement>)), security(("bearer" = ["bank-statements:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/bank-statements")]
async fn list_bank_statements(
    access: Access<may::ViewBankStatements>,
    filter: Query<BankStatementFilter>,
) -> Result<Json<Page<BankStatement>>, Stop> {
    let read = access.read().await?;
    Ok(Json(queries::list(&read, &filter).await?))
}

/// Read a bank statement
#[utoipa::path(tag = "bank_statements", operation_id = "get_bank_statement", params(("statement_id" = BankStatementId, Path)),
    responses((status = 200, body = BankStatement), Problems<404>), security(("bearer" = ["bank-statements:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/bank-statements/{statement_id}")]
async fn get_bank_statement(
    access: Access<may::ViewBankStatements>,
    id: Path<BankStatementId>,
) -> Result<Show<BankStatement>, Stop> {
    let read = access.read().await?;
    Ok(Show(queries::one(&read, *id).await?))
}

/// List the lines of a statement
///
/// In the order of the bank, each with the customers proposed and why, and with what it posted.
#[utoipa::path(tag = "bank_statements", operation_id = "list_bank_lines",
    params(("statement_id" = BankStatementId, Path), BankLineFilter),
    responses((status = 200, body = Page<BankLine>), Problems<404>), security(("bearer" = ["bank-statements:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/bank-statements/{statement_id}/lines")]
async fn list_bank_lines(
    access: Access<may::ViewBankStatements>,
    id: Path<BankStatementId>,
    filter: Query<BankLineFilter>,
) -> Result<Json<Page<BankLine>>, Stop> {
    let read = access.read().await?;
    Ok(Json(queries::lines(&read, *id, &filter).await?))
}

/// List bank accounts
///
/// Numbers and the communities they belong to, as remembered from earlier statements.
#[utoipa::path(tag = "bank_statements", operation_id = "list_bank_accounts",
    responses((status = 200, body = Vec<BankAccount>)), security(("bearer" = ["bank-statements:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/bank-accounts")]
async fn list_bank_accounts(access: Access<may::ViewBankStatements>) -> Result<Json<Vec<BankAccount>>, Stop> {
    let read = access.read().await?;
    Ok(Json(queries::accounts(&read).await?))
}

/// Confirm proposals
///
/// Posts one payment for each line named, or for up to 500 lines of a confidence; money that went out takes its payment
/// back. All of the request or nothing, and only what the version of the statement in If-Match proposed.
#[utoipa::path(tag = "bank_statements", operation_id = "confirm_bank_lines",
    params(("statement_id" = BankStatementId, Path), ("If-Match" = String, Header, example = "\"1\""), ("Idempotency-Key" = String, Header)),
    request_body = ConfirmLines, responses((status = 200, body = LinesConfirmed), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-statements/{statement_id}/confirm")]
async fn confirm_bank_lines(
    access: Access<may::CreateBankStatements>,
    id: Path<BankStatementId>,
    expected: IfMatch,
    order: Body<ConfirmLines>,
) -> Result<Done<LinesConfirmed>, Stop> {
    let tx = access.write(order.request.required()?).await?;
    let (statement, reply, event) = confirm::confirm(&tx, *id, expected, &order.value).await?;
    tx.finish(statement.community_id, event, Done::ok(reply)).await
}

/// Assign a line
///
/// Posts a line to the customer chosen, or split over several; for money that went out, takes the payment named back.
#[utoipa::path(tag = "bank_statements", operation_id = "assign_bank_line",
    params(("line_id" = BankLineId, Path), ("Idempotency-Key" = String, Header)), request_body = AssignLine,
    responses((status = 200, body = BankLine), Problems<404, 409, 412, 422>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-lines/{line_id}/assign")]
async fn assign_bank_line(
    access: Access<may::CreateBankStatements>,
    id: Path<BankLineId>,
    order: Body<AssignLine>,
) -> Result<Done<BankLine>, Stop> {
    let tx = access.write(order.request.required()?).await?;
    let (statement, event) = confirm::assign(&tx, *id, order.value).await?;
    let reply = Done::ok(queries::line(&tx, *id).await?);
    tx.finish(statement.community_id, event, reply).await
}

/// Leave lines out
#[utoipa::path(tag = "bank_statements", operation_id = "ignore_bank_lines",
    params(("statement_id" = BankStatementId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = IgnoreLines,
    responses((status = 200, body = BankStatement), Problems<404, 409, 412, 422>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-statements/{statement_id}/ignore")]
async fn ignore_bank_lines(
    access: Access<may::CreateBankStatements>,
    id: Path<BankStatementId>,
    order: Body<IgnoreLines>,
) -> Result<Revised<BankStatement>, Stop> {
    let tx = access.write(&order.request).await?;
    let (statement, event) = decide::ignore(&tx, *id, &order.value).await?;
    let reply = Revised::new(queries::one(&tx, *id).await?);
    tx.finish(statement.community_id, event, reply).await
}

/// Take lines up again
///
/// Lines that were left out are matched anew.
#[utoipa::path(tag = "bank_statements", operation_id = "restore_bank_lines",
    params(("statement_id" = BankStatementId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = RestoreLines,
    responses((status = 200, body = BankStatement), Problems<404, 409, 412, 422>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-statements/{statement_id}/restore")]
async fn restore_bank_lines(
    access: Access<may::CreateBankStatements>,
    id: Path<BankStatementId>,
    order: Body<RestoreLines>,
) -> Result<Revised<BankStatement>, Stop> {
    let tx = access.write(&order.request).await?;
    let (statement, event) = decide::restore(&tx, *id, &order.value).await?;
    let reply = Revised::new(queries::one(&tx, *id).await?);
    tx.finish(statement.community_id, event, reply).await
}

/// Match a statement anew
///
/// For lines nobody decided: what was confirmed meanwhile teaches the matching.
#[utoipa::path(tag = "bank_statements", operation_id = "match_bank_statement",
    params(("statement_id" = BankStatementId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 202, body = BankStatement), Problems<404, 409>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-statements/{statement_id}/match")]
async fn match_bank_statement(
    access: Access<may::CreateBankStatements>,
    id: Path<BankStatementId>,
    request: Request,
) -> Result<Done<BankStatement>, Stop> {
    let tx = access.write(&request).await?;
    let statement = super::posting::hold(&tx, *id, &[StatementState::Open]).await?;
    let statement = decide::matching(&tx, statement).await?;
    let reply = Done::accepted(queries::one(&tx, *id).await?);
    let event = Event::JobDone {
        kind: "bank_statements.ordered".into(),
    };
    tx.finish(statement.community_id, event, reply).await
}

/// Undo a line
///
/// Reverses what the line posted; it waits for a decision again.
#[utoipa::path(tag = "bank_statements", operation_id = "undo_bank_line",
    params(("line_id" = BankLineId, Path), ("Idempotency-Key" = String, Header)), request_body = UndoLine,
    responses((status = 200, body = BankLine), Problems<404, 409, 422>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-lines/{line_id}/undo")]
async fn undo_bank_line(
    access: Access<may::CreateBankStatements>,
    id: Path<BankLineId>,
    order: Body<UndoLine>,
) -> Result<Done<BankLine>, Stop> {
    let tx = access.write(order.request.required()?).await?;
    let seen = tx.get::<line::Entity>(*id).await?;
    let community = tx.get::<communities::Entity>(seen.community_id).await?;
    let today = tx.today(&community.time_zone);
    let (statement, event) = undo::undo_line(&tx, *id, &order.value, today).await?;
    let reply = Done::ok(queries::line(&tx, *id).await?);
    tx.finish(statement.community_id, event, reply).await
}

/// Undo a statement
///
/// Reverses everything it posted. Its history stays; the file can be uploaded again.
#[utoipa::path(tag = "bank_statements", operation_id = "undo_bank_statement",
    params(("statement_id" = BankStatementId, Path), ("Idempotency-Key" = String, Header)), request_body = UndoStatement,
    responses((status = 200, body = BankStatement), Problems<404, 409, 422>),
    security(("bearer" = ["bank-statements:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/bank-statements/{statement_id}/undo")]
async fn undo_bank_statement(
    access: Access<may::CreateBankStatements>,
    id: Path<BankStatementId>,
    order: Body<UndoStatement>,
) -> Result<Revised<BankStatement>, Stop> {
    let tx = access.write(order.request.required()?).await?;
    let seen = tx.get::<statement::Entity>(*id).await?;
    let community = tx.get::<communities::Entity>(seen.community_id).await?;
    let today = tx.today(&community.time_zone);
    let (statement, event) = undo::undo(&tx, *id, &order.value, today).await?;
    let reply = Revised::new(queries::one(&tx, *id).await?);
    tx.finish(statement.community_id, event, reply).await
}

/// List saved mappings of banks' tables
#[utoipa::path(tag = "bank_statements", operation_id = "list_bank_mappings",
    responses((status = 200, body = Vec<SavedBankMapping>)), security(("bearer" = ["bank-statements:view"])),
    extensions(("x-access" = json!("tenant"))))]
#[get("/bank-mappings")]
async fn list_bank_mappings(access: Access<may::ViewBankStatements>) -> Result<Json<Vec<SavedBankMapping>>, Stop> {
    let read = access.read().await?;
    Ok(Json(queries::mappings(&read, None).await?))
}

/// Delete a saved mapping of a bank's table
#[utoipa::path(tag = "bank_statements", operation_id = "delete_bank_mapping", params(("mapping_id" = BankMappingId, Path)),
    responses((status = 204), Problems<404>), security(("bearer" = ["bank-statements:create"])),
    extensions(("x-access" = json!("tenant"))))]
#[delete("/bank-mappings/{mapping_id}")]
async fn delete_bank_mapping(
    access: Access<may::CreateBankStatements>,
    id: Path<BankMappingId>,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let saved = tx.get::<mapping::Entity>(*id).await?;
    let event = Event::BankMappingDeleted { mapping: saved.id };
    tx.discard::<mapping::Model, mapping::ActiveModel>(saved).await?;
    tx.finish(Subject::ours(), event, NoContent).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    uploads::routes(cfg);
    cfg.service(list_bank_statements)
        .service(get_bank_statement)
        .service(list_bank_lines)
        .service(list_bank_accounts)
        .service(confirm_bank_lines)
        .service(assign_bank_line)
        .service(ignore_bank_lines)
        .service(restore_bank_lines)
        .service(match_bank_statement)
        .service(undo_bank_line)
        .service(undo_bank_statement)
        .service(list_bank_mappings)
        .service(delete_bank_mapping);
}
