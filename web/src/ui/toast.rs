//! Short notes at the edge of the screen: what was done. Errors of a form belong beside the field, not here.

use super::{button::IconButton, small::Icon};
use crate::kernel::i18n::t;
use leptos::prelude::*;
use std::time::Duration;

#[derive(Clone, Debug, PartialEq)]
struct Toast {
    id: u32,
    tone: &'static str,
    text: String,
}

/// App-wide toasts: `use_toasts().good("Saved")`. They stay for 6 seconds, bad news for 12.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Called once, at the root of the app.
    pub fn provide() {
        provide_context(Self {
            list: RwSignal::new(vec![]),
            next: StoredValue::new(0),
        });
    }
    pub fn good(self, text: impl Into<String>) {
        self.push("good", text.into(), 6);
    }
    pub fn bad(self, text: impl Into<String>) {
        self.push("bad", text.into(), 12);
    }
    /// Something to know: neither done nor wrong.
    pub fn tell(self, text: impl Into<String>) {
        self.push("info", text.into(), 8);
    }
    fn push(self, tone: &'static str, text: String, seconds: u64) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.list.update(|list| {
            // The same words twice are one note.
            list.retain(|toast| toast.text != text);
            list.push(Toast { id, tone, text });
        });
        set_timeout(move || self.drop(id), Duration::from_secs(seconds));
    }
    fn drop(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }
}

/// The toasts of the app.
pub fn use_toasts() -> Toasts {
    expect_context()
}

/// Where toasts appear; one in the app.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                <div class=format!("toast toast-{}", toast.tone)>
                    <Icon name=match toast.tone { "good" => "circle-check", "info" => "info", _ => "circle-alert" } size=18/>
                    <span>{toast.text.clone()}</span>
                    <IconButton icon="x" label=t::ui::dismiss on_click=move |_| toasts.drop(toast.id)/>
                </div>
            </For>
        </div>
    }
    .into_any()
}
