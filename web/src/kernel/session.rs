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

/// Where the session stands.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Asking the server whether the browser still holds a session.
    Restoring,
    SignedOut,
    SignedIn(Me),
}

#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<State>,
    api: Api,
}

/// Access token and how it is renewed; one refresh at a time, shared by all requests that wait for it.
#[derive(Clone, Copy)]
pub struct Tokens {
    access: StoredValue<Option<(String, DateTime<Utc>)>>,
    state: RwSignal<State>,
    refreshing: RwSignal<bool>,
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
    /// Renews the token; false when the session has ended.
    pub async fn refresh(self) -> bool {
        if self.refreshing.get_untracked() {
            while self.refreshing.get_untracked() {
                super::query::sleep(40).await;
            }
            return self.access().is_some();
        }
        self.refreshing.set(true);
        let answer = reqwest::Client::new()
            .request(Method::POST, Api::url("/auth/refresh"))
            .send()
            .await;
        let renewed = match answer {
            Ok(response) => match super::api::check(response).await {
                Ok(response) => super::api::json::<Answer>(response).await.ok(),
                Err(_) => None,
            },
            Err(_) => None,
        };
        let ok = renewed.is_some();
        match renewed {
            Some(answer) => self.take(answer),
            None => self.access.set_value(None),
        }
        self.refreshing.set(false);
        ok
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

impl Session {
    /// Provides the session and the API, and asks the server once whether a session is still there.
    pub fn provide() -> Self {
        let state = RwSignal::new(State::Restoring);
        let tokens = Tokens {
            access: StoredValue::new(None),
            state,
            refreshing: RwSignal::new(false),
        };
        let api = Api::new(tokens);
        let session = Self { state, api };
        provide_context(api);
        provide_context(session);
        leptos::task::spawn_local(async move {
            if !tokens.refresh().await {
                state.set(State::SignedOut);
            }
        });
        session
    }
    pub fn state(self) -> State {
        self.state.get()
    }
    /// The signed-in person; tracked.
    pub fn me(self) -> Option<Me> {
        match self.state.get() {
            State::SignedIn(me) => Some(me),
            State::Restoring | State::SignedOut => None,
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

pub fn use_session() -> Session {
    expect_context()
}
