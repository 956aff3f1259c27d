//! The tabs of the customer page that the book itself fills.

use super::debtors::DebtorsPanel;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::{Load, api::use_api, format, i18n::t, load, use_session};
use crate::payments::{PaymentFor, RecordPaymentDialog};
use crate::ui::*;
use kept_shared::accounts::*;
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};
use leptos_router::components::A;

#[component]
pub fn DetailsTab(account: Load<Account>) -> impl IntoView {
    view! { <div class="grid-side accounts-details"><DebtorsPanel account/><AccountCard account/></div> }.into_any()
}

/// Reference, group, language and origin, changed in place.
#[component]
fn AccountCard(account: Load<Account>) -> impl IntoView {
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
                    <dt>{t::accounts::group}</dt><dd>{a.customer_group.map_or_else(|| t::accounts::group_none().to_owned(), |g| g.name)}</dd>
                    <dt>{t::accounts::language}</dt><dd>{a.language.unwrap_or_else(|| "–".into())}</dd>
                    {origin.map(|o| view! { <dt>{t::accounts::source}</dt><dd>{o}</dd> })}
                    <dt>{t::accounts::opened}</dt><dd>{format::date(a.created_at.date_naive())}</dd>
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

#[component]
pub fn UnitsTab(account: Load<Account>) -> impl IntoView {
    let session = use_session();
    let may_open = move || session.may(Permission::ViewUnits);
    let may_pay = session.may(Permission::RecordPayments);
    let changes = crate::ledger::use_changes();
    let paying = RwSignal::new(false);
    let asked = RwSignal::new(None::<PaymentFor>);
    let pay = move |account, unit| {
        asked.set(Some(PaymentFor {
            account,
            unit: Some(unit),
            claim: None,
        }));
        paying.set(true);
    };
    move || {
        let (owner, units) = account.get().map(|a| (Some(a.id), a.units)).unwrap_or_default();
        if units.is_empty() {
            return view! { <Empty title=t::accounts::no_units_title text=t::accounts::no_units_text icon="home"/> }
                .into_any();
        }
        let rows = units.into_iter().map(|u| {
            let (href, code) = (format!("/units/{}", u.unit_id), u.code.clone());
            let current = u.to_on.is_none();
            let about: Vec<String> = [u.block.map(t::accounts::block), u.unit_type, u.size].into_iter().flatten().collect();
            let span = match u.to_on {
                Some(to) => t::units::from_to(format::date(u.from_on), format::date(to)),
                None => t::units::since(format::date(u.from_on)),
            };
            let (unit, pay_name) = (u.unit_id, t::accounts::pay_for(&u.code));
            let pay = owner.filter(|_| may_pay && current).map(|owner| view! {
                <button type="button" class="btn btn-sm" aria-label=pay_name on:click=move |_| pay(owner, unit)><Icon name="banknote"/><span>{t::payments::record}</span></button>
            });
            let name = if may_open() { view! { <A href=href>{code}</A> }.into_any() } else { code.into_any() };
            view! {
                <li><div><b>{name}</b><small>{about.join(" · ")}</small></div>
                    <div class="row wrap"><span class="soft">{span}</span>
                        <Pill tone=if current { "good" } else { "neutral" } label=if current { t::units::current } else { t::units::previous }/>{pay}</div></li>
            }
        }).collect_view();
        view! {
            <Card title=t::accounts::tab_units><ul class="plain-list">{rows}</ul></Card>
            {move || asked.get().map(|asked| view! { <RecordPaymentDialog open=paying asked=Signal::stored(asked) on_done=move |()| changes.tell()/> })}
        }.into_any()
    }
}
