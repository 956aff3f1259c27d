//! Ways to reach a debtor, changed in place.

use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{Load, i18n::t, use_session};
use crate::ui::*;
use kept_shared::accounts::Account;
use kept_shared::contacts::*;
use kept_shared::ids::{ContactId, DebtorId};
use kept_shared::permission::Permission;
use kept_shared::phone::{self, Dialling};
use kept_shared::problem::Code;
use leptos::{ev, prelude::*};

fn kind_label(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Phone => t::accounts::contact_phone(),
        ContactKind::Email => t::accounts::contact_email(),
        ContactKind::Postal => t::accounts::contact_postal(),
    }
}

fn state_label(state: ContactState) -> &'static str {
    match state {
        ContactState::Unverified => t::accounts::state_unverified(),
        ContactState::Valid => t::accounts::state_valid(),
        ContactState::Invalid => t::accounts::state_invalid(),
    }
}

#[component]
pub fn ContactLine(account: Load<Account>, contact: Contact, read_only: bool) -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let toasts = use_toasts();
    let (editing, removing) = (RwSignal::new(false), RwSignal::new(false));
    let act = Act::new();
    let (id, version, debtor) = (contact.id, contact.version, contact.debtor_id);
    let (icon, shown, link) = match contact.kind {
        ContactKind::Phone => (
            "phone",
            phone::display(&contact.value),
            Some(format!("tel:{}", contact.value)),
        ),
        ContactKind::Email => ("mail", contact.value.clone(), Some(format!("mailto:{}", contact.value))),
        ContactKind::Postal => ("map-pin", contact.value.clone(), None),
    };
    let fed = is_integrated(contact.source.as_deref());
    let value = match link {
        Some(href) => view! { <a href=href>{shown.clone()}</a> }.into_any(),
        None => view! { <span class="communities-text">{shown.clone()}</span> }.into_any(),
    };
    let kind = kind_label(contact.kind);
    let about = contact
        .label
        .clone()
        .map_or_else(|| kind.to_owned(), |label| format!("{kind} · {label}"));
    let (is_primary, state) = (contact.is_primary, contact.state);
    let names = StoredValue::new(shown);
    let name = move || names.get_value();
    let promote = move |_| {
        act.run(api.make_contact_primary(id, version), move |_| {
            toasts.good(t::accounts::made_primary(name()));
            account.reload();
        });
    };
    let confirm = move |()| {
        act.run(api.remove_contact(id, version), move |()| {
            removing.set(false);
            toasts.good(t::accounts::contact_removed(name()));
            account.reload();
        });
    };
    let known = StoredValue::new(contact);
    let remove_label = move || {
        if fed {
            t::accounts::fed_contact().to_owned()
        } else {
            t::accounts::remove_contact(name())
        }
    };
    view! {
        <li class="accounts-contact">
            <Icon name=icon/>
            <div class="accounts-contact-what"><span>{value}</span><small>{about}</small></div>
            <div class="row wrap push">
                {is_primary.then(|| view! { <Pill tone="info" label=t::accounts::primary/> })}
                {match state {
                    ContactState::Unverified => None,
                    ContactState::Valid => Some(view! { <Pill tone="good" label=state_label(state)/> }),
                    ContactState::Invalid => Some(view! { <Pill tone="bad" label=state_label(state)/> }),
                }}
                <Show when=move || !read_only && session.may(Permission::EditContacts)>
                    {(!is_primary).then(|| view! { <IconButton icon="star" label=move || t::accounts::make_primary(name()) on_click=promote/> })}
                    <IconButton icon="pencil" label=move || t::accounts::edit_contact(name()) on_click=move |_| editing.update(|e| *e = !*e)/>
                    <IconButton icon="trash-2" label=remove_label disabled=fed on_click=move |_| { act.clear(); removing.set(true) }/>
                </Show>
            </div>
            <Show when=move || editing.get()>
                <div class="accounts-inline"><ContactForm account debtor known=Some(known.get_value()) on_done=move |()| editing.set(false)/></div>
            </Show>
            <Show when=move || !removing.get()><ProblemNote problem=act.problem()/></Show>
            <ConfirmDialog open=removing title=move || t::accounts::remove_contact(name()) confirm=t::common::remove on_confirm=confirm danger=true busy=act.busy() problem=act.problem()>
                <p>{t::accounts::remove_contact_text}</p>
            </ConfirmDialog>
        </li>
    }
    .into_any()
}

/// A value as people read it.
fn shown_value(contact: &Contact) -> String {
    match contact.kind {
        ContactKind::Phone => phone::display(&contact.value),
        ContactKind::Email | ContactKind::Postal => contact.value.clone(),
    }
}

/// Whoever was slower sees what the faster one wrote before choosing; saving again then goes over it (spec C18).
fn clash(
    account: Load<Account>,
    save: Act,
    target: StoredValue<Option<(ContactId, i64)>>,
) -> RwSignal<Option<Contact>> {
    let api = use_api();
    let theirs = RwSignal::new(None::<Contact>);
    Effect::new(move |_| {
        let too_late = save
            .problem()
            .with(|p| p.as_ref().is_some_and(|p| p.is(Code::ChangedMeanwhile)));
        let of = account.value.with_untracked(|a| a.as_ref().map(|a| a.id));
        let (true, Some((id, _)), Some(of)) = (too_late, target.get_value(), of) else {
            theirs.set(None);
            return;
        };
        leptos::task::spawn_local(async move {
            let Ok(now) = api.account(of).await else { return };
            let found = now.debtors.into_iter().flat_map(|d| d.contacts).find(|c| c.id == id);
            if let Some(found) = found
                && target
                    .try_update_value(|t| *t = Some((found.id, found.version)))
                    .is_some()
            {
                theirs.set(Some(found));
            }
        });
    });
    theirs
}

/// A contact's form; without `known` a new one.
#[component]
pub fn ContactForm(
    account: Load<Account>,
    debtor: DebtorId,
    known: Option<Contact>,
    /// What a new one is at first.
    #[prop(default = ContactKind::Phone)]
    kind: ContactKind,
    /// It can be of no other kind.
    #[prop(optional)]
    only: bool,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let toasts = use_toasts();
    let save = Act::new();
    let kind = RwSignal::new(known.as_ref().map_or(kind, |c| c.kind).as_str().to_owned());
    let value = RwSignal::new(known.as_ref().map(|c| c.value.clone()).unwrap_or_default());
    let label = RwSignal::new(known.as_ref().and_then(|c| c.label.clone()).unwrap_or_default());
    let state = RwSignal::new(
        known
            .as_ref()
            .map_or(ContactState::Unverified, |c| c.state)
            .as_str()
            .to_owned(),
    );
    let primary = RwSignal::new(known.as_ref().is_some_and(|c| c.is_primary));
    let was_primary = primary.get_untracked();
    let (value_was, label_was) = (value.get_untracked(), label.get_untracked());
    let holds = move || value.with(|v| *v != value_was) || label.with(|l| *l != label_was);
    let whose = move || account.value.with_untracked(|a| a.as_ref().map(|a| a.id));
    crate::cards::unsaved(whose, holds, || false, Callback::new(|()| ()));
    let is_new = known.is_none();
    let target = StoredValue::new(known.map(|c| (c.id, c.version)));
    let theirs = clash(account, save, target);
    let chosen = move || kind.with(|k| k.parse().unwrap_or(ContactKind::Phone));
    let home = move || {
        account
            .value
            .with(|a| a.as_ref().and_then(|a| Dialling::of(a.community.currency)))
    };
    let kinds = Signal::derive(|| {
        ContactKind::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), kind_label(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    let value_label = move || {
        if only {
            kind_label(chosen())
        } else {
            t::accounts::contact_value()
        }
    };
    let states = Signal::derive(|| {
        ContactState::ALL
            .iter()
            .map(|s| (s.as_str().to_owned(), state_label(*s).to_owned()))
            .collect::<Vec<_>>()
    });
    // What the number will be stored as, while it is typed.
    let echo = move || match (chosen(), value.with(|v| phone::normalise(v, home()))) {
        (ContactKind::Phone, Ok(e164)) => phone::display(&e164),
        (ContactKind::Phone, Err(_)) => t::accounts::phone_hint().to_owned(),
        (ContactKind::Email | ContactKind::Postal, _) => String::new(),
    };
    let key = new_key();
    let submit = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let new = NewContact {
            kind: untrack(chosen),
            value: value.get_untracked(),
            label: Some(label.get_untracked()),
            is_primary: primary.get_untracked(),
            state: state.with_untracked(|s| s.parse().unwrap_or(ContactState::Unverified)),
        }
        .tidied();
        if !acceptable(save, new.flaws(untrack(home))) {
            return;
        }
        let key = key.clone();
        let work = async move {
            match target.get_value() {
                Some((id, version)) => api.change_contact(id, version, new).await.map(|c| c.value),
                None => api.add_contact(debtor, new, key).await,
            }
        };
        save.run(work, move |c| {
            toasts.good(t::accounts::contact_saved(shown_value(&c)));
            account.reload();
            on_done.run(());
        });
    };
    let postal = move || chosen() == ContactKind::Postal;
    view! {
        <form class="stack-4" novalidate=true data-words="" on:submit=submit>
            <div class="form-grid">
                {(is_new && !only).then(|| view! { <Select label=t::accounts::contact_kind value=kind options=kinds problem=save.problem() pointer="/kind"/> })}
                <Show when=postal fallback=move || view! {
                    <TextInput label=value_label value required=true problem=save.problem() pointer="/value" hint=echo autofocus=true/>
                }>
                    <TextArea label=t::accounts::contact_value value required=true problem=save.problem() pointer="/value" rows=3 class="span-all"/>
                </Show>
                <TextInput label=t::accounts::contact_label value=label problem=save.problem() pointer="/label" hint=t::accounts::contact_label_hint maxlength=60/>
                <Select label=t::accounts::contact_state value=state options=states problem=save.problem() pointer="/state"/>
            </div>
            {(!was_primary).then(|| view! { <Checkbox label=t::accounts::use_first checked=primary/> })}
            {move || theirs.get().map(|now| view! {
                <Callout tone="warn" title=t::accounts::clash_title>
                    <p>{t::accounts::clash_theirs(shown_value(&now))}</p>
                    <div class="row wrap">
                        <SubmitButton label=t::accounts::clash_mine busy=save.busy()/>
                        <Button label=t::accounts::clash_drop on_click=move |_| { account.reload(); on_done.run(()) }/>
                    </div>
                </Callout>
            })}
            <Show when=move || theirs.with(Option::is_none)><ProblemNote problem=save.problem()/></Show>
            <Show when=move || theirs.with(Option::is_none)>
                <div class="row">
                    <SubmitButton label=t::common::save busy=save.busy()/>
                    <Button label=t::common::cancel disabled=save.busy() on_click=move |_| on_done.run(())/>
                </div>
            </Show>
        </form>
    }
    .into_any()
}
