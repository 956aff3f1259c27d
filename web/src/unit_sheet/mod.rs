//! The workbook of a community's units: download, edit, upload, look, write.

mod lines;
mod page;
mod words;

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, any_nested_route::IntoAnyNestedRoute, components::Route, path};

/// The page.
#[component(transparent)]
pub fn UnitSheetRoutes() -> impl MatchNestedRoutes + Clone {
    view! { <Route path=path!("units/workbook") view=page::UnitSheetPage/> }
        .into_inner()
        .into_any_nested_route()
}
