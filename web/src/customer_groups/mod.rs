//! Customer groups: one page to list, add, rename and delete.

mod api;
mod page;

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, any_nested_route::IntoAnyNestedRoute, components::Route, path};

/// The page.
#[component(transparent)]
pub fn CustomerGroupRoutes() -> impl MatchNestedRoutes + Clone {
    view! { <Route path=path!("customer-groups") view=page::CustomerGroupsPage/> }
        .into_inner()
        .into_any_nested_route()
}
