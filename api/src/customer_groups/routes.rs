//! HTTP of customer groups.

use super::{actions, entity};
use crate::kernel::{
    Access, Body, Created, IfMatch, NoContent, Path, Problems, Query, Request, Resource, Revised, Stop, Subject, may,
};
use actix_web::{delete, get, post, put, web::Json};
use kept_shared::customer_groups::{CustomerGroup, CustomerGroupFilter, NewCustomerGroup};
use kept_shared::event::Event;
use kept_shared::ids::CustomerGroupId;
use kept_shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for CustomerGroup {
    fn path(&self) -> String {
        format!("/api/v1/customer-groups/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List customer groups
#[utoipa::path(tag = "customer groups", operation_id = "list_customer_groups", params(CustomerGroupFilter),
    responses((status = 200, body = Page<CustomerGroup>)),
    security(("bearer" = ["accounts:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/customer-groups")]
async fn list_customer_groups(
    access: Access<may::ViewAccounts>,
    filter: Query<CustomerGroupFilter>,
) -> Result<Json<Page<CustomerGroup>>, Stop> {
    let read = access.read().await?;
    Ok(Json(entity::list(&read, &filter).await?))
}

/// Create a customer group
#[utoipa::path(tag = "customer groups", operation_id = "create_customer_group",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewCustomerGroup,
    responses((status = 201, body = CustomerGroup), Problems<409, 422>),
    security(("bearer" = ["communities:edit"])), extensions(("x-access" = json!("tenant"))))]
#[post("/customer-groups")]
async fn create_customer_group(
    access: Access<may::EditCommunities>,
    new: Body<NewCustomerGroup>,
) -> Result<Created<CustomerGroup>, Stop> {
    let tx = access.write(&new.request).await?;
    let group = actions::create(&tx, new.value).await?;
    let reply = Created::new(entity::view(&tx, &group).await?);
    tx.finish(Subject::ours(), Event::CustomerGroupCreated { group: group.id }, reply)
        .await
}

/// Rename a customer group
#[utoipa::path(tag = "customer groups", operation_id = "rename_customer_group",
    params(("group_id" = CustomerGroupId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    request_body = NewCustomerGroup,
    responses((status = 200, body = CustomerGroup), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["communities:edit"])), extensions(("x-access" = json!("tenant"))))]
#[put("/customer-groups/{group_id}")]
async fn rename_customer_group(
    access: Access<may::EditCommunities>,
    id: Path<CustomerGroupId>,
    expected: IfMatch,
    new: Body<NewCustomerGroup>,
) -> Result<Revised<CustomerGroup>, Stop> {
    let tx = access.write(&new.request).await?;
    let group = tx.get::<entity::Entity>(*id).await?;
    let group = actions::rename(&tx, group, expected, new.value).await?;
    let reply = Revised::new(entity::view(&tx, &group).await?);
    tx.finish(Subject::ours(), Event::CustomerGroupChanged { group: group.id }, reply)
        .await
}

/// Delete a customer group
///
/// Refused while accounts are in it.
#[utoipa::path(tag = "customer groups", operation_id = "delete_customer_group",
    params(("group_id" = CustomerGroupId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    responses((status = 204), Problems<404, 409, 412, 428>),
    security(("bearer" = ["communities:edit"])), extensions(("x-access" = json!("tenant"))))]
#[delete("/customer-groups/{group_id}")]
async fn delete_customer_group(
    access: Access<may::EditCommunities>,
    id: Path<CustomerGroupId>,
    expected: IfMatch,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let group = tx.get::<entity::Entity>(*id).await?;
    let gone = group.id;
    actions::delete(&tx, group, expected).await?;
    tx.finish(Subject::ours(), Event::CustomerGroupDeleted { group: gone }, NoContent)
        .await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_customer_groups)
        .service(create_customer_group)
        .service(rename_customer_group)
        .service(delete_customer_group);
}
