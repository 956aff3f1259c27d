//! Another amount from a day on, and the history before it; and the removal of what was never charged.

use super::words;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::{api::use_api, format, i18n::t};
use crate::ui::*;
use kept_shared::flaws::Flaws;
use kept_shared::levies::{Levy, LevyAmount};
use leptos::{ev, prelude::*};

#[component]
pub fn AmountDialog(open: RwSignal<bool>, levy: Levy, on_saved: Callback<()>) -> impl IntoView {
    let save = Act::new();
    let title = t::levies::new_amount_of(levy.what_for.clone(), levy.unit_code.clone());
    let levy = StoredValue::new(levy);
    view! { <Dialog open title=title class="dialog-narrow" locked=save.busy()><AmountForm open levy=levy.get_value() save on_saved/></Dialog> }.into_any()
}

#[component]
fn AmountForm(open: RwSignal<bool>, levy: Levy, save: Act, on_saved: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    save.clear();
    let currency = levy.amount.currency;
    let value = RwSignal::new(String::new());
    let from_on = RwSignal::new(levy.next.map(|n| n.period.from));
    let history = levy
        .amounts
        .iter()
        .rev()
        .map(|a| view! { <li><span class="num">{format::money(a.amount)}</span><span class="soft">{t::levies::from(format::date(a.from_on))}</span></li> })
        .collect_view();
    let (id, version, first_on, charged) = (levy.id, levy.version, levy.first_on, levy.charged_until);
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let (amount, from) = (amount_of(&value.get_untracked(), currency), from_on.get_untracked());
        let mut flaws = Flaws::default();
        flaws.when(amount.is_none(), "/amount", "required");
        flaws.when(from.is_none(), "/from_on", "required");
        let change = amount.zip(from).map(|(amount, from_on)| LevyAmount { from_on, amount });
        if let Some(change) = change {
            flaws.0.extend(change.flaws(currency, first_on, charged).0);
        }
        if !acceptable(save, flaws) {
            return;
        }
        let Some(change) = change else { return };
        save.run(api.change_levy_amount(id, version, change), move |_| {
            open.set(false);
            toasts.good(t::levies::amount_saved());
            on_saved.run(());
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <MoneyInput label=t::levies::each value currency required=true problem=save.problem() pointer="/amount"/>
                <DateInput label=t::levies::from_on value=from_on required=true problem=save.problem() pointer="/from_on" hint=t::levies::from_hint error=words::fault(save.problem(), "/from_on")/>
                <div><h3>{t::levies::history}</h3><ul class="plain-list">{history}</ul></div>
                <ProblemNote problem=save.problem()/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=save.busy() on_click=move |_| open.set(false)/>
                <SubmitButton label=t::common::save busy=save.busy()/>
            </div>
        </form>
    }
    .into_any()
}

#[component]
pub fn RemoveDialog(open: RwSignal<bool>, levy: Levy, on_saved: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let act = Act::new();
    let title = t::levies::delete_of(levy.what_for.clone(), levy.unit_code.clone());
    let (id, version) = (levy.id, levy.version);
    let confirm = move |()| {
        act.run(api.delete_levy(id, version), move |()| {
            open.set(false);
            toasts.good(t::levies::deleted());
            on_saved.run(());
        });
    };
    view! {
        <ConfirmDialog open title=title confirm=t::levies::delete on_confirm=confirm danger=true busy=act.busy() problem=act.problem()>
            <p>{t::levies::delete_text}</p>
        </ConfirmDialog>
    }
    .into_any()
}
