//! One charge run: what it would charge, how far it is, what it charged; start, reverse, discard.

use super::run_parts::{Notes, ReverseDialog, StartDialog, columns};
use super::words;
use crate::kernel::act::Act;
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::url::tick_in_url;
use crate::kernel::{Load, api::use_api, format, load, pages::pages, query::sleep, use_session};
use crate::ui::*;
use kept_shared::ids::LevyRunId;
use kept_shared::levies::{LevyLineFilter, LevyRun, LevyRunLine, RunState};
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

#[component]
pub fn RunPage() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params
            .with(|p| p.get("run").and_then(|id| id.parse().ok()))
            .unwrap_or(LevyRunId(uuid::Uuid::nil()))
    });
    let run = load(move || api.levy_run(id.get()));
    // While a job is at work the page looks again.
    Effect::new(move |_| {
        if run.value.with(|r| r.as_ref().is_some_and(|r| r.state.is_working())) {
            leptos::task::spawn_local(async move {
                sleep(700).await;
                if run.value.try_with(|_| ()).is_some() {
                    run.reload();
                }
            });
        }
    });
    // What a job changes flows through the signal; the page is not drawn anew for it.
    let there = Memo::new(move |_| run.value.with(Option::is_some));
    let month = move || run.get().map(|r| words::month(r.month)).unwrap_or_default();
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/levies?tab=runs".into(), t::levies::title.into())] here=month/>
            {move || match (session.may(Permission::ViewLevies), there.get(), run.problem.get()) {
                (false, _, _) => view! { <NoPermission/> }.into_any(),
                (_, _, Some(problem)) => view! { <ProblemPanel problem retry=move |()| run.reload()/> }.into_any(),
                (_, false, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
                (_, true, None) => view! { <Head run/><Lines run id/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Head(run: Load<LevyRun>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let navigate = use_navigate();
    let (starting, reversing) = (RwSignal::new(false), RwSignal::new(false));
    let discard = Act::new();
    let with = move |of: fn(&LevyRun) -> bool| run.value.with(|r| r.as_ref().is_some_and(of));
    let may = move || session.may(Permission::RunLevies);
    let on_discard = move |_| {
        let Some(r) = run.value.get_untracked() else { return };
        let navigate = navigate.clone();
        discard.run(api.discard_levy_run(r.id, r.version), move |()| {
            toasts.good(t::levies::run_discarded());
            navigate("/levies?tab=runs", Default::default());
        });
    };
    let on_discard = Callback::new(on_discard);
    let title = move || {
        run.get()
            .map(|r| t::levies::run_title(words::month(r.month)))
            .unwrap_or_default()
    };
    let place = move || run.get().map(|r| r.community_name).unwrap_or_default();
    let facts = move || {
        run.get().map(|r| {
            let (tone, label) = words::state(r.state);
            let by = match (&r.started_by, r.started_at) {
                (Some(name), Some(at)) => t::levies::by_at(name.clone(), format::instant(at)),
                (_, _) => t::levies::by_at(r.created_by.clone().unwrap_or_default(), format::instant(r.created_at)),
            };
            let out: u64 = r.left_out.iter().map(|l| l.charges).sum();
            let number = |n: u64| format::count(usize::try_from(n).unwrap_or(usize::MAX));
            view! {
                <div class="tiles">
                    <div class="tile"><span>{t::levies::state}</span><Pill tone=tone label=label/><small>{by}</small></div>
                    <div class="tile"><span>{t::levies::charges}</span><strong>{number(r.charges)}</strong></div>
                    <div class="tile"><span>{t::levies::sum}</span><strong>{format::money(r.total)}</strong></div>
                    {(out > 0).then(|| view! { <div class="tile"><span>{t::levies::left_out}</span><strong>{number(out)}</strong>
                        <small>{r.left_out.iter().map(|l| format!("{} {}", l.charges, words::warning(l.warning).to_lowercase())).collect::<Vec<_>>().join(", ")}</small></div> })}
                </div>
            }
        })
    };
    let exporting = RwSignal::new(false);
    let export = move |_| {
        let Some(r) = run.value.get_untracked() else { return };
        exporting.set(true);
        leptos::task::spawn_local(async move {
            match api.download(&format!("/levy-runs/{}/workbook.xlsx", r.id)).await {
                Ok(name) => toasts.good(t::common::downloaded(name)),
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            let _gone = exporting.try_set(false);
        });
    };
    view! {
        <PageHead title subtitle=place>
            <Show when=move || session.may(Permission::Export) && with(|r| !r.state.is_working())><Button label=t::common::download_excel icon="download" busy=exporting on_click=export/></Show>
            <Show when=move || may() && with(|r| r.state == RunState::Preview)><Button label=t::levies::run_discard busy=discard.busy() on_click=on_discard/></Show>
            <Show when=move || may() && with(|r| r.state.may_start() && r.charges > 0)><Button label=t::levies::run_start kind=ButtonKind::Primary icon="check" on_click=move |_| starting.set(true)/></Show>
            <Show when=move || may() && with(|r| r.state.may_reverse())><Button label=t::levies::run_reverse icon="undo-2" on_click=move |_| reversing.set(true)/></Show>
        </PageHead>
        <ProblemNote problem=discard.problem()/>
        {facts}
        <Notes run/>
        <Show when=move || starting.get()><StartDialog open=starting run/></Show>
        <Show when=move || reversing.get()><ReverseDialog open=reversing run/></Show>
    }
    .into_any()
}

#[component]
fn Lines(run: Load<LevyRun>, id: Memo<LevyRunId>) -> impl IntoView {
    let api = use_api();
    let only_out = tick_in_url("left_out");
    // The lines follow the state, not each look at it.
    let state = Memo::new(move |_| run.value.with(|r| r.as_ref().map(|r| (r.state, r.state.is_working()))));
    let list = pages(move |cursor| {
        state.with(|_| ());
        let filter = LevyLineFilter {
            left_out: only_out.get().then_some(true),
            limit: Some(100),
            cursor,
        };
        api.levy_run_lines(id.get(), filter)
    });
    let has_out = move || run.value.with(|r| r.as_ref().is_some_and(|r| !r.left_out.is_empty()));
    view! {
        <Show when=has_out><div class="toolbar"><Checkbox label=t::levies::only_left_out checked=only_out/></div></Show>
        {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
            (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
            (false, None) => view! { <Loading/> }.into_any(),
            (true, None) if list.rows().with(Vec::is_empty) => view! {
                <Empty title=t::levies::no_lines_title text=t::levies::no_lines_text icon="receipt"/>
            }.into_any(),
            (true, None) => view! {
                <DataTable label=t::levies::charges columns=columns() rows=list.rows() row_key=|l: &LevyRunLine| format!("{}{}{}", l.levy_id, l.entry_id.is_some(), l.is_reversed)
                    has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more() class="table-tight"/>
            }.into_any(),
        }}
    }
    .into_any()
}
