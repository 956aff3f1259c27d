use super::NewPassword;
use crate::{
    kernel::{api::use_api, i18n::t, load, use_session},
    shell::AuthLayout,
    ui::{Callout, Loading, ProblemNote, SkeletonKind, SubmitButton},
};
use kept_shared::{
    problem::{Code, Problem},
    sign_in::{Invitation, SignIn},
};
use leptos::{ev, prelude::*};
use leptos_router::{
    components::A,
    hooks::{use_navigate, use_params_map},
};

/// A one-time link: choose a password and be signed in.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let api = use_api();
    let params = use_params_map();
    let secret = Memo::new(move |_| params.with(|p| p.get("secret").unwrap_or_default()));
    let link = load(move || {
        let secret = secret.get();
        async move { api.invitation(&secret).await }
    });
    let over = move || {
        link.problem.with(|p| {
            p.as_ref()
                .is_some_and(|p| p.is(Code::LinkExpired) || p.is(Code::NotFound))
        })
    };
    let title = move || match link.get() {
        _ if over() => t::sign_in::link_over_title().to_owned(),
        Some(i) if !i.is_reset => t::sign_in::invited_title(&i.first_name),
        Some(_) => t::sign_in::reset_title().to_owned(),
        None => "Kept".to_owned(),
    };
    view! {
        <AuthLayout title=Signal::derive(title)>
            {move || match (link.get(), link.problem.get()) {
                (_, Some(_)) if over() => view! {
                    <p class="lead">{t::sign_in::link_over}</p>
                    <p class="auth-links"><A href="/forgotten-password">{t::sign_in::forgotten}</A><A href="/sign-in">{t::sign_in::back}</A></p>
                }
                .into_any(),
                (None, Some(problem)) => view! { <ProblemNote problem=Signal::derive(move || Some(problem.clone()))/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=4/> }.into_any(),
                (Some(invitation), _) => view! { <Choose invitation secret=secret.get_untracked()/> }.into_any(),
            }}
        </AuthLayout>
    }
}

#[component]
fn Choose(invitation: Invitation, secret: String) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let navigate = use_navigate();
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let email = invitation.email.clone();
    let lead = if invitation.is_reset {
        t::sign_in::reset_lead(&invitation.email, &invitation.organisation)
    } else {
        t::sign_in::invited_lead(&invitation.organisation)
    };
    let secret = StoredValue::new(secret);
    let address = StoredValue::new(invitation.email.clone());
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let chosen = password.get_untracked();
            match api.accept_invitation(&secret.get_value(), &chosen).await {
                Ok(()) => {
                    let with = SignIn {
                        email: address.get_value(),
                        password: chosen,
                        code: None,
                    };
                    let to = match session.sign_in(&with).await {
                        Ok(_) => "/".to_owned(),
                        // The second factor, or a lock: the sign-in page knows how to go on.
                        Err(_) => format!("/sign-in?email={}", crate::kernel::url::encode(&with.email)),
                    };
                    navigate(&to, Default::default());
                }
                Err(p) => {
                    problem.set(Some(p));
                    crate::ui::focus_first_flaw();
                }
            }
            let _gone = busy.try_set(false);
        });
    };
    let own = email.clone();
    view! {
        <p class="lead">{lead}</p>
        {move || problem.with(|p| p.as_ref().is_some_and(|p| p.errors.is_empty())).then(|| view! { <ProblemNote problem/> })}
        <form on:submit=send>
            // Lets the browser store the password with its address.
            <input type="hidden" autocomplete="username" name="username" value=email/>
            <NewPassword label=t::sign_in::new_password value=password email=Signal::derive(move || own.clone()) problem pointer="/password" autofocus=true/>
            <SubmitButton label=t::sign_in::choose busy class="btn-block"/>
        </form>
        <Callout tone="neutral"><p>{invitation.email.clone()}</p></Callout>
    }
}
