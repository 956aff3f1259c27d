//! The columns of the age analysis.

use super::list::AgeList;
use crate::kernel::format;
use crate::kernel::i18n::t;
use crate::ui::{Column, Grid, Icon, Pill};
use kept_shared::age_analysis::{AgeColumn, AgeLayout, AgeRow};
use kept_shared::ageing::{AgedMoney, AgeingRules, days_held};
use kept_shared::ids::AccountId;
use kept_shared::money::{Money, MoneyWire};
use leptos::{prelude::*, text_prop::TextProp};
use std::borrow::Cow;
use wasm_bindgen::JsCast;

/// Where the pointer or the focus asks for words: text, left, top.
pub(super) type Tip = RwSignal<Option<(String, f64, f64)>>;

/// A figure as shown: zero is a dash, credit has its own colour.
fn figure(row: &AgeRow, plain: &str) -> AnyView {
    let wire = MoneyWire {
        amount: plain.to_owned(),
        currency: row.currency,
    };
    match Money::try_from(wire) {
        Ok(m) if m.is_zero() => view! { <span class="zero">"–"</span> }.into_any(),
        Ok(m) => view! { <span class:credit={m.minor < 0}>{format::amount(m)}</span> }.into_any(),
        Err(_) => plain.to_owned().into_any(),
    }
}

/// The words behind the red flag (spec H08).
pub(super) fn flag_text(row: &AgeRow) -> Option<String> {
    row.handover.as_ref().map(|h| match &h.firm {
        Some(firm) => t::ageing::handed_over_firm(&h.attorney, firm, format::date(h.on)),
        None => t::ageing::handed_over(&h.attorney, format::date(h.on)),
    })
}

fn show_tip(tip: Tip, text: String, at: Option<web_sys::EventTarget>) {
    if let Some(element) = at.and_then(|a| a.dyn_into::<web_sys::Element>().ok()) {
        let place = element.get_bounding_client_rect();
        tip.set(Some((text, place.left(), place.bottom())));
    }
}

fn customer(row: &AgeRow, tip: Tip) -> AnyView {
    let flag = flag_text(row).map(|text| {
        let (hover, focus) = (text.clone(), text.clone());
        view! {
            <span class="ageing-flag" role="img" tabindex="0" aria-label=text
                on:mouseenter=move |e| show_tip(tip, hover.clone(), e.target()) on:focus=move |e| show_tip(tip, focus.clone(), e.target())
                on:mouseleave=move |_| tip.set(None) on:blur=move |_| tip.set(None)><Icon name="flag" size=14/></span>
        }
    });
    // On a phone the amounts are beyond the edge: what is owed stands under the name there.
    view! {
        <span class="who ageing-who">{flag}<b>{row.name.clone()}</b><small>{row.reference.clone()}</small>
            <small class="ageing-owed" aria-hidden="true">{figure(row, &row.total)}</small></span>
    }
    .into_any()
}

fn notes(row: &AgeRow, on_notes: Option<Callback<AccountId>>) -> AnyView {
    let (id, n) = (row.id, row.notes);
    let words = match (n, row.unread) {
        (0, _) => t::ageing::no_notes().to_owned(),
        (n, false) => t::ageing::notes_n(n as usize),
        (n, true) => t::ageing::notes_unread(n as usize),
    };
    let inner = view! { <Icon name="notebook-pen" size=14/>{(n > 0).then_some(n)}{row.unread.then(|| view! { <i class="ageing-dot"></i> })} };
    match on_notes {
        Some(open) => view! {
            <button type="button" class="ageing-note" class:is-none={n == 0} aria-label=format!("{words}: {}", row.name) title=words
                on:click=move |_| open.run(id)>{inner}</button>
        }
        .into_any(),
        None => view! { <span class="notes" title=words>{inner}</span> }.into_any(),
    }
}

fn money(
    list: AgeList,
    key: &'static str,
    title: impl Into<TextProp>,
    width: u32,
    of: fn(&AgeRow) -> Cow<'_, str>,
    sum: fn(&AgedMoney) -> Money,
) -> Column<AgeRow> {
    let total = Memo::new(move |_| {
        let summary = list.summary.get()?;
        // Sums of several currencies would be sums of nothing.
        match summary.totals.as_slice() {
            [one] => Some(format::amount(sum(&one.amounts))),
            _ => None,
        }
    });
    // A sum is never cut short: the column grows with it.
    let needed = move || {
        total.with(|t| {
            t.as_ref()
                .map_or(0, |t| u32::try_from(t.chars().count()).unwrap_or(0) * 15 / 2 + 18)
        })
    };
    Column::new(key, title, move |r: &AgeRow| figure(r, &of(r)))
        .width_of(Signal::derive(move || needed().max(width)))
        .numeric()
        .total(move || view! { <b>{move || total.get()}</b> }.into_any())
}

/// The heading of an age: the usual word, or the days where the community counts others.
pub(super) fn heading(list: AgeList, age: usize) -> String {
    list.summary.value.with(|s| {
        let communities = s.as_ref().map(|s| s.communities.as_slice()).unwrap_or_default();
        age_name(communities.iter().map(|c| &c.rules), age)
    })
}

/// What one age is called under these rules: the usual word, or its days where they all count others.
pub fn age_name<'r>(rules: impl Iterator<Item = &'r AgeingRules>, age: usize) -> String {
    let usual = || match age {
        0 => t::ageing::current(),
        1 => t::ageing::d30(),
        2 => t::ageing::d60(),
        3 => t::ageing::d90(),
        _ => t::ageing::d120(),
    };
    match days_held(rules).and_then(|all| all.get(age).copied()) {
        Some((None, Some(to))) => t::ageing::days_to(to),
        Some((Some(from), Some(to))) => t::ageing::days_between(from, to),
        Some((Some(from), None)) => t::ageing::days_over(from - 1),
        Some((None, None)) | None => usual().to_owned(),
    }
}

/// What of the total stands in no column in view, in the totals row: the sum has to add up.
fn not_in_view(list: AgeList, grid: Grid) -> impl IntoView {
    let hidden = move || grid.hidden.with(|h| h.contains(AgeColumn::Unallocated.as_str()));
    let sum = Memo::new(move |_| {
        let summary = list.summary.get()?;
        match summary.totals.as_slice() {
            [one] => Some(one.amounts.unallocated).filter(|m| !m.is_zero()),
            _ => None,
        }
    });
    move || {
        sum.get()
            .filter(|_| hidden())
            .map(|m| view! { <small class="ageing-unseen">{t::ageing::with_unallocated(format::amount(m))}</small> })
    }
}

/// All columns, in order. `on_notes` makes the note icon a button. In six ages what is not due stands before the others.
pub(super) fn columns(
    list: AgeList,
    grid: Grid,
    layout: AgeLayout,
    tip: Tip,
    on_notes: Option<Callback<AccountId>>,
) -> Vec<Column<AgeRow>> {
    let six = layout == AgeLayout::Six;
    let text = |key, title: fn() -> &'static str, of: fn(&AgeRow) -> Option<String>| {
        Column::new(key, title, move |r: &AgeRow| of(r).into_any())
    };
    let age = move |n: usize| move || heading(list, n);
    let mut all = vec![
        Column::new("name", t::ageing::customer, move |r: &AgeRow| customer(r, tip))
            .sticky()
            .sortable()
            .total(move || {
                view! { {move || t::ageing::total_of(format::count(list.total()))}{not_in_view(list, grid)} }.into_any()
            }),
        text("unit", t::ageing::unit, |r| r.unit.clone()).width(74).sortable(),
        text("community", t::ageing::community, |r| Some(r.community.clone())).width(92),
        text("group", t::ageing::group, |r| r.group.clone()).width(110),
        Column::new("status", t::ageing::status, |r: &AgeRow| {
            let pills = r
                .statuses
                .iter()
                .map(|s| view! { <Pill tone=s.tone.as_str() label=s.title.clone()/> });
            pills.collect_view().into_any()
        })
        .width(150)
        .sortable(),
        money(list, "total", t::ageing::total, 96, |r| (&r.total).into(), |a| a.total).sortable(),
    ];
    if six {
        all.push(
            money(
                list,
                "not_due",
                t::ageing::not_due_yet,
                96,
                |r| (&r.not_due).into(),
                |a| a.not_due,
            )
            .sortable(),
        );
        all.push(money(list, "current", age(0), 90, due_part, AgedMoney::due_part).sortable());
    } else {
        all.push(money(list, "current", age(0), 90, |r| (&r.current).into(), |a| a.current).sortable());
    }
    all.extend([
        money(list, "d30", age(1), 90, |r| (&r.d30).into(), |a| a.d30).sortable(),
        money(list, "d60", age(2), 90, |r| (&r.d60).into(), |a| a.d60).sortable(),
        money(list, "d90", age(3), 90, |r| (&r.d90).into(), |a| a.d90).sortable(),
        money(list, "d120", age(4), 90, |r| (&r.d120).into(), |a| a.d120).sortable(),
        money(
            list,
            "unallocated",
            t::ageing::unallocated,
            108,
            |r| (&r.unallocated).into(),
            |a| a.unallocated,
        )
        .sortable(),
    ]);
    if !six {
        all.push(
            money(
                list,
                "not_due",
                t::ageing::not_due,
                124,
                |r| (&r.not_due).into(),
                |a| a.not_due,
            )
            .sortable(),
        );
    }
    all.extend([
        Column::new("last_payment", t::ageing::last_payment, |r: &AgeRow| {
            match r.last_payment_on {
                Some(on) => view! { <span class="soft">{format::date(on)}</span> }.into_any(),
                None => view! { <span class="zero">{t::ageing::never}</span> }.into_any(),
            }
        })
        .width(104)
        .numeric()
        .sortable(),
        Column::new("notes", t::ageing::notes, move |r: &AgeRow| notes(r, on_notes))
            .width(70)
            .numeric(),
    ]);
    all
}

fn due_part(row: &AgeRow) -> Cow<'_, str> {
    row.due_part().map_or_else(|_| "?".to_owned(), Money::to_plain).into()
}
