//! The list of matters.

use crate::kernel::{Load, api::use_api, format, i18n::t, load, use_session};
use crate::shell::use_place;
use crate::ui::{
    Button, Empty, Icon, Loading, NoPermission, PageHead, Pill, ProblemPanel, SearchInput, SkeletonKind, row_link,
    use_toasts,
};
use kept_shared::{
    handovers::{Attorney, Handover, HandoverFilter, HandoverState, HandoverSummary},
    ids::UserId,
    page::Page,
    permission::Permission,
};
use leptos::prelude::*;
use leptos_router::{components::A, hooks::query_signal};

pub(crate) fn state_words(state: HandoverState) -> (&'static str, &'static str) {
    match state {
        HandoverState::Pending => ("warn", t::handovers::state_pending()),
        HandoverState::Active => ("info", t::handovers::state_active()),
        HandoverState::Declined => ("neutral", t::handovers::state_declined()),
        HandoverState::Closed => ("neutral", t::handovers::state_closed()),
    }
}

/// What a tile shows when pressed.
fn states_of(tile: &str) -> Vec<HandoverState> {
    match tile {
        "active" => vec![HandoverState::Active],
        // No tile of its own: where the dashboard's figure of all open matters leads.
        "open" => vec![HandoverState::Pending, HandoverState::Active],
        "pending" => vec![HandoverState::Pending],
        "closed" => vec![HandoverState::Closed, HandoverState::Declined],
        _ => vec![],
    }
}

#[component]
pub fn HandoversPage() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::ViewHandovers) fallback=|| view! { <div class="page"><NoPermission/></div> }>
            <Matters/>
        </Show>
    }
    .into_any()
}

#[component]
fn Matters() -> impl IntoView {
    let (api, session, place, toasts) = (use_api(), use_session(), use_place(), use_toasts());
    let (tile, set_tile) = query_signal::<String>("show");
    let (attorney, set_attorney) = query_signal::<String>("attorney");
    let (q, set_q) = query_signal::<String>("q");
    let typed = RwSignal::new(q.get_untracked().unwrap_or_default());
    Effect::new(move |before: Option<()>| {
        let text = typed.get();
        if before.is_some() {
            set_q.set(Some(text).filter(|t| !t.is_empty()));
        }
    });
    let filter = Memo::new(move |_| {
        let tile = tile.get().unwrap_or_default();
        HandoverFilter {
            state: states_of(&tile),
            silent: tile == "silent",
            unseen: tile == "unseen",
            fresh: tile == "fresh",
            attorney_id: attorney.get().and_then(|id| id.parse::<UserId>().ok()),
            community_id: place.community.get(),
            account_id: None,
            q: q.get(),
            limit: Some(50),
            cursor: None,
        }
    });
    let rows = RwSignal::new(Vec::<Handover>::new());
    let next = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let first: Load<Page<Handover>> = load(move || {
        let filter = filter.get();
        async move { api.handovers(&filter).await }
    });
    Effect::new(move |_| {
        if let Some(page) = first.get() {
            rows.set(page.items);
            next.set(page.next_cursor);
        }
    });
    let summary = load(move || {
        let filter = HandoverFilter {
            limit: None,
            ..filter.get()
        };
        async move { api.handover_summary(&filter).await }
    });
    let more = move || {
        let filter = HandoverFilter {
            cursor: next.get_untracked(),
            ..filter.get_untracked()
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api.handovers(&filter).await {
                Ok(page) => {
                    let _gone = rows.try_update(|all| all.extend(page.items));
                    let _gone = next.try_set(page.next_cursor);
                }
                Err(problem) => toasts.bad(crate::kernel::i18n::problem_text(&problem)),
            }
            let _gone = busy.try_set(false);
        });
    };
    let is_attorney = session.is_attorney();
    let clear = move || {
        typed.set(String::new());
        set_tile.set(None);
        set_attorney.set(None);
    };
    let narrowed = move || tile.get().is_some() || attorney.get().is_some() || q.get().is_some();
    view! {
        <div class="page">
            <PageHead title=if is_attorney { t::handovers::title_attorney } else { t::handovers::title }
                subtitle=if is_attorney { t::handovers::text_attorney } else { t::handovers::text }/>
            {move || summary.get().map(|figures| view! { <Tiles figures chosen=tile set_chosen=set_tile/> })}
            // Where the dashboard's figures and the bell lead; no tiles of their own.
            {move || match tile.get().as_deref() {
                Some("unseen") => Some(t::handovers::only_unseen()),
                Some("fresh") => Some(t::handovers::only_fresh()),
                _ => None,
            }.map(|words| view! { <p class="soft">{words}</p> })}
            <div class="toolbar">
                <SearchInput label=t::handovers::search value=typed slash=true/>
                <Show when=move || session.may(Permission::CreateHandovers)><AttorneyFilterSelect chosen=attorney set_chosen=set_attorney/></Show>
                <Show when=narrowed><Button label=t::handovers::clear_filter kind=crate::ui::ButtonKind::Ghost on_click=move |_| clear()/></Show>
            </div>
            {move || match (first.problem.get(), first.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem retry=Callback::new(move |()| first.reload())/> }.into_any(),
                (None, None) => view! { <Loading kind=SkeletonKind::Table/> }.into_any(),
                (None, Some(_)) if rows.with(Vec::is_empty) && narrowed() => view! {
                    <Empty title=t::handovers::empty_filter_title text=t::handovers::empty_filter_text icon="search">
                        <Button label=t::handovers::clear_filter on_click=move |_| clear()/>
                    </Empty>
                }.into_any(),
                (None, Some(_)) if rows.with(Vec::is_empty) => view! {
                    <Empty title=t::handovers::empty_title icon="handshake"
                        text=if is_attorney { t::handovers::empty_text_attorney } else { t::handovers::empty_text }/>
                }.into_any(),
                (None, Some(_)) => view! { <Table rows next busy on_more=Callback::new(move |()| more())/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Tiles(
    figures: HandoverSummary,
    chosen: Memo<Option<String>>,
    set_chosen: SignalSetter<Option<String>>,
) -> impl IntoView {
    let tile = move |key: &'static str, label: &'static str, n: u64| {
        let pressed = move || chosen.get().as_deref() == Some(key);
        view! {
            <button type="button" class="tile" aria-pressed=move || pressed().to_string()
                on:click=move |_| set_chosen.set(if pressed() { None } else { Some(key.to_owned()) })>
                <span>{label}</span><strong>{format::count(usize::try_from(n).unwrap_or(usize::MAX))}</strong>
            </button>
        }
    };
    let owed: Vec<String> = figures.open_balances.iter().map(|m| format::money(*m)).collect();
    view! {
        <div class="tiles">
            {tile("active", t::handovers::tile_active(), figures.active)}
            {tile("pending", t::handovers::tile_pending(), figures.pending)}
            {tile("silent", t::handovers::tile_silent(), figures.silent)}
            {tile("closed", t::handovers::tile_closed(), figures.closed)}
            <div class="tile"><span>{t::handovers::owed_now}</span>
                <strong>{if owed.is_empty() { "–".to_owned() } else { owed.join(" · ") }}</strong></div>
        </div>
    }
    .into_any()
}

#[component]
fn AttorneyFilterSelect(chosen: Memo<Option<String>>, set_chosen: SignalSetter<Option<String>>) -> impl IntoView {
    let api = use_api();
    let all: Load<Vec<Attorney>> = load(move || async move { api.attorneys(vec![]).await });
    view! {
        <label class="select-wrap">
            <span class="sr">{t::handovers::attorney}</span>
            <select on:change=move |e| set_chosen.set(Some(event_target_value(&e)).filter(|v| !v.is_empty()))>
                <option value="" prop:selected=move || chosen.get().is_none()>{t::handovers::attorney_all}</option>
                {move || all.get().unwrap_or_default().into_iter().map(|a| {
                    let own = a.id.to_string();
                    let is = own.clone();
                    view! { <option value=own prop:selected=move || chosen.get().as_deref() == Some(&is)>{a.name}</option> }
                }).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

#[component]
fn Table(
    rows: RwSignal<Vec<Handover>>,
    next: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    on_more: Callback<()>,
) -> impl IntoView {
    // An attorney's matters are all the attorney's own.
    let mine = use_session().is_attorney();
    view! {
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t::handovers::customer}</th>
                        <th scope="col">{t::handovers::reference}</th>
                        {(!mine).then(|| view! { <th scope="col">{t::handovers::attorney}</th> })}
                        <th scope="col">{t::handovers::handed_over}</th>
                        <th scope="col">{t::handovers::last_answer}</th>
                        <th scope="col" class="num">{t::handovers::balance_then}</th>
                        <th scope="col" class="num">{t::handovers::balance_now}</th>
                        <th scope="col">{t::handovers::state}</th>
                    </tr>
                </thead>
                <tbody><For each=move || rows.get() key=|m| (m.id, m.version) let:matter><Row matter mine/></For></tbody>
            </table>
            <div class="table-foot">
                <span>{move || t::ui::shown(rows.with(Vec::len))}</span>
                <Show when=move || next.with(Option::is_some)><Button label=t::handovers::more busy on_click=move |_| on_more.run(())/></Show>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Row(matter: Handover, mine: bool) -> impl IntoView {
    let href = format!("/handovers/{}", matter.id);
    let open = row_link();
    let (tone, label) = state_words(matter.state);
    let place = matter.community_name.clone();
    let answered = matter.answered_at();
    let unit = [Some(matter.account_reference.clone()), matter.unit_label.clone()];
    let unit: Vec<String> = unit.into_iter().flatten().collect();
    view! {
        <tr class="is-link" on:click=move |e| open(&e)>
            <td><A href=href>{matter.account_name}</A><small class="sub nowrap">{unit.join(" · ")}</small></td>
            <td data-label=t::handovers::reference><span class="handovers-two"><span class="mono nowrap">{matter.reference}</span>
                <small class="truncate" title=place>{matter.community_name}</small></span></td>
            {(!mine).then(|| view! { <td data-label=t::handovers::attorney><span class="handovers-two"><span class="nowrap">{matter.attorney.name}</span><small class="truncate">{matter.attorney.firm}</small></span></td> })}
            <td data-label=t::handovers::handed_over class="nowrap" title=format::instant(matter.handed_at)>{format::day(matter.handed_at)}</td>
            <td data-label=t::handovers::last_answer title=answered.map(format::instant)>
                <span class="nowrap" class:faint=answered.is_none()>{answered.map_or_else(|| t::handovers::no_answer().to_owned(), format::ago_short)}</span>
                {matter.is_silent.then(|| view! { " "<Icon name="clock" size=14/><span class="sr">{t::handovers::silent}</span> })}
            </td>
            <td class="num nowrap" data-label=t::handovers::balance_then>{format::money(matter.handed_balance)}</td>
            <td class="num nowrap" data-label=t::handovers::balance_now>{format::money(matter.balance)}</td>
            <td data-label=t::handovers::state>
                {if matter.is_silent { view! { <Pill tone="warn" label=t::handovers::silent/> }.into_any() } else { view! { <Pill tone label/> }.into_any() }}
            </td>
        </tr>
    }
    .into_any()
}
