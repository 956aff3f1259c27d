//! The frame of a form field: label, hint, and the fault that the server or the page found.

use super::small::Icon;
use crate::kernel::i18n::{flaw_text, t};
use kept_shared::problem::Problem;
use leptos::{prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast;

/// What is wrong with a field: the page's own finding first, then the problem's flaw at the pointer.
pub fn field_error(
    problem: Option<Signal<Option<Problem>>>,
    pointer: &'static str,
    error: Option<Signal<Option<String>>>,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        error.and_then(|error| error.get()).or_else(|| {
            let flaw = problem?.with(|problem| problem.as_ref()?.flaw(pointer).cloned())?;
            Some(flaw_text(&flaw))
        })
    })
}

/// What the frame of every field needs.
pub(super) struct Frame {
    pub id: String,
    pub label: TextProp,
    pub hint: Option<TextProp>,
    pub required: bool,
    pub pointer: &'static str,
    pub error: Signal<Option<String>>,
    pub class: &'static str,
}

impl Frame {
    pub fn around(self, control: impl IntoView + 'static) -> AnyView {
        let Self {
            id,
            label,
            hint,
            required,
            pointer,
            error,
            class,
        } = self;
        let message = format!("{id}-msg");
        view! {
            <div class=format!("field {class}") class:invalid=move || error.with(Option::is_some) data-pointer=pointer>
                <label for=id>
                    {move || label.get()}
                    {required.then(|| view! { " "<span class="req" aria-hidden="true">"*"</span> })}
                </label>
                {control.into_any()}
                <p class="field-msg" id=message>
                    {move || match error.get() {
                        Some(error) => Some(view! { <Icon name="circle-alert" size=14/><span>{error}</span> }.into_any()),
                        None => hint.clone().map(|hint| view! { <span>{move || hint.get()}</span> }.into_any()),
                    }}
                </p>
            </div>
        }
        .into_any()
    }
}

/// The fields' frame when the control is a group: a legend instead of a label.
#[component]
pub fn FieldSet(
    #[prop(into)] legend: TextProp,
    #[prop(optional)] required: bool,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    let message = super::unique_id("group-msg");
    let described = message.clone();
    view! {
        <fieldset class=format!("field {class}") class:invalid=move || error.with(Option::is_some) data-pointer=pointer aria-describedby=described>
            <legend>{move || legend.get()}{required.then(|| view! { " "<span class="req">"*"<span class="sr">{t::ui::required_hint}</span></span> })}</legend>
            {children()}
            <p class="field-msg" id=message>
                {move || error.get().map(|e| view! { <Icon name="circle-alert" size=14/><span>{e}</span> })}
            </p>
        </fieldset>
    }
    .into_any()
}

/// After a refused form: puts the focus in the first faulty field, of the open dialog if there is one.
pub fn focus_first_flaw() {
    request_animation_frame(|| {
        let control = ".field.invalid :is(input, select, textarea, button)";
        let found = |selector: String| document().query_selector(&selector).ok().flatten();
        let first = found(format!("dialog[open] {control}")).or_else(|| found(control.to_owned()));
        if let Some(element) = first.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _detached = element.focus();
        }
    });
}
