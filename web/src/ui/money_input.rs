//! An amount: typed as people write it, shown with the currency's sign in front.

use super::{
    field::{Frame, field_error},
    unique_id,
};
use crate::kernel::i18n::flaw_text;
use kept_shared::money::{Currency, Money, MoneyError};
use kept_shared::money_typed::typed;
use kept_shared::problem::{FieldProblem, Problem};
use leptos::{prelude::*, text_prop::TextProp};

/// What stands in the field as money; `None` while it is empty or no amount.
pub fn amount_of(text: &str, currency: Currency) -> Option<Money> {
    typed(text, currency).ok().flatten()
}

/// An amount in one currency. What is no amount says so as soon as the field is left.
#[component]
pub fn MoneyInput(
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(into)] currency: Signal<Currency>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] problem: Option<Signal<Option<Problem>>>,
    #[prop(optional)] pointer: &'static str,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let id = unique_id("in");
    let left = RwSignal::new(false);
    let own = Signal::derive(move || {
        if !left.get() {
            return None;
        }
        let code = match value.with(|text| typed(text, currency.get()).err())? {
            MoneyError::NotANumber | MoneyError::CurrencyMismatch => "not_an_amount",
            MoneyError::TooManyDecimals => "too_many_decimals",
            MoneyError::TooLarge => "too_large",
        };
        Some(flaw_text(&FieldProblem::new(pointer, code)))
    });
    let found = field_error(problem, pointer, error, move || value.track());
    let error = Signal::derive(move || own.get().or_else(|| found.get()));
    Frame { id: id.clone(), label, hint, required, pointer, error, room: None, class }.around(view! {
            <span class="affix" style:--affix=move || currency.get().symbol().chars().count().to_string()>
                <span aria-hidden="true">{move || currency.get().symbol()}</span>
                <input id=id.clone() type="text" inputmode="decimal" autocomplete="off" bind:value=value disabled=move || disabled.get()
                    on:input=move |_| left.set(false) on:blur=move |_| left.set(true) aria-required=required.then_some("true")
                    aria-invalid=move || error.with(Option::is_some).then_some("true") aria-describedby=format!("{id}-msg")/>
            </span>
        })
}
