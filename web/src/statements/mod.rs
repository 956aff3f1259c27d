//! Statements of account: the list of customers, one statement, its paper. [`StatementPanel`] is the statement wherever
//! a customer is shown.

mod api;
mod facts;
mod list;
mod page;
mod panel;

pub use panel::StatementPanel;

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, any_nested_route::IntoAnyNestedRoute, components::Route, path};

/// The pages.
#[component(transparent)]
pub fn StatementRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("statements") view=list::StatementsPage/>
        <Route path=path!("statements/:account") view=page::StatementPage/>
    }
    .into_inner()
    .into_any_nested_route()
}
