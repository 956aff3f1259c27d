//! The last movements of an account, for pages about something else.

use super::movements::{figure, kind};
use crate::kernel::i18n::t;
use crate::kernel::{api::use_api, format, load};
use crate::ui::{Card, Empty, Loading, ProblemPanel, SkeletonKind};
use kept_shared::ids::AccountId;
use kept_shared::ledger::Movement;
use leptos::prelude::*;
use leptos_router::components::A;

/// Lines shown.
const LINES: usize = 10;

/// The newest lines first, each with the balance after it, and the way to all of them.
#[component]
pub fn LatestMovements(account: AccountId) -> impl IntoView {
    let api = use_api();
    let found = load(move || api.latest_movements(account, LINES));
    let all = move || view! { <A href=format!("/statements/{account}")>{t::ageing::all_movements}</A> };
    view! {
        <Card title=t::ageing::latest flush=true actions=ViewFn::from(all)>
            {move || match (found.problem.get(), found.get()) {
                (Some(problem), _) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any(),
                (None, None) => view! { <div class="card-body"><Loading kind=SkeletonKind::Lines rows=6/></div> }.into_any(),
                (None, Some(lines)) if lines.is_empty() => view! {
                    <Empty title=t::ageing::no_movements text=t::ageing::nothing_posted icon="file-text" class="empty-sm"/>
                }.into_any(),
                (None, Some(lines)) => view! { <Lines lines/> }.into_any(),
            }}
        </Card>
    }
    .into_any()
}

#[component]
fn Lines(lines: Vec<Movement>) -> impl IntoView {
    let rows = lines
        .iter()
        .rev()
        .map(|m| {
            let undone = m
                .reverses_id
                .is_some()
                .then(|| view! { " "<span class="soft">{t::ageing::reversal}</span> });
            view! {
                <tr>
                    <td class="ageing-what"><span>{format::date(m.date)}" · "{kind(m.kind)}{undone}</span>
                        <small class="truncate" title=m.description.clone()>{m.description.clone()}</small></td>
                    <td class="num nowrap">{figure(m.amount)}</td>
                    <td class="num nowrap"><b class="tot">{format::amount(m.balance)}</b></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table" aria-label=t::ageing::latest>
                <thead><tr><th scope="col">{t::ageing::entry}</th><th scope="col" class="num">{t::ageing::amount}</th><th scope="col" class="num">{t::ageing::balance}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
