//! The command palette: a combobox in a native dialog.

use super::side::shows;
use crate::{
    features::NAV,
    kernel::{i18n::t, prefs::use_look, use_session},
    ui::Icon,
};
use kept_shared::permission::Permission;
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;

#[derive(Clone, Copy, PartialEq)]
enum What {
    Go(&'static str),
    /// Customers by what was typed.
    Find,
    Theme,
    Density,
    SignOut,
}

#[component]
pub fn Palette(open: RwSignal<bool>) -> impl IntoView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    let field: NodeRef<html::Input> = NodeRef::new();
    let session = use_session();
    let look = use_look();
    let navigate = use_navigate();
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            typed.set(String::new());
            let _already_open = dialog.show_modal();
            if let Some(input) = field.get_untracked() {
                let _not_focusable = input.focus();
            }
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let hits = Memo::new(move |_| {
        let wanted = typed.get().to_lowercase();
        let mut all: Vec<(What, &'static str, &'static str)> = NAV
            .iter()
            .flat_map(|g| g.items.iter())
            .filter(|i| shows(session, i))
            .map(|i| (What::Go(i.href), i.icon, (i.label)()))
            .collect();
        all.push((What::Go("/profile"), "user", t::shell::profile()));
        all.push((What::Theme, "moon", t::shell::switch_theme()));
        all.push((What::Density, "rows-3", t::shell::switch_density()));
        all.push((What::SignOut, "log-out", t::shell::sign_out()));
        all.retain(|(_, _, label)| label.to_lowercase().contains(&wanted));
        if !wanted.trim().is_empty() && session.may(Permission::ViewAccounts) {
            all.push((What::Find, "users", ""));
        }
        all
    });
    Effect::new(move |_| {
        hits.track();
        at.set(0);
    });
    let run = Callback::new(move |what: What| {
        open.set(false);
        match what {
            What::Go(to) => navigate(to, Default::default()),
            What::Find => {
                let q = typed.with_untracked(|t| crate::kernel::url::encode(t.trim()));
                navigate(&format!("/accounts?q={q}"), Default::default());
            }
            What::SignOut => {
                let navigate = navigate.clone();
                leptos::task::spawn_local(async move {
                    session.sign_out().await;
                    navigate("/sign-in", Default::default());
                });
            }
            What::Theme => {
                let next = if look.is_dark() { "light" } else { "dark" };
                look.theme.set(next.into());
            }
            What::Density => look.density.update(|d| {
                *d = if d == "compact" {
                    "comfortable".into()
                } else {
                    "compact".into()
                }
            }),
        }
    });
    let key = move |e: ev::KeyboardEvent| {
        let n = hits.with(Vec::len).max(1);
        match e.key().as_str() {
            "ArrowDown" => at.update(|a| *a = (*a + 1) % n),
            "ArrowUp" => at.update(|a| *a = (*a + n - 1) % n),
            "Enter" => {
                if let Some(hit) = hits.with(|h| h.get(at.get()).copied()) {
                    run.run(hit.0);
                }
            }
            _ => return,
        }
        e.prevent_default();
    };
    view! {
        <dialog node_ref=node class="palette" aria-label=t::shell::palette on:close=move |_| open.set(false)>
            <div class="palette-in">
                <div class="palette-q"><Icon name="search" size=18/>
                    <input type="text" node_ref=field role="combobox" aria-label=t::shell::find aria-expanded="true" aria-controls="palette-list"
                        aria-autocomplete="list" aria-activedescendant=move || format!("cmd-{}", at.get())
                        placeholder=t::shell::palette_hint bind:value=typed on:keydown=key/>
                    <kbd>"Esc"</kbd></div>
                <ul id="palette-list" role="listbox" aria-label=t::shell::results>
                    {move || hits.get().into_iter().enumerate().map(|(i, (what, icon, label))| view! {
                        <li id=format!("cmd-{i}") role="option" aria-selected=move || (at.get() == i).to_string()
                            on:click=move |_| run.run(what) on:pointermove=move |_| at.set(i)>
                            <Icon name=icon size=17/>{move || if what == What::Find { t::shell::find_customers(typed.get()) } else { label.to_owned() }}
                        </li>
                    }).collect_view()}
                </ul>
            </div>
        </dialog>
    }
    .into_any()
}
