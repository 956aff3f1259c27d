//! HTTP of notifications.

use super::entity::{Column, Entity};
use super::news::{news, news_count};
use crate::kernel::{Access, Body, Caller, Done, Limit, Problems, Query, Read, Stop, may, page};
use actix_web::{get, post, web::Json};
use kept_shared::dashboard::News;
use kept_shared::ids::NotificationId;
use kept_shared::notifications::{MarkRead, Notification, Unread};
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use sea_orm::{ColumnTrait, QueryOrder};
use utoipa_actix_web::service_config::ServiceConfig;

/// Most news at once.
const NEWS: u32 = 20;

/// The bell says no more than 99.
const MOST_COUNTED: u32 = 100;

/// Which page of them.
#[derive(Clone, Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct NotificationPage {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// List one's notifications
///
/// Newest first.
#[utoipa::path(tag = "notifications", operation_id = "list_notifications", params(NotificationPage),
    responses((status = 200, body = Page<Notification>), Problems<400, 401>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[get("/notifications")]
async fn list_notifications(
    access: Access<may::SignedIn>,
    query: Query<NotificationPage>,
) -> Result<Json<Page<Notification>>, Stop> {
    let user = access.caller.user()?;
    let limit = page::limit(query.limit)?;
    let mark = page::fingerprint("notifications", &user)?;
    let after: Option<NotificationId> = page::decode(query.cursor.as_deref(), &mark)?;
    let read = access.read().await?;
    let mut found = read.find::<Entity>().filter(Column::UserId.eq(user));
    if let Some(after) = after {
        found = found.filter(Column::Id.lt(after));
    }
    let rows = found
        .shape(|s| s.order_by_desc(Column::Id))
        .limit(limit + 1)
        .all()
        .await?;
    let page = page::page(rows, limit, &mark, |row| row.id)?;
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        items.push(Notification {
            id: row.id,
            notice: serde_json::from_str(&row.body)?,
            at: row.created_at,
            is_read: row.read_at.is_some(),
        });
    }
    Ok(Json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// What to count.
#[derive(Clone, Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhatToCount {
    /// `false`: news of the other side are not counted, and their number is 0.
    news: Option<bool>,
}

/// Count what one has not read
///
/// News are counted up to 100.
#[utoipa::path(tag = "notifications", operation_id = "count_notifications", params(WhatToCount),
    responses((status = 200, body = Unread), Problems<400, 401>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[get("/notifications/summary")]
async fn count_notifications(access: Access<may::SignedIn>, what: Query<WhatToCount>) -> Result<Json<Unread>, Stop> {
    let user = access.caller.user()?;
    let read = access.read().await?;
    let unread = read
        .find::<Entity>()
        .filter(Column::UserId.eq(user))
        .filter(Column::ReadAt.is_null())
        .count()
        .await?;
    let news = match what.news {
        Some(false) => 0,
        _ => news_of(&access.caller, &read).await?,
    };
    Ok(Json(Unread { unread, news }))
}

/// Mark notifications as read
///
/// One, or one and all before it. What is not the caller's own is not touched and not told of.
#[utoipa::path(tag = "notifications", operation_id = "mark_notifications_read",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = MarkRead,
    responses((status = 200, body = Unread), Problems<401>), security(("bearer" = [])),
    extensions(("x-access" = json!("own"))))]
#[post("/notifications/read")]
async fn mark_notifications_read(access: Access<may::SignedIn>, body: Body<MarkRead>) -> Result<Done<Unread>, Stop> {
    let user = access.caller.user()?;
    let tx = access.write(&body.request).await?;
    let which = if body.value.only { "id = $3" } else { "id <= $3" };
    tx.execute(
        Limit::Unscoped("the caller's own notifications"),
        &format!("UPDATE notification SET read_at = $1 WHERE user_id = $2 AND {which} AND read_at IS NULL"),
        vec![tx.now().into(), user.into(), body.value.up_to.into()],
    )
    .await?;
    let unread = tx
        .find::<Entity>()
        .filter(Column::UserId.eq(user))
        .filter(Column::ReadAt.is_null())
        .count()
        .await?;
    let news = news_of(&access.caller, &tx).await?;
    tx.finish_unrecorded("a reading mark of the caller's own", Done::ok(Unread { unread, news }))
        .await
}

/// Names of matters are not for everybody.
async fn news_of(caller: &Caller, read: &Read) -> Result<u64, Stop> {
    if caller.may(Permission::ViewHandovers) {
        news_count(read, Some(MOST_COUNTED)).await
    } else {
        Ok(0)
    }
}

/// List what the other side did and one has not looked at
///
/// For an agent: what attorneys wrote, uploaded and reported on matters in reach; for an attorney: what the agency shared
/// since. The newest 20; looking at a customer's notes takes it off the list.
#[utoipa::path(tag = "notifications", operation_id = "list_news",
    responses((status = 200, body = Vec<News>), Problems<401>), security(("bearer" = ["handovers:view"])),
    extensions(("x-access" = json!("scoped"))))]
#[get("/notifications/news")]
async fn list_news(access: Access<may::ViewHandovers>) -> Result<Json<Vec<News>>, Stop> {
    let read = access.read().await?;
    Ok(Json(news(&read, NEWS).await?))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_notifications)
        .service(list_news)
        .service(count_notifications)
        .service(mark_notifications_read);
}
