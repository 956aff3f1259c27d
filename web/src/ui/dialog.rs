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
/// `class`: `dialog-wide`, `dialog-narrow`.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    #[prop(optional)] class: &'static str,
    /// While true the dialog neither closes by Escape nor by a click beside it: something is being sent.
    #[prop(optional, into)]
    locked: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _already_shown = dialog.show_modal();
                request_animation_frame(move || focus_first(&dialog));
            }
            (false, true) => dialog.close(),
            (true, true) | (false, false) => {}
        }
    });
    let children = StoredValue::new(children);
    let id = unique_id("dialog");
    let title_id = id.clone();
    let beside = move |e: leptos::ev::MouseEvent| {
        // A click whose target is the dialog element itself is a click on its backdrop.
        let hit = node.get_untracked().is_some_and(|dialog| {
            e.target()
                .is_some_and(|target| target.dyn_ref::<web_sys::Element>() == Some(dialog.unchecked_ref()))
        });
        if hit && !locked.get_untracked() {
            open.set(false);
        }
    };
    view! {
        <dialog node_ref=node class=format!("dialog {class}") aria-labelledby=title_id on:close=move |_| open.set(false)
            on:cancel=move |e: leptos::ev::Event| if locked.get_untracked() { e.prevent_default() } on:mousedown=beside>
            <div class="dialog-in">
                <header class="dialog-head">
                    <h2 id=id>{move || title.get()}</h2>
                    <IconButton icon="x" label=t::ui::close disabled=locked on_click=move |_| open.set(false)/>
                </header>
                <Show when=move || open.get()>{children.with_value(|children| children())}</Show>
            </div>
        </dialog>
    }
    .into_any()
}

/// Puts the focus where work begins: the first control of the body, else the last button (which confirms), unless the page
/// has put it somewhere already.
fn focus_first(dialog: &web_sys::HtmlDialogElement) {
    let find = |selector: &str| dialog.query_selector(selector).ok().flatten();
    if find(".dialog-body :focus, .dialog-foot :focus").is_some() {
        return;
    }
    let first = find(".dialog-body :is(input, select, textarea):not(:disabled)")
        .or_else(|| find(".dialog-foot .btn:last-child"));
    if let Some(control) = first.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _detached = control.focus();
    }
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
