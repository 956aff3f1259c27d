//! HTTP of statements.

use super::document::{Paper, document};
use super::queries::{parties, statement};
use crate::kernel::{Access, NoContent, Path, Problems, Query, Request, Stop, may, paper};
use crate::ledger::{self, MovementsFilter};
use crate::logos;
use actix_web::{HttpResponse, get, web::Json};
use chrono::NaiveDate;
use kept_shared::event::Event;
use kept_shared::ids::AccountId;
use kept_shared::permission::Permission;
use kept_shared::problem::{Code, FieldProblem, Problem};
use kept_shared::statements::{Period, Statement};
use utoipa_actix_web::service_config::ServiceConfig;

/// Lines of one statement on paper, some two hundred pages. A longer one is for a workbook.
const MAX_LINES: u64 = 10_000;

/// Which days of a statement.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct StatementFilter {
    /// First day; default twelve months before `to`.
    #[serde(default)]
    from: Option<NaiveDate>,
    /// Last day; default today.
    #[serde(default)]
    to: Option<NaiveDate>,
    /// A usual period that ends on `to`; not together with `from`.
    #[serde(default)]
    period: Option<Period>,
}

/// As a file to keep rather than to look at.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PrintFilter {
    /// First day; default twelve months before `to`.
    #[serde(default)]
    from: Option<NaiveDate>,
    /// Last day; default today.
    #[serde(default)]
    to: Option<NaiveDate>,
    /// A usual period that ends on `to`; not together with `from`.
    #[serde(default)]
    period: Option<Period>,
    /// Asks the browser to keep the file instead of showing it.
    #[serde(default)]
    keep: bool,
}

fn filter(from: Option<NaiveDate>, to: Option<NaiveDate>, period: Option<Period>) -> MovementsFilter {
    MovementsFilter {
        from,
        to,
        period,
        ..MovementsFilter::default()
    }
}

/// Read a customer's statement
///
/// Everything but the lines, which are the account's movements: opening and closing balance, ageing as at `to`, how often
/// it is paid, whether charges are raised, bank details and payment reference.
#[utoipa::path(tag = "statements", operation_id = "get_statement",
    params(("account_id" = AccountId, Path), StatementFilter),
    responses((status = 200, body = Statement), Problems<400, 401, 403, 404>), security(("bearer" = ["ledger:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/statement")]
async fn get_statement(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    query: Query<StatementFilter>,
) -> Result<Json<Statement>, Stop> {
    let read = access.read().await?;
    let account = ledger::account(&read, *id).await?;
    let filter = filter(query.from, query.to, query.period);
    Ok(Json(statement(&read, &account, &filter).await?))
}

/// Print a customer's statement
///
/// A4 as PDF, at most 10,000 lines; shown by the browser, or kept with `keep=true`. Each printing is recorded.
#[utoipa::path(tag = "statements", operation_id = "print_statement",
    params(("account_id" = AccountId, Path), PrintFilter),
    responses((status = 200, content_type = paper::PDF, body = Vec<u8>), Problems<400, 401, 403, 404, 422>),
    security(("bearer" = ["ledger:view", "exports:create"])), extensions(("x-access" = json!("scoped"))))]
#[get("/accounts/{account_id}/statement.pdf")]
async fn print_statement(
    access: Access<may::ViewLedger>,
    id: Path<AccountId>,
    query: Query<PrintFilter>,
) -> Result<HttpResponse, Stop> {
    access.caller.require(Permission::Export)?;
    let read = access.read().await?;
    let account = ledger::account(&read, *id).await?;
    let filter = filter(query.from, query.to, query.period);
    let statement = statement(&read, &account, &filter).await?;
    if statement.head.count > MAX_LINES {
        let flaw = FieldProblem::new("?from", "too_many_lines").with("most", MAX_LINES);
        return Err(Problem::of(Code::NotAcceptable).with_errors(vec![flaw]).into());
    }
    let days = (statement.head.from, statement.head.to);
    let opening = statement.head.opening.minor;
    let lines = ledger::lines(&read, &account, days, None, opening, MAX_LINES).await?;
    let paper = Paper {
        parties: parties(&read, &account).await?,
        logo: logos::for_community(&read, account.community_id).await?,
        statement,
        lines: lines.into_iter().map(|line| line.0).collect(),
        by: access.caller.name.clone(),
        at: access.now(),
        time_zone: account.time_zone.clone(),
    };
    drop(read);
    let name = format!(
        "statement-{}-{}.pdf",
        paper.statement.head.reference, paper.statement.head.to
    );
    let rows = u32::try_from(paper.lines.len()).unwrap_or(u32::MAX);
    let pdf = paper::print(document(&paper)).await?;
    let tx = access.write(&Request::none()).await?;
    let made = Event::ExportMade {
        report: "statement".into(),
        rows,
    };
    tx.finish(*id, made, NoContent).await?;
    Ok(paper::respond(pdf, &name, query.keep))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_statement).service(print_statement);
}
