//! A search while it is typed.

use crate::kernel::{Load, api::use_api, load, query::debounced};
use kept_shared::problem::Problem;
use kept_shared::search::{SearchAnswer, Typed};
use leptos::prelude::*;

/// How long typing rests before it is asked for, in milliseconds.
const REST: u64 = 150;

/// Where a search stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Stand {
    /// Too little to search for.
    Quiet,
    Searching,
    Found(SearchAnswer),
    Failed(Problem),
}

/// What somebody types, and what came of it. An answer to anything else than what stands there now is not shown.
#[derive(Clone, Copy)]
pub struct Search {
    typed: RwSignal<String>,
    settled: Signal<String>,
    answer: Load<Option<(String, SearchAnswer)>>,
}

/// Searches for what `typed` holds once it rests, while `active`.
pub fn search(typed: RwSignal<String>, active: Signal<bool>) -> Search {
    let api = use_api();
    let settled = debounced(typed, REST);
    let answer = load(move || {
        let q = settled.get();
        let wanted = active.get() && Typed::read(&q).is_ok();
        async move {
            if !wanted {
                return Ok(None);
            }
            let answer = api.search(q.clone()).await?;
            Ok(Some((q, answer)))
        }
    });
    Search { typed, settled, answer }
}

impl Search {
    pub fn stand(self) -> Stand {
        let q = self.typed.get();
        if Typed::read(&q).is_err() {
            return Stand::Quiet;
        }
        if let Some(Some((of, answer))) = self.answer.get()
            && of == q
        {
            return Stand::Found(answer);
        }
        let is_over = !self.answer.busy.get() && self.settled.with(|s| *s == q);
        match self.answer.problem.get().filter(|_| is_over) {
            Some(problem) => Stand::Failed(problem),
            None => Stand::Searching,
        }
    }
    pub fn again(self) {
        self.answer.reload();
    }
}
