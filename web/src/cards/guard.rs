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

/// The tab that a click or a key opens, where a form with words stands on the one that is open. Keys move to a neighbour.
fn other_tab(target: Option<web_sys::EventTarget>, key: Option<&str>) -> Option<String> {
    let head = target?
        .dyn_into::<web_sys::Element>()
        .ok()?
        .closest("[role=tab]")
        .ok()??;
    let list = head.parent_element()?;
    let to = match key {
        None => head,
        Some("ArrowRight") => head.next_element_sibling().or_else(|| list.first_element_child())?,
        Some("ArrowLeft") => head.previous_element_sibling().or_else(|| list.last_element_child())?,
        Some("Home") => list.first_element_child()?,
        Some("End") => list.last_element_child()?,
        Some(_) => return None,
    };
    let is_other = to.get_attribute("aria-selected").as_deref() == Some("false");
    let panel = document().get_element_by_id(&to.get_attribute("aria-controls")?)?;
    let holds = panel.query_selector("[data-words]").ok().flatten().is_some();
    (is_other && holds).then(|| to.id())
}

/// Opens a tab by its head.
pub(super) fn open_tab(id: &str) {
    let head = document().get_element_by_id(id);
    if let Some(head) = head.and_then(|h| h.dyn_into::<web_sys::HtmlElement>().ok()) {
        head.click();
        let _detached = head.focus();
    }
}

/// Asks before a link leads away from words that would be lost; the browser asks before the tab closes.
pub(super) fn guard(cards: Cards) {
    // Before anybody else hears of the click, the router among them.
    let clicked = Closure::<dyn Fn(web_sys::MouseEvent)>::new(move |e: web_sys::MouseEvent| {
        if let Some(to) = leads_to(&e).filter(|_| cards.would_lose()) {
            e.prevent_default();
            e.stop_propagation();
            cards.want(Wish::Leave(to));
        } else if let Some(tab) = other_tab(e.target(), None).filter(|_| cards.would_lose()) {
            e.prevent_default();
            e.stop_propagation();
            cards.want(Wish::Tab(tab));
        }
    });
    let pressed = Closure::<dyn Fn(web_sys::KeyboardEvent)>::new(move |e: web_sys::KeyboardEvent| {
        if let Some(tab) = other_tab(e.target(), Some(&e.key())).filter(|_| cards.would_lose()) {
            e.prevent_default();
            e.stop_propagation();
            cards.want(Wish::Tab(tab));
        }
    });
    let on = document();
    let _heard = on.add_event_listener_with_callback_and_bool("click", clicked.as_ref().unchecked_ref(), true);
    let _heard = on.add_event_listener_with_callback_and_bool("keydown", pressed.as_ref().unchecked_ref(), true);
    let (clicked, pressed) = (StoredValue::new_local(clicked), StoredValue::new_local(pressed));
    on_cleanup(move || {
        pressed.with_value(|pressed| {
            let _deaf = document().remove_event_listener_with_callback_and_bool(
                "keydown",
                pressed.as_ref().unchecked_ref(),
                true,
            );
        });
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
