//! Balances by age: tiles that filter, and a bar with its list.

use crate::kernel::{format, i18n::t};
use kept_shared::money::Money;
use leptos::{prelude::*, text_prop::TextProp};

/// One age: its key (for filtering), its name, its colour class (`b0` to `b4`) and its amount.
#[derive(Clone, Debug, PartialEq)]
pub struct AgePart {
    pub key: String,
    pub label: String,
    pub class: &'static str,
    pub amount: Money,
}

/// Share of the parts that are owed, in whole percent; credits count as nothing.
fn share(parts: &[AgePart], part: &AgePart) -> i64 {
    let owed: i128 = parts.iter().map(|p| i128::from(p.amount.minor.max(0))).sum();
    if owed == 0 {
        return 0;
    }
    // Rounded to the nearest percent.
    i64::try_from((i128::from(part.amount.minor.max(0)) * 200 + owed) / (owed * 2)).unwrap_or(0)
}

/// The total and one tile for each age. A pressed tile filters the list below by its key; pressing it again lifts the filter.
/// Without `chosen` the tiles are figures only.
#[component]
pub fn AgeTiles(
    #[prop(into)] label: TextProp,
    #[prop(into)] total: Signal<Money>,
    #[prop(into)] parts: Signal<Vec<AgePart>>,
    #[prop(optional)] chosen: Option<RwSignal<Option<String>>>,
) -> impl IntoView {
    let tiles = move || {
        let all = parts.get();
        all.iter()
            .map(|part| {
                let percent = share(&all, part);
                let AgePart { key, label, class, amount } = part.clone();
                let own = key.clone();
                let pressed = move || chosen.map(|c| c.with(|c| (c.as_deref() == Some(own.as_str())).to_string()));
                view! {
                    <button type="button" class=format!("ageing-tile {class}") aria-pressed=pressed disabled=chosen.is_none() title=format::money(amount)
                        on:click=move |_| if let Some(chosen) = chosen { chosen.update(|c| *c = if c.as_deref() == Some(key.as_str()) { None } else { Some(key.clone()) }) }>
                        <span>{label}</span>
                        <strong>{format::money_short(amount)}</strong>
                        // A credit is no part of what is owed.
                        {(amount.minor >= 0).then(|| view! {
                            <i class="meter" aria-hidden="true"><i style:width=format!("{percent}%")></i></i>
                            <small title=t::ui::share_title>{percent}"%"</small>
                        })}
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <section class="ageing" aria-label=move || label.get()>
            <div class="ageing-total"><span>{t::ui::outstanding}</span><strong title=move || format::money(total.get())>{move || format::money_short(total.get())}</strong></div>
            {tiles}
        </section>
    }
    .into_any()
}

/// A bar of the ages and, below it, their exact amounts. With `on_pick` each amount is a button and its key is told.
#[component]
pub fn AgeBar(
    #[prop(into)] parts: Signal<Vec<AgePart>>,
    #[prop(optional, into)] on_pick: Option<Callback<String>>,
) -> impl IntoView {
    let amount = move |part: &AgePart| match on_pick.filter(|_| part.amount.minor != 0) {
        Some(pick) => {
            let (key, text) = (part.key.clone(), format::money(part.amount));
            let name = t::ui::explain(&part.label, &text);
            view! { <button type="button" class="figure" aria-label=name on:click=move |_| pick.run(key.clone())>{text}</button> }.into_any()
        }
        None => format::money(part.amount).into_any(),
    };
    view! {
        <div class="stack-2">
            <div class="stack" aria-hidden="true">
                {move || {
                    let all = parts.get();
                    all.iter().map(|part| (part.class, share(&all, part))).filter(|(_, percent)| *percent > 0)
                        .map(|(class, percent)| view! { <i class=class style:flex-grow=percent.to_string()></i> }).collect_view()
                }}
            </div>
            <dl class="ages">
                {move || parts.get().into_iter().map(|part| view! {
                    <div><dt><i class=format!("dot {}", part.class)></i>{part.label.clone()}</dt>
                        <dd class:zero=part.amount.minor == 0 class:credit={part.amount.minor < 0}>{amount(&part)}</dd></div>
                }).collect_view()}
            </dl>
        </div>
    }
    .into_any()
}
