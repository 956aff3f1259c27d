//! An entry made by hand (spec E02): the type says which way it goes and what is asked for.

use super::waiting::{Limit, Waits, once_loaded, settle};
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::i18n::t;
use crate::kernel::{Load, format, load};
use crate::ledger::{context_words, type_words};
use crate::ui::{
    Button, Choice, DateInput, Dialog, MoneyInput, ProblemNote, RadioGroup, Select, SubmitButton, TextArea, TextInput,
    amount_of, use_toasts,
};
use chrono::NaiveDate;
use kept_shared::accounts::Account;
use kept_shared::claims::ClaimFilter;
use kept_shared::ids::ClaimId;
use kept_shared::ledger::{ClaimState, EntryType, MAX_DESCRIPTION, MAX_REFERENCE};
use kept_shared::money::Money;
use kept_shared::postings::*;
use leptos::{ev, prelude::*};

/// Asks for an entry and posts it. `claim`: what it is about, where that is known.
#[component]
pub fn PostDialog(
    open: RwSignal<bool>,
    account: Load<Account>,
    #[prop(optional)] claim: Option<ClaimId>,
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
    view! {
        <Dialog open title=t::postings::post_title locked=act.busy()>
            {move || if waits.get() {
                view! { <Waits open/> }.into_any()
            } else {
                once_loaded(account, move |a| view! { <Form open account a claim act waits on_done/> }.into_any())
            }}
        </Dialog>
    }
    .into_any()
}

fn type_hint(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Invoice => t::postings::invoice_hint(),
        EntryType::Fee => t::postings::fee_hint(),
        EntryType::Interest => t::postings::interest_hint(),
        EntryType::Adjustment => t::postings::adjustment_hint(),
        EntryType::Discount => t::postings::discount_hint(),
        EntryType::WriteOff => t::postings::write_off_hint(),
        EntryType::Payment | EntryType::Chargeback => "",
    }
}

#[derive(Clone, Copy)]
struct Fields {
    kind: RwSignal<String>,
    amount: RwSignal<String>,
    side: RwSignal<String>,
    date: RwSignal<Option<NaiveDate>>,
    due: RwSignal<Option<NaiveDate>>,
    context: RwSignal<String>,
    description: RwSignal<String>,
    reference: RwSignal<String>,
    reason: RwSignal<String>,
    claim: RwSignal<String>,
    product: RwSignal<String>,
    unit: RwSignal<String>,
    debtor: RwSignal<String>,
    from: RwSignal<Option<NaiveDate>>,
    to: RwSignal<Option<NaiveDate>>,
}

impl Fields {
    fn kind(self) -> EntryType {
        self.kind.with(|k| k.parse().unwrap_or(EntryType::Invoice))
    }
    fn is_credit(self) -> bool {
        match self.kind() {
            EntryType::Discount | EntryType::WriteOff | EntryType::Payment => true,
            EntryType::Adjustment => self.side.with(|s| s == EntrySide::Credit.as_str()),
            EntryType::Invoice | EntryType::Fee | EntryType::Interest | EntryType::Chargeback => false,
        }
    }
    fn posting(self, amount: Money, date: NaiveDate) -> NewPosting {
        let kind = self.kind();
        let text = |s: RwSignal<String>| Some(s.get().trim().to_owned()).filter(|s| !s.is_empty());
        let invoice = kind == EntryType::Invoice;
        NewPosting {
            kind,
            amount,
            side: self
                .side
                .with(|s| s.parse().ok())
                .filter(|_| kind == EntryType::Adjustment),
            date,
            due_on: self.due.get().filter(|_| !self.is_credit()),
            context: self.context.with(|c| c.parse().ok()),
            description: self.description.get().trim().to_owned(),
            reference: text(self.reference),
            reason: text(self.reason),
            // An invoice makes a claim of its own.
            claim_id: self.claim.with(|c| c.parse().ok()).filter(|_| !invoice),
            product_id: self.product.with(|p| p.parse().ok()),
            unit_id: self.unit.with(|u| u.parse().ok()),
            debtor_id: self.debtor.with(|d| d.parse().ok()),
            period_from: self.from.get().filter(|_| invoice),
            period_to: self.to.get().filter(|_| invoice),
        }
    }
}

#[component]
fn Form(
    open: RwSignal<bool>,
    account: Load<Account>,
    a: Account,
    claim: Option<ClaimId>,
    act: Act,
    waits: RwSignal<bool>,
    on_done: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (id, today, currency) = (a.id, a.community.today, a.community.currency);
    let first = if claim.is_some() {
        EntryType::Fee
    } else {
        EntryType::Invoice
    };
    let blank = || RwSignal::new(String::new());
    let fields = Fields {
        kind: RwSignal::new(first.as_str().to_owned()),
        amount: blank(),
        side: RwSignal::new(EntrySide::Debit.as_str().to_owned()),
        date: RwSignal::new(Some(today)),
        due: RwSignal::new(None),
        context: blank(),
        description: blank(),
        reference: blank(),
        reason: blank(),
        claim: RwSignal::new(claim.map(|c| c.to_string()).unwrap_or_default()),
        product: blank(),
        unit: blank(),
        debtor: blank(),
        from: RwSignal::new(None),
        to: RwSignal::new(None),
    };
    let limit = Limit::of(account);
    let claims = load(move || async move {
        let filter = ClaimFilter {
            state: Some(ClaimState::Active),
            limit: Some(200),
            ..ClaimFilter::default()
        };
        api.claims(id, &filter).await
    });
    let products = load(move || api.products(id));
    let amount = Signal::derive(move || fields.amount.with(|text| amount_of(text, currency)));
    let key = StoredValue::new(new_key());
    Effect::new(move |_| {
        fields.posting(
            amount.get().unwrap_or(Money::zero(currency)),
            fields.date.get().unwrap_or(today),
        );
        key.set_value(new_key());
    });
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let (typed, date) = (amount.get_untracked(), fields.date.get_untracked());
        let posting = untrack(|| fields.posting(typed.unwrap_or(Money::zero(currency)), date.unwrap_or(today)));
        let mut flaws = posting.flaws(currency, today);
        flaws.when(date.is_none(), "/date", "required");
        if !acceptable(act, flaws) {
            return;
        }
        let key = key.get_value();
        let said = type_words(posting.kind);
        act.run(
            async move { api.post_entry(id, &posting, &key).await },
            move |outcome| {
                if settle(&outcome, open, waits) {
                    toasts.good(t::postings::posted(said));
                    on_done.run(());
                }
            },
        );
    };
    let problem = act.problem();
    let types = Signal::derive(|| {
        BY_HAND
            .iter()
            .map(|k| (k.as_str().to_owned(), type_words(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    let contexts = Signal::derive(|| {
        CONTEXTS_BY_HAND
            .iter()
            .map(|c| (c.as_str().to_owned(), context_words(*c).to_owned()))
            .collect::<Vec<_>>()
    });
    let claim_options = Signal::derive(move || {
        let all = claims.get().map(|p| p.items).unwrap_or_default();
        let words = |c: &kept_shared::claims::ClaimLine| {
            t::payments::claim_choice(&c.reference, format::date(c.due_on), format::money(c.totals.open))
        };
        all.iter().map(|c| (c.id.to_string(), words(c))).collect::<Vec<_>>()
    });
    let product_options = Signal::derive(move || {
        let all = products.get().unwrap_or_default();
        all.into_iter()
            .filter(|p| p.is_active)
            .map(|p| (p.id.to_string(), p.name))
            .collect::<Vec<_>>()
    });
    let units: Vec<_> = a
        .units
        .iter()
        .map(|u| (u.unit_id.to_string(), u.code.clone()))
        .collect();
    let debtors: Vec<_> = a
        .debtors
        .iter()
        .map(|d| (d.id.to_string(), d.full_name.clone()))
        .collect();
    let (many_units, many_debtors) = (!units.is_empty(), debtors.len() > 1);
    let (units, debtors) = (Signal::stored(units), Signal::stored(debtors));
    let kind = move || fields.kind();
    let is_invoice = move || kind() == EntryType::Invoice;
    let needs_reason = move || {
        matches!(
            kind(),
            EntryType::Adjustment | EntryType::Discount | EntryType::WriteOff
        )
    };
    let sides = move || {
        vec![
            Choice::new("debit", t::postings::side_debit),
            Choice::new("credit", t::postings::side_credit),
        ]
    };
    view! {
        <form novalidate=true on:submit=submit>
            <div class="dialog-body">
                <p class="lead"><b>{a.name.clone()}</b>" · "{a.reference.clone()}</p>
                <div class="form-grid">
                    <Select label=t::postings::kind value=fields.kind options=types hint=move || type_hint(kind()) problem pointer="/type" class="span-all"/>
                    <Show when=move || kind() == EntryType::Adjustment>
                        <RadioGroup legend=t::postings::side value=fields.side choices=sides() problem pointer="/side" class="span-all postings-sides"/>
                    </Show>
                    <MoneyInput label=t::postings::amount value=fields.amount currency=Signal::stored(currency) required=true problem pointer="/amount"/>
                    <DateInput label=t::postings::date value=fields.date required=true problem pointer="/date" max=Signal::stored(Some(today))/>
                    <TextInput label=t::postings::description value=fields.description required=true problem pointer="/description" maxlength=MAX_DESCRIPTION as u32 class="span-all"/>
                    <Show when=needs_reason>
                        <TextArea label=t::postings::reason value=fields.reason required=true rows=2 problem pointer="/reason" maxlength=MAX_DESCRIPTION as u32 class="span-all" hint=t::postings::reason_hint/>
                    </Show>
                    <Show when=move || !is_invoice()>
                        <Select label=t::postings::claim value=fields.claim options=claim_options empty=t::postings::no_claim problem pointer="/claim_id" class="span-all"
                            hint=move || if fields.is_credit() { t::postings::claim_credit_hint() } else { t::postings::claim_debit_hint() }/>
                    </Show>
                    <Show when=move || !fields.is_credit()>
                        <DateInput label=t::postings::due value=fields.due problem pointer="/due_on" hint=t::postings::due_hint/>
                    </Show>
                    <TextInput label=t::postings::reference value=fields.reference problem pointer="/reference" maxlength=MAX_REFERENCE as u32
                        hint=move || if is_invoice() { t::postings::reference_invoice().to_owned() } else { String::new() }/>
                    <Show when=is_invoice>
                        <DateInput label=t::postings::period_from value=fields.from problem pointer="/period_from" hint=t::postings::period_hint/>
                        <DateInput label=t::postings::period_to value=fields.to problem pointer="/period_to"/>
                    </Show>
                </div>
                <details class="postings-more"><summary>{t::postings::more}</summary>
                    <div class="form-grid">
                        <Select label=t::postings::context value=fields.context options=contexts empty=t::postings::context_usual problem pointer="/context"/>
                        <Show when=move || product_options.with(|p| !p.is_empty())>
                            <Select label=t::postings::product value=fields.product options=product_options empty=t::postings::none problem pointer="/product_id"/>
                        </Show>
                        {many_units.then(|| view! { <Select label=t::postings::unit value=fields.unit options=units empty=t::postings::none problem pointer="/unit_id"/> })}
                        {many_debtors.then(|| view! { <Select label=t::postings::debtor value=fields.debtor options=debtors empty=t::postings::debtor_all problem pointer="/debtor_id"/> })}
                        <Show when=move || !needs_reason()>
                            <TextInput label=t::postings::reason value=fields.reason problem pointer="/reason" maxlength=MAX_DESCRIPTION as u32 class="span-all"/>
                        </Show>
                    </div>
                </details>
                {limit.note(amount)}
                <ProblemNote problem/>
            </div>
            <div class="dialog-foot">
                <Button label=t::common::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                {move || {
                    let waits = limit.is_passed_by(amount.get());
                    view! { <SubmitButton label=if waits { t::postings::ask } else { t::postings::post } busy=act.busy()/> }
                }}
            </div>
        </form>
    }
    .into_any()
}
