//! Finding one customer by typing: a search field over a short list of choices.

use crate::kernel::{api::use_api, i18n::t, load, query::debounced};
use crate::ui::{Button, TextInput};
use kept_shared::accounts::AccountFilter;
use kept_shared::ids::{AccountId, CommunityId};
use kept_shared::problem::Problem;
use leptos::{prelude::*, text_prop::TextProp};

#[component]
pub fn AccountPicker(
    #[prop(into)] label: TextProp,
    chosen: RwSignal<Option<(AccountId, String)>>,
    /// Only customers of this community.
    #[prop(into)]
    community: Signal<Option<CommunityId>>,
    #[prop(into)] problem: Signal<Option<Problem>>,
    pointer: &'static str,
) -> impl IntoView {
    let api = use_api();
    let typed = RwSignal::new(String::new());
    let asked = debounced(typed, 200);
    let found = load(move || {
        let (q, community_id) = (asked.get(), community.get());
        async move {
            if q.trim().is_empty() {
                return Ok(vec![]);
            }
            let filter = AccountFilter {
                q: Some(q),
                community_id,
                limit: Some(8),
                ..AccountFilter::default()
            };
            api.accounts(filter).await.map(|page| page.items)
        }
    });
    let nothing =
        move || asked.with(|q| !q.trim().is_empty()) && !found.busy.get() && found.get().is_some_and(|f| f.is_empty());
    let name = StoredValue::new(label);
    view! {
        <Show when=move || chosen.with(Option::is_none)
            fallback=move || view! {
                <div class="field"><span class="soft">{move || name.with_value(|n| n.get().to_string())}</span>
                    <p class="row accounts-chosen"><b>{move || chosen.get().map(|c| c.1)}</b>
                    <Button label=t::accounts::choose_other class="btn-sm" on_click=move |_| chosen.set(None)/></p></div>
            }>
            <TextInput label=name.get_value() value=typed hint=t::accounts::pick_hint required=true problem pointer=pointer kind="search" autofocus=true/>
            <ul class="accounts-picks" aria-live="polite">
                {move || found.get().unwrap_or_default().into_iter().map(|a| {
                    let text = format!("{} ({})", a.name, a.reference);
                    let (id, shown) = (a.id, text.clone());
                    view! { <li><button type="button" class="menu-item" on:click=move |_| chosen.set(Some((id, text.clone())))>
                        <b>{a.name}</b><small class="soft">{a.reference}{a.unit_label.map(|u| format!(" · {u}"))}</small><span class="sr">{t::accounts::choose(shown)}</span></button></li> }
                }).collect_view()}
                <Show when=nothing><li class="soft">{t::accounts::nobody_found}</li></Show>
            </ul>
        </Show>
    }
    .into_any()
}
