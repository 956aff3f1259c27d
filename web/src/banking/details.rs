//! Bank details: masked, shown in full to those who may, changed in a dialog.

use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::use_api;
use crate::kernel::{Load, i18n::t, load, use_session};
use crate::ui::*;
use kept_shared::banking::*;
use kept_shared::ids::AccountId;
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};

fn type_words(of: BankAccountType) -> &'static str {
    match of {
        BankAccountType::Current => t::banking::current(),
        BankAccountType::Savings => t::banking::savings(),
        BankAccountType::Transmission => t::banking::transmission(),
        BankAccountType::Loan => t::banking::loan(),
    }
}

#[component]
pub fn BankDetailsCard(account: AccountId) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let found = load(move || api.bank_details(account));
    let toasts = use_toasts();
    let (editing, removing) = (RwSignal::new(false), RwSignal::new(false));
    let (save, act) = (Act::new(), Act::new());
    let remove = move |()| {
        let Some(version) = found.value.with_untracked(|f| f.as_ref().map(|f| f.version)) else {
            return;
        };
        act.run(api.remove_bank_details(account, version), move |()| {
            removing.set(false);
            toasts.good(t::banking::details_removed());
            found.reload();
        });
    };
    let is_new = move || found.value.with(|f| f.as_ref().is_some_and(|f| f.on_file.is_none()));
    let actions = move || {
        view! {
            <Show when=move || session.may(Permission::EditBanking) && found.value.with(Option::is_some)>
                <Button label=move || if is_new() { t::banking::enter_details() } else { t::banking::edit_details() }
                    icon="pencil" class="btn-sm" on_click=move |_| { save.clear(); editing.set(true) }/>
                <Show when=move || !is_new()>
                    <IconButton icon="trash-2" class="btn-sm" label=t::banking::remove_details on_click=move |_| { act.clear(); removing.set(true) }/>
                </Show>
            </Show>
        }
    };
    view! {
        <Card title=t::banking::details actions>
            {move || match (found.problem.get(), found.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <Loading rows=3/> }.into_any(),
                (None, Some(BankDetails { on_file: None, .. })) => view! { <p class="soft">{t::banking::no_details}</p> }.into_any(),
                (None, Some(BankDetails { on_file: Some(it), .. })) => view! { <Facts account it/> }.into_any(),
            }}
        </Card>
        <Dialog open=editing title=t::banking::details locked=save.busy()><Form open=editing found save account/></Dialog>
        <ConfirmDialog open=removing title=t::banking::remove_details confirm=t::common::remove on_confirm=remove danger=true busy=act.busy() problem=act.problem()>
            <p>{t::banking::remove_text}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn Facts(account: AccountId, it: BankAccount) -> impl IntoView {
    let session = use_session();
    view! {
        <dl class="dl">
            <dt>{t::banking::bank}</dt><dd>{it.bank}</dd>
            <dt>{t::banking::branch_code}</dt><dd class="mono">{it.branch_code.unwrap_or_else(|| "–".into())}</dd>
            <dt>{t::banking::holder}</dt><dd>{it.holder}</dd>
            <dt>{t::banking::account_type}</dt><dd>{type_words(it.account_type)}</dd>
            <dt>{t::banking::number}</dt><dd><Number account masked=it.number may=session.may(Permission::ViewBanking)/></dd>
        </dl>
    }
    .into_any()
}

/// The masked number, and the full one once it was asked for.
#[component]
fn Number(account: AccountId, masked: String, may: bool) -> impl IntoView {
    let api = use_api();
    let act = Act::new();
    let full = RwSignal::new(None::<String>);
    let shown = move || full.get().unwrap_or_else(|| masked.clone());
    let toggle = move |_| {
        if full.with_untracked(Option::is_some) {
            full.set(None);
        } else {
            act.run(api.bank_number(account), move |answer| full.set(Some(answer.number)));
        }
    };
    let label = move || {
        if full.with(Option::is_some) {
            t::banking::hide_number()
        } else {
            t::banking::show_number()
        }
    };
    view! {
        <span class="row wrap">
            <span class="mono nowrap" aria-live="polite">{shown}</span>
            {may.then(|| view! { <Button label icon="eye" class="btn-sm" disabled=act.busy() on_click=toggle/> })}
        </span>
        {may.then(|| view! { <small class="soft">{t::banking::show_hint}</small> })}
        <ProblemNote problem=act.problem()/>
    }
    .into_any()
}

#[component]
fn Form(open: RwSignal<bool>, found: Load<BankDetails>, save: Act, account: AccountId) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let Some(known) = found.value.get_untracked() else {
        return ().into_any();
    };
    let version = known.version;
    let kept = known.on_file.as_ref().map(|it| it.is_iban);
    let on_file = known.on_file.as_ref().map(|it| it.number.clone());
    let start = |of: fn(&BankAccount) -> String| RwSignal::new(known.on_file.as_ref().map(of).unwrap_or_default());
    let (bank, holder) = (start(|it| it.bank.clone()), start(|it| it.holder.clone()));
    let branch = start(|it| it.branch_code.clone().unwrap_or_default());
    let account_type = RwSignal::new(
        known
            .on_file
            .map_or(BankAccountType::Current, |it| it.account_type)
            .as_str()
            .to_owned(),
    );
    let number = RwSignal::new(String::new());
    let types = Signal::derive(|| {
        BankAccountType::ALL
            .iter()
            .map(|of| (of.as_str().to_owned(), type_words(*of).to_owned()))
            .collect::<Vec<_>>()
    });
    let needs_number = on_file.is_none();
    let hint = on_file.map_or_else(
        || t::banking::number_hint().to_owned(),
        |masked| t::banking::number_stays(masked),
    );
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let edit = BankDetailsEdit {
            bank: bank.get_untracked(),
            branch_code: Some(branch.get_untracked()),
            holder: holder.get_untracked(),
            account_type: account_type.with_untracked(|of| of.parse().unwrap_or(BankAccountType::Current)),
            number: Some(number.get_untracked()),
        }
        .tidied();
        if !acceptable(save, edit.flaws(kept)) {
            return;
        }
        save.run(api.change_bank_details(account, version, edit), move |answer| {
            found.set(answer.value);
            open.set(false);
            toasts.good(t::banking::details_saved());
        });
    };
    view! {
        <form class="dialog-main" novalidate=true on:submit=submit>
            <div class="dialog-body stack-4">
                <div class="form-grid">
                    <TextInput label=t::banking::bank value=bank required=true problem=save.problem() pointer="/bank" maxlength=MAX_NAME as u32 autofocus=true/>
                    <TextInput label=t::banking::branch_code value=branch problem=save.problem() pointer="/branch_code" hint=t::banking::branch_hint maxlength=14/>
                    <TextInput label=t::banking::holder value=holder required=true problem=save.problem() pointer="/holder" maxlength=MAX_NAME as u32/>
                    <Select label=t::banking::account_type value=account_type options=types problem=save.problem() pointer="/account_type"/>
                    <TextInput label=t::banking::number value=number required=needs_number problem=save.problem() pointer="/number" hint maxlength=45 class="span-all" input_class="mono"/>
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
