//! Bank statements: upload, columns of a bank's table, the worklist of a statement.

mod choose;
mod confirm;
mod list;
mod map;
mod page;
mod rows;
mod undo;
mod upload;
mod words;

use leptos::prelude::*;
use leptos_router::{components::Route, path};

#[component(transparent)]
pub fn BankStatementRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("bank-statements") view=list::BankStatements/>
        <Route path=path!("bank-statements/:id") view=page::OneStatement/>
        <Route path=path!("bank-files/:id") view=map::MapFile/>
    }
    .into_inner()
}
