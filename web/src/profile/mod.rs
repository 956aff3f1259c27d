//! One's own profile: names and language, password, second factor, devices.

mod devices;
mod names;
mod password;
mod screens;
mod totp;

use crate::{
    kernel::{
        api::{Api, Versioned, new_key},
        i18n::t,
        use_session,
    },
    ui::PageHead,
};
use devices::Devices;
use kept_shared::{
    ids::SessionId,
    problem::Problem,
    sign_in::{OwnSession, TotpConfirmation, TotpEnrolment, TotpRemoval},
    users::{Me, MePatch, UserSettings},
};
use leptos::prelude::*;
use names::Names;
use password::Password;
use screens::Screens;
use totp::SecondFactor;

impl Api {
    pub async fn change_me(self, version: i64, patch: &MePatch) -> Result<Versioned<Me>, Problem> {
        self.patch("/me", version, patch).await
    }
    pub async fn change_own_settings(self, version: i64, settings: &UserSettings) -> Result<Versioned<Me>, Problem> {
        self.put("/me/settings", version, settings).await
    }
    /// Who one is now, with the version for the next change.
    pub async fn me(self) -> Result<Me, Problem> {
        self.get("/me").await
    }
    pub async fn enrol_totp(self) -> Result<TotpEnrolment, Problem> {
        self.post("/me/totp", &(), &new_key()).await
    }
    pub async fn confirm_totp(self, code: &str) -> Result<Me, Problem> {
        let body = TotpConfirmation { code: code.to_owned() };
        self.post("/me/totp/confirm", &body, &new_key()).await
    }
    pub async fn remove_totp(self, password: &str) -> Result<Me, Problem> {
        let body = TotpRemoval {
            password: password.to_owned(),
        };
        self.post("/me/totp/remove", &body, &new_key()).await
    }
    pub async fn own_sessions(self) -> Result<Vec<OwnSession>, Problem> {
        self.get("/me/sessions").await
    }
    pub async fn end_own_session(self, id: SessionId) -> Result<(), Problem> {
        self.delete(&format!("/me/sessions/{id}"), None).await
    }
    pub async fn end_other_sessions(self) -> Result<(), Problem> {
        self.delete("/me/sessions", None).await
    }
}

/// The page.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let session = use_session();
    // Taken once: a form must not be emptied because the session was renewed.
    let me = session.me();
    let line = me
        .as_ref()
        .map(|me| format!("{} · {}", me.email, me.permission_group))
        .unwrap_or_default();
    view! {
        <div class="page page-narrow">
            <PageHead title=t::profile::title subtitle=line/>
            <div class="form-page">
                {me.map(|me| {
                    let email = me.email.clone();
                    view! { <Names me=me.clone()/><Screens me/><Password email/> }
                })}
                <SecondFactor/>
                <Devices/>
            </div>
        </div>
    }
}
