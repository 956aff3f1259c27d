//! Exclusions: how far a customer is excluded, and the dialog that sets and lifts them (spec C16, U01).

use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::{Load, format, i18n::t, load, use_session};
use crate::ui::*;
use kept_shared::accounts::Account;
use kept_shared::contacts::ContactKind;
use kept_shared::exclusions::*;
use kept_shared::permission::Permission;
use kept_shared::phone;
use leptos::{ev, prelude::*};

/// What a kind switches off.
pub fn kind_words(kind: ExclusionKind) -> &'static str {
    match kind {
        ExclusionKind::Bankruptcy => t::accounts::x_bankruptcy(),
        ExclusionKind::TextsAndAutoCalls => t::accounts::x_texts_and_auto_calls(),
        ExclusionKind::ManualOnly => t::accounts::x_manual_only(),
        ExclusionKind::CustomerRequest => t::accounts::x_customer_request(),
    }
}

fn level_words(level: ExclusionLevel) -> (&'static str, &'static str) {
    match level {
        ExclusionLevel::None => ("neutral", t::accounts::x_none()),
        ExclusionLevel::Partial => ("warn", t::accounts::x_partial()),
        ExclusionLevel::Full => ("bad", t::accounts::x_full()),
    }
}

/// The link in the head: none, partial or full.
#[component]
pub(super) fn ExclusionLink(account: Load<Account>) -> impl IntoView {
    let open = RwSignal::new(false);
    let level = Memo::new(move |_| {
        account
            .value
            .with(|a| a.as_ref().map_or(ExclusionLevel::None, |a| a.exclusion))
    });
    view! {
        <button type="button" class="btn btn-ghost btn-sm accounts-exclusion" on:click=move |_| open.set(true)>
            <Icon name="ban" size=14/><span>{t::accounts::x_title}</span>
            {move || { let (tone, words) = level_words(level.get()); view! { <Pill tone label=words/> } }}
        </button>
        <Dialog open title=t::accounts::x_title class="dialog-wide"><Exclusions account/></Dialog>
    }
    .into_any()
}

#[component]
fn Exclusions(account: Load<Account>) -> impl IntoView {
    let (api, session, changes) = (use_api(), use_session(), crate::ledger::use_changes());
    let Some(id) = account.value.with_untracked(|a| a.as_ref().map(|a| a.id)) else {
        return ().into_any();
    };
    let all = load(move || api.exclusions(id));
    let may = session.may(Permission::EditExclusions);
    let changed = Callback::new(move |()| {
        all.reload();
        changes.tell();
    });
    view! {
        <div class="dialog-body stack-4">
            {move || match (all.get(), all.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| all.reload()/> }.into_any(),
                (None, None) => view! { <Loading rows=2/> }.into_any(),
                (Some(all), None) => view! { <Lists all may changed/> }.into_any(),
            }}
            {may.then(|| view! { <NewForm account on_set=changed/> })}
        </div>
    }
    .into_any()
}

#[component]
fn Lists(all: kept_shared::exclusions::Exclusions, may: bool, changed: Callback<()>) -> impl IntoView {
    let none = all.in_force.is_empty();
    let past = all.lifted.len();
    view! {
        {none.then(|| view! { <p class="soft">{t::accounts::x_nothing}</p> })}
        <ul class="plain-list">{all.in_force.into_iter().map(|e| view! { <Line e may changed/> }).collect_view()}</ul>
        {(past > 0).then(|| view! {
            <details>
                <summary>{t::accounts::x_lifted_before(past)}</summary>
                <ul class="plain-list">{all.lifted.into_iter().map(|e| view! { <Line e may=false changed/> }).collect_view()}</ul>
            </details>
        })}
    }
    .into_any()
}

#[component]
fn Line(e: Exclusion, may: bool, changed: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (lifting, note) = (RwSignal::new(false), RwSignal::new(String::new()));
    let act = Act::new();
    let key = StoredValue::new(new_key());
    let id = e.id;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let why = LiftExclusion {
            note: note.get_untracked(),
        };
        if !acceptable(act, why.flaws()) {
            return;
        }
        act.run(api.lift_exclusion(id, why, key.get_value()), move |_| {
            toasts.good(t::accounts::x_lifted());
            changed.run(());
        });
    };
    let whom = e
        .number
        .as_deref()
        .map_or_else(|| t::accounts::x_whole().to_owned(), phone::display);
    let lifted = e
        .lifted
        .map(|l| view! { <p class="by">{t::accounts::x_lifted_by(l.by, format::instant(l.at))}" · "{l.note}</p> });
    view! {
        <li class="accounts-excluded">
            <div>
                <b>{kind_words(e.kind)}</b>" "<span class="soft">{whom}</span>
                <p class="by">{t::accounts::x_set_by(e.set_by, format::instant(e.set_at))}" · "{e.note}</p>
                {lifted}
            </div>
            <Show when=move || may && !lifting.get()>
                <Button label=t::accounts::x_lift class="btn-sm" on_click=move |_| lifting.set(true)/>
            </Show>
            <Show when=move || lifting.get()>
                <form class="accounts-inline stack-4" novalidate=true on:submit=submit>
                    <TextInput label=t::accounts::x_lift_note value=note required=true problem=act.problem() pointer="/note" maxlength=MAX_NOTE as u32 autofocus=true/>
                    <ProblemNote problem=act.problem()/>
                    <div class="row"><SubmitButton label=t::accounts::x_lift busy=act.busy()/><Button label=t::common::cancel on_click=move |_| lifting.set(false)/></div>
                </form>
            </Show>
        </li>
    }
    .into_any()
}

#[component]
fn NewForm(account: Load<Account>, on_set: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let act = Act::new();
    let Some(id) = account.value.with_untracked(|a| a.as_ref().map(|a| a.id)) else {
        return ().into_any();
    };
    let kind = RwSignal::new(ExclusionKind::ManualOnly.as_str().to_owned());
    let (number, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let key = RwSignal::new(new_key());
    let kinds = Signal::derive(|| {
        ExclusionKind::ALL
            .iter()
            .map(|k| (k.as_str().to_owned(), kind_words(*k).to_owned()))
            .collect::<Vec<_>>()
    });
    let chosen = move || kind.with(|k| k.parse().unwrap_or(ExclusionKind::ManualOnly));
    let whole_only = Memo::new(move |_| chosen() == ExclusionKind::Bankruptcy);
    let numbers = Signal::derive(move || {
        account.value.with(|a| {
            let contacts = a.iter().flat_map(|a| &a.debtors).flat_map(|d| &d.contacts);
            contacts
                .filter(|c| c.kind == ContactKind::Phone)
                .map(|c| (c.id.to_string(), phone::display(&c.value)))
                .collect::<Vec<_>>()
        })
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let new = NewExclusion {
            kind: untrack(chosen),
            contact_id: number
                .with_untracked(|n| n.parse().ok())
                .filter(|_| !whole_only.get_untracked()),
            note: note.get_untracked(),
        };
        if !acceptable(act, new.flaws()) {
            return;
        }
        act.run(api.set_exclusion(id, new, key.get_untracked()), move |_| {
            toasts.good(t::accounts::x_was_set());
            note.set(String::new());
            key.set(new_key());
            on_set.run(());
        });
    };
    view! {
        <form class="stack-4 accounts-inline" novalidate=true on:submit=submit>
            <h3>{t::accounts::x_new}</h3>
            <div class="form-grid">
                <Select label=t::accounts::x_kind value=kind options=kinds problem=act.problem() pointer="/kind"/>
                <Select label=t::accounts::x_of value=number options=numbers empty=t::accounts::x_whole disabled=whole_only problem=act.problem() pointer="/contact_id"/>
            </div>
            <TextInput label=t::accounts::x_note value=note required=true problem=act.problem() pointer="/note" maxlength=MAX_NOTE as u32/>
            <ProblemNote problem=act.problem()/>
            <div><SubmitButton label=t::accounts::x_set busy=act.busy()/></div>
        </form>
    }
    .into_any()
}
