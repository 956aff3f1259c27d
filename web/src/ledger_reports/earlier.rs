//! The reports somebody ran in the last days.

use crate::kernel::i18n::t;
use crate::kernel::{api::use_api, format, load};
use crate::ui::{Card, DataColumn, DataTable, Pill};
use kept_shared::ledger_reports::{LedgerReport, ReportState};
use leptos::prelude::*;
use leptos_router::components::A;

pub fn state(state: ReportState) -> (&'static str, &'static str) {
    match state {
        ReportState::Ready => ("good", t::ledger_reports::state_ready()),
        ReportState::Waiting => ("info", t::ledger_reports::state_waiting()),
        ReportState::Running => ("info", t::ledger_reports::state_running()),
        ReportState::Done => ("good", t::ledger_reports::state_done()),
        ReportState::Failed => ("bad", t::ledger_reports::state_failed()),
        ReportState::Cancelled => ("neutral", t::ledger_reports::state_cancelled()),
    }
}

/// Nothing where there is none. Asked again whenever `fresh` changes.
#[component]
pub fn EarlierReports(#[prop(into)] fresh: Signal<u32>) -> impl IntoView {
    let api = use_api();
    let found = load(move || {
        fresh.get();
        async move { api.ledger_reports().await }
    });
    let rows = Signal::derive(move || found.get().map(|p| p.items).unwrap_or_default());
    let columns = || {
        vec![
            DataColumn::new("ordered", t::ledger_reports::ordered, |r: &LedgerReport| {
                let (href, at) = (format!("/ledger-reports/{}", r.id), format::ago(r.ordered_at));
                view! { <A href=href attr:class="strong">{at}</A> }.into_any()
            }),
            DataColumn::new("period", t::statements::range, |r: &LedgerReport| {
                let words = t::ledger_reports::period(format::date(r.from), format::date(r.to));
                view! { <span class="nowrap">{words}</span> }.into_any()
            }),
            DataColumn::new("customers", t::ledger_reports::whose, |r: &LedgerReport| {
                format::count(usize::try_from(r.customers).unwrap_or_default()).into_any()
            })
            .numeric(),
            DataColumn::new("state", t::ledger_reports::state, |r: &LedgerReport| {
                let (tone, label) = state(r.state);
                view! { <Pill tone=tone label=label/> }.into_any()
            }),
        ]
    };
    view! {
        <Show when=move || rows.with(|r| !r.is_empty())>
            <Card title=t::ledger_reports::earlier subtitle=t::ledger_reports::earlier_text flush=true>
                <DataTable label=t::ledger_reports::earlier columns=columns() rows row_key=|r: &LedgerReport| r.id.to_string() linked=true/>
            </Card>
        </Show>
    }
    .into_any()
}
