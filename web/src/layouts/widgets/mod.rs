//! The widgets: one line of the registry each.

mod account;
mod history;
mod ledger;
mod own;

use crate::kernel::{Load, i18n::t, use_session};
use crate::ui::{Card, Loading, NoPermission, ProblemPanel, SkeletonKind};
use kept_shared::accounts::Account;
use kept_shared::ids::AccountId;
use kept_shared::layouts::{Predefined, Widget};
use kept_shared::metadata::MoreInfo;
use leptos::prelude::*;
use leptos_router::components::A;

/// What widgets show something of.
#[derive(Clone, Copy)]
pub(super) struct Ctx {
    pub account: Load<Account>,
    pub id: AccountId,
    /// Empty unless some widget shows something of it.
    pub more: Load<MoreInfo>,
    /// The drawer with all that is known further.
    pub more_open: RwSignal<bool>,
}

/// A predefined widget.
pub(super) struct Spec {
    pub title: fn() -> &'static str,
    pub icon: &'static str,
    /// The tab that shows all of it.
    tab: Option<&'static str>,
    /// It brings its own card.
    bare: bool,
    body: fn(Ctx) -> AnyView,
}

const fn of(
    title: fn() -> &'static str,
    icon: &'static str,
    tab: Option<&'static str>,
    body: fn(Ctx) -> AnyView,
) -> Spec {
    Spec {
        title,
        icon,
        tab,
        bare: false,
        body,
    }
}

const fn bare(title: fn() -> &'static str, icon: &'static str, body: fn(Ctx) -> AnyView) -> Spec {
    Spec {
        bare: true,
        ..of(title, icon, None, body)
    }
}

/// The registry.
pub(super) fn spec(which: Predefined) -> Spec {
    match which {
        Predefined::Contacts => bare(t::layouts::contacts, "phone", account::contacts),
        Predefined::Facts => bare(t::layouts::facts, "user", account::facts),
        Predefined::Totals => of(t::layouts::totals, "scale", Some("journal"), ledger::totals),
        Predefined::Claims => of(t::layouts::claims, "receipt", Some("claims"), ledger::claims),
        Predefined::Products => of(t::layouts::products, "layers", Some("claims"), ledger::products),
        Predefined::Units => bare(t::layouts::units, "house", ledger::units),
        Predefined::Ageing => bare(t::layouts::ageing, "table-2", ledger::ageing),
        Predefined::Payments => of(t::layouts::payments, "banknote", Some("journal"), ledger::payments),
        Predefined::Statuses => of(t::layouts::statuses, "tag", Some("notes"), account::statuses),
        Predefined::Handover => of(t::layouts::handover, "handshake", Some("notes"), account::handover),
        Predefined::Notes => of(t::layouts::notes, "notebook-pen", Some("notes"), history::notes),
        Predefined::Diary => of(t::layouts::diary, "history", Some("diary"), history::diary),
        Predefined::Files => of(t::layouts::files, "paperclip", Some("files"), history::files),
        Predefined::MoreInfo => of(t::layouts::more_info, "info", None, own::more_info),
    }
}

/// A widget in its card; who may not see what it shows is told so.
pub(super) fn widget(ctx: Ctx, placed: &Widget) -> AnyView {
    let Some(which) = placed.predefined() else {
        return own::custom(ctx, placed);
    };
    let Spec {
        title, tab, bare, body, ..
    } = spec(which);
    if which.permission().is_some_and(|p| !use_session().may(p)) {
        return view! { <Card title=title><NoPermission/></Card> }.into_any();
    }
    if bare {
        return body(ctx);
    }
    let actions = move || tab.map(|tab| tab_link(tab, title));
    view! { <Card title=title actions>{body(ctx)}</Card> }.into_any()
}

/// To the tab that shows all of it.
fn tab_link(tab: &'static str, title: fn() -> &'static str) -> impl IntoView {
    view! { <A href=format!("?tab={tab}") attr:class="btn btn-ghost btn-sm" attr:aria-label=move || t::layouts::open_tab(title())>{t::layouts::open}</A> }
}

/// The states of what a widget loads by itself.
fn loaded<T: Clone + Send + Sync + 'static>(
    found: Load<T>,
    view: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    (move || match (found.problem.get(), found.get()) {
        (Some(problem), None) => {
            view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any()
        }
        (_, None) => view! { <Loading kind=SkeletonKind::Lines rows=3/> }.into_any(),
        (_, Some(value)) => view(value),
    })
    .into_any()
}

/// Nothing to show, in one line.
fn nothing(words: &'static str) -> AnyView {
    view! { <p class="soft">{words}</p> }.into_any()
}

/// Two ends of a line: what it is, and its figure.
fn line(what: impl IntoView, figure: impl IntoView) -> impl IntoView {
    view! { <li><span class="layouts-what">{what}</span><span class="layouts-figure">{figure}</span></li> }
}
