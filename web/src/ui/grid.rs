//! The virtual grid: only the rows in view are in the document, so a hundred thousand rows cost what forty cost.

use super::{
    grid_column::{Column, Grid},
    grid_keys::press,
    grid_rows::{Body, Head, Totals},
};
use leptos::{ev, html, prelude::*, text_prop::TextProp};
use std::sync::Arc;
use wasm_bindgen::{JsCast, closure::Closure};

/// Rows kept ready above and below the view: half a screen, so that a fast wheel turn shows no gap.
const OVERSCAN: usize = 14;
/// The window moves in steps, so that not every scroll event touches the document.
const STEP: usize = 4;
/// So many rows before the last loaded one the next page is asked for.
const AHEAD: usize = 60;

/// What head, body and keys need to know of each other.
pub(super) struct Inner<R: Send + Sync + 'static> {
    pub grid: Grid,
    pub rows: Signal<Arc<Vec<R>>>,
    pub total: Signal<usize>,
    pub key: fn(&R) -> String,
    pub name: fn(&R) -> String,
    pub columns: StoredValue<Vec<Column<R>>>,
    pub ticks: bool,
    pub cursor: RwSignal<usize>,
    /// Where a shift-click's range begins.
    pub anchor: StoredValue<usize>,
    pub height: Signal<f64>,
    pub range: Memo<(usize, usize)>,
    pub stem: StoredValue<String>,
    pub all_of_filter: Option<Callback<bool>>,
}

impl<R: Send + Sync> Clone for Inner<R> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R: Send + Sync> Copy for Inner<R> {}

impl<R: Send + Sync + 'static> Inner<R> {
    pub fn key_at(self, i: usize) -> Option<String> {
        self.rows.with_untracked(|rows| rows.get(i).map(self.key))
    }
    /// The columns in view, in order.
    pub fn shown(self) -> Vec<Column<R>> {
        self.grid.hidden.with(|hidden| {
            self.columns.with_value(|all| {
                all.iter()
                    .filter(|c| c.fixed || !hidden.contains(c.key))
                    .cloned()
                    .collect()
            })
        })
    }
    /// Ticks or unticks a row; with `shift` every row from the last ticked one to here becomes as this one.
    pub fn tick(self, i: usize, shift: bool) {
        let Some(key) = self.key_at(i) else { return };
        let on = self.grid.selected.with_untracked(|s| !s.contains(&key));
        let (from, to) = if shift {
            (self.anchor.get_value().min(i), self.anchor.get_value().max(i))
        } else {
            (i, i)
        };
        self.rows.with_untracked(|rows| {
            self.grid.selected.update(|selected| {
                for row in rows.iter().take(to + 1).skip(from) {
                    if on {
                        selected.insert((self.key)(row))
                    } else {
                        selected.remove(&(self.key)(row))
                    };
                }
            });
        });
        self.anchor.set_value(i);
    }
}

/// A grid of `rows`, the loaded start of `total` rows; `on_need` runs with the number loaded when scrolling comes near their
/// end, and rows not yet there show as waiting. A grid scrolls inside its panel: put it into `.grid-card` in a `.page-fill`.
///
/// Keys: arrows, Page and Home/End move (an open drawer follows), Enter opens, Space ticks, Shift+Space ticks a range,
/// Ctrl+A ticks all loaded, Escape closes the drawer. `on_all` lets the head's tick box select all of the filter instead.
#[component]
pub fn VirtualTable<R: Clone + Send + Sync + 'static>(
    grid: Grid,
    #[prop(into)] label: TextProp,
    #[prop(into)] rows: Signal<Arc<Vec<R>>>,
    #[prop(into)] total: Signal<usize>,
    row_key: fn(&R) -> String,
    /// What a screen reader calls the row ("Select {name}").
    row_name: fn(&R) -> String,
    columns: Vec<Column<R>>,
    #[prop(into)] row_height: Signal<f64>,
    #[prop(optional)] ticks: bool,
    #[prop(optional, into)] on_all: Option<Callback<bool>>,
    #[prop(optional, into)] on_need: Option<Callback<usize>>,
    /// A page is on its way.
    #[prop(optional, into)]
    loading: Signal<bool>,
    /// Shown when there are no rows and none are coming.
    #[prop(optional, into)]
    empty: ViewFn,
) -> impl IntoView {
    let scroller = NodeRef::<html::Div>::new();
    let (top, height) = (RwSignal::new(0.0_f64), RwSignal::new(720.0_f64));
    let totals = columns.iter().any(|c| c.total.is_some());
    let range = Memo::new(move |_| {
        let (h, n) = (row_height.get().max(1.0), total.get());
        let first = whole(top.get(), h) / STEP * STEP;
        let first = first.saturating_sub(OVERSCAN);
        (
            first.min(n),
            (first + whole(height.get(), h) + 2 * OVERSCAN + STEP).min(n),
        )
    });
    let inner = Inner {
        grid,
        rows,
        total,
        key: row_key,
        name: row_name,
        columns: StoredValue::new(columns),
        ticks,
        cursor: RwSignal::new(0),
        anchor: StoredValue::new(0),
        height: row_height,
        range,
        stem: StoredValue::new(super::unique_id("row")),
        all_of_filter: on_all,
    };

    measure(scroller, height);
    // Another order starts at the top; so does another filter, which replaces the first row.
    let first_key = Memo::new(move |_| (grid.sort.get(), rows.with(|rows| rows.first().map(row_key))));
    Effect::new(move |before: Option<()>| {
        // Read, not only tracked: a memo that nobody has read yet follows nothing.
        first_key.with(|_| ());
        if before.is_some() {
            inner.cursor.set(0);
            inner.anchor.set_value(0);
            if let Some(element) = scroller.get_untracked() {
                element.set_scroll_top(0);
            }
        }
    });
    if let Some(on_need) = on_need {
        Effect::new(move |_| {
            let (loaded, all) = (rows.with(|rows| rows.len()), total.get());
            if loaded < all && range.get().1 + AHEAD > loaded && !loading.get() {
                on_need.run(loaded);
            }
        });
    }
    let show = move |i: usize| keep_in_view(scroller, i, row_height.get_untracked(), totals);
    let on_key = move |e: ev::KeyboardEvent| {
        if e.target() == e.current_target() {
            press(
                inner,
                &e,
                whole(height.get_untracked(), row_height.get_untracked().max(1.0)),
                &show,
            );
        }
    };
    let width = move || {
        let narrow: u32 = inner.shown().iter().map(|c| c.width.map_or(144, |w| w.get())).sum();
        format!("{}px", narrow + if ticks { 40 } else { 0 })
    };
    view! {
        <div class="grid-scroll" node_ref=scroller tabindex="0" role="grid" aria-label=move || label.get() aria-multiselectable=ticks.then_some("true")
            aria-rowcount=move || total.get() + 1 aria-busy=move || loading.get().then_some("true")
            aria-activedescendant=move || rows.with(|rows| (!rows.is_empty()).then(|| inner.stem.with_value(|stem| format!("{stem}-{}", inner.cursor.get()))))
            on:scroll=move |_| if let Some(element) = scroller.get_untracked() { top.set(f64::from(element.scroll_top())) }
            on:keydown=on_key>
            <table class="grid" role="presentation" style:--grid-min=width>
                <Head inner/>
                <Body inner/>
                {totals.then(|| view! { <Totals inner/> })}
            </table>
            <Show when=move || total.get() == 0 && !loading.get()><div class="grid-empty" role="row"><div role="gridcell">{empty.run()}</div></div></Show>
        </div>
    }
    .into_any()
}

/// How many whole `unit`s fit into `length`.
#[expect(clippy::float_arithmetic, reason = "pixels of the screen")]
fn whole(length: f64, unit: f64) -> usize {
    (length / unit).max(0.0) as usize
}

fn measure(scroller: NodeRef<html::Div>, height: RwSignal<f64>) {
    Effect::new(move |_| {
        let Some(element) = scroller.get() else { return };
        height.set(f64::from(element.client_height()));
        let watched = element.clone();
        let changed = Closure::<dyn FnMut()>::new(move || {
            let _gone = height.try_set(f64::from(watched.client_height()));
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&element);
            let (observer, changed) = (StoredValue::new_local(observer), StoredValue::new_local(changed));
            on_cleanup(move || {
                observer.with_value(web_sys::ResizeObserver::disconnect);
                changed.dispose();
            });
        }
    });
}

#[expect(clippy::float_arithmetic, reason = "pixels of the screen")]
fn keep_in_view(scroller: NodeRef<html::Div>, i: usize, row: f64, totals: bool) {
    let Some(element) = scroller.get_untracked() else {
        return;
    };
    let covered = 34.0 + if totals { 36.0 } else { 0.0 };
    let (at, top) = (i as f64 * row, f64::from(element.scroll_top()));
    let room = f64::from(element.client_height()) - covered;
    if at < top {
        element.set_scroll_top(at as i32);
    } else if at + row > top + room {
        element.set_scroll_top((at + row - room) as i32);
    }
}
