//! The list's state: its filter (also in the address), its rows and its sums.

use crate::kernel::api::use_api;
use crate::kernel::query::{Load, load};
use crate::kernel::url::{query, search_here};
use kept_shared::age_analysis::{AgeFilter, AgeRow, AgeSummary};
use kept_shared::ids::AccountId;
use kept_shared::problem::Problem;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use std::sync::Arc;

/// Rows of the first answer: enough for a tall screen.
const FIRST: u32 = 100;

/// A list of the age analysis. Copy it freely.
#[derive(Clone, Copy)]
pub struct AgeList {
    pub filter: RwSignal<AgeFilter>,
    pub rows: RwSignal<Arc<Vec<AgeRow>>>,
    /// Rows that are here.
    pub count: RwSignal<usize>,
    /// All rows are here, not only the first.
    pub complete: RwSignal<bool>,
    pub busy: RwSignal<bool>,
    pub problem: RwSignal<Option<Problem>>,
    pub summary: Load<AgeSummary>,
    /// The address asked for nothing: the list may begin with the view one chose for it.
    pub is_bare: bool,
    /// The next change of the address is a step of its own.
    stepping: StoredValue<bool>,
    again: Trigger,
}

impl AgeList {
    /// Starts from the page's address, or from `usual` where that says nothing, and keeps the address in step.
    pub fn from_address(usual: AgeFilter) -> Self {
        let search = search_here();
        let filter = RwSignal::new(parse(&search).unwrap_or(usual));
        let stepping = StoredValue::new(false);
        let navigate = use_navigate();
        Effect::new(move |before: Option<()>| {
            let path = window().location().pathname().unwrap_or_default();
            let to = format!("{path}{}", query(&filter.get()));
            if before.is_some() {
                let options = NavigateOptions {
                    // Going to another view is a step one can go back.
                    replace: !stepping.get_value(),
                    scroll: false,
                    ..NavigateOptions::default()
                };
                stepping.set_value(false);
                navigate(&to, options);
            }
        });
        let home = use_location().pathname.get_untracked();
        let back = window_event_listener(leptos::ev::popstate, move |_| {
            // Back to another page is not our business.
            let at = window().location();
            if at.pathname().is_ok_and(|path| path == home) {
                let here = parse(&at.search().unwrap_or_default()).unwrap_or_default();
                if filter.with_untracked(|now| *now != here) {
                    filter.set(here);
                }
            }
        });
        on_cleanup(move || back.remove());
        let mut list = Self::new(filter);
        list.stepping = stepping;
        list.is_bare = search.is_empty();
        list
    }

    /// Goes to another view of the list: its address, as a step one can go back.
    pub fn go(self, filter: AgeFilter) {
        if self.filter.with_untracked(|now| *now != filter) {
            self.stepping.set_value(true);
            self.filter.set(filter);
        }
    }

    /// A list over a filter of one's own.
    pub fn new(filter: RwSignal<AgeFilter>) -> Self {
        let api = use_api();
        // The sums do not move when only the order does.
        let unsorted = Memo::new(move |_| AgeFilter {
            sort: None,
            order: None,
            ..filter.get().without_looks()
        });
        // Nor do the rows when only the columns do.
        let asked = Memo::new(move |_| filter.get().without_looks());
        let list = Self {
            filter,
            rows: RwSignal::default(),
            count: RwSignal::new(0),
            complete: RwSignal::new(false),
            busy: RwSignal::new(true),
            problem: RwSignal::new(None),
            summary: load(move || {
                let filter = unsorted.get();
                async move { api.age_summary(&filter).await }
            }),
            is_bare: false,
            stepping: StoredValue::new(false),
            again: Trigger::new(),
        };
        let turn = StoredValue::new(0_u64);
        Effect::new(move |_| {
            list.again.track();
            let filter = asked.get();
            turn.update_value(|t| *t += 1);
            let mine = turn.get_value();
            let wanted = move || turn.try_get_value() == Some(mine);
            list.busy.set(true);
            leptos::task::spawn_local(async move {
                let first = api.age_page(&filter, FIRST).await;
                if !wanted() {
                    return;
                }
                let more = match first {
                    Ok(page) => {
                        let more = page.next_cursor.is_some();
                        list.put(page.items, !more);
                        more
                    }
                    Err(problem) => {
                        // Rows of another filter would stand here as though they were of this one.
                        list.put(vec![], true);
                        list.fail(problem);
                        false
                    }
                };
                if more {
                    match api.age_rows(&filter, wanted).await {
                        Ok(Some(rows)) if wanted() => list.put(rows, true),
                        Ok(_) => return,
                        Err(problem) if wanted() => list.fail(problem),
                        Err(_) => return,
                    }
                }
                let _gone = list.busy.try_set(false);
            });
        });
        list
    }

    fn put(self, rows: Vec<AgeRow>, complete: bool) {
        let count = rows.len();
        let _gone = self.problem.try_set(None);
        let _gone = self.complete.try_set(complete);
        let _gone = self.count.try_set(count);
        let _gone = self.rows.try_set(Arc::new(rows));
    }
    fn fail(self, problem: Problem) {
        let _gone = self.problem.try_set(Some(problem));
        let _gone = self.busy.try_set(false);
    }

    /// Asks again for rows and sums.
    pub fn reload(self) {
        self.again.notify();
        self.summary.reload();
    }
    /// Looks at the row of an account.
    pub fn of(self, id: AccountId) -> Option<AgeRow> {
        self.rows
            .with_untracked(|rows| rows.iter().find(|r| r.id == id).cloned())
    }
    /// Looks at all rows that are here.
    pub fn with<T>(self, look: impl FnOnce(&[AgeRow]) -> T) -> T {
        self.rows.with_untracked(|rows| look(rows))
    }
    /// Rows of the filter, whether or not they are here yet.
    pub fn total(self) -> usize {
        let here = self.count.get();
        if self.complete.get() {
            return here;
        }
        let all = self
            .summary
            .get()
            .map_or(here, |s| usize::try_from(s.accounts).unwrap_or(here));
        all.max(here)
    }
    /// Notes of an account were read, and so many added (or, below zero, deleted): the row shows it without asking the
    /// server.
    pub fn noted(self, id: AccountId, added: i32) {
        self.rows.update(|rows| {
            if let Some(row) = Arc::make_mut(rows).iter_mut().find(|r| r.id == id) {
                row.unread = false;
                row.notes = row.notes.saturating_add_signed(added);
            }
        });
    }
}

/// The page's address as a filter; `None` when it says nothing or cannot be read.
fn parse(search: &str) -> Option<AgeFilter> {
    const TICKS: [&str; 3] = ["hide_zero", "hide_credit", "handed_over"];
    const LISTS: [&str; 6] = ["community_id", "status", "group", "attorney", "bucket", "columns"];
    crate::kernel::url::parse(search, &LISTS, &TICKS, &[])
}
