//! Whose ledger, which days, which workbook.

use super::picker::CustomersPicker;
use crate::kernel::act::{Act, acceptable};
use crate::kernel::api::{new_key, use_api};
use crate::kernel::i18n::t;
use crate::kernel::{load, use_session};
use crate::shell::use_place;
use crate::ui::{Choice, FilterMulti, ProblemNote, SegmentedControl, Select, SubmitButton};
use kept_shared::ids::AccountId;
use kept_shared::ledger_reports::*;
use kept_shared::permission::{Permission, UserType};
use kept_shared::statements::Period;
use leptos::{ev, prelude::*};

/// The form. `on_run` gets the report.
#[component]
pub fn ChooseForm(on_run: Callback<LedgerReport>) -> impl IntoView {
    let (api, session, place) = (use_api(), use_session(), use_place());
    let run = Act::new();
    let by = RwSignal::new("accounts".to_owned());
    let chosen = RwSignal::new(Vec::<(AccountId, String)>::new());
    let communities = RwSignal::new(Vec::<String>::new());
    let statuses = RwSignal::new(Vec::<String>::new());
    let layout = RwSignal::new("grouped".to_owned());
    let period = RwSignal::new("12m".to_owned());
    let (from, to) = (
        RwSignal::new(None::<chrono::NaiveDate>),
        RwSignal::new(None::<chrono::NaiveDate>),
    );
    let attorney = move || session.me().is_some_and(|me| me.user_type == UserType::Attorney);
    let names = load(move || async move { api.communities_by_name().await });
    let community_options = Signal::derive(move || {
        let all = names.get().unwrap_or_default();
        all.into_iter().map(|c| (c.id.to_string(), c.name)).collect::<Vec<_>>()
    });
    let catalogue = load(move || async move { api.age_statuses().await });
    let status_options = Signal::derive(move || {
        catalogue.get().map_or_else(Vec::new, |c| {
            c.groups
                .into_iter()
                .filter(|g| g.kind == kept_shared::statuses::StatusKind::Debt)
                .flat_map(|g| g.items)
                .map(|s| (s.id.to_string(), s.title))
                .collect::<Vec<_>>()
        })
    });
    // The community of the top bar is where "all" begins.
    Effect::new(move |_| {
        let here = place.community.get();
        communities.set(here.map(|id| id.to_string()).into_iter().collect());
    });
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let ids = |all: RwSignal<Vec<String>>| all.get_untracked();
        let selection = if by.with_untracked(|b| b == "all") {
            ReportSelection::All {
                community_ids: ids(communities).iter().filter_map(|id| id.parse().ok()).collect(),
                status_ids: ids(statuses).iter().filter_map(|id| id.parse().ok()).collect(),
            }
        } else {
            ReportSelection::Accounts {
                account_ids: chosen.with_untracked(|c| c.iter().map(|(id, _)| *id).collect()),
            }
        };
        let usual = period.with_untracked(|p| p.parse::<Period>().ok());
        let own = usual.is_none();
        let new = NewLedgerReport {
            selection,
            from: from.get_untracked().filter(|_| own),
            to: to.get_untracked().filter(|_| own),
            period: usual,
            layout: layout.with_untracked(|l| l.parse().unwrap_or(ReportLayout::Grouped)),
        };
        if !acceptable(run, new.flaws()) {
            return;
        }
        let key = new_key();
        run.run(async move { api.run_ledger_report(&new, &key).await }, move |report| {
            on_run.run(report);
        });
    };
    let date = move |signal: RwSignal<Option<chrono::NaiveDate>>, label: fn() -> &'static str| {
        view! {
            <label class="ageing-date"><span>{move || label()}</span>
                <input type="date" prop:value=move || signal.get().map(|d| d.to_string()).unwrap_or_default() on:change=move |e| signal.set(event_target_value(&e).parse().ok())/>
            </label>
        }
    };
    let presets = vec![
        Choice::new("3m", t::statements::months_3),
        Choice::new("6m", t::statements::months_6),
        Choice::new("12m", t::statements::months_12),
        Choice::new("24m", t::statements::months_24),
        Choice::new("all", t::statements::all),
        Choice::new("own", t::statements::own),
    ];
    let whose = vec![
        Choice::new("accounts", t::ledger_reports::chosen),
        Choice::new("all", t::ledger_reports::all),
    ];
    let layouts = Signal::derive(|| {
        vec![
            ("grouped".to_owned(), t::ledger_reports::grouped().to_owned()),
            ("sheets".to_owned(), t::ledger_reports::sheets().to_owned()),
        ]
    });
    view! {
        <form class="card" novalidate=true on:submit=send aria-label=t::ledger_reports::title>
            <div class="card-body ledger-form">
                <div class="row"><SegmentedControl label=t::ledger_reports::whose value=by choices=whose/></div>
                <Show when=move || by.with(|b| b == "all") fallback=move || view! { <CustomersPicker chosen/> }>
                    <div class="row wrap">
                        <Show when=move || community_options.with(|o| o.len() > 1)><FilterMulti label=t::ledger_reports::communities options=community_options chosen=communities/></Show>
                        <Show when=move || status_options.with(|o| !o.is_empty())><FilterMulti label=t::ledger_reports::statuses options=status_options chosen=statuses/></Show>
                        <span class="soft">{move || if attorney() { t::ledger_reports::attorney_hint() } else { t::ledger_reports::all_hint() }}</span>
                    </div>
                </Show>
                <div class="ledger-line">
                    <div class="row wrap"><SegmentedControl label=t::statements::range value=period choices=presets/>
                        <Show when=move || period.with(|p| p == "own")>{date(from, t::statements::from)}{date(to, t::statements::to)}</Show></div>
                </div>
                <ProblemNote problem=run.problem()/>
                <div class="ledger-line">
                    <Show when=move || session.may(Permission::Export) fallback=|| view! { <span></span> }>
                        <Select label=t::ledger_reports::layout value=layout options=layouts problem=run.problem() pointer="/layout"/>
                    </Show>
                    <SubmitButton label=t::ledger_reports::run icon="table-2" busy=run.busy()/>
                </div>
            </div>
        </form>
    }
    .into_any()
}
