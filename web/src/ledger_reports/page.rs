//! `/ledger-reports` and `/ledger-reports/:report`.

use super::choose::ChooseForm;
use super::earlier::EarlierReports;
use super::result::ReportResult;
use crate::kernel::i18n::t;
use crate::kernel::use_session;
use crate::ui::{Empty, NoPermission, PageHead};
use kept_shared::ids::LedgerReportId;
use kept_shared::ledger_reports::LedgerReport;
use kept_shared::permission::Permission;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

#[component]
pub fn LedgerReportsPage() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::RunReports) fallback=|| view! { <div class="page"><NoPermission/></div> }><Reports/></Show>
    }
    .into_any()
}

#[component]
fn Reports() -> impl IntoView {
    let params = use_params_map();
    let go = use_navigate();
    let report = Memo::new(move |_| {
        params
            .with(|p| p.get("report"))
            .and_then(|id| id.parse::<LedgerReportId>().ok())
    });
    let fresh = RwSignal::new(0_u32);
    let on_run = Callback::new(move |made: LedgerReport| {
        fresh.update(|n| *n += 1);
        go(&format!("/ledger-reports/{}", made.id), Default::default());
    });
    let leave = use_navigate();
    let on_delete = Callback::new(move |()| {
        fresh.update(|n| *n += 1);
        leave("/ledger-reports", Default::default());
    });
    let changed = Callback::new(move |()| fresh.update(|n| *n += 1));
    view! {
        <div class="page stack-4">
            <PageHead title=t::ledger_reports::title subtitle=t::ledger_reports::subtitle/>
            <ChooseForm on_run/>
            {move || match report.get() {
                Some(id) => view! { <ReportResult id=Signal::stored(id) on_change=changed on_delete/> }.into_any(),
                None => view! { <Empty title=t::ledger_reports::none_title text=t::ledger_reports::none_text icon="table-2" class="empty-sm"/> }.into_any(),
            }}
            <EarlierReports fresh/>
        </div>
    }
    .into_any()
}
