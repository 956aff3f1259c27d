use crate::{
    kernel::{api::use_api, i18n::t, use_session},
    sign_in::NewPassword,
    ui::{ButtonKind, PasswordInput, ProblemNote, Section, SubmitButton, focus_first_flaw, use_toasts},
};
use kept_shared::{problem::Problem, sign_in::PasswordChange};
use leptos::{ev, prelude::*};

/// Changes the password; the answer is a new session.
#[component]
pub fn Password(email: String) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
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
                Ok(answer) => {
                    session.adopt(answer);
                    current.set(String::new());
                    new.set(String::new());
                    toasts.good(t::profile::password_changed());
                }
                Err(p) => {
                    problem.set(Some(p));
                    focus_first_flaw();
                }
            }
            let _gone = busy.try_set(false);
        });
    };
    let own = email.clone();
    view! {
        <Section title=t::profile::password text=t::profile::password_text>
            <form on:submit=send>
                <input type="hidden" autocomplete="username" name="username" value=email/>
                <div class="form-grid">
                    <PasswordInput label=t::profile::current_password value=current autocomplete="current-password" problem pointer="/current"/>
                    <div class="profile-new"><NewPassword label=t::profile::new_password value=new email=Signal::derive(move || own.clone()) problem pointer="/new"/></div>
                </div>
                {move || problem.with(|p| p.as_ref().is_some_and(|p| p.errors.is_empty())).then(|| view! { <ProblemNote problem/> })}
                <div class="profile-foot"><SubmitButton label=t::profile::change_password kind=ButtonKind::Plain busy/></div>
            </form>
        </Section>
    }
}
