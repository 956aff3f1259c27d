//! The frame around every page: side bar, top bar, command palette.

mod palette;
mod place;
mod side;
mod top;

pub use place::{Place, use_place};

use crate::kernel::i18n::t;
use leptos::{ev, prelude::*};
use leptos_router::components::A;

#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let palette = RwSignal::new(false);
    let keys = window_event_listener(ev::keydown, move |e| {
        if (e.ctrl_key() || e.meta_key()) && e.key().eq_ignore_ascii_case("k") {
            e.prevent_default();
            palette.update(|open| *open = !*open);
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <a class="skip" href="#main">{t::shell::skip}</a>
        <div class="shell">
            <side::Side/>
            <div class="main">
                <top::Top palette/>
                <main id="main" tabindex="-1">{children()}</main>
            </div>
        </div>
        <palette::Palette open=palette/>
    }
    .into_any()
}

/// The product's mark.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" fill="#2f62ee"></rect>
            <path d="M10 8h3.6v6.9L19.4 8h4.4l-6.3 7.3L24.2 24h-4.4l-4.7-6.3-1.5 1.7V24H10z" fill="#fff"></path>
        </svg>
    }
}

#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <div class="page">
            <div class="empty">
                <h1>{t::problems::not_found_heading}</h1>
                <p>{t::problems::not_found_text}</p>
                <p><A href="/">{t::problems::back_home}</A></p>
            </div>
        </div>
    }
    .into_any()
}
