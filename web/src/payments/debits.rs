//! Parts by hand: open debits with an amount each.

use crate::kernel::{format, i18n::t};
use crate::ledger::{Brief, sum};
use crate::ui::amount_of;
use kept_shared::ids::EntryId;
use kept_shared::journal::EntryBrief;
use kept_shared::money::Money;
use kept_shared::payments::DebitPart;
use leptos::prelude::*;

/// A debit that can be paid, and what is typed for it.
#[derive(Clone)]
pub(super) struct Choice {
    pub debit: EntryBrief,
    /// Most it can take.
    pub open: Money,
    pub typed: RwSignal<String>,
}

/// The parts that are typed; a text that is no amount counts as nothing and is marked at its field.
pub(super) fn parts(choices: &[Choice]) -> Vec<DebitPart> {
    choices
        .iter()
        .filter_map(|c| {
            let amount = c.typed.with(|text| amount_of(text, c.open.currency))?;
            (amount.minor != 0).then_some(DebitPart {
                entry_id: c.debit.id,
                amount,
            })
        })
        .collect()
}

/// Whether every field holds an amount its debit can take.
pub(super) fn sound(choices: &[Choice]) -> bool {
    choices.iter().all(is_sound)
}
fn is_sound(c: &Choice) -> bool {
    c.typed.with(|text| {
        let blank = text.trim().is_empty();
        blank || amount_of(text, c.open.currency).is_some_and(|m| m.minor >= 0 && m.minor <= c.open.minor)
    })
}

/// What is typed, all together.
pub(super) fn total(choices: &[Choice], zero: Money) -> Money {
    sum(zero, parts(choices).into_iter().map(|p| p.amount))
}

/// The list, and what is still to be given away of `whole`.
#[component]
pub(super) fn DebitChoices(
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] whole: Signal<Money>,
) -> impl IntoView {
    let left = move || {
        let whole = whole.get();
        let used = choices.with(|all| total(all, whole));
        Money::new(whole.minor.saturating_sub(used.minor), whole.currency)
    };
    let line = move |c: Choice| {
        let (typed, open, checked) = (c.typed, c.open, c.clone());
        let fill = move |_| {
            // What is typed here already is given back first.
            let mine = typed
                .with_untracked(|text| amount_of(text, open.currency))
                .map_or(0, |m| m.minor);
            let free = untrack(left).minor.saturating_add(mine);
            let part = Money::new(open.minor.min(free).max(0), open.currency);
            typed.set(if part.is_zero() { String::new() } else { part.to_plain() });
        };
        let name = t::payments::amount_for(c.debit.no);
        let more = move || !is_sound(&checked);
        let wrong = more.clone();
        view! {
            <li>
                <Brief entry=c.debit/>
                <span class="payments-part">
                    <button type="button" class="btn btn-link num" title=t::payments::pay_all_of_it on:click=fill>{t::payments::open_of(format::money(open))}</button>
                    <span class="affix" style:--affix=open.currency.symbol().chars().count().to_string()>
                        <span aria-hidden="true">{open.currency.symbol()}</span>
                        <input type="text" inputmode="decimal" autocomplete="off" class="num" aria-label=name bind:value=typed aria-invalid=move || more().then_some("true")/>
                    </span>
                    {move || wrong().then(|| view! { <small class="payments-fault" role="alert">{t::payments::not_so_much}</small> })}
                </span>
            </li>
        }
    };
    view! {
        <div class="payments-debits">
            <ul class="ledger-parts"><For each=move || choices.get() key=|c| c.debit.id let:c>{line(c)}</For></ul>
            <p class="payments-left" class:is-over=move || { left().minor < 0 } role="status">
                {move || {
                    let left = left();
                    if left.minor < 0 { t::payments::too_much(format::money(crate::ledger::size(left))) } else { t::payments::left_of_it(format::money(left)) }
                }}
            </p>
        </div>
    }
    .into_any()
}

/// A choice for a debit, with what it has already.
pub(super) fn choice(debit: EntryBrief, open: Money, has: Option<Money>) -> Choice {
    let text = has.filter(|m| !m.is_zero()).map(Money::to_plain).unwrap_or_default();
    Choice {
        debit,
        open,
        typed: RwSignal::new(text),
    }
}

/// Amounts by debit, several parts of one debit together.
pub(super) fn by_debit(parts: impl IntoIterator<Item = (EntryId, Money)>) -> Vec<DebitPart> {
    let mut all: Vec<DebitPart> = vec![];
    for (entry_id, amount) in parts {
        match all.iter_mut().find(|p| p.entry_id == entry_id) {
            Some(part) => part.amount.minor = part.amount.minor.saturating_add(amount.minor),
            None => all.push(DebitPart { entry_id, amount }),
        }
    }
    all
}
