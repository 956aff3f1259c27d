//! Loading: a value from the server with its four states.

use futures_util::future::{AbortHandle, Abortable};
use kept_shared::problem::Problem;
use leptos::prelude::*;
use std::{future::Future, time::Duration};

/// Something loaded from the server. `value` keeps the last good answer while a newer one is on its way.
pub struct Load<T: Send + Sync + 'static> {
    pub value: RwSignal<Option<T>>,
    pub problem: RwSignal<Option<Problem>>,
    pub busy: RwSignal<bool>,
    again: Trigger,
}
impl<T: Send + Sync + 'static> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Load<T> {}

impl<T: Clone + Send + Sync + 'static> Load<T> {
    /// Asks again, for the same question.
    pub fn reload(self) {
        self.again.notify();
    }
    pub fn get(self) -> Option<T> {
        self.value.get()
    }
    /// Puts a value in place without asking, for example the answer of a change.
    pub fn set(self, value: T) {
        if self.problem.with_untracked(Option::is_some) {
            self.problem.set(None);
        }
        self.value.set(Some(value));
    }
}

/// Loads whenever what `ask` reads has changed. A newer question makes the answer of an older one void.
pub fn load<T, F, Fut>(ask: F) -> Load<T>
where
    T: Clone + Send + Sync + 'static,
    F: Fn() -> Fut + 'static,
    Fut: Future<Output = Result<T, Problem>> + 'static,
{
    let loading = Load {
        value: RwSignal::new(None),
        problem: RwSignal::new(None),
        busy: RwSignal::new(true),
        again: Trigger::new(),
    };
    let turn = StoredValue::new(0_u64);
    Effect::new(move |_| {
        loading.again.track();
        turn.update_value(|t| *t += 1);
        let mine = turn.get_value();
        loading.busy.set(true);
        // Aborted, and with it the request, when a newer question is asked or the page goes.
        let (handle, registration) = AbortHandle::new_pair();
        on_cleanup(move || handle.abort());
        let question = Abortable::new(ask(), registration);
        leptos::task::spawn_local(async move {
            let Ok(answer) = question.await else { return };
            if turn.try_get_value() != Some(mine) {
                return;
            }
            match answer {
                Ok(value) => {
                    // Told only when there was one: what stands beside a value is not drawn anew with every answer.
                    if loading.problem.try_with_untracked(Option::is_some) == Some(true) {
                        let _gone = loading.problem.try_set(None);
                    }
                    let _gone = loading.value.try_set(Some(value));
                }
                Err(problem) => {
                    let _gone = loading.problem.try_set(Some(problem));
                }
            }
            let _gone = loading.busy.try_set(false);
        });
    });
    loading
}

/// Waits without blocking.
pub async fn sleep(ms: u64) {
    let (done, wait) = futures_channel();
    set_timeout(move || done(), Duration::from_millis(ms));
    wait.await;
}

fn futures_channel() -> (impl FnOnce() + 'static, impl Future<Output = ()>) {
    use std::{
        cell::RefCell,
        rc::Rc,
        task::{Poll, Waker},
    };
    let state: Rc<RefCell<(bool, Option<Waker>)>> = Rc::default();
    let inner = state.clone();
    let done = move || {
        let mut s = inner.borrow_mut();
        s.0 = true;
        if let Some(waker) = s.1.take() {
            waker.wake();
        }
    };
    let wait = std::future::poll_fn(move |cx| {
        let mut s = state.borrow_mut();
        if s.0 {
            Poll::Ready(())
        } else {
            s.1 = Some(cx.waker().clone());
            Poll::Pending
        }
    });
    (done, wait)
}

/// A text that follows another one once typing has paused.
pub fn debounced(source: RwSignal<String>, ms: u64) -> Signal<String> {
    let settled = RwSignal::new(source.get_untracked());
    let turn = StoredValue::new(0_u64);
    Effect::new(move |before: Option<()>| {
        let text = source.get();
        if before.is_none() {
            return;
        }
        turn.update_value(|t| *t += 1);
        let mine = turn.get_value();
        set_timeout(
            move || {
                if turn.try_get_value() == Some(mine) {
                    let _gone = settled.try_set(text);
                }
            },
            Duration::from_millis(ms),
        );
    });
    settled.into()
}
