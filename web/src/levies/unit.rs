//! The recurring charges of one unit, on its page; and the acts on a charge that the list shows too.

use super::amount::{AmountDialog, RemoveDialog};
use super::form::LevyDialog;
use super::words;
use crate::kernel::{api::use_api, day, format, i18n::t, load, use_session};
use crate::ui::*;
use kept_shared::ids::{CommunityId, UnitId};
use kept_shared::levies::{Levy, LevyFilter};
use kept_shared::permission::Permission;
use leptos::prelude::*;

/// The buttons of one charge with their dialogs.
#[component]
pub fn LevyActs(levy: Levy, on_saved: Callback<()>) -> impl IntoView {
    let session = use_session();
    let (changing, editing, removing) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let never_charged = levy.charged_until.is_none();
    let name = (levy.what_for.clone(), levy.unit_code.clone());
    let (unit, currency) = (levy.unit_id, levy.amount.currency);
    let levy = StoredValue::new(levy);
    let names = StoredValue::new(name);
    let label = move |of: fn(String, String) -> String| names.with_value(|(what, unit)| of(what.clone(), unit.clone()));
    view! {
        <Show when=move || session.may(Permission::EditLevies)>
            <span class="row levies-acts">
                <IconButton icon="banknote" label=label(t::levies::new_amount_of) on_click=move |_| changing.set(true)/>
                <IconButton icon="pencil" label=label(t::levies::edit_of) on_click=move |_| editing.set(true)/>
                {never_charged.then(|| view! { <IconButton icon="trash-2" label=label(t::levies::delete_of) on_click=move |_| removing.set(true)/> })}
            </span>
            <Show when=move || changing.get()><AmountDialog open=changing levy=levy.get_value() on_saved/></Show>
            <Show when=move || editing.get()><LevyDialog open=editing unit currency today=day::today_here() known=Some(levy.get_value()) on_saved/></Show>
            <Show when=move || removing.get()><RemoveDialog open=removing levy=levy.get_value() on_saved/></Show>
        </Show>
    }
    .into_any()
}

fn line(levy: Levy, on_saved: Callback<()>) -> AnyView {
    let when = match (levy.ends_on, levy.next) {
        (Some(end), None) => t::levies::ended(format::date(end)),
        (_, Some(next)) => format!("{} {}", t::levies::next(), format::date(next.due_on)),
        (None, None) => String::new(),
    };
    let earlier = levy.amounts.len() > 1;
    let history = levy.amounts.iter().rev().map(|a| {
        view! { <li>{format::money(a.amount)}" "<span class="soft">{t::levies::from(format::date(a.from_on))}</span></li> }
    }).collect_view();
    let kind = (levy.what_for != words::kind(levy.kind)).then(|| words::kind(levy.kind));
    let about = [kind, Some(words::frequency(levy.frequency))]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <li class="levies-line">
            <div><b>{levy.what_for.clone()}</b><small>{about}" · "{when}</small>
                {earlier.then(|| view! { <ul class="levies-history" aria-label=t::levies::history>{history}</ul> })}</div>
            <div class="row"><b class="num nowrap">{format::money(levy.amount)}</b><LevyActs levy on_saved/></div>
        </li>
    }
    .into_any()
}

#[component]
pub fn UnitLevies(unit: UnitId, community: CommunityId) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let found = load(move || {
        api.levies(LevyFilter {
            unit_id: Some(unit),
            include_ended: Some(true),
            limit: Some(100),
            ..LevyFilter::default()
        })
    });
    let place = load(move || api.community(community));
    let adding = RwSignal::new(false);
    let saved = Callback::new(move |()| found.reload());
    let actions = move || {
        view! { <Show when=move || session.may(Permission::EditLevies)><Button label=t::levies::new icon="plus" class="btn-sm" on_click=move |_| adding.set(true)/></Show> }
    };
    view! {
        <Card title=t::levies::unit_title actions=actions>
            {move || match (found.problem.get(), found.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
                (None, Some(page)) if page.items.is_empty() => view! { <p class="soft">{t::levies::unit_empty}</p> }.into_any(),
                (None, Some(page)) => view! { <ul class="plain-list">{page.items.into_iter().map(|l| line(l, saved)).collect_view()}</ul> }.into_any(),
            }}
            {move || place.get().map(|c| view! {
                <Show when=move || adding.get()><LevyDialog open=adding unit currency=c.currency today=day::today_here() known=None on_saved=saved/></Show>
            })}
        </Card>
    }
    .into_any()
}
