//! The top bar: community switcher, palette, look, own account.

use super::use_place;
use crate::{
    kernel::{
        i18n::{self, Language, t},
        prefs::use_look,
        use_session,
    },
    ui::{Icon, IconButton},
};
use leptos::{ev, html, prelude::*};
use leptos_router::{components::A, hooks::use_navigate};
use wasm_bindgen::JsCast;

#[component]
pub fn Top(palette: RwSignal<bool>) -> impl IntoView {
    let look = use_look();
    view! {
        <header class="top">
            <CommunitySwitch/>
            <button type="button" class="omni" aria-keyshortcuts="Control+K" on:click=move |_| palette.set(true)>
                <Icon name="search"/><span>{t::shell::find}</span><kbd>"Ctrl K"</kbd>
            </button>
            <div class="row">
                {move || {
                    let (icon, label, next) = if look.density.with(|d| d == "compact") {
                        ("rows-3", t::shell::rows_comfortable(), "comfortable")
                    } else {
                        ("rows-4", t::shell::rows_compact(), "compact")
                    };
                    view! { <IconButton icon label on_click=Callback::new(move |_| look.density.set(next.into()))/> }
                }}
                {move || {
                    let dark = look.is_dark();
                    let (icon, label, next) = if dark { ("sun", t::shell::theme_light(), "light") } else { ("moon", t::shell::theme_dark(), "dark") };
                    view! { <IconButton icon label on_click=Callback::new(move |_| look.theme.set(next.into()))/> }
                }}
                <OwnMenu/>
            </div>
        </header>
    }
    .into_any()
}

/// Which community the pages act on. A native select: keyboard, phone and screen reader for nothing.
#[component]
fn CommunitySwitch() -> impl IntoView {
    let place = use_place();
    let options = move || {
        let chosen = place.community.get();
        place.communities.get().map(|page| {
            page.items
                .into_iter()
                .map(|c| view! { <option value=c.id.to_string() selected={chosen == Some(c.id)}>{c.name}</option> })
                .collect_view()
        })
    };
    view! {
        <label class="community">
            <Icon name="building-2"/><span class="sr">{t::shell::community}</span>
            <select prop:value=move || { place.communities.get(); place.community.get().map(|id| id.to_string()).unwrap_or_default() }
                on:change:target=move |e| place.community.set(e.target().value().parse().ok())>
                <option value="">{t::shell::all_communities}</option>
                {options}
            </select>
        </label>
    }
    .into_any()
}

#[component]
fn OwnMenu() -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let open = RwSignal::new(false);
    let root: NodeRef<html::Div> = NodeRef::new();
    let away = window_event_listener(ev::pointerdown, move |e| {
        let inside = e
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Node>().ok())
            .is_some_and(|n| root.get_untracked().is_some_and(|r| r.contains(Some(&n))));
        if !inside {
            let _gone = open.try_set(false);
        }
    });
    on_cleanup(move || away.remove());
    let sign_out = move |_| {
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            session.sign_out().await;
            navigate("/sign-in", Default::default());
        });
    };
    let initials = move || {
        session.me().map(|me| {
            [&me.first_name, &me.surname]
                .iter()
                .filter_map(|n| n.chars().next())
                .collect::<String>()
        })
    };
    view! {
        <div class="own-menu" node_ref=root on:keydown=move |e| if e.key() == "Escape" { open.set(false) }>
            <button type="button" class="btn btn-ghost btn-icon" aria-haspopup="true" aria-expanded=move || open.get().to_string()
                aria-label=t::shell::account_menu on:click=move |_| open.update(|o| *o = !*o)>
                <span class="avatar avatar-sm" aria-hidden="true">{initials}</span>
            </button>
            <Show when=move || open.get()>
                <div class="menu" role="group" aria-label=t::shell::account_menu>
                    {session.me().map(|me| view! { <p class="menu-who"><b>{me.full_name()}</b><small>{me.email}</small></p> })}
                    <A href="/profile" attr:class="menu-item" on:click=move |_| open.set(false)><Icon name="user"/>{t::shell::profile}</A>
                    <label class="menu-item"><Icon name="languages"/><span class="sr">{t::shell::language}</span>
                        <select on:change:target=move |e| i18n::set_language(Language::of(&e.target().value()))>
                            {Language::ALL.map(|l| view! { <option value=l.code() selected={l == i18n::language()}>{l.name()}</option> })}
                        </select>
                    </label>
                    <button type="button" class="menu-item" on:click=sign_out.clone()><Icon name="log-out"/>{t::shell::sign_out}</button>
                </div>
            </Show>
        </div>
    }
    .into_any()
}
