//! Imports: the list, and the wizard of one import from the file to the book.

mod check;
mod list;
mod map;
mod new;
mod page;
mod words;

pub use words::refusal;

use crate::kernel::i18n::t::imports as t;
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::{components::Route, path};
use list::ImportList;
use new::NewImport;
use page::OneImport;

#[component(transparent)]
pub fn ImportRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("imports") view=ImportList/>
        <Route path=path!("imports/new") view=NewImport/>
        <Route path=path!("imports/:id") view=OneImport/>
    }
    .into_inner()
}

fn steps() -> Vec<TextProp> {
    vec![
        t::step_upload.into(),
        t::step_map.into(),
        t::step_check.into(),
        t::step_import.into(),
        t::step_done.into(),
    ]
}
