//! Words that somebody typed on a customer's page and did not save.

use super::Cards;
use kept_shared::ids::AccountId;
use leptos::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A form that holds words.
#[derive(Clone, Copy)]
pub struct Unsaved {
    key: u64,
    pub(super) account: AccountId,
    /// Whether they are there again when one comes back.
    pub(super) survives: Callback<(), bool>,
    /// Empties the form for good.
    pub(super) discard: Callback<()>,
}

/// Registers a form for as long as `holds` says that it holds words of somebody about `account`. Outside the shell nobody
/// asks.
pub fn unsaved(
    account: impl Fn() -> Option<AccountId> + 'static,
    holds: impl Fn() -> bool + 'static,
    survives: impl Fn() -> bool + Send + Sync + 'static,
    discard: Callback<()>,
) {
    let Some(cards) = use_context::<Cards>() else { return };
    let survives = Callback::new(move |()| survives());
    let key = NEXT.fetch_add(1, Ordering::Relaxed);
    let strike = move || {
        let _gone = cards.unsaved.try_update_value(|all| all.retain(|u| u.key != key));
    };
    Effect::new(move |_| {
        let (account, holds) = (account(), holds());
        strike();
        if let Some(account) = account.filter(|_| holds) {
            let form = Unsaved {
                key,
                account,
                survives,
                discard,
            };
            cards.unsaved.update_value(|all| all.push(form));
        }
    });
    on_cleanup(strike);
}
