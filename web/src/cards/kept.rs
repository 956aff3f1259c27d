//! Cards survive a reload of this browser tab, for the person who opened them.

use kept_shared::cards::Card;
use kept_shared::ids::UserId;
use leptos::prelude::*;

const STEM: &str = "kept.cards.";

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// The cards this person had open. What cannot be read is forgotten.
pub(super) fn restore(user: UserId) -> Vec<Card> {
    let text = storage().and_then(|s| s.get_item(&format!("{STEM}{user}")).ok().flatten());
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Remembers them; a blocked storage only forgets.
pub(super) fn keep(user: UserId, cards: &[Card]) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(cards)) {
        let _full = storage.set_item(&format!("{STEM}{user}"), &text);
    }
}

/// Nobody is signed in any more: names of customers do not stay behind.
pub fn forget() {
    let Some(storage) = storage() else { return };
    let count = storage.length().unwrap_or_default();
    let all: Vec<String> = (0..count).filter_map(|n| storage.key(n).ok().flatten()).collect();
    for key in all.iter().filter(|key| key.starts_with(STEM)) {
        let _blocked = storage.remove_item(key);
    }
}
