//! What the payments of a statement tell.

use crate::kernel::{format, i18n::t};
use kept_shared::statements::PaymentFrequency;
use leptos::prelude::*;

fn tile(label: &'static str, figure: String, below: String) -> impl IntoView {
    view! { <div class="tile"><span>{label}</span><strong>{figure}</strong><small class="soft">{below}</small></div> }
}

/// Five figures in a row: how often, how much, whether it came back, whether charges are raised (spec G01).
#[component]
pub fn Facts(facts: PaymentFrequency) -> impl IntoView {
    let f = facts;
    let none = || t::statements::none().to_owned();
    let days = |n: u32| t::statements::days_n(usize::try_from(n).unwrap_or_default());
    let paid = if f.payments == 0 {
        t::statements::no_payments().to_owned()
    } else {
        t::statements::payments_hint(format::money(f.paid))
    };
    let gap = f
        .median_gap_days
        .map_or_else(|| t::statements::gap_none(), |_| t::statements::gap_hint())
        .to_owned();
    let back = if f.returned == 0 {
        t::statements::returned_none().to_owned()
    } else {
        t::statements::returned_hint(format::money(f.returned_amount))
    };
    let charged = if f.months_charged == 0 {
        t::statements::charge_none().to_owned()
    } else {
        t::statements::charge_hint(f.months_charged, f.months)
    };
    view! {
        <div class="tiles statements-facts" role="group" aria-label=t::statements::facts>
            {tile(t::statements::payments(), f.payments.to_string(), paid)}
            {tile(t::statements::gap(), f.median_gap_days.map_or_else(none, days), gap)}
            {tile(t::statements::last(), f.last_payment.map_or_else(none, format::money), f.last_payment_on.map(format::date).unwrap_or_default())}
            {tile(t::statements::returned(), f.returned.to_string(), back)}
            {tile(t::statements::charge(), f.monthly_charge.map_or_else(none, format::money), charged)}
        </div>
    }
    .into_any()
}
