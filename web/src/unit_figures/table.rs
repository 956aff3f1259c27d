//! The figures as a table: a row for each unit or owner, and what they come to.

use crate::kernel::{format, i18n::t};
use crate::ui::Pill;
use kept_shared::levies::Frequency;
use kept_shared::unit_figures::{Recurring, UnitFigures, UnitStatus};
use leptos::prelude::*;

/// Current or delinquent, in colour and word.
pub fn standing_pill(status: UnitStatus) -> AnyView {
    match status {
        UnitStatus::Current => view! { <Pill tone="good" label=t::unit_figures::is_current/> }.into_any(),
        UnitStatus::Delinquent => view! { <Pill tone="bad" label=t::unit_figures::is_delinquent/> }.into_any(),
    }
}

/// `R 1 850.00 a month`.
pub fn recurring_words(r: Recurring) -> String {
    let amount = format::money(r.amount);
    match r.frequency {
        Frequency::Monthly => t::unit_figures::monthly(amount),
        Frequency::Quarterly => t::unit_figures::quarterly(amount),
        Frequency::Yearly => t::unit_figures::yearly(amount),
    }
}

/// Days past due; a dash when current.
pub fn past_due(days: Option<i64>) -> AnyView {
    match days {
        Some(days) => view! { <b>{days}</b> }.into_any(),
        None => dash(),
    }
}

fn dash() -> AnyView {
    view! { <span class="zero" aria-hidden="true">"–"</span> }.into_any()
}

fn day(on: Option<chrono::NaiveDate>) -> AnyView {
    on.map_or_else(dash, |d| {
        view! { <span class="nowrap">{format::date(d)}</span> }.into_any()
    })
}

/// One line: what it is about, and its figures.
pub struct Line {
    pub head: AnyView,
    pub figures: UnitFigures,
    /// What can be done about it, in a column of its own.
    pub act: Option<AnyView>,
}

fn cells(f: &UnitFigures, is_total: bool) -> AnyView {
    let recurring = f.recurring.map_or_else(dash, |r| {
        view! { <span class="nowrap">{recurring_words(r)}</span> }.into_any()
    });
    let credit =
        (f.credit.minor < 0).then(|| view! { <small>{t::unit_figures::credit}" "{format::money(f.credit)}</small> });
    let not_due =
        (f.not_due.minor > 0).then(|| view! { <small>{t::unit_figures::not_due}" "{format::money(f.not_due)}</small> });
    let paid_to = if is_total { dash() } else { day(f.paid_to) };
    view! {
        <td data-label=t::unit_figures::status>{standing_pill(f.status)}</td>
        <td class="num" data-label=t::unit_figures::recurring>{recurring}</td>
        <td data-label=t::unit_figures::next_due>{day(f.next_due_on)}</td>
        <td data-label=t::unit_figures::last_payment>{day(f.last_payment_on)}</td>
        <td data-label=t::unit_figures::paid_to>{paid_to}</td>
        <td class="num" data-label=t::unit_figures::past_due>{past_due(f.days_past_due)}</td>
        <td class="num" data-label=t::unit_figures::amount_due><span class="unit-figures-sum"><b class="nowrap">{format::money(f.amount_due)}</b>{not_due}{credit}</span></td>
        <td class="num" data-label=t::unit_figures::balance><span class="nowrap">{format::money(f.balance)}</span></td>
    }
    .into_any()
}

/// The table; `total` stands below where there is more than one line.
pub fn figures_table(
    label: fn() -> &'static str,
    first: fn() -> &'static str,
    lines: Vec<Line>,
    total: Option<UnitFigures>,
) -> AnyView {
    let acts = lines.iter().any(|line| line.act.is_some());
    let rows = lines
        .into_iter()
        .map(|line| {
            let act = acts.then(|| view! { <td class="acts-cell">{line.act}</td> });
            view! { <tr><th scope="row">{line.head}</th>{cells(&line.figures, false)}{act}</tr> }
        })
        .collect_view();
    let foot =
        total.map(|f| view! { <tfoot><tr><th scope="row">{t::unit_figures::total}</th>{cells(&f, true)}{acts.then(|| view! { <td></td> })}</tr></tfoot> });
    view! {
        <div class="table-wrap">
            <table class="table table-cards unit-figures" aria-label=label>
                <thead><tr>
                    <th scope="col">{first}</th><th scope="col">{t::unit_figures::status}</th><th scope="col" class="num">{t::unit_figures::recurring}</th>
                    <th scope="col">{t::unit_figures::next_due}</th><th scope="col">{t::unit_figures::last_payment}</th><th scope="col">{t::unit_figures::paid_to}</th>
                    <th scope="col" class="num">{t::unit_figures::past_due}</th><th scope="col" class="num">{t::unit_figures::amount_due}</th><th scope="col" class="num">{t::unit_figures::balance}</th>{acts.then(|| view! { <th><span class="sr">{t::levies::actions}</span></th> })}
                </tr></thead>
                <tbody>{rows}</tbody>
                {foot}
            </table>
        </div>
    }
    .into_any()
}
