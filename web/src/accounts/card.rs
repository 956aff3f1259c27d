//! The account itself, changed in place.

use super::language::{LanguageSelect, language_name};
use crate::kernel::act::{Act, acceptable};
use crate::kernel::{Load, api::use_api, format, i18n::t, load, use_session};
use crate::ui::*;
use kept_shared::accounts::*;
use kept_shared::ids::AccountId;
use kept_shared::permission::Permission;
use kept_shared::problem::Code;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// Reference, group, language and origin, changed in place.
#[component]
pub fn AccountCard(account: Load<Account>) -> impl IntoView {
    let session = use_session();
    let editing = RwSignal::new(false);
    let actions = move || {
        view! {
            <Show when=move || session.may(Permission::EditAccounts) && !editing.get()>
                <Button label=t::common::edit icon="pencil" class="btn-sm accounts-edit" on_click=move |_| editing.set(true)/>
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
                    <dt>{t::accounts::language}</dt><dd>{a.language.map_or_else(|| "–".into(), |code| language_name(&code))}</dd>
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
    let was = StoredValue::new(edit.clone());
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
    let (id, version) = (known.id, RwSignal::new(known.version));
    let typed = move || {
        AccountEdit {
            reference: reference.get(),
            customer_group_id: group.with(|g| g.parse().ok()),
            language: Some(language.get()),
            payment_reference: Some(payment.get()),
            is_active: is_active.get(),
        }
        .tidied()
    };
    let holds = move || was.with_value(|was| typed() != was.clone().tidied());
    crate::cards::unsaved(move || Some(id), holds, || false, Callback::new(|()| ()));
    let theirs = clash(id, save, version);
    let done = move || {
        editing.set(false);
        focus_edit();
    };
    let escaped = move |e: ev::KeyboardEvent| {
        if e.key() == "Escape" && !save.busy().get_untracked() && !untrack(holds) {
            e.stop_propagation();
            done();
        }
    };
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let edit = untrack(typed);
        if !acceptable(save, edit.flaws()) {
            return;
        }
        save.run(api.change_account(id, version.get_untracked(), edit), move |answer| {
            account.set(answer.value);
            done();
            toasts.good(t::common::saved());
        });
    };
    view! {
        <form class="stack-4" novalidate=true data-words="" on:submit=submit on:keydown=escaped>
            <TextInput label=t::accounts::reference value=reference required=true problem=save.problem() pointer="/reference" maxlength=60 autofocus=true/>
            <TextInput label=t::accounts::payment_reference value=payment problem=save.problem() pointer="/payment_reference" maxlength=60 hint=t::accounts::payment_reference_hint/>
            <Select label=t::accounts::group value=group options empty=t::accounts::group_none problem=save.problem() pointer="/customer_group_id"/>
            <LanguageSelect value=language problem=save.problem()/>
            <Checkbox label=t::accounts::is_active checked=is_active hint=t::accounts::is_active_hint/>
            {move || theirs.get().map(|now| view! {
                <Callout tone="warn" title=t::accounts::clash_title>
                    <ul>{was.with_value(|was| differences(was, &now)).into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                    <div class="row wrap">
                        <SubmitButton label=t::accounts::clash_mine busy=save.busy()/>
                        <Button label=t::accounts::clash_drop on_click=move |_| { account.reload(); done() }/>
                    </div>
                </Callout>
            })}
            <Show when=move || theirs.with(Option::is_none)>
                <ProblemNote problem=save.problem()/>
                <div class="row">
                    <SubmitButton label=t::common::save busy=save.busy()/>
                    <Button label=t::common::cancel disabled=save.busy() on_click=move |_| done()/>
                </div>
            </Show>
        </form>
    }
    .into_any()
}

/// The form goes: the focus is where it was opened.
fn focus_edit() {
    request_animation_frame(|| {
        let button = document().query_selector(".accounts-edit").ok().flatten();
        if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _detached = button.focus();
        }
    });
}

/// Whoever was slower sees what the faster one wrote before choosing; saving again then goes over it (spec C18).
fn clash(id: AccountId, save: Act, version: RwSignal<i64>) -> RwSignal<Option<Account>> {
    let api = use_api();
    let theirs = RwSignal::new(None::<Account>);
    Effect::new(move |_| {
        let too_late = save
            .problem()
            .with(|p| p.as_ref().is_some_and(|p| p.is(Code::ChangedMeanwhile)));
        if !too_late {
            theirs.set(None);
            return;
        }
        leptos::task::spawn_local(async move {
            if let Ok(now) = api.account(id).await {
                let _gone = version.try_set(now.version);
                let _gone = theirs.try_set(Some(now));
            }
        });
    });
    theirs
}

/// What the other one changed, as it reads now.
fn differences(was: &AccountEdit, now: &Account) -> Vec<String> {
    let is = now.edit();
    let text = |value: &Option<String>| value.clone().filter(|v| !v.is_empty()).unwrap_or_else(|| "–".into());
    let group = |a: &Account| {
        let name = a.customer_group.as_ref().map(|g| g.name.clone());
        name.unwrap_or_else(|| t::accounts::group_none().to_owned())
    };
    let mut all = vec![];
    let mut differs = |is_other: bool, label: &str, value: String| {
        if is_other {
            all.push(t::accounts::clash_field(label, value));
        }
    };
    differs(
        was.reference != is.reference,
        t::accounts::reference(),
        is.reference.clone(),
    );
    differs(
        was.payment_reference != is.payment_reference,
        t::accounts::payment_reference(),
        text(&is.payment_reference),
    );
    differs(
        was.customer_group_id != is.customer_group_id,
        t::accounts::group(),
        group(now),
    );
    differs(was.language != is.language, t::accounts::language(), text(&is.language));
    let active = if is.is_active {
        t::common::yes()
    } else {
        t::common::no()
    };
    differs(
        was.is_active != is.is_active,
        t::accounts::is_active(),
        active.to_owned(),
    );
    if all.is_empty() {
        all.push(t::accounts::clash_elsewhere().to_owned());
    }
    all
}
