//! The tabs of the customer page that the book itself fills.

use crate::kernel::act::{Act, acceptable};
use crate::kernel::{Load, api::use_api, format, i18n::t, load, use_session};
use crate::payments::{PaymentFor, RecordPaymentDialog};
use crate::ui::*;
use kept_shared::accounts::*;
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};

#[component]
pub fn DetailsTab(account: Load<Account>, id: kept_shared::ids::AccountId) -> impl IntoView {
    view! { <crate::layouts::Details account id/> }.into_any()
}

/// Reference, group, language and origin, changed in place.
#[component]
pub fn AccountCard(account: Load<Account>) -> impl IntoView {
    let session = use_session();
    let editing = RwSignal::new(false);
    let actions = move || {
        view! {
            <Show when=move || session.may(Permission::EditAccounts) && !editing.get()>
                <Button label=t::common::edit icon="pencil" class="btn-sm" on_click=move |_| editing.set(true)/>
            </Show>
        }
    };
    view! {
        <Card title=t::accounts::account_section actions>
            <Show when=move || editing.get() fallback=move || view! { <AccountFacts account/> }><AccountForm account editing/></Show>
        </Card>
    }
    .into_any()
}

#[component]
fn AccountFacts(account: Load<Account>) -> impl IntoView {
    move || {
        account.get().map(|a| {
            let origin = a.source.clone().map(|s| a.source_id.clone().map_or(s.clone(), |id| format!("{s} · {id}")));
            view! {
                <dl class="dl">
                    <dt>{t::accounts::reference}</dt><dd class="mono">{a.reference.clone()}</dd>
                    <dt>{t::accounts::payment_reference}</dt><dd class="mono">{a.payment_reference.clone().unwrap_or_else(|| a.reference.clone())}</dd>
                    <dt>{t::accounts::group}</dt><dd>{a.customer_group.map_or_else(|| t::accounts::group_none().to_owned(), |g| g.name)}</dd>
                    <dt>{t::accounts::language}</dt><dd>{a.language.unwrap_or_else(|| "–".into())}</dd>
                    {origin.map(|o| view! { <dt>{t::accounts::source}</dt><dd>{o}</dd> })}
                    <dt>{t::accounts::opened}</dt><dd>{format::day(a.created_at)}</dd>
                </dl>
            }
        })
    }
}

#[component]
fn AccountForm(account: Load<Account>, editing: RwSignal<bool>) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    let save = Act::new();
    let Some(known) = account.value.get_untracked() else {
        return ().into_any();
    };
    let edit = known.edit();
    let reference = RwSignal::new(edit.reference);
    let group = RwSignal::new(edit.customer_group_id.map(|id| id.to_string()).unwrap_or_default());
    let language = RwSignal::new(edit.language.unwrap_or_default());
    let payment = RwSignal::new(edit.payment_reference.unwrap_or_default());
    let is_active = RwSignal::new(edit.is_active);
    let groups = load(move || api.customer_groups(None));
    let options = Signal::derive(move || {
        groups
            .get()
            .map(|p| {
                p.items
                    .into_iter()
                    .map(|g| (g.id.to_string(), g.name))
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    let (id, version) = (known.id, known.version);
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let edit = AccountEdit {
            reference: reference.get_untracked(),
            customer_group_id: group.with_untracked(|g| g.parse().ok()),
            language: Some(language.get_untracked()),
            payment_reference: Some(payment.get_untracked()),
            is_active: is_active.get_untracked(),
        }
        .tidied();
        if !acceptable(save, edit.flaws()) {
            return;
        }
        save.run(api.change_account(id, version, edit), move |answer| {
            account.set(answer.value);
            editing.set(false);
            toasts.good(t::common::saved());
        });
    };
    view! {
        <form class="stack-4" novalidate=true on:submit=submit>
            <TextInput label=t::accounts::reference value=reference required=true problem=save.problem() pointer="/reference" maxlength=60 autofocus=true/>
            <TextInput label=t::accounts::payment_reference value=payment problem=save.problem() pointer="/payment_reference" maxlength=60 hint=t::accounts::payment_reference_hint/>
            <Select label=t::accounts::group value=group options empty=t::accounts::group_none problem=save.problem() pointer="/customer_group_id"/>
            <TextInput label=t::accounts::language value=language problem=save.problem() pointer="/language" hint=t::accounts::language_hint/>
            <Checkbox label=t::accounts::is_active checked=is_active hint=t::accounts::is_active_hint/>
            <ProblemNote problem=save.problem()/>
            <div class="row">
                <SubmitButton label=t::common::save busy=save.busy()/>
                <Button label=t::common::cancel disabled=save.busy() on_click=move |_| editing.set(false)/>
            </div>
        </form>
    }
    .into_any()
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
