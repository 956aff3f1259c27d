//! The logo that stands on documents: of the organisation, or of a community.

use crate::kernel::api::{Api, new_key, use_api};
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::load;
use crate::kernel::upload::Upload;
use crate::ui::{Button, FileDrop, use_toasts};
use kept_shared::ids::CommunityId;
use kept_shared::logos::Logo;
use kept_shared::problem::{Code, Problem};
use leptos::prelude::*;

fn path(community: Option<CommunityId>) -> String {
    community.map_or_else(|| "/logo".to_owned(), |id| format!("/communities/{id}/logo"))
}

impl Api {
    /// An address of the picture for this page, or none where there is no logo.
    async fn logo(self, community: Option<CommunityId>) -> Result<Option<String>, Problem> {
        match self.object_url(&path(community)).await {
            Ok(url) => Ok(Some(url)),
            Err(problem) if problem.status == Code::NotFound.status() => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

/// Shows the logo, and sets or removes it where `may_edit`.
#[component]
pub fn LogoPanel(
    /// Absent: the organisation's own.
    #[prop(optional)]
    community: Option<CommunityId>,
    may_edit: bool,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let found = load(move || api.logo(community));
    let sending = RwSignal::new(false);
    let set = Callback::new(move |files: Vec<web_sys::File>| {
        let Some(file) = files.into_iter().next() else { return };
        if sending.get_untracked() {
            return;
        }
        sending.set(true);
        leptos::task::spawn_local(async move {
            let key = new_key();
            let sent = api
                .upload::<Logo>(&path(community), &[], ("file", &file), Upload::default(), &key)
                .await;
            let _gone = sending.try_set(false);
            match sent {
                Ok(_) => {
                    toasts.good(t::logos::set());
                    found.reload();
                }
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
        });
    });
    let remove = move |_| {
        sending.set(true);
        leptos::task::spawn_local(async move {
            let gone = api.delete(&path(community), None).await;
            let _gone = sending.try_set(false);
            match gone {
                Ok(()) => {
                    toasts.good(t::logos::removed());
                    found.reload();
                }
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
        });
    };
    let now = move || match found.get() {
        Some(Some(url)) => view! {
            <span class="logo-frame"><img src=url alt=t::logos::current/></span>
            {may_edit.then(|| view! { <Button label=t::logos::remove icon="trash-2" busy=sending on_click=remove/> })}
        }
        .into_any(),
        Some(None) if community.is_some() => view! { <p class="soft">{t::logos::none_community}</p> }.into_any(),
        Some(None) => view! { <p class="soft">{t::logos::none}</p> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <div class="stack-4">
            <div class="logo-now">{now}</div>
            {may_edit.then(|| view! { <FileDrop label=t::logos::choose hint=t::logos::hint on_files=set accept=".png,.jpg,.jpeg,image/png,image/jpeg" multiple=false disabled=sending/> })}
        </div>
    }
    .into_any()
}
