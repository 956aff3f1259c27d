//! The top bar: community switcher, palette, own menu.

use super::community::CommunitySwitch;
use super::own_menu::OwnMenu;
use crate::kernel::{i18n::t, use_session};
use crate::ui::Icon;
use kept_shared::permission::Permission;
use leptos::prelude::*;

#[component]
pub fn Top() -> impl IntoView {
    let (session, palette) = (use_session(), super::use_palette());
    view! {
        <header class="top">
            <div class="top-place">
                <Show when=move || session.may(Permission::ViewCommunities)><CommunitySwitch/></Show>
            </div>
            <button type="button" class="omni" aria-keyshortcuts="Control+K" on:click=move |_| palette.show()>
                <Icon name="search"/><span>{move || if session.may(Permission::ViewAccounts) { t::shell::find() } else { t::shell::find_page() }}</span><kbd aria-hidden="true">"Ctrl K"</kbd>
            </button>
            <div class="row top-own"><crate::notifications::Bell/><OwnMenu/></div>
        </header>
    }
    .into_any()
}
