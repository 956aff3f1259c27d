//! What happened, newest first.

use super::small::Icon;
use leptos::prelude::*;

/// One event. `when` is for people, `iso` for machines.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineEntry {
    pub key: String,
    pub icon: &'static str,
    /// good info warn bad violet ink neutral
    pub tone: &'static str,
    pub title: String,
    pub when: String,
    pub iso: String,
    /// Text below the title; line breaks stay.
    pub text: Option<String>,
    pub by: Option<String>,
}

/// A list of events along a line.
#[component]
pub fn Timeline(#[prop(into)] entries: Signal<Vec<TimelineEntry>>) -> impl IntoView {
    view! {
        <ol class="timeline">
            <For each=move || entries.get() key=|entry| entry.key.clone() let:entry>
                <li>
                    <span class=format!("tl-icon tl-{}", entry.tone) aria-hidden="true"><Icon name=entry.icon size=14/></span>
                    <div>
                        <p class="tl-head"><b>{entry.title.clone()}</b><time datetime=entry.iso.clone()>{entry.when.clone()}</time></p>
                        {entry.text.clone().map(|text| view! { <p class="tl-body">{text}</p> })}
                        {entry.by.clone().map(|by| view! { <p class="by">{by}</p> })}
                    </div>
                </li>
            </For>
        </ol>
    }
    .into_any()
}
