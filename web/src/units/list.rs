//! The list of units with their owners.

use crate::kernel::i18n::{problem_text, t};
use crate::kernel::url::{in_url, query, tick_in_url};
use crate::kernel::{api::use_api, format, load, pages::pages, use_session};
use crate::shell::use_place;
use crate::ui::{
    Button, Checkbox, DataColumn, DataTable, Empty, FilterSelect, Icon, Loading, PageHead, Pill, ProblemPanel,
    SearchInput, use_toasts,
};
use crate::unit_figures::{past_due, standing_pill};
use kept_shared::ids::UnitId;
use kept_shared::permission::Permission;
use kept_shared::unit_figures::{UnitFigureFilter, UnitLine};
use kept_shared::units::UnitOwner;
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn UnitsPage() -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let place = use_place();
    let (q, owned, standing) = (in_url("q"), in_url("owned"), in_url("status"));
    let previous = tick_in_url("previous");
    let block = in_url("block");
    let asked = move || UnitFigureFilter {
        community_id: place.community.get(),
        q: Some(q.get()).filter(|q| !q.is_empty()),
        // Blocks are told apart within one community only.
        block: Some(block.get()).filter(|b| !b.is_empty() && place.community.with(Option::is_some)),
        owned: owned.with(|o| o.parse().ok()),
        active: None,
        include_previous: previous.get().then_some(true),
        status: standing.with(|s| s.parse().ok()),
        limit: None,
        cursor: None,
    };
    let list = pages(move |cursor| {
        api.unit_lines(UnitFigureFilter {
            limit: Some(100),
            cursor,
            ..asked()
        })
    });
    let blocks = load(move || {
        let community = place.community.get();
        async move {
            match community {
                Some(community) => api.blocks(community).await,
                None => Ok(vec![]),
            }
        }
    });
    let block_options = Signal::derive(move || {
        let all = blocks.get().unwrap_or_default();
        all.into_iter()
            .map(|b| (b.name.clone(), t::units::block_option(b.name, b.units)))
            .collect::<Vec<_>>()
    });
    let (toasts, exporting) = (use_toasts(), RwSignal::new(false));
    let export = move |_| {
        exporting.set(true);
        let path = format!("/unit-figures.xlsx{}", query(&untrack(asked)));
        leptos::task::spawn_local(async move {
            match api.download(&path).await {
                Ok(name) => toasts.good(t::common::downloaded(name)),
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            exporting.set(false);
        });
    };
    let may_open = Signal::derive(move || session.may(Permission::ViewAccounts));
    let unfiltered = move || {
        q.with(String::is_empty)
            && owned.with(String::is_empty)
            && standing.with(String::is_empty)
            && block.with(String::is_empty)
    };
    view! {
        <div class="page">
            <PageHead title=t::units::title subtitle=move || place.name().unwrap_or_else(|| t::units::subtitle().into())>
                <Show when=move || session.may(Permission::Export)>
                    <Button label=t::common::download_excel icon="download" busy=exporting on_click=export/>
                </Show>
                <Show when=move || session.may(Permission::EditUnits) && session.may(Permission::ViewAccounts)>
                    <A href="/units/workbook" attr:class="btn"><Icon name="table-2"/><span>{t::units::edit_in_excel}</span></A>
                </Show>
                <Show when=move || session.may(Permission::CreateUnits)>
                    <A href="/units/new" attr:class="btn btn-primary"><Icon name="plus"/><span>{t::units::new}</span></A>
                </Show>
            </PageHead>
            <div class="toolbar">
                <SearchInput label=t::units::search value=q slash=true/>
                <Show when=move || block_options.with(|all| !all.is_empty())>
                    <FilterSelect label=t::units::block value=block empty=t::units::block_all options=block_options/>
                </Show>
                <FilterSelect label=t::units::ownership value=owned empty=t::units::owned_all options=Signal::derive(|| vec![
                    ("true".into(), t::units::owned_yes().into()), ("false".into(), t::units::owned_no().into()),
                ])/>
                <FilterSelect label=t::unit_figures::status value=standing empty=t::unit_figures::all options=Signal::derive(|| vec![
                    ("delinquent".into(), t::unit_figures::behind().into()), ("current".into(), t::unit_figures::in_order().into()),
                ])/>
                <Checkbox label=t::units::include_previous checked=previous/>
            </div>
            {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
                (false, None) => view! { <Loading/> }.into_any(),
                (true, None) if unfiltered() && list.rows().with(Vec::is_empty) => view! {
                    <Empty title=t::units::empty_title text=t::units::empty_text icon="home"/>
                }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::units::title columns=columns(place.community.get().is_none(), may_open) rows=list.rows()
                        row_key=|u: &UnitLine| format!("{}{}", u.unit.id, u.unit.previous_owners.len()) linked=true
                        has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()
                        empty_title=t::ui::no_match_title empty_text=t::ui::no_match_text/>
                }.into_any(),
            }}
        </div>
    }
    .into_any()
}

/// An owner's name; for those who may open customers a link to the panels of the unit.
pub(super) fn owner_link(unit: UnitId, owner: &UnitOwner, may_open: Signal<bool>) -> AnyView {
    let (href, name, reference) = (
        format!("/units/{unit}?tab=customer&owner={}", owner.account_id),
        owner.name.clone(),
        owner.reference.clone(),
    );
    view! {
        <span class="who">
            {move || {
                let (href, name) = (href.clone(), name.clone());
                if may_open.get() { view! { <A href=href>{name}</A> }.into_any() } else { name.into_any() }
            }}
            <small>{reference}</small>
        </span>
    }
    .into_any()
}

fn columns(with_community: bool, may_open: Signal<bool>) -> Vec<DataColumn<UnitLine>> {
    let mut all = vec![DataColumn::new(
        "code",
        t::units::unit,
        |UnitLine { unit: u, .. }: &UnitLine| {
            let (href, code, inactive) = (format!("/units/{}", u.id), u.code.clone(), !u.is_active);
            view! {
                <span class="who"><A href=href attr:class="strong">{code}</A>
                {inactive.then(|| view! { <Pill tone="neutral" label=t::units::inactive/> })}</span>
            }
            .into_any()
        },
    )];
    if with_community {
        all.push(DataColumn::new(
            "community",
            t::units::community,
            |UnitLine { unit: u, .. }: &UnitLine| {
                let name = u.community_name.clone();
                view! { <span class="units-place truncate" title=name.clone()>{name.clone()}</span> }.into_any()
            },
        ));
    }
    all.extend([
        DataColumn::new("block", t::units::block, |UnitLine { unit: u, .. }: &UnitLine| {
            let block = u.block.clone().unwrap_or_else(|| "–".into());
            let section = u
                .section
                .clone()
                .map(|section| view! { <small>{t::units::section_of(section)}</small> });
            view! { <span class="who units-two"><span>{block}</span>{section}</span> }.into_any()
        })
        .secondary(),
    ]);
    // Of all communities at once, the community has their place.
    if !with_community {
        let of_unit =
            |UnitLine { unit: u, .. }: &UnitLine| u.unit_type.clone().unwrap_or_else(|| "–".into()).into_any();
        all.push(DataColumn::new("type", t::units::unit_type, of_unit).secondary());
        all.push(
            DataColumn::new("quota", t::units::quota, |UnitLine { unit: u, .. }: &UnitLine| {
                u.participation_quota
                    .clone()
                    .map_or_else(|| "–".into(), |q| format!("{q}%"))
                    .into_any()
            })
            .numeric()
            .secondary(),
        );
    }
    all.extend([
DataColumn::new("owner", t::units::owner, move |UnitLine { unit: u, .. }: &UnitLine| {
            let current = match &u.owner {
                Some(owner) => owner_link(u.id, owner, may_open),
                None => view! { <span class="soft">{t::units::no_owner}</span> }.into_any(),
            };
            let previous = u.previous_owners.iter().map(|o| {
                let span = span(o);
                view! { <div class="units-previous">{owner_link(u.id, o, may_open)}<small class="soft">{span}</small></div> }
            }).collect_view();
            view! { <div class="units-owners">{current}{previous}</div> }.into_any()
        }),
        DataColumn::new("standing", t::unit_figures::status, |l: &UnitLine| {
            l.standing.map_or_else(|| "–".into_any(), |s| standing_pill(s.status))
        }),
        DataColumn::new("past_due", t::unit_figures::past_due, |l: &UnitLine| {
            l.standing.map_or_else(|| "–".into_any(), |s| past_due(s.days_past_due))
        })
        .numeric(),
        DataColumn::new("amount_due", t::unit_figures::amount_due, |l: &UnitLine| {
            l.standing
                .map_or_else(|| "–".to_owned(), |s| format::money(s.amount_due))
                .into_any()
        })
        .numeric(),
        DataColumn::new("balance", t::units::balance, |l: &UnitLine| {
            l.standing
                .map_or_else(|| "–".to_owned(), |s| format::money(s.balance))
                .into_any()
        })
        .numeric()
        .secondary(),
        DataColumn::new(
            "status",
            t::units::debt_status,
            |UnitLine { unit: u, .. }: &UnitLine| {
                u.owner
                    .as_ref()
                    .and_then(|o| o.debt_status.clone())
                    .map_or_else(|| "–".into_any(), |s| view! { <Pill tone="info" label=s/> }.into_any())
            },
        )
        .secondary(),
    ]);
    all
}

/// From when to when somebody owned a unit.
pub(super) fn span(owner: &UnitOwner) -> String {
    match owner.to_on {
        Some(to) => t::units::from_to(format::date(owner.from_on), format::date(to)),
        None => t::units::since(format::date(owner.from_on)),
    }
}
