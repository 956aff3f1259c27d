//! The community switcher: a list with a search field. The first communities come with the shell; a search asks the
//! server, so that a thousand communities are no problem.

use super::use_place;
use crate::kernel::query::debounced;
use crate::kernel::{api::use_api, i18n::t, load};
use crate::ui::Icon;
use crate::ui::{close_outside, on_escape};
use kept_shared::{communities::CommunityFilter, ids::CommunityId, page::Page, users::CommunityName};
use leptos::{html, prelude::*};

/// The switcher in the top bar.
#[component]
pub fn CommunitySwitch() -> impl IntoView {
    let place = use_place();
    let open = RwSignal::new(false);
    let root: NodeRef<html::Div> = NodeRef::new();
    close_outside(root, open);
    let name = move || match place.community.get() {
        Some(_) => place.name().unwrap_or_else(|| "…".into()),
        None => t::shell::all_communities().to_owned(),
    };
    view! {
        <div class="menu menu-start" node_ref=root on:keydown=on_escape(root, open)>
            <button type="button" class="community" aria-haspopup="dialog" aria-expanded=move || open.get().to_string()
                aria-label=move || t::shell::choose_community(name()) on:click=move |_| open.update(|o| *o = !*o)>
                <Icon name="building-2"/><span>{name}</span><Icon name="chevron-down" size=14/>
            </button>
            <Show when=move || open.get()><Choices open/></Show>
        </div>
    }
    .into_any()
}

#[component]
fn Choices(open: RwSignal<bool>) -> impl IntoView {
    let place = use_place();
    let api = use_api();
    let typed = RwSignal::new(String::new());
    let wanted = debounced(typed, 200);
    let field: NodeRef<html::Input> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _not_focusable = field.focus();
        }
    });
    let found = load(move || {
        let q = Some(wanted.get().trim().to_owned()).filter(|q| !q.is_empty());
        let filter = CommunityFilter {
            q,
            active: Some(true),
            counts: None,
            limit: Some(100),
            cursor: None,
        };
        async move { api.list::<Page<CommunityName>>("/communities", &filter).await }
    });
    let pick = move |id: Option<CommunityId>, name: String| {
        place.choose(id, name);
        open.set(false);
    };
    let line = move |id: Option<CommunityId>, name: String, icon: &'static str| {
        let shown = name.clone();
        view! {
            <li>
                <button type="button" class="menu-item" aria-current=move || (place.community.get() == id).then_some("true")
                    on:click=move |_| pick(id, name.clone())><Icon name=icon/>{shown}</button>
            </li>
        }
    };
    let lines = move || match (found.get(), found.problem.get()) {
        (_, Some(_)) => view! { <li class="menu-note" role="alert">{t::problems::offline}</li> }.into_any(),
        (None, None) => view! { <li class="menu-note" role="status">{t::shell::loading}</li> }.into_any(),
        (Some(page), None) if page.items.is_empty() => {
            view! { <li class="menu-note" role="status">{t::shell::no_community}</li> }.into_any()
        }
        (Some(page), None) => page
            .items
            .into_iter()
            .map(|c| line(Some(c.id), c.name, "building-2"))
            .collect_view()
            .into_any(),
    };
    view! {
        <div class="menu-list community-list" role="dialog" aria-label=t::shell::pick_community>
            <div class="input-wrap">
                <Icon name="search"/>
                <input type="search" node_ref=field aria-label=t::shell::find_community placeholder=t::shell::find_community
                    autocomplete="off" bind:value=typed/>
            </div>
            <ul>
                <Show when=move || typed.with(String::is_empty)>
                    {line(None, t::shell::all_communities().to_owned(), "layout-dashboard")}
                </Show>
                {lines}
            </ul>
        </div>
    }
    .into_any()
}
