//! Settings: the catalogue under its headings.

use super::form::{StatusDialog, kind_words};
use crate::kernel::{api::use_api, i18n::t, load, use_session};
use crate::notes::tone_class;
use crate::ui::{Button, ButtonKind, Card, Checkbox, IconButton, Loading, NoPermission, PageHead, Pill, ProblemPanel};
use kept_shared::{
    permission::Permission,
    statuses::{Status, StatusFilter, StatusGroup},
};
use leptos::prelude::*;

#[component]
pub fn StatusesPage() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::ViewStatuses) fallback=|| view! { <div class="page"><NoPermission/></div> }>
            <Catalogue/>
        </Show>
    }
    .into_any()
}

#[component]
fn Catalogue() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let inactive = RwSignal::new(false);
    let adding = RwSignal::new(false);
    let catalogue = load(move || {
        let filter = StatusFilter {
            applicable: false,
            inactive: inactive.get(),
        };
        async move { api.statuses(&filter).await }
    });
    let saved = Callback::new(move |()| catalogue.reload());
    let may_edit = move || session.may(Permission::EditStatuses);
    view! {
        <div class="page">
            <PageHead title=t::statuses::catalogue_title subtitle=t::statuses::catalogue_text>
                <Checkbox label=t::statuses::show_inactive checked=inactive/>
                <Show when=may_edit><Button label=t::statuses::add icon="plus" kind=ButtonKind::Primary on_click=move |_| adding.set(true)/></Show>
            </PageHead>
            {move || match (catalogue.problem.get(), catalogue.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem retry=Callback::new(move |()| catalogue.reload())/> }.into_any(),
                (None, None) => view! { <Loading/> }.into_any(),
                (None, Some(all)) => view! {
                    <div class="stack-cards">
                        {all.groups.into_iter().map(|group| view! { <Group group on_saved=saved/> }).collect_view()}
                    </div>
                }.into_any(),
            }}
            <StatusDialog open=adding editing=None on_saved=saved/>
        </div>
    }
    .into_any()
}

#[component]
fn Group(group: StatusGroup, on_saved: Callback<()>) -> impl IntoView {
    view! {
        <Card title=kind_words(group.kind) flush=true>
            <div class="table-wrap">
                <table class="table table-cards">
                    <thead>
                        <tr><th scope="col">{t::statuses::title}</th><th scope="col">{t::statuses::code}</th><th scope="col">{t::statuses::effects}</th><th></th></tr>
                    </thead>
                    <tbody>{group.items.into_iter().map(|status| view! { <Row status on_saved/> }).collect_view()}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn effects(s: &Status) -> Vec<&'static str> {
    [
        (s.is_handover, t::statuses::is_handover()),
        (s.attorney_allowed, t::statuses::attorney_allowed()),
        (s.notice_exempt, t::statuses::notice_exempt()),
        (s.interest_exempt, t::statuses::interest_exempt()),
        (s.contact_hold, t::statuses::contact_hold()),
        (s.is_terminal, t::statuses::is_terminal()),
        (s.closes_handover.is_some(), t::statuses::closes()),
        (!s.is_active, t::statuses::inactive()),
    ]
    .into_iter()
    .filter_map(|(on, words)| on.then_some(words))
    .collect()
}

#[component]
fn Row(status: Status, on_saved: Callback<()>) -> impl IntoView {
    let session = use_session();
    let editing = RwSignal::new(false);
    let old = !status.is_active;
    let words = effects(&status).join(" · ");
    let title = status.title.clone();
    let stored = StoredValue::new(status.clone());
    view! {
        <tr class:is-old=old>
            <td><Pill tone=tone_class(status.tone) label=title.clone()/></td>
            <td class="mono" data-label=t::statuses::code>{status.code}</td>
            <td data-label=t::statuses::effects class="soft">{words}</td>
            <td class="acts-cell">
                <Show when=move || session.may(Permission::EditStatuses)>
                    <IconButton icon="pencil" label=t::statuses::edit(stored.with_value(|s| s.title.clone())) on_click=move |_| editing.set(true)/>
                </Show>
                <Show when=move || editing.get()><StatusDialog open=editing editing=Some(stored.get_value()) on_saved/></Show>
            </td>
        </tr>
    }
    .into_any()
}
