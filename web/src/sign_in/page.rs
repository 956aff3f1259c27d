use crate::{
    kernel::{
        i18n::{problem_text, t},
        session::State,
        use_session,
    },
    shell::AuthLayout,
    ui::{Callout, PasswordInput, SubmitButton, TextInput},
};
use kept_shared::{
    problem::{Code, Problem},
    sign_in::SignIn,
};
use leptos::{ev, prelude::*};
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_query_map},
};

/// Where to go after signing in: a path of this application and nothing else.
fn destination(asked: Option<String>) -> String {
    let own = |path: &String| {
        path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.starts_with("/sign-in")
    };
    asked.filter(own).unwrap_or_else(|| "/".into())
}

/// E-mail and password, then the code where one is asked for.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = use_session();
    let query = use_query_map();
    let navigate = use_navigate();
    let (email, password, code) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    if let Some(known) = query.with_untracked(|q| q.get("email")) {
        email.set(known);
    }
    let second = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    // Also for somebody who comes back to this page while signed in.
    Effect::new(move |_| {
        if matches!(session.state(), State::SignedIn(_)) {
            let to = destination(query.with_untracked(|q| q.get("return")));
            navigate(
                &to,
                NavigateOptions {
                    replace: true,
                    ..Default::default()
                },
            );
        }
    });
    let send = move || {
        if busy.get_untracked() {
            return;
        }
        let with = SignIn {
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            code: second.get_untracked().then(|| code.get_untracked()),
        };
        if with.email.is_empty() || with.password.is_empty() {
            problem.set(Some(Problem::of(Code::SignInFailed)));
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            let outcome = session.sign_in(&with).await;
            let _gone = busy.try_set(false);
            match outcome {
                Ok(_) => {}
                Err(asks) if asks.is(Code::TotpRequired) && with.code.is_none() => {
                    problem.set(None);
                    second.set(true);
                }
                Err(refused) => {
                    if refused.is(Code::TotpRequired) {
                        code.set(String::new());
                    }
                    let _gone = problem.try_set(Some(refused));
                }
            }
        });
    };
    let title = move || {
        if second.get() {
            t::sign_in::code_title()
        } else {
            t::sign_in::title()
        }
    };
    view! {
        <AuthLayout title=Signal::derive(move || title().to_owned())>
            <Trouble problem/>
            <form on:submit=move |e: ev::SubmitEvent| { e.prevent_default(); send(); }>
                <Show when=move || !second.get() fallback=move || view! { <CodeStep code problem/> }>
                    <TextInput label=t::sign_in::email value=email kind="email" autocomplete="username" required=true autofocus=true maxlength=254/>
                    <PasswordInput label=t::sign_in::password value=password autocomplete="current-password"/>
                </Show>
                <SubmitButton label=Signal::derive(move || if second.get() { t::sign_in::code_submit() } else { t::sign_in::submit() }.to_owned()) busy class="btn-block"/>
            </form>
            <p class="auth-links">
                <Show when=move || second.get() fallback=|| view! { <A href="/forgotten-password">{t::sign_in::forgotten}</A> }>
                    <button type="button" class="btn btn-link" on:click=move |_| { second.set(false); password.set(String::new()); problem.set(None); }>{t::sign_in::another}</button>
                </Show>
            </p>
        </AuthLayout>
    }
}

/// Why it did not work, announced at once.
#[component]
fn Trouble(problem: RwSignal<Option<Problem>>) -> impl IntoView {
    move || {
        problem.get().map(|p| {
            let text = if p.is(Code::TooManyRequests) {
                t::sign_in::locked().to_owned()
            } else if p.is(Code::TotpRequired) {
                t::sign_in::code_wrong().to_owned()
            } else {
                problem_text(&p)
            };
            view! { <Callout tone="bad"><p>{text}</p></Callout> }
        })
    }
}

#[component]
fn CodeStep(code: RwSignal<String>, problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let wrong = Signal::derive(move || {
        problem
            .with(|p| p.as_ref().is_some_and(|p| p.is(Code::TotpRequired)))
            .then(String::new)
    });
    view! {
        <p class="lead">{t::sign_in::code_lead}</p>
        <TextInput label=t::sign_in::code value=code autocomplete="one-time-code" inputmode="numeric" maxlength=7 required=true autofocus=true
            input_class="code-input" error=Signal::derive(move || wrong.get().filter(|w| !w.is_empty()))/>
    }
}
