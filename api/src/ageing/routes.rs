//! The age analysis over HTTP.

use super::lean::Beside;
use super::query::Place;
use super::{filter, fresh, past, query, totals, workbook};
use crate::kernel::{Access, NoContent, Problems, Query, Read, Request, Stop, Subject, export, may, page};
use actix_web::{HttpResponse, get, web::Bytes, web::Json};
use chrono::NaiveDate;
use futures_util::TryStreamExt;
use kept_shared::age_analysis::{AgeFilter, AgeRow, AgeSummary, AgeTotals, AgedCommunity};
use kept_shared::event::Event;
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use utoipa_actix_web::service_config::ServiceConfig;

/// A snapshot, the day asked for, and whether stored rows are right on it.
struct Asked {
    read: Read,
    as_at: NaiveDate,
    today: NaiveDate,
    stored: bool,
}

async fn ask(access: &Access<may::ViewAgeAnalysis>, asked: &AgeFilter) -> Result<Asked, Stop> {
    filter::check(asked)?;
    let read = access.read().await?;
    let standing = fresh::standing(&read, asked).await?;
    let as_at = asked.as_at.unwrap_or(standing.today);
    let (read, stored) = fresh::ready(access.kernel(), read, asked, &standing, as_at).await?;
    Ok(Asked {
        read,
        as_at,
        today: standing.today,
        stored,
    })
}

async fn sums(asked: &Asked, filter: &AgeFilter) -> Result<Vec<AgeTotals>, Stop> {
    if asked.stored {
        totals::totals(&asked.read, filter).await
    } else {
        Ok(past::totals(&past::ordered(&asked.read, filter, asked.as_at).await?))
    }
}

async fn summary(asked: &Asked, filter: &AgeFilter) -> Result<AgeSummary, Stop> {
    use crate::communities;
    use sea_orm::{ColumnTrait, QueryOrder};
    let totals = sums(asked, filter).await?;
    let mut found = asked.read.find::<communities::Entity>();
    if !filter.community_id.is_empty() {
        found = found.filter(communities::Column::Id.is_in(filter.community_id.iter().copied()));
    }
    let communities = found
        .shape(|s| s.order_by_asc(communities::Column::Name))
        .limit(200)
        .all()
        .await?;
    Ok(AgeSummary {
        as_at: asked.as_at,
        today: asked.today,
        accounts: totals.iter().map(|t| t.accounts).sum(),
        totals,
        communities: communities
            .iter()
            .map(|c| AgedCommunity {
                id: c.id,
                code: c.code.clone(),
                name: c.name.clone(),
                currency: c.currency,
                rules: c.ageing(),
            })
            .collect(),
    })
}

/// List the age analysis
///
/// A page of accounts with their balances by age, filtered and sorted, as at today or any other day. Statuses, handovers
/// and notes are always today's. An attorney gets the customers of open matters.
#[utoipa::path(tag = "age-analysis", operation_id = "list_age_analysis", params(AgeFilter),
    responses((status = 200, body = Page<AgeRow>), Problems<400, 401, 403>), security(("bearer" = ["age-analysis:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/age-analysis")]
async fn list_age_analysis(
    access: Access<may::ViewAgeAnalysis>,
    filter: Query<AgeFilter>,
) -> Result<Json<Page<AgeRow>>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("age-analysis", &filter.without_page())?;
    let asked = ask(&access, &filter).await?;
    let sort = query::sort(&asked.read, &filter);
    let after: Option<Place> = query::place(page::decode(filter.cursor.as_deref(), &mark)?, sort)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    let rows = if asked.stored {
        query::page(&asked.read, &filter, after.as_ref(), most).await?
    } else {
        let all = past::ordered(&asked.read, &filter, asked.as_at).await?;
        let rest = past::after(&all, after.as_ref(), filter.order());
        past::full(&asked.read, rest.get(..most).unwrap_or(rest), None).await?
    };
    let masked = past::masked(&asked.read);
    Ok(Json(
        page::page(rows, limit, &mark, |raw| raw.place(sort))?.map(|raw| raw.view(masked)),
    ))
}

/// Sum the age analysis
///
/// Counts and sums over all rows of a filter, one for each currency, and how each community ages.
#[utoipa::path(tag = "age-analysis", operation_id = "sum_age_analysis", params(AgeFilter),
    responses((status = 200, body = AgeSummary), Problems<400, 401, 403>), security(("bearer" = ["age-analysis:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/age-analysis/summary")]
async fn sum_age_analysis(
    access: Access<may::ViewAgeAnalysis>,
    filter: Query<AgeFilter>,
) -> Result<Json<AgeSummary>, Stop> {
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let asked = ask(&access, &filter).await?;
    Ok(Json(summary(&asked, &filter).await?))
}

/// Rows sent or written at a time.
const CHUNK: usize = 400;

/// Sends every row of the filter, in order, to `to`, a chunk at a time. Stops when nobody listens any more.
async fn send_all(
    asked: Asked,
    filter: AgeFilter,
    to: tokio::sync::mpsc::Sender<Result<Vec<AgeRow>, Stop>>,
) -> Result<(), Stop> {
    let masked = past::masked(&asked.read);
    if asked.stored {
        let mut rows = std::pin::pin!(query::stream(&asked.read, &filter).await?.try_chunks(CHUNK));
        while let Some(part) = rows.try_next().await.map_err(|e| Stop::from(e.1))? {
            let part = part.into_iter().map(|raw| raw.view(masked)).collect();
            if !sent(&to, part).await {
                return Ok(());
            }
        }
    } else {
        let all = past::ordered(&asked.read, &filter, asked.as_at).await?;
        let beside = Beside::load(&asked.read).await?;
        for part in all.chunks(CHUNK) {
            let part = past::full(&asked.read, part, Some(&beside)).await?;
            let part = part.into_iter().map(|raw| raw.view(masked)).collect();
            if !sent(&to, part).await {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// False when the reader has gone, or takes too long while a read transaction waits for it.
async fn sent(to: &tokio::sync::mpsc::Sender<Result<Vec<AgeRow>, Stop>>, part: Vec<AgeRow>) -> bool {
    matches!(
        tokio::time::timeout(crate::kernel::export::STALLED, to.send(Ok(part))).await,
        Ok(Ok(()))
    )
}

fn all_rows(asked: Asked, filter: AgeFilter) -> tokio::sync::mpsc::Receiver<Result<Vec<AgeRow>, Stop>> {
    let (to, from) = tokio::sync::mpsc::channel(4);
    actix_web::rt::spawn(async move {
        if let Err(stop) = send_all(asked, filter, to.clone()).await {
            let _nobody_listens = to.send(Err(stop)).await;
        }
    });
    from
}

/// List all rows of the age analysis
///
/// Every row of the filter in its order as one JSON array, sent as it is read: what the grid scrolls through.
#[utoipa::path(tag = "age-analysis", operation_id = "list_all_age_analysis", params(AgeFilter),
    responses((status = 200, body = Vec<AgeRow>), Problems<400, 401, 403>), security(("bearer" = ["age-analysis:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/age-analysis/rows")]
async fn list_all_age_analysis(
    access: Access<may::ViewAgeAnalysis>,
    filter: Query<AgeFilter>,
) -> Result<HttpResponse, Stop> {
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let asked = ask(&access, &filter).await?;
    let from = all_rows(asked, filter.0);
    // '[' opens, ',' stands between rows, ']' closes once all is sent.
    let body = futures_util::stream::try_unfold((from, true, false), |(mut from, first, done)| async move {
        if done {
            return Ok(None);
        }
        let mut out: Vec<u8> = if first { vec![b'['] } else { vec![] };
        match from.recv().await {
            Some(Ok(rows)) => {
                for (n, row) in rows.iter().enumerate() {
                    if !(first && n == 0) {
                        out.push(b',');
                    }
                    serde_json::to_writer(&mut out, row)?;
                }
                Ok(Some((Bytes::from(out), (from, false, false))))
            }
            Some(Err(stop)) => Err(std::io::Error::other(stop.to_string())),
            None => {
                out.push(b']');
                Ok(Some((Bytes::from(out), (from, false, true))))
            }
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .streaming::<_, std::io::Error>(Box::pin(body)))
}

/// Download the age analysis as Excel
///
/// Exactly the rows of the filter and the columns chosen, in their order, with typed cells and sums as formulas.
#[utoipa::path(tag = "age-analysis", operation_id = "download_age_analysis", params(AgeFilter),
    responses((status = 200, content_type = export::XLSX, body = Vec<u8>), Problems<400, 401, 403>),
    security(("bearer" = ["age-analysis:view", "exports:create"])), extensions(("x-access" = json!("scoped"))))]
#[get("/age-analysis.xlsx")]
async fn download_age_analysis(
    access: Access<may::ViewAgeAnalysis>,
    filter: Query<AgeFilter>,
) -> Result<HttpResponse, Stop> {
    access.caller.require(Permission::Export)?;
    page::only_whole(filter.limit, filter.cursor.as_deref())?;
    let asked = ask(&access, &filter).await?;
    let summary = summary(&asked, &filter).await?;
    let words = workbook::words(&asked.read, &filter).await?;
    let tx = access.write(&Request::none()).await?;
    let rows = u32::try_from(summary.accounts).unwrap_or(u32::MAX);
    let made = Event::ExportMade {
        report: "age-analysis".into(),
        rows,
    };
    tx.finish(Subject::ours(), made, NoContent).await?;
    let head = workbook::Head {
        summary,
        words,
        by: access.caller.name.clone(),
        at: access.now(),
    };
    let name = format!("age-analysis-{}.xlsx", head.summary.as_at);
    let mut from = all_rows(asked, filter.0.clone());
    export::stream(&name, export::XLSX, move |out| {
        let mut sheet = workbook::begin(&head, &filter)?;
        while let Some(part) = from.blocking_recv() {
            for row in part.map_err(|stop| anyhow::anyhow!("{stop}"))? {
                sheet.row(&row)?;
            }
        }
        sheet.end(&head, out)
    })
    .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_age_analysis)
        .service(sum_age_analysis)
        .service(list_all_age_analysis)
        .service(download_age_analysis);
}
