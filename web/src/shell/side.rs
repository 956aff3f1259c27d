//! The side bar: what the person may open, in groups. Below 1100 px a rail of icons, below 720 px a bar at the foot.

use super::Mark;
use crate::{
    features::{NAV, NavItem},
    kernel::{Session, i18n::t, use_session},
    ui::Icon,
};
use leptos::prelude::*;
use leptos_router::components::{A, Redirect};

/// Whether the person sees this line.
pub fn shows(session: Session, item: &NavItem) -> bool {
    let Some(me) = session.me() else { return false };
    me.may(item.permission)
        && (item.only.is_empty() || item.only.contains(&me.user_type))
        && !item.not.contains(&me.user_type)
}

#[component]
pub fn Side() -> impl IntoView {
    let session = use_session();
    let groups = move || {
        NAV.iter()
            .filter_map(|group| {
                let items: Vec<_> = group.items.iter().filter(|i| shows(session, i)).collect();
                if items.is_empty() {
                    return None;
                }
                let lines = items
                    .into_iter()
                    .map(|i| view! { <li><A href=i.href exact={i.href == "/"} attr:title=i.label><Icon name=i.icon size=17/><span>{(i.label)()}</span></A></li> })
                    .collect_view();
                Some(view! { <p class="side-group" aria-hidden="true">{(group.label)()}</p><ul aria-label=group.label>{lines}</ul> })
            })
            .collect_view()
    };
    view! {
        <nav class="side" aria-label=t::shell::main>
            <div class="brand"><Mark/><span>"Kept"</span></div>
            <div class="side-scroll">{groups}</div>
            <div class="me">
                {move || session.me().map(|me| {
                    let initials: String = [&me.first_name, &me.surname].iter().filter_map(|n| n.chars().next()).collect();
                    view! {
                        <span class="avatar" aria-hidden="true">{initials}</span>
                        <span><b>{me.full_name()}</b><small>{me.firm.clone().unwrap_or(me.permission_group)}</small></span>
                    }
                })}
            </div>
        </nav>
    }
    .into_any()
}

/// The start page: the first line of the person's own side bar.
#[component]
pub fn Home() -> impl IntoView {
    let session = use_session();
    let first = untrack(|| NAV.iter().flat_map(|g| g.items.iter()).find(|i| shows(session, i)));
    match first {
        Some(item) => view! { <Redirect path=item.href/> }.into_any(),
        None => view! {
            <div class="page"><div class="empty"><h1>{t::shell::nothing_heading}</h1><p>{t::shell::nothing_text}</p></div></div>
        }
        .into_any(),
    }
}
