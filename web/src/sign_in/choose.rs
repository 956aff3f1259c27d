use super::NewPassword;
use crate::{
    kernel::{api::use_api, i18n::t, session::State, use_session},
    shell::AuthLayout,
    ui::{Loading, PasswordInput, ProblemNote, SkeletonKind, SubmitButton},
};
use kept_shared::{problem::Problem, sign_in::PasswordChange};
use leptos::{ev, prelude::*};
use leptos_router::{components::Redirect, hooks::use_navigate};

/// The first password was somebody else's: nothing goes on before it is changed.
#[component]
pub fn ChoosePasswordPage() -> impl IntoView {
    let session = use_session();
    let inner = move || match session.state() {
        State::Restoring | State::Unreachable => view! { <Loading kind=SkeletonKind::Lines rows=4/> }.into_any(),
        State::SignedOut => view! { <Redirect path="/sign-in"/> }.into_any(),
        State::SignedIn(me) if !me.must_change_password => view! { <Redirect path="/"/> }.into_any(),
        State::SignedIn(me) => view! { <Form email=me.email.clone()/> }.into_any(),
    };
    view! { <AuthLayout title=t::sign_in::first_title>{inner}</AuthLayout> }
}

#[component]
fn Form(email: String) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let navigate = use_navigate();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            let change = PasswordChange {
                current: current.get_untracked(),
                new: new.get_untracked(),
            };
            match api.change_password(&change).await {
                // The page leaves by itself once the session says that nothing is left to change.
                Ok(answer) => session.adopt(answer),
                Err(p) => {
                    problem.set(Some(p));
                    crate::ui::focus_first_flaw();
                }
            }
            let _gone = busy.try_set(false);
        });
    };
    let out = move |_| {
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            session.sign_out().await;
            navigate("/sign-in", Default::default());
        });
    };
    view! {
        <p class="lead">{t::sign_in::first_lead}</p>
        {move || problem.with(|p| p.as_ref().is_some_and(|p| p.errors.is_empty())).then(|| view! { <ProblemNote problem/> })}
        <form on:submit=send>
            <PasswordInput label=t::sign_in::current_password value=current autocomplete="current-password" problem pointer="/current" autofocus=true/>
            <NewPassword label=t::sign_in::new_password value=new email=Signal::derive(move || email.clone()) problem pointer="/new"/>
            <SubmitButton label=t::sign_in::first_submit busy class="btn-block"/>
        </form>
        <p class="auth-links"><button type="button" class="btn btn-link" on:click=out>{t::sign_in::sign_out}</button></p>
    }
}
