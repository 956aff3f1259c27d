use crate::{
    kernel::{api::use_api, i18n::t},
    shell::AuthLayout,
    ui::{Callout, ProblemNote, SubmitButton, TextInput},
};
use kept_shared::problem::Problem;
use leptos::{ev, prelude::*};
use leptos_router::components::A;

/// Asks for a link to choose a new password.
#[component]
pub fn ForgottenPage() -> impl IntoView {
    let api = use_api();
    let email = RwSignal::new(String::new());
    let (busy, done) = (RwSignal::new(false), RwSignal::new(false));
    let problem = RwSignal::new(None::<Problem>);
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let address = email.get_untracked().trim().to_owned();
        if busy.get_untracked() || address.is_empty() {
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            let outcome = api.forgotten_password(&address).await;
            let _gone = busy.try_set(false);
            match outcome {
                Ok(()) => done.set(true),
                Err(p) => problem.set(Some(p)),
            }
        });
    };
    let title = move || {
        if done.get() {
            t::sign_in::forgotten_done_title()
        } else {
            t::sign_in::forgotten_title()
        }
    };
    view! {
        <AuthLayout title=Signal::derive(move || title().to_owned())>
            <Show when=move || !done.get()
                fallback=move || view! { <Callout tone="good"><p>{move || t::sign_in::forgotten_done(email.get().trim())}</p></Callout> }>
                <p class="lead">{t::sign_in::forgotten_lead}</p>
                <ProblemNote problem/>
                <form on:submit=send>
                    <TextInput label=t::sign_in::email value=email kind="email" autocomplete="username" required=true autofocus=true maxlength=254/>
                    <SubmitButton label=t::sign_in::forgotten_submit busy class="btn-block"/>
                </form>
            </Show>
            <p class="auth-links"><A href="/sign-in">{t::sign_in::back}</A></p>
        </AuthLayout>
    }
}
