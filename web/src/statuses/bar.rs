//! The bar above the grid: status, attorney, note, end date, and the way to the look before (spec H03, H04, H06, H07).

use super::api::Wish;
use super::form::kind_words;
use super::preflight::Preflight;
use crate::kernel::{Load, api::use_api, i18n::t, load, use_session};
use crate::ui::{Button, ButtonKind, Icon};
use kept_shared::{
    age_analysis::AgeFilter,
    handovers::Attorney,
    ids::{CommunityId, StatusId, UserId},
    permission::Permission,
    statuses::*,
};
use leptos::prelude::*;
use leptos_router::components::A;

/// What is ticked in the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Selected {
    /// The ticked customers, in the order of the grid, or the whole filter.
    pub selection: Selection<AgeFilter>,
    /// How many customers that is.
    pub count: usize,
    /// Communities of the ticked rows: the attorney must reach all of them.
    pub communities: Vec<CommunityId>,
}

/// `end:debt` and the like stand in the list beside status ids.
fn parse(choice: &str) -> (Option<StatusId>, Option<Slot>) {
    match choice.strip_prefix("end:") {
        Some(slot) => (None, slot.parse().ok()),
        None => (choice.parse().ok(), None),
    }
}

/// The bar. `on_applied` is called after a batch, so that the grid reads its rows again; `on_clear` empties the ticks.
#[component]
pub fn StatusBar(
    #[prop(into)] selected: Signal<Selected>,
    on_applied: Callback<()>,
    on_clear: Callback<()>,
) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let choice = RwSignal::new(String::new());
    let attorney = RwSignal::new(String::new());
    let note = RwSignal::new(String::new());
    let until = RwSignal::new(String::new());
    let looking = RwSignal::new(false);
    let applicable = StatusFilter {
        applicable: true,
        inactive: false,
    };
    let catalogue = load(move || {
        let applicable = applicable.clone();
        async move { api.statuses(&applicable).await }
    });
    let status = Memo::new(move |_| {
        let (id, _) = parse(&choice.get());
        let id = id?;
        catalogue
            .get()?
            .groups
            .into_iter()
            .flat_map(|g| g.items)
            .find(|s| s.id == id)
    });
    let hands_over = move || status.with(|s| s.as_ref().is_some_and(|s| s.is_handover));
    let communities = Memo::new(move |_| selected.with(|s| s.communities.clone()));
    let attorneys: Load<Vec<Attorney>> = load(move || {
        let wanted = (hands_over() && session.may(Permission::CreateHandovers)).then(|| communities.get());
        async move {
            match wanted {
                Some(communities) => api.attorneys(communities).await,
                None => Ok(vec![]),
            }
        }
    });
    let missing = move || {
        if selected.with(|s| s.count == 0) {
            Some(t::statuses::missing_customers())
        } else if choice.with(String::is_empty) {
            Some(t::statuses::missing_status())
        } else if hands_over() && attorney.with(String::is_empty) {
            Some(t::statuses::missing_attorney())
        } else {
            None
        }
    };
    let wish = move || {
        let (status_id, end_slot) = parse(&choice.get_untracked());
        Wish {
            selection: selected.get_untracked().selection,
            status_id,
            end_slot,
            attorney_id: attorney
                .get_untracked()
                .parse::<UserId>()
                .ok()
                .filter(|_| status.with_untracked(|s| s.as_ref().is_some_and(|s| s.is_handover))),
            note: Some(note.get_untracked().trim().to_owned()).filter(|n| !n.is_empty()),
            until: until.get_untracked().parse().ok().filter(|_| end_slot.is_none()),
            confirmed: vec![],
        }
    };
    let done = Callback::new(move |()| {
        choice.set(String::new());
        attorney.set(String::new());
        note.set(String::new());
        until.set(String::new());
        on_applied.run(());
    });
    let title = Signal::derive(move || match status.get() {
        Some(status) => t::statuses::preview_title(&status.title),
        None => t::statuses::preview_end_title().to_owned(),
    });
    let attorney_name = Signal::derive(move || {
        let id = attorney.get();
        attorneys
            .get()
            .unwrap_or_default()
            .into_iter()
            .find(|a| a.id.to_string() == id)
            .map(|a| a.name)
    });
    view! {
        <section class="statuses-bar card" aria-label=t::statuses::apply_title>
            <p class="statuses-count" role="status">
                <Icon name="list-checks"/>
                <b>{move || selected.with(|s| match (s.count, &s.selection) {
                    (0, _) => t::statuses::none_selected().to_owned(),
                    (n, Selection::Filter { .. }) => t::statuses::selected_all(crate::kernel::format::count(n)),
                    (n, Selection::Accounts { .. }) => t::statuses::selected(n),
                })}</b>
                <Show when=move || selected.with(|s| s.count > 0)>
                    <button type="button" class="btn btn-link" on:click=move |_| on_clear.run(())>{t::statuses::clear}</button>
                </Show>
            </p>
            <div class="statuses-fields">
                <label class="field">
                    <span class="label">{t::statuses::status}</span>
                    <select on:change=move |e| { choice.set(event_target_value(&e)); attorney.set(String::new()); }>
                        <option value="" prop:selected=move || choice.with(String::is_empty)>{t::statuses::choose_status}</option>
                        {move || catalogue.get().map(|all| all.groups.into_iter().map(|group| view! {
                            <optgroup label=kind_words(group.kind)>
                                {group.items.into_iter().map(|s| {
                                    let id = s.id.to_string();
                                    let own = id.clone();
                                    view! { <option value=id prop:selected=move || choice.with(|c| *c == own)>{format!("{} · {}", s.code, s.title)}</option> }
                                }).collect_view()}
                            </optgroup>
                        }).collect_view())}
                        <Show when=move || !session.is_attorney()>
                            <optgroup label=t::statuses::end_status()>
                                <option value="end:debt" prop:selected=move || choice.with(|c| c == "end:debt")>{t::statuses::end_debt}</option>
                                <option value="end:notice" prop:selected=move || choice.with(|c| c == "end:notice")>{t::statuses::end_notice}</option>
                                <option value="end:interest" prop:selected=move || choice.with(|c| c == "end:interest")>{t::statuses::end_interest}</option>
                            </optgroup>
                        </Show>
                    </select>
                </label>
                <Show when=hands_over>
                    <label class="field">
                        <span class="label">{t::statuses::attorney}" "<span class="req" aria-hidden="true">"*"</span></span>
                        <select aria-required="true" on:change=move |e| attorney.set(event_target_value(&e))>
                            <option value="" prop:selected=move || attorney.with(String::is_empty)>{t::statuses::choose_attorney}</option>
                            {move || attorneys.get().unwrap_or_default().into_iter().map(|a| {
                                let id = a.id.to_string();
                                let own = id.clone();
                                let name = a.firm.map_or_else(|| a.name.clone(), |firm| format!("{} · {firm}", a.name));
                                view! { <option value=id prop:selected=move || attorney.with(|c| *c == own)>{t::statuses::open_matters(name, a.open_matters)}</option> }
                            }).collect_view()}
                        </select>
                        <Show when=move || attorneys.get().is_some_and(|a| a.is_empty()) && !attorneys.busy.get()>
                            <span class="field-msg statuses-none">
                                <span>{t::statuses::attorneys_none}" "
                                    <Show when=move || session.may(Permission::CreateUsers)><A href="/users/new">{t::statuses::add_attorney}</A></Show></span>
                            </span>
                        </Show>
                    </label>
                </Show>
                <label class="field statuses-note">
                    <span class="label">{move || if selected.with(|s| s.count == 1) { t::statuses::note_one() } else { t::statuses::note() }}</span>
                    <input type="text" maxlength=MAX_NOTE placeholder=t::statuses::note_hint bind:value=note/>
                </label>
                <Show when=move || !hands_over() && status.with(Option::is_some)>
                    <label class="field"><span class="label">{t::statuses::until}</span><input type="date" bind:value=until/></label>
                </Show>
                <Button label=t::statuses::review kind=ButtonKind::Primary icon="check" disabled=Signal::derive(move || missing().is_some()) on_click=move |_| looking.set(true)/>
            </div>
            <Show when=move || missing().is_some() && (selected.with(|s| s.count > 0) || choice.with(|c| !c.is_empty()))>
                <p class="soft" role="status">{missing}</p>
            </Show>
            <Preflight open=looking title wish=Callback::new(move |()| wish()) attorney=attorney_name on_applied=done/>
        </section>
    }
    .into_any()
}
