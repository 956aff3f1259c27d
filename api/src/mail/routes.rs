use super::entity;
use crate::kernel::{Access, Done, Path, Problems, Query, Stop, may, page};
use actix_web::get;
use kept_shared::{
    ids::MailId,
    mail::{Mail, MailFilter, MailLine},
    page::Page,
};
use sea_orm::{
    ColumnTrait, Condition, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Captured mail and the outbox, newest first
#[utoipa::path(tag = "mail", operation_id = "list_mail", params(MailFilter),
    responses((status = 200, body = Page<MailLine>), Problems<400>), security(("bearer" = ["outbox:view"])),
    extensions(("x-access" = json!("tenant"))))]
#[get("/inbox")]
async fn list_mail(access: Access<may::ViewOutbox>, filter: Query<MailFilter>) -> Result<Done<Page<MailLine>>, Stop> {
    let limit = page::limit(filter.limit)?;
    let fingerprint = page::fingerprint("inbox", &(&filter.q, &filter.state))?;
    let after: Option<MailId> = page::decode(filter.cursor.as_deref(), &fingerprint)?;
    let mut condition = Condition::all();
    if let Some(id) = after {
        condition = condition.add(entity::Column::Id.lt(id));
    }
    if !filter.state.is_empty() {
        condition = condition.add(entity::Column::State.is_in(filter.state.iter().copied()));
    }
    if let Some(pattern) = page::search_pattern(filter.q.as_deref())? {
        let like = |column: entity::Column| {
            Expr::expr(Func::lower(Expr::col(column))).like(LikeExpr::new(pattern.clone()).escape('\\'))
        };
        condition = condition.add(
            Condition::any()
                .add(like(entity::Column::ToAddress))
                .add(like(entity::Column::ToName))
                .add(like(entity::Column::Subject)),
        );
    }
    let read = access.read().await?;
    let rows = read
        .find::<entity::Entity>()
        .filter(condition)
        .shape(|s| s.order_by_desc(entity::Column::Id).limit(limit + 1))
        .all()
        .await?;
    let lines = rows.iter().map(|m| m.line()).collect();
    Ok(Done::ok(page::page(lines, limit, &fingerprint, |m: &MailLine| m.id)?))
}

/// One letter
#[utoipa::path(tag = "mail", operation_id = "get_mail", params(("id" = MailId, Path)),
    responses((status = 200, body = Mail), Problems<404>), security(("bearer" = ["outbox:view"])),
    extensions(("x-access" = json!("tenant"))))]
#[get("/inbox/{id}")]
async fn get_mail(access: Access<may::ViewOutbox>, id: Path<MailId>) -> Result<Done<Mail>, Stop> {
    let read = access.read().await?;
    Ok(Done::ok(read.get::<entity::Entity>(*id).await?.view()))
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_mail).service(get_mail);
}
