//! The detailed customer ledger: choose, run, read, download (spec G04 to G06).

mod api;
mod choose;
mod earlier;
mod page;
mod picker;
mod result;

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, any_nested_route::IntoAnyNestedRoute, components::Route, path};

/// The pages.
#[component(transparent)]
pub fn LedgerReportRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("ledger-reports") view=page::LedgerReportsPage/>
        <Route path=path!("ledger-reports/:report") view=page::LedgerReportsPage/>
    }
    .into_inner()
    .into_any_nested_route()
}
