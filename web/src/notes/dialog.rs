//! Writing a note without leaving the page one is on.

use super::compose::Composer;
use crate::kernel::{api::use_api, i18n::t, load};
use crate::ui::Dialog;
use kept_shared::ids::AccountId;
use leptos::prelude::*;

/// The form for a note or document in a dialog (spec I13); it closes when one has arrived.
#[component]
pub fn NoteDialog(open: RwSignal<bool>, account: AccountId, on_added: Callback<()>) -> impl IntoView {
    view! {
        <Dialog open title=t::notes::add_title class="dialog-wide">
            <div class="dialog-body"><Body open account on_added/></div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Body(open: RwSignal<bool>, account: AccountId, on_added: Callback<()>) -> impl IntoView {
    let api = use_api();
    let choices = load(move || api.note_choices(account));
    let arrived = Callback::new(move |_notes: i32| {
        open.set(false);
        on_added.run(());
    });
    view! { <Composer account=Signal::stored(account) choices=Signal::derive(move || choices.get()) on_added=arrived/> }
        .into_any()
}
