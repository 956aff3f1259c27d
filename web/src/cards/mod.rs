//! The customers that are open side by side, as cards in the shell (spec B06). What a card is called and where one was on
//! it stays in this browser tab until sign-out; nothing of the customer does.

mod guard;
mod kept;
mod strip;
mod unsaved;

pub use kept::forget;
pub use strip::{CloseCard, Strip};
pub use unsaved::{Unsaved, unsaved};

use crate::kernel::{Load, api::use_api, use_session};
use kept_shared::accounts::Account;
use kept_shared::cards::{self, Card};
use kept_shared::ids::AccountId;
use kept_shared::problem::Code;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};
use std::time::Duration;

/// The cards, what is unsaved on them, and the way between them.
#[derive(Clone, Copy)]
pub struct Cards {
    open: RwSignal<Vec<Card>>,
    /// The customer whose page is shown.
    current: Memo<Option<AccountId>>,
    unsaved: StoredValue<Vec<Unsaved>>,
    /// What waits for an answer about unsaved words.
    wish: StoredValue<Option<Wish>>,
    asking: RwSignal<bool>,
    go: Callback<String>,
}

#[derive(Clone, PartialEq)]
enum Wish {
    Close(AccountId),
    Show(AccountId),
    /// To another page of the app.
    Leave(String),
    /// To another tab of the page; `id` of its head.
    Tab(String),
}

/// The customer an address is about.
fn account_at(path: &str) -> Option<AccountId> {
    path.strip_prefix("/accounts/")?.split('/').next()?.parse().ok()
}

impl Cards {
    pub fn provide() {
        let (at, navigate) = (use_location(), use_navigate());
        let (path, search) = (at.pathname, at.search);
        let user = untrack(|| use_session().me()).map(|me| me.id);
        let cards = Self {
            open: RwSignal::new(user.map(kept::restore).unwrap_or_default()),
            current: Memo::new(move |_| path.with(|p| account_at(p))),
            unsaved: StoredValue::new(vec![]),
            wish: StoredValue::new(None),
            asking: RwSignal::new(false),
            go: Callback::new(move |to: String| navigate(&to, Default::default())),
        };
        // Where one is on the page of a card, for the way back.
        Effect::new(move |_| {
            let (path, search) = (path.get(), search.get());
            if let Some(id) = account_at(&path).filter(|id| path == format!("/accounts/{id}")) {
                cards.placed(id, &search);
            }
        });
        Effect::new(move |_| {
            cards.open.with(|open| {
                if let Some(user) = user {
                    kept::keep(user, open);
                }
            });
        });
        guard::guard(cards);
        cards.look_after_restored();
        provide_context(cards);
    }

    /// Names may have changed since, and customers may be out of reach. The one that is shown is asked for by its page.
    fn look_after_restored(self) {
        let api = use_api();
        let here = self.current.get_untracked();
        let restored: Vec<AccountId> = self
            .open
            .with_untracked(|open| open.iter().map(|c| c.account).filter(|id| here != Some(*id)).collect());
        leptos::task::spawn_local(async move {
            for id in restored {
                match api.account(id).await {
                    Ok(a) => self.opened(&a),
                    Err(problem) if problem.is(Code::NotFound) => self.dropped(id),
                    // It may be there; its page will tell.
                    Err(_) => {}
                }
            }
        });
    }

    fn opened(self, account: &Account) {
        let known = self.open.try_with_untracked(|open| {
            open.iter()
                .any(|c| c.account == account.id && c.name == account.name && c.reference == account.reference)
        });
        if known == Some(false) {
            self.open
                .update(|open| cards::opened(open, account.id, &account.name, &account.reference));
        }
    }

    fn placed(self, id: AccountId, search: &str) {
        let search = search.trim_start_matches('?');
        let place = if search.is_empty() {
            String::new()
        } else {
            format!("?{search}")
        };
        let differs = self
            .open
            .with_untracked(|open| open.iter().any(|c| c.account == id && c.place != place));
        if differs {
            self.open.update(|open| {
                if let Some(card) = open.iter_mut().find(|c| c.account == id) {
                    card.place = place;
                }
            });
        }
    }

    /// Nobody may see this customer here any more.
    fn dropped(self, id: AccountId) {
        if self
            .open
            .try_with_untracked(|open| open.iter().any(|c| c.account == id))
            == Some(true)
        {
            self.open.update(|open| {
                cards::closed(open, id);
            });
        }
    }

    /// Where a customer is looked at: as their card was left.
    pub fn address(self, id: AccountId) -> String {
        let place = self
            .open
            .with(|open| open.iter().find(|c| c.account == id).map(|c| c.place.clone()));
        format!("/accounts/{id}{}", place.unwrap_or_default())
    }

    /// The customer whose page is shown.
    pub fn shown(self) -> Option<AccountId> {
        self.current.get_untracked()
    }

    /// Closes a card and opens the one directly left of it, after asking about unsaved words.
    pub fn close(self, id: AccountId) {
        self.want(Wish::Close(id));
    }

    /// Goes to a card, after asking about words that would be lost on the way.
    pub fn show(self, id: AccountId) {
        self.want(Wish::Show(id));
    }

    /// Goes to another page of the app, after asking about words that would be lost on the way.
    pub fn leave(self, to: String) {
        self.want(Wish::Leave(to));
    }

    /// Whether leaving the page that is shown loses words.
    fn would_lose(self) -> bool {
        let here = self.current.get_untracked();
        let lost = |all: &Vec<Unsaved>| {
            all.iter()
                .any(|u| Some(u.account) == here && u.survives.try_run(()) != Some(true))
        };
        self.unsaved.try_with_value(lost).unwrap_or(false)
    }

    fn want(self, wish: Wish) {
        let at_stake = match wish {
            Wish::Close(id) => self.unsaved.with_value(|all| all.iter().any(|u| u.account == id)),
            Wish::Show(_) | Wish::Leave(_) | Wish::Tab(_) => self.would_lose(),
        };
        if at_stake {
            self.wish.set_value(Some(wish));
            self.asking.set(true);
        } else {
            self.fulfil(wish);
        }
    }

    /// The words may go.
    fn discard(self) {
        self.asking.set(false);
        let Some(wish) = self.wish.try_update_value(Option::take).flatten() else {
            return;
        };
        if matches!(wish, Wish::Tab(_)) {
            let here = self.current.get_untracked();
            self.unsaved.update_value(|all| all.retain(|u| Some(u.account) != here));
        }
        if let Wish::Close(id) = wish {
            for u in self.unsaved.get_value().into_iter().filter(|u| u.account == id) {
                u.discard.run(());
            }
        }
        // Once the forms have seen that they are empty.
        set_timeout(move || self.fulfil(wish), Duration::ZERO);
    }

    fn fulfil(self, wish: Wish) {
        match wish {
            Wish::Show(id) => self.go.run(untrack(|| self.address(id))),
            Wish::Leave(to) => self.go.run(to),
            Wish::Tab(id) => guard::open_tab(&id),
            Wish::Close(id) => {
                let here = self.current.get_untracked() == Some(id);
                let next = self.open.try_update(|open| cards::closed(open, id)).flatten();
                if here {
                    let to = next.map_or_else(
                        || "/".to_owned(),
                        |card| format!("/accounts/{}{}", card.account, card.place),
                    );
                    self.go.run(to);
                }
            }
        }
    }
}

/// The cards; inside the shell.
pub fn use_cards() -> Cards {
    expect_context()
}

/// Gives the customer whose page is shown a card; takes it away when they are out of reach.
pub fn keep_open(account: Load<Account>, id: AccountId) {
    let cards = use_cards();
    Effect::new(move |_| {
        let here = cards.current.get();
        account.value.with(|a| {
            // The address changes a moment before the page does.
            if let Some(a) = a.as_ref().filter(|a| here == Some(a.id)) {
                cards.opened(a);
                cards.placed(a.id, &window().location().search().unwrap_or_default());
            }
        });
    });
    Effect::new(move |_| {
        let gone = account
            .problem
            .with(|p| p.as_ref().is_some_and(|p| p.is(Code::NotFound)));
        if gone {
            cards.dropped(id);
        }
    });
}
