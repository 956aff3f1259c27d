//! Customer status management (agents) and Apply status (attorneys): the age analysis with tick boxes, the bar above
//! it, and the notes beside it (spec H01, H02, H08, F06).

use super::bar::{Selected, StatusBar};
use super::grid::Rows;
use crate::kernel::{Load, api::use_api, format, i18n::t, load, use_session};
use crate::notes::NotesDrawer;
use crate::shell::use_place;
use crate::ui::{
    Button, ButtonKind, Checkbox, Empty, Loading, NoPermission, PageHead, ProblemPanel, SearchInput, use_toasts,
};
use kept_shared::{
    age_analysis::{AgeFilter, AgeRow, AgeSort, AgeSummary, StatusChoice},
    ids::AccountId,
    page::Page,
    permission::Permission,
    statuses::StatusFilter,
};
use leptos::prelude::*;
use leptos_router::hooks::query_signal;
use std::collections::{BTreeSet, HashSet};

/// Rows read at a time.
const PAGE: u32 = 100;

/// The ticks: single rows, or the whole filter with exceptions.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ticks {
    pub all: bool,
    /// Ticked rows, or the exceptions when `all`.
    pub ids: HashSet<AccountId>,
}

impl Ticks {
    pub fn has(&self, id: AccountId) -> bool {
        self.all != self.ids.contains(&id)
    }
    pub fn set(&mut self, id: AccountId, on: bool) {
        if on == self.all {
            self.ids.remove(&id);
        } else {
            self.ids.insert(id);
        }
    }
}

#[component]
pub fn ApplyStatusPage() -> impl IntoView {
    let session = use_session();
    let may = move || session.may(Permission::ApplyStatuses) && session.may(Permission::ViewAgeAnalysis);
    view! { <Show when=may fallback=|| view! { <div class="page"><NoPermission/></div> }><Page_/></Show> }.into_any()
}

#[component]
fn Page_() -> impl IntoView {
    let (api, session, place, toasts) = (use_api(), use_session(), use_place(), use_toasts());
    let (q, set_q) = query_signal::<String>("q");
    let (status, set_status) = query_signal::<String>("status");
    let typed = RwSignal::new(q.get_untracked().unwrap_or_default());
    Effect::new(move |before: Option<()>| {
        let text = typed.get();
        if before.is_some() {
            set_q.set(Some(text).filter(|t| !t.is_empty()));
        }
    });
    let (hide_zero, hide_credit) = (RwSignal::new(false), RwSignal::new(false));
    let filter = Memo::new(move |_| AgeFilter {
        community_id: place.community.get().into_iter().collect(),
        status: status
            .get()
            .and_then(|s| s.parse::<StatusChoice>().ok())
            .into_iter()
            .collect(),
        hide_zero: hide_zero.get(),
        hide_credit: hide_credit.get(),
        q: q.get(),
        sort: Some(AgeSort::Total),
        ..AgeFilter::default()
    });
    let rows = RwSignal::new(Vec::<AgeRow>::new());
    let next = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let ticks = RwSignal::new(Ticks::default());
    let noted = RwSignal::new(None::<(AccountId, String)>);
    let first: Load<Page<AgeRow>> = load(move || {
        let filter = AgeFilter {
            limit: Some(PAGE),
            ..filter.get()
        };
        async move { api.list("/age-analysis", &filter).await }
    });
    let summary: Load<AgeSummary> = load(move || {
        let filter = filter.get();
        async move { api.list("/age-analysis/summary", &filter).await }
    });
    Effect::new(move |_| {
        if let Some(page) = first.get() {
            rows.set(page.items);
            next.set(page.next_cursor);
        }
    });
    // Another filter means other rows: nothing stays ticked out of sight.
    Effect::new(move |_| {
        filter.track();
        ticks.set(Ticks::default());
    });
    let more = Callback::new(move |()| {
        let filter = AgeFilter {
            limit: Some(PAGE),
            cursor: next.get_untracked(),
            ..filter.get_untracked()
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api.list::<Page<AgeRow>>("/age-analysis", &filter).await {
                Ok(page) => {
                    let _gone = rows.try_update(|all| all.extend(page.items));
                    let _gone = next.try_set(page.next_cursor);
                }
                Err(problem) => toasts.bad(crate::kernel::i18n::problem_text(&problem)),
            }
            let _gone = busy.try_set(false);
        });
    });
    let total = move || summary.get().map(|s| usize::try_from(s.accounts).unwrap_or(usize::MAX));
    let selected = Memo::new(move |_| {
        let ticks = ticks.get();
        let shown = rows.get();
        let communities: BTreeSet<_> = shown
            .iter()
            .filter(|r| ticks.has(r.id))
            .map(|r| r.community_id)
            .collect();
        if ticks.all {
            Selected {
                ids: vec![],
                filter: Some(filter.get()),
                except: ticks.ids.iter().copied().collect(),
                count: total().unwrap_or(shown.len()).saturating_sub(ticks.ids.len()),
                communities: communities.into_iter().collect(),
            }
        } else {
            let ids: Vec<AccountId> = shown.iter().filter(|r| ticks.has(r.id)).map(|r| r.id).collect();
            Selected {
                count: ids.len(),
                ids,
                filter: None,
                except: vec![],
                communities: communities.into_iter().collect(),
            }
        }
    });
    let clear = Callback::new(move |()| ticks.set(Ticks::default()));
    let applied = Callback::new(move |()| {
        ticks.set(Ticks::default());
        first.reload();
        summary.reload();
    });
    let narrowed = move || q.get().is_some() || status.get().is_some() || hide_zero.get() || hide_credit.get();
    let reset = move || {
        typed.set(String::new());
        set_status.set(None);
        hide_zero.set(false);
        hide_credit.set(false);
    };
    let title = if session.is_attorney() {
        t::statuses::apply_title
    } else {
        t::statuses::manage_title
    };
    view! {
        <div class="page">
            <PageHead title subtitle=t::statuses::manage_text/>
            <StatusBar selected=selected on_applied=applied on_clear=clear/>
            <div class="toolbar">
                <SearchInput label=t::statuses::search value=typed slash=true/>
                <DebtStatusSelect chosen=status set_chosen=set_status/>
                <Checkbox label=t::statuses::hide_zero checked=hide_zero/>
                <Checkbox label=t::statuses::hide_credit checked=hide_credit/>
                <Show when=narrowed><Button label=t::statuses::clear_filter kind=ButtonKind::Ghost on_click=move |_| reset()/></Show>
            </div>
            <div class="statuses-split" class:has-notes=move || noted.with(Option::is_some)>
                <div class="statuses-rows">
                    {move || match (first.problem.get(), first.get()) {
                        (Some(problem), _) => view! { <ProblemPanel problem retry=Callback::new(move |()| first.reload())/> }.into_any(),
                        (None, None) => view! { <Loading rows=12/> }.into_any(),
                        (None, Some(_)) if rows.with(Vec::is_empty) => view! {
                            <Empty title=t::statuses::empty_title text=t::statuses::empty_text icon="users">
                                <Show when=narrowed><Button label=t::statuses::clear_filter on_click=move |_| reset()/></Show>
                            </Empty>
                        }.into_any(),
                        (None, Some(_)) => view! { <Rows rows ticks noted/> }.into_any(),
                    }}
                    <Show when=move || rows.with(|r| !r.is_empty())>
                        <div class="table-foot">
                            <span>{move || t::statuses::shown(format::count(rows.with(Vec::len)), total().map(format::count).unwrap_or_default())}</span>
                            <span class="row">
                                <Show when=move || !ticks.with(|t| t.all) && total().is_some_and(|n| n > rows.with(Vec::len))>
                                    <Button label=Signal::derive(move || t::statuses::select_all(total().map(format::count).unwrap_or_default())) kind=ButtonKind::Ghost
                                        on_click=move |_| ticks.set(Ticks { all: true, ids: HashSet::new() })/>
                                </Show>
                                <Show when=move || next.with(Option::is_some)><Button label=t::common::show_more busy on_click=move |_| more.run(())/></Show>
                            </span>
                        </div>
                    </Show>
                </div>
                {move || noted.get().map(|(id, name)| view! {
                    <NotesDrawer account=Signal::stored(id) name=Signal::stored(name) on_close=move |()| noted.set(None)
                        on_change=Callback::new(move |()| rows.update(|all| if let Some(row) = all.iter_mut().find(|r| r.id == id) { row.unread = false; }))/>
                })}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn DebtStatusSelect(chosen: Memo<Option<String>>, set_chosen: SignalSetter<Option<String>>) -> impl IntoView {
    let api = use_api();
    let catalogue = load(move || async move { api.statuses(&StatusFilter::default()).await });
    view! {
        <label class="select-wrap">
            <span class="sr">{t::statuses::debt_status}</span>
            <select on:change=move |e| set_chosen.set(Some(event_target_value(&e)).filter(|v| !v.is_empty()))>
                <option value="" prop:selected=move || chosen.get().is_none()>{t::statuses::any_status}</option>
                <option value="none" prop:selected=move || chosen.get().as_deref() == Some("none")>{t::statuses::no_status}</option>
                {move || catalogue.get().map(|all| all.groups.into_iter().map(|group| view! {
                    <optgroup label=super::form::kind_words(group.kind)>
                        {group.items.into_iter().map(|s| {
                            let id = s.id.to_string();
                            let own = id.clone();
                            view! { <option value=id prop:selected=move || chosen.get().as_deref() == Some(&own)>{s.title}</option> }
                        }).collect_view()}
                    </optgroup>
                }).collect_view())}
            </select>
        </label>
    }
    .into_any()
}
