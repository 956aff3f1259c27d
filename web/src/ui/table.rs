//! The plain list table, for pages of up to a few hundred rows.

use super::{button::Button, state::Empty};
use crate::kernel::i18n::t;
use leptos::{ev, prelude::*, text_prop::TextProp};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// One column of a [`DataTable`].
#[derive(Clone)]
pub struct DataColumn<R: 'static> {
    /// What the API calls it when sorting.
    pub key: &'static str,
    pub title: TextProp,
    pub numeric: bool,
    pub sortable: bool,
    /// Left out on a phone.
    pub secondary: bool,
    /// Left out below 1,400 pixels, where more important columns would not fit beside it.
    pub roomy: bool,
    pub cell: Arc<dyn Fn(&R) -> AnyView + Send + Sync>,
}

impl<R> DataColumn<R> {
    pub fn new(
        key: &'static str,
        title: impl Into<TextProp>,
        cell: impl Fn(&R) -> AnyView + Send + Sync + 'static,
    ) -> Self {
        Self {
            key,
            title: title.into(),
            numeric: false,
            sortable: false,
            secondary: false,
            roomy: false,
            cell: Arc::new(cell),
        }
    }
    /// Figures: right-aligned, and first sorted from the largest.
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }
    pub fn secondary(mut self) -> Self {
        self.secondary = true;
        self
    }
    pub fn roomy(mut self) -> Self {
        self.roomy = true;
        self
    }
}

/// A table of `rows`; every row becomes a card on a phone. The first column should hold the row's link (`<A>`), which makes
/// the whole row clickable with `linked`.
/// `sort` is (column, descending); the page fetches anew when it changes. `more` shows "show more" and is run by it.
/// `on_open` gets the key of a row that is clicked anywhere but on a control; give the row a button that does the same.
#[component]
pub fn DataTable<R: Clone + Send + Sync + 'static>(
    #[prop(into)] label: TextProp,
    columns: Vec<DataColumn<R>>,
    #[prop(into)] rows: Signal<Vec<R>>,
    row_key: fn(&R) -> String,
    #[prop(optional)] sort: Option<RwSignal<(String, bool)>>,
    #[prop(optional)] linked: bool,
    #[prop(optional, into)] on_open: Option<Callback<String>>,
    /// The row that is open in a drawer.
    #[prop(optional, into)]
    current: Option<Signal<Option<String>>>,
    #[prop(optional, into)] more: Option<Callback<()>>,
    #[prop(optional, into)] has_more: Signal<bool>,
    #[prop(optional, into)] loading_more: Signal<bool>,
    #[prop(optional, into)] empty_title: Option<TextProp>,
    #[prop(optional, into)] empty_text: Option<TextProp>,
    /// The table's foot: `tr` elements.
    #[prop(optional, into)]
    foot: Option<ViewFn>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let heads = columns
        .iter()
        .map(|column| {
            header(
                column.key,
                column.title.clone(),
                (column.numeric, column.roomy),
                sort.filter(|_| column.sortable),
            )
        })
        .collect_view();
    let columns = StoredValue::new(columns);
    let open = row_link();
    let none = empty_title.unwrap_or_else(|| t::ui::no_rows.into());
    view! {
        <div class="table-wrap">
            <table class=format!("table table-cards {class}") aria-label=move || label.get()>
                <thead><tr>{heads}</tr></thead>
                <tbody>
                    <For each=move || rows.get() key=move |row| row_key(row) let:row>
                        {
                            let key = row_key(&row);
                            let pressed = key.clone();
                            let cells = columns.with_value(|columns| columns.iter().map(|column| {
                                let title = column.title.clone();
                                view! {
                                    <td class:num=column.numeric class:hide-phone=column.secondary class:hide-narrow=column.roomy data-label=move || title.get()>{(column.cell)(&row)}</td>
                                }
                            }).collect_view());
                            view! {
                                <tr class:is-link=linked || on_open.is_some() class:open=move || current.is_some_and(|c| c.with(|c| c.as_deref() == Some(key.as_str())))
                                    on:click=move |e| match on_open {
                                        Some(on_open) if !hit_control(&e) => on_open.run(pressed.clone()),
                                        Some(_) => {}
                                        None if linked => open(&e),
                                        None => {}
                                    }>{cells}</tr>
                            }
                        }
                    </For>
                </tbody>
                {foot.map(|foot| view! { <tfoot>{foot.run()}</tfoot> })}
            </table>
            <Show when=move || rows.with(Vec::is_empty)>
                {let (title, text) = (none.clone(), empty_text.clone()); view! { <Empty title text=text.unwrap_or_default() class="empty-sm"/> }}
            </Show>
            <Show when=move || has_more.get()>
                <div class="table-foot">
                    <span>{move || t::ui::shown(rows.with(Vec::len))}</span>
                    <Button label=t::ui::show_more class="btn-sm" busy=loading_more on_click=move |_| if let Some(more) = more { more.run(()) }/>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

fn header(
    key: &'static str,
    title: TextProp,
    (numeric, roomy): (bool, bool),
    sort: Option<RwSignal<(String, bool)>>,
) -> AnyView {
    view! { <th scope="col" class:num=numeric class:hide-narrow=roomy aria-sort=sort.map(|sort| order_of(key, sort))>{header_face(key, title, numeric, sort)}</th> }.into_any()
}

/// What `aria-sort` says of a column.
pub(super) fn order_of(
    key: &'static str,
    sort: RwSignal<(String, bool)>,
) -> impl Fn() -> &'static str + Clone + Send + Sync {
    move || {
        sort.with(|(by, descending)| match (by == key, descending) {
            (true, true) => "descending",
            (true, false) => "ascending",
            (false, _) => "none",
        })
    }
}

/// A column's title: a button where it sorts. Figures sort from the largest first.
pub(super) fn header_face(
    key: &'static str,
    title: TextProp,
    numeric: bool,
    sort: Option<RwSignal<(String, bool)>>,
) -> AnyView {
    let Some(sort) = sort else {
        return view! { <span class="th-txt"><span>{move || title.get()}</span></span> }.into_any();
    };
    view! {
        <button type="button" class="th-btn" on:click=move |_| sort.update(|(by, descending)| {
            if by == key { *descending = !*descending } else { (*by, *descending) = (key.to_owned(), numeric) }
        })><span>{move || title.get()}</span><span class="sort" aria-hidden="true"></span></button>
    }
    .into_any()
}

/// Whether a click hit something that has a meaning of its own.
pub(super) fn on_control(target: &web_sys::Element) -> bool {
    target
        .closest("a, button, input, select, label, [role=menu]")
        .is_ok_and(|hit| hit.is_some())
}

fn hit_control(e: &ev::MouseEvent) -> bool {
    let hit = e.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    e.default_prevented() || hit.is_none_or(|hit| on_control(&hit))
}

/// What a click on a row does: it opens the page of the row's own link, unless the click hit a control.
/// The page is asked for by its address; a click made by script would run this handler a second time inside itself.
pub fn row_link() -> impl Fn(&ev::MouseEvent) + Copy + 'static {
    let go = StoredValue::new_local(use_navigate());
    move |e| {
        let hit = e.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let Some(hit) = hit.filter(|hit| !e.default_prevented() && !on_control(hit)) else {
            return;
        };
        let line = hit.closest("tr").ok().flatten();
        let link = line.and_then(|line| line.query_selector("a[href]").ok().flatten());
        let Some(to) = link.and_then(|link| link.get_attribute("href")) else {
            return;
        };
        if e.ctrl_key() || e.meta_key() {
            let _blocked = window().open_with_url_and_target(&to, "_blank");
        } else {
            go.with_value(|go| go(&to, NavigateOptions::default()));
        }
    }
}
