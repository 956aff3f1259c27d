//! HTTP of logos.

use super::entity::{ActiveModel, Column, Entity, Model};
use crate::communities;
use crate::kernel::paper::{Picture, PictureFlaw};
use crate::kernel::{
    Access, Done, Multipart, NoContent, Path, Problems, Read, Request, Seen, Stop, Subject, Tx, may, tx::refuse,
};
use actix_web::{HttpResponse, delete, get, http::header, post};
use kept_shared::event::Event;
use kept_shared::ids::{CommunityId, LogoId};
use kept_shared::logos::{Logo, MAX_LOGO_BYTES, MAX_LOGO_SIDE};
use kept_shared::problem::{Code, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use sha2::{Digest, Sha256};
use utoipa_actix_web::service_config::ServiceConfig;

/// The one part of the form.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only names the part of the multipart form in the contract")]
struct LogoUpload {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

fn refused(why: PictureFlaw) -> Stop {
    let code = match why {
        PictureFlaw::UnknownFormat => "not_a_picture",
        PictureFlaw::TooManyPixels => "too_many_pixels",
        PictureFlaw::Damaged => "damaged",
    };
    Problem::of(Code::FileRefused).at("/file", code).into()
}

/// The picture of the form, known by its bytes and decoded once. Errors: 413, 422.
async fn receive(form: &mut Multipart) -> Result<Picture, Stop> {
    let mut bytes: Option<Vec<u8>> = None;
    while let Some(mut part) = form.next().await? {
        if part.name != "file" {
            return Err(refuse("/file", "unknown_part"));
        }
        if bytes.is_some() {
            return Err(refuse("/file", "repeated"));
        }
        let mut all = vec![];
        while let Some(chunk) = part.chunk().await? {
            if (all.len() + chunk.len()) as u64 > MAX_LOGO_BYTES {
                return Err(Code::BodyTooLarge.into());
            }
            all.extend_from_slice(&chunk);
        }
        bytes = Some(all);
    }
    let bytes = bytes.ok_or_else(|| refuse("/file", "required"))?;
    tokio::task::spawn_blocking(move || Picture::read(bytes, MAX_LOGO_SIDE))
        .await
        .map_err(Stop::internal)?
        .map_err(refused)
}

/// The request by its key and its picture, so that sending it again is known.
fn asked(form: &Multipart, picture: &Picture) -> Result<Request, Stop> {
    let digest: String = Sha256::digest(picture.bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    Request::of_stream(&form.request, &digest)
}

async fn find(read: &Read, community: Option<CommunityId>) -> Result<Option<Seen<Model>>, Stop> {
    let whose = match community {
        Some(id) => Column::CommunityId.eq(id),
        None => Column::CommunityId.is_null(),
    };
    read.find::<Entity>().filter(whose).one().await
}

async fn replace(tx: &Tx, community: Option<CommunityId>, picture: &Picture) -> Result<Logo, Stop> {
    if let Some(before) = find(tx, community).await? {
        tx.discard(before).await?;
    }
    let row = ActiveModel {
        id: Set(LogoId(uuid::Uuid::now_v7())),
        community_id: Set(community),
        media_type: Set(picture.media_type().to_owned()),
        width: Set(i64::from(picture.width)),
        height: Set(i64::from(picture.height)),
        bytes: Set(picture.bytes().to_vec()),
        set_by: Set(tx.caller().user()?),
        set_at: Set(tx.now()),
        ..Default::default()
    };
    Ok(tx.create(row).await?.view())
}

fn shown(logo: Option<Seen<Model>>) -> Result<HttpResponse, Stop> {
    let logo = logo.ok_or_else(Stop::not_found)?.into_inner();
    Ok(HttpResponse::Ok()
        .content_type(logo.media_type)
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(logo.bytes))
}

fn fields() -> Vec<String> {
    vec!["logo".to_owned()]
}

/// Show the organisation's logo
#[utoipa::path(tag = "settings", operation_id = "get_logo",
    responses((status = 200, description = "PNG or JPEG", body = Vec<u8>, content_type = "image/png"), Problems<401, 404>),
    security(("bearer" = [])), extensions(("x-access" = json!("tenant"))))]
#[get("/logo")]
async fn get_logo(access: Access<may::SignedIn>) -> Result<HttpResponse, Stop> {
    let read = access.read().await?;
    shown(find(&read, None).await?)
}

/// Set the organisation's logo
///
/// PNG or JPEG by its content, at most 512 KB and 2,000 pixels a side. It stands on statements of communities without a
/// logo of their own.
#[utoipa::path(tag = "settings", operation_id = "set_logo", params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = LogoUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = Logo), Problems<413, 422>), security(("bearer" = ["settings:edit"])),
    extensions(("x-access" = json!("tenant"))))]
#[post("/logo")]
async fn set_logo(access: Access<may::EditSettings>, mut form: Multipart) -> Result<Done<Logo>, Stop> {
    let picture = receive(&mut form).await?;
    let tx = access.write(&asked(&form, &picture)?).await?;
    let logo = replace(&tx, None, &picture).await?;
    let event = Event::OrganisationChanged {
        organisation: tx.organisation()?,
        fields: fields(),
    };
    tx.finish(Subject::ours(), event, Done::ok(logo)).await
}

/// Remove the organisation's logo
#[utoipa::path(tag = "settings", operation_id = "remove_logo", responses((status = 204), Problems<404>),
    security(("bearer" = ["settings:edit"])), extensions(("x-access" = json!("tenant"))))]
#[delete("/logo")]
async fn remove_logo(access: Access<may::EditSettings>, request: Request) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let logo = find(&tx, None).await?.ok_or_else(Stop::not_found)?;
    tx.discard(logo).await?;
    let event = Event::OrganisationChanged {
        organisation: tx.organisation()?,
        fields: fields(),
    };
    tx.finish(Subject::ours(), event, NoContent).await
}

/// Show a community's own logo
#[utoipa::path(tag = "communities", operation_id = "get_community_logo", params(("community_id" = CommunityId, Path)),
    responses((status = 200, description = "PNG or JPEG", body = Vec<u8>, content_type = "image/png"), Problems<404>),
    security(("bearer" = ["communities:view"])), extensions(("x-access" = json!("scoped"))))]
#[get("/communities/{community_id}/logo")]
async fn get_community_logo(access: Access<may::ViewCommunities>, id: Path<CommunityId>) -> Result<HttpResponse, Stop> {
    let read = access.read().await?;
    let community = read.get::<communities::Entity>(*id).await?;
    shown(find(&read, Some(community.id)).await?)
}

/// Set a community's own logo
///
/// As the organisation's; it takes its place on documents of this community.
#[utoipa::path(tag = "communities", operation_id = "set_community_logo",
    params(("community_id" = CommunityId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = LogoUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = Logo), Problems<404, 413, 422>), security(("bearer" = ["communities:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[post("/communities/{community_id}/logo")]
async fn set_community_logo(
    access: Access<may::EditCommunities>,
    id: Path<CommunityId>,
    mut form: Multipart,
) -> Result<Done<Logo>, Stop> {
    let read = access.read().await?;
    read.get::<communities::Entity>(*id).await?;
    drop(read);
    let picture = receive(&mut form).await?;
    let tx = access.write(&asked(&form, &picture)?).await?;
    let community = tx.get::<communities::Entity>(*id).await?;
    let logo = replace(&tx, Some(community.id), &picture).await?;
    let event = Event::CommunityChanged {
        community: community.id,
        fields: fields(),
    };
    tx.finish(community.id, event, Done::ok(logo)).await
}

/// Remove a community's own logo
#[utoipa::path(tag = "communities", operation_id = "remove_community_logo", params(("community_id" = CommunityId, Path)),
    responses((status = 204), Problems<404>), security(("bearer" = ["communities:edit"])),
    extensions(("x-access" = json!("scoped"))))]
#[delete("/communities/{community_id}/logo")]
async fn remove_community_logo(
    access: Access<may::EditCommunities>,
    id: Path<CommunityId>,
    request: Request,
) -> Result<NoContent, Stop> {
    let tx = access.write(&request).await?;
    let community = tx.get::<communities::Entity>(*id).await?;
    let logo = find(&tx, Some(community.id)).await?.ok_or_else(Stop::not_found)?;
    tx.discard(logo).await?;
    let event = Event::CommunityChanged {
        community: community.id,
        fields: fields(),
    };
    tx.finish(community.id, event, NoContent).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_logo)
        .service(set_logo)
        .service(remove_logo)
        .service(get_community_logo)
        .service(set_community_logo)
        .service(remove_community_logo);
}
