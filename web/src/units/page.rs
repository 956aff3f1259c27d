//! One unit with the history of its owners, and its customer in three panels.

use super::list::{owner_link, span};
use super::owner::OwnerDialog;
use super::panels::{Chosen, CustomerPanel, FinancesPanel, SentPanel, nobody};
use crate::kernel::url::in_url;
use crate::kernel::{api::use_api, format, i18n::t, load, use_session};
use crate::ledger::Changes;
use crate::metadata::MetadataCard;
use crate::payments::{PaymentFor, RecordPaymentDialog};
use crate::ui::{Breadcrumbs, Button, Card, Icon, Loading, PageHead, Pill, ProblemPanel, SkeletonKind, Tab, Tabs};
use kept_shared::ids::UnitId;
use kept_shared::metadata::MetadataEntity;
use kept_shared::money::Currency;
use kept_shared::permission::Permission;
use kept_shared::units::{Unit, UnitOwner};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

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
    let changes = Changes::provide();
    let unit = load(move || {
        changes.track();
        api.unit(id.get().unwrap_or(UnitId(uuid::Uuid::nil())))
    });
    let shown = Shown {
        tab: in_url("tab"),
        owner: in_url("owner"),
    };
    // A link on the page may lead to another of its tabs.
    let query = use_query_map();
    Effect::new(move |_| {
        let asked = |name: &str| query.with(|q| q.get(name)).unwrap_or_default();
        let (tab, owner) = (asked("tab"), asked("owner"));
        if shown.tab.get_untracked() != tab {
            shown.tab.set(tab);
        }
        if !owner.is_empty() && shown.owner.get_untracked() != owner {
            shown.owner.set(owner);
        }
    });
    let changing = RwSignal::new(false);
    let may_edit = Signal::derive(move || session.may(Permission::EditUnits));
    view! {
        <div class="page">
            {move || match (unit.get(), unit.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| unit.reload()/> }.into_any(),
                (Some(u), None) => view! { <UnitTabs u may_edit changing shown/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
            }}
            <OwnerDialog open=changing unit/>
        </div>
    }
    .into_any()
}

/// What the address says: the tab, and the owner whose panels are shown.
#[derive(Clone, Copy)]
struct Shown {
    tab: RwSignal<String>,
    owner: RwSignal<String>,
}

#[component]
fn UnitTabs(u: Unit, may_edit: Signal<bool>, changing: RwSignal<bool>, shown: Shown) -> impl IntoView {
    let session = use_session();
    let edit = format!("/units/{}/edit", u.id);
    let owners: Vec<UnitOwner> = u.owner.clone().into_iter().chain(u.previous_owners.clone()).collect();
    let chosen = Chosen::of(&owners, shown.owner);
    let known = StoredValue::new(u.clone());
    let mut tabs = vec![Tab::new("unit", t::units::details, move || {
        view! { <Facts u=known.get_value() may_edit changing/> }.into_any()
    })];
    if session.may(Permission::ViewAccounts) {
        tabs.push(Tab::new("customer", t::units::tab_customer, move || {
            chosen.map_or_else(nobody, |chosen| view! { <CustomerPanel chosen/> }.into_any())
        }));
    }
    if session.may(Permission::ViewLedger) {
        tabs.push(Tab::new("finances", t::units::tab_finances, move || {
            chosen.map_or_else(nobody, |chosen| view! { <FinancesPanel chosen/> }.into_any())
        }));
    }
    if session.may(Permission::ViewAccounts) {
        tabs.push(Tab::new("communication", t::units::tab_communication, move || {
            chosen.map_or_else(nobody, |chosen| view! { <SentPanel chosen/> }.into_any())
        }));
    }
    view! {
        <Breadcrumbs trail=vec![("/units".into(), t::units::title.into())] here=u.code.clone()/>
        <PageHead title=t::units::unit_title(u.code.clone()) subtitle=u.community_name.clone()>
            {(!u.is_active).then(|| view! { <Pill tone="neutral" label=t::units::inactive/> })}
            <Show when=move || may_edit.get()><A href=edit.clone() attr:class="btn"><Icon name="pencil"/><span>{t::common::edit}</span></A></Show>
        </PageHead>
        <Tabs label=t::units::tabs tabs chosen=shown.tab/>
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
    let (unit, community) = (u.id, u.community_id);
    // What amounts in fields of one's own are in, before anything was posted: the organisation's.
    let posted = u
        .owner
        .as_ref()
        .and_then(|owner| owner.balance)
        .map(|balance| balance.currency);
    let currency = posted
        .or_else(|| session.me().map(|me| me.organisation.currency))
        .unwrap_or(Currency::Zar);
    let owners: Vec<UnitOwner> = u.owner.clone().into_iter().chain(u.previous_owners.clone()).collect();
    let none = owners.is_empty();
    let changes = crate::ledger::use_changes();
    let paying = RwSignal::new(false);
    let asked = RwSignal::new(None::<PaymentFor>);
    let pay = Callback::new(move |account| {
        asked.set(Some(PaymentFor {
            account,
            unit: Some(unit),
            claim: None,
        }));
        paying.set(true);
    });
    let rows = owners.iter().map(|o| {
        let balance = o.balance.map(format::money);
        let current = o.to_on.is_none();
        let status = o.debt_status.clone();
        view! {
            <li>
                <div>{owner_link(unit, o, may_open)}<small>{span(o)}</small></div>
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
            <MetadataCard entity=MetadataEntity::Unit row=u.id.0 name=u.code.clone() currency/>
        </div>
        <div class="stack-cards units-below">
            <crate::unit_figures::UnitFiguresCard unit=u.id pay=session.may(Permission::RecordPayments).then_some(pay)/>
            <Show when=move || session.may(Permission::ViewLevies)><crate::levies::UnitLevies unit community/></Show>
            <super::changes::UnitChanges unit/>
        </div>
        {move || asked.get().map(|asked| view! { <RecordPaymentDialog open=paying asked=Signal::stored(asked) on_done=move |()| changes.tell()/> })}
    }
    .into_any()
}
