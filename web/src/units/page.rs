//! One unit with the history of its owners.

use super::list::{owner_link, span};
use super::owner::OwnerDialog;
use crate::journal::ExplainHost;
use crate::kernel::{api::use_api, format, i18n::t, load, use_session};
use crate::statements::StatementPanel;
use crate::ui::{Breadcrumbs, Button, Card, FilterSelect, Icon, Loading, PageHead, Pill, ProblemPanel, SkeletonKind};
use kept_shared::ids::{AccountId, UnitId};
use kept_shared::permission::Permission;
use kept_shared::units::{Unit, UnitOwner};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

/// The id in the address.
pub(super) fn id_in_path() -> Memo<Option<UnitId>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|p| p.get("unit").and_then(|id| id.parse().ok())))
}

#[component]
pub fn UnitPage() -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let id = id_in_path();
    let unit = load(move || api.unit(id.get().unwrap_or(UnitId(uuid::Uuid::nil()))));
    let changing = RwSignal::new(false);
    let may_edit = Signal::derive(move || session.may(Permission::EditUnits));
    view! {
        <div class="page">
            {move || match (unit.get(), unit.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| unit.reload()/> }.into_any(),
                (Some(u), None) => view! { <Facts u may_edit changing/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
            }}
            <OwnerDialog open=changing unit/>
        </div>
    }
    .into_any()
}

#[component]
fn Facts(u: Unit, may_edit: Signal<bool>, changing: RwSignal<bool>) -> impl IntoView {
    let session = use_session();
    let may_open = Signal::derive(move || session.may(Permission::ViewAccounts));
    let fact = |label: fn() -> &'static str, value: Option<String>| {
        view! { <div><dt>{label}</dt><dd>{value.unwrap_or_else(|| "–".into())}</dd></div> }
    };
    let edit = format!("/units/{}/edit", u.id);
    let (unit, community) = (u.id, u.community_id);
    let owners: Vec<UnitOwner> = u.owner.clone().into_iter().chain(u.previous_owners.clone()).collect();
    let none = owners.is_empty();
    let finances = StoredValue::new(owners.clone());
    let rows = owners.iter().map(|o| {
        let balance = o.balance.map(format::money);
        let current = o.to_on.is_none();
        let status = o.debt_status.clone();
        view! {
            <li>
                <div>{owner_link(o, may_open)}<small>{span(o)}</small></div>
                <div class="row wrap">
                    {status.map(|s| view! { <Pill tone="info" label=s/> })}
                    {balance.map(|b| view! { <span class="nowrap num">{b}</span> })}
                    <Pill tone=if current { "good" } else { "neutral" } label=if current { t::units::current } else { t::units::previous }/>
                </div>
            </li>
        }
    }).collect_view();
    let actions = move || {
        let word = if none {
            t::units::assign_owner
        } else {
            t::units::change_owner
        };
        view! { <Show when=move || may_edit.get()><Button label=word icon="user-check" class="btn-sm" on_click=move |_| changing.set(true)/></Show> }
    };
    view! {
        <Breadcrumbs trail=vec![("/units".into(), t::units::title.into())] here=u.code.clone()/>
        <PageHead title=t::units::unit_title(u.code.clone()) subtitle=u.community_name.clone()>
            {(!u.is_active).then(|| view! { <Pill tone="neutral" label=t::units::inactive/> })}
            <Show when=move || may_edit.get()><A href=edit.clone() attr:class="btn"><Icon name="pencil"/><span>{t::common::edit}</span></A></Show>
        </PageHead>
        <div class="grid-2">
            <Card title=t::units::details>
                <dl class="dl dl-cols">
                    {fact(t::units::block, u.block.clone())}{fact(t::units::section, u.section.clone())}{fact(t::units::unit_type, u.unit_type.clone())}
                    {fact(t::units::size, u.size.clone())}{fact(t::units::quota, u.participation_quota.clone().map(|q| format!("{q}%")))}
                    {fact(t::units::description, u.description.clone())}
                </dl>
            </Card>
            <Card title=t::units::owners actions=actions>
                {none.then(|| view! { <p class="soft">{t::units::never_owned}</p> })}
                <ul class="plain-list">{rows}</ul>
            </Card>
        </div>
        <div class="stack-cards units-below">
            <crate::unit_figures::UnitFiguresCard unit=u.id/>
            <Show when=move || session.may(Permission::ViewLedger)><Finances owners=finances.get_value()/></Show>
            <Show when=move || session.may(Permission::ViewLevies)><crate::levies::UnitLevies unit community/></Show>
        </div>
    }
    .into_any()
}

/// The statement of the present owner, or of an earlier one that is chosen (spec D13).
#[component]
fn Finances(owners: Vec<UnitOwner>) -> impl IntoView {
    let Some(first) = owners.first().map(|o| o.account_id.to_string()) else {
        return ().into_any();
    };
    let several = owners.len() > 1;
    let chosen = RwSignal::new(first);
    let options: Vec<(String, String)> = owners
        .iter()
        .map(|o| (o.account_id.to_string(), format!("{} · {}", o.name, span(o))))
        .collect();
    let account = Memo::new(move |_| chosen.with(|id| id.parse::<AccountId>().unwrap_or(AccountId(uuid::Uuid::nil()))));
    let actions = move || {
        let options = options.clone();
        view! {
            <Show when=move || several><FilterSelect label=t::units::statement_of value=chosen options=options.clone()/></Show>
            <A href=move || format!("/accounts/{}?tab=statement", account.get()) attr:class="btn btn-sm"><Icon name="user"/><span>{t::units::open_customer}</span></A>
        }
    };
    view! {
        <ExplainHost>
            <Card title=t::units::statement actions=actions>
                <StatementPanel account/>
            </Card>
        </ExplainHost>
    }
    .into_any()
}
