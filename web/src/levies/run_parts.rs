//! What stands on the page of a run beside its lines: notes, progress, the two dialogs that commit.

use super::words;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{Load, format, i18n::t};
use crate::ui::*;
use kept_shared::levies::*;
use kept_shared::problem::Problem;
use leptos::{ev, prelude::*};
use leptos_router::components::A;

pub fn columns() -> Vec<DataColumn<LevyRunLine>> {
    vec![
        DataColumn::new("unit", t::levies::unit, |l: &LevyRunLine| {
            let (href, code) = (format!("/units/{}", l.unit_id), l.unit_code.clone());
            view! { <A href=href attr:class="strong">{code}</A> }.into_any()
        }),
        DataColumn::new("customer", t::levies::customer, |l: &LevyRunLine| {
            match (l.account_id, &l.name) {
                (Some(id), Some(name)) => {
                    let (href, name, reference) = (format!("/accounts/{id}"), name.clone(), l.reference.clone());
                    view! { <span class="who"><A href=href>{name}</A><small>{reference}</small></span> }.into_any()
                }
                (_, _) => view! { <span class="zero">"–"</span> }.into_any(),
            }
        }),
        DataColumn::new("description", t::levies::description, |l: &LevyRunLine| {
            l.description.clone().into_any()
        })
        .secondary(),
        DataColumn::new("charged", t::levies::charged_on, |l: &LevyRunLine| {
            view! { <span class="nowrap">{format::date(l.charge_on)}</span> }.into_any()
        })
        .secondary(),
        DataColumn::new("due", t::levies::due_on, |l: &LevyRunLine| {
            view! { <span class="nowrap">{format::date(l.due_on)}</span> }.into_any()
        }),
        DataColumn::new("amount", t::levies::amount, |l: &LevyRunLine| {
            format::money(l.amount).into_any()
        })
        .numeric(),
        DataColumn::new("state", t::levies::state, |l: &LevyRunLine| {
            match (l.warning, l.is_reversed, l.entry_id) {
                (Some(warning), _, _) => view! { <Pill tone="warn" label=words::warning(warning)/> }.into_any(),
                (None, true, _) => view! { <Pill tone="neutral" label=t::levies::is_reversed/> }.into_any(),
                (None, false, Some(_)) => view! { <Pill tone="good" label=t::levies::charged_on/> }.into_any(),
                (None, false, None) => view! { <span class="zero">"–"</span> }.into_any(),
            }
        }),
    ]
}

/// Progress, and what to know about the run.
#[component]
pub fn Notes(run: Load<LevyRun>) -> impl IntoView {
    move || {
        let r = run.get()?;
        let number = |n: u64| format::count(usize::try_from(n).unwrap_or(usize::MAX));
        let share = r
            .done
            .saturating_mul(100)
            .checked_div(r.charges)
            .and_then(|n| u8::try_from(n.min(100)).ok());
        let working = r.state.is_working().then(|| {
            let label = if r.state == RunState::Running { t::levies::run_progress() } else { t::levies::run_progress_reverse() };
            view! { <Progress done=Signal::stored(share) label=label detail=t::levies::run_of(number(r.done), number(r.charges))/> }
        });
        let failed = (r.state == RunState::Failed)
            .then(|| view! { <Callout tone="bad"><p>{t::levies::run_failed}</p></Callout> });
        let refused = (r.state == RunState::Done).then(|| r.failure.clone()).flatten().map(
            |reason| view! { <Callout tone="warn"><p>{t::levies::run_refused(reason.replace('_', " "))}</p></Callout> },
        );
        let reversed = r.reason.clone().map(|reason| {
            view! { <Callout tone="neutral"><p>{t::levies::run_reversed_note(r.reversed_by.clone().unwrap_or_default(), reason)}</p></Callout> }
        });
        let without = r.units_without.filter(|n| *n > 0).map(|n| {
            view! { <Callout tone="info"><p>{t::levies::without_note(number(n))}" "<A href="/levies">{t::levies::no_lines_link}</A></p></Callout> }
        });
        Some(view! { <div class="levies-notes">{working}{failed}{refused}{reversed}{without}</div> })
    }
}

#[component]
pub fn StartDialog(open: RwSignal<bool>, run: Load<LevyRun>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let act = Act::new();
    let key = StoredValue::new(new_key());
    let seen = StoredValue::new(run.value.get_untracked());
    let words_of = move |of: fn(usize, String, String) -> String| {
        seen.with_value(|r| {
            r.as_ref()
                .map(|r| {
                    let n = usize::try_from(r.charges).unwrap_or(usize::MAX);
                    of(n, format::money(r.total), r.community_name.clone())
                })
                .unwrap_or_default()
        })
    };
    let confirm = move |()| {
        let Some(r) = seen.get_value() else { return };
        let wish = StartLevyRun {
            charges: r.charges,
            total: r.total,
        };
        act.run(
            api.start_levy_run(r.id, r.version, wish, key.get_value()),
            move |started| {
                open.set(false);
                toasts.good(t::levies::run_started());
                run.set(started.value);
            },
        );
    };
    view! {
        <ConfirmDialog open title=t::levies::run_start confirm=words_of(|n, total, _| t::levies::run_start_go(format::count(n), total, n)) on_confirm=confirm busy=act.busy() problem=act.problem()>
            <p>{words_of(|n, total, community| t::levies::run_start_text(format::count(n), total, community, n))}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
pub fn ReverseDialog(open: RwSignal<bool>, run: Load<LevyRun>) -> impl IntoView {
    let act = Act::new();
    let title = move || {
        run.get()
            .map(|r| t::levies::run_reverse_title(words::month(r.month)))
            .unwrap_or_default()
    };
    view! { <Dialog open title class="dialog-narrow" locked=act.busy()><ReverseForm open run act/></Dialog> }.into_any()
}

#[component]
fn ReverseForm(open: RwSignal<bool>, run: Load<LevyRun>, act: Act) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    act.clear();
    let (name, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let key = new_key();
    let Some(seen) = run.value.get_untracked() else {
        return ().into_any();
    };
    let wanted = StoredValue::new(words::month(seen.month));
    let charges = usize::try_from(seen.charges).unwrap_or(usize::MAX);
    let (id, version) = (seen.id, seen.version);
    // An unfinished run of the month stands in the way: it is one click away.
    let open_run = Signal::derive(move || {
        act.problem()
            .with(|p: &Option<Problem>| p.as_ref()?.flaw("/month")?.params.get("run").cloned())
    });
    // Typed in full: reversing is never a slip.
    let is_named = move || wanted.with_value(|w| name.with(|n| n.trim().eq_ignore_ascii_case(w)));
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let wish = ReverseLevyRun {
            reason: reason.get_untracked(),
        };
        if !untrack(is_named) || !acceptable(act, wish.flaws()) {
            return;
        }
        act.run(api.reverse_levy_run(id, version, wish, key.clone()), move |reversing| {
            open.set(false);
            toasts.good(t::levies::run_reversing());
            run.set(reversing.value);
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <p>{t::levies::run_reverse_text}</p>
                <TextArea label=t::levies::run_reverse_reason value=reason required=true problem=act.problem() pointer="/reason" rows=2 maxlength=500/>
                <TextInput label=t::levies::run_reverse_name(wanted.get_value()) value=name required=true/>
                {move || match open_run.get() {
                    Some(id) => view! { <Callout tone="bad"><p>{t::levies::reverse_run_open}</p><p><A href=format!("/levies/runs/{id}")>{t::levies::reverse_run_open_go}</A></p></Callout> }.into_any(),
                    None => view! { <ProblemNote problem=act.problem()/> }.into_any(),
                }}
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                <button type="submit" class="btn btn-danger" class:is-busy=move || act.busy().get() disabled=move || !is_named()>{t::levies::run_reverse_go(format::count(charges), charges)}</button>
            </div>
        </form>
    }
    .into_any()
}
