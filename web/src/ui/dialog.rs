//! Modal dialogs: only to commit something, never to read.

use super::{
    button::{Button, ButtonKind, IconButton},
    unique_id,
};
use crate::kernel::i18n::t;
use leptos::{html, prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast;

/// A modal over the browser's own dialog: focus trap, Escape, inert page and top layer come with it, and the focus returns
/// to where it was. The children exist while it is open; they are usually a `form` with `.dialog-body` and `.dialog-foot`.
/// What somebody typed is not thrown away by Escape, a click beside the dialog or its cross: these ask first.
/// `class`: `dialog-wide`, `dialog-narrow`.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    #[prop(optional)] class: &'static str,
    /// While true the dialog neither closes by Escape nor by a click beside it: something is being sent.
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// What is typed is kept elsewhere, as a draft: closing loses nothing, so nobody is asked.
    #[prop(optional)]
    keeps_words: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let (written, asking) = (StoredValue::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                written.set_value(false);
                asking.set(false);
                let _already_shown = dialog.show_modal();
                // Not on the cross, where Enter would close it, however long the fields take to come.
                let _detached = dialog.focus();
                request_animation_frame(move || focus_when_there(dialog, FOCUS_TRIES));
            }
            (false, true) => dialog.close(),
            (true, true) | (false, false) => {}
        }
    });
    let children = StoredValue::new(children);
    let id = unique_id("dialog");
    let title_id = id.clone();
    let would_lose =
        move || !keeps_words && written.get_value() && node.get_untracked().is_some_and(|dialog| holds_words(&dialog));
    let leave = move || match (locked.get_untracked(), would_lose()) {
        (true, _) => {}
        (false, true) => asking.set(true),
        (false, false) => open.set(false),
    };
    let beside = move |e: leptos::ev::MouseEvent| {
        // A click whose target is the dialog element itself is a click on its backdrop.
        let hit = node.get_untracked().is_some_and(|dialog| {
            e.target()
                .is_some_and(|target| target.dyn_ref::<web_sys::Element>() == Some(dialog.unchecked_ref()))
        });
        if hit {
            leave();
        }
    };
    let written_in = move |e: leptos::ev::Event| {
        if is_own_words(&e) {
            written.set_value(true);
        }
    };
    let cancelled = move |e: leptos::ev::Event| {
        // A file chooser inside is cancelled by an event of the same name.
        let own = node.get_untracked().is_some_and(|d| {
            e.target()
                .is_some_and(|target| target.dyn_ref::<web_sys::Element>() == Some(d.unchecked_ref()))
        });
        // Asked once already: Escape again is an answer.
        if own && (locked.get_untracked() || (!asking.get_untracked() && would_lose())) {
            e.prevent_default();
            asking.set(!locked.get_untracked());
        }
    };
    let back_to_work = move || {
        asking.set(false);
        if let Some(dialog) = node.get_untracked() {
            focus_first(&dialog);
        }
    };
    view! {
        <dialog node_ref=node class=format!("dialog {class}") tabindex="-1" aria-labelledby=title_id on:close=move |_| open.set(false)
            on:cancel=cancelled on:mousedown=beside on:input=written_in>
            <div class="dialog-in">
                <header class="dialog-head">
                    <h2 id=id>{move || title.get()}</h2>
                    <IconButton icon="x" label=t::ui::close disabled=locked on_click=move |_| leave()/>
                </header>
                <Show when=move || open.get()>{children.with_value(|children| children())}</Show>
                <Show when=move || open.get() && asking.get()>
                    <Discard on_keep=move |()| back_to_work() on_discard=move |()| open.set(false)/>
                </Show>
            </div>
        </dialog>
    }
    .into_any()
}

/// Asks before what was typed is thrown away.
#[component]
fn Discard(#[prop(into)] on_keep: Callback<()>, #[prop(into)] on_discard: Callback<()>) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let keep = place.get().and_then(|p| p.query_selector("button").ok().flatten());
        if let Some(button) = keep.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
            request_animation_frame(move || {
                let _detached = button.focus();
            });
        }
    });
    view! {
        <div node_ref=place class="dialog-ask" role="alert">
            <b>{t::ui::discard_question}</b>
            <Button label=t::ui::keep_editing on_click=move |_| on_keep.run(())/>
            <Button label=t::ui::discard kind=ButtonKind::Danger on_click=move |_| on_discard.run(())/>
        </div>
    }
    .into_any()
}

/// Fields for words of one's own; a search is none.
const WORDS: &str = "textarea, input:is([type=text], [type=email], [type=tel], [type=url], [type=password])";

fn is_own_words(e: &leptos::ev::Event) -> bool {
    let target = e.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|t| t.matches(WORDS) == Ok(true))
}

fn holds_words(dialog: &web_sys::HtmlDialogElement) -> bool {
    let Ok(fields) = dialog.query_selector_all(WORDS) else {
        return false;
    };
    (0..fields.length()).any(|n| {
        let Some(node) = fields.item(n) else { return false };
        if let Some(input) = node.dyn_ref::<web_sys::HtmlInputElement>() {
            return !input.value().trim().is_empty();
        }
        node.dyn_ref::<web_sys::HtmlTextAreaElement>()
            .is_some_and(|area| !area.value().trim().is_empty())
    })
}

/// Ten seconds, as long as a form may take to load.
const FOCUS_TRIES: u32 = 200;

/// Waits for the first control of a dialog that loads what it shows, unless somebody moves the focus meanwhile.
fn focus_when_there(dialog: web_sys::HtmlDialogElement, tries: u32) {
    let waits = dialog.open() && document().active_element().as_ref() == Some(dialog.unchecked_ref());
    if !focus_first(&dialog) && waits && tries > 0 {
        set_timeout(
            move || focus_when_there(dialog, tries - 1),
            std::time::Duration::from_millis(50),
        );
    }
}

/// Puts the focus where work begins: the first control of the body, else the last button (which confirms; before what cannot
/// be undone the one that does not), unless the page has put it somewhere already. `false`: there is nothing yet.
fn focus_first(dialog: &web_sys::HtmlDialogElement) -> bool {
    let find = |selector: &str| dialog.query_selector(selector).ok().flatten();
    if find(".dialog-body :focus, .dialog-foot :focus").is_some() {
        return true;
    }
    let first = find(".dialog-body :is(input, select, textarea):not(:disabled)")
        .or_else(|| find(".dialog-foot:has(.btn-danger:last-child) .btn"))
        .or_else(|| find(".dialog-foot .btn:last-child"));
    let Some(control) = first.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return false;
    };
    let _detached = control.focus();
    true
}

/// Asks before something is done. The children say what will happen; `confirm` names the deed ("Hand over 3 accounts").
#[component]
pub fn ConfirmDialog(
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    #[prop(into)] confirm: TextProp,
    #[prop(into)] on_confirm: Callback<()>,
    #[prop(optional)] danger: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    /// Shown above the buttons; the fault of the last try.
    #[prop(optional, into)]
    problem: Option<Signal<Option<kept_shared::problem::Problem>>>,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    let confirm = StoredValue::new(confirm);
    view! {
        <Dialog open title class="dialog-narrow" locked=busy>
            <div class="dialog-main">
                <div class="dialog-body">
                    {children.with_value(|children| children())}
                    {problem.map(|problem| view! { <super::state::ProblemNote problem/> })}
                </div>
                <div class="dialog-foot">
                    <Button label=t::ui::cancel disabled=busy on_click=move |_| open.set(false)/>
                    <Button label=confirm.get_value() busy kind=if danger { ButtonKind::Danger } else { ButtonKind::Primary } on_click=move |_| on_confirm.run(())/>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}
