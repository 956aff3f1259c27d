//! What a credit is set against, changed by hand. New rows are written; earlier ones stay (spec E09).

use super::debits::{DebitChoices, choice, parts, sound, total};
use crate::kernel::act::{Act, acceptable};
use crate::kernel::i18n::t;
use crate::kernel::{api::use_api, format, load};
use crate::ledger::{Brief, size};
use crate::ui::{
    Button, Callout, Dialog, Empty, Loading, ProblemNote, ProblemPanel, SkeletonKind, SubmitButton, TextInput,
    use_toasts,
};
use kept_shared::ids::EntryId;
use kept_shared::journal::PartBy;
use kept_shared::ledger::MAX_DESCRIPTION;
use kept_shared::money::Money;
use kept_shared::payments::{EntryAllocations, Reallocate};
use leptos::{ev, prelude::*};

#[component]
pub fn AllocateDialog(
    open: RwSignal<bool>,
    #[prop(into)] credit: Signal<EntryId>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let act = Act::new();
    view! {
        <Dialog open title=t::payments::allocate_title class="dialog-wide" locked=act.busy()>
            <Asked open credit=credit.get_untracked() act on_done/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Asked(open: RwSignal<bool>, credit: EntryId, act: Act, on_done: Callback<()>) -> impl IntoView {
    let api = use_api();
    act.clear();
    let found = load(move || api.entry_allocations(credit));
    move || {
        match (found.problem.get(), found.get()) {
        (Some(problem), _) => view! { <div class="dialog-body"><ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/></div> }.into_any(),
        (None, None) => view! { <div class="dialog-body"><Loading kind=SkeletonKind::Lines rows=6/></div> }.into_any(),
        (None, Some(a)) => view! { <Form open a act on_done/> }.into_any(),
    }
    }
}

#[component]
fn Form(open: RwSignal<bool>, a: EntryAllocations, act: Act, on_done: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let whole = size(a.entry.amount);
    let (credit, version) = (a.entry.id, a.version);
    let standing: Vec<_> = a.parts.iter().filter(|p| p.by == PartBy::Allocation).cloned().collect();
    let mut choices: Vec<_> = a
        .candidates
        .iter()
        .map(|c| {
            let has = standing.iter().filter(|p| p.entry.id == c.debit.id).map(|p| p.amount);
            choice(c.debit.clone(), c.open, Some(crate::ledger::sum(whole, has)))
        })
        .collect();
    // A debit that this credit pays in full is no candidate of others, but stays one of its own.
    for part in &standing {
        if !choices.iter().any(|c| c.debit.id == part.entry.id) {
            choices.push(choice(part.entry.clone(), part.amount, Some(part.amount)));
        }
    }
    let none = choices.is_empty();
    let had = crate::ledger::sum(whole, standing.iter().map(|p| p.amount));
    let choices = RwSignal::new(choices);
    let reason = RwSignal::new(String::new());
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let body = choices.with_untracked(|all| Reallocate {
            parts: untrack(|| parts(all)),
            reason: reason.get_untracked().trim().to_owned(),
        });
        if !choices.with_untracked(|all| untrack(|| sound(all))) || !acceptable(act, body.flaws(whole)) {
            return;
        }
        act.run(async move { api.reallocate(credit, version, &body).await }, move |_| {
            open.set(false);
            toasts.good(t::payments::allocated());
            on_done.run(());
        });
    };
    let over = move || choices.with(|all| total(all, whole).minor > whole.minor || !sound(all));
    let gives_back = move || choices.with(|all| total(all, whole).minor < had.minor);
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body">
                <div class="payments-credit"><Brief entry=a.entry/><b class="num nowrap">{format::money(whole)}</b></div>
                {if none {
                    view! { <Empty title=t::payments::no_debits text=t::payments::no_debits_hint icon="circle-check" class="empty-sm"/> }.into_any()
                } else {
                    view! {
                        <DebitChoices choices whole=Signal::stored(whole)/>
                        <Show when=gives_back><Callout tone="info"><p>{t::payments::gives_back}</p></Callout></Show>
                        <TextInput label=t::payments::why value=reason required=true problem=act.problem() pointer="/reason" maxlength=MAX_DESCRIPTION as u32 hint=t::payments::why_hint/>
                    }.into_any()
                }}
                <ProblemNote problem=act.problem()/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                {(!none).then(|| view! { <SubmitButton label=t::payments::allocate busy=act.busy() disabled=Signal::derive(over)/> })}
            </div>
        </form>
    }
    .into_any()
}

/// All of a line's parts in plain money, for a toast.
pub(super) fn amount_words(parts: &[kept_shared::payments::DebitPart], zero: Money) -> String {
    format::money(crate::ledger::sum(zero, parts.iter().map(|p| p.amount)))
}
