//! What every page about money shares: entries in words, figures, and the news that the ledger has changed.

use crate::kernel::{format, i18n::t};
use kept_shared::journal::EntryBrief;
use kept_shared::ledger::EntryContext;
use kept_shared::money::Money;
use leptos::prelude::*;
use leptos_router::components::A;

pub use crate::ageing::type_words;

/// What an entry is about, in words.
pub fn context_words(context: EntryContext) -> &'static str {
    match context {
        EntryContext::Invoice => t::ledger::context_invoice(),
        EntryContext::Payment => t::ledger::context_payment(),
        EntryContext::Fee => t::ledger::context_fee(),
        EntryContext::Interest => t::ledger::context_interest(),
        EntryContext::Prolongation => t::ledger::context_prolongation(),
        EntryContext::Restructure => t::ledger::context_restructure(),
        EntryContext::Promise => t::ledger::context_promise(),
        EntryContext::PlanInstalment => t::ledger::context_plan_instalment(),
        EntryContext::Charge => t::ledger::context_charge(),
        EntryContext::Agency => t::ledger::context_agency(),
        EntryContext::HandoverCharge => t::ledger::context_handover_charge(),
        EntryContext::LegalCost => t::ledger::context_legal_cost(),
        EntryContext::Adjustment => t::ledger::context_adjustment(),
        EntryContext::Chargeback => t::ledger::context_chargeback(),
        EntryContext::WriteOff => t::ledger::context_write_off(),
        EntryContext::Import => t::ledger::context_import(),
        EntryContext::OpeningBalance => t::ledger::context_opening_balance(),
    }
}

/// A payment method in words; what an import brought along stands as it is.
pub fn method_words(method: &str) -> String {
    use kept_shared::payments::PaymentMethod as M;
    match method.parse::<M>() {
        Ok(M::Eft) => t::ledger::method_eft().into(),
        Ok(M::DebitOrder) => t::ledger::method_debit_order().into(),
        Ok(M::Card) => t::ledger::method_card().into(),
        Ok(M::Cash) => t::ledger::method_cash().into(),
        Ok(M::BankDeposit) => t::ledger::method_bank_deposit().into(),
        Ok(M::Cheque) => t::ledger::method_cheque().into(),
        Ok(M::MobileMoney) => t::ledger::method_mobile_money().into(),
        Ok(M::Other) => t::ledger::method_other().into(),
        Err(_) => method.to_owned(),
    }
}

/// An amount in a column: zero is a dash, a credit has its own colour.
pub fn figure(m: Money) -> AnyView {
    if m.is_zero() {
        return view! { <span class="zero">"–"</span> }.into_any();
    }
    view! { <span class:credit={m.minor < 0}>{format::amount(m)}</span> }.into_any()
}

/// The same without its sign.
pub fn size(m: Money) -> Money {
    Money::new(m.minor.saturating_abs(), m.currency)
}

/// Σ of amounts of one currency; `zero` when there are none.
pub fn sum(zero: Money, all: impl IntoIterator<Item = Money>) -> Money {
    let minor = all.into_iter().fold(0_i64, |sum, m| sum.saturating_add(m.minor));
    Money::new(minor, zero.currency)
}

/// An entry in two lines: number, type and date; then what it says and its claim.
#[component]
pub fn Brief(entry: EntryBrief) -> impl IntoView {
    let claim = entry.claim_id.zip(entry.claim.clone());
    let reference = entry.reference.clone().filter(|r| Some(r) != entry.claim.as_ref());
    let due = entry.due_on.filter(|due| *due != entry.date);
    let said = [Some(entry.description.clone()), reference]
        .into_iter()
        .flatten()
        .filter(|s| !s.is_empty());
    view! {
        <span class="ledger-brief">
            <span><b>{t::ledger::entry_no(entry.no)}</b>" · "{type_words(entry.kind)}" · "<span class="nowrap">{format::date(entry.date)}</span>
                {due.map(|due| view! { <span class="soft nowrap">" · "{t::ledger::due_on(format::date(due))}</span> })}</span>
            <small>{said.collect::<Vec<_>>().join(" · ")}
                {claim.map(|(id, reference)| view! { " · "<A href=format!("/claims/{id}")>{reference}</A> })}</small>
        </span>
    }
    .into_any()
}

/// News of the ledger: panels that show it track, dialogs that change it tell.
#[derive(Clone, Copy)]
pub struct Changes(Trigger);

impl Changes {
    /// Called by a page whose parts show the same ledger.
    pub fn provide() -> Self {
        let changes = Self(Trigger::new());
        provide_context(changes);
        changes
    }
    pub fn track(self) {
        self.0.track();
    }
    pub fn tell(self) {
        self.0.notify();
    }
}

/// The news of the page around, or news of one's own.
pub fn use_changes() -> Changes {
    use_context().unwrap_or_else(|| Changes(Trigger::new()))
}
