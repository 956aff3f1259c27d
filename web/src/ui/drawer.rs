//! The side panel: one row of the list beside it, to read and to act on, without leaving the list.

use super::{button::IconButton, choice::typing, unique_id};
use crate::kernel::i18n::t;
use leptos::{ev, html, prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast;

/// A panel beside a list (over it on narrow screens). Escape closes it and the focus goes back to where it came from.
/// The focus stays in the list when it opens, so that arrow keys walk on: `take_focus` moves it in, for a panel opened by a button.
#[component]
pub fn Drawer(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] subtitle: Option<TextProp>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(optional)] take_focus: bool,
    /// `drawer-wide`
    #[prop(optional)]
    class: &'static str,
    #[prop(optional, into)] foot: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Aside>::new();
    let before = document()
        .active_element()
        .and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    if take_focus {
        Effect::new(move |_| {
            if let Some(panel) = node.get() {
                let _detached = panel.focus();
            }
        });
    }
    let close = move || {
        let inside = node
            .get_untracked()
            .is_some_and(|panel| document().active_element().is_some_and(|at| panel.contains(Some(&at))));
        on_close.run(());
        if inside && let Some(element) = before.try_get_value().flatten() {
            let _gone = element.focus();
        }
    };
    let keys = window_event_listener(ev::keydown, move |e| {
        let modal = document()
            .query_selector("dialog[open], [data-pop=open]")
            .ok()
            .flatten()
            .is_some();
        if e.key() == "Escape" && !modal && !e.default_prevented() && !typing(&e) {
            close();
        }
    });
    on_cleanup(move || keys.remove());
    let id = unique_id("drawer");
    let title_id = id.clone();
    view! {
        <aside node_ref=node class=format!("drawer {class}") tabindex="-1" aria-labelledby=title_id>
            <header class="drawer-head">
                <div><h2 id=id>{move || title.get()}</h2>{subtitle.map(|s| view! { <p>{move || s.get()}</p> })}</div>
                <IconButton icon="x" label=t::ui::close on_click=move |_| close()/>
            </header>
            <div class="drawer-body">{children()}</div>
            {foot.map(|foot| view! { <footer class="drawer-foot">{foot.run()}</footer> })}
        </aside>
    }
    .into_any()
}
