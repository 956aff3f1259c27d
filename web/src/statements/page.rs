//! `/statements/:account`.

use super::panel::StatementPanel;
use crate::journal::ExplainHost;
use crate::kernel::i18n::t;
use crate::ui::{Breadcrumbs, Icon, PageHead};
use kept_shared::ids::AccountId;
use kept_shared::statements::Statement;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

#[component]
pub fn StatementPage() -> impl IntoView {
    let params = use_params_map();
    let account = Signal::derive(move || {
        params
            .with(|p| p.get("account").and_then(|id| id.parse().ok()))
            .unwrap_or(AccountId(uuid::Uuid::nil()))
    });
    let shown = RwSignal::new(None::<Statement>);
    let name = move || {
        shown.with(|s| {
            s.as_ref()
                .map_or_else(|| t::statements::statement().to_owned(), |s| s.head.name.clone())
        })
    };
    let subtitle = move || {
        shown.with(|s| {
            s.as_ref().map_or_else(String::new, |s| {
                let unit = s
                    .head
                    .unit_label
                    .as_ref()
                    .map(|u| format!(" · {u}"))
                    .unwrap_or_default();
                format!("{}{unit} · {}", s.head.reference, s.head.community)
            })
        })
    };
    view! {
        <div class="page">
            <Breadcrumbs trail=vec![("/statements".to_owned(), t::statements::title.into())] here=Signal::derive(name)/>
            <PageHead title=name subtitle=subtitle>
                <A href=move || format!("/accounts/{}", account.get()) attr:class="btn"><Icon name="user"/><span>{t::statements::open_customer}</span></A>
            </PageHead>
            <ExplainHost><div class="card"><div class="card-body"><StatementPanel account on_head=move |s| shown.set(Some(s))/></div></div></ExplainHost>
        </div>
    }
    .into_any()
}
