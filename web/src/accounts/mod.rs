//! Customers: list, new customer, the customer page. In code they are accounts.

mod api;
mod balance;
mod card;
mod contacts;
mod debtors;
mod details;
mod exclusions;
mod head;
mod language;
mod lead;
mod list;
mod new;
mod page;
mod picker;
mod reach;

pub use balance::BalanceCard;
pub use card::AccountCard;
pub use debtors::DebtorsPanel;
pub use exclusions::kind_words as exclusion_words;
pub use picker::AccountPicker;

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, any_nested_route::IntoAnyNestedRoute, components::Route, path};

/// The pages.
#[component(transparent)]
pub fn AccountRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("accounts") view=list::AccountsPage/>
        <Route path=path!("accounts/new") view=new::NewAccountPage/>
        <Route path=path!("accounts/:account") view=page::AccountPage/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Tones of the status catalogue as tones of pills.
pub fn tone(text: &str) -> &'static str {
    match text {
        "good" => "good",
        "info" => "info",
        "warn" => "warn",
        "bad" => "bad",
        "violet" => "violet",
        "ink" => "ink",
        _ => "neutral",
    }
}
