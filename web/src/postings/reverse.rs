//! Undoing an entry: a new entry that takes it back, whole and by name (spec E02, E11).

use super::waiting::{Limit, Waits, once_loaded, settle};
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::i18n::t;
use crate::kernel::{Load, format};
use crate::ledger::{size, type_words};
use crate::ui::{
    Button, ButtonKind, Callout, Checkbox, DateInput, Dialog, MoneyInput, ProblemNote, SubmitButton, TextArea,
    amount_of, use_toasts,
};
use chrono::NaiveDate;
use kept_shared::accounts::Account;
use kept_shared::ids::EntryId;
use kept_shared::journal::JournalLine;
use kept_shared::ledger::{EntryType, MAX_DESCRIPTION};
use kept_shared::money::Money;
use kept_shared::postings::ReverseEntry;
use leptos::{ev, prelude::*};

/// What is to be undone.
#[derive(Clone, Copy)]
pub struct Reversing {
    id: EntryId,
    no: i64,
    kind: EntryType,
    amount: Money,
    date: NaiveDate,
}

impl Reversing {
    pub fn of(line: &JournalLine) -> Self {
        Self {
            id: line.id,
            no: line.no,
            kind: line.kind,
            amount: line.amount,
            date: line.date,
        }
    }
}

#[component]
pub fn ReverseDialog(
    open: RwSignal<bool>,
    account: Load<Account>,
    asked: Reversing,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let act = Act::new();
    let waits = RwSignal::new(false);
    Effect::new(move |_| {
        if open.get() {
            act.clear();
            waits.set(false);
        }
    });
    let title = t::postings::reverse_title(asked.no);
    view! {
        <Dialog open title class="dialog-narrow" locked=act.busy()>
            {move || if waits.get() {
                view! { <Waits open/> }.into_any()
            } else {
                once_loaded(account, move |a| view! { <Form open account a asked act waits on_done/> }.into_any())
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(
    open: RwSignal<bool>,
    account: Load<Account>,
    a: Account,
    asked: Reversing,
    act: Act,
    waits: RwSignal<bool>,
    on_done: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    // A charge raised ahead is taken back on its own day.
    let (today, currency) = (a.community.today.max(asked.date), a.community.currency);
    let date = RwSignal::new(Some(today));
    let reason = RwSignal::new(String::new());
    let with_fee = RwSignal::new(false);
    let fee = RwSignal::new(String::new());
    let payment = asked.kind == EntryType::Payment;
    let amount = format::money(size(asked.amount));
    let text = match (payment, asked.amount.minor < 0) {
        (true, _) => t::postings::reverse_payment(&amount),
        (false, true) => t::postings::reverse_credit(&amount),
        (false, false) => t::postings::reverse_debit(&amount),
    };
    let limit = Limit::of(account);
    // The entry and the fee are each held against the limit: the larger decides.
    let largest = Signal::derive(move || {
        let typed = fee.with(|text| amount_of(text, currency));
        let fee = typed.filter(|_| payment && with_fee.get());
        fee.into_iter()
            .chain([asked.amount])
            .max_by_key(|m| m.minor.saturating_abs())
    });
    let key = StoredValue::new(new_key());
    Effect::new(move |_| {
        (date.get(), reason.track(), with_fee.get(), fee.track());
        key.set_value(new_key());
    });
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let typed = fee.with_untracked(|text| amount_of(text, currency));
        let wanted = payment && with_fee.get_untracked();
        let body = ReverseEntry {
            date: date.get_untracked().unwrap_or(today),
            reason: reason.get_untracked().trim().to_owned(),
            fee: typed.filter(|_| wanted),
        };
        let mut flaws = body.flaws(currency, today);
        flaws.when(date.get_untracked().is_none(), "/date", "required");
        flaws.when(wanted && typed.is_none(), "/fee", "not_an_amount");
        if !acceptable(act, flaws) {
            return;
        }
        let key = key.get_value();
        act.run(
            async move { api.reverse_entry(asked.id, &body, &key).await },
            move |outcome| {
                if settle(&outcome, open, waits) {
                    toasts.good(t::postings::reversed(asked.no));
                    on_done.run(());
                }
            },
        );
    };
    let problem = act.problem();
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body">
                <p class="lead">{t::postings::reverse_what(asked.no, type_words(asked.kind), format::date(asked.date))}</p>
                <Callout tone="neutral"><p>{text}</p></Callout>
                <DateInput label=t::postings::reverse_on value=date required=true problem pointer="/date" min=Signal::stored(Some(asked.date)) max=Signal::stored(Some(today))/>
                <TextArea label=t::postings::reason value=reason required=true rows=2 problem pointer="/reason" maxlength=MAX_DESCRIPTION as u32 hint=t::postings::reason_hint/>
                {payment.then(|| view! {
                    <Checkbox label=t::postings::with_fee checked=with_fee hint=t::postings::with_fee_hint/>
                    <Show when=move || with_fee.get()>
                        <MoneyInput label=t::postings::fee value=fee currency=Signal::stored(currency) required=true problem pointer="/fee"/>
                    </Show>
                })}
                {limit.note(largest)}
                <ProblemNote problem/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                {move || {
                    let waits = limit.is_passed_by(largest.get());
                    view! { <SubmitButton label=if waits { t::postings::ask } else { t::postings::reverse } kind=ButtonKind::Danger busy=act.busy()/> }
                }}
            </div>
        </form>
    }
    .into_any()
}
