//! Ways to reach the customer, in the head of the page: the number and the address that are used, the others behind a
//! drop-down (spec C08 to C10).

use super::contacts::{ContactForm, ContactLine};
use super::exclusions::kind_words;
use crate::kernel::{Load, i18n::t, use_session};
use crate::ui::*;
use kept_shared::accounts::{Account, DebtorRole};
use kept_shared::contacts::{Contact, ContactKind, ContactState};
use kept_shared::exclusions::{ExclusionKind, of_number};
use kept_shared::ids::{ContactId, DebtorId};
use kept_shared::permission::Permission;
use kept_shared::phone;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// A contact with the name of the debtor it reaches.
#[derive(Clone, PartialEq)]
struct Way {
    contact: Contact,
    whose: String,
}

/// The contacts of a kind: the primary debtor's first, primary ones before others.
fn ways(account: &Account, kind: ContactKind) -> Vec<Way> {
    let debtors = account.debtors.iter();
    debtors
        .flat_map(|d| {
            let several = account.debtors.len() > 1;
            let whose = if several { d.full_name.clone() } else { String::new() };
            d.contacts.iter().filter(move |c| c.kind == kind).map(move |c| Way {
                contact: c.clone(),
                whose: whose.clone(),
            })
        })
        .collect()
}

/// What speaks against using a number.
#[derive(Clone, PartialEq)]
struct Doubts {
    is_invalid: bool,
    excluded: Vec<ExclusionKind>,
}

impl Doubts {
    fn of(account: &Account, contact: &Contact) -> Self {
        Self {
            is_invalid: contact.state == ContactState::Invalid,
            excluded: of_number(&account.exclusions, &contact.value).collect(),
        }
    }
    fn any(&self) -> bool {
        self.is_invalid || !self.excluded.is_empty()
    }
    fn words(&self) -> Vec<&'static str> {
        let invalid = self.is_invalid.then(t::accounts::does_not_work);
        invalid
            .into_iter()
            .chain(self.excluded.iter().map(|kind| kind_words(*kind)))
            .collect()
    }
}

/// A number's or an address's line in the head. `kind` is a number or an e-mail address.
#[component]
pub fn Reach(account: Load<Account>, kind: ContactKind) -> impl IntoView {
    let session = use_session();
    let (open, adding) = (RwSignal::new(false), RwSignal::new(false));
    let picked = RwSignal::new(None::<ContactId>);
    let all = Memo::new(move |_| {
        account
            .value
            .with(|a| a.as_ref().map(|a| ways(a, kind)).unwrap_or_default())
    });
    // The picked one while there is one; the first otherwise.
    let used = Memo::new(move |_| {
        all.with(|all| {
            let chosen = picked.get().and_then(|id| all.iter().find(|w| w.contact.id == id));
            chosen.or_else(|| all.first()).cloned()
        })
    });
    let debtor = move || {
        account.value.with_untracked(|a| {
            let primary = a
                .as_ref()
                .and_then(|a| a.debtors.iter().find(|d| d.role == DebtorRole::Primary));
            primary.map_or(DebtorId(uuid::Uuid::nil()), |d| d.id)
        })
    };
    let is_phone = kind == ContactKind::Phone;
    let words = if is_phone {
        (
            t::accounts::numbers(),
            t::accounts::no_number(),
            t::accounts::add_number(),
        )
    } else {
        (
            t::accounts::addresses(),
            t::accounts::no_address(),
            t::accounts::add_address(),
        )
    };
    let (list_words, none_words, add_words) = words;
    let name = move || match all.with(Vec::len) {
        0 | 1 => list_words.to_owned(),
        n => format!("{list_words}: {n}"),
    };
    let root = NodeRef::<html::Div>::new();
    // A click elsewhere closes the list, unless something is being typed in it.
    let outside = window_event_listener(ev::pointerdown, move |e| {
        let Some(node) = root.get_untracked() else { return };
        let within = e
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Node>().ok())
            .is_some_and(|at| node.contains(Some(&at)));
        let typing = node.query_selector("form").ok().flatten().is_some();
        if !within && !typing {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    // What had the focus may be gone with its line or its form: it goes on in the form, or at the button of the list.
    Effect::new(move |_| {
        (all.track(), picked.track());
        let to = if adding.get() {
            "form input, form select"
        } else {
            ".accounts-reach-more"
        };
        request_animation_frame(move || {
            let lost = document().active_element().is_none_or(|at| at.tag_name() == "BODY");
            let target = root
                .try_get_untracked()
                .flatten()
                .filter(|_| lost && open.try_get_untracked() == Some(true))
                .and_then(|node| node.query_selector(to).ok().flatten());
            if let Some(target) = target.and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _detached = target.focus();
            }
        });
    });
    // Escape leaves the form first, then the list.
    let close_list = on_escape(root, open);
    let escaped = move |e: ev::KeyboardEvent| {
        if e.key() == "Escape" && adding.get_untracked() && !e.default_prevented() {
            e.prevent_default();
            e.stop_propagation();
            // What is typed is thrown away by Cancel only.
            if !has_words(root) {
                adding.set(false);
            }
        } else {
            close_list(e);
        }
    };
    let may_add = move || session.may(Permission::EditContacts) && !adding.get();
    view! {
        <div class="accounts-reach" node_ref=root on:keydown=escaped data-pop=move || open.get().then_some("open")>
            <Icon name=if is_phone { "phone" } else { "mail" } size=15/>
            {move || match used.get() {
                None => view! { <span class="soft">{none_words}</span> }.into_any(),
                Some(way) => view! { <Used account contact=way.contact/> }.into_any(),
            }}
            <button type="button" class="btn btn-ghost btn-icon accounts-reach-more" aria-expanded=move || open.get().to_string() aria-label=name title=list_words
                on:click=move |_| open.update(|o| *o = !*o)>
                {move || all.with(|all| (all.len() > 1).then(|| view! { <span class="badge">{all.len()}</span> }))}
                <Icon name="chevron-down" size=15/>
            </button>
            <Show when=move || open.get()>
                <div class="accounts-pop accounts-ways" role="group" aria-label=list_words>
                    <ul class="plain-list accounts-contacts">
                        <For each=move || all.get() key=|w| (w.contact.id, w.contact.version) let:way>
                            <WayLine account way picked used=used.into()/>
                        </For>
                    </ul>
                    <Show when=move || all.with(Vec::is_empty) && !adding.get()><p class="soft">{none_words}</p></Show>
                    <Show when=move || adding.get()>
                        <div class="accounts-inline"><ContactForm account debtor=debtor() known=None kind only=true on_done=move |()| adding.set(false)/></div>
                    </Show>
                    <Show when=may_add>
                        <div class="accounts-add"><Button label=add_words icon="plus" class="btn-sm" on_click=move |_| adding.set(true)/></div>
                    </Show>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// Whether something is typed in the form.
fn has_words(root: NodeRef<html::Div>) -> bool {
    let inputs = root.get_untracked().and_then(|node| {
        node.query_selector_all("form input[type=text], form input:not([type])")
            .ok()
    });
    inputs.is_some_and(|all| {
        (0..all.length()).any(|n| {
            all.item(n)
                .and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok())
                .is_some_and(|input| !input.value().is_empty())
        })
    })
}

/// One of the list, to be picked for now or changed for good.
#[component]
fn WayLine(
    account: Load<Account>,
    way: Way,
    picked: RwSignal<Option<ContactId>>,
    used: Signal<Option<Way>>,
) -> impl IntoView {
    let id = way.contact.id;
    let is_used = Memo::new(move |_| used.with(|used| used.as_ref().is_some_and(|w| w.contact.id == id)));
    let shown = match way.contact.kind {
        ContactKind::Phone => phone::display(&way.contact.value),
        ContactKind::Email | ContactKind::Postal => way.contact.value.clone(),
    };
    let contact = way.contact.clone();
    view! {
        <li class="accounts-way">
            {(!way.whose.is_empty()).then(|| view! { <small class="soft">{way.whose.clone()}</small> })}
            <ul class="plain-list"><ContactLine account contact=way.contact read_only=false/></ul>
            <div class="row wrap accounts-way-use">
                <Show when=move || is_used.get() fallback=move || {
                    let label = t::accounts::pick(shown.clone());
                    view! { <button type="button" class="btn btn-sm" aria-label=label on:click=move |_| picked.set(Some(id))>{t::accounts::pick_this}</button> }
                }>
                    <Pill tone="good" label=t::accounts::picked/>
                </Show>
                <Deeds account contact=contact.clone()/>
            </div>
        </li>
    }
    .into_any()
}

/// The one in use: its value, and what one can do with it.
#[component]
fn Used(account: Load<Account>, contact: Contact) -> impl IntoView {
    let shown = match contact.kind {
        ContactKind::Phone => phone::display(&contact.value),
        ContactKind::Email | ContactKind::Postal => contact.value.clone(),
    };
    let bad = contact.state == ContactState::Invalid;
    view! {
        <span class="accounts-reach-value" class:struck=bad>{shown}</span>
        <Deeds account contact/>
    }
    .into_any()
}

/// Call and text, or write.
#[component]
fn Deeds(account: Load<Account>, contact: Contact) -> impl IntoView {
    if contact.kind == ContactKind::Phone {
        let shown = phone::display(&contact.value);
        view! {
            <Call account contact/>
            <NotYet icon="message-square" label=t::accounts::text_to(shown) reason=t::accounts::texts_later()/>
        }
        .into_any()
    } else {
        view! { <NotYet icon="mail" label=t::accounts::write_to(contact.value) reason=t::accounts::mails_later()/> }
            .into_any()
    }
}

/// Rings the number up by the device's own telephone; where something speaks against it, after asking.
#[component]
fn Call(account: Load<Account>, contact: Contact) -> impl IntoView {
    let asking = RwSignal::new(false);
    let href = format!("tel:{}", contact.value);
    let shown = phone::display(&contact.value);
    let label = t::accounts::call(shown.clone());
    let doubts = Memo::new(move |_| account.value.with(|a| a.as_ref().map(|a| Doubts::of(a, &contact))));
    let in_doubt = Memo::new(move |_| doubts.with(|d| d.as_ref().is_some_and(Doubts::any)));
    let to = StoredValue::new(href.clone());
    let go = move |()| {
        asking.set(false);
        let _unsupported = window().location().set_href(&to.get_value());
    };
    let name = label.clone();
    view! {
        <Show when=move || in_doubt.get() fallback=move || {
            let (name, href) = (name.clone(), href.clone());
            view! { <a class="btn btn-ghost btn-icon" href=href aria-label=name.clone() title=name><Icon name="phone"/></a> }
        }>
            <IconButton icon="phone" label=label.clone() class="accounts-doubt" on_click=move |_| asking.set(true)/>
        </Show>
        <ConfirmDialog open=asking title=t::accounts::call_anyway_title(shown) confirm=t::accounts::call_anyway on_confirm=go>
            <ul>{move || doubts.with(|d| d.as_ref().map(Doubts::words).unwrap_or_default()).into_iter().map(|w| view! { <li>{w}</li> }).collect_view()}</ul>
        </ConfirmDialog>
    }
    .into_any()
}

/// Something that comes with a later part of Kept: it says so when pressed, and to whoever points at it.
#[component]
fn NotYet(icon: &'static str, label: String, reason: &'static str) -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <button type="button" class="btn btn-ghost btn-icon accounts-later" aria-disabled="true" aria-label=format!("{label}: {reason}") title=reason
            on:click=move |_| toasts.tell(reason)><Icon name=icon/></button>
    }
    .into_any()
}
