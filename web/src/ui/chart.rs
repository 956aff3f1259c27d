//! Stacked columns in plain SVG, with the figures as a table for screen readers.

use crate::kernel::format;
use kept_shared::money::{Currency, Money};
use leptos::{prelude::*, text_prop::TextProp};

/// One column: its word below the axis and the minor units of each part, in the order of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartColumn {
    pub label: String,
    pub parts: Vec<i64>,
}

/// The drawing's own units; the browser scales it to the panel.
const WIDTH: i64 = 860;
const HEIGHT: i64 = 240;
const LEFT: i64 = 78;
const TOP: i64 = 8;
const BOTTOM: i64 = 24;
const LINES: i64 = 4;

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `largest`.
fn round_up(largest: i64) -> i64 {
    let mut power: i64 = 100;
    loop {
        for tenths in [10, 20, 25, 50] {
            let top = power.saturating_mul(tenths) / 10;
            if top >= largest || power > i64::MAX / 100 {
                return top.max(LINES);
            }
        }
        power *= 10;
    }
}

/// Columns of stacked amounts. `legend` names the parts with their colour class (`b0` to `b4`, `tone-good`). A pointer or the
/// focus on a column shows its figures.
#[component]
pub fn StackedBars(
    #[prop(into)] title: TextProp,
    /// What the first column of the hidden table is: "Month".
    #[prop(into)]
    heading: TextProp,
    #[prop(into)] columns: Signal<Vec<ChartColumn>>,
    #[prop(into)] legend: Signal<Vec<(String, &'static str)>>,
    currency: Currency,
) -> impl IntoView {
    let over = RwSignal::new(None::<usize>);
    let money = move |minor: i64| format::money_short(Money::new(minor, currency));
    let middle = move |i: usize, n: usize| {
        let step = (WIDTH - LEFT) / i64::try_from(n.max(1)).unwrap_or(1);
        (LEFT + step * i64::try_from(i).unwrap_or(0) + step / 2, step)
    };
    let plot = move || {
        let all = columns.get();
        // Credits do not stack: a part below zero is drawn as nothing and stands in the figures.
        let top = round_up(
            all.iter()
                .map(|c| c.parts.iter().map(|p| (*p).max(0)).sum::<i64>())
                .max()
                .unwrap_or(0),
        );
        let tall = HEIGHT - TOP - BOTTOM;
        let y = move |minor: i64| {
            TOP + tall - i64::try_from(i128::from(minor) * i128::from(tall) / i128::from(top)).unwrap_or(0)
        };
        let lines = (0..=LINES)
            .map(|i| {
                let at = top / LINES * i;
                view! {
                    <line class="gl" x1=LEFT x2=WIDTH y1=y(at) y2=y(at)></line>
                    <text class="ax" x=LEFT - 8 y=y(at) + 4 text-anchor="end">{money(at)}</text>
                }
            })
            .collect_view();
        let classes = legend.get();
        let bars = all
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let (x, step) = middle(i, all.len());
                let mut below = 0_i64;
                let parts = column
                    .parts
                    .iter()
                    .zip(&classes)
                    .map(|(part, (_, class))| {
                        let (from, to) = (y(below), y(below + (*part).max(0)));
                        below += (*part).max(0);
                        view! { <rect class=format!("seg {class}") x=x - step * 3 / 10 y=to width=step * 6 / 10 height=(from - to - 1).max(0) rx="1.5"></rect> }
                    })
                    .collect_view();
                view! {
                    <g class="bar" class:dim=move || over.get().is_some_and(|o| o != i) on:pointerenter=move |_| over.set(Some(i)) on:pointerleave=move |_| over.set(None)>
                        <rect class="hit" x=x - step / 2 y="0" width=step height=HEIGHT></rect>
                        {parts}
                        <text class="ax" x=x y=HEIGHT - 6 text-anchor="middle">{column.label.clone()}</text>
                    </g>
                }
            })
            .collect_view();
        view! { {lines} {bars} }
    };
    let tip = move || {
        let i = over.get()?;
        columns.with(|all| {
            let column = all.get(i)?;
            let left = middle(i, all.len()).0 * 100 / WIDTH;
            let figures = legend
                .get()
                .into_iter()
                .zip(&column.parts)
                .rev()
                .map(|((name, class), part)| view! { <li><i class=format!("dot {class}")></i>{name}<b>{money(*part)}</b></li> })
                .collect_view();
            Some(view! { <div class="tip" class:flip={left > 65} style:left=format!("{left}%") aria-hidden="true"><strong>{column.label.clone()}</strong><ul>{figures}</ul></div> })
        })
    };
    let (name, caption) = (title.clone(), title.clone());
    view! {
        <figure class="chart">
            <figcaption>
                <h2>{move || title.get()}</h2>
                <ul class="legend" aria-hidden="true">
                    {move || legend.get().into_iter().map(|(name, class)| view! { <li><i class=format!("dot {class}")></i>{name}</li> }).collect_view()}
                </ul>
            </figcaption>
            <div class="plot">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=move || name.get()>{plot}</svg>
                {tip}
            </div>
            <div class="sr">
                <table>
                    <caption>{move || caption.get()}</caption>
                    <thead><tr><th scope="col">{move || heading.get()}</th>{move || legend.get().into_iter().map(|(name, _)| view! { <th scope="col">{name}</th> }).collect_view()}</tr></thead>
                    <tbody>{move || columns.get().into_iter().map(|column| view! {
                        <tr><th scope="row">{column.label}</th>{column.parts.into_iter().map(|part| view! { <td>{format::money(Money::new(part, currency))}</td> }).collect_view()}</tr>
                    }).collect_view()}</tbody>
                </table>
            </div>
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::round_up;

    #[test]
    fn the_axis_ends_on_a_round_figure() {
        assert_eq!(round_up(0), 100);
        assert_eq!(round_up(101), 200);
        assert_eq!(round_up(2_001), 2_500);
        assert_eq!(round_up(99_999_999), 100_000_000);
    }
}
