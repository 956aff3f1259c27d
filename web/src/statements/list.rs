//! The customers somebody may see, with what they owe and when they last paid.

use crate::kernel::{api::use_api, format, i18n::t, pages::pages, url::in_url};
use crate::shell::use_place;
use crate::ui::{DataColumn, DataTable, Empty, Loading, PageHead, Pill, ProblemPanel, SearchInput};
use kept_shared::accounts::{AccountFilter, AccountLine};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn StatementsPage() -> impl IntoView {
    let api = use_api();
    let place = use_place();
    let q = in_url("q");
    let list = pages(move |cursor| {
        api.accounts(AccountFilter {
            q: Some(q.get()).filter(|q| !q.is_empty()),
            community_id: place.community.get(),
            cursor,
            ..AccountFilter::default()
        })
    });
    view! {
        <div class="page">
            <PageHead title=t::statements::title subtitle=move || place.name().unwrap_or_else(|| t::statements::subtitle().into())/>
            <div class="toolbar"><SearchInput label=t::statements::search value=q placeholder=t::statements::search_hint slash=true/></div>
            {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
                (false, None) => view! { <Loading/> }.into_any(),
                (true, None) if q.with(String::is_empty) && list.rows().with(Vec::is_empty) => view! {
                    <Empty title=t::statements::empty_title text=t::statements::empty_text icon="file-text"/>
                }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::statements::title columns=columns(place.community.get().is_none()) rows=list.rows()
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
        DataColumn::new("name", t::statements::customer, |a: &AccountLine| {
            let (href, name, reference) = (format!("/statements/{}", a.id), a.name.clone(), a.reference.clone());
            view! { <span class="who"><A href=href attr:class="strong">{name}</A><small>{reference}</small></span> }
                .into_any()
        }),
        DataColumn::new("unit", t::statements::unit, |a: &AccountLine| {
            let label = a.unit_label.clone().unwrap_or_else(|| "–".into());
            view! { <span class="nowrap">{label}</span> }.into_any()
        })
        .secondary(),
    ];
    if with_community {
        all.push(
            DataColumn::new("community", t::statements::community, |a: &AccountLine| {
                a.community_name.clone().into_any()
            })
            .secondary(),
        );
    }
    all.extend([
        DataColumn::new("last_payment", t::statements::last_payment, |a: &AccountLine| {
            let on = a
                .last_payment_on
                .map_or_else(|| t::statements::never().to_owned(), format::date);
            view! { <span class="nowrap">{on}</span> }.into_any()
        }),
        DataColumn::new("overdue", t::statements::overdue, |a: &AccountLine| {
            match a.days_past_due {
                Some(days) => {
                    let words = t::statements::days_n(usize::try_from(days).unwrap_or_default());
                    view! { <Pill tone="bad" label=words/> }.into_any()
                }
                None => "–".into_any(),
            }
        })
        .secondary(),
        DataColumn::new("balance", t::statements::balance, |a: &AccountLine| {
            let figure = a.balance.map_or_else(|| "–".to_owned(), format::money);
            view! { <b class="tot nowrap">{figure}</b> }.into_any()
        })
        .numeric(),
    ]);
    all
}
