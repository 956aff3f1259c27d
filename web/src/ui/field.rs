//! The frame of a form field: label, hint, and the fault that the server or the page found.

use super::small::Icon;
use crate::kernel::i18n::{flaw_text, t};
use kept_shared::problem::Problem;
use kept_shared::text::{paste_overflow, room_left};
use leptos::{prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast;

/// What is wrong with a field: the page's own finding first, then the problem's flaw at the pointer. A flaw was found in
/// what stood there when it was found: it is gone once that changes. `value` reads what the field holds, tracked.
pub fn field_error(
    problem: Option<Signal<Option<Problem>>>,
    pointer: &'static str,
    error: Option<Signal<Option<String>>>,
    value: impl Fn() + 'static,
) -> Signal<Option<String>> {
    let mended = RwSignal::new(false);
    Effect::new(move |before: Option<()>| {
        value();
        if before.is_some() {
            mended.set(true);
        }
    });
    if let Some(problem) = problem {
        Effect::new(move |_| {
            problem.with(|_| ());
            mended.set(false);
        });
    }
    Signal::derive(move || {
        let flaw = problem.and_then(|problem| problem.with(|p| p.as_ref()?.flaw(pointer).cloned()));
        if flaw.is_some() && mended.get() {
            return None;
        }
        error
            .and_then(|error| error.get())
            .or_else(|| flaw.as_ref().map(flaw_text))
    })
}

/// How much room a field of limited length has left, and what of a pasted text did not fit: browsers cut both silently.
#[derive(Clone, Copy)]
pub(super) struct Room {
    value: RwSignal<String>,
    max: Option<usize>,
    one_line: bool,
    /// Somebody wrote in it: what merely stands there is left in peace.
    touched: RwSignal<bool>,
    cut: RwSignal<usize>,
    just_pasted: StoredValue<bool>,
}

impl Room {
    pub fn new(value: RwSignal<String>, max: Option<u32>, one_line: bool) -> Self {
        Self {
            value,
            max: max.and_then(|max| usize::try_from(max).ok()),
            one_line,
            touched: RwSignal::new(false),
            cut: RwSignal::new(0),
            just_pasted: StoredValue::new(false),
        }
    }
    /// The words for it; `None` while there is plenty of room. Tracked.
    pub fn words(self) -> Option<String> {
        let max = self.max.filter(|_| self.touched.get())?;
        match (self.cut.get(), self.value.with(|typed| room_left(typed, max))) {
            (0, None) => None,
            (0, Some(0)) => Some(t::ui::room_none(max)),
            (0, Some(left)) => Some(t::ui::room_left(left)),
            (cut, _) => Some(t::ui::room_cut(cut, max)),
        }
    }
    /// For `on:input`.
    pub fn typed(self) {
        if self.max.is_none() {
            return;
        }
        self.touched.set(true);
        if !self.just_pasted.get_value() {
            self.cut.set(0);
        }
        self.just_pasted.set_value(false);
    }
    /// For `on:paste`, which comes before the browser cuts.
    pub fn pasted(self, event: &web_sys::Event) {
        let Some(max) = self.max else { return };
        let text = pasted_text(event).unwrap_or_default();
        let held = self.value.with_untracked(|v| v.encode_utf16().count());
        let chosen = event.target().map_or(0, |field| chosen_in(&field));
        self.cut.set(paste_overflow(&text, held, chosen, max, self.one_line));
        self.just_pasted.set_value(true);
        self.touched.set(true);
    }
}

/// The text on the clipboard of a paste.
fn pasted_text(event: &web_sys::Event) -> Option<String> {
    let data = js_sys::Reflect::get(event, &"clipboardData".into()).ok()?;
    let get = js_sys::Reflect::get(&data, &"getData".into()).ok()?;
    let get: js_sys::Function = get.dyn_into().ok()?;
    get.call1(&data, &"text".into()).ok()?.as_string()
}

/// How many characters of a field are chosen; fields that do not tell have none.
fn chosen_in(field: &web_sys::EventTarget) -> usize {
    let at = |name: &str| js_sys::Reflect::get(field, &name.into()).ok().and_then(|v| v.as_f64());
    match (at("selectionStart"), at("selectionEnd")) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "places in a text are whole numbers"
        )]
        (Some(from), Some(to)) => (to as usize).saturating_sub(from as usize),
        (_, _) => 0,
    }
}

/// What the frame of every field needs.
pub(super) struct Frame {
    pub id: String,
    pub label: TextProp,
    pub hint: Option<TextProp>,
    pub required: bool,
    pub pointer: &'static str,
    pub error: Signal<Option<String>>,
    /// How much room is left, where that is short; in place of the hint.
    pub room: Option<Room>,
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
            room,
            class,
        } = self;
        let short = move || room.and_then(Room::words);
        let message = format!("{id}-msg");
        view! {
            <div class=format!("field {class}") class:invalid=move || error.with(Option::is_some) data-pointer=pointer>
                <label for=id>
                    {move || label.get()}
                    {required.then(|| view! { " "<span class="req" aria-hidden="true">"*"</span> })}
                </label>
                {control.into_any()}
                <p class="field-msg" id=message>
                    {move || match (error.get(), short()) {
                        (Some(error), _) => Some(view! { <Icon name="circle-alert" size=14/><span>{error}</span> }.into_any()),
                        (None, Some(room)) => Some(view! { <span class="field-room" role="status">{room}</span> }.into_any()),
                        (None, None) => hint.clone().map(|hint| view! { <span>{move || hint.get()}</span> }.into_any()),
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
