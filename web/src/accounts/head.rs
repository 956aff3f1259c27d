//! The head of the customer page: who, where, how they stand, and what they owe.

use super::balance::BalanceCard;
use super::exclusions::ExclusionLink;
use super::lead::state_words;
use super::reach::Reach;
use super::tone;
use crate::communities::zone;
use crate::kernel::{Load, format, i18n::t, use_session};
use crate::ledger::use_changes;
use crate::payments::{PaymentFor, RecordPaymentDialog};
use crate::postings::PostDialog;
use crate::statuses::StatusOfOne;
use crate::ui::{Breadcrumbs, Button, ButtonKind, Icon, Menu, MenuItem, Pill};
use kept_shared::accounts::*;
use kept_shared::contacts::ContactKind;
use kept_shared::ids::AccountId;
use kept_shared::permission::Permission;
use leptos::{ev, html, prelude::*};
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

#[component]
pub fn Head(account: Load<Account>) -> impl IntoView {
    let name = move || {
        account
            .value
            .with(|a| a.as_ref().map(|a| a.name.clone()).unwrap_or_default())
    };
    Effect::new(move |_| document().set_title(&format!("{} · Kept", name())));
    let id = account.value.with_untracked(|a| a.as_ref().map(|a| a.id));
    view! {
        <Breadcrumbs trail=vec![("/accounts".into(), t::accounts::title.into())] here=name/>
        <header class="accounts-head">
            <div class="accounts-who">
                <div class="row wrap accounts-name">
                    {move || account.get().map(|a| view! { <h1>{a.name.clone()}</h1><Marks a/> })}
                    {id.map(|id| view! { <Deeds account id/> })}
                </div>
                {move || account.get().map(|a| view! { <Facts a/> })}
                <div class="row wrap accounts-reaches">
                    <Reach account kind=ContactKind::Phone/>
                    <Reach account kind=ContactKind::Email/>
                    <ExclusionLink account/>
                </div>
                {move || account.get().map(|a| view! { <Flags a/> })}
            </div>
            {move || account.get().map(|a| view! { <BalanceCard account=a.id balance=a.balance rules=a.community.ageing/> })}
        </header>
    }
    .into_any()
}

/// References, community and group.
#[component]
fn Facts(a: Account) -> impl IntoView {
    view! {
        <p class="row wrap soft">
            <span class="mono">{a.reference}</span>
            {a.source_id.map(|id| view! { <span>{t::accounts::source_id}" "<span class="mono">{id}</span></span> })}
            <CommunityInfo c=a.community/>
            {a.customer_group.map(|g| view! { <span class="row"><Icon name="tag" size=14/>{g.name}</span> })}
        </p>
    }
    .into_any()
}

/// What one does here: write a note, record what came in, post what is to be owed or no longer owed, and the rest.
#[component]
fn Deeds(account: Load<Account>, id: AccountId) -> impl IntoView {
    let (session, changes, navigate) = (use_session(), use_changes(), use_navigate());
    let (paying, posting, writing) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let marking = RwSignal::new(false);
    let done = Callback::new(move |()| changes.tell());
    let may = move |permission| session.may(permission);
    let to_layout = navigate.clone();
    let lay_out = Callback::new(move |()| to_layout(&crate::layouts::edit_layout(id), Default::default()));
    let go = Callback::new(move |tab: &'static str| navigate(&format!("/accounts/{id}?tab={tab}"), Default::default()));
    view! {
        <span class="row wrap push">
            <span class="accounts-wide"><crate::search::FindCustomer/></span>
            {may(Permission::CreateNotes).then(|| view! { <Button label=t::accounts::add_note icon="notebook-pen" on_click=move |_| writing.set(true)/> })}
            {may(Permission::RecordPayments).then(|| view! { <Button label=t::payments::record_menu icon="banknote" kind=ButtonKind::Primary on_click=move |_| paying.set(true)/> })}
            <Menu label=t::accounts::actions button_class="btn" face=|| view! { <span>{t::accounts::actions}</span><Icon name="chevron-down" size=14/> }>
                {may(Permission::PostLedger).then(|| view! { <MenuItem label=t::postings::post_menu icon="plus" on_click=move |()| posting.set(true)/> })}
                {may(Permission::ApplyStatuses).then(|| view! { <MenuItem label=t::statuses::of_one icon="list-checks" on_click=move |()| marking.set(true)/> })}
                {may(Permission::CreateFiles).then(|| view! { <MenuItem label=t::accounts::upload icon="upload" on_click=move |()| go.run("files")/> })}
                {may(Permission::ViewLedger).then(|| view! { <MenuItem label=t::accounts::see_statement icon="file-text" on_click=move |()| go.run("statement")/> })}
                {may(Permission::ViewNotes).then(|| view! { <MenuItem label=t::accounts::see_diary icon="history" on_click=move |()| go.run("diary")/> })}
                <MenuItem label=t::layouts::edit icon="columns-3" on_click=move |()| lay_out.run(())/>
            </Menu>
            <span class="accounts-wide"><crate::cards::CloseCard account=id/></span>
        </span>
        <crate::notes::NoteDialog open=writing account=id on_added=done/>
        <RecordPaymentDialog open=paying asked=Signal::stored(PaymentFor::account(id)) on_done=done/>
        <PostDialog open=posting account on_done=done/>
        {may(Permission::ApplyStatuses).then(|| view! { <StatusOfOne open=marking account on_applied=done/> })}
    }
    .into_any()
}

/// Type and standing, in words and colour.
#[component]
fn Marks(a: Account) -> impl IntoView {
    let kind = match a.customer_type {
        CustomerType::Customer => view! { <Pill tone="warn" label=t::accounts::type_customer/> },
        CustomerType::PreviousCustomer => view! { <Pill tone="neutral" label=t::accounts::type_previous/> },
        CustomerType::Lead => view! { <Pill tone="good" label=t::accounts::type_lead/> },
    };
    // Of a lead its own progress is told; a customer who once was one is a customer.
    let lead = a.lead.filter(|_| a.customer_type == CustomerType::Lead).map(|state| {
        let (tone, words) = state_words(state);
        view! { <Pill tone label=words/> }
    });
    let standing = a
        .balance
        .as_ref()
        .map(|balance| match (a.standing, balance.days_past_due) {
            (Standing::Delinquent, days) => {
                let days = usize::try_from(days.unwrap_or(1)).unwrap_or(1);
                view! { <Pill tone="bad" label=t::accounts::delinquent(days)/> }
            }
            (Standing::Current, _) => view! { <Pill tone="good" label=t::accounts::standing_current().to_owned()/> },
        });
    view! { {kind}{lead}{standing}{(!a.is_active).then(|| view! { <Pill tone="neutral" label=t::accounts::state_inactive/> })} }.into_any()
}

/// Open handover and statuses.
#[component]
fn Flags(a: Account) -> impl IntoView {
    let handover = a.handover.map(|h| {
        let who = h
            .firm
            .map_or(h.attorney.clone(), |firm| format!("{} · {firm}", h.attorney));
        view! {
            <span class="accounts-handover"><Icon name="flag" size=14/>
                <b>{t::accounts::handed_to(who)}</b>
                <span class="soft">{t::accounts::handed_since(format::day(h.handed_at), h.reference)}</span></span>
        }
    });
    let statuses = a
        .statuses
        .into_iter()
        .map(|s| {
            let label = match s.since {
                Some(since) => t::accounts::status_since(s.title, format::date(since)),
                None => s.title,
            };
            view! { <Pill tone=tone(&s.tone) label/> }
        })
        .collect_view();
    let held = usize::try_from(a.held_files).unwrap_or_default();
    let hold = (held > 0).then(|| {
        view! { <A href="?tab=files" attr:class="accounts-hold"><Icon name="lock" size=14/><span>{t::accounts::on_hold(held)}</span></A> }
    });
    view! { <div class="row wrap accounts-flags">{handover}{statuses}{hold}</div> }.into_any()
}

/// The community's name; pressed, what everybody should know of it (spec C13).
#[component]
fn CommunityInfo(c: AccountCommunity) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Span>::new();
    // A click elsewhere closes it, and so does Escape.
    let outside = window_event_listener(ev::mousedown, move |e| {
        let inside = root.get_untracked().is_some_and(|node| {
            e.target()
                .and_then(|t| t.dyn_into::<web_sys::Node>().ok())
                .is_some_and(|t| node.contains(Some(&t)))
        });
        if !inside {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    let name = c.name.clone();
    let c = StoredValue::new(c);
    view! {
        <span class="accounts-place" node_ref=root data-pop=move || open.get().then_some("open")
            on:keydown=move |e| if e.key() == "Escape" && open.get_untracked() { e.prevent_default(); open.set(false) }>
            <button type="button" class="btn btn-ghost btn-sm" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                <Icon name="building-2" size=14/><span>{name}</span><Icon name="info" size=14/>
            </button>
            <Show when=move || open.get()><CommunityFacts c=c.get_value()/></Show>
        </span>
    }
    .into_any()
}

#[component]
fn CommunityFacts(c: AccountCommunity) -> impl IntoView {
    let local = zone::now_in(&c.time_zone).map(|(day, time)| format!("{time}, {}", format::date(day)));
    let fact = |label: fn() -> &'static str, value: Option<String>| {
        value.map(|v| view! { <dt>{label}</dt><dd class="communities-text">{v}</dd> })
    };
    let phone = c.phone.clone().map(|p| view! { <dt>{t::communities::phone}</dt><dd><a href=format!("tel:{p}")>{kept_shared::phone::display(&p)}</a></dd> });
    let email = c
        .email
        .clone()
        .map(|m| view! { <dt>{t::communities::email}</dt><dd><a href=format!("mailto:{m}")>{m.clone()}</a></dd> });
    let website = c.website.clone().map(|w| view! { <dt>{t::communities::website}</dt><dd><a href=w.clone() target="_blank" rel="noopener noreferrer">{w.clone()}</a></dd> });
    view! {
        <div class="accounts-pop" role="group" aria-label=t::accounts::about_community(c.name.clone())>
            <dl class="dl">
                {fact(t::accounts::local_time, local)}{fact(t::communities::address, c.address)}{phone}{email}{website}
                {fact(t::communities::office_hours, c.office_hours)}{fact(t::communities::access_hours, c.access_hours)}
                {fact(t::communities::information, c.information)}
            </dl>
        </div>
    }
    .into_any()
}
