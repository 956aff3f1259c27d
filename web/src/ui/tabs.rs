//! Tabs within a page. For tabs with addresses of their own use links with the class `tab`.

use super::{small::Badge, unique_id};
use leptos::{ev, html, prelude::*, text_prop::TextProp};
use std::{sync::Arc, time::Duration};
use wasm_bindgen::JsCast;

/// One tab and its panel, which exists only while it is chosen.
#[derive(Clone)]
pub struct Tab {
    pub key: &'static str,
    pub label: TextProp,
    pub count: Option<Signal<usize>>,
    pub panel: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

impl Tab {
    pub fn new(
        key: &'static str,
        label: impl Into<TextProp>,
        panel: impl Fn() -> AnyView + Send + Sync + 'static,
    ) -> Self {
        Self {
            key,
            label: label.into(),
            count: None,
            panel: Arc::new(panel),
        }
    }
    /// A count beside the word.
    pub fn count(mut self, count: Signal<usize>) -> Self {
        self.count = Some(count);
        self
    }
}

/// A row of tabs over the chosen one's panel. `chosen` holds a key; an unknown key shows the first. Arrow keys, Home and End move.
#[component]
pub fn Tabs(#[prop(into)] label: TextProp, tabs: Vec<Tab>, chosen: RwSignal<String>) -> impl IntoView {
    let stem = unique_id("tabs");
    let keys: Arc<Vec<&'static str>> = Arc::new(tabs.iter().map(|tab| tab.key).collect());
    let at = {
        let keys = keys.clone();
        Memo::new(move |_| chosen.with(|c| keys.iter().position(|key| key == c)).unwrap_or(0))
    };
    let on_key = {
        let (keys, stem) = (keys.clone(), stem.clone());
        move |e: ev::KeyboardEvent| {
            let (i, last) = (at.get_untracked(), keys.len().saturating_sub(1));
            let to = match e.key().as_str() {
                "ArrowRight" => {
                    if i == last {
                        0
                    } else {
                        i + 1
                    }
                }
                "ArrowLeft" => {
                    if i == 0 {
                        last
                    } else {
                        i - 1
                    }
                }
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            e.prevent_default();
            if let Some(key) = keys.get(to) {
                chosen.set((*key).to_owned());
                let tab = document().get_element_by_id(&format!("{stem}-{key}"));
                if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
                    let _detached = tab.focus();
                }
            }
        }
    };
    let heads = tabs
        .iter()
        .enumerate()
        .map(|(i, tab)| {
            let Tab { key, label, count, .. } = tab.clone();
            let on = move || at.get() == i;
            view! {
                <button type="button" role="tab" class="tab" id=format!("{stem}-{key}") aria-selected=move || on().to_string() aria-controls=format!("{stem}-panel")
                    tabindex=move || if on() { "0" } else { "-1" } on:click=move |_| chosen.set(key.to_owned())>
                    {move || label.get()}{count.map(|count| view! { <Badge count/> })}
                </button>
            }
        })
        .collect_view();
    let panel_id = format!("{stem}-panel");
    let list: NodeRef<html::Div> = NodeRef::new();
    Effect::new(move |_| {
        let (Some(list), at) = (list.get(), at.get()) else {
            return;
        };
        request_animation_frame(move || show_tab(list, at, TRIES));
    });
    view! {
        <div class="tabs" role="tablist" node_ref=list aria-label=move || label.get() on:keydown=on_key>{heads}</div>
        <div role="tabpanel" id=panel_id tabindex="-1" aria-labelledby=move || keys.get(at.get()).map(|key| format!("{stem}-{key}"))>
            {move || tabs.get(at.get()).map(|tab| (tab.panel)())}
        </div>
    }
    .into_any()
}

/// How often a row that is not drawn yet is looked at again, every fifth of a second.
const TRIES: u32 = 50;

/// On a phone the row is longer than the screen: the chosen tab is scrolled into it, sideways only. A row that is hidden
/// while its page loads has no width, so it is looked at again.
fn show_tab(list: web_sys::HtmlDivElement, at: usize, tries: u32) {
    if list.client_width() == 0 {
        if tries > 0 && list.is_connected() {
            set_timeout(move || show_tab(list, at, tries - 1), Duration::from_millis(200));
        }
        return;
    }
    let Some(tab) = u32::try_from(at).ok().and_then(|at| list.children().item(at)) else {
        return;
    };
    let (row, tab) = (list.get_bounding_client_rect(), tab.get_bounding_client_rect());
    let past = (tab.right() - row.right()).max(0.0) - (row.left() - tab.left()).max(0.0);
    list.set_scroll_left(list.scroll_left() + past as i32);
}
