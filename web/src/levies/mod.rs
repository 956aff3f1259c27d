//! Recurring charges and charge runs: set, preview, run, reverse.

mod amount;
mod api;
mod form;
mod page;
mod run;
mod run_parts;
mod runs;
mod set;
mod unit;
mod words;

pub use unit::UnitLevies;

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, any_nested_route::IntoAnyNestedRoute, components::Route, path};

/// The pages.
#[component(transparent)]
pub fn LevyRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("levies") view=page::LeviesPage/>
        <Route path=path!("levies/runs/:run") view=run::RunPage/>
    }
    .into_inner()
    .into_any_nested_route()
}
