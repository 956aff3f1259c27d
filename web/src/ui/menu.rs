//! A button that opens a short list of actions.

use super::on_top::{lift, when_scrolled};
use super::{small::Icon, unique_id};
use leptos::{ev, html, prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast;

#[derive(Clone, Copy)]
struct Close(Callback<()>);

/// A menu. `face` is what its button shows; the children are [`MenuItem`]s. Arrow keys walk,
/// Escape closes and gives the focus back. `class`: `menu-start` opens to the right, `menu-up` upwards.
#[component]
pub fn Menu(
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] face: Option<ViewFn>,
    #[prop(default = "ellipsis")] icon: &'static str,
    #[prop(default = "btn btn-ghost btn-icon")] button_class: &'static str,
    #[prop(optional)] class: &'static str,
    /// The children are controls of another kind (tick boxes): a group, not a menu.
    #[prop(optional)]
    group: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let id = unique_id("menu");
    let close = move |refocus: bool| {
        if open.get_untracked() {
            open.set(false);
            if refocus && let Some(button) = button.get_untracked() {
                let _detached = button.focus();
            }
        }
    };
    let context = Close(Callback::new(move |()| close(true)));
    Effect::new(move |_| {
        if open.get() {
            request_animation_frame(move || {
                // The page may be gone by then.
                let (Some(at), Some(from)) = (list.try_get_untracked(), button.try_get_untracked()) else {
                    return;
                };
                if let (Some(list), Some(button)) = (at, from) {
                    lift(&list, &button, class.contains("menu-start"), class.contains("menu-up"));
                }
                step(list, Step::First);
            });
        }
    });
    when_scrolled(list, move || close(false));
    let outside = window_event_listener(ev::pointerdown, move |e| {
        let within = root.get_untracked().is_some_and(|root| {
            e.target()
                .and_then(|t| t.dyn_into::<web_sys::Node>().ok())
                .is_some_and(|at| root.contains(Some(&at)))
        });
        if !within {
            close(false);
        }
    });
    on_cleanup(move || outside.remove());
    let on_key = move |e: ev::KeyboardEvent| {
        if !open.get_untracked() {
            if e.key() == "ArrowDown" {
                e.prevent_default();
                open.set(true);
            }
            return;
        }
        match e.key().as_str() {
            "ArrowDown" => step(list, Step::Next),
            "ArrowUp" => step(list, Step::Previous),
            "Home" => step(list, Step::First),
            "End" => step(list, Step::Last),
            "Escape" => close(true),
            "Tab" if !group => return close(false),
            _ => return,
        }
        e.prevent_default();
        e.stop_propagation();
    };
    let children = StoredValue::new(children);
    let tip = label.clone();
    let list_id = id.clone();
    let bare = face.is_none();
    let list_name = untrack(|| label.get().to_string());
    view! {
        <div class=format!("menu {class}") node_ref=root on:keydown=on_key on:click=|e| e.stop_propagation()>
            <button type="button" node_ref=button class=button_class aria-haspopup=if group { "dialog" } else { "menu" } aria-expanded=move || open.get().to_string() aria-controls=list_id
                aria-label=move || bare.then(|| label.get().to_string()) title=move || bare.then(|| tip.get().to_string()) on:click=move |_| open.update(|o| *o = !*o)>
                {match face {
                    Some(face) => face.run(),
                    None => view! { <Icon name=icon/> }.into_any(),
                }}
            </button>
            <Show when=move || open.get()>
                <div class="menu-list" role=if group { "dialog" } else { "menu" } aria-label=list_name.clone() id=id.clone() node_ref=list data-pop="open">{
                    // Here, not in the component: beside another menu its items would close that one.
                    provide_context(context);
                    children.with_value(|children| children())
                }</div>
            </Show>
        </div>
    }
    .into_any()
}

/// An action of a menu.
#[component]
pub fn MenuItem(
    #[prop(into)] label: TextProp,
    #[prop(into)] on_click: Callback<()>,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional)] danger: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let close = use_context::<Close>();
    let pressed = move |_| {
        // The menu closes first, so that a dialog opened by the action returns the focus to the menu's button.
        if let Some(Close(close)) = close {
            close.run(());
        }
        on_click.run(());
    };
    view! {
        <button type="button" role="menuitem" tabindex="-1" class="menu-item" class:menu-danger=danger disabled=move || disabled.get() on:click=pressed>
            {icon.map(|icon| view! { <Icon name=icon/> })}<span>{move || label.get()}</span>
        </button>
    }
    .into_any()
}

enum Step {
    First,
    Last,
    Next,
    Previous,
}

/// Moves the focus among the list's usable children, round the ends.
fn step(list: NodeRef<html::Div>, step: Step) {
    let Some(list) = list.try_get_untracked().flatten() else {
        return;
    };
    let Ok(found) = list.query_selector_all("[role=menuitem]:not(:disabled), input:not(:disabled)") else {
        return;
    };
    let items: Vec<web_sys::HtmlElement> = (0..found.length())
        .filter_map(|i| found.item(i)?.dyn_into().ok())
        .collect();
    let at = document().active_element().and_then(|active| {
        items
            .iter()
            .position(|item| AsRef::<web_sys::Element>::as_ref(item) == &active)
    });
    let n = items.len();
    let to = match (step, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Previous, None) => n.saturating_sub(1),
        (Step::Next, Some(i)) => (i + 1) % n.max(1),
        (Step::Previous, Some(i)) => (i + n.saturating_sub(1)) % n.max(1),
    };
    if let Some(item) = items.get(to) {
        let _detached = item.focus();
    }
}
