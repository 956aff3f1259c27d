//! A short list beside its button, above everything else: a table that scrolls would cut it off.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Free space kept to the edges of the window, and between button and list, in pixels.
const EDGE: f64 = 8.0;
const GAP: f64 = 4.0;

/// Lifts an open list into the browser's top layer, beside its button and inside the window. `start`: its left edge at the
/// button's. `up`: above the button where there is room. Where the browser has no top layer the list stays as it is.
pub(super) fn lift(list: &web_sys::HtmlElement, button: &web_sys::HtmlElement, start: bool, up: bool) {
    if list.set_attribute("popover", "manual").is_err() {
        return;
    }
    let shown = js_sys::Reflect::get(list, &JsValue::from_str("showPopover"))
        .and_then(|show| show.dyn_into::<js_sys::Function>())
        .and_then(|show| show.call0(list));
    if shown.is_err() {
        let _stays = list.remove_attribute("popover");
        return;
    }
    let (at, window) = (button.get_bounding_client_rect(), window());
    let size = |value: Result<JsValue, JsValue>| value.ok().and_then(|v| v.as_f64()).unwrap_or_default();
    let (wide, high) = (size(window.inner_width()), size(window.inner_height()));
    let (width, height) = (f64::from(list.offset_width()), f64::from(list.offset_height()));
    let left = if start { at.left() } else { at.right() - width };
    let left = left.min(wide - EDGE - width).max(EDGE);
    let (above, below) = (at.top() - GAP - EDGE, high - EDGE - at.bottom() - GAP);
    let goes_up = if up {
        height <= above || above > below
    } else {
        height > below && above > below
    };
    let room = if goes_up { above } else { below };
    let top = if goes_up {
        at.top() - GAP - height.min(room)
    } else {
        at.bottom() + GAP
    };
    let style = format!(
        "position:fixed;inset:auto;margin:0;left:{left}px;top:{top}px;max-height:{room}px;overflow:auto;color:inherit"
    );
    // Not the attribute: the page's policy forbids styles in markup.
    list.style().set_css_text(&style);
}

/// Runs when anything but the list itself is scrolled: a list in the top layer would stay behind.
pub(super) fn when_scrolled(list: NodeRef<leptos::html::Div>, run: impl Fn() + 'static) {
    let heard = Closure::<dyn Fn(web_sys::Event)>::new(move |e: web_sys::Event| {
        let own = list.try_get_untracked().flatten().is_some_and(|list| {
            e.target()
                .and_then(|t| t.dyn_into::<web_sys::Node>().ok())
                .is_some_and(|at| list.contains(Some(&at)))
        });
        if !own {
            run();
        }
    });
    let listener: js_sys::Function = heard.as_ref().unchecked_ref::<js_sys::Function>().clone();
    // Scrolling does not bubble: it is caught on its way down.
    let _listens = window().add_event_listener_with_callback_and_bool("scroll", &listener, true);
    let heard = StoredValue::new_local(heard);
    on_cleanup(move || {
        let _stops = window().remove_event_listener_with_callback_and_bool("scroll", &listener_of(heard), true);
    });
}

fn listener_of(heard: StoredValue<Closure<dyn Fn(web_sys::Event)>, LocalStorage>) -> js_sys::Function {
    heard.with_value(|heard| heard.as_ref().unchecked_ref::<js_sys::Function>().clone())
}
