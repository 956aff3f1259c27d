//! HTTP of settings.

use super::actions;
use crate::kernel::{Access, Body, IfMatch, Problems, Resource, Revised, Show, Stop, Subject, may};
use actix_web::{get, patch};
use kept_shared::{
    event::Event,
    settings::{Settings, SettingsPatch},
};
use utoipa_actix_web::service_config::ServiceConfig;

impl Resource for Settings {
    fn path(&self) -> String {
        "/api/v1/settings".into()
    }
    fn version(&self) -> i64 {
        self.version
    }
}

/// Read the organisation's settings
#[utoipa::path(tag = "settings", operation_id = "get_settings", responses((status = 200, body = Settings)),
    security(("bearer" = ["settings:view"])), extensions(("x-access" = json!("tenant"))))]
#[get("/settings")]
async fn get_settings(access: Access<may::ViewSettings>) -> Result<Show<Settings>, Stop> {
    let read = access.read().await?;
    Ok(Show(actions::view(&*actions::ours(&read).await?)?))
}

/// Change the organisation's settings
///
/// Takes the fields that change. Handovers that are open, and matters that have ended, keep what held for them.
#[utoipa::path(tag = "settings", operation_id = "change_settings",
    params(("If-Match" = String, Header, example = "\"1\"")),
    request_body(content = SettingsPatch, example = json!({"handover_auto_accept": false, "handover_readable_days": 90})),
    responses((status = 200, body = Settings), Problems<412, 422, 428>),
    security(("bearer" = ["settings:edit"])), extensions(("x-access" = json!("tenant"))))]
#[patch("/settings")]
async fn change_settings(
    access: Access<may::EditSettings>,
    expected: IfMatch,
    patch: Body<SettingsPatch>,
) -> Result<Revised<Settings>, Stop> {
    let tx = access.write(&patch.request).await?;
    let (settings, fields) = actions::change(&tx, expected, patch.value).await?;
    let event = Event::OrganisationChanged {
        organisation: settings.organisation_id,
        fields,
    };
    tx.finish(Subject::ours(), event, Revised::new(settings)).await
}

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_settings).service(change_settings);
}
