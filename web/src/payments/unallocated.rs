//! The worklist of money that stands against nothing (spec E10).

use super::allocate::{AllocateDialog, amount_words};
use super::debits::by_debit;
use crate::kernel::api::{Api, use_api};
use crate::kernel::i18n::{problem_text, t};
use crate::kernel::pages::{Pages, pages};
use crate::kernel::url::in_url;
use crate::kernel::{format, load, use_session};
use crate::ledger::Brief;
use crate::shell::use_place;
use crate::ui::{
    Button, ButtonKind, Empty, Icon, Loading, NoPermission, PageHead, Pill, ProblemPanel, SearchInput, use_toasts,
};
use kept_shared::ids::EntryId;
use kept_shared::money::Money;
use kept_shared::payments::*;
use kept_shared::permission::Permission;
use kept_shared::problem::Problem;
use leptos::prelude::*;
use leptos_router::components::A;
use std::collections::HashSet;

#[component]
pub fn UnallocatedPage() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::Allocate) fallback=|| view! { <div class="page"><NoPermission/></div> }>
            <Worklist/>
        </Show>
    }
    .into_any()
}

/// The first suggestion, with all others that were found the same way, as far as the money goes.
fn best(line: &UnallocatedLine) -> Vec<DebitPart> {
    let Some(by) = line.suggestions.first().map(|s| s.by) else {
        return vec![];
    };
    let mut left = line.open.minor;
    let mut parts = vec![];
    for s in line.suggestions.iter().filter(|s| s.by == by) {
        let part = s.amount.minor.min(left);
        if part > 0 {
            parts.push((s.debit.id, Money::new(part, s.amount.currency)));
            left -= part;
        }
    }
    by_debit(parts)
}

fn reason_words(by: SuggestedBy) -> (&'static str, &'static str) {
    match by {
        SuggestedBy::Reference => ("good", t::payments::by_reference()),
        SuggestedBy::Amount => ("info", t::payments::by_amount()),
        SuggestedBy::Strategy => ("neutral", t::payments::by_strategy()),
    }
}

/// The best suggestion of a credit, as it is accepted.
fn accepting(line: &UnallocatedLine) -> AcceptLine {
    let why = line.suggestions.first().map_or("", |s| reason_words(s.by).1);
    AcceptLine {
        entry_id: line.credit.id,
        parts: best(line),
        reason: t::payments::accepted_reason(why),
    }
}

/// Sets the best suggestion of each beside what it pays already: one call, a verdict for each.
async fn accept(api: Api, lines: &[UnallocatedLine]) -> Result<SuggestionsAccepted, Problem> {
    let mut all = SuggestionsAccepted {
        accepted: 0,
        verdicts: vec![],
    };
    for part in lines.chunks(MAX_ACCEPT) {
        let asked = AcceptSuggestions {
            lines: part.iter().map(accepting).collect(),
        };
        let done = api.accept_suggestions(&asked).await?;
        all.accepted += done.accepted;
        all.verdicts.extend(done.verdicts);
    }
    Ok(all)
}

/// What the page and its lines share.
#[derive(Clone, Copy)]
struct Work {
    list: Pages<UnallocatedLine>,
    ticked: RwSignal<HashSet<EntryId>>,
    /// Lines that are being set.
    busy: RwSignal<HashSet<EntryId>>,
    /// A bulk is on its way.
    progress: RwSignal<bool>,
    /// The credit in the dialog.
    by_hand: RwSignal<Option<EntryId>>,
}

#[component]
fn Worklist() -> impl IntoView {
    let (api, place) = (use_api(), use_place());
    let q = in_url("q");
    let list = pages(move |cursor| {
        let filter = UnallocatedFilter {
            community_id: place.community.get(),
            q: Some(q.get()).filter(|q| !q.is_empty()),
            limit: Some(50),
            cursor,
        };
        async move { api.unallocated(&filter).await }
    });
    // How much there is of it, over all pages.
    let sums = load(move || {
        list.rows().with(|_| ());
        let filter = UnallocatedFilter {
            community_id: place.community.get(),
            q: Some(q.get()).filter(|q| !q.is_empty()),
            limit: None,
            cursor: None,
        };
        async move { api.unallocated_summary(&filter).await }
    });
    let subtitle = move || {
        let sums = sums.get().map(|s| s.sums).unwrap_or_default();
        if sums.is_empty() {
            return t::payments::unallocated_text().to_owned();
        }
        let count = |n: u64| usize::try_from(n).unwrap_or_default();
        let each = sums.iter().map(|s| {
            t::payments::unallocated_sum(
                count(s.credits),
                format::money(s.open),
                t::payments::of_customers(count(s.customers)),
            )
        });
        each.collect::<Vec<_>>().join(" · ")
    };
    let work = Work {
        list,
        ticked: RwSignal::default(),
        busy: RwSignal::default(),
        progress: RwSignal::new(false),
        by_hand: RwSignal::new(None),
    };
    // What is not in the list any more is not ticked either.
    Effect::new(move |_| {
        let here: HashSet<EntryId> = list.rows().with(|rows| rows.iter().map(|r| r.credit.id).collect());
        work.ticked.update(|t| t.retain(|id| here.contains(id)));
    });
    let narrowed = move || q.with(|q| !q.is_empty());
    let dialog = RwSignal::new(false);
    Effect::new(move |_| {
        if work.by_hand.get().is_some() {
            dialog.set(true);
        }
    });
    Effect::new(move |_| {
        if !dialog.get() {
            work.by_hand.set(None);
        }
    });
    view! {
        <div class="page">
            <PageHead title=t::payments::unallocated subtitle=subtitle/>
            <div class="toolbar">
                <SearchInput label=t::payments::search value=q slash=true/>
            </div>
            {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem retry=move |()| list.reload()/> }.into_any(),
                (false, None) => view! { <Loading/> }.into_any(),
                (true, None) if list.rows().with(Vec::is_empty) && narrowed() => view! {
                    <Empty title=t::ui::no_match_title text=t::ui::no_match_text icon="search"/>
                }.into_any(),
                (true, None) if list.rows().with(Vec::is_empty) => view! {
                    <Empty title=t::payments::all_allocated text=t::payments::all_allocated_hint icon="circle-check" class="payments-done"/>
                }.into_any(),
                (true, None) => view! { <Lines work/> }.into_any(),
            }}
            {move || work.by_hand.get().map(|credit| view! { <AllocateDialog open=dialog credit=Signal::stored(credit) on_done=move |()| list.reload()/> })}
        </div>
    }
    .into_any()
}

#[component]
fn Lines(work: Work) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let rows = work.list.rows();
    let with_suggestion = move || {
        rows.with(|rows| {
            rows.iter()
                .filter(|r| !r.suggestions.is_empty())
                .map(|r| r.credit.id)
                .collect::<HashSet<_>>()
        })
    };
    let all = move || {
        let possible = with_suggestion();
        !possible.is_empty() && work.ticked.with(|t| possible.is_subset(t))
    };
    let bulk = move |_| {
        let wanted: Vec<UnallocatedLine> = rows.with_untracked(|rows| {
            let ticked = work.ticked.get_untracked();
            rows.iter().filter(|r| ticked.contains(&r.credit.id)).cloned().collect()
        });
        if wanted.is_empty() || work.progress.get_untracked() {
            return;
        }
        work.progress.set(true);
        leptos::task::spawn_local(async move {
            let answer = accept(api, &wanted).await;
            if work.progress.try_set(false).is_some() {
                return;
            }
            work.ticked.set(HashSet::new());
            match answer {
                Ok(done) => {
                    let good = usize::try_from(done.accepted).unwrap_or_default();
                    if good > 0 {
                        toasts.good(t::payments::accepted_n(good));
                    }
                    if let Some(problem) = done.verdicts.iter().find_map(|v| v.problem.as_ref()) {
                        toasts.bad(t::payments::not_accepted(
                            done.verdicts.len() - good,
                            problem_text(problem),
                        ));
                    }
                }
                Err(problem) => toasts.bad(problem_text(&problem)),
            }
            work.list.reload();
        });
    };
    let chosen = move || work.ticked.with(HashSet::len);
    view! {
        <div class="table-wrap">
            <table class="table table-cards payments-worklist" aria-label=t::payments::unallocated>
                <thead><tr>
                    <th scope="col" class="payments-tick"><input type="checkbox" aria-label=t::ui::select_all_rows prop:checked=all
                        on:change=move |e| work.ticked.set(if event_target_checked(&e) { with_suggestion() } else { HashSet::new() })/></th>
                    <th scope="col">{t::payments::customer}</th><th scope="col">{t::payments::credit}</th>
                    <th scope="col" class="num">{t::payments::unallocated_amount}</th><th scope="col">{t::payments::suggestion}</th><th scope="col"><span class="sr">{t::payments::actions}</span></th>
                </tr></thead>
                <tbody><For each=move || rows.get() key=shown_as let:line><Line line work/></For></tbody>
            </table>
            <Show when=move || work.list.has_more().get()>
                <div class="table-foot"><span>{move || t::ui::shown(rows.with(Vec::len))}</span>
                    <Button label=t::ui::show_more class="btn-sm" busy=work.list.loading_more on_click=move |_| work.list.more()/></div>
            </Show>
        </div>
        <Show when=move || { chosen() > 0 }>
            <div class="sticky-bar" role="status">
                <b>{move || t::payments::ticked(chosen())}</b>
                <span class="push"></span>
                <Button label=t::payments::accept_ticked kind=ButtonKind::Primary busy=work.progress on_click=bulk/>
                <Button label=t::ui::clear_selection kind=ButtonKind::Ghost on_click=move |_| work.ticked.set(HashSet::new())/>
            </div>
        </Show>
    }
    .into_any()
}

/// What a row would do when it is accepted: a row that would do something else is another row.
fn shown_as(line: &UnallocatedLine) -> impl Eq + std::hash::Hash + 'static + use<> {
    let parts: Vec<(EntryId, i64)> = best(line).iter().map(|p| (p.entry_id, p.amount.minor)).collect();
    (line.credit.id, line.open.minor, parts)
}

#[component]
fn Line(line: UnallocatedLine, work: Work) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let id = line.credit.id;
    let none = line.suggestions.is_empty();
    let parts = best(&line);
    let reason = line.suggestions.first().map(|s| reason_words(s.by));
    let of = |id: EntryId| {
        line.suggestions
            .iter()
            .find(|s| s.debit.id == id)
            .map(|s| s.debit.clone())
    };
    let more = parts.len().saturating_sub(3);
    let suggested = parts
        .iter()
        .take(3)
        .filter_map(|p| {
            let debit = of(p.entry_id)?;
            Some(view! { <li><Brief entry=debit/><span class="num nowrap">{format::amount(p.amount)}</span></li> })
        })
        .collect_view();
    let busy = Signal::derive(move || work.busy.with(|b| b.contains(&id)));
    let words = amount_words(&parts, line.open);
    let for_accept = line.clone();
    let go = move |_| {
        let (line, words) = (for_accept.clone(), words.clone());
        work.busy.update(|b| {
            b.insert(id);
        });
        leptos::task::spawn_local(async move {
            let name = line.name.clone();
            let answer = accept(api, &[line]).await;
            match answer.map(|done| done.verdicts.into_iter().find_map(|v| v.problem)) {
                Ok(None) => {
                    toasts.good(t::payments::accepted(words, name));
                    work.list.reload();
                }
                Ok(Some(problem)) | Err(problem) => toasts.bad(problem_text(&problem)),
            }
            let _gone = work.busy.try_update(|b| b.remove(&id));
        });
    };
    let name = t::ui::select_row(&line.name);
    view! {
        <tr>
            <td class="payments-tick">{(!none).then(|| view! { <input type="checkbox" aria-label=name prop:checked=move || work.ticked.with(|t| t.contains(&id))
                on:change=move |e| work.ticked.update(|t| { if event_target_checked(&e) { t.insert(id) } else { t.remove(&id) }; })/> })}</td>
            <td data-label=t::payments::customer><span class="ledger-brief"><A href=format!("/accounts/{}?tab=journal", line.account_id)>{line.name.clone()}</A>
                <small>{line.account.clone()}" · "{line.community.clone()}</small></span></td>
            <td data-label=t::payments::credit><Brief entry=line.credit.clone()/></td>
            <td class="num nowrap" data-label=t::payments::unallocated_amount><b class="tot">{format::money(line.open)}</b>
                <small class="sub">{t::payments::balance_of(format::amount(line.balance))}</small></td>
            <td data-label=t::payments::suggestion>
                {match reason {
                    Some((tone, words)) => view! {
                        <div class="payments-suggested"><Pill tone label=words/><ul class="ledger-parts">{suggested}
                            {(more > 0).then(|| view! { <li class="soft"><span>{t::payments::and_more(more)}</span></li> })}</ul></div>
                    }.into_any(),
                    None => view! { <span class="soft row"><Icon name="minus" size=14/>{t::payments::nothing_owed}</span> }.into_any(),
                }}
            </td>
            <td class="acts-cell"><span class="row">
                {(!none).then(|| view! { <Button label=t::payments::accept icon="check" class="btn-sm" busy on_click=go/> })}
                <Button label=t::payments::by_hand kind=ButtonKind::Ghost class="btn-sm" on_click=move |_| work.by_hand.set(Some(id))/>
            </span></td>
        </tr>
    }
    .into_any()
}
