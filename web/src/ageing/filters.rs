//! The filter above the grid. It writes into the list's filter, which is also the page's address.

use super::list::AgeList;
use crate::kernel::api::use_api;
use crate::kernel::i18n::t;
use crate::kernel::{load, use_session};
use crate::shell::use_place;
use crate::ui::{Button, ButtonKind, FilterMulti, FilterSelect, Icon, Pill, SearchInput, unique_id};
use kept_shared::age_analysis::{AgeFilter, Bucket, StatusChoice};
use kept_shared::permission::Permission;
use leptos::prelude::*;

/// Keeps a list of ids of the filter and the chosen texts of a multi-select in step.
fn choices<T: std::fmt::Display + std::str::FromStr + PartialEq + Clone + 'static>(
    list: AgeList,
    field: fn(&mut AgeFilter) -> &mut Vec<T>,
) -> RwSignal<Vec<String>> {
    let texts = move || {
        list.filter.with(|f| {
            field(&mut f.clone())
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        })
    };
    let chosen = RwSignal::new(untrack(texts));
    Effect::new(move |_| {
        let now = texts();
        if chosen.with_untracked(|c| *c != now) {
            chosen.set(now);
        }
    });
    Effect::new(move |_| {
        let wanted: Vec<T> = chosen.with(|c| c.iter().filter_map(|id| id.parse().ok()).collect());
        let differs = list.filter.with_untracked(|f| *field(&mut f.clone()) != wanted);
        if differs {
            list.filter.update(|f| *field(f) = wanted);
        }
    });
    chosen
}

/// The same day, order and columns without what narrows the rows.
fn bare(f: &AgeFilter) -> AgeFilter {
    AgeFilter {
        sort: f.sort,
        order: f.order,
        as_at: f.as_at,
        columns: f.columns.clone(),
        layout: f.layout,
        ..AgeFilter::default()
    }
}

/// A tick of the filter.
#[component]
fn Tick(list: AgeList, label: fn() -> &'static str, field: fn(&mut AgeFilter) -> &mut bool) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=move || list.filter.with(|f| *field(&mut f.clone()))
                on:change=move |e| { let on = event_target_checked(&e); list.filter.update(|f| *field(f) = on) }/>
            {move || label()}
        </label>
    }
}

/// Search, community, status, group, handover, zero and credit balances.
#[component]
pub fn AgeFilters(list: AgeList) -> impl IntoView {
    let (api, session, place) = (use_api(), use_session(), use_place());
    // A trustee has neither: nothing is asked for that would be refused.
    let (sees_statuses, sees_groups) = (
        session.may(Permission::ViewStatuses),
        session.may(Permission::ViewAccounts),
    );
    let statuses = load(move || async move {
        if sees_statuses {
            api.age_statuses().await.map(Some)
        } else {
            Ok(None)
        }
    });
    let groups = load(move || async move {
        if sees_groups {
            api.age_groups().await.map(Some)
        } else {
            Ok(None)
        }
    });
    let q = RwSignal::new(list.filter.with_untracked(|f| f.q.clone().unwrap_or_default()));
    Effect::new(move |_| {
        let text = q.get();
        let text = (!text.is_empty()).then_some(text);
        if list.filter.with_untracked(|f| f.q != text) {
            list.filter.update(|f| f.q = text);
        }
    });
    Effect::new(move |_| {
        let text = list.filter.with(|f| f.q.clone().unwrap_or_default());
        if q.with_untracked(|q| *q != text) {
            q.set(text);
        }
    });
    let status = choices(list, |f| &mut f.status);
    let status_options = Signal::derive(move || {
        let mut all = vec![(StatusChoice::None.to_string(), t::ageing::no_status().to_owned())];
        if let Some(Some(catalogue)) = statuses.get() {
            all.extend(
                catalogue
                    .groups
                    .into_iter()
                    .flat_map(|g| g.items)
                    .map(|s| (s.id.to_string(), s.title)),
            );
        }
        all
    });
    let group = choices(list, |f| &mut f.group);
    let group_options = Signal::derive(move || {
        groups
            .get()
            .flatten()
            .map(|p| {
                p.items
                    .into_iter()
                    .map(|g| (g.id.to_string(), g.name))
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    // The communities one may choose from stay the same while one of them is chosen.
    let known = RwSignal::new(Vec::<(String, String)>::new());
    Effect::new(move |_| {
        if let Some(summary) = list.summary.get() {
            let here: Vec<_> = summary
                .communities
                .iter()
                .map(|c| (c.id.to_string(), c.name.clone()))
                .collect();
            known.update(|known| {
                for c in here {
                    if !known.iter().any(|k| k.0 == c.0) {
                        known.push(c);
                    }
                }
            });
        }
    });
    let community = choices(list, |f| &mut f.community_id);
    // The switcher in the top bar leads; the filter may then take several.
    Effect::new(move |before: Option<()>| {
        let here = place.community.get();
        let first = before.is_none();
        list.filter.maybe_update(|f| {
            let wanted: Vec<_> = here.into_iter().collect();
            let change = if first {
                here.is_some() && f.community_id.is_empty()
            } else {
                f.community_id != wanted
            };
            if change {
                f.community_id = wanted;
            }
            change
        });
    });
    let handed = RwSignal::new(
        list.filter
            .with_untracked(|f| f.handed_over.map(|h| h.to_string()).unwrap_or_default()),
    );
    Effect::new(move |_| {
        let wanted = handed.with(|h| h.parse::<bool>().ok());
        if list.filter.with_untracked(|f| f.handed_over != wanted) {
            list.filter.update(|f| f.handed_over = wanted);
        }
    });
    Effect::new(move |_| {
        let text = list
            .filter
            .with(|f| f.handed_over.map(|h| h.to_string()).unwrap_or_default());
        if handed.with_untracked(|h| *h != text) {
            handed.set(text);
        }
    });
    let handed_options = Signal::derive(|| {
        vec![
            ("true".to_owned(), t::ageing::only_handed().to_owned()),
            ("false".to_owned(), t::ageing::not_handed().to_owned()),
        ]
    });
    let is_narrowed = move || list.filter.with(|f| *f != bare(f));
    let clear = move |_| list.filter.update(|f| *f = bare(f));
    // On a phone the choices wait behind a button that says how many are made.
    let (open, id) = (RwSignal::new(false), unique_id("filters"));
    let made = move || {
        list.filter.with(|f| {
            let lists = [!f.community_id.is_empty(), !f.status.is_empty(), !f.group.is_empty()];
            let ticks = [f.handed_over.is_some(), f.hide_zero, f.hide_credit];
            lists.into_iter().chain(ticks).filter(|made| *made).count()
        })
    };
    let controls = id.clone();
    view! {
        <div class="toolbar" role="search">
            <div class="grow"><SearchInput label=t::ageing::search value=q placeholder=if sees_groups { t::ageing::search_hint } else { t::ageing::search_hint_masked } slash=true/></div>
            <button type="button" class="btn toolbar-toggle" aria-expanded=move || open.get().to_string() aria-controls=controls on:click=move |_| open.update(|o| *o = !*o)>
                <Icon name="sliders-horizontal"/><span>{move || match made() { 0 => t::ageing::filters().to_owned(), n => t::ageing::filters_n(n) }}</span>
            </button>
            <div class="toolbar-more" class:is-open=move || open.get() id=id>
            <Show when=move || known.with(|k| k.len() > 1)>
                <FilterMulti label=t::ageing::communities options=known chosen=community/>
            </Show>
            <Show when=move || sees_statuses><FilterMulti label=t::ageing::statuses options=status_options chosen=status/></Show>
            <Show when=move || group_options.with(|g| !g.is_empty())>
                <FilterMulti label=t::ageing::groups options=group_options chosen=group/>
            </Show>
            <Show when=move || !session.is_attorney()>
                <FilterSelect label=t::ageing::handover value=handed options=handed_options empty=t::ageing::handed_or_not/>
            </Show>
            <Tick list label=t::ageing::hide_zero field=|f| &mut f.hide_zero/>
            <Tick list label=t::ageing::hide_credit field=|f| &mut f.hide_credit/>
            </div>
            // Where the first page's figure leads: every age that is past due.
            <Show when=move || list.filter.with(|f| f.bucket == Bucket::OVERDUE)><Pill tone="bad" label=t::dashboard::in_arrears/></Show>
            <Show when=is_narrowed><Button label=t::common::clear kind=ButtonKind::Ghost icon="x" on_click=clear/></Show>
        </div>
    }
    .into_any()
}

/// The day of the balances; today is what no date means, so that the same address shows tomorrow tomorrow.
#[component]
pub fn AsAt(list: AgeList) -> impl IntoView {
    let today = move || list.summary.get().map(|s| s.today.to_string());
    let as_at = move || {
        list.filter
            .with(|f| f.as_at.map(|d| d.to_string()))
            .or_else(today)
            .unwrap_or_default()
    };
    view! {
        <label class="ageing-date"><span>{t::ageing::as_at}</span>
            <input type="date" prop:value=as_at max=today on:change=move |e| {
                let date = event_target_value(&e).parse().ok();
                // A day to come has no balances yet.
                let date = date.filter(|d: &chrono::NaiveDate| today().is_none_or(|today| d.to_string() < today));
                list.filter.update(|f| f.as_at = date);
            }/>
        </label>
    }
    .into_any()
}
