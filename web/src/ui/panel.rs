//! Panels: a card with a head, a callout.

use super::small::Icon;
use leptos::{prelude::*, text_prop::TextProp};

/// A card with a heading and, on its right, actions.
#[component]
pub fn Card(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] subtitle: Option<TextProp>,
    #[prop(optional, into)] actions: ViewFn,
    /// No padding: for a table or a list that fills the card.
    #[prop(optional)]
    flush: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            <header class="card-head">
                <div><h2>{move || title.get()}</h2>{subtitle.map(|s| view! { <p>{move || s.get()}</p> })}</div>
                <div class="row">{actions.run()}</div>
            </header>
            <div class=if flush { "card-flush" } else { "card-body" }>{children()}</div>
        </section>
    }
    .into_any()
}

/// A note inside a page. Tones: info good warn bad neutral. A bad one is announced at once.
#[component]
pub fn Callout(
    #[prop(default = "info")] tone: &'static str,
    #[prop(optional, into)] title: Option<TextProp>,
    children: Children,
) -> impl IntoView {
    let icon = match tone {
        "good" => "circle-check",
        "warn" => "triangle-alert",
        "bad" => "circle-alert",
        _ => "info",
    };
    view! {
        <div class=format!("callout callout-{tone}") role=if tone == "bad" { "alert" } else { "note" }>
            <Icon name=icon/>
            <div>{title.map(|title| view! { <b>{move || title.get()}</b> })}{children()}</div>
        </div>
    }
    .into_any()
}
