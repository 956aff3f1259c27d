//! The row of cards under the top bar, and the buttons that close one.

use super::{Cards, use_cards};
use crate::kernel::i18n::t;
use crate::ui::{ConfirmDialog, Icon};
use kept_shared::cards::Card;
use kept_shared::ids::AccountId;
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

/// Where cards are shown: on the first page and among customers.
fn belongs(path: &str) -> bool {
    path == "/" || path == "/accounts" || path.starts_with("/accounts/") || path == "/find"
}

#[component]
pub fn Strip() -> impl IntoView {
    let cards = use_cards();
    let path = use_location().pathname;
    let shown = Memo::new(move |_| cards.open.with(|open| !open.is_empty()) && path.with(|p| belongs(p)));
    let keys = window_event_listener(ev::keydown, move |e| {
        let is_alone = e.alt_key() && !e.ctrl_key() && !e.meta_key() && !e.shift_key();
        // A dialog has its own way out.
        let asked = || document().query_selector("dialog[open]").ok().flatten().is_some();
        if is_alone
            && e.code() == "KeyW"
            && !asked()
            && let Some(id) = cards.current.get_untracked()
        {
            e.prevent_default();
            cards.close(id);
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <div class="cards-place">
            <Show when=move || shown.get()><Row cards/></Show>
        </div>
        <ConfirmDialog open=cards.asking title=t::cards::ask_title confirm=t::ui::discard danger=true on_confirm=move |()| cards.discard()>
            <p>{t::cards::ask_text}</p>
        </ConfirmDialog>
    }
    .into_any()
}

fn focus_link(list: &web_sys::Element, n: u32) {
    let link = list.query_selector_all("a").ok().and_then(|all| all.item(n));
    if let Some(link) = link.and_then(|l| l.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _detached = link.focus();
    }
}

#[component]
fn Row(cards: Cards) -> impl IntoView {
    let list = NodeRef::<html::Ul>::new();
    // One stop for the Tab key: the card that is shown, or the first.
    let stop = Memo::new(move |_| {
        cards.open.with(|open| {
            let here = cards.current.get().filter(|id| open.iter().any(|c| c.account == *id));
            here.or_else(|| open.first().map(|c| c.account))
        })
    });
    let on_key = move |e: ev::KeyboardEvent| {
        let Some(ul) = list.get_untracked() else { return };
        let focused = document().active_element();
        let links = ul.query_selector_all("a").ok();
        let count = links.as_ref().map_or(0, web_sys::NodeList::length);
        let at = (0..count).find(|n| {
            let link = links.as_ref().and_then(|l| l.item(*n));
            link.zip(focused.as_ref())
                .is_some_and(|(link, focused)| link.is_same_node(Some(focused.as_ref())))
        });
        let Some(at) = at else { return };
        let to = match e.key().as_str() {
            "ArrowRight" => (at + 1) % count,
            "ArrowLeft" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            "Delete" => {
                e.prevent_default();
                let nth = usize::try_from(at).unwrap_or(usize::MAX);
                let id = cards.open.with_untracked(|open| open.get(nth).map(|c| c.account));
                if let Some(id) = id {
                    cards.close(id);
                    request_animation_frame(move || focus_link(&ul, at.saturating_sub(1)));
                }
                return;
            }
            _ => return,
        };
        e.prevent_default();
        focus_link(&ul, to);
    };
    view! {
        <nav class="cards-row" aria-label=t::cards::open_customers>
            <ul node_ref=list on:keydown=on_key>
                <For each=move || cards.open.get() key=|c| c.account let:card><OneCard cards card stop/></For>
            </ul>
        </nav>
    }
    .into_any()
}

#[component]
fn OneCard(cards: Cards, card: Card, stop: Memo<Option<AccountId>>) -> impl IntoView {
    let id = card.account;
    // Its words may change while it stands.
    let card = Memo::new(move |before: Option<&Card>| {
        let now = cards.open.with(|open| open.iter().find(|c| c.account == id).cloned());
        now.or_else(|| before.cloned()).unwrap_or_else(|| card.clone())
    });
    let here = Memo::new(move |_| cards.current.get() == Some(id));
    let item = NodeRef::<html::Li>::new();
    // The card that is shown is in view, however many there are.
    Effect::new(move |_| {
        if let (true, Some(item)) = (here.get(), item.get())
            && let Some(row) = item
                .parent_element()
                .and_then(|ul| ul.dyn_into::<web_sys::HtmlElement>().ok())
        {
            let (from, to) = (item.offset_left(), item.offset_left() + item.offset_width());
            if from < row.scroll_left() {
                row.set_scroll_left(from);
            } else if to > row.scroll_left() + row.client_width() {
                row.set_scroll_left(to - row.client_width());
            }
        }
    });
    let name = move || card.with(|c| c.name.clone());
    let reference = move || card.with(|c| c.reference.clone());
    let click = move |e: ev::MouseEvent| {
        // With a key it is the browser's: another tab, another window.
        if !(e.ctrl_key() || e.meta_key() || e.shift_key() || e.alt_key()) {
            e.prevent_default();
            if !here.get_untracked() {
                cards.show(id);
            }
        }
    };
    // The button goes with its card: the focus stays in the row.
    let close = move |_| {
        let row = item.get_untracked().and_then(|item| item.parent_element());
        let at = cards
            .open
            .with_untracked(|open| open.iter().position(|c| c.account == id))
            .and_then(|at| u32::try_from(at).ok());
        let stays = !here.get_untracked();
        cards.close(id);
        if let (true, Some(row), Some(at)) = (stays, row, at) {
            request_animation_frame(move || focus_link(&row, at.saturating_sub(1)));
        }
    };
    view! {
        <li node_ref=item class="cards-card" class:cards-here=move || here.get()>
            <a href=move || cards.address(id) aria-current=move || here.get().then_some("page") aria-keyshortcuts="Delete"
                tabindex=move || if stop.get() == Some(id) { "0" } else { "-1" }
                title=move || t::cards::card_hint(name(), reference()) on:click=click>
                <b>{name}</b><span class="mono">{reference}</span>
            </a>
            <button type="button" tabindex="-1" aria-label=move || t::cards::close(name()) title=move || t::cards::close(name()) on:click=close>
                <Icon name="x" size=14/>
            </button>
        </li>
    }
    .into_any()
}

/// For the head of a customer's page: closes their card (spec C, "Close").
#[component]
pub fn CloseCard(account: AccountId) -> impl IntoView {
    let cards = use_cards();
    view! {
        <button type="button" class="btn" title=t::cards::close_hint aria-keyshortcuts="Alt+W" on:click=move |_| cards.close(account)>
            <Icon name="x"/><span>{t::ui::close}</span>
        </button>
    }
    .into_any()
}
