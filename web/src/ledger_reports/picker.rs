//! Choosing several customers of many: the server searches, what is chosen stands as chips.

use crate::kernel::{api::use_api, i18n::t, load, query::debounced};
use crate::shell::use_place;
use crate::ui::{Icon, SearchInput};
use kept_shared::accounts::AccountFilter;
use kept_shared::ids::AccountId;
use kept_shared::ledger_reports::MAX_CHOSEN;
use leptos::prelude::*;

/// Customers by id and name, in the order they were chosen.
#[component]
pub fn CustomersPicker(chosen: RwSignal<Vec<(AccountId, String)>>) -> impl IntoView {
    let api = use_api();
    let place = use_place();
    let typed = RwSignal::new(String::new());
    let asked = debounced(typed, 150);
    let found = load(move || {
        let (q, community_id) = (asked.get(), place.community.get());
        async move {
            if q.trim().is_empty() {
                return Ok(vec![]);
            }
            let filter = AccountFilter {
                q: Some(q),
                community_id,
                limit: Some(20),
                ..AccountFilter::default()
            };
            api.accounts(filter).await.map(|page| page.items)
        }
    });
    let rest = move || {
        let taken = chosen.get();
        let mut all = found.get().unwrap_or_default();
        all.retain(|a| !taken.iter().any(|(id, _)| *id == a.id));
        all
    };
    let searching = move || asked.with(|q| !q.trim().is_empty());
    view! {
        <div class="ledger-pick">
            <div class="ledger-picked" aria-live="polite">
                <Show when=move || chosen.with(Vec::is_empty)><span class="soft">{t::ledger_reports::none_chosen}</span></Show>
                <For each=move || chosen.get() key=|c| c.0 let:one>
                    {
                        let (id, name) = one;
                        let label = t::ledger_reports::remove(&name);
                        view! { <span class="chip"><span>{name}</span><button type="button" aria-label=label on:click=move |_| chosen.update(|c| c.retain(|(other, _)| *other != id))><Icon name="x" size=12/></button></span> }
                    }
                </For>
            </div>
            <SearchInput label=t::ledger_reports::find value=typed placeholder=t::ledger_reports::find_hint/>
            <Show when=searching>
                <ul class="ledger-found" aria-label=t::ledger_reports::find>
                    {move || rest().into_iter().map(|a| {
                        let name = format!("{} ({})", a.name, a.reference);
                        let (id, label) = (a.id, t::ledger_reports::add(&name));
                        let add = move |_| chosen.update(|c| if c.len() < MAX_CHOSEN { c.push((id, name.clone())) });
                        view! { <li><button type="button" class="menu-item" aria-label=label on:click=add><b>{a.name}</b><small class="soft">{a.reference}{a.unit_label.map(|u| format!(" · {u}"))}</small></button></li> }
                    }).collect_view()}
                    <Show when=move || !found.busy.get() && rest().is_empty()><li class="soft pop-none">{t::ledger_reports::nobody_found}</li></Show>
                </ul>
            </Show>
        </div>
    }
    .into_any()
}
