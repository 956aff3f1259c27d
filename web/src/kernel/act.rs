//! A write: at most one under way, its problem at hand for the form.

use kept_shared::problem::Problem;
use leptos::prelude::*;
use std::future::Future;

/// Pending state and last problem of one kind of write.
#[derive(Clone, Copy)]
pub struct Act {
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

impl Default for Act {
    fn default() -> Self {
        Self::new()
    }
}

impl Act {
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }
    /// Starts `work` unless one is under way; `then` gets a good answer, a problem stays for [`Self::problem`].
    pub fn run<T: 'static>(
        self,
        work: impl Future<Output = Result<T, Problem>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        leptos::task::spawn_local(async move {
            let answer = work.await;
            // The page may be gone; then there is nobody to tell.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(value) => then(value),
                Err(problem) => {
                    self.problem.set(Some(problem));
                    crate::ui::focus_first_flaw();
                }
            }
        });
    }
    /// For `busy` properties.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }
    /// For `problem` properties.
    pub fn problem(self) -> Signal<Option<Problem>> {
        self.problem.into()
    }
    /// Shows what the page found before anything was sent.
    pub fn fail(self, problem: Problem) {
        self.problem.set(Some(problem));
        crate::ui::focus_first_flaw();
    }
    /// Forgets the last problem, when a form opens again.
    pub fn clear(self) {
        self.problem.set(None);
    }
}

/// Runs the shared rules before anything is sent; `true` when nothing is wrong.
pub fn acceptable(act: Act, flaws: kept_shared::flaws::Flaws) -> bool {
    if flaws.is_empty() {
        return true;
    }
    act.fail(Problem::of(kept_shared::problem::Code::NotAcceptable).with_errors(flaws.0));
    false
}
