//! Giving a unit its owner from a day on.

use crate::accounts::AccountPicker;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::{Load, api::use_api, day::today_here, i18n::t};
use crate::ui::{Button, DateInput, Dialog, ProblemNote, SubmitButton, use_toasts};
use kept_shared::flaws::Flaws;
use kept_shared::ids::AccountId;
use kept_shared::units::{NewOwner, Unit, owner_date_flaws};
use leptos::{ev, prelude::*};

#[component]
pub fn OwnerDialog(open: RwSignal<bool>, unit: Load<Unit>) -> impl IntoView {
    let save = Act::new();
    view! {
        <Dialog open title=t::units::change_owner locked=save.busy()>
            <OwnerForm open unit save/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn OwnerForm(open: RwSignal<bool>, unit: Load<Unit>, save: Act) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    save.clear();
    let account = RwSignal::new(None::<(AccountId, String)>);
    let today = today_here();
    let from_on = RwSignal::new(Some(today));
    let community = Signal::derive(move || unit.value.with(|u| u.as_ref().map(|u| u.community_id)));
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let Some(known) = unit.value.get_untracked() else {
            return;
        };
        let mut flaws = Flaws::default();
        let (chosen, from) = (account.get_untracked(), from_on.get_untracked());
        flaws
            .when(chosen.is_none(), "/account_id", "required")
            .when(from.is_none(), "/from_on", "required");
        if let Some(from) = from {
            // A day more than here: the community may be ahead of the browser.
            flaws
                .0
                .extend(owner_date_flaws(from, today + chrono::Days::new(1), "/from_on").0);
        }
        if !acceptable(save, flaws) {
            return;
        }
        let (Some((account_id, _)), Some(from_on)) = (chosen, from) else {
            return;
        };
        save.run(
            api.assign_owner(known.id, known.version, NewOwner { account_id, from_on }),
            move |answer| {
                unit.set(answer.value);
                open.set(false);
                toasts.good(t::units::owner_saved());
            },
        );
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <p class="soft">{t::units::owner_text}</p>
                <AccountPicker label=t::units::owner chosen=account community problem=save.problem() pointer="/account_id"/>
                <DateInput label=t::units::owner_from value=from_on required=true problem=save.problem() pointer="/from_on"/>
                <ProblemNote problem=save.problem()/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=save.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::units::save_owner busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}
