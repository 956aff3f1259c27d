//! The design system: small accessible building blocks over native HTML.
use crate::icons;
use leptos::{ev, html, prelude::*};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// An inline Lucide icon. Decorative: the control around it carries the label.
#[component]
pub fn Icon(name: &'static str, #[prop(default = 16)] size: u32) -> impl IntoView {
    view! {
        <svg class="icon" width=size height=size viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" inner_html=icons::path(name)></svg>
    }
}

/// Status label: colour plus text plus a dot, never colour alone.
#[component]
pub fn Pill(tone: &'static str, #[prop(into)] label: String) -> impl IntoView {
    view! { <span class=format!("pill pill-{tone}")>{label}</span> }
}

/// Square icon-only button with an accessible name and a tooltip.
#[component]
pub fn IconButton(
    icon: &'static str,
    #[prop(into)] label: String,
    on_click: Callback<ev::MouseEvent>,
) -> impl IntoView {
    let tip = label.clone();
    view! {
        <button type="button" class="btn btn-ghost btn-icon" aria-label=label title=tip on:click=move |e| on_click.run(e)>
            <Icon name=icon size=16 />
        </button>
    }
}

/// A native modal dialog: the browser supplies the focus trap, Escape, the inert page and the top layer.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    #[prop(optional, into)] class: String,
    children: ChildrenFn,
) -> impl IntoView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move |_| {
        let Some(d) = node.get() else { return };
        match (open.get(), d.open()) {
            (true, false) => {
                let _ = d.show_modal();
            }
            (false, true) => d.close(),
            _ => {}
        }
    });
    let children = StoredValue::new(children);
    let id = format!("dlg-{}", title.to_lowercase().replace(' ', "-"));
    let dlg_id = id.clone();
    view! {
        <dialog node_ref=node class=format!("dialog {class}") aria-labelledby=dlg_id on:close=move |_| open.set(false)
            on:click=move |e| {
                // A click on the dialog element itself is a click on its backdrop.
                if let Some(d) = node.get_untracked() && e.target().is_some_and(|t| t.dyn_ref::<web_sys::Element>() == Some(d.unchecked_ref())) {
                    open.set(false);
                }
            }>
            <div class="dialog-in">
                <header class="dialog-head">
                    <h2 id=id>{title}</h2>
                    <IconButton icon="x" label="Close" on_click=Callback::new(move |_| open.set(false)) />
                </header>
                <Show when=move || open.get()>{children.with_value(|c| c())}</Show>
            </div>
        </dialog>
    }
    .into_any()
}

/// A labelled form field with hint and error text tied to the control by id.
#[component]
pub fn Field(
    id: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] required: bool,
    error: Signal<Option<String>>,
    #[prop(optional)] echo: Option<Signal<Option<String>>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field" class:invalid=move || error.with(Option::is_some)>
            <label for=id>{label} {required.then(|| view! { <span class="req" aria-hidden="true">"*"</span> })}</label>
            {children()}
            <p class="field-msg" id=format!("{id}-msg")>
                {move || match error.get() {
                    Some(e) => view! { <Icon name="circle-alert" size=14 /> <span>{e}</span> }.into_any(),
                    None => view! { <span class="hint">{echo.and_then(|e| e.get()).unwrap_or_else(|| hint.clone())}</span> }.into_any(),
                }}
            </p>
        </div>
    }
    .into_any()
}

#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    id: u32,
    tone: &'static str,
    text: String,
}

/// App-wide toasts: `use_toasts().good("Saved")`.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: RwSignal<u32>,
}

impl Toasts {
    pub fn provide() {
        provide_context(Self {
            list: RwSignal::new(vec![]),
            next: RwSignal::new(0),
        });
    }
    pub fn good(self, text: impl Into<String>) {
        self.push("good", text.into());
    }
    pub fn bad(self, text: impl Into<String>) {
        self.push("bad", text.into());
    }
    fn push(self, tone: &'static str, text: String) {
        let id = self.next.get_untracked();
        self.next.set(id + 1);
        self.list.update(|l| l.push(Toast { id, tone, text }));
        set_timeout(
            move || self.list.update(|l| l.retain(|t| t.id != id)),
            Duration::from_secs(6),
        );
    }
}

pub fn use_toasts() -> Toasts {
    expect_context()
}

#[component]
pub fn ToastHost() -> impl IntoView {
    let t = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || t.list.get() key=|t| t.id let:toast>
                <div class=format!("toast toast-{}", toast.tone)>
                    <Icon name=if toast.tone == "good" { "circle-check" } else { "circle-alert" } size=18 />
                    <span>{toast.text.clone()}</span>
                    <IconButton icon="x" label="Dismiss" on_click=Callback::new(move |_| t.list.update(|l| l.retain(|x| x.id != toast.id))) />
                </div>
            </For>
        </div>
    }
    .into_any()
}

/// Reads and writes a preference held as a `data-*` attribute on the root element and in local storage.
pub fn set_pref(name: &str, value: &str) {
    let Some(root) = document().document_element() else {
        return;
    };
    let _ = root.set_attribute(&format!("data-{name}"), value);
    if let Ok(Some(s)) = window().local_storage() {
        let _ = s.set_item(&format!("kept.{name}"), value);
    }
}

pub fn pref(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(&format!("data-{name}"))
}

pub fn is_dark() -> bool {
    match pref("theme").as_deref() {
        Some(t) => t == "dark",
        None => window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|m| m.matches()),
    }
}

/// Hands bytes to the browser as a download.
pub fn save_bytes(name: &str, mime: &str, bytes: &[u8]) -> Result<(), wasm_bindgen::JsValue> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes).into());
    let opts = web_sys::BlobPropertyBag::new();
    opts.set_type(mime);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &opts)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let a: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    a.set_href(&url);
    a.set_download(name);
    a.click();
    set_timeout(
        move || drop(web_sys::Url::revoke_object_url(&url)),
        Duration::from_secs(30),
    );
    Ok(())
}
