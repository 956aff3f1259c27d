//! The grid of the age analysis, over the kit's virtual table.

use super::columns::{Tip, columns};
use super::list::AgeList;
use crate::kernel::i18n::t;
use crate::kernel::prefs::{store, stored, use_look};
use crate::ui::{ColumnChooser, Empty, Grid, ProblemPanel, VirtualTable};
use kept_shared::age_analysis::{AgeColumn, AgeFilter, AgeLayout, AgeRow, AgeSort, SortOrder};
use kept_shared::ids::AccountId;
use kept_shared::statuses::Selection;
use leptos::prelude::*;
use std::collections::HashSet;

/// The state of a grid over a list: the order follows the list's filter and leads it, hidden columns are remembered.
pub fn age_grid(list: AgeList) -> Grid {
    // In six ages the column of what is current holds what is due of it.
    let of_filter = move || {
        list.filter.with(|f| {
            let column = match f.sort() {
                AgeSort::CurrentDue => AgeSort::Current,
                sort => sort,
            };
            (column.as_str().to_owned(), f.order() == SortOrder::Descending)
        })
    };
    let six = Memo::new(move |_| list.filter.with(|f| f.layout() == AgeLayout::Six));
    let (sort, descending) = untrack(of_filter);
    let grid = Grid::new(&sort, descending);
    follow_columns(list, grid);
    Effect::new(move |_| {
        let now = of_filter();
        if grid.sort.with_untracked(|s| *s != now) {
            grid.sort.set(now);
        }
    });
    Effect::new(move |_| {
        let (key, descending) = grid.sort.get();
        let sort = match (key.parse::<AgeSort>(), six.get()) {
            (Ok(AgeSort::Current), true) => AgeSort::CurrentDue,
            (Ok(sort), _) => sort,
            (Err(_), _) => return,
        };
        let order = if descending {
            SortOrder::Descending
        } else {
            SortOrder::Ascending
        };
        if list.filter.with_untracked(|f| (f.sort(), f.order()) != (sort, order)) {
            list.filter.update(|f| {
                f.sort = Some(sort);
                f.order = Some(order);
            });
        }
    });
    grid
}

/// Hidden columns are what the address leaves out; where it says nothing, what this browser last hid.
fn follow_columns(list: AgeList, grid: Grid) {
    let all_but = |shown: &[AgeColumn]| -> HashSet<String> {
        let out = AgeColumn::ALL.iter().filter(|c| !shown.contains(c));
        out.map(|c| c.as_str().to_owned()).collect()
    };
    let of_filter = move || {
        list.filter.with(|f| {
            let layout = f.layout();
            (f.columns().map(|shown| all_but(&shown)), layout)
        })
    };
    let usual = match stored("ageing.hidden") {
        Some(keys) => keys.split(',').map(str::to_owned).collect(),
        None => all_but(&AgeColumn::USUAL),
    };
    grid.hidden.set(untrack(of_filter).0.unwrap_or(usual));
    Effect::new(move |_| {
        let (hidden, layout) = of_filter();
        let mut wanted = hidden.unwrap_or_else(|| grid.hidden.get_untracked());
        if layout == AgeLayout::Six {
            wanted.remove(AgeColumn::NotDue.as_str());
        }
        if grid.hidden.with_untracked(|h| *h != wanted) {
            grid.hidden.set(wanted);
        }
    });
    Effect::new(move |before: Option<()>| {
        let now = shown(grid);
        if before.is_none() {
            return;
        }
        let keys: Vec<String> = grid.hidden.with_untracked(|h| h.iter().cloned().collect());
        store("ageing.hidden", &keys.join(","));
        // Somebody hid or showed one: from now on the address says which.
        if list.filter.with_untracked(|f| f.columns().is_none_or(|c| c != now)) {
            list.filter.update(|f| f.columns = now);
        }
    });
}

/// The columns in view, in order.
fn shown(grid: Grid) -> Vec<AgeColumn> {
    let on = |c: &&AgeColumn| grid.hidden.with(|h| !h.contains(c.as_str()));
    AgeColumn::ALL.iter().filter(on).copied().collect()
}

/// The filter as it looks now: with the columns in view, whether or not the address names them.
pub fn as_shown(list: AgeList, grid: Grid) -> AgeFilter {
    AgeFilter {
        columns: shown(grid),
        ..list.filter.get()
    }
}

/// The account a key of the grid stands for.
pub fn account_of(key: &str) -> Option<AccountId> {
    key.parse().ok()
}

/// Up to so many ticked rows are sent by name, so that what is applied is what was seen.
const BY_NAME: usize = 1_000;

/// What is ticked, as the server takes it: the rows, or the whole filter when all of its many rows are.
pub fn ticked(list: AgeList, grid: Grid) -> Selection<kept_shared::age_analysis::AgeFilter> {
    let keys = grid.selected.get_untracked();
    if list.complete.get_untracked() && keys.len() > BY_NAME && keys.len() == list.count.get_untracked() {
        return Selection::Filter {
            filter: list.filter.get_untracked().without_page(),
            except: vec![],
        };
    }
    // In the order of the list.
    let account_ids = list.with(|rows| {
        rows.iter()
            .map(|r| r.id)
            .filter(|id| keys.contains(&id.to_string()))
            .collect()
    });
    Selection::Accounts { account_ids }
}

/// The chooser of columns and of the layout of ages that belongs to a grid.
#[component]
pub fn AgeColumns(list: AgeList, grid: Grid) -> impl IntoView {
    let all = columns(list, grid, AgeLayout::Five, RwSignal::new(None), None);
    let may_hide = all.into_iter().filter(|c| !c.fixed).map(|c| (c.key, c.title)).collect();
    let six = move || list.filter.with(|f| f.layout() == AgeLayout::Six);
    let above = ViewFn::from(move || {
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=six on:change=move |e| {
                    let on = event_target_checked(&e);
                    list.filter.update(|f| f.layout = on.then_some(AgeLayout::Six));
                }/>
                <span>{t::ageing::six_ages}<small>{t::ageing::six_ages_hint}</small></span>
            </label>
        }
    });
    view! { <ColumnChooser grid columns=may_hide above/> }
}

/// The rows of a list: sort, keys, ticks, totals and the states between. `on_notes` makes the note icons buttons.
#[component]
pub fn AgeGrid(
    list: AgeList,
    grid: Grid,
    #[prop(optional)] ticks: bool,
    #[prop(optional, into)] on_notes: Option<Callback<AccountId>>,
) -> impl IntoView {
    let tip: Tip = RwSignal::new(None);
    Effect::new(move |_| {
        list.rows.track();
        tip.set(None);
    });
    let layout = Memo::new(move |_| list.filter.with(AgeFilter::layout));
    let total = Memo::new(move |_| list.total());
    let empty = move || match list.problem.get() {
        Some(problem) => {
            view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| list.reload()/> }.into_any()
        }
        None => view! { <Empty title=t::ageing::nothing text=t::ageing::nothing_hint icon="search"/> }.into_any(),
    };
    // Another layout is another table: its columns stand in another order.
    let table = move || {
        let columns = columns(list, grid, layout.get(), tip, on_notes);
        view! {
            <VirtualTable grid label=t::ageing::title rows=list.rows total row_key=|r: &AgeRow| r.id.to_string() row_name=|r: &AgeRow| r.name.clone()
                columns row_height=use_look().row_height() ticks loading=list.busy empty/>
        }
    };
    // Where some rows are here and the others did not come.
    let broken = move || {
        let problem = list.problem.get().filter(|_| total.get() > 0)?;
        Some(view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| list.reload()/> })
    };
    view! {
        {broken}
        {table}
        {move || tip.get().map(|(text, x, y)| view! {
            <div class="ageing-tip" role="tooltip" style:left=format!("{x}px") style:top=format!("{y}px")>{text}</div>
        })}
    }
    .into_any()
}
