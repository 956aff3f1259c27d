//! The side bar: what the person may open, in groups. Below 1100 px a rail of icons; below 720 px a bar at the foot with
//! the first lines, and a sheet with all of them.

use super::Mark;
use crate::ui::{close_outside, on_escape};
use crate::{
    features::{NAV, NavItem},
    kernel::{Session, i18n::t, use_session},
    ui::Icon,
};
use leptos::{html, prelude::*};
use leptos_router::components::A;
use leptos_router::hooks::use_location;

/// So many lines stand in the bar of a phone; the others are behind its last button.
const KEY_LINES: usize = 4;

/// Whether the person sees this line.
pub fn shows(session: Session, item: &NavItem) -> bool {
    let Some(me) = session.me() else { return false };
    (me.may(item.permission) || item.or.is_some_and(|p| me.may(p)))
        && (item.only.is_empty() || item.only.contains(&me.user_type))
        && !item.not.contains(&me.user_type)
}

#[component]
pub fn Side() -> impl IntoView {
    let session = use_session();
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    close_outside(root, open);
    let at = use_location();
    Effect::new(move |_| {
        at.pathname.track();
        open.set(false);
        // The line of the page one is on is in sight.
        request_animation_frame(|| {
            let lines = document().get_element_by_id("side-lines");
            let line = document()
                .query_selector("#side-lines a[aria-current=page]")
                .ok()
                .flatten();
            if let (Some(lines), Some(line)) = (lines, line) {
                let (all, one) = (lines.get_bounding_client_rect(), line.get_bounding_client_rect());
                let past = (one.bottom() - all.bottom()).max(0.0) - (all.top() - one.top()).max(0.0);
                lines.set_scroll_top(lines.scroll_top() + past as i32);
            }
        });
    });
    let groups = move || {
        let mut placed = 0;
        NAV.iter()
            .filter_map(|group| {
                let items: Vec<_> = group.items.iter().filter(|i| shows(session, i)).collect();
                if items.is_empty() {
                    return None;
                }
                let lines = items
                    .into_iter()
                    .map(|i| {
                        placed += 1;
                        // An attorney's day begins with the matters, wherever they stand among the lines.
                        let attorney = session.is_attorney();
                        let is_key = placed <= KEY_LINES - usize::from(attorney) || attorney && i.href == "/handovers";
                        view! { <li class:side-key=is_key><A href=i.href exact={i.href == "/"} attr:title=i.label><Icon name=i.icon size=17/><span>{(i.label)()}</span></A></li> }
                    })
                    .collect_view();
                Some(view! { <p class="side-group" aria-hidden="true">{(group.label)()}</p><ul aria-label=group.label>{lines}</ul> })
            })
            .collect_view()
    };
    view! {
        <div class="side-root" node_ref=root on:keydown=on_escape(root, open)>
        <nav class="side" class:is-open=move || open.get() aria-label=t::shell::main>
            <div class="brand"><Mark/><span>"Kept"</span></div>
            <div class="side-scroll" id="side-lines">{groups}</div>
            <button type="button" class="side-more" aria-expanded=move || open.get().to_string() aria-controls="side-lines" on:click=move |_| open.update(|o| *o = !*o)>
                <Icon name="menu" size=18/><span>{t::shell::menu}</span>
            </button>
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
        </div>
    }
    .into_any()
}
