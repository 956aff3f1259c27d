//! The look before, the deed, and what came of it, row by row.

use super::{api::Wish, look::Look};
use crate::kernel::{
    api::{new_key, use_api},
    i18n::{problem_text, t},
};
use crate::ui::{Button, ButtonKind, Callout, Dialog, Loading, SkeletonKind};
use kept_shared::{
    ids::AccountId,
    problem::Problem,
    statuses::{ApplyOutcome, ApplyPreview, SkipReason},
};
use leptos::prelude::*;

pub(super) fn skip_words(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::NotFound => t::statuses::skip_not_found(),
        SkipReason::Repeated => t::statuses::skip_repeated(),
        SkipReason::AlreadyThatStatus => t::statuses::skip_already_that_status(),
        SkipReason::AlreadyHandedOver => t::statuses::skip_already_handed_over(),
        SkipReason::AttorneyLacksCommunity => t::statuses::skip_attorney_lacks_community(),
        SkipReason::NothingToEnd => t::statuses::skip_nothing_to_end(),
        SkipReason::EndsByRecall => t::statuses::skip_ends_by_recall(),
        SkipReason::AccountInactive => t::statuses::skip_account_inactive(),
        SkipReason::NeedsConfirming => t::statuses::skip_needs_confirming(),
    }
}

fn words(problem: &Problem) -> String {
    let Some(flaw) = problem.errors.first() else {
        return problem_text(problem);
    };
    match flaw.code.as_str() {
        "required" => t::statuses::flaw_required(),
        "in_past" => t::statuses::flaw_in_past(),
        "too_far" => t::statuses::flaw_too_far(),
        "too_many" => t::statuses::flaw_too_many(),
        "not_allowed" => t::statuses::flaw_not_allowed(),
        _ => t::statuses::flaw_other(),
    }
    .to_owned()
}

#[derive(Clone)]
enum Stage {
    Looking,
    Refused(Problem),
    Ready(ApplyPreview),
    Done(ApplyOutcome),
}

/// The dialog. `wish` is taken when it opens and is what is applied.
#[component]
pub fn Preflight(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    wish: Callback<(), Wish>,
    attorney: Signal<Option<String>>,
    on_applied: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let stage = RwSignal::new(Stage::Looking);
    let asked = StoredValue::new(None::<(Wish, String)>);
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Problem>);
    // Customers ticked although an earlier handover ended gravely.
    let confirmed = RwSignal::new(Vec::<AccountId>::new());
    // One key for one look: a second press, or a retry after a lost connection, applies nothing twice.
    Effect::new(move |_| {
        if !open.get() {
            return;
        }
        let question = untrack(|| wish.run(()));
        asked.set_value(Some((question.clone(), new_key())));
        stage.set(Stage::Looking);
        trouble.set(None);
        confirmed.set(vec![]);
        leptos::task::spawn_local(async move {
            let next = match api.preview_apply(&question).await {
                Ok(preview) => Stage::Ready(preview),
                Err(problem) => Stage::Refused(problem),
            };
            let _gone = stage.try_set(next);
        });
    });
    let apply = move || {
        let Some((mut question, mut key)) = asked.get_value() else {
            return;
        };
        // Other ticks are another request.
        let mut ticked = confirmed.get_untracked();
        ticked.sort_unstable();
        if question.confirmed != ticked {
            question.confirmed = ticked;
            key = new_key();
            asked.set_value(Some((question.clone(), key.clone())));
        }
        busy.set(true);
        trouble.set(None);
        leptos::task::spawn_local(async move {
            let answer = api.apply_statuses(&question, &key).await;
            let _gone = busy.try_set(false);
            match answer {
                Ok(outcome) => {
                    let _gone = stage.try_set(Stage::Done(outcome));
                    on_applied.run(());
                }
                Err(problem) => {
                    let _gone = trouble.try_set(Some(problem));
                }
            }
        });
    };
    let is_done = move || stage.with(|s| matches!(s, Stage::Done(_)));
    let head = Signal::derive(move || {
        if is_done() {
            t::statuses::result_title().to_owned()
        } else {
            title.get()
        }
    });
    let applies = move || {
        let ticked = confirmed.with(Vec::len);
        let sure = stage.with(|s| if let Stage::Ready(p) = s { p.applies } else { 0 });
        usize::try_from(sure).unwrap_or(usize::MAX).saturating_add(ticked)
    };
    let note = move || asked.with_value(|a| a.as_ref().and_then(|(wish, _)| wish.note.clone()));
    view! {
        <Dialog open title=head class="dialog-wide" locked=busy>
            <div class="dialog-main">
                <div class="dialog-body">
                    {move || match stage.get() {
                        Stage::Looking => view! {
                            <p class="sr" role="status">{t::statuses::preview_loading}</p><Loading kind=SkeletonKind::Lines rows=5/>
                        }.into_any(),
                        Stage::Refused(problem) => view! { <Callout tone="bad"><p>{words(&problem)}</p></Callout> }.into_any(),
                        Stage::Ready(preview) => view! { <Look preview attorney=attorney.get_untracked() note=note() confirmed/> }.into_any(),
                        Stage::Done(outcome) => view! { <Outcome outcome/> }.into_any(),
                    }}
                    {move || trouble.get().map(|problem| view! { <Callout tone="bad"><p>{words(&problem)}</p></Callout> })}
                </div>
                <div class="dialog-foot">
                    <Show when=is_done fallback=move || view! {
                        <Button label=t::statuses::cancel disabled=busy on_click=move |_| open.set(false)/>
                        <Button label=Signal::derive(move || t::statuses::apply_n(applies())) kind=ButtonKind::Primary busy
                            disabled=Signal::derive(move || applies() == 0) on_click=move |_| apply()/>
                    }>
                        <Button label=t::statuses::result_close kind=ButtonKind::Primary on_click=move |_| open.set(false)/>
                    </Show>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Outcome(outcome: ApplyOutcome) -> impl IntoView {
    let changed = t::statuses::result(usize::try_from(outcome.applied).unwrap_or(usize::MAX));
    // Rows left alone first: they are what somebody has to look at.
    let mut items = outcome.items;
    items.sort_by_key(|i| i.applied);
    let more = items.len().saturating_sub(200);
    items.truncate(200);
    let tone = if outcome.applied > 0 { "good" } else { "warn" };
    view! {
        <Callout tone>
            <p><b>{changed}</b>{(outcome.skipped > 0).then(|| view! { " · "{t::statuses::result_skipped(outcome.skipped)} })}</p>
        </Callout>
        <div class="table-wrap statuses-remarks">
            <table class="table table-tight">
                <thead><tr><th scope="col">{t::statuses::customer}</th><th scope="col">{t::statuses::result_col}</th></tr></thead>
                <tbody>
                    {items.into_iter().map(|item| {
                        let words = match item.skipped {
                            Some(reason) => skip_words(reason).to_owned(),
                            None => [Some(t::statuses::applied().to_owned()), item.handover_reference].into_iter().flatten().collect::<Vec<_>>().join(" · "),
                        };
                        view! {
                            <tr>
                                <td><b>{item.name.unwrap_or_else(|| t::statuses::out_of_reach().to_owned())}</b><small class="sub">{item.reference}</small></td>
                                <td class:soft=!item.applied>{words}</td>
                            </tr>
                        }
                    }).collect_view()}
                </tbody>
            </table>
        </div>
        {(more > 0).then(|| view! { <p class="soft">{t::statuses::more_remarks(more)}</p> })}
    }
    .into_any()
}
