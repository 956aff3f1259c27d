//! The customer of a unit, in three panels: details, finances, communication (spec D11 to D14).

use super::list::span;
use crate::accounts::DebtorsPanel;
use crate::banking::{BankDetailsCard, DebitOrderCard};
use crate::communication::CommunicationPanel;
use crate::journal::ExplainHost;
use crate::kernel::{api::use_api, i18n::t, load};
use crate::statements::StatementPanel;
use crate::ui::{Card, Empty, FilterSelect, Icon, Loading, ProblemPanel, SkeletonKind};
use kept_shared::ids::AccountId;
use kept_shared::units::UnitOwner;
use leptos::prelude::*;
use leptos_router::components::A;

/// Whose panels are shown: the owner in the address, else the present one, else the last.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    owner: RwSignal<String>,
    options: StoredValue<Vec<(String, String)>>,
    pub(super) account: Memo<AccountId>,
}

impl Chosen {
    /// `None` for a unit nobody has owned.
    pub(super) fn of(owners: &[UnitOwner], asked: RwSignal<String>) -> Option<Self> {
        let first = owners.first()?.account_id;
        let options: Vec<(String, String)> = owners
            .iter()
            .map(|o| (o.account_id.to_string(), format!("{} · {}", o.name, span(o))))
            .collect();
        let ids: Vec<String> = options.iter().map(|(id, _)| id.clone()).collect();
        let owner = RwSignal::new(first.to_string());
        Effect::new(move |_| {
            let asked = asked.get();
            if ids.contains(&asked) && owner.with_untracked(|now| *now != asked) {
                owner.set(asked);
            }
        });
        // Only a choice goes into the address.
        Effect::new(move |before: Option<String>| {
            let now = owner.get();
            if before.is_some_and(|before| before != now) {
                asked.set(now.clone());
            }
            now
        });
        Some(Self {
            owner,
            options: StoredValue::new(options),
            account: Memo::new(move |_| owner.with(|id| id.parse().unwrap_or(first))),
        })
    }

    /// The choice where there is one, and the way to the customer.
    fn bar(self) -> AnyView {
        let several = self.options.with_value(|all| all.len() > 1);
        let account = self.account;
        view! {
            <div class="toolbar">
                {several.then(|| view! { <FilterSelect label=t::units::owner value=self.owner options=Signal::stored(self.options.get_value())/> })}
                <A href=move || format!("/accounts/{}", account.get()) attr:class="btn btn-sm push"><Icon name="user"/><span>{t::units::open_customer}</span></A>
            </div>
        }
        .into_any()
    }
}

pub(super) fn nobody() -> AnyView {
    view! { <Empty title=t::units::no_owner text=t::units::never_owned icon="home"/> }.into_any()
}

/// Numbers, addresses, bank details and debit order (spec D12).
#[component]
pub(super) fn CustomerPanel(chosen: Chosen) -> impl IntoView {
    let api = use_api();
    let account = load(move || api.account(chosen.account.get()));
    let shown = Memo::new(move |_| account.value.with(|a| a.as_ref().map(|a| a.id)));
    view! {
        {chosen.bar()}
        {move || match (shown.get(), account.problem.get()) {
            (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| account.reload()/> }.into_any(),
            (None, None) => view! { <Loading kind=SkeletonKind::Card/> }.into_any(),
            (Some(id), None) => view! {
                <div class="grid-2">
                    <DebtorsPanel account/>
                    <div class="stack-4"><BankDetailsCard account=id/><DebitOrderCard account=id/></div>
                </div>
            }.into_any(),
        }}
    }
    .into_any()
}

/// The statement (spec D13).
#[component]
pub(super) fn FinancesPanel(chosen: Chosen) -> impl IntoView {
    view! {
        {chosen.bar()}
        <ExplainHost>
            <Card title=t::units::statement><StatementPanel account=chosen.account/></Card>
        </ExplainHost>
    }
    .into_any()
}

/// What was sent (spec D14).
#[component]
pub(super) fn SentPanel(chosen: Chosen) -> impl IntoView {
    view! {
        {chosen.bar()}
        {move || view! { <CommunicationPanel account=chosen.account.get()/> }}
    }
    .into_any()
}
