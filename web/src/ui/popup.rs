//! Popups: they close on Escape, on a click elsewhere and when the focus leaves them.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// Closes `open` when something outside of `root` is pressed or focused. Give `root` the key handler [`on_escape`] too.
pub fn close_outside(root: NodeRef<html::Div>, open: RwSignal<bool>) {
    let outside = move |target: Option<web_sys::EventTarget>| {
        let node = target.and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        let inside = root.get_untracked().is_some_and(|r| r.contains(node.as_ref()));
        if !inside && open.try_get_untracked() == Some(true) {
            open.set(false);
        }
    };
    let pressed = window_event_listener(ev::pointerdown, move |e| outside(e.target()));
    let focused = window_event_listener(ev::focusin, move |e| outside(e.target()));
    on_cleanup(move || {
        pressed.remove();
        focused.remove();
    });
}

/// Closes `open` on Escape and gives the focus back to the popup's button.
pub fn on_escape(root: NodeRef<html::Div>, open: RwSignal<bool>) -> impl Fn(ev::KeyboardEvent) + Clone + 'static {
    move |e| {
        if e.key() == "Escape" && open.get_untracked() {
            e.stop_propagation();
            open.set(false);
            let button = root.get_untracked().and_then(|r| {
                let opener = r.query_selector("button[aria-expanded]").ok().flatten();
                opener.or_else(|| r.query_selector("button").ok().flatten())
            });
            if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _not_focusable = button.focus();
            }
        }
    }
}
