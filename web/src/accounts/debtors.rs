//! Who is liable: each debtor with contacts, changed in place.

use super::contacts::{ContactForm, ContactLine};
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{Load, i18n::t, use_session};
use crate::ui::*;
use kept_shared::accounts::*;
use kept_shared::ids::DebtorId;
use kept_shared::permission::Permission;
use leptos::{ev, prelude::*};

fn role_label(role: DebtorRole) -> &'static str {
    match role {
        DebtorRole::Primary => t::accounts::role_primary(),
        DebtorRole::CoDebtor => t::accounts::role_co_debtor(),
        DebtorRole::Guarantor => t::accounts::role_guarantor(),
    }
}

/// The debtors of an account, each with contacts. `read_only`: to read and to ring up, not to change.
#[component]
pub fn DebtorsPanel(account: Load<Account>, #[prop(optional)] read_only: bool) -> impl IntoView {
    let session = use_session();
    let adding = RwSignal::new(false);
    let may_edit = Signal::derive(move || !read_only && session.may(Permission::EditAccounts));
    let ids = Memo::new(move |_| {
        account.value.with(|a| {
            a.as_ref()
                .map(|a| a.debtors.iter().map(|d| d.id).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    view! {
        <div class="stack-4">
            <For each=move || ids.get() key=|id| *id let:id><DebtorCard account id read_only/></For>
            <Show when=move || adding.get()>
                <Card title=t::accounts::add_debtor><DebtorForm account known=None on_done=move |()| adding.set(false)/></Card>
            </Show>
            <Show when=move || may_edit.get() && !adding.get()>
                <div><Button label=t::accounts::add_debtor icon="user-plus" on_click=move |_| adding.set(true)/></div>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn DebtorCard(account: Load<Account>, id: DebtorId, read_only: bool) -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let toasts = use_toasts();
    let debtor = Memo::new(move |_| {
        account
            .value
            .with(|a| a.as_ref().and_then(|a| a.debtors.iter().find(|d| d.id == id).cloned()))
    });
    let (editing, adding, removing) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let remove = Act::new();
    let name = move || debtor.with(|d| d.as_ref().map(|d| d.full_name.clone()).unwrap_or_default());
    let role = move || debtor.with(|d| d.as_ref().map(|d| role_label(d.role)).unwrap_or_default());
    let is_primary = move || debtor.with(|d| d.as_ref().is_some_and(|d| d.role == DebtorRole::Primary));
    let contacts = Memo::new(move |_| debtor.with(|d| d.as_ref().map(|d| d.contacts.clone()).unwrap_or_default()));
    let actions = move || {
        view! {
            <Show when=move || !read_only && session.may(Permission::EditAccounts)>
                <IconButton icon="pencil" label=move || t::accounts::edit_debtor(name()) on_click=move |_| editing.update(|e| *e = !*e)/>
                <Show when=move || !is_primary()>
                    <IconButton icon="trash-2" label=move || t::accounts::remove_debtor(name()) on_click=move |_| { remove.clear(); removing.set(true) }/>
                </Show>
            </Show>
        }
    };
    let confirm = move |()| {
        let Some(d) = debtor.get_untracked() else { return };
        remove.run(api.remove_debtor(d.id, d.version), move |()| {
            removing.set(false);
            toasts.good(t::accounts::debtor_removed(d.full_name));
            account.reload();
        });
    };
    view! {
        <Card title=name subtitle=role actions>
            <Show when=move || editing.get()>
                <div class="accounts-inline"><DebtorForm account known=debtor.get_untracked() on_done=move |()| editing.set(false)/></div>
            </Show>
            <ul class="plain-list accounts-contacts">
                <For each=move || contacts.get() key=|c| (c.id, c.version) let:contact><ContactLine account contact read_only/></For>
            </ul>
            <Show when=move || contacts.with(Vec::is_empty) && !adding.get()><p class="soft">{t::accounts::no_contacts}</p></Show>
            <Show when=move || adding.get()>
                <div class="accounts-inline"><ContactForm account debtor=id known=None on_done=move |()| adding.set(false)/></div>
            </Show>
            <Show when=move || !read_only && session.may(Permission::EditContacts) && !adding.get()>
                <div class="accounts-add"><Button label=t::accounts::add_contact icon="plus" class="btn-sm" on_click=move |_| adding.set(true)/></div>
            </Show>
        </Card>
        <ConfirmDialog open=removing title=move || t::accounts::remove_debtor(name()) confirm=t::common::remove on_confirm=confirm danger=true busy=remove.busy() problem=remove.problem()>
            <p>{t::accounts::remove_debtor_text}</p>
        </ConfirmDialog>
    }
    .into_any()
}

/// A debtor's name and role; without `known` a new one.
#[component]
fn DebtorForm(account: Load<Account>, known: Option<Debtor>, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    let save = Act::new();
    let start = known.as_ref().map(Debtor::edit);
    let text = |v: Option<String>| RwSignal::new(v.unwrap_or_default());
    let part = |get: fn(&DebtorEdit) -> Option<String>| text(start.as_ref().and_then(get));
    let kind = RwSignal::new(
        start
            .as_ref()
            .map_or(DebtorKind::Natural, |d| d.kind)
            .as_str()
            .to_owned(),
    );
    let role = RwSignal::new(
        start
            .as_ref()
            .map_or(DebtorRole::CoDebtor, |d| d.role)
            .as_str()
            .to_owned(),
    );
    let (title, first, last) = (
        part(|d| d.title.clone()),
        part(|d| d.first_name.clone()),
        part(|d| d.last_name.clone()),
    );
    let (company, language) = (part(|d| d.company_name.clone()), part(|d| d.language.clone()));
    let is_person = move || kind.with(|k| k == DebtorKind::Natural.as_str());
    let was_primary = known.as_ref().is_some_and(|d| d.role == DebtorRole::Primary);
    let is_known = known.is_some();
    let roles = Signal::derive(move || {
        DebtorRole::ALL
            .iter()
            .filter(|r| is_known || **r != DebtorRole::Primary)
            .map(|r| (r.as_str().to_owned(), role_label(*r).to_owned()))
            .collect::<Vec<_>>()
    });
    let target = known.map(|d| (d.id, d.version));
    let key = new_key();
    let before = StoredValue::new((
        kind.get_untracked(),
        role.get_untracked(),
        [title, first, last, company, language].map(|s| s.get_untracked()),
    ));
    let holds = move || {
        let now = (
            kind.get(),
            role.get(),
            [title, first, last, company, language].map(|s| s.get()),
        );
        before.with_value(|before| *before != now)
    };
    let whose = move || account.value.with_untracked(|a| a.as_ref().map(|a| a.id));
    crate::cards::unsaved(whose, holds, || false, Callback::new(|()| ()));
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let some = |s: RwSignal<String>| Some(s.get_untracked());
        let edit = DebtorEdit {
            role: role.with_untracked(|r| r.parse().unwrap_or(DebtorRole::CoDebtor)),
            kind: kind.with_untracked(|k| k.parse().unwrap_or(DebtorKind::Natural)),
            title: some(title),
            first_name: some(first),
            last_name: some(last),
            company_name: some(company),
            language: some(language),
        };
        let new = edit.clone().into_debtor();
        if !acceptable(save, new.flaws(None)) {
            return;
        }
        let Some(account_id) = account.value.with_untracked(|a| a.as_ref().map(|a| a.id)) else {
            return;
        };
        let key = key.clone();
        let work = async move {
            match target {
                Some((id, version)) => api.change_debtor(id, version, edit).await.map(|d| d.value),
                None => api.add_debtor(account_id, new, key).await,
            }
        };
        save.run(work, move |d| {
            toasts.good(t::accounts::debtor_saved(d.full_name));
            account.reload();
            on_done.run(());
        });
    };
    view! {
        <form class="stack-4" novalidate=true data-words="" on:submit=submit>
            <SegmentedControl label=t::accounts::kind value=kind choices=vec![
                Choice::new(DebtorKind::Natural.as_str(), t::accounts::kind_natural), Choice::new(DebtorKind::Legal.as_str(), t::accounts::kind_legal),
            ]/>
            <div class="form-grid">
                <Show when=is_person fallback=move || view! {
                    <TextInput label=t::accounts::company_name value=company required=true problem=save.problem() pointer="/company_name" class="span-all"/>
                }>
                    <TextInput label=t::accounts::first_name value=first problem=save.problem() pointer="/first_name"/>
                    <TextInput label=t::accounts::last_name value=last required=true problem=save.problem() pointer="/last_name"/>
                    <TextInput label=t::accounts::person_title value=title problem=save.problem() pointer="/title"/>
                </Show>
                <super::language::LanguageSelect value=language problem=save.problem()/>
                <Select label=t::accounts::role value=role options=roles problem=save.problem() pointer="/role" disabled=was_primary
                    hint=if was_primary { t::accounts::role_primary_hint } else { t::accounts::role_hint }/>
            </div>
            <ProblemNote problem=save.problem()/>
            <div class="row">
                <SubmitButton label=t::common::save busy=save.busy()/>
                <Button label=t::common::cancel disabled=save.busy() on_click=move |_| on_done.run(())/>
            </div>
        </form>
    }
    .into_any()
}
