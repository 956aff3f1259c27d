//! The list of communities.

use super::kind_label;
use crate::kernel::{api::use_api, format, i18n::t, pages::pages, use_session};
use crate::ui::{DataColumn, DataTable, Empty, FilterSelect, Loading, PageHead, Pill, ProblemPanel, SearchInput};
use kept_shared::communities::{CommunityFilter, CommunityLine};
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn CommunitiesPage() -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let q = RwSignal::new(String::new());
    let active = RwSignal::new("true".to_owned());
    let list = pages(move |cursor| {
        api.communities(CommunityFilter {
            q: Some(q.get()).filter(|q| !q.is_empty()),
            active: active.with(|a| a.parse().ok()),
            counts: Some(true),
            limit: None,
            cursor,
        })
    });
    let unfiltered = move || q.with(String::is_empty) && active.with(|a| a == "true");
    view! {
        <div class="page">
            <PageHead title=t::communities::title subtitle=t::communities::subtitle>
                <Show when=move || session.may(Permission::CreateCommunities)>
                    <A href="/communities/new" attr:class="btn btn-primary"><crate::ui::Icon name="plus"/><span>{t::communities::new}</span></A>
                </Show>
            </PageHead>
            <div class="toolbar">
                <SearchInput label=t::communities::search value=q slash=true/>
                <FilterSelect label=t::communities::state value=active empty=t::communities::state_all options=Signal::derive(|| vec![
                    ("true".into(), t::communities::state_active().into()), ("false".into(), t::communities::state_inactive().into()),
                ])/>
            </div>
            {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
                (false, None) => view! { <Loading/> }.into_any(),
                (true, None) if unfiltered() && list.rows().with(Vec::is_empty) => view! {
                    <Empty title=t::communities::empty_title text=t::communities::empty_text icon="building-2">
                        <Show when=move || session.may(Permission::CreateCommunities)>
                            <A href="/communities/new" attr:class="btn btn-primary">{t::communities::new}</A>
                        </Show>
                    </Empty>
                }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::communities::title columns=columns() rows=list.rows() row_key=|c: &CommunityLine| c.id.to_string() linked=true
                        has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()
                        empty_title=t::ui::no_match_title empty_text=t::ui::no_match_text/>
                }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn columns() -> Vec<DataColumn<CommunityLine>> {
    let number = |n: Option<u64>| {
        n.map_or_else(
            || "–".to_owned(),
            |n| format::count(usize::try_from(n).unwrap_or(usize::MAX)),
        )
    };
    vec![
        DataColumn::new("name", t::communities::name, |c: &CommunityLine| {
            let (href, name, code, inactive) = (
                format!("/communities/{}", c.id),
                c.name.clone(),
                c.code.clone(),
                !c.is_active,
            );
            view! {
                <span class="who"><A href=href attr:class="strong">{name}</A><small>{code}</small>
                {inactive.then(|| view! { <Pill tone="neutral" label=t::communities::state_inactive/> })}</span>
            }
            .into_any()
        }),
        DataColumn::new("kind", t::communities::kind, |c: &CommunityLine| {
            kind_label(c.kind).into_any()
        })
        .secondary(),
        DataColumn::new("accounts", t::communities::customers, move |c: &CommunityLine| {
            number(c.counts.map(|n| n.accounts)).into_any()
        })
        .numeric(),
        DataColumn::new("units", t::communities::units, move |c: &CommunityLine| {
            number(c.counts.map(|n| n.units)).into_any()
        })
        .numeric()
        .secondary(),
        DataColumn::new("owing", t::communities::owing, move |c: &CommunityLine| {
            number(c.counts.map(|n| n.owing)).into_any()
        })
        .numeric(),
        DataColumn::new("handed_over", t::communities::handed_over, move |c: &CommunityLine| {
            number(c.counts.map(|n| n.handed_over)).into_any()
        })
        .numeric(),
        DataColumn::new("balance", t::communities::balance, |c: &CommunityLine| {
            c.counts
                .map_or_else(|| "–".to_owned(), |n| format::money(n.balance))
                .into_any()
        })
        .numeric(),
    ]
}
