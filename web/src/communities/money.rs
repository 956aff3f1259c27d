//! How a community's money is posted: what payments are set against first, and from which amount on a second pair of
//! eyes is needed.

use super::form::Problems;
use crate::kernel::{format, i18n::t};
use crate::ui::{MoneyInput, Section, Select, amount_of};
use kept_shared::allocation::{AllocationClass, AllocationRules, AllocationStrategy};
use kept_shared::communities::NewCommunity;
use kept_shared::money::{Currency, Money};
use leptos::prelude::*;

/// What the section holds.
#[derive(Clone, Copy)]
pub(super) struct MoneyFields {
    strategy: RwSignal<String>,
    /// The classes of an order of one's own, first to last; blank: none.
    order: [RwSignal<String>; 5],
    approval_above: RwSignal<String>,
}

impl MoneyFields {
    pub(super) fn of(c: &NewCommunity) -> Self {
        let at = |n: usize| {
            c.allocation
                .order
                .get(n)
                .map(|c| c.as_str().to_owned())
                .unwrap_or_default()
        };
        Self {
            strategy: RwSignal::new(c.allocation.strategy.as_str().into()),
            order: [0, 1, 2, 3, 4].map(|n| RwSignal::new(at(n))),
            approval_above: RwSignal::new(c.approval_above.map(Money::to_plain).unwrap_or_default()),
        }
    }
    pub(super) fn allocation(self) -> AllocationRules {
        let strategy = self
            .strategy
            .with_untracked(|v| v.parse().unwrap_or(AllocationStrategy::OldestFirst));
        let order = if strategy == AllocationStrategy::Custom {
            self.order
                .iter()
                .filter_map(|c| c.with_untracked(|v| v.parse().ok()))
                .collect()
        } else {
            vec![]
        };
        AllocationRules { strategy, order }
    }
    /// What was typed; a text that is no amount stands below zero, so that the field says so.
    pub(super) fn approval_above(self, currency: Currency) -> Option<Money> {
        let text = self.approval_above.get_untracked();
        if text.trim().is_empty() {
            return None;
        }
        Some(amount_of(&text, currency).unwrap_or(Money::new(-1, currency)))
    }
}

/// A strategy in words.
pub fn strategy_label(strategy: AllocationStrategy) -> &'static str {
    match strategy {
        AllocationStrategy::OldestFirst => t::communities::strategy_oldest_first(),
        AllocationStrategy::FeesFirst => t::communities::strategy_fees_first(),
        AllocationStrategy::InterestFeesPrincipal => t::communities::strategy_interest_first(),
        AllocationStrategy::PrincipalFirst => t::communities::strategy_principal_first(),
        AllocationStrategy::Custom => t::communities::strategy_custom(),
        AllocationStrategy::DebtorDirected => t::communities::strategy_directed(),
    }
}

fn strategy_hint(strategy: AllocationStrategy) -> &'static str {
    match strategy {
        AllocationStrategy::OldestFirst => t::communities::strategy_oldest_first_hint(),
        AllocationStrategy::FeesFirst => t::communities::strategy_fees_first_hint(),
        AllocationStrategy::InterestFeesPrincipal => t::communities::strategy_interest_first_hint(),
        AllocationStrategy::PrincipalFirst => t::communities::strategy_principal_first_hint(),
        AllocationStrategy::Custom => t::communities::strategy_custom_hint(),
        AllocationStrategy::DebtorDirected => t::communities::strategy_directed_hint(),
    }
}

/// A class of debt in words.
pub fn class_label(class: AllocationClass) -> &'static str {
    match class {
        AllocationClass::Interest => t::communities::class_interest(),
        AllocationClass::Fee => t::communities::class_fee(),
        AllocationClass::LegalCost => t::communities::class_legal_cost(),
        AllocationClass::HandoverCharge => t::communities::class_handover_charge(),
        AllocationClass::Principal => t::communities::class_principal(),
    }
}

/// The limit and the order, for the community's own page.
pub(super) fn summary(allocation: &AllocationRules, approval_above: Option<Money>) -> (String, String) {
    let order: Vec<&str> = allocation.order.iter().map(|c| class_label(*c)).collect();
    let mut how = strategy_label(allocation.strategy).to_owned();
    if !order.is_empty() {
        how = format!("{how}: {}", order.join(", "));
    }
    let limit = approval_above.map_or_else(|| t::communities::no_approval().to_owned(), format::money);
    (how, limit)
}

#[component]
pub(super) fn MoneySection(
    fields: MoneyFields,
    #[prop(into)] currency: Signal<Currency>,
    problem: Problems,
) -> impl IntoView {
    let strategies = Signal::derive(|| {
        AllocationStrategy::ALL
            .iter()
            .map(|s| (s.as_str().to_owned(), strategy_label(*s).to_owned()))
            .collect::<Vec<_>>()
    });
    let chosen = move || {
        fields
            .strategy
            .with(|s| s.parse().unwrap_or(AllocationStrategy::OldestFirst))
    };
    let classes = Signal::derive(|| {
        AllocationClass::ALL
            .iter()
            .map(|c| (c.as_str().to_owned(), class_label(*c).to_owned()))
            .collect::<Vec<_>>()
    });
    let pointers = [
        "/allocation/order/0",
        "/allocation/order/1",
        "/allocation/order/2",
        "/allocation/order/3",
        "/allocation/order/4",
    ];
    let order = move || {
        fields
            .order
            .into_iter()
            .enumerate()
            .map(|(n, value)| {
                let label = move || t::communities::order_place(n + 1);
                view! { <Select label=label value options=classes empty=t::communities::order_none problem pointer=pointers[n]/> }
            })
            .collect_view()
    };
    view! {
        <Section title=t::communities::money_section text=t::communities::money_text>
            <div class="form-grid">
                <Select label=t::communities::strategy value=fields.strategy options=strategies hint=move || strategy_hint(chosen()) problem
                    pointer="/allocation/strategy" class="span-all"/>
                <Show when=move || chosen() == AllocationStrategy::Custom>
                    <div class="span-all form-grid">{order()}</div>
                </Show>
                <MoneyInput label=t::communities::approval_above value=fields.approval_above currency hint=t::communities::approval_hint problem
                    pointer="/approval_above"/>
            </div>
        </Section>
    }
    .into_any()
}
