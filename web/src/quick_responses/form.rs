//! Adding and changing a quick response.

use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{i18n::t, load};
use crate::ui::{Button, Dialog, ProblemNote, Select, SubmitButton, TextArea, TextInput, use_toasts};
use kept_shared::notes::MAX_NOTE;
use kept_shared::quick_responses::{MAX_TITLE, NewQuickResponse, QuickResponse};
use leptos::{ev, prelude::*};

/// The dialog. `editing` is `None` for a new one.
#[component]
pub(super) fn ResponseDialog(
    open: RwSignal<bool>,
    editing: RwSignal<Option<QuickResponse>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let save = Act::new();
    let title = move || match editing.get() {
        None => t::quick_responses::new().to_owned(),
        Some(known) => t::quick_responses::edit(known.title),
    };
    view! { <Dialog open title locked=save.busy()><ResponseForm open editing on_saved save/></Dialog> }.into_any()
}

#[component]
fn ResponseForm(
    open: RwSignal<bool>,
    editing: RwSignal<Option<QuickResponse>>,
    on_saved: Callback<()>,
    save: Act,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    save.clear();
    let known = editing.get_untracked();
    let text = |look: fn(&QuickResponse) -> String| RwSignal::new(known.as_ref().map(look).unwrap_or_default());
    let title = text(|k| k.title.clone());
    let body = text(|k| k.body.clone());
    let community = text(|k| k.community_id.map(|id| id.to_string()).unwrap_or_default());
    let target = known.as_ref().map(|k| (k.id, k.version));
    let is_active = known.as_ref().is_none_or(|k| k.is_active);
    // A community that is closed by now is still the one it is for.
    let own = known.and_then(|k| Some((k.community_id?.to_string(), k.community_name?)));
    let names = load(move || async move { api.communities_by_name().await });
    let communities = Signal::derive(move || {
        let mut all: Vec<(String, String)> = names
            .get()
            .unwrap_or_default()
            .into_iter()
            .map(|c| (c.id.to_string(), c.name))
            .collect();
        if let Some(own) = own.clone()
            && !all.iter().any(|(id, _)| *id == own.0)
        {
            all.push(own);
        }
        all
    });
    let key = new_key();
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let new = NewQuickResponse {
            community_id: community.get_untracked().parse().ok(),
            title: title.get_untracked(),
            body: body.get_untracked(),
            is_active,
        }
        .tidied();
        if !acceptable(save, new.flaws()) {
            return;
        }
        let key = key.clone();
        let work = async move {
            match target {
                Some((id, version)) => api.change_quick_response(id, version, new).await.map(|r| r.value),
                None => api.create_quick_response(new, key).await,
            }
        };
        save.run(work, move |saved: QuickResponse| {
            open.set(false);
            toasts.good(t::quick_responses::saved(saved.title));
            on_saved.run(());
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <TextInput label=t::quick_responses::title_field hint=t::quick_responses::title_hint value=title required=true maxlength=MAX_TITLE as u32
                    problem=save.problem() pointer="/title" autofocus=true/>
                <TextArea label=t::quick_responses::body value=body required=true rows=5 maxlength=MAX_NOTE as u32 problem=save.problem() pointer="/body"/>
                <Select label=t::quick_responses::community value=community options=communities empty=t::quick_responses::all_communities
                    problem=save.problem() pointer="/community_id"/>
                <ProblemNote problem=save.problem()/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=save.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::common::save busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}
