//! A status for the one customer whose page is open: the same bar as above the grid, in a dialog.

use super::bar::{Selected, StatusBar};
use crate::kernel::{Load, i18n::t};
use crate::ui::Dialog;
use kept_shared::accounts::Account;
use kept_shared::statuses::Selection;
use leptos::prelude::*;

/// Applies or ends a status, or hands the customer over. `on_applied` hears of it; the dialog stays, for what came of it
/// is told in it.
#[component]
pub fn StatusOfOne(open: RwSignal<bool>, account: Load<Account>, on_applied: Callback<()>) -> impl IntoView {
    let selected = Signal::derive(move || {
        account.value.with(|a| Selected {
            selection: Selection::Accounts {
                account_ids: a.iter().map(|a| a.id).collect(),
            },
            count: usize::from(a.is_some()),
            communities: a.iter().map(|a| a.community.id).collect(),
        })
    });
    view! {
        <Dialog open title=t::statuses::of_one class="dialog-wide">
            <div class="dialog-body statuses-one"><StatusBar selected on_applied on_clear=Callback::new(move |()| open.set(false))/></div>
        </Dialog>
    }
    .into_any()
}
