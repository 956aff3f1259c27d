//! HTTP of communities.

use super::{actions, entity::Entity, queries};
use crate::kernel::{Access, Body, Created, IfMatch, Path, Problems, Query, Resource, Revised, Show, Stop, may};
use actix_web::{get, post, put, web::Json};
use kept_shared::communities::{Community, CommunityFilter, CommunityLine, NewCommunity};
use kept_shared::event::Event;
use kept_shared::ids::CommunityId;
use kept_shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Community {
    fn path(&self) -> String {
        format!("/api/v1/communities/{}", self.id)
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// List communities
///
/// Those the caller may see, by name. An attorney sees the communities where an account is handed over to them.
#[utoipa::path(tag = "communities", operation_id = "list_communities", params(CommunityFilter),
    responses((status = 200, body = Page<CommunityLine>)),
    security(("bearer" = ["communities:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/communities")]
async fn list_communities(
    access: Access<may::ViewCommunities>,
    filter: Query<CommunityFilter>,
) -> Result<Json<Page<CommunityLine>>, Stop> {
    let read = access.read().await?;
    Ok(Json(queries::list(&read, &filter).await?))
}

/// Read a community
#[utoipa::path(tag = "communities", operation_id = "get_community", params(("community_id" = CommunityId, Path)),
    responses((status = 200, body = Community), Problems<404>),
    security(("bearer" = ["communities:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/communities/{community_id}")]
async fn get_community(access: Access<may::ViewCommunities>, id: Path<CommunityId>) -> Result<Show<Community>, Stop> {
    let read = access.read().await?;
    let community = read.get::<Entity>(*id).await?;
    Ok(Show(queries::view(&read, &community).await?))
}

/// Create a community
///
/// A caller restricted to communities is given the new one.
#[utoipa::path(tag = "communities", operation_id = "create_community",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = NewCommunity, example = json!({"code": "ACACIA", "name": "Acacia Heights", "kind": "sectional_title",
        "currency": "ZAR", "time_zone": "Africa/Johannesburg", "ageing": {"mode": "calendar", "basis": "transaction_date",
        "edges": [0, 30, 60, 90], "credit_policy": "oldest_first"}, "phone": "011 555 0100"})),
    responses((status = 201, body = Community), Problems<409, 422>),
    security(("bearer" = ["communities:create"])), extensions(("x-access" = json!("scoped"))))]
#[post("/communities")]
async fn create_community(
    access: Access<may::CreateCommunities>,
    new: Body<NewCommunity>,
) -> Result<Created<Community>, Stop> {
    let tx = access.write(&new.request).await?;
    let community = actions::create(&tx, new.value).await?;
    let event = Event::CommunityCreated {
        community: community.id,
    };
    let reply = Created::new(queries::view(&tx, &community).await?);
    tx.finish(community.id, event, reply).await
}

/// Change a community
///
/// Takes the whole community. The currency is fixed once anything was posted. Other ageing rules, or another time zone,
/// age the community's accounts anew.
#[utoipa::path(tag = "communities", operation_id = "edit_community",
    params(("community_id" = CommunityId, Path), ("If-Match" = String, Header, example = "\"1\"")),
    request_body = NewCommunity,
    responses((status = 200, body = Community), Problems<404, 409, 412, 422, 428>),
    security(("bearer" = ["communities:edit"])), extensions(("x-access" = json!("scoped"))))]
#[put("/communities/{community_id}")]
async fn edit_community(
    access: Access<may::EditCommunities>,
    id: Path<CommunityId>,
    expected: IfMatch,
    new: Body<NewCommunity>,
) -> Result<Revised<Community>, Stop> {
    let tx = access.write(&new.request).await?;
    let community = tx.get::<Entity>(*id).await?;
    let (community, fields) = actions::edit(&tx, community, expected, new.value).await?;
    let event = Event::CommunityChanged {
        community: community.id,
        fields,
    };
    let reply = Revised::new(queries::view(&tx, &community).await?);
    tx.finish(community.id, event, reply).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_communities)
        .service(create_community)
        .service(get_community)
        .service(edit_community);
}
