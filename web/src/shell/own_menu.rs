//! The person's own menu: profile, theme, rows, language, sign out.

use crate::kernel::i18n::{self, Language, t};
use crate::kernel::{prefs::use_look, use_session};
use crate::ui::Icon;
use crate::ui::{close_outside, on_escape};
use kept_shared::permission::UserType;
use leptos::{html, prelude::*};
use leptos_router::{components::A, hooks::use_navigate};

/// What a type of person is called.
pub fn type_name(user_type: UserType) -> &'static str {
    match user_type {
        UserType::Superuser => t::shell::type_superuser(),
        UserType::Business => t::shell::type_business(),
        UserType::CallCentre => t::shell::type_call_centre(),
        UserType::Location => t::shell::type_location(),
        UserType::Attorney => t::shell::type_attorney(),
        UserType::Trustee => t::shell::type_trustee(),
        UserType::ApiClient => t::shell::type_api_client(),
    }
}

#[component]
pub fn OwnMenu() -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let open = RwSignal::new(false);
    let root: NodeRef<html::Div> = NodeRef::new();
    close_outside(root, open);
    let sign_out = Callback::new(move |()| {
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            session.sign_out().await;
            navigate("/sign-in", Default::default());
        });
    });
    let who = move || {
        session.me().map(|me| {
            view! { <p class="own-who"><b>{me.full_name()}</b><small>{me.email.clone()}</small><small>{type_name(me.user_type)}</small></p> }
        })
    };
    let initials = move || {
        let me = session.me()?;
        let letters: String = [&me.first_name, &me.surname]
            .iter()
            .filter_map(|n| n.chars().next())
            .collect();
        Some(letters)
    };
    view! {
        <div class="menu" node_ref=root on:keydown=on_escape(root, open)>
            <button type="button" class="own-button" aria-haspopup="dialog" aria-expanded=move || open.get().to_string()
                title=t::shell::account_menu on:click=move |_| open.update(|o| *o = !*o)>
                <span class="avatar" aria-hidden="true">{initials}</span><span class="sr">{t::shell::account_menu}</span>
            </button>
            <Show when=move || open.get()>
                <div class="menu-list own-list" role="dialog" aria-label=t::shell::account_menu>
                    {who}
                    <A href="/profile" attr:class="menu-item" on:click=move |_| open.set(false)><Icon name="user"/>{t::shell::profile}</A>
                    <LookChoices/>
                    <div class="menu-sep" role="presentation"></div>
                    <button type="button" class="menu-item" on:click=move |_| sign_out.run(())><Icon name="log-out"/>{t::shell::sign_out}</button>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn LookChoices() -> impl IntoView {
    let look = use_look();
    let themes = [
        ("", t::shell::system as fn() -> _),
        ("light", t::shell::light),
        ("dark", t::shell::dark),
    ];
    let rows = [
        ("compact", t::shell::compact as fn() -> _),
        ("comfortable", t::shell::comfortable),
    ];
    let group = |label: fn() -> &'static str,
                 signal: RwSignal<String>,
                 choices: Vec<(&'static str, fn() -> &'static str)>| {
        view! {
            <p aria-hidden="true">{label}</p>
            <div class="seg-control" role="group" aria-label=label>
                {choices.into_iter().map(|(value, name)| view! {
                    <button type="button" aria-pressed=move || signal.with(|s| s == value).to_string() on:click=move |_| signal.set(value.into())>{name}</button>
                }).collect_view()}
            </div>
        }
    };
    view! {
        <div class="own-choices">
            {group(t::shell::theme, look.theme, themes.to_vec())}
            {group(t::shell::rows, look.density, rows.to_vec())}
            <p aria-hidden="true">{t::shell::language}</p>
            <LanguageSwitch/>
        </div>
    }
    .into_any()
}

/// The languages, each by its own name.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    view! {
        <div class="seg-control" role="group" aria-label=t::shell::language>
            {Language::ALL.map(|l| view! {
                <button type="button" lang=l.code() aria-pressed=move || (i18n::language() == l).to_string() on:click=move |_| i18n::set_language(l)>{l.name()}</button>
            })}
        </div>
    }
    .into_any()
}
