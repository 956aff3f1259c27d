//! Inputs: each is a whole field, with its label, hint and fault. Give `problem` and `pointer` and the server's flaw shows.

use super::{
    field::{Frame, Room, field_error},
    small::Icon,
    unique_id,
};
use crate::kernel::{format, i18n::t};
use chrono::NaiveDate;
use kept_shared::problem::Problem;
use leptos::{html, prelude::*, text_prop::TextProp};

/// A line of text. `kind` is the input's type: text, email, tel, url.
#[component]
pub fn TextInput(
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] problem: Option<Signal<Option<Problem>>>,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional, into)] placeholder: Option<TextProp>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Takes the focus when it appears: the first field of a dialog or page.
    #[prop(optional)]
    autofocus: bool,
    #[prop(optional)] class: &'static str,
    #[prop(optional)] input_class: &'static str,
) -> impl IntoView {
    let id = unique_id("in");
    let error = field_error(problem, pointer, error, move || value.track());
    let room = Room::new(value, maxlength, true);
    let node = NodeRef::<html::Input>::new();
    if autofocus {
        focus_when_shown(node);
    }
    Frame { id: id.clone(), label, hint, required, pointer, error, room: Some(room), class }.around(view! {
            <input id=id.clone() class=input_class node_ref=node type=kind bind:value=value on:input=move |_| room.typed() on:paste=move |e| room.pasted(e.as_ref()) autocomplete=autocomplete inputmode=inputmode maxlength=maxlength
                placeholder=move || placeholder.as_ref().map(|p| p.get().to_string()) disabled=move || disabled.get() aria-required=required.then_some("true")
                aria-invalid=move || error.with(Option::is_some).then_some("true") aria-describedby=format!("{id}-msg")/>
        })
}

/// Puts the focus into the input as soon as it is in the document.
fn focus_when_shown(node: NodeRef<html::Input>) {
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            request_animation_frame(move || {
                let _detached = input.focus();
            });
        }
    });
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] problem: Option<Signal<Option<Problem>>>,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(default = 4)] rows: u32,
    #[prop(optional, into)] placeholder: Option<TextProp>,
    #[prop(optional)] class: &'static str,
    /// The text area itself, for who wants to know where the cursor stands.
    #[prop(optional)]
    node: Option<NodeRef<html::Textarea>>,
) -> impl IntoView {
    let id = unique_id("in");
    let error = field_error(problem, pointer, error, move || value.track());
    let room = Room::new(value, maxlength, false);
    let node = node.unwrap_or_default();
    Frame { id: id.clone(), label, hint, required, pointer, error, room: Some(room), class }.around(view! {
            <textarea id=id.clone() node_ref=node rows=rows maxlength=maxlength bind:value=value on:input=move |_| room.typed() on:paste=move |e| room.pasted(e.as_ref()) aria-required=required.then_some("true")
                placeholder=move || placeholder.as_ref().map(|p| p.get().to_string())
                aria-invalid=move || error.with(Option::is_some).then_some("true") aria-describedby=format!("{id}-msg")></textarea>
        })
}

/// A password with a button to show it. `autocomplete`: `current-password` or `new-password`.
#[component]
pub fn PasswordInput(
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] problem: Option<Signal<Option<Problem>>>,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let id = unique_id("in");
    // What is said while typing stays said while typing.
    let found = field_error(problem, pointer, None, move || value.track());
    let error = Signal::derive(move || error.and_then(|error| error.get()).or_else(|| found.get()));
    let shown = RwSignal::new(false);
    let node = NodeRef::<html::Input>::new();
    if autofocus {
        focus_when_shown(node);
    }
    Frame { id: id.clone(), label, hint, required: true, pointer, error, room: None, class: "" }.around(view! {
            <span class="input-wrap input-bare">
                <input id=id.clone() node_ref=node type=move || if shown.get() { "text" } else { "password" } bind:value=value autocomplete=autocomplete
                    spellcheck="false" autocapitalize="off" aria-required="true"
                    aria-invalid=move || error.with(Option::is_some).then_some("true") aria-describedby=format!("{id}-msg")/>
                <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-pressed=move || shown.get().to_string() aria-label=t::ui::show_password
                    title=move || if shown.get() { t::ui::hide_password() } else { t::ui::show_password() } on:click=move |_| shown.update(|s| *s = !*s)>
                    <Icon name=Signal::derive(move || if shown.get() { "eye-off" } else { "eye" })/>
                </button>
            </span>
        })
}

/// A date: the browser's own control, and the date in words below it, because browsers order day and month by their own locale.
#[component]
pub fn DateInput(
    #[prop(into)] label: TextProp,
    value: RwSignal<Option<NaiveDate>>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] problem: Option<Signal<Option<Problem>>>,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
    #[prop(optional, into)] min: Signal<Option<NaiveDate>>,
    #[prop(optional, into)] max: Signal<Option<NaiveDate>>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let id = unique_id("in");
    let error = field_error(problem, pointer, error, move || value.track());
    let iso = |date: Option<NaiveDate>| date.map(|d| d.to_string());
    let words: TextProp = (move || match (value.get(), &hint) {
        (Some(date), _) => format::date_long(date),
        (None, Some(hint)) => hint.get().to_string(),
        (None, None) => t::ui::date_empty().to_owned(),
    })
    .into();
    Frame { id: id.clone(), label, hint: Some(words), required, pointer, error, room: None, class }.around(view! {
            <input id=id.clone() type="date" prop:value=move || iso(value.get()).unwrap_or_default() min=move || iso(min.get()) max=move || iso(max.get())
                on:change=move |e| value.set(event_target_value(&e).parse().ok()) aria-required=required.then_some("true")
                aria-invalid=move || error.with(Option::is_some).then_some("true") aria-describedby=format!("{id}-msg")/>
        })
}
