//! Finding a customer: in the palette, from a customer's page, and by the number that calls.

mod api;
mod find;
mod hits;
mod look;

pub use find::FindPage;
pub use hits::{HitFace, customers, icon, way};
pub use look::{Stand, search};

use crate::kernel::{i18n::t, use_session};
use crate::shell::use_palette;
use crate::ui::Button;
use kept_shared::permission::Permission;
use leptos::prelude::*;

/// For the head of a customer's page: matches a call to another record (spec C05).
#[component]
pub fn FindCustomer() -> impl IntoView {
    let palette = use_palette();
    use_session().may(Permission::ViewAccounts).then(|| {
        view! { <Button label=t::search::find_customer icon="search" on_click=move |_| palette.find_customer()/> }
    })
}
