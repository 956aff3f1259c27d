//! Routes, and who gets to them.

use crate::{
    kernel::{
        i18n,
        prefs::Look,
        session::{Session, State},
    },
    shell::{NotFound, Place, Shell},
    ui::{ToastHost, Toasts},
};
use leptos::prelude::*;
use leptos_router::{
    components::{Outlet, ParentRoute, Redirect, Route, Router, Routes},
    hooks::use_location,
    path,
};

#[component]
pub fn App() -> impl IntoView {
    i18n::provide();
    Look::provide();
    Toasts::provide();
    Session::provide();
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFound/> }>
                // Open to everybody. One line for each feature.
                // Behind sign-in. One line for each feature.
                <ParentRoute path=path!("") view=SignedIn>
                    <crate::accounts::AccountRoutes/>
                    <crate::communities::CommunityRoutes/>
                    <crate::customer_groups::CustomerGroupRoutes/>
                    <crate::units::UnitRoutes/>
                    <Route path=path!("*any") view=NotFound/>
                </ParentRoute>
            </Routes>
        </Router>
        <ToastHost/>
    }
    .into_any()
}

/// Shows the shell to those who are signed in, and sends others to sign in and back.
#[component]
fn SignedIn() -> impl IntoView {
    let session = crate::kernel::use_session();
    let at = use_location();
    // The shell is rebuilt only when another person signs in, not when a token is renewed.
    let who = Memo::new(move |_| match session.state() {
        State::Restoring => None,
        State::SignedOut => Some(None),
        State::SignedIn(me) => Some(Some((me.id, me.must_change_password))),
    });
    move || {
        match who.get() {
        None => view! { <div class="boot" role="status"><span class="boot-mark"></span><span>{i18n::t::shell::restoring()}</span></div> }.into_any(),
        Some(None) => {
            let back = at.pathname.get_untracked() + &at.search.get_untracked();
            let to = format!("/sign-in?return={}", crate::kernel::url::encode(&back));
            view! { <Redirect path=to/> }.into_any()
        }
        Some(Some((_, true))) => view! { <Redirect path="/choose-password"/> }.into_any(),
        Some(Some(_)) => {
            Place::provide();
            view! { <Shell><Outlet/></Shell> }.into_any()
        }
    }
    }
}
