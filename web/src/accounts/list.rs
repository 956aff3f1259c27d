//! The list of customers.

use super::tone;
use crate::kernel::{api::use_api, format, i18n::t, load, pages::pages, use_session};
use crate::shell::use_place;
use crate::ui::{DataColumn, DataTable, Empty, FilterSelect, Icon, Loading, PageHead, Pill, ProblemPanel, SearchInput};
use kept_shared::accounts::{AccountFilter, AccountLine, Standing};
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

#[component]
pub fn AccountsPage() -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let place = use_place();
    // A link may carry the first search: /accounts?q=…
    let asked = use_query_map().with_untracked(|q| q.get("q")).unwrap_or_default();
    let q = RwSignal::new(asked);
    let group = RwSignal::new(String::new());
    let handed_over = RwSignal::new(String::new());
    let active = RwSignal::new("true".to_owned());
    let list = pages(move |cursor| {
        api.accounts(AccountFilter {
            q: Some(q.get()).filter(|q| !q.is_empty()),
            community_id: place.community.get(),
            customer_group_id: group.with(|g| g.parse().ok()),
            handed_over: handed_over.with(|h| h.parse().ok()),
            active: active.with(|a| a.parse().ok()),
            limit: None,
            cursor,
        })
    });
    let groups = load(move || api.customer_groups(None));
    let group_options = Signal::derive(move || {
        groups
            .get()
            .map(|p| {
                p.items
                    .into_iter()
                    .map(|g| (g.id.to_string(), g.name))
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    let unfiltered = move || {
        q.with(String::is_empty)
            && group.with(String::is_empty)
            && handed_over.with(String::is_empty)
            && active.with(|a| a == "true")
    };
    view! {
        <div class="page">
            <PageHead title=t::accounts::title subtitle=move || place.name().unwrap_or_else(|| t::accounts::subtitle().into())>
                <Show when=move || session.may(Permission::CreateAccounts)>
                    <A href="/accounts/new" attr:class="btn btn-primary"><Icon name="plus"/><span>{t::accounts::new}</span></A>
                </Show>
            </PageHead>
            <div class="toolbar">
                <SearchInput label=t::accounts::search value=q placeholder=t::accounts::search_hint slash=true/>
                <Show when=move || group_options.with(|o| !o.is_empty())>
                    <FilterSelect label=t::accounts::group value=group empty=t::accounts::group_all options=group_options/>
                </Show>
                <FilterSelect label=t::accounts::handover value=handed_over empty=t::accounts::handover_all options=Signal::derive(|| vec![
                    ("true".into(), t::accounts::handover_yes().into()), ("false".into(), t::accounts::handover_no().into()),
                ])/>
                <FilterSelect label=t::accounts::state value=active empty=t::accounts::state_all options=Signal::derive(|| vec![
                    ("true".into(), t::accounts::state_active().into()), ("false".into(), t::accounts::state_inactive().into()),
                ])/>
            </div>
            {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
                (false, None) => view! { <Loading/> }.into_any(),
                (true, None) if unfiltered() && list.rows().with(Vec::is_empty) => view! {
                    <Empty title=t::accounts::empty_title text=t::accounts::empty_text icon="users"/>
                }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::accounts::title columns=columns(place.community.get().is_none()) rows=list.rows()
                        row_key=|a: &AccountLine| a.id.to_string() linked=true
                        has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()
                        empty_title=t::ui::no_match_title empty_text=t::ui::no_match_text/>
                }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn columns(with_community: bool) -> Vec<DataColumn<AccountLine>> {
    let mut all = vec![
        DataColumn::new("name", t::accounts::customer, |a: &AccountLine| {
            let (href, name, reference, inactive) = (
                format!("/accounts/{}", a.id),
                a.name.clone(),
                a.reference.clone(),
                !a.is_active,
            );
            let flag = a.attorney.clone().map(t::accounts::handed_to);
            view! {
                <span class="who"><A href=href attr:class="strong">{name}</A><small>{reference}</small>
                {flag.map(|who| { let tip = who.clone(); view! { <span class="accounts-flag" title=tip><Icon name="flag" size=14/><span class="sr">{who}</span></span> } })}
                {inactive.then(|| view! { <Pill tone="neutral" label=t::accounts::state_inactive/> })}</span>
            }.into_any()
        }),
        DataColumn::new("unit", t::accounts::unit, move |a: &AccountLine| {
            let label = a.unit_label.clone().unwrap_or_else(|| "–".into());
            view! { <span class="nowrap">{label}</span> }.into_any()
        }),
    ];
    if with_community {
        all.push(
            DataColumn::new("community", t::accounts::community, |a: &AccountLine| {
                a.community_name.clone().into_any()
            })
            .secondary(),
        );
    }
    all.extend([
        DataColumn::new("phone", t::accounts::phone, |a: &AccountLine| match a.phone.clone() {
            Some(phone) => {
                view! { <a class="nowrap" href=format!("tel:{phone}")>{kept_shared::phone::display(&phone)}</a> }
                    .into_any()
            }
            None => "–".into_any(),
        })
        .secondary(),
        DataColumn::new("status", t::accounts::status, |a: &AccountLine| {
            let standing = match a.standing {
                Standing::Delinquent => (
                    "bad",
                    t::accounts::days_overdue(usize::try_from(a.days_past_due.unwrap_or(1)).unwrap_or(1)),
                ),
                Standing::Current => ("good", t::accounts::standing_current().to_owned()),
            };
            let status = a.debt_status.clone();
            view! {
                <span class="row wrap">
                    {a.balance.is_some().then(|| view! { <Pill tone=standing.0 label=standing.1.clone()/> })}
                    {status.map(|s| view! { <Pill tone=tone(&s.tone) label=s.title/> })}
                </span>
            }
            .into_any()
        }),
        DataColumn::new("balance", t::accounts::balance, |a: &AccountLine| {
            a.balance.map_or_else(|| "–".to_owned(), format::money).into_any()
        })
        .numeric(),
    ]);
    all
}
