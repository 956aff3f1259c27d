//! The units of a customer, and the owners of a unit, with what is owed.

use super::table::{Line, figures_table};
use crate::kernel::{api::use_api, format, i18n::t, load, use_session};
use crate::ui::{Card, Checkbox, DateInput, Empty, Icon, Loading, ProblemPanel, SkeletonKind};
use chrono::NaiveDate;
use kept_shared::ids::{AccountId, UnitId};
use kept_shared::permission::Permission;
use kept_shared::unit_figures::{AccountUnitFigures, AccountUnits, FiguresFilter, OwnerFigures};
use leptos::prelude::*;
use leptos_router::components::A;

fn span(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<String> {
    let from = format::date(from?);
    Some(match to {
        Some(to) => t::units::from_to(from, format::date(to)),
        None => t::units::since(from),
    })
}

/// The day, and whether former times are shown.
fn controls(as_at: RwSignal<Option<NaiveDate>>, previous: RwSignal<bool>, label: fn() -> &'static str) -> AnyView {
    view! {
        <div class="toolbar unit-figures-controls">
            <DateInput label=t::unit_figures::as_at value=as_at hint=t::unit_figures::today/>
            <Checkbox label=label checked=previous/>
        </div>
    }
    .into_any()
}

fn unit_head(u: &AccountUnitFigures, may_open: bool) -> AnyView {
    let about: Vec<String> = [u.block.clone(), u.unit_type.clone(), u.size.clone()]
        .into_iter()
        .flatten()
        .collect();
    let about = [about.join(" · "), span(u.from_on, u.to_on).unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let (href, code) = (format!("/units/{}", u.unit_id), u.code.clone());
    let name = if may_open {
        view! { <A href=href>{code}</A> }.into_any()
    } else {
        code.into_any()
    };
    view! { <span class="unit-figures-head">{name}<small>{about}</small></span> }.into_any()
}

fn pay_button(u: &AccountUnitFigures, pay: Callback<UnitId>) -> AnyView {
    let (unit, label) = (u.unit_id, t::accounts::pay_for(&u.code));
    view! { <button type="button" class="btn btn-sm" aria-label=label on:click=move |_| pay.run(unit)><Icon name="banknote"/><span>{t::payments::record_short}</span></button> }.into_any()
}

/// A customer's units with the total.
#[component]
pub fn AccountUnitsPanel(
    account: AccountId,
    /// Opens the payment of a unit, for those who may record one.
    pay: Option<Callback<UnitId>>,
    /// Today's figures only, and a link to the tab with the rest.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let changes = crate::ledger::use_changes();
    let as_at = RwSignal::new(None);
    let previous = RwSignal::new(false);
    let found = load(move || {
        let filter = FiguresFilter {
            as_at: as_at.get(),
            include_previous: previous.get().then_some(true),
        };
        changes.track();
        api.account_units(account, filter)
    });
    let table = move |all: AccountUnits| {
        let may_open = session.may(Permission::ViewUnits);
        if all.units.is_empty() && all.untied.is_none() {
            return view! { <Empty title=t::unit_figures::none_title text=t::unit_figures::none_text icon="home"/> }
                .into_any();
        }
        let mut lines: Vec<Line> = all
            .units
            .iter()
            .map(|u| Line {
                head: unit_head(u, may_open),
                figures: u.figures,
                act: pay.filter(|_| u.to_on.is_none()).map(|pay| pay_button(u, pay)),
            })
            .collect();
        if let Some(figures) = all.untied {
            let head = view! { <span class="unit-figures-head"><span>{t::unit_figures::untied}</span><small>{t::unit_figures::untied_text}</small></span> };
            lines.push(Line {
                head: head.into_any(),
                figures,
                act: None,
            });
        }
        let total = (lines.len() > 1).then_some(all.total);
        figures_table(t::unit_figures::title, t::unit_figures::unit, lines, total)
    };
    let actions = move || {
        plain.then(|| view! { <A href="?tab=units" attr:class="btn btn-ghost btn-sm" attr:aria-label=move || t::layouts::open_tab(t::unit_figures::title())>{t::layouts::open}</A> })
    };
    view! {
        <Card title=t::unit_figures::title subtitle=t::unit_figures::text actions flush=true>
            {(!plain).then(|| controls(as_at, previous, t::unit_figures::include_previous))}
            {move || match (found.problem.get(), found.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
                (None, Some(all)) => table(all),
            }}
        </Card>
    }
    .into_any()
}

fn pay_owner(o: &OwnerFigures, pay: Callback<AccountId>) -> AnyView {
    let (account, label) = (o.account_id, t::units::pay_for(&o.name));
    view! { <button type="button" class="btn btn-sm" aria-label=label on:click=move |_| pay.run(account)><Icon name="banknote"/><span>{t::payments::record_short}</span></button> }.into_any()
}

fn owner_head(o: &OwnerFigures, may_open: bool) -> AnyView {
    let (href, name) = (format!("/accounts/{}", o.account_id), o.name.clone());
    let about = [o.reference.clone(), span(Some(o.from_on), o.to_on).unwrap_or_default()].join(" · ");
    let name = if may_open {
        view! { <A href=href>{name}</A> }.into_any()
    } else {
        name.into_any()
    };
    view! { <span class="unit-figures-head">{name}<small>{about}</small></span> }.into_any()
}

/// A unit's owner with what is owed on it, and those before.
#[component]
pub fn UnitFiguresCard(
    unit: UnitId,
    /// Opens a payment of the present owner, for those who may record one.
    pay: Option<Callback<AccountId>>,
) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let changes = crate::ledger::use_changes();
    let as_at = RwSignal::new(None);
    let previous = RwSignal::new(false);
    let found = load(move || {
        let filter = FiguresFilter {
            as_at: as_at.get(),
            include_previous: previous.get().then_some(true),
        };
        changes.track();
        api.unit_owners(unit, filter)
    });
    view! {
        <Card title=t::unit_figures::title flush=true>
            {controls(as_at, previous, t::unit_figures::include_previous_owners)}
            {move || match (found.problem.get(), found.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
                (None, Some(all)) if all.owners.is_empty() => view! { <Empty title=t::units::no_owner text=t::unit_figures::nobody icon="home" class="empty-sm"/> }.into_any(),
                (None, Some(all)) => {
                    let may_open = session.may(Permission::ViewAccounts);
                    let lines = all.owners.iter().map(|o| Line { head: owner_head(o, may_open), figures: o.figures, act: pay.filter(|_| o.to_on.is_none()).map(|pay| pay_owner(o, pay)) }).collect();
                    figures_table(t::unit_figures::title, t::unit_figures::owner, lines, None)
                }
            }}
        </Card>
    }
    .into_any()
}
