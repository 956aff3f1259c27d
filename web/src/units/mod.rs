//! Units: list, page with the history of owners, form.

mod api;
mod changes;
mod form;
mod list;
mod owner;
mod page;
mod panels;

pub use form::CommunitySelect;

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, any_nested_route::IntoAnyNestedRoute, components::Route, path};

/// The pages.
#[component(transparent)]
pub fn UnitRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("units") view=list::UnitsPage/>
        <Route path=path!("units/new") view=form::NewUnitPage/>
        <Route path=path!("units/:unit") view=page::UnitPage/>
        <Route path=path!("units/:unit/edit") view=form::EditUnitPage/>
    }
    .into_inner()
    .into_any_nested_route()
}
