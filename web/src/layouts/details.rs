//! The grid, and the way into its editor. The layout that was seen last is shown at once, so that all widgets ask for what
//! they show together with the layout itself, in one round.

use super::editor::Editor;
use super::widgets::{Ctx, widget};
use crate::kernel::{Load, api::use_api, i18n::t, load, prefs, use_session};
use crate::metadata::{MoreInfoButton, MoreInfoDrawer};
use crate::ui::Button;
use kept_shared::accounts::Account;
use kept_shared::ids::AccountId;
use kept_shared::layouts::{Layout, Predefined, Widget, known, shipped};
use kept_shared::metadata::MoreInfo;
use kept_shared::money::Currency;
use kept_shared::permission::UserType;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use wasm_bindgen::JsCast;

/// Where a customer's layout is edited: for links and menus of the page.
pub fn edit_layout(account: AccountId) -> String {
    format!("/accounts/{account}?tab=details&layout=edit")
}

/// Under which name the layout seen last is kept in this browser.
fn place() -> Option<String> {
    Some(format!("layout.{}", use_session().me()?.id))
}

fn remembered() -> Vec<Widget> {
    let seen = place().and_then(|place| prefs::stored(&place));
    let seen = seen.and_then(|text| serde_json::from_str(&text).ok()).map(known);
    seen.unwrap_or_else(|| shipped(use_session().me().map_or(UserType::Business, |me| me.user_type)))
}

fn remember(layout: &Layout) {
    if let (Some(place), Ok(text)) = (place(), serde_json::to_string(&layout.widgets)) {
        prefs::store(&place, &text);
    }
}

#[component]
pub fn Details(account: Load<Account>, id: AccountId) -> impl IntoView {
    let api = use_api();
    let layout = load(move || async move { api.layout().await });
    let shown = RwSignal::new(untrack(remembered));
    Effect::new(move |_| {
        layout.value.with(|now| {
            let Some(now) = now else { return };
            remember(now);
            if shown.with_untracked(|shown| *shown != now.widgets) {
                shown.set(now.widgets.clone());
            }
        });
    });
    let more_open = RwSignal::new(false);
    // Asked once for all that shows something of it.
    let wanted = Memo::new(move |_| {
        more_open.get()
            || shown.with(|all| {
                all.iter()
                    .any(|w| w.is_custom() || w.predefined() == Some(Predefined::MoreInfo))
            })
    });
    let more = load(move || {
        let wanted = wanted.get();
        async move {
            if wanted {
                api.more_info(id).await
            } else {
                Ok(MoreInfo { groups: vec![] })
            }
        }
    });
    let ctx = Ctx {
        account,
        id,
        more,
        more_open,
    };
    let query = use_query_map();
    let editing = Memo::new(move |_| query.with(|q| q.get("layout").is_some_and(|l| l == "edit")));
    let navigate = StoredValue::new_local(use_navigate());
    let go = Callback::new(move |edit: bool| {
        let to = if edit {
            edit_layout(id)
        } else {
            format!("/accounts/{id}?tab=details")
        };
        let options = NavigateOptions {
            replace: !edit,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate.with_value(|navigate| navigate(&to, options));
        // The button that was pressed goes: the focus is on what stands in its place.
        let place = if edit {
            ".layouts-edit-bar button"
        } else {
            ".layouts-bar .layouts-open"
        };
        request_animation_frame(move || {
            let button = document().query_selector(place).ok().flatten();
            if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _detached = button.focus();
            }
        });
    });
    let currency = Signal::derive(move || {
        account
            .value
            .with(|a| a.as_ref().map_or(Currency::Zar, |a| a.community.currency))
    });
    view! {
        <Show when=move || editing.get() fallback=move || view! {
            <div class="row layouts-bar">
                <span class="row push">
                    <MoreInfoButton open=more_open/>
                    <Button label=t::layouts::edit icon="layout-dashboard" class="layouts-open" on_click=move |_| go.run(true)/>
                </span>
            </div>
            <Widgets ctx shown/>
        }>
            <Editor layout on_done=Callback::new(move |()| go.run(false))/>
        </Show>
        <MoreInfoDrawer open=more_open more currency/>
    }
    .into_any()
}

/// Each is drawn anew only when it is another one, or of another width.
#[component]
fn Widgets(ctx: Ctx, shown: RwSignal<Vec<Widget>>) -> impl IntoView {
    view! {
        <div class="widgets layouts-grid">
            <For each=move || shown.get() key=|w| format!("{w:?}") let:w>
                <div class=format!("layouts-widget w-{}", w.width.columns()) data-widget=w.widget.clone()>{widget(ctx, &w)}</div>
            </For>
        </div>
    }
    .into_any()
}
