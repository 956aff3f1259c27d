//! The unfinished note: kept on the server while it is typed, brought back when the form opens again.

use crate::kernel::{
    api::{Api, use_api},
    i18n::t,
};
use kept_shared::ids::AccountId;
use kept_shared::notes::{DraftMarks, NewNoteDraft};
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

/// A text with what is chosen beside it. Without a text nothing is kept.
#[derive(Clone, Debug, Default, PartialEq)]
struct Kept {
    body: String,
    marks: DraftMarks,
}

impl Kept {
    fn is_as(&self, other: &Self) -> bool {
        self == other || (self.body.trim().is_empty() && other.body.trim().is_empty())
    }
}

#[derive(Clone, Copy)]
pub(super) struct Draft {
    api: Api,
    account: Signal<AccountId>,
    body: RwSignal<String>,
    /// What is chosen beside the text, and how it is chosen again.
    marks: Memo<DraftMarks>,
    choose: Callback<DraftMarks>,
    state: RwSignal<State>,
    /// What the server holds, as far as this form knows.
    kept: StoredValue<Kept>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    /// Counts what makes a save under way void: the note was added, another customer is shown.
    turn: StoredValue<u64>,
}

/// Brings the draft of the customer back into `body` and `marks`, and keeps it while they change. `choose` sets the marks.
pub(super) fn draft(
    account: Signal<AccountId>,
    body: RwSignal<String>,
    marks: Memo<DraftMarks>,
    choose: Callback<DraftMarks>,
) -> Draft {
    let draft = Draft {
        api: use_api(),
        account,
        body,
        marks,
        choose,
        state: RwSignal::new(State::Quiet),
        kept: StoredValue::new(Kept::default()),
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
        marks.track();
        draft.typed();
    });
    // Another tab is opened, the drawer is closed: what is typed and not at rest yet goes now.
    on_cleanup(move || {
        let failed = draft.state.try_get_untracked() == Some(State::Failed);
        let is_waiting = draft.stop() || failed;
        if let (true, Some(of), Some(now)) = (is_waiting, account.try_get_untracked(), draft.now()) {
            let api = draft.api;
            leptos::task::spawn_local(async move {
                // The page has moved on: there is nobody to tell.
                let _kept = api.keep_note_draft(of, now.wish()).await;
            });
        }
    });
    draft
}

impl Kept {
    fn wish(&self) -> NewNoteDraft {
        NewNoteDraft {
            body: self.body.clone(),
            marks: self.marks.clone(),
        }
    }
}

impl Draft {
    /// What stands in the form; `None` when it is gone.
    fn now(self) -> Option<Kept> {
        Some(Kept {
            body: self.body.try_get_untracked()?,
            marks: self.marks.try_get_untracked()?,
        })
    }

    fn restore(self, of: AccountId, clear: bool) {
        self.stop();
        self.turn.update_value(|t| *t += 1);
        let mine = self.turn.get_value();
        self.kept.set_value(Kept::default());
        self.state.set(State::Quiet);
        if clear {
            self.body.set(String::new());
            self.choose.run(DraftMarks::default());
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
                let (body, marks) = (found.body, found.marks);
                self.choose.run(marks);
                self.body.set(body.clone());
                let marks = self.marks.get_untracked();
                self.kept.set_value(Kept { body, marks });
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
        let Some(now) = self.now() else { return };
        let same = self.kept.with_value(|kept| kept.is_as(&now));
        self.stop();
        if same {
            return;
        }
        self.state.set(State::Quiet);
        let later = set_timeout_with_handle(move || self.save(), REST);
        self.waiting.set_value(later.ok());
    }

    fn save(self) {
        let (Some(of), Some(now), Some(mine)) =
            (self.account.try_get_untracked(), self.now(), self.turn.try_get_value())
        else {
            return;
        };
        self.waiting.set_value(None);
        leptos::task::spawn_local(async move {
            let answer = self.api.keep_note_draft(of, now.wish()).await;
            match self.turn.try_get_value() {
                // The form is gone; what was typed is kept.
                None => return,
                Some(turn) if turn != mine => {
                    // The note was added while its draft was still on its way: the draft must not outlive it.
                    if self.account.get_untracked() == of {
                        let _gone = self.api.remove_note_draft(of).await;
                    }
                    return;
                }
                Some(_) => {}
            }
            let is_blank = now.body.trim().is_empty();
            let is_kept = answer.is_ok();
            if is_kept {
                self.kept.set_value(now);
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
        let Some(now) = self.now() else { return false };
        self.kept.try_with_value(|kept| kept.is_as(&now)) == Some(true)
    }

    /// The note is being added: its draft is not saved meanwhile, and one under way is thrown away when it arrives.
    pub fn hold(self) {
        self.stop();
        self.turn.update_value(|t| *t += 1);
        self.kept.set_value(Kept::default());
        self.state.set(State::Quiet);
    }

    /// The note was not added: what is typed is saved again.
    pub fn resume(self) {
        self.typed();
    }

    /// The note was added: the server has thrown its draft away.
    pub fn done(self) {
        if let Some(now) = self.now() {
            self.kept.set_value(now);
        }
    }

    /// The form is emptied without saying so to the server, after [`Self::done`].
    pub fn clear(self) {
        self.kept.set_value(Kept::default());
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
