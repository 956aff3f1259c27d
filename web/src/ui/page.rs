//! The head of a page, the way back, a form's sections, a wizard's steps.

use crate::kernel::i18n::t;
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::components::A;

/// Title, a line below it, and the page's actions on the right. Also names the browser's tab.
#[component]
pub fn PageHead(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] subtitle: Option<TextProp>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let tab = title.clone();
    Effect::new(move |_| document().set_title(&format!("{} · Kept", tab.get())));
    view! {
        <header class="page-head">
            <div><h1>{move || title.get()}</h1>{subtitle.map(|s| view! { <p>{move || s.get()}</p> })}</div>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </header>
    }
    .into_any()
}

/// The way back: pairs of address and word; the last is this page and no link.
#[component]
pub fn Breadcrumbs(trail: Vec<(String, TextProp)>, #[prop(into)] here: TextProp) -> impl IntoView {
    view! {
        <nav class="crumbs" aria-label=t::ui::trail>
            <ol>
                {trail.into_iter().map(|(href, word)| view! {
                    <li><A href=href>{move || word.get()}</A><super::Icon name="chevron-right" size=13/></li>
                }).collect_view()}
                <li><span aria-current="page" class="truncate">{move || here.get()}</span></li>
            </ol>
        </nav>
    }
    .into_any()
}

/// A part of a form page: what it is about on the left, its fields (`.form-grid`) on the right.
#[component]
pub fn Section(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: Option<TextProp>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="form-section">
            <header><h2>{move || title.get()}</h2>{text.map(|text| view! { <p>{move || text.get()}</p> })}</header>
            <div>{children()}</div>
        </section>
    }
    .into_any()
}

/// The steps of a wizard; `at` counts from 0.
#[component]
pub fn Stepper(steps: Vec<TextProp>, #[prop(into)] at: Signal<usize>) -> impl IntoView {
    view! {
        <ol class="stepper" aria-label=t::ui::steps>
            {steps.into_iter().enumerate().map(|(i, step)| view! {
                <li class:done=move || { i < at.get() } aria-current=move || (i == at.get()).then_some("step")>{move || step.get()}</li>
            }).collect_view()}
        </ol>
    }
    .into_any()
}
