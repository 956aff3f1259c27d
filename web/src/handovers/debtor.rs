//! Who owes, and how to reach them, beside their matter.

use crate::accounts::DebtorsPanel;
use crate::kernel::{api::use_api, load};
use crate::ui::{Loading, ProblemPanel, SkeletonKind};
use kept_shared::ids::AccountId;
use leptos::prelude::*;

/// The debtors of an account with telephones, e-mail and postal addresses, to read; they are changed on the customer's page.
#[component]
pub fn Reachable(account: AccountId) -> impl IntoView {
    let api = use_api();
    let found = load(move || api.account(account));
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    view! {
        {move || match (found.problem.get(), here.get()) {
            (Some(problem), _) => view! { <ProblemPanel problem=Signal::stored(problem) retry=move |()| found.reload()/> }.into_any(),
            (None, false) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
            (None, true) => view! { <DebtorsPanel account=found read_only=true/> }.into_any(),
        }}
    }
    .into_any()
}
