//! The look before, the deed, and what came of it, row by row.

use super::api::Wish;
use crate::kernel::{
    api::{new_key, use_api},
    format,
    i18n::{problem_text, t},
};
use crate::ui::{Button, ButtonKind, Callout, Checkbox, Dialog, Icon, Loading, SkeletonKind};
use kept_shared::{
    problem::Problem,
    statuses::{ApplyOutcome, ApplyPreview, SkipReason, Warning},
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
    }
}

fn warn_words(warning: Warning) -> &'static str {
    match warning {
        Warning::EndedNotPermitted => t::statuses::warn_ended_not_permitted(),
        Warning::EndedInDispute => t::statuses::warn_ended_in_dispute(),
        Warning::EndedPrescribed => t::statuses::warn_ended_prescribed(),
        Warning::EndedDeceased => t::statuses::warn_ended_deceased(),
        Warning::EndedInsolvent => t::statuses::warn_ended_insolvent(),
        Warning::HandedOverBefore => t::statuses::warn_handed_over_before(),
        Warning::ZeroBalance => t::statuses::warn_zero_balance(),
        Warning::CreditBalance => t::statuses::warn_credit_balance(),
        Warning::ClosesHandover => t::statuses::warn_closes_handover(),
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
    let weighed = RwSignal::new(false);
    // One key for one look: a second press, or a retry after a lost connection, applies nothing twice.
    Effect::new(move |_| {
        if !open.get() {
            return;
        }
        let question = untrack(|| wish.run(()));
        asked.set_value(Some((question.clone(), new_key())));
        stage.set(Stage::Looking);
        trouble.set(None);
        weighed.set(false);
        leptos::task::spawn_local(async move {
            let next = match api.preview_apply(&question).await {
                Ok(preview) => Stage::Ready(preview),
                Err(problem) => Stage::Refused(problem),
            };
            let _gone = stage.try_set(next);
        });
    });
    let apply = move || {
        let Some((question, key)) = asked.get_value() else {
            return;
        };
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
    let applies = move || stage.with(|s| if let Stage::Ready(p) = s { p.applies } else { 0 });
    let unweighed = move || !weighed.get() && stage.with(|s| matches!(s, Stage::Ready(p) if p.grave > 0));
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
                        Stage::Ready(preview) => view! { <Look preview attorney=attorney.get_untracked() note=note() weighed/> }.into_any(),
                        Stage::Done(outcome) => view! { <Outcome outcome/> }.into_any(),
                    }}
                    {move || trouble.get().map(|problem| view! { <Callout tone="bad"><p>{words(&problem)}</p></Callout> })}
                </div>
                <div class="dialog-foot">
                    <Show when=is_done fallback=move || view! {
                        <Button label=t::statuses::cancel disabled=busy on_click=move |_| open.set(false)/>
                        <Button label=Signal::derive(move || t::statuses::apply_n(applies())) kind=ButtonKind::Primary busy
                            disabled=Signal::derive(move || applies() == 0 || unweighed()) on_click=move |_| apply()/>
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
fn Look(
    preview: ApplyPreview,
    attorney: Option<String>,
    note: Option<String>,
    weighed: RwSignal<bool>,
) -> impl IntoView {
    let named = preview.first.len();
    let unnamed = usize::try_from(preview.applies)
        .unwrap_or(usize::MAX)
        .saturating_sub(named);
    let first = preview.first.clone();
    let owed: Vec<String> = preview.balances.iter().map(|m| format::money(*m)).collect();
    let remarks = preview.remarks.clone();
    view! {
        {attorney.map(|name| view! { <p class="row"><Icon name="flag"/><b>{t::statuses::to_attorney(name)}</b></p> })}
        <dl class="dl dl-amounts">
            <dt>{t::statuses::will_change}</dt><dd><b>{preview.applies}</b></dd>
            <dt>{t::statuses::will_skip}</dt><dd>{preview.skips}</dd>
            {(!owed.is_empty()).then(|| view! { <dt>{t::statuses::owed}</dt><dd>{owed.join(" · ")}</dd> })}
            {(preview.charges > 0).then(|| view! { <dt>{t::statuses::charges}</dt><dd>{preview.charges}</dd> })}
            {(preview.messages > 0).then(|| view! { <dt>{t::statuses::messages}</dt><dd>{preview.messages}</dd> })}
            {note.map(|note| view! { <dt>{t::statuses::note}</dt><dd class="statuses-said">{note}</dd> })}
        </dl>
        {(preview.applies == 0).then(|| view! { <Callout tone="warn"><p>{t::statuses::nothing}</p></Callout> })}
        {(!remarks.is_empty()).then(|| view! {
            <section>
                <h3>{t::statuses::remarks}</h3>
                <ul class="plain-list statuses-remarks">
                    {remarks.into_iter().map(|r| {
                        let words: Vec<&'static str> = r.skipped.map(skip_words).into_iter().chain(r.warnings.iter().copied().map(warn_words)).collect();
                        let skipped = r.skipped.is_some();
                        let grave = r.warnings.iter().any(|w| w.is_grave());
                        view! {
                            <li>
                                <span><b>{r.name.unwrap_or_else(|| t::statuses::out_of_reach().to_owned())}</b><small>{r.reference}</small></span>
                                <span class="row" class:soft=!skipped&&!grave class:bad-text=grave><Icon name=if skipped { "circle-x" } else { "triangle-alert" } size=14/>{words.join(", ")}</span>
                            </li>
                        }
                    }).collect_view()}
                </ul>
                {(preview.more_remarks > 0).then(|| view! { <p class="soft">{t::statuses::more_remarks(preview.more_remarks)}</p> })}
            </section>
        })}
        {(named > 0).then(|| view! {
            <section>
                <h3>{t::statuses::customers_to_change}</h3>
                <ul class="plain-list statuses-remarks">
                    {first.into_iter().map(|row| view! {
                        <li><span><b>{row.name}</b><small>{row.reference}</small></span><span class="num">{format::money(row.balance)}</span></li>
                    }).collect_view()}
                </ul>
                {(unnamed > 0).then(|| view! { <p class="soft">{t::statuses::more_remarks(format::count(unnamed))}</p> })}
            </section>
        })}
        {(preview.grave > 0).then(|| view! {
            <Callout tone="warn"><Checkbox label=t::statuses::weighed(usize::try_from(preview.grave).unwrap_or(usize::MAX)) checked=weighed/></Callout>
        })}
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
