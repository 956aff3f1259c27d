//! Quick responses: a menu that puts a standard text into the note, where it may still be changed.

use crate::kernel::i18n::t;
use crate::ui::{Icon, Menu, MenuItem};
use kept_shared::{notes::NoteChoices, text::inserted};
use leptos::{html, prelude::*};

/// Puts a text where the cursor stands, and the cursor behind it.
fn put(text: &str, body: RwSignal<String>, area: NodeRef<html::Textarea>) {
    let Some(field) = area.get_untracked() else { return };
    let end = usize::MAX;
    let place = |at: Result<Option<u32>, _>| at.ok().flatten().and_then(|at: u32| usize::try_from(at).ok());
    let (from, to) = (place(field.selection_start()), place(field.selection_end()));
    let now = body.get_untracked();
    let (whole, cursor) = inserted(&now, from.unwrap_or(end), to.unwrap_or(end), text);
    body.set(whole);
    // After the menu has given the focus back to its button, and the text stands in the field.
    request_animation_frame(move || {
        let _detached = field.focus();
        if let Ok(at) = u32::try_from(cursor) {
            let _detached = field.set_selection_range(at, at);
        }
    });
}

/// Shown when there are any.
#[component]
pub(super) fn QuickMenu(
    choices: Signal<Option<NoteChoices>>,
    body: RwSignal<String>,
    area: NodeRef<html::Textarea>,
) -> impl IntoView {
    let texts = Memo::new(move |_| choices.with(|c| c.as_ref().map(|c| c.quick_responses.clone()).unwrap_or_default()));
    let face = || view! { <span>{t::notes::quick_responses}</span><Icon name="chevron-down" size=14/> }.into_any();
    view! {
        <Show when=move || texts.with(|all| !all.is_empty())>
            <Menu label=t::notes::quick_responses face=ViewFn::from(face) button_class="btn btn-sm" class="menu-start notes-quick">
                {move || texts.get().into_iter().map(|quick| {
                    let text = quick.body;
                    view! { <MenuItem label=quick.title on_click=move |()| put(&text, body, area)/> }
                }).collect_view()}
            </Menu>
        </Show>
    }
    .into_any()
}
