//! Head, body and totals of the virtual grid, and the chooser of its columns.

use super::{
    grid::Inner,
    grid_column::{Column, Grid},
    menu::Menu,
    table::{header_face, on_control, order_of},
};
use crate::kernel::i18n::t;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// The tick column's width in pixels.
const TICK: u32 = 40;

/// Each column with how far from the left it sticks.
fn placed<R: Send + Sync + 'static>(inner: Inner<R>) -> Vec<(Column<R>, Option<u32>, bool)> {
    let shown = inner.shown();
    let mut left = if inner.ticks { TICK } else { 0 };
    let sticky = shown.iter().take_while(|c| c.sticky).count();
    shown
        .into_iter()
        .enumerate()
        .map(|(i, column)| {
            let own = (i < sticky).then_some(left);
            left += column.width.map_or(0, |w| w.get());
            (column, own, i + 1 == sticky)
        })
        .collect()
}

fn pixels(n: Option<u32>) -> Option<String> {
    n.map(|n| format!("{n}px"))
}

#[component]
pub(super) fn Head<R: Clone + Send + Sync + 'static>(inner: Inner<R>) -> impl IntoView {
    let selected = inner.grid.selected;
    let all = move || {
        let n = selected.with(|s| s.len());
        n > 0
            && inner.rows.with(|rows| {
                !rows.is_empty()
                    && n >= rows.len()
                    && selected.with(|s| rows.iter().all(|row| s.contains(&(inner.key)(row))))
            })
    };
    let some = move || selected.with(|s| !s.is_empty()) && !all();
    let toggle = move |_| {
        let on = !all();
        match inner.all_of_filter {
            Some(choose) => choose.run(on),
            None if on => inner
                .rows
                .with_untracked(|rows| selected.update(|s| s.extend(rows.iter().map(inner.key)))),
            None => selected.update(std::collections::HashSet::clear),
        }
    };
    let heads = move || {
        placed(inner)
            .into_iter()
            .map(|(column, left, last)| {
                let Column { key, title, numeric, sortable, .. } = column;
                let sort = sortable.then_some(inner.grid.sort);
                view! {
                    <th scope="col" role="columnheader" class:num=numeric class:stick=left.is_some() class:stick-last=last style:--left=pixels(left)
                        aria-sort=sort.map(|sort| order_of(key, sort))>{header_face(key, title, numeric, sort)}</th>
                }
            })
            .collect_view()
    };
    view! {
        <colgroup>
            {inner.ticks.then(|| view! { <col style:width=format!("{TICK}px")/> })}
            {move || inner.shown().into_iter().map(|c| view! { <col style:width=pixels(c.width.map(|w| w.get()))/> }).collect_view()}
        </colgroup>
        <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">
                {inner.ticks.then(|| view! {
                    <th scope="col" role="columnheader" class="sel stick stick-first">
                        <input type="checkbox" aria-label=t::ui::select_all_rows prop:checked=all prop:indeterminate=some on:change=toggle/>
                    </th>
                })}
                {heads}
            </tr>
        </thead>
    }
    .into_any()
}

#[component]
pub(super) fn Body<R: Clone + Send + Sync + 'static>(inner: Inner<R>) -> impl IntoView {
    // Rows are made anew when their data or the columns change, not when the window moves over them.
    let edition = Memo::new(move |before: Option<&u64>| {
        inner.rows.track();
        inner.grid.hidden.track();
        before.copied().unwrap_or(0).wrapping_add(1)
    });
    let window = move || {
        let ((from, to), loaded, edition) = (inner.range.get(), inner.rows.with(|rows| rows.len()), edition.get());
        (from..to).map(|i| (i, i < loaded, edition)).collect::<Vec<_>>()
    };
    let span = move || inner.shown().len() + usize::from(inner.ticks);
    let gap = move |rows: usize| format!("{}px", rows as u64 * inner.height.get() as u64);
    view! {
        <tbody role="rowgroup">
            <tr role="presentation" class="pad" style:height=move || gap(inner.range.get().0)><td role="presentation" colspan=span></td></tr>
            <For each=window key=|row| *row let:row>{if row.1 { loaded(inner, row.0) } else { waiting(inner, row.0) }}</For>
            <tr role="presentation" class="pad" style:height=move || gap(inner.total.get().saturating_sub(inner.range.get().1))><td role="presentation" colspan=span></td></tr>
        </tbody>
    }
    .into_any()
}

fn loaded<R: Clone + Send + Sync + 'static>(inner: Inner<R>, i: usize) -> AnyView {
    let Some(row) = inner.rows.with_untracked(|rows| rows.get(i).cloned()) else {
        return waiting(inner, i);
    };
    let grid = inner.grid;
    let key = StoredValue::new((inner.key)(&row));
    let name = (inner.name)(&row);
    let picked = Memo::new(move |_| key.with_value(|key| grid.selected.with(|s| s.contains(key))));
    let open = Memo::new(move |_| key.with_value(|key| grid.current.with(|c| c.as_ref() == Some(key))));
    let cells = untrack(|| placed(inner))
        .into_iter()
        .map(|(column, left, last)| {
            view! {
                <td role="gridcell" class:num=column.numeric class:stick=left.is_some() class:stick-last=last style:--left=pixels(left)>{(column.cell)(&row)}</td>
            }
        })
        .collect_view();
    let on_click = move |e: ev::MouseEvent| {
        let hit = e
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|target| on_control(&target));
        if hit {
            return;
        }
        inner.cursor.set(i);
        if inner.ticks && (e.ctrl_key() || e.meta_key() || e.shift_key()) {
            inner.tick(i, e.shift_key());
        } else {
            grid.current.set(Some(key.get_value()));
        }
    };
    view! {
        <tr role="row" id=inner.stem.with_value(|stem| format!("{stem}-{i}")) aria-rowindex=i + 2 aria-selected=move || picked.get().to_string()
            class:picked=picked class:open=open class:cursor=move || inner.cursor.get() == i on:click=on_click>
            {inner.ticks.then(|| view! {
                <td role="gridcell" class="sel stick stick-first">
                    <input type="checkbox" tabindex="-1" aria-label=t::ui::select_row(name) prop:checked=picked on:click=move |e: ev::MouseEvent| {
                        inner.cursor.set(i);
                        inner.tick(i, e.shift_key());
                    }/>
                </td>
            })}
            {cells}
        </tr>
    }
    .into_any()
}

fn waiting<R: Clone + Send + Sync + 'static>(inner: Inner<R>, i: usize) -> AnyView {
    let cells = untrack(|| inner.shown())
        .into_iter()
        .map(|_| view! { <td role="gridcell"><span class="skeleton"></span></td> })
        .collect_view();
    view! {
        <tr role="row" class="waiting" aria-rowindex=i + 2 aria-busy="true">{inner.ticks.then(|| view! { <td role="gridcell" class="sel"></td> })}{cells}</tr>
    }
    .into_any()
}

#[component]
pub(super) fn Totals<R: Clone + Send + Sync + 'static>(inner: Inner<R>) -> impl IntoView {
    let cells = move || {
        placed(inner)
            .into_iter()
            .map(|(column, left, last)| {
                view! {
                    <td role="gridcell" class:num=column.numeric class:stick=left.is_some() class:stick-last=last style:--left=pixels(left)>{column.total.map(|total| total())}</td>
                }
            })
            .collect_view()
    };
    view! {
        <tfoot role="rowgroup">
            <tr role="row">{inner.ticks.then(|| view! { <td role="gridcell" class="sel stick stick-first"></td> })}{cells}</tr>
        </tfoot>
    }
    .into_any()
}

/// The menu in which columns are shown and hidden. `columns`: key and title of those that may be hidden.
#[component]
pub fn ColumnChooser(
    grid: Grid,
    columns: Vec<(&'static str, leptos::text_prop::TextProp)>,
    /// What else shapes the columns, above them.
    #[prop(optional, into)]
    above: Option<ViewFn>,
) -> impl IntoView {
    let (columns, above) = (StoredValue::new(columns), StoredValue::new(above));
    view! {
        <Menu label=t::ui::columns icon="columns-3" button_class="btn btn-icon" group=true>
            {above.with_value(|above| above.as_ref().map(|above| view! { <div class="column-list">{above.run()}</div><div class="menu-sep"></div> }))}
            <div class="column-list" role="group" aria-label=t::ui::columns>
                {columns.with_value(|all| all.iter().map(|(key, title)| {
                    let (key, title) = (*key, title.clone());
                    view! {
                        <label class="check">
                            <input type="checkbox" prop:checked=move || grid.hidden.with(|h| !h.contains(key)) on:change=move |e| grid.hidden.update(|hidden| {
                                if event_target_checked(&e) { hidden.remove(key) } else { hidden.insert(key.to_owned()) };
                            })/>
                            <span>{move || title.get()}</span>
                        </label>
                    }
                }).collect_view())}
            </div>
        </Menu>
    }
    .into_any()
}
