//! The top bar: community switcher, palette, own menu.

use super::community::CommunitySwitch;
use super::own_menu::OwnMenu;
use crate::kernel::{i18n::t, use_session};
use crate::ui::Icon;
use kept_shared::permission::Permission;
use leptos::prelude::*;

#[component]
pub fn Top(palette: RwSignal<bool>) -> impl IntoView {
    let session = use_session();
    view! {
        <header class="top">
            <div class="top-place">
                <Show when=move || session.may(Permission::ViewCommunities)><CommunitySwitch/></Show>
            </div>
            <button type="button" class="omni" aria-keyshortcuts="Control+K" on:click=move |_| palette.set(true)>
                <Icon name="search"/><span>{t::shell::find}</span><kbd aria-hidden="true">"Ctrl K"</kbd>
            </button>
            <div class="row top-own"><crate::notifications::Bell/><OwnMenu/></div>
        </header>
    }
    .into_any()
}
