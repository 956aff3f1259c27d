//! Marks: icon, pill, badge, avatar, key cap, progress.

use crate::icons;
use leptos::{prelude::*, text_prop::TextProp};

/// An inline Lucide icon. Decorative: the control around it carries the words.
#[component]
pub fn Icon(#[prop(into)] name: Signal<&'static str>, #[prop(default = 16)] size: u32) -> impl IntoView {
    view! {
        <svg class="icon" width=size height=size viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" inner_html=move || icons::path(name.get())></svg> // our own drawings: nosemgrep: inner-html
    }
}

/// Status label: colour, a dot and the word, never colour alone. Tones: good info warn bad violet ink neutral.
#[component]
pub fn Pill(#[prop(into)] tone: Signal<&'static str>, #[prop(into)] label: TextProp) -> impl IntoView {
    view! { <span class=move || format!("pill pill-{}", tone.get())>{move || label.get()}</span> }
}

/// A count beside a word; nothing at zero. `label` says to a screen reader what is counted.
#[component]
pub fn Badge(
    #[prop(into)] count: Signal<usize>,
    #[prop(optional, into)] label: TextProp,
    #[prop(optional)] kind: &'static str,
) -> impl IntoView {
    let text = move || count.with(|n| if *n > 999 { "999+".to_owned() } else { n.to_string() });
    view! {
        <Show when=move || count.with(|n| *n > 0)>
            <span class=format!("badge {kind}")>{text}<span class="sr">" "{let label = label.clone(); move || label.get()}</span></span>
        </Show>
    }
    .into_any()
}

/// A person's initials in a disc. Decorative: the name stands beside it.
#[component]
pub fn Avatar(#[prop(into)] name: Signal<String>, #[prop(optional)] class: &'static str) -> impl IntoView {
    let initials = move || {
        name.with(|name| {
            let mut words = name.split_whitespace();
            let first = words.next().and_then(|w| w.chars().next());
            let last = words.next_back().and_then(|w| w.chars().next());
            first
                .into_iter()
                .chain(last)
                .flat_map(char::to_uppercase)
                .collect::<String>()
        })
    };
    view! { <span class=format!("avatar {class}") aria-hidden="true">{initials}</span> }
}

/// A key cap. Hidden from screen readers, which announce shortcuts their own way.
#[component]
pub fn Kbd(#[prop(into)] key: String) -> impl IntoView {
    view! { <kbd aria-hidden="true">{key}</kbd> }
}

/// A bar of progress; `done` is 0 to 100, or `None` when nobody knows how long it takes.
#[component]
pub fn Progress(
    #[prop(into)] done: Signal<Option<u8>>,
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] detail: TextProp,
) -> impl IntoView {
    let name = label.clone();
    view! {
        <div class="progress">
            <p><span>{move || label.get()}</span><span>{move || detail.get()}</span></p>
            <span class="meter big" class:unknown=move || done.with(Option::is_none) role="progressbar" aria-label=move || name.get()
                aria-valuemin="0" aria-valuemax="100" aria-valuenow=move || done.get().map(|d| d.to_string())>
                <i style:width=move || done.get().map(|d| format!("{d}%"))></i>
            </span>
        </div>
    }
    .into_any()
}
