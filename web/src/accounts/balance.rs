//! What a customer owes, by age.

use crate::ageing::age_name;
use crate::journal::explain;
use crate::kernel::{format, i18n::t};
use kept_shared::accounts::AccountBalance;
use kept_shared::ageing::AgeingRules;
use kept_shared::ids::AccountId;
use kept_shared::journal::Figure;
use kept_shared::money::Money;
use leptos::prelude::*;

#[component]
pub fn BalanceCard(account: AccountId, balance: Option<AccountBalance>, rules: AgeingRules) -> impl IntoView {
    let Some(b) = balance else {
        return view! { <div class="card accounts-balance"><p class="soft">{t::accounts::nothing_posted}</p></div> }
            .into_any();
    };
    let at = Some(b.as_at);
    let buckets = [
        (Figure::Current, b.current),
        (Figure::D30, b.d30),
        (Figure::D60, b.d60),
        (Figure::D90, b.d90),
        (Figure::D120, b.d120),
    ];
    let owed: i64 = buckets.iter().map(|(_, m)| m.minor.max(0)).sum();
    let bar = (owed > 0).then(|| {
        let parts = buckets
            .iter()
            .enumerate()
            .filter(|(_, (_, m))| m.minor > 0)
            .map(|(n, (_, m))| {
                view! { <i class=format!("b{n}") style:flex-grow=m.minor.to_string()></i> }
            })
            .collect_view();
        view! { <div class="stack" aria-hidden="true">{parts}</div> }
    });
    let lines = buckets.into_iter().enumerate().filter(|(_, (_, m))| m.minor != 0).map(|(n, (which, m))| {
        let name = age_name(std::iter::once(&rules), n);
        view! { <div><dt><span class=format!("dot b{n}") aria-hidden="true"></span>{name.clone()}</dt><dd>{explain(account, which, at, m, &name)}</dd></div> }
    }).collect_view();
    let unallocated = (b.unallocated.minor != 0).then(|| view! {
        <div><dt><span class="dot" aria-hidden="true"></span>{t::accounts::unallocated}</dt><dd>{explain(account, Figure::Unallocated, at, b.unallocated, t::accounts::unallocated())}</dd></div>
    });
    let has_ages = buckets.iter().any(|(_, m)| m.minor != 0) || b.unallocated.minor != 0;
    let payment = b.last_payment_on.map(|on| {
        let text = match b.last_payment {
            Some(amount) => t::accounts::last_payment(
                format::money(Money::new(amount.minor.saturating_abs(), amount.currency)),
                format::date(on),
            ),
            None => t::accounts::last_payment_on(format::date(on)),
        };
        view! { <p class="soft"><small>{text}</small></p> }
    });
    view! {
        <section class="card accounts-balance" aria-label=t::accounts::balance>
            <div class="accounts-total">
                <span class="soft">{t::accounts::balance_as_at(format::date(b.as_at))}</span>
                <strong class:credit=b.total.minor < 0>{explain(account, Figure::Balance, at, b.total, t::accounts::balance())}</strong>
                {payment}
            </div>
            {has_ages.then(|| view! { <div class="ages-wide">{bar}<dl class="ages">{lines}{unallocated}</dl></div> })}
        </section>
    }
    .into_any()
}
