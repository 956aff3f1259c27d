//! A list that grows page by page: the first page follows its filter, further ones are asked for.

use super::i18n::problem_text;
use super::query::{Load, load};
use crate::ui::{Toasts, use_toasts};
use kept_shared::{page::Page, problem::Problem};
use leptos::prelude::*;
use std::{future::Future, sync::Arc};

type Ask<T> = Arc<dyn Fn(Option<String>) -> std::pin::Pin<Box<dyn Future<Output = Result<Page<T>, Problem>>>>>;

/// Rows of a keyset list, in the order they came.
pub struct Pages<T: Send + Sync + 'static> {
    pub first: Load<Page<T>>,
    rows: RwSignal<Vec<T>>,
    next: RwSignal<Option<String>>,
    pub loading_more: RwSignal<bool>,
    ask: StoredValue<Ask<T>, LocalStorage>,
    toasts: Toasts,
}
impl<T: Send + Sync + 'static> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Pages<T> {}

/// `ask` gets the cursor of the page wanted, `None` for the first; the signals it reads are its filter.
pub fn pages<T, F, Fut>(ask: F) -> Pages<T>
where
    T: Clone + Send + Sync + 'static,
    F: Fn(Option<String>) -> Fut + 'static,
    Fut: Future<Output = Result<Page<T>, Problem>> + 'static,
{
    let ask: Ask<T> = Arc::new(move |cursor| Box::pin(ask(cursor)));
    let again = ask.clone();
    let first = load(move || ask(None));
    let list = Pages {
        first,
        rows: RwSignal::new(vec![]),
        next: RwSignal::new(None),
        loading_more: RwSignal::new(false),
        ask: StoredValue::new_local(again),
        toasts: use_toasts(),
    };
    Effect::new(move |_| {
        if let Some(page) = first.get() {
            list.rows.set(page.items);
            list.next.set(page.next_cursor);
        }
    });
    list
}

impl<T: Clone + Send + Sync + 'static> Pages<T> {
    pub fn rows(self) -> Signal<Vec<T>> {
        self.rows.into()
    }
    pub fn has_more(self) -> Signal<bool> {
        Signal::derive(move || self.next.with(Option::is_some))
    }
    /// Adds the next page, or says why it did not come. An answer that comes after the filter has changed is dropped.
    pub fn more(self) {
        let Some(cursor) = self.next.get_untracked() else {
            return;
        };
        if self.loading_more.get_untracked() {
            return;
        }
        self.loading_more.set(true);
        let question = untrack(|| self.ask.with_value(|ask| ask(Some(cursor.clone()))));
        leptos::task::spawn_local(async move {
            let answer = question.await;
            if self.loading_more.try_set(false).is_some() {
                return;
            }
            if self.next.get_untracked().as_deref() != Some(cursor.as_str()) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.rows.update(|rows| rows.extend(page.items));
                    self.next.set(page.next_cursor);
                }
                Err(problem) => self.toasts.bad(problem_text(&problem)),
            }
        });
    }
    /// Starts again with the first page.
    pub fn reload(self) {
        self.first.reload();
    }
}
