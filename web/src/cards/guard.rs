//! The ways out of a customer's page: links anywhere in the app, and the browser tab itself.

use super::{Cards, Wish};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

/// The address within the app that a plain click on a link leads to, when it is another page.
fn leads_to(e: &web_sys::MouseEvent) -> Option<String> {
    if e.button() != 0 || e.ctrl_key() || e.meta_key() || e.shift_key() || e.alt_key() {
        return None;
    }
    let link = e
        .target()?
        .dyn_into::<web_sys::Element>()
        .ok()?
        .closest("a[href]")
        .ok()??;
    let link = link.dyn_into::<web_sys::HtmlAnchorElement>().ok()?;
    let here = window().location();
    let is_ours = link.origin() == here.origin().ok()? && link.target().is_empty() && !link.has_attribute("download");
    (is_ours && link.pathname() != here.pathname().ok()?)
        .then(|| format!("{}{}{}", link.pathname(), link.search(), link.hash()))
}

/// Asks before a link leads away from words that would be lost; the browser asks before the tab closes.
pub(super) fn guard(cards: Cards) {
    // Before anybody else hears of the click, the router among them.
    let clicked = Closure::<dyn Fn(web_sys::MouseEvent)>::new(move |e: web_sys::MouseEvent| {
        if let Some(to) = leads_to(&e).filter(|_| cards.would_lose()) {
            e.prevent_default();
            e.stop_propagation();
            cards.want(Wish::Leave(to));
        }
    });
    let on = document();
    let _heard = on.add_event_listener_with_callback_and_bool("click", clicked.as_ref().unchecked_ref(), true);
    let clicked = StoredValue::new_local(clicked);
    on_cleanup(move || {
        clicked.with_value(|clicked| {
            let _deaf = document().remove_event_listener_with_callback_and_bool(
                "click",
                clicked.as_ref().unchecked_ref(),
                true,
            );
        });
    });
    let closing = window_event_listener_untyped("beforeunload", move |e| {
        if cards.would_lose() {
            e.prevent_default();
        }
    });
    on_cleanup(move || closing.remove());
}
