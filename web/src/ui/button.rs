//! Buttons. One primary button on a page or dialog, named for what it does.

use super::small::Icon;
use leptos::{ev, prelude::*, text_prop::TextProp};

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Plain,
    Primary,
    Danger,
    Ghost,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "btn",
            Self::Primary => "btn btn-primary",
            Self::Danger => "btn btn-danger",
            Self::Ghost => "btn btn-ghost",
        }
    }
}

/// A button with a word, optionally an icon. While `busy` it keeps the focus, shows a spinner and ignores presses.
#[component]
pub fn Button(
    #[prop(into)] label: TextProp,
    #[prop(into)] on_click: Callback<ev::MouseEvent>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    view! {
        <button type="button" class=format!("{} {class}", kind.class()) class:is-busy=move || busy.get() aria-busy=move || busy.get().then_some("true")
            disabled=move || disabled.get() && !busy.get() on:click=move |e| if !busy.get_untracked() { on_click.run(e) }>
            {face(label, icon, busy)}
        </button>
    }
    .into_any()
}

/// The button that sends the form around it.
#[component]
pub fn SubmitButton(
    #[prop(into)] label: TextProp,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(default = ButtonKind::Primary)] kind: ButtonKind,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    view! {
        <button type="submit" class=format!("{} {class}", kind.class()) class:is-busy=move || busy.get() aria-busy=move || busy.get().then_some("true")
            disabled=move || disabled.get() && !busy.get() on:click=move |e| if busy.get_untracked() { e.prevent_default() }>
            {face(label, icon, busy)}
        </button>
    }
    .into_any()
}

fn face(label: TextProp, icon: Option<&'static str>, busy: Signal<bool>) -> impl IntoView {
    view! {
        {move || match (busy.get(), icon) {
            (true, _) => Some(view! { <span class="spinner" aria-hidden="true"></span> }.into_any()),
            (false, Some(icon)) => Some(view! { <Icon name=icon/> }.into_any()),
            (false, None) => None,
        }}
        <span>{move || label.get()}</span>
    }
}

/// A square button with an icon only; the label is its name and its tooltip.
#[component]
pub fn IconButton(
    icon: &'static str,
    #[prop(into)] label: TextProp,
    #[prop(into)] on_click: Callback<ev::MouseEvent>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let tip = label.clone();
    view! {
        <button type="button" class=format!("btn btn-ghost btn-icon {class}") aria-label=move || label.get() title=move || tip.get()
            disabled=move || disabled.get() on:click=move |e| on_click.run(e)>
            <Icon name=icon/>
        </button>
    }
    .into_any()
}
