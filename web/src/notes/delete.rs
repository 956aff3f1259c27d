//! Deleting a note: the dialog asks why.

use crate::kernel::{
    act::{Act, acceptable},
    api::{new_key, use_api},
    i18n::t,
};
use crate::ui::{Button, ButtonKind, Dialog, ProblemNote, SubmitButton, TextArea, use_toasts};
use kept_shared::{
    ids::{AccountId, NoteId},
    notes::{MAX_DELETE_REASON, Note, NoteDeletion},
};
use leptos::{ev, prelude::*};

/// Open while there is a note to be deleted. `on_deleted` gets what is left of it.
#[component]
pub(super) fn DeleteDialog(
    #[prop(into)] account: Signal<AccountId>,
    note: RwSignal<Option<NoteId>>,
    on_deleted: Callback<Note>,
) -> impl IntoView {
    let act = Act::new();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(note.with(Option::is_some)));
    // Closed by Escape or its cross: there is no note to be deleted any more.
    Effect::new(move |before: Option<bool>| {
        let is_open = open.get();
        if before == Some(true) && !is_open {
            note.set(None);
        }
        is_open
    });
    view! {
        <Dialog open title=t::notes::delete_title class="dialog-narrow" locked=act.busy()>
            <DeleteForm account note act on_deleted/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn DeleteForm(
    account: Signal<AccountId>,
    note: RwSignal<Option<NoteId>>,
    act: Act,
    on_deleted: Callback<Note>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    act.clear();
    let reason = RwSignal::new(String::new());
    let key = new_key();
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let Some(id) = note.get_untracked() else { return };
        let why = NoteDeletion {
            reason: reason.get_untracked().trim().to_owned(),
        };
        if !acceptable(act, why.flaws()) {
            return;
        }
        let work = api.delete_note(account.get_untracked(), id, why, key.clone());
        act.run(work, move |left: Note| {
            note.set(None);
            toasts.good(t::notes::deleted());
            on_deleted.run(left);
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <p>{t::notes::delete_text}</p>
                <TextArea label=t::notes::delete_reason value=reason rows=3 required=true maxlength=MAX_DELETE_REASON as u32 problem=act.problem() pointer="/reason"/>
                <ProblemNote problem=act.problem()/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| note.set(None)/>
                <SubmitButton label=t::notes::delete kind=ButtonKind::Danger busy=act.busy()/>
            </div>
        </form>
    }
    .into_any()
}
