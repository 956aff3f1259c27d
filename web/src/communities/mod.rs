//! Communities: list, page, form.

mod ageing;
mod api;
mod form;
mod list;
mod money;
mod page;
mod tolerance;
pub mod zone;

pub use money::{class_label, strategy_label};

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, any_nested_route::IntoAnyNestedRoute, components::Route, path};

/// The pages.
#[component(transparent)]
pub fn CommunityRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("communities") view=list::CommunitiesPage/>
        <Route path=path!("communities/new") view=form::NewCommunityPage/>
        <Route path=path!("communities/:community") view=page::CommunityPage/>
        <Route path=path!("communities/:community/edit") view=form::EditCommunityPage/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// A kind of community in words.
pub fn kind_label(kind: kept_shared::communities::CommunityKind) -> &'static str {
    use crate::kernel::i18n::t;
    use kept_shared::communities::CommunityKind as K;
    match kind {
        K::SectionalTitle => t::communities::kind_sectional_title(),
        K::HomeOwners => t::communities::kind_home_owners(),
        K::Storage => t::communities::kind_storage(),
        K::Rental => t::communities::kind_rental(),
        K::DebtBook => t::communities::kind_debt_book(),
    }
}
