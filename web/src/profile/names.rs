use crate::{
    kernel::{
        api::use_api,
        i18n::{self, Language, t},
        use_session,
    },
    ui::{ProblemNote, Section, Select, SubmitButton, TextInput, focus_first_flaw, use_toasts},
};
use kept_shared::{
    problem::{Code, Problem},
    users::{Me, MePatch},
};
use leptos::{ev, prelude::*};

/// Names, telephone, language.
#[component]
pub fn Names(me: Me) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let text = |value: Option<String>| RwSignal::new(value.unwrap_or_default());
    let (first_name, middle_name, surname) = (
        text(Some(me.first_name.clone())),
        text(me.middle_name.clone()),
        text(Some(me.surname.clone())),
    );
    let (phone, locale) = (text(me.phone.clone()), text(me.locale.clone()));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let languages = Signal::derive(|| Language::ALL.map(|l| (l.code().to_owned(), l.offered())).to_vec());
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let optional = |s: RwSignal<String>| Some(s.get_untracked().trim().to_owned()).filter(|t| !t.is_empty());
        let patch = MePatch {
            first_name: first_name.get_untracked(),
            middle_name: optional(middle_name),
            surname: surname.get_untracked(),
            phone: optional(phone),
            locale: optional(locale),
        };
        let flaws = patch.flaws();
        if !flaws.is_empty() {
            problem.set(Some(Problem::of(Code::NotAcceptable).with_errors(flaws.0)));
            return focus_first_flaw();
        }
        busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            // Other parts of this page raise the version too, so it is asked for now.
            let outcome = match api.me().await {
                Ok(now) => api.change_me(now.version, &patch).await,
                Err(p) => Err(p),
            };
            match outcome {
                Ok(changed) => {
                    if let Some(code) = &changed.value.locale {
                        i18n::set_language(Language::of(code));
                    }
                    session.set_me(changed.value);
                    toasts.good(t::profile::saved());
                }
                Err(p) => {
                    problem.set(Some(p));
                    focus_first_flaw();
                }
            }
            let _gone = busy.try_set(false);
        });
    };
    view! {
        <Section title=t::profile::names text=t::profile::names_text>
            <form on:submit=send>
                <div class="form-grid">
                    <TextInput label=t::profile::first_name value=first_name required=true maxlength=80 autocomplete="given-name" problem pointer="/first_name"/>
                    <TextInput label=t::profile::surname value=surname required=true maxlength=80 autocomplete="family-name" problem pointer="/surname"/>
                    <TextInput label=t::profile::middle_name value=middle_name maxlength=80 autocomplete="additional-name" problem pointer="/middle_name"/>
                    <TextInput label=t::profile::phone value=phone kind="tel" maxlength=30 autocomplete="tel" problem pointer="/phone"/>
                    <Select label=t::profile::language value=locale options=languages empty=t::profile::language_default/>
                </div>
                {move || problem.with(|p| p.as_ref().is_some_and(|p| p.errors.is_empty())).then(|| view! { <ProblemNote problem/> })}
                <div class="profile-foot"><SubmitButton label=t::profile::save busy/></div>
            </form>
        </Section>
    }
}
