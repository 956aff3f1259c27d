//! Postings that wait for a second pair of eyes, and what became of earlier ones.

use super::request::{RequestDrawer, kind_words, state_words};
use crate::kernel::i18n::t;
use crate::kernel::pages::pages;
use crate::kernel::{api::use_api, format, use_session};
use crate::shell::use_place;
use crate::ui::{
    Choice, DataColumn, DataTable, Empty, Loading, NoPermission, PageHead, Pill, ProblemPanel, SegmentedControl,
};
use kept_shared::permission::Permission;
use kept_shared::postings::{PostingRequest, RequestFilter};
use leptos::prelude::*;
use leptos_router::hooks::query_signal;

#[component]
pub fn ApprovalsPage() -> impl IntoView {
    let session = use_session();
    let any = [
        Permission::ApproveLedger,
        Permission::PostLedger,
        Permission::EditClaims,
    ];
    let may = move || any.into_iter().any(|p| session.may(p));
    view! {
        <Show when=may fallback=|| view! { <div class="page"><NoPermission/></div> }><Requests/></Show>
    }
    .into_any()
}

#[component]
fn Requests() -> impl IntoView {
    let (api, place) = (use_api(), use_place());
    let (asked, set_asked) = query_signal::<String>("state");
    let state = RwSignal::new(asked.get_untracked().unwrap_or_else(|| "pending".into()));
    Effect::new(move |before: Option<()>| {
        let now = state.get();
        if before.is_some() {
            set_asked.set(Some(now).filter(|s| s != "pending"));
        }
    });
    let list = pages(move |cursor| {
        let filter = RequestFilter {
            state: state.with(|s| s.parse().ok()),
            account_id: None,
            community_id: place.community.get(),
            limit: Some(50),
            cursor,
        };
        async move { api.posting_requests(&filter).await }
    });
    let open = RwSignal::new(None::<PostingRequest>);
    let rows = list.rows();
    let pick = Callback::new(move |key: String| {
        open.set(rows.with_untracked(|rows| rows.iter().find(|r| self::key(r) == key).cloned()));
    });
    let current = Signal::derive(move || open.with(|o| o.as_ref().map(key)));
    let changed = Callback::new(move |now: PostingRequest| {
        open.set(Some(now));
        list.reload();
    });
    let states = vec![
        Choice::new("pending", t::postings::state_pending),
        Choice::new("approved", t::postings::state_approved),
        Choice::new("declined", t::postings::state_declined),
        Choice::new("withdrawn", t::postings::state_withdrawn),
        Choice::new("all", t::postings::state_all),
    ];
    let pending = move || state.with(|s| s == "pending");
    view! {
        <div class="page">
            <PageHead title=t::postings::approvals subtitle=t::postings::approvals_text/>
            <div class="toolbar"><SegmentedControl label=t::postings::state value=state choices=states/></div>
            {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem retry=move |()| list.reload()/> }.into_any(),
                (false, None) => view! { <Loading/> }.into_any(),
                (true, None) if rows.with(Vec::is_empty) && pending() => view! {
                    <Empty title=t::postings::none_waits text=t::postings::none_waits_text icon="shield-check"/>
                }.into_any(),
                (true, None) if rows.with(Vec::is_empty) => view! {
                    <Empty title=t::postings::none_here text=t::postings::none_here_text icon="inbox"/>
                }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::postings::approvals columns=columns(pick) rows row_key=key on_open=pick current
                        has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()/>
                }.into_any(),
            }}
            {move || open.get().map(|request| {
                let id = request.id;
                let close = move |()| {
                    if open.with_untracked(|o| o.as_ref().is_some_and(|o| o.id == id)) {
                        open.set(None);
                    }
                };
                view! { <RequestDrawer request on_close=close on_change=changed/> }
            })}
        </div>
    }
    .into_any()
}

/// A changed request is a row of its own, so that it is drawn anew.
fn key(r: &PostingRequest) -> String {
    format!("{}/{}", r.id, r.version)
}

fn columns(pick: Callback<String>) -> Vec<DataColumn<PostingRequest>> {
    vec![
        DataColumn::new("asked", t::postings::asked, move |r: &PostingRequest| {
            let key = key(r);
            view! {
                <span class="ledger-brief"><button type="button" class="btn btn-link postings-open" on:click=move |_| pick.run(key.clone())>{kind_words(r)}</button>
                    <small>{r.description.clone()}</small></span>
            }
            .into_any()
        }),
        DataColumn::new("customer", t::postings::customer, |r: &PostingRequest| {
            view! { <span class="ledger-brief"><span>{r.name.clone()}</span><small>{r.account.clone()}" · "{r.community.clone()}</small></span> }.into_any()
        }),
        DataColumn::new("amount", t::postings::amount, |r: &PostingRequest| {
            view! { <b class="tot nowrap" class:credit={r.amount.minor < 0}>{format::money(r.amount)}</b> }.into_any()
        })
        .numeric(),
        DataColumn::new("by", t::postings::requested, |r: &PostingRequest| {
            view! { <span class="ledger-brief"><span>{r.requested_name.clone()}</span><small>{format::ago(r.requested_at)}</small></span> }.into_any()
        }),
        DataColumn::new("state", t::postings::state, |r: &PostingRequest| {
            let (tone, words) = state_words(r.state);
            view! { <Pill tone label=words/> }.into_any()
        }),
        DataColumn::new("decided", t::postings::decided, |r: &PostingRequest| {
            match (r.decided_name.clone(), r.decided_at) {
                (Some(name), Some(at)) => {
                    view! { <span class="ledger-brief"><span>{name}</span><small>{format::ago(at)}</small></span> }
                        .into_any()
                }
                _ => "–".into_any(),
            }
        })
        .secondary(),
    ]
}
