//! Inputs that choose: select, checkbox, radio group, segmented control, search box.

use super::{
    field::{FieldSet, Frame, field_error},
    small::{Icon, Kbd},
    unique_id,
};
use kept_shared::problem::Problem;
use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*, text_prop::TextProp};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// One of several, by the browser's own select. `options` are value and label; `empty` adds a first option with no value.
#[component]
pub fn Select(
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] empty: Option<TextProp>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] problem: Option<Signal<Option<Problem>>>,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let id = unique_id("in");
    let error = field_error(problem, pointer, error, move || value.track());
    Frame { id: id.clone(), label, hint, required, pointer, error, room: None, class }.around(view! {
            <select id=id.clone() on:change=move |e| value.set(event_target_value(&e)) disabled=move || disabled.get() aria-required=required.then_some("true")
                aria-invalid=move || error.with(Option::is_some).then_some("true") aria-describedby=format!("{id}-msg")>
                {options_of(value, options, empty)}
            </select>
        })
}

/// The same in a toolbar: the label is for screen readers only.
#[component]
pub fn FilterSelect(
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] empty: Option<TextProp>,
) -> impl IntoView {
    view! {
        <label class="select-wrap">
            <span class="sr">{move || label.get()}</span>
            <select on:change=move |e| value.set(event_target_value(&e))>{options_of(value, options, empty)}</select>
        </label>
    }
    .into_any()
}

/// Each option knows whether it is chosen, so a value set before its options have come is shown once they do.
fn options_of(
    value: RwSignal<String>,
    options: Signal<Vec<(String, String)>>,
    empty: Option<TextProp>,
) -> impl IntoView {
    view! {
        {empty.map(|empty| view! { <option value="" prop:selected=move || value.with(String::is_empty)>{move || empty.get()}</option> })}
        {move || options.get().into_iter().map(|(key, label)| {
            let own = key.clone();
            view! { <option value=key prop:selected=move || value.with(|v| *v == own)>{label}</option> }
        }).collect_view()}
    }
}

/// A tick box with its word.
#[component]
pub fn Checkbox(
    #[prop(into)] label: TextProp,
    checked: RwSignal<bool>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" bind:checked=checked disabled=move || disabled.get()/>
            <span>{move || label.get()}{hint.map(|hint| view! { <small>{move || hint.get()}</small> })}</span>
        </label>
    }
    .into_any()
}

/// One choice of a [`RadioGroup`].
#[derive(Clone)]
pub struct Choice {
    pub value: &'static str,
    pub label: TextProp,
    /// What choosing it means.
    pub hint: Option<TextProp>,
}

impl Choice {
    pub fn new(value: &'static str, label: impl Into<TextProp>) -> Self {
        Self {
            value,
            label: label.into(),
            hint: None,
        }
    }
    pub fn hint(mut self, hint: impl Into<TextProp>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One of a few, all visible, each with an explanation.
#[component]
pub fn RadioGroup(
    #[prop(into)] legend: TextProp,
    value: RwSignal<String>,
    choices: Vec<Choice>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] problem: Option<Signal<Option<Problem>>>,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let name = unique_id("radio");
    let error = field_error(problem, pointer, None, move || value.track());
    let all = choices
        .into_iter()
        .map(|choice| {
            let Choice { value: own, label, hint } = choice;
            view! {
                <label class="choice">
                    <input type="radio" name=name.clone() value=own prop:checked=move || value.with(|v| v == own) on:change=move |_| value.set(own.to_owned())/>
                    <span><b>{move || label.get()}</b>{hint.map(|hint| view! { <small>{move || hint.get()}</small> })}</span>
                </label>
            }
        })
        .collect_view();
    view! { <FieldSet legend required pointer error class><div class="choices">{all}</div></FieldSet> }.into_any()
}

/// One of two to five views or ranges, as a row of joined buttons.
#[component]
pub fn SegmentedControl(#[prop(into)] label: TextProp, value: RwSignal<String>, choices: Vec<Choice>) -> impl IntoView {
    let all = choices
        .into_iter()
        .map(|Choice { value: own, label, .. }| {
            view! {
                <button type="button" aria-pressed=move || value.with(|v| (v == own).to_string()) on:click=move |_| value.set(own.to_owned())>
                    {move || label.get()}
                </button>
            }
        })
        .collect_view();
    view! { <div class="seg-control" role="group" aria-label=move || label.get()>{all}</div> }.into_any()
}

/// A search box. `value` follows 250 ms after the last key; with `slash` the key `/` jumps into it.
#[component]
pub fn SearchInput(
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] placeholder: Option<TextProp>,
    #[prop(optional)] slash: bool,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let typed = RwSignal::new(value.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    // Cleared from outside, by "clear filters": what is shown follows.
    Effect::new(move |_| {
        let outside = value.get();
        if typed.with_untracked(|t| t.trim() != outside) {
            typed.set(outside);
        }
    });
    let stop = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    let on_input = move |e: ev::Event| {
        typed.set(event_target_value(&e));
        stop();
        let later = set_timeout_with_handle(
            move || {
                let text = typed.with_untracked(|t| t.trim().to_owned());
                if value.with_untracked(|v| *v != text) {
                    value.set(text);
                }
            },
            Duration::from_millis(250),
        );
        waiting.set_value(later.ok());
    };
    if slash {
        let keys = window_event_listener(ev::keydown, move |e| {
            if e.key() == "/" && !e.ctrl_key() && !e.meta_key() && !e.alt_key() && !typing(&e) {
                e.prevent_default();
                if let Some(input) = node.get_untracked() {
                    let _detached = input.focus();
                }
            }
        });
        on_cleanup(move || keys.remove());
    }
    on_cleanup(stop);
    let hint = placeholder.unwrap_or_else(|| label.clone());
    view! {
        <label class="input-wrap grow">
            <Icon name="search"/>
            <span class="sr">{move || label.get()}</span>
            <input node_ref=node type="search" autocomplete="off" placeholder=move || hint.get() prop:value=typed on:input=on_input/>
            {slash.then(|| view! { <Kbd key="/"/> })}
        </label>
    }
    .into_any()
}

/// Whether the key was pressed in a field, where letters mean themselves.
pub fn typing(e: &ev::KeyboardEvent) -> bool {
    e.target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| {
            let in_field = element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
            in_field.is_ok_and(|field| field.is_some())
        })
}
