//! Who is signed in. The access token lives in memory only; the refresh token is a cookie that scripts cannot read.

use super::api::Api;
use chrono::{DateTime, TimeDelta, Utc};
use kept_shared::{
    permission::{Permission, UserType},
    problem::Problem,
    sign_in::{Session as Answer, SignIn},
    users::Me,
};
use leptos::prelude::*;
use reqwest::Method;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Where the session stands.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Asking the server whether the browser still holds a session.
    Restoring,
    /// The server could not be asked; it is asked again every few seconds.
    Unreachable,
    SignedOut,
    SignedIn(Me),
}

#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<State>,
    api: Api,
}

thread_local! {
    // Not a context: event handlers and what runs after an await have none at hand.
    static SESSION: OnceCell<Session> = const { OnceCell::new() };
}

/// Access token and how it is renewed; one refresh at a time, shared by all requests that wait for it.
#[derive(Clone, Copy)]
pub struct Tokens {
    access: StoredValue<Option<(String, DateTime<Utc>)>>,
    state: RwSignal<State>,
    refreshing: RwSignal<bool>,
}

/// How a refresh went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshed {
    Yes,
    /// The server says there is no session any more.
    Ended,
    /// The server did not answer, or not sensibly; the session may well be there.
    Unknown,
}

impl Tokens {
    pub fn access(self) -> Option<String> {
        self.access.with_value(|t| t.as_ref().map(|t| t.0.clone()))
    }
    /// Renews the token shortly before it runs out.
    pub async fn refresh_if_due(self) {
        let due = self
            .access
            .with_value(|t| t.as_ref().is_some_and(|t| t.1 - Utc::now() < TimeDelta::seconds(20)));
        if due {
            self.refresh().await;
        }
    }
    /// Renews the token, once for all who ask meanwhile.
    pub async fn refresh(self) -> Refreshed {
        if self.refreshing.get_untracked() {
            while self.refreshing.get_untracked() {
                super::query::sleep(40).await;
            }
            return if self.access().is_some() {
                Refreshed::Yes
            } else {
                Refreshed::Unknown
            };
        }
        self.refreshing.set(true);
        let outcome = Rc::new(Cell::new(Refreshed::Unknown));
        let inner = outcome.clone();
        turn_by_turn(async move { inner.set(self.ask_for_renewal().await) }).await;
        if outcome.get() == Refreshed::Ended {
            self.access.set_value(None);
        }
        self.refreshing.set(false);
        outcome.get()
    }
    async fn ask_for_renewal(self) -> Refreshed {
        let sent = reqwest::Client::new()
            .request(Method::POST, Api::url("/auth/refresh"))
            .send()
            .await;
        let Ok(response) = sent else { return Refreshed::Unknown };
        match super::api::check(response).await {
            Ok(response) => match super::api::json::<Answer>(response).await {
                Ok(answer) => {
                    self.take(answer);
                    Refreshed::Yes
                }
                Err(_) => Refreshed::Unknown,
            },
            Err(problem) if (400..500).contains(&problem.status) && problem.status != 429 => Refreshed::Ended,
            Err(_) => Refreshed::Unknown,
        }
    }
    fn take(self, answer: Answer) {
        self.access.set_value(Some((answer.access_token, answer.expires_at)));
        let next = State::SignedIn(answer.me);
        if self.state.get_untracked() != next {
            self.state.set(next);
        }
    }
    /// The server no longer knows the session.
    pub fn ended(self) {
        self.access.set_value(None);
        self.state.set(State::SignedOut);
    }
}

/// Two tabs share one refresh cookie, and a refresh token used twice ends the session; so tabs refresh one after
/// another, under the browser's own lock where it has one.
async fn turn_by_turn(work: impl Future<Output = ()> + 'static) {
    let navigator = JsValue::from(window().navigator());
    let locks = js_sys::Reflect::get(&navigator, &"locks".into()).unwrap_or(JsValue::UNDEFINED);
    let request = js_sys::Reflect::get(&locks, &"request".into());
    let Some(request) = request.ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok()) else {
        return work.await;
    };
    let inside = Closure::once_into_js(move || {
        wasm_bindgen_futures::future_to_promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    if let Ok(promise) = request.call2(&locks, &"kept.refresh".into(), &inside) {
        let _settled = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::from(promise)).await;
    }
}

impl Session {
    /// Provides the session and the API, and asks the server whether a session is still there.
    pub fn provide() -> Self {
        let state = RwSignal::new(State::Restoring);
        let tokens = Tokens {
            access: StoredValue::new(None),
            state,
            refreshing: RwSignal::new(false),
        };
        let api = Api::new(tokens);
        let session = Self { state, api };
        SESSION.with(|s| {
            let _second_call = s.set(session);
        });
        provide_context(api);
        provide_context(session);
        leptos::task::spawn_local(async move {
            loop {
                match tokens.refresh().await {
                    Refreshed::Yes => return,
                    Refreshed::Ended => return state.set(State::SignedOut),
                    Refreshed::Unknown => state.set(State::Unreachable),
                }
                super::query::sleep(3_000).await;
            }
        });
        session
    }
    /// The API with this session's token.
    pub fn api(self) -> Api {
        self.api
    }
    pub fn state(self) -> State {
        self.state.get()
    }
    /// The signed-in person; tracked.
    pub fn me(self) -> Option<Me> {
        match self.state.get() {
            State::SignedIn(me) => Some(me),
            State::Restoring | State::Unreachable | State::SignedOut => None,
        }
    }
    /// Whether the person may do it. Menus and buttons ask; the server decides anyway.
    pub fn may(self, permission: Permission) -> bool {
        self.state
            .with(|s| matches!(s, State::SignedIn(me) if me.may(permission)))
    }
    pub fn is_attorney(self) -> bool {
        self.state
            .with(|s| matches!(s, State::SignedIn(me) if me.user_type == UserType::Attorney))
    }
    /// Signs in. Errors: as the server says; `totp-required` asks for the code.
    pub async fn sign_in(self, with: &SignIn) -> Result<Me, Problem> {
        let response = self.api.send(Method::POST, "/auth/sign-in", |r| r.json(with)).await?;
        let answer: Answer = super::api::json(response).await?;
        let me = answer.me.clone();
        self.api.tokens().take(answer);
        Ok(me)
    }
    /// Takes over a session that another call was answered with (an accepted invitation, a changed password).
    pub fn adopt(self, answer: Answer) {
        self.api.tokens().take(answer);
    }
    /// Puts a changed profile in place.
    pub fn set_me(self, me: Me) {
        self.state.set(State::SignedIn(me));
    }
    pub async fn sign_out(self) {
        let _already_out = self.api.send(Method::POST, "/auth/sign-out", |r| r).await;
        self.api.tokens().ended();
    }
}

/// The session; callable anywhere below the app.
pub fn use_session() -> Session {
    SESSION.with(|s| s.get().copied()).unwrap_or_else(expect_context)
}
