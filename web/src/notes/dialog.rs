//! Writing a note without leaving the page one is on.

use super::compose::{ChoicesMissing, Composer};
use crate::kernel::{api::use_api, i18n::t, load};
use crate::ui::Dialog;
use kept_shared::ids::AccountId;
use leptos::prelude::*;

/// The form for a note or document in a dialog (spec I13); it closes when all of it has arrived.
#[component]
pub fn NoteDialog(open: RwSignal<bool>, account: AccountId, on_added: Callback<()>) -> impl IntoView {
    // While a document is on its way the dialog stays: whoever closed it would not hear that it was refused.
    let busy = RwSignal::new(false);
    view! {
        <Dialog open title=t::notes::add_title class="dialog-wide" locked=busy keeps_words=true>
            <div class="dialog-body"><Body open account busy on_added/></div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Body(open: RwSignal<bool>, account: AccountId, busy: RwSignal<bool>, on_added: Callback<()>) -> impl IntoView {
    let api = use_api();
    let choices = load(move || api.note_choices(account));
    let arrived = Callback::new(move |_notes: i32| on_added.run(()));
    let done = Callback::new(move |()| open.set(false));
    view! {
        <ChoicesMissing problem=choices.problem retry=Callback::new(move |()| choices.reload())/>
        <Composer account=Signal::stored(account) choices=Signal::derive(move || choices.get()) on_added=arrived on_done=done busy/>
    }
    .into_any()
}
