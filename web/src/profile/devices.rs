use crate::{
    kernel::{
        api::use_api,
        format,
        i18n::{problem_text, t},
        load,
    },
    ui::{Button, Icon, Loading, Pill, ProblemPanel, Section, SkeletonKind, use_toasts},
};
use kept_shared::sign_in::OwnSession;
use leptos::prelude::*;

/// Browser and system out of a user agent, as far as people would name them.
fn device_name(agent: &str) -> String {
    let browser = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
        ("python", "Python"),
    ]
    .iter()
    .find(|(mark, _)| agent.contains(mark))
    .map(|(_, name)| *name);
    let system = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]
    .iter()
    .find(|(mark, _)| agent.contains(mark))
    .map(|(_, name)| *name);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => t::profile::unknown_device().to_owned(),
    }
}

/// Where one is signed in.
#[component]
pub fn Devices() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let found = load(move || async move { api.own_sessions().await });
    let after = move |outcome: Result<(), kept_shared::problem::Problem>| match outcome {
        Ok(()) => {
            toasts.good(t::profile::device_ended());
            found.reload();
        }
        Err(p) => toasts.bad(problem_text(&p)),
    };
    let others = move |_| leptos::task::spawn_local(async move { after(api.end_other_sessions().await) });
    let line = move |s: OwnSession| {
        let id = s.id;
        let name = device_name(s.user_agent.as_deref().unwrap_or_default());
        let phone = s.user_agent.as_deref().is_some_and(|a| a.contains("Mobile"));
        let when = t::profile::last_used(format::ago(s.last_used_at));
        let detail = s
            .address
            .clone()
            .map_or_else(|| when.clone(), |address| format!("{address} · {when}"));
        view! {
            <li>
                <span class="device"><Icon name=if phone { "smartphone" } else { "monitor" } size=18/><span><b>{name}</b><small>{detail}</small></span></span>
                {if s.is_current {
                    view! { <Pill tone="good" label=t::profile::this_device/> }.into_any()
                } else {
                    view! { <Button label=t::profile::sign_out_device class="btn-sm" on_click=move |_| leptos::task::spawn_local(async move { after(api.end_own_session(id).await) })/> }.into_any()
                }}
            </li>
        }
    };
    view! {
        <Section title=t::profile::devices text=t::profile::devices_text>
            {move || match (found.get(), found.problem.get()) {
                (None, None) => view! { <Loading kind=SkeletonKind::Lines rows=3/> }.into_any(),
                (None, Some(problem)) => view! { <ProblemPanel problem=Signal::stored(problem) retry=Callback::new(move |()| found.reload())/> }.into_any(),
                (Some(list), _) => {
                    let several = list.len() > 1;
                    view! {
                        <ul class="plain-list">{list.into_iter().map(line).collect_view()}</ul>
                        {several.then(|| view! { <div class="profile-foot"><Button label=t::profile::sign_out_others on_click=others/></div> })}
                    }
                    .into_any()
                }
            }}
        </Section>
    }
}
