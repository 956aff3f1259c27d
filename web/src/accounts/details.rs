//! The tabs of the customer page that the book itself fills.

use crate::kernel::{Load, use_session};
use crate::payments::{PaymentFor, RecordPaymentDialog};
use kept_shared::accounts::*;
use kept_shared::permission::Permission;
use leptos::prelude::*;

#[component]
pub fn DetailsTab(account: Load<Account>, id: kept_shared::ids::AccountId) -> impl IntoView {
    view! { <crate::layouts::Details account id/> }.into_any()
}

/// The customer's units with what is owed on each, and the way to record a payment for one.
#[component]
pub fn UnitsTab(account: kept_shared::ids::AccountId) -> impl IntoView {
    let may_pay = use_session().may(Permission::RecordPayments);
    let changes = crate::ledger::use_changes();
    let paying = RwSignal::new(false);
    let asked = RwSignal::new(None::<PaymentFor>);
    let pay = Callback::new(move |unit| {
        asked.set(Some(PaymentFor {
            account,
            unit: Some(unit),
            claim: None,
        }));
        paying.set(true);
    });
    view! {
        <crate::unit_figures::AccountUnitsPanel account pay=may_pay.then_some(pay)/>
        {move || asked.get().map(|asked| view! { <RecordPaymentDialog open=paying asked=Signal::stored(asked) on_done=move |()| changes.tell()/> })}
    }
    .into_any()
}
