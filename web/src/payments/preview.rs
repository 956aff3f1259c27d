//! What a payment would do, before it is recorded: debits it pays, and the ageing before and after.

use crate::ageing::age_name;
use crate::kernel::{format, i18n::t};
use crate::ledger::{Brief, figure};
use crate::ui::Pill;
use kept_shared::ageing::{AgedMoney, AgeingRules};
use kept_shared::money::Money;
use kept_shared::payments::PaymentPlan;
use leptos::prelude::*;

/// Lines shown before the rest is a number.
const SHOWN: usize = 12;

#[component]
pub(super) fn Plan(plan: PaymentPlan, rules: AgeingRules) -> impl IntoView {
    let (counted, waits) = (plan.counted(), plan.waits());
    let count = plan.parts.len();
    let rest = count.saturating_sub(SHOWN);
    let none = count == 0;
    let lines = plan
        .parts
        .into_iter()
        .take(SHOWN)
        .map(|p| {
            let paid = p.open_after.is_zero();
            let after = if paid {
                view! { <Pill tone="good" label=t::payments::paid_in_full/> }.into_any()
            } else {
                view! { <small class="soft">{t::payments::still_open(format::money(p.open_after))}</small> }.into_any()
            };
            view! { <li><Brief entry=p.debit/><span class="payments-pays"><b class="num nowrap">{format::amount(p.amount)}</b>{after}</span></li> }
        })
        .collect_view();
    let nothing = if counted.is_zero() {
        t::payments::pays_nothing
    } else {
        t::payments::pays_unnamed
    };
    let over = |label: fn() -> &'static str, amount: Money| {
        (!amount.is_zero()).then(|| view! { <li class="payments-over"><span>{label}</span><b class="num nowrap">{format::amount(amount)}</b></li> })
    };
    view! {
        <h3>{t::payments::pays}</h3>
        {none.then(|| view! { <p class="soft">{nothing}</p> })}
        <ul class="ledger-parts">{lines}
            {(rest > 0).then(|| view! { <li class="soft"><span>{t::payments::and_more(rest)}</span></li> })}
            {over(t::payments::counted, counted)}
            {over(t::payments::left_over, waits)}
        </ul>
        <h3>{t::payments::ageing}</h3>
        <Ages before=plan.before after=plan.after rules/>
    }
    .into_any()
}

#[component]
fn Ages(before: AgedMoney, after: AgedMoney, rules: AgeingRules) -> impl IntoView {
    let row = |class: &'static str, label: String, b: Money, a: Money| {
        let moved = a != b;
        view! {
            <tr class:payments-moved=moved><th scope="row"><i class=format!("dot {class}")></i>{label}</th>
                <td class="num">{figure(b)}</td><td class="num">{figure(a)}</td></tr>
        }
    };
    let age = |n: usize| age_name(std::iter::once(&rules), n);
    view! {
        <table class="table table-tight payments-ages">
            <thead><tr><th scope="col">{t::payments::age}</th><th scope="col" class="num">{t::payments::before}</th><th scope="col" class="num">{t::payments::after}</th></tr></thead>
            <tbody>
                {row("b0", age(0), before.current, after.current)}
                {row("b1", age(1), before.d30, after.d30)}
                {row("b2", age(2), before.d60, after.d60)}
                {row("b3", age(3), before.d90, after.d90)}
                {row("b4", age(4), before.d120, after.d120)}
                {(!before.unallocated.is_zero() || !after.unallocated.is_zero()).then(|| row("", t::ageing::unallocated().to_owned(), before.unallocated, after.unallocated))}
            </tbody>
            <tfoot><tr><th scope="row">{t::ageing::balance}</th><td class="num nowrap">{format::amount(before.total)}</td><td class="num nowrap">{format::amount(after.total)}</td></tr></tfoot>
        </table>
    }
    .into_any()
}
