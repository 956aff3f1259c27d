//! The unfinished note: kept on the server while it is typed, brought back when the form opens again.

use crate::kernel::{
    api::{Api, use_api},
    i18n::t,
};
use kept_shared::ids::AccountId;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;

/// How long typing rests before it is saved.
const REST: Duration = Duration::from_secs(1);

/// Where the draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing typed, or not yet at rest.
    Quiet,
    Saved,
    Failed,
}

#[derive(Clone, Copy)]
pub(super) struct Draft {
    api: Api,
    account: Signal<AccountId>,
    body: RwSignal<String>,
    state: RwSignal<State>,
    /// What the server holds, as far as this form knows.
    kept: StoredValue<String>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    /// Counts what makes a save under way void: the note was added, another customer is shown.
    turn: StoredValue<u64>,
}

/// Brings the draft of the customer back into `body`, and keeps it while `body` changes.
pub(super) fn draft(account: Signal<AccountId>, body: RwSignal<String>) -> Draft {
    let draft = Draft {
        api: use_api(),
        account,
        body,
        state: RwSignal::new(State::Quiet),
        kept: StoredValue::new(String::new()),
        waiting: StoredValue::new(None),
        turn: StoredValue::new(0),
    };
    Effect::new(move |before: Option<AccountId>| {
        let of = account.get();
        if before != Some(of) {
            draft.restore(of, before.is_some());
        }
        of
    });
    Effect::new(move |_| {
        body.track();
        draft.typed();
    });
    // Another tab is opened, the drawer is closed: what is typed and not at rest yet goes now.
    on_cleanup(move || {
        let failed = draft.state.try_get_untracked() == Some(State::Failed);
        let is_waiting = draft.stop() || failed;
        if let (true, Some(of), Some(text)) = (is_waiting, account.try_get_untracked(), body.try_get_untracked()) {
            let api = draft.api;
            leptos::task::spawn_local(async move {
                // The page has moved on: there is nobody to tell.
                let _kept = api.keep_note_draft(of, text).await;
            });
        }
    });
    draft
}

impl Draft {
    fn restore(self, of: AccountId, clear: bool) {
        self.stop();
        self.turn.update_value(|t| *t += 1);
        let mine = self.turn.get_value();
        self.kept.set_value(String::new());
        self.state.set(State::Quiet);
        if clear {
            self.body.set(String::new());
        }
        leptos::task::spawn_local(async move {
            let answer = self.api.note_draft(of).await;
            if self.turn.try_get_value() != Some(mine) {
                return;
            }
            // Without it the form is empty, as it would be anyway. What was typed meanwhile is newer.
            if let Ok(found) = answer
                && !found.body.is_empty()
                && self.body.with_untracked(String::is_empty)
            {
                self.kept.set_value(found.body.clone());
                self.body.set(found.body);
                self.state.set(State::Saved);
            }
        });
    }

    /// Whether something was waiting to be saved.
    fn stop(self) -> bool {
        match self.waiting.try_update_value(Option::take).flatten() {
            Some(handle) => {
                handle.clear();
                true
            }
            None => false,
        }
    }

    fn typed(self) {
        let same = self
            .body
            .with_untracked(|body| self.kept.with_value(|kept| kept == body));
        self.stop();
        if same {
            return;
        }
        self.state.set(State::Quiet);
        let later = set_timeout_with_handle(move || self.save(), REST);
        self.waiting.set_value(later.ok());
    }

    fn save(self) {
        let (Some(of), Some(text), Some(mine)) = (
            self.account.try_get_untracked(),
            self.body.try_get_untracked(),
            self.turn.try_get_value(),
        ) else {
            return;
        };
        self.waiting.set_value(None);
        leptos::task::spawn_local(async move {
            let answer = self.api.keep_note_draft(of, text.clone()).await;
            match self.turn.try_get_value() {
                // The form is gone; what was typed is kept.
                None => return,
                Some(now) if now != mine => {
                    // The note was added while its draft was still on its way: the draft must not outlive it.
                    if self.account.get_untracked() == of {
                        let _gone = self.api.remove_note_draft(of).await;
                    }
                    return;
                }
                Some(_) => {}
            }
            let is_blank = text.trim().is_empty();
            let is_kept = answer.is_ok();
            if is_kept {
                self.kept.set_value(text);
            }
            // Typing that went on says so itself when it rests.
            if self.waiting.with_value(Option::is_none) {
                self.state.set(match (is_kept, is_blank) {
                    (true, false) => State::Saved,
                    (true, true) => State::Quiet,
                    (false, _) => State::Failed,
                });
            }
        });
    }

    /// Whether the server holds what is typed.
    pub fn is_kept(self) -> bool {
        self.kept
            .try_with_value(|kept| self.body.try_with_untracked(|body| body == kept))
            .flatten()
            == Some(true)
    }

    /// The note is being added: its draft is not saved meanwhile, and one under way is thrown away when it arrives.
    pub fn hold(self) {
        self.stop();
        self.turn.update_value(|t| *t += 1);
        self.kept.set_value(String::new());
        self.state.set(State::Quiet);
    }

    /// The note was not added: what is typed is saved again.
    pub fn resume(self) {
        self.typed();
    }

    /// The note was added: the server has thrown its draft away.
    pub fn done(self) {
        self.kept.set_value(self.body.get_untracked());
    }

    /// The form is emptied without saying so to the server, after [`Self::done`].
    pub fn clear(self) {
        self.kept.set_value(String::new());
        self.body.set(String::new());
    }

    /// What the form says about it.
    pub fn words(self) -> &'static str {
        match self.state.get() {
            State::Quiet => "",
            State::Saved => t::notes::draft_saved(),
            State::Failed => t::notes::draft_failed(),
        }
    }
}
