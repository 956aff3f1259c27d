use super::state_word;
use crate::{
    kernel::{api::use_api, format, i18n::t, load},
    ui::{Button, ButtonKind, Callout, Loading, Pill, ProblemPanel, SkeletonKind},
};
use kept_shared::{ids::MailId, mail::Mail};
use leptos::prelude::*;

/// The text with its links to press; a link into this application stays in it.
fn linked(text: &str) -> Vec<AnyView> {
    let mut out = vec![];
    for (i, line) in text.lines().enumerate() {
        if i > 0 {
            out.push("\n".into_any());
        }
        let mut rest = line;
        while let Some(at) = rest.find("http://").into_iter().chain(rest.find("https://")).min() {
            let (before, link) = rest.split_at(at);
            let end = link.find(char::is_whitespace).unwrap_or(link.len());
            let (address, after) = link.split_at(end);
            out.push(before.to_owned().into_any());
            // Only the path is followed: the mail names the public address, which may be another one than this.
            let path = address
                .splitn(4, '/')
                .nth(3)
                .map(|p| format!("/{p}"))
                .unwrap_or_else(|| "/".into());
            out.push(view! { <a href=path>{address.to_owned()}</a> }.into_any());
            rest = after;
        }
        out.push(rest.to_owned().into_any());
    }
    out
}

/// One letter.
#[component]
pub fn Letter(id: MailId, back: Callback<()>) -> impl IntoView {
    let api = use_api();
    let found = load(move || async move { api.letter(id).await });
    move || match (found.get(), found.problem.get()) {
        (None, None) => view! { <div class="card-body"><Loading kind=SkeletonKind::Lines rows=6/></div> }.into_any(),
        (None, Some(problem)) => {
            view! { <ProblemPanel problem=Signal::stored(problem) retry=Callback::new(move |()| found.reload())/> }
                .into_any()
        }
        (Some(mail), _) => view! { <Known mail back/> }.into_any(),
    }
}

#[component]
fn Known(mail: Mail, back: Callback<()>) -> impl IntoView {
    let (tone, word) = state_word(mail.state);
    let fact = |label: &'static str, value: String| view! { <dt>{label}</dt><dd>{value}</dd> };
    view! {
        <article class="letter">
            <header class="card-head">
                <div><h2>{mail.subject.clone()}</h2></div>
                <div class="row"><Pill tone label=word/><Button label=t::inbox::back kind=ButtonKind::Ghost icon="arrow-left" class="btn-sm letter-back" on_click=move |_| back.run(())/></div>
            </header>
            <div class="card-body">
                <dl class="dl">
                    {fact(t::inbox::to(), format!("{} <{}>", mail.to_name, mail.to_address))}
                    {fact(t::inbox::at(), format::instant(mail.created_at))}
                    {mail.sent_at.map(|at| fact(t::inbox::sent_at(), format::instant(at)))}
                    {(mail.attempts > 0).then(|| fact(t::inbox::attempts(), mail.attempts.to_string()))}
                </dl>
                {mail.last_error.clone().map(|e| view! { <Callout tone="bad" title=t::inbox::last_error><p>{e}</p></Callout> })}
                <div class="letter-text">{linked(&mail.text)}</div>
            </div>
        </article>
    }
}
