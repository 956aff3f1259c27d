//! The debit order: what was agreed, and where the mandate stands.

use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::use_api;
use crate::kernel::{Load, format, i18n::t, load, use_session};
use crate::ui::*;
use kept_shared::banking::*;
use kept_shared::ids::AccountId;
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};

fn payment_words(of: DebitPayment) -> &'static str {
    match of {
        DebitPayment::DebitOrder => t::banking::debit_order_type(),
        DebitPayment::Authenticated => t::banking::authenticated(),
        DebitPayment::CardOnFile => t::banking::card_on_file(),
    }
}

fn collection_words(of: CollectionType) -> &'static str {
    match of {
        CollectionType::Balance => t::banking::balance(),
        CollectionType::Monthly => t::banking::monthly(),
        CollectionType::MonthlyPlusFixed => t::banking::monthly_plus_fixed(),
        CollectionType::Fixed => t::banking::fixed(),
    }
}

fn state_words(of: MandateState) -> (&'static str, &'static str) {
    match of {
        MandateState::Active => ("good", t::banking::active()),
        MandateState::Suspended => ("warn", t::banking::suspended()),
        MandateState::Failed => ("bad", t::banking::failed()),
        MandateState::Cancelled => ("neutral", t::banking::cancelled()),
    }
}

#[component]
pub fn DebitOrderCard(account: AccountId) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let found = load(move || api.debit_order(account));
    let editing = RwSignal::new(false);
    let save = Act::new();
    let is_new = move || found.value.with(|f| f.as_ref().is_some_and(|f| f.order.is_none()));
    let actions = move || {
        view! {
            <Show when=move || session.may(Permission::EditBanking) && found.value.with(Option::is_some)>
                <Button label=move || if is_new() { t::banking::enter_order() } else { t::banking::edit_order() }
                    icon="pencil" class="btn-sm" on_click=move |_| { save.clear(); editing.set(true) }/>
            </Show>
        }
    };
    view! {
        <Card title=t::banking::debit_order actions>
            {move || match (found.problem.get(), found.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <Loading rows=3/> }.into_any(),
                (None, Some(DebitOrderOnFile { order: None, .. })) => view! { <p class="soft">{t::banking::no_order}</p> }.into_any(),
                (None, Some(DebitOrderOnFile { order: Some(it), .. })) => facts(it),
            }}
        </Card>
        <Dialog open=editing title=t::banking::debit_order locked=save.busy()><Form open=editing found save account/></Dialog>
    }
    .into_any()
}

fn facts(it: DebitOrder) -> AnyView {
    let (tone, state) = state_words(it.state);
    let retries = t::banking::retries_of(usize::try_from(it.retries).unwrap_or_default());
    let contract = it
        .contract_no
        .map_or_else(|| format!("– ({retries})"), |no| format!("{no} ({retries})"));
    let collected = it.amount.map_or_else(
        || collection_words(it.collection_type).to_owned(),
        |amount| format!("{} · {}", collection_words(it.collection_type), format::money(amount)),
    );
    view! {
        <dl class="dl">
            <dt>{t::banking::mandate}</dt><dd><span class="row wrap"><Pill tone label=state/>{it.reason.map(|why| view! { <span class="soft">{why}</span> })}</span></dd>
            <dt>{t::banking::payment_type}</dt><dd>{payment_words(it.payment_type)}</dd>
            <dt>{t::banking::contract_no}</dt><dd>{contract}</dd>
            <dt>{t::banking::collection_day}</dt><dd>{t::banking::day_of_month(it.collection_day)}</dd>
            <dt>{t::banking::collection_type}</dt><dd>{collected}</dd>
        </dl>
    }
    .into_any()
}

#[component]
fn Form(open: RwSignal<bool>, found: Load<DebitOrderOnFile>, save: Act, account: AccountId) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let Some(known) = found.value.get_untracked() else {
        return ().into_any();
    };
    let (version, currency, order) = (known.version, known.currency, known.order);
    let choice = |text: &'static str| RwSignal::new(text.to_owned());
    let text = |of: fn(&DebitOrder) -> String| RwSignal::new(order.as_ref().map(of).unwrap_or_default());
    let payment = choice(
        order
            .as_ref()
            .map_or(DebitPayment::DebitOrder, |o| o.payment_type)
            .as_str(),
    );
    let collection = choice(
        order
            .as_ref()
            .map_or(CollectionType::Monthly, |o| o.collection_type)
            .as_str(),
    );
    let state = choice(order.as_ref().map_or(MandateState::Active, |o| o.state).as_str());
    let contract = text(|o| o.contract_no.clone().unwrap_or_default());
    let day = text(|o| o.collection_day.to_string());
    let retries = RwSignal::new(order.as_ref().map_or(0, |o| o.retries).to_string());
    let amount = text(|o| o.amount.map(|a| a.to_plain()).unwrap_or_default());
    let reason = text(|o| o.reason.clone().unwrap_or_default());
    let has_amount = Memo::new(move |_| collection.with(|c| c.parse().is_ok_and(CollectionType::has_amount)));
    let wants_reason = Memo::new(move |_| state.with(|s| s.parse().is_ok_and(MandateState::wants_reason)));
    let payments = Signal::derive(|| options(DebitPayment::ALL, DebitPayment::as_str, payment_words));
    let collections = Signal::derive(|| options(CollectionType::ALL, CollectionType::as_str, collection_words));
    let states = Signal::derive(|| options(MandateState::ALL, MandateState::as_str, |of| state_words(of).1));
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let number = |s: RwSignal<String>| s.with_untracked(|s| s.trim().parse::<i64>().unwrap_or(-1));
        let order = DebitOrder {
            payment_type: payment.with_untracked(|p| p.parse().unwrap_or(DebitPayment::DebitOrder)),
            contract_no: Some(contract.get_untracked()),
            retries: number(retries),
            collection_day: number(day),
            collection_type: collection.with_untracked(|c| c.parse().unwrap_or(CollectionType::Monthly)),
            amount: amount
                .with_untracked(|text| amount_of(text, currency))
                .filter(|_| has_amount.get_untracked()),
            state: state.with_untracked(|s| s.parse().unwrap_or(MandateState::Active)),
            reason: Some(reason.get_untracked()).filter(|_| wants_reason.get_untracked()),
        }
        .tidied();
        if !acceptable(save, order.flaws(currency)) {
            return;
        }
        save.run(api.change_debit_order(account, version, order), move |answer| {
            found.set(answer.value);
            open.set(false);
            toasts.good(t::banking::order_saved());
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <p class="soft">{t::banking::order_text}</p>
                <div class="form-grid">
                    <Select label=t::banking::payment_type value=payment options=payments problem=save.problem() pointer="/payment_type"/>
                    <Select label=t::banking::mandate value=state options=states problem=save.problem() pointer="/state"/>
                    <Show when=move || wants_reason.get()>
                        <TextInput label=t::banking::reason value=reason required=true problem=save.problem() pointer="/reason" maxlength=200 class="span-all"/>
                    </Show>
                    <TextInput label=t::banking::contract_no value=contract problem=save.problem() pointer="/contract_no" maxlength=MAX_CONTRACT as u32/>
                    <TextInput label=t::banking::retries value=retries problem=save.problem() pointer="/retries" hint=t::banking::retries_hint inputmode="numeric" maxlength=2/>
                    <TextInput label=t::banking::collection_day value=day required=true problem=save.problem() pointer="/collection_day" hint=t::banking::day_hint inputmode="numeric" maxlength=2/>
                    <Select label=t::banking::collection_type value=collection options=collections problem=save.problem() pointer="/collection_type"/>
                    <Show when=move || has_amount.get()>
                        <MoneyInput label=t::banking::amount value=amount currency=Signal::stored(currency) required=true problem=save.problem() pointer="/amount"/>
                    </Show>
                </div>
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

fn options<T: Copy>(all: &[T], key: fn(T) -> &'static str, words: fn(T) -> &'static str) -> Vec<(String, String)> {
    all.iter()
        .map(|of| (key(*of).to_owned(), words(*of).to_owned()))
        .collect()
}
