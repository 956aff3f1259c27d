//! The frame around every page: side bar, top bar, the cards of open customers, command palette.

mod auth;
mod community;
mod own_menu;
mod palette;
mod place;
mod side;
mod top;

pub use auth::AuthLayout;
pub use own_menu::type_name;
pub use palette::use_palette;
pub use place::{Place, use_place};

use crate::kernel::i18n::t;
use leptos::{ev, prelude::*};
use leptos_router::components::A;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let palette = palette::PaletteState::provide();
    crate::cards::Cards::provide();
    crate::notifications::LookedAt::provide();
    let keys = window_event_listener(ev::keydown, move |e| {
        if (e.ctrl_key() || e.meta_key()) && e.key().eq_ignore_ascii_case("k") {
            e.prevent_default();
            palette.toggle();
        }
    });
    on_cleanup(move || keys.remove());
    // A new page is read from its start, by eye and by screen reader.
    let at = use_location();
    Effect::new(move |before: Option<String>| {
        let now = at.pathname.get();
        if before.is_some_and(|b| b != now) {
            to_main();
        }
        now
    });
    view! {
        <a class="skip" href="#main" on:click=|e| { e.prevent_default(); to_main(); }>{t::shell::skip}</a>
        <div class="shell">
            <side::Side/>
            <div class="main">
                <top::Top/>
                <crate::cards::Strip/>
                <main id="main" tabindex="-1">{children()}</main>
            </div>
        </div>
        <palette::Palette/>
    }
    .into_any()
}

fn to_main() {
    let main = document()
        .get_element_by_id("main")
        .and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(main) = main {
        main.set_scroll_top(0);
        let _not_focusable = main.focus();
    }
}

/// The product's mark.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="brand-mark" width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
            <rect class="mark-ground" width="32" height="32" rx="8"></rect>
            <path class="mark-letter" d="M10 8h3.6v6.9L19.4 8h4.4l-6.3 7.3L24.2 24h-4.4l-4.7-6.3-1.5 1.7V24H10z"></path>
        </svg>
    }
}

#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <div class="page">
            <div class="empty">
                <span class="empty-mark"><crate::ui::Icon name="search" size=20/></span>
                <h1>{t::problems::not_found_heading}</h1>
                <p>{t::problems::not_found_text}</p>
                <p class="row"><A href="/" attr:class="btn">{t::problems::back_home}</A></p>
            </div>
        </div>
    }
    .into_any()
}
