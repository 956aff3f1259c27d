//! The rows with their ticks, badges, flag and note icon.

use super::page::Ticks;
use crate::kernel::{format, i18n::t};
use crate::ui::{Icon, Pill};
use kept_shared::{
    age_analysis::AgeRow,
    ids::AccountId,
    money::{Currency, Money, MoneyWire},
};
use leptos::{ev, prelude::*};

#[component]
fn Amount(text: String, currency: Currency) -> impl IntoView {
    let money = Money::try_from(MoneyWire {
        amount: text.clone(),
        currency,
    });
    match money {
        Ok(m) if m.is_zero() => view! { <span class="zero">"–"</span> }.into_any(),
        Ok(m) => view! { <span class:credit=m.minor.is_negative()>{format::amount(m)}</span> }.into_any(),
        Err(_) => view! { <span>{text}</span> }.into_any(),
    }
}

/// The table. A click with Shift ticks the range from the last ticked row.
#[component]
pub(super) fn Rows(
    rows: RwSignal<Vec<AgeRow>>,
    ticks: RwSignal<Ticks>,
    noted: RwSignal<Option<(AccountId, String)>>,
) -> impl IntoView {
    let last = RwSignal::new(None::<AccountId>);
    let tick = Callback::new(move |(id, on, range): (AccountId, bool, bool)| {
        let all = rows.get_untracked();
        let place = |id: AccountId| all.iter().position(|r| r.id == id);
        let from = last.get_untracked().filter(|_| range).and_then(place);
        ticks.update(|ticks| match (from, place(id)) {
            (Some(a), Some(b)) => all[a.min(b)..=a.max(b)].iter().for_each(|r| ticks.set(r.id, on)),
            (_, _) => ticks.set(id, on),
        });
        last.set(Some(id));
    });
    let every = Memo::new(move |_| ticks.with(|t| rows.with(|all| !all.is_empty() && all.iter().all(|r| t.has(r.id)))));
    let some = Memo::new(move |_| ticks.with(|t| rows.with(|all| all.iter().any(|r| t.has(r.id)))));
    let toggle_all = move |on: bool| {
        ticks.update(|t| {
            if on {
                rows.with_untracked(|all| all.iter().for_each(|r| t.set(r.id, true)));
            } else {
                *t = Ticks::default();
            }
        });
    };
    view! {
        <div class="table-wrap">
            <table class="table statuses-table">
                <thead>
                    <tr>
                        <th scope="col" class="statuses-tick">
                            <input type="checkbox" aria-label=t::statuses::tick_shown prop:checked=every prop:indeterminate=move || some.get() && !every.get()
                                on:change=move |e| toggle_all(event_target_checked(&e))/>
                        </th>
                        <th scope="col">{t::statuses::customer}</th>
                        <th scope="col">{t::statuses::status}</th>
                        <th scope="col" class="num">{t::handovers::current}</th>
                        <th scope="col" class="num">{t::handovers::d30}</th>
                        <th scope="col" class="num">{t::handovers::d60}</th>
                        <th scope="col" class="num">{t::handovers::d90}</th>
                        <th scope="col" class="num">{t::handovers::d120}</th>
                        <th scope="col" class="num">{t::handovers::total}</th>
                        <th scope="col"><span class="sr">{t::notes::title}</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || rows.get() key=|r| (r.id, r.notes, r.unread, r.statuses.len(), r.statuses.first().map(|s| s.id), r.handover.as_ref().map(|h| h.id)) let:row>
                        <Row row ticks tick noted/>
                    </For>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(
    row: AgeRow,
    ticks: RwSignal<Ticks>,
    tick: Callback<(AccountId, bool, bool)>,
    noted: RwSignal<Option<(AccountId, String)>>,
) -> impl IntoView {
    let id = row.id;
    let on = Memo::new(move |_| ticks.with(|t| t.has(id)));
    let unit: Vec<String> = [Some(row.reference.clone()), row.unit.clone()]
        .into_iter()
        .flatten()
        .collect();
    let label = t::statuses::tick(&row.name);
    let notes_label = t::notes::open(&row.name);
    let notes_tip = notes_label.clone();
    let (name, currency) = (row.name.clone(), row.currency);
    let flag = row.handover.map(|h| {
        let who = h
            .firm
            .map_or_else(|| h.attorney.clone(), |firm| format!("{} ({firm})", h.attorney));
        t::statuses::handover_flag(who, format::date(h.on))
    });
    let click = move |e: ev::MouseEvent| tick.run((id, !on.get_untracked(), e.shift_key()));
    let (count, unread) = (row.notes, row.unread);
    view! {
        <tr class:open=move || on.get() || noted.with(|n| n.as_ref().is_some_and(|n| n.0 == id))>
            <td class="statuses-tick"><input type="checkbox" aria-label=label prop:checked=on on:click=click/></td>
            <td>
                <span class="row statuses-name">
                    <b class="truncate">{row.name}</b>
                    {flag.map(|words| {
                        let tip = words.clone();
                        view! { <span class="statuses-flag" tabindex="0" role="img" aria-label=words data-tip=tip><Icon name="flag" size=14/></span> }
                    })}
                </span>
                <small class="sub">{unit.join(" · ")}</small>
            </td>
            <td><span class="chips">{row.statuses.into_iter().map(|s| view! { <span title=s.title><Pill tone=crate::notes::tone_class(s.tone) label=s.code/></span> }).collect_view()}</span></td>
            <td class="num"><Amount text=row.current currency/></td>
            <td class="num"><Amount text=row.d30 currency/></td>
            <td class="num"><Amount text=row.d60 currency/></td>
            <td class="num"><Amount text=row.d90 currency/></td>
            <td class="num"><Amount text=row.d120 currency/></td>
            <td class="num tot"><Amount text=row.total currency/></td>
            <td class="acts-cell">
                <button type="button" class="btn btn-ghost btn-sm notes" aria-label=notes_label title=notes_tip on:click=move |_| noted.set(Some((id, name.clone())))>
                    <Icon name="notebook-pen"/>{(count > 0).then_some(count)}{unread.then(|| view! { <span class="statuses-unread" aria-hidden="true"></span><span class="sr">{t::notes::unread}</span> })}
                </button>
            </td>
        </tr>
    }
    .into_any()
}
