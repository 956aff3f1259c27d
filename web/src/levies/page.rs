//! Levies: the charges of a community and its runs, as two tabs.

use super::runs::RunsTab;
use super::set::SetDialog;
use super::unit::LevyActs;
use super::words;
use crate::kernel::url::{in_url, tick_in_url};
use crate::kernel::{api::use_api, format, i18n::t, load, pages::pages, use_session};
use crate::shell::use_place;
use crate::ui::*;
use kept_shared::ids::CommunityId;
use kept_shared::levies::{Levy, LevyFilter, LevySummary};
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn LeviesPage() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::ViewLevies) fallback=|| view! { <div class="page"><NoPermission/></div> }><Levies/></Show>
    }
    .into_any()
}

/// The community one works in, chosen here as in the head of the page.
#[component]
pub fn CommunityFilter() -> impl IntoView {
    let place = use_place();
    let value = RwSignal::new(
        place
            .community
            .get_untracked()
            .map(|id| id.to_string())
            .unwrap_or_default(),
    );
    let options = Signal::derive(move || {
        let page = place.communities.get().map(|p| p.items).unwrap_or_default();
        page.into_iter().map(|c| (c.id.to_string(), c.name)).collect::<Vec<_>>()
    });
    Effect::new(move |before: Option<()>| {
        let id: Option<CommunityId> = value.with(|v| v.parse().ok());
        if before.is_some() && place.community.get_untracked() != id {
            let name = options.with_untracked(|o| {
                o.iter()
                    .find(|(key, _)| Some(key) == id.map(|i| i.to_string()).as_ref())
                    .map(|o| o.1.clone())
            });
            place.choose(id, name.unwrap_or_default());
        }
    });
    Effect::new(move |_| {
        let outside = place.community.get().map(|id| id.to_string()).unwrap_or_default();
        if value.with_untracked(|v| *v != outside) {
            value.set(outside);
        }
    });
    view! { <FilterSelect label=t::levies::community value options empty=t::levies::all_communities/> }.into_any()
}

#[component]
fn Levies() -> impl IntoView {
    let place = use_place();
    let chosen = in_url("tab");
    let tabs = vec![
        Tab::new("charges", t::levies::tab_schedules, || {
            view! { <ChargesTab/> }.into_any()
        }),
        Tab::new("runs", t::levies::tab_runs, || view! { <RunsTab/> }.into_any()),
    ];
    view! {
        <div class="page">
            <PageHead title=t::levies::title subtitle=move || place.name().unwrap_or_else(|| t::levies::subtitle().into())/>
            <Tabs label=t::levies::tabs tabs chosen/>
        </div>
    }
    .into_any()
}

fn tiles(s: LevySummary) -> AnyView {
    let number = |n: u64| format::count(usize::try_from(n).unwrap_or(usize::MAX));
    let tile =
        |label: String, value: String| view! { <div class="tile"><span>{label}</span><strong>{value}</strong></div> };
    let totals = s
        .totals
        .iter()
        .map(|total| {
            let label = t::levies::raised(words::frequency(total.frequency).to_lowercase());
            tile(label, format::money(total.amount))
        })
        .collect_view();
    view! {
        <div class="tiles">
            {totals}
            {tile(t::levies::in_force().into(), number(s.schedules))}
            {tile(t::levies::units_charged().into(), number(s.units))}
            {tile(t::levies::units_without().into(), number(s.units_without))}
        </div>
    }
    .into_any()
}

#[component]
fn ChargesTab() -> impl IntoView {
    let (api, session, place) = (use_api(), use_session(), use_place());
    let (q, kind, ended) = (in_url("q"), in_url("kind"), tick_in_url("ended"));
    let setting = RwSignal::new(false);
    let list = pages(move |cursor| {
        api.levies(LevyFilter {
            community_id: place.community.get(),
            unit_id: None,
            kind: kind.with(|k| k.parse().ok()),
            q: Some(q.get()).filter(|q| !q.is_empty()),
            include_ended: ended.get().then_some(true),
            limit: Some(100),
            cursor,
        })
    });
    let summary = load(move || {
        let community = place.community.get();
        async move {
            match community {
                Some(id) => api.levy_summary(id).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let saved = Callback::new(move |()| {
        list.reload();
        summary.reload();
    });
    let unfiltered = move || q.with(String::is_empty) && kind.with(String::is_empty);
    let may_set = move || session.may(Permission::EditLevies) && place.community.get().is_some();
    let set_button = move || {
        view! { <Show when=may_set><Button label=t::levies::set_all kind=ButtonKind::Primary icon="layers" on_click=move |_| setting.set(true)/></Show> }
    };
    view! {
        {move || summary.get().flatten().filter(|s| s.schedules > 0).map(tiles)}
        <div class="toolbar">
            <SearchInput label=t::levies::search value=q slash=true/>
            <CommunityFilter/>
            <FilterSelect label=t::levies::kind value=kind empty=t::levies::all_kinds options=Signal::derive(words::kinds)/>
            <Checkbox label=t::levies::include_ended checked=ended/>
            {set_button()}
        </div>
        {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
            (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
            (false, None) => view! { <Loading/> }.into_any(),
            (true, None) if unfiltered() && list.rows().with(Vec::is_empty) => view! {
                <Empty title=t::levies::empty_title text=t::levies::empty_text icon="calendar-clock"/>
            }.into_any(),
            (true, None) => view! {
                <DataTable label=t::levies::tab_schedules columns=columns(saved) rows=list.rows() row_key=|l: &Levy| format!("{}{}", l.id, l.version)
                    has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more() class="table-tight"
                    empty_title=t::ui::no_match_title empty_text=t::ui::no_match_text/>
            }.into_any(),
        }}
        {move || place.community.get().map(|community| view! {
            <Show when=move || setting.get()><SetDialog open=setting community on_saved=saved/></Show>
        })}
    }
    .into_any()
}

fn columns(saved: Callback<()>) -> Vec<DataColumn<Levy>> {
    let day = |d: Option<chrono::NaiveDate>| d.map_or_else(|| "–".to_owned(), format::date);
    vec![
        DataColumn::new("unit", t::levies::unit, |l: &Levy| {
            let (href, code) = (format!("/units/{}", l.unit_id), l.unit_code.clone());
            view! { <A href=href attr:class="strong">{code}</A> }.into_any()
        }),
        DataColumn::new("owner", t::levies::owner, |l: &Levy| {
            l.owner.clone().unwrap_or_else(|| "–".into()).into_any()
        })
        .secondary(),
        DataColumn::new("what_for", t::levies::what_for, |l: &Levy| {
            let kind = words::kind(l.kind);
            let kind = (l.what_for != kind).then(|| view! { <small>{kind}</small> });
            view! { <span class="who"><span>{l.what_for.clone()}</span>{kind}</span> }.into_any()
        }),
        DataColumn::new("frequency", t::levies::frequency, |l: &Levy| {
            words::frequency(l.frequency).into_any()
        })
        .secondary(),
        DataColumn::new("amount", t::levies::amount, |l: &Levy| {
            format::money(l.amount).into_any()
        })
        .numeric(),
        DataColumn::new("next", t::levies::next, move |l: &Levy| {
            let rise = l
                .next
                .filter(|n| n.amount != l.amount)
                .map(|n| view! { <small>{format::money(n.amount)}</small> });
            view! { <span class="nowrap">{day(l.next.map(|n| n.due_on))}</span>{rise} }.into_any()
        }),
        DataColumn::new("charged", t::levies::charged_until, move |l: &Levy| {
            let until = l.charged_until.map(words::month).unwrap_or_else(|| "–".into());
            let end = l
                .ends_on
                .map(|end| view! { <small>{t::levies::ended(format::date(end))}</small> });
            view! { <span class="nowrap">{until}</span>{end} }.into_any()
        })
        .secondary(),
        DataColumn::new("acts", t::levies::actions, move |l: &Levy| {
            view! { <LevyActs levy=l.clone() on_saved=saved/> }.into_any()
        })
        .numeric(),
    ]
}
