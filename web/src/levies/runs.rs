//! The list of charge runs, and the way to a new one.

use super::page::CommunityFilter;
use super::words;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{day, format, i18n::t, load, pages::pages, use_session};
use crate::shell::use_place;
use crate::ui::*;
use kept_shared::ids::CommunityId;
use kept_shared::levies::{LevyRun, LevyRunFilter, NewLevyRun};
use kept_shared::permission::Permission;
use kept_shared::problem::Problem;
use leptos::{ev, prelude::*};
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

#[component]
pub fn RunsTab() -> impl IntoView {
    let (api, session, place) = (use_api(), use_session(), use_place());
    let making = RwSignal::new(false);
    let list = pages(move |cursor| {
        api.levy_runs(LevyRunFilter {
            community_id: place.community.get(),
            limit: Some(50),
            cursor,
        })
    });
    let sums = load(move || {
        list.rows().with(|_| ());
        api.levy_runs_summary(place.community.get())
    });
    let totals = move || {
        let sums = sums.get().map(|s| s.sums).unwrap_or_default();
        let count = |n: u64| usize::try_from(n).unwrap_or_default();
        let lines: Vec<String> = sums
            .iter()
            .filter(|s| s.runs + s.reversed_runs > 0)
            .map(|s| {
                let raised =
                    t::levies::runs_sum(count(s.runs), format::count(count(s.charges)), format::money(s.total));
                match s.reversed_runs {
                    0 => raised,
                    n => format!(
                        "{raised} · {}",
                        t::levies::runs_reversed(count(n), format::money(s.reversed))
                    ),
                }
            })
            .collect();
        (!lines.is_empty()).then(|| view! { <p class="soft levies-sums">{lines.join(" · ")}</p> })
    };
    let may_run = move || session.may(Permission::RunLevies) && place.community.get().is_some();
    view! {
        <div class="toolbar">
            <CommunityFilter/>
            <span class="grow"></span>
            <Show when=may_run><Button label=t::levies::run_new kind=ButtonKind::Primary icon="plus" on_click=move |_| making.set(true)/></Show>
        </div>
        {totals}
        {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
            (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
            (false, None) => view! { <Loading/> }.into_any(),
            (true, None) if list.rows().with(Vec::is_empty) => view! {
                <Empty title=t::levies::runs_empty_title text=t::levies::runs_empty_text icon="receipt"/>
            }.into_any(),
            (true, None) => view! {
                <DataTable label=t::levies::tab_runs columns=columns() rows=list.rows() row_key=|r: &LevyRun| format!("{}{}", r.id, r.version) linked=true
                    has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()/>
            }.into_any(),
        }}
        {move || place.community.get().map(|community| view! {
            <Show when=move || making.get()><NewRunDialog open=making community/></Show>
        })}
    }
    .into_any()
}

fn columns() -> Vec<DataColumn<LevyRun>> {
    vec![
        DataColumn::new("month", t::levies::run_month, |r: &LevyRun| {
            let (href, month) = (format!("/levies/runs/{}", r.id), words::month(r.month));
            view! { <A href=href attr:class="strong nowrap">{month}</A> }.into_any()
        }),
        DataColumn::new("community", t::levies::community, |r: &LevyRun| {
            r.community_name.clone().into_any()
        })
        .secondary(),
        DataColumn::new("state", t::levies::state, |r: &LevyRun| {
            let (tone, label) = words::state(r.state);
            view! { <Pill tone=tone label=label/> }.into_any()
        }),
        DataColumn::new("charges", t::levies::charges, |r: &LevyRun| {
            format::count(usize::try_from(r.charges).unwrap_or(usize::MAX)).into_any()
        })
        .numeric(),
        DataColumn::new("sum", t::levies::sum, |r: &LevyRun| format::money(r.total).into_any()).numeric(),
        DataColumn::new("by", t::levies::made_by, |r: &LevyRun| {
            let (at, by) = (
                r.started_at.unwrap_or(r.created_at),
                r.started_by.clone().or_else(|| r.created_by.clone()),
            );
            view! { <span>{by}</span><small>{format::instant(at)}</small> }.into_any()
        })
        .secondary(),
    ]
}

#[component]
fn NewRunDialog(open: RwSignal<bool>, community: CommunityId) -> impl IntoView {
    let act = Act::new();
    view! { <Dialog open title=t::levies::run_new class="dialog-narrow" locked=act.busy()><NewRunForm open community act/></Dialog> }.into_any()
}

#[component]
fn NewRunForm(open: RwSignal<bool>, community: CommunityId, act: Act) -> impl IntoView {
    let api = use_api();
    let navigate = use_navigate();
    act.clear();
    let today = day::today_here();
    let (months, next) = words::months(today);
    let month = RwSignal::new(next);
    let key = new_key();
    // An unfinished run of the month stands in the way: it is one click away.
    let open_run = Signal::derive(move || {
        act.problem()
            .with(|p: &Option<Problem>| p.as_ref()?.flaw("/month")?.params.get("run").cloned())
    });
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let Some(month) = month.with_untracked(|m| m.parse().ok()) else {
            return;
        };
        let new = NewLevyRun { month };
        if !acceptable(act, new.flaws(today)) {
            return;
        }
        let navigate = navigate.clone();
        act.run(api.create_levy_run(community, new, key.clone()), move |run| {
            open.set(false);
            navigate(&format!("/levies/runs/{}", run.id), Default::default());
        });
    };
    let options = Signal::stored(months);
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <Select label=t::levies::run_month value=month options hint=t::levies::run_month_hint problem=act.problem() pointer="/month" error=words::fault(act.problem(), "/month")/>
                {move || open_run.get().map(|id| view! { <p><A href=format!("/levies/runs/{id}")>{t::levies::state_preview}</A></p> })}
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::levies::run_preview busy=act.busy()/>
            </div>
        </form>
    }
    .into_any()
}
