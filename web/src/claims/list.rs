//! The claims of one customer, and what the debt is for.

use super::products::ProductsCard;
use super::words::{period, standing};
use crate::kernel::pages::pages;
use crate::kernel::url::encode;
use crate::kernel::{api::use_api, format, i18n::t, load};
use crate::ledger::{figure, use_changes};
use crate::ui::{Choice, DataColumn, DataTable, Empty, Loading, ProblemPanel, SearchInput, SegmentedControl};
use kept_shared::accounts::Account;
use kept_shared::claims::{ClaimFilter, ClaimLine};
use kept_shared::ids::AccountId;
use kept_shared::ledger::ClaimState;
use kept_shared::money::Money;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

#[component]
pub fn ClaimsPanel(account: crate::kernel::Load<Account>, id: AccountId) -> impl IntoView {
    let (api, changes) = (use_api(), use_changes());
    // The filter lives in the address beside the tab.
    let asked = use_query_map();
    let of_address = |name: &str| asked.with_untracked(|a| a.get(name).unwrap_or_default());
    let q = RwSignal::new(of_address("claim"));
    let which = RwSignal::new(
        Some(of_address("claims"))
            .filter(|w| !w.is_empty())
            .unwrap_or_else(|| "open".into()),
    );
    let navigate = use_navigate();
    Effect::new(move |before: Option<()>| {
        let (which, q) = (which.get(), q.get());
        if before.is_some() {
            let path = window().location().pathname().unwrap_or_default();
            let which = if which == "open" {
                String::new()
            } else {
                format!("&claims={which}")
            };
            let q = if q.is_empty() {
                String::new()
            } else {
                format!("&claim={}", encode(&q))
            };
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&format!("{path}?tab=claims{which}{q}"), options);
        }
    });
    let filter = move || {
        let (state, open) = which.with(|w| match w.as_str() {
            "open" => (Some(ClaimState::Active), Some(true)),
            "resolved" => (Some(ClaimState::Resolved), None),
            "deleted" => (Some(ClaimState::Deleted), None),
            _ => (None, None),
        });
        ClaimFilter {
            state,
            open,
            q: Some(q.get()).filter(|q| !q.is_empty()),
            limit: None,
            cursor: None,
        }
    };
    let list = pages(move |cursor| {
        changes.track();
        let filter = ClaimFilter {
            limit: Some(100),
            cursor,
            ..filter()
        };
        async move { api.claims(id, &filter).await }
    });
    let sums = load(move || {
        changes.track();
        let filter = filter();
        async move { api.claims_summary(id, &filter).await }
    });
    let totals = move || {
        sums.get().filter(|s| s.claims > 0).map(|s| {
            let sum = |label: &'static str, m: Money| view! { <div class="tile"><span>{label}</span><strong>{format::money(m)}</strong></div> };
            let m = s.totals;
            view! {
                <div class="tiles claims-sums">
                    {sum(t::claims::principal(), m.principal)}{sum(t::claims::fees(), m.fees)}{sum(t::claims::interest(), m.interest)}
                    {sum(t::claims::paid(), m.paid)}
                    {(!m.credited.is_zero()).then(|| sum(t::claims::credited(), m.credited))}{sum(t::claims::open(), m.open)}
                </div>
            }
        })
    };
    let choices = vec![
        Choice::new("open", t::claims::show_open),
        Choice::new("all", t::claims::show_all),
        Choice::new("resolved", t::claims::show_resolved),
        Choice::new("deleted", t::claims::show_deleted),
    ];
    let rows = list.rows();
    view! {
        <div class="claims">
            <div class="toolbar">
                <SearchInput label=t::claims::search value=q/>
                <SegmentedControl label=t::claims::show value=which choices/>
            </div>
            {totals}
            {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem retry=move |()| list.reload()/> }.into_any(),
                (false, None) => view! { <Loading/> }.into_any(),
                (true, None) if rows.with(Vec::is_empty) && which.with(|w| w == "open") && q.with(String::is_empty) => view! {
                    <Empty title=t::claims::none_open text=t::claims::none_open_text icon="circle-check"/>
                }.into_any(),
                (true, None) if rows.with(Vec::is_empty) => view! { <Empty title=t::ui::no_match_title text=t::ui::no_match_text icon="search"/> }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::claims::title columns=columns() rows row_key=|c: &ClaimLine| format!("{}{:?}{}", c.id, c.state, c.totals.open.minor) linked=true
                        has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()/>
                }.into_any(),
            }}
            <ProductsCard account id/>
        </div>
    }
    .into_any()
}

fn columns() -> Vec<DataColumn<ClaimLine>> {
    vec![
        DataColumn::new("reference", t::claims::claim, |c: &ClaimLine| {
            let (href, reference, period) = (format!("/claims/{}", c.id), c.reference.clone(), period(c));
            view! { <span class="ledger-brief"><A href=href>{reference}</A>{period.map(|p| view! { <small>{p}</small> })}</span> }.into_any()
        }),
        DataColumn::new("product", t::claims::product, |c: &ClaimLine| {
            c.product.clone().unwrap_or_else(|| "–".into()).into_any()
        })
        .secondary(),
        DataColumn::new("issued", t::claims::issued, |c: &ClaimLine| {
            view! { <span class="nowrap">{format::date(c.issued_on)}</span> }.into_any()
        })
        .secondary(),
        DataColumn::new("due", t::claims::due, |c: &ClaimLine| {
            view! { <span class="nowrap">{format::date(c.due_on)}</span> }.into_any()
        }),
        DataColumn::new("state", t::claims::state, |c: &ClaimLine| {
            view! { <span class="row wrap">{standing(c)}</span> }.into_any()
        }),
        DataColumn::new("total", t::claims::total, |c: &ClaimLine| figure(c.totals.total)).numeric(),
        DataColumn::new("paid", t::claims::paid, |c: &ClaimLine| figure(c.totals.paid))
            .numeric()
            .secondary(),
        DataColumn::new("open", t::claims::open, |c: &ClaimLine| {
            view! { <b class="tot nowrap">{figure(c.totals.open)}</b> }.into_any()
        })
        .numeric(),
        DataColumn::new("days", t::claims::days, |c: &ClaimLine| {
            c.days_past_due.map(|d| d.to_string()).into_any()
        })
        .numeric(),
    ]
}
