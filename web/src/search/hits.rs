//! A hit on the screen: who, where, and why it was found.

use crate::kernel::i18n::t;
use crate::ui::Pill;
use kept_shared::accounts::{CustomerType, Standing};
use kept_shared::ids::AccountId;
use kept_shared::phone;
use kept_shared::search::{HitKind, MatchKind, SearchHit};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Where a hit leads: to the customer, or to the unit or claim itself unless a customer is looked for.
pub fn way(hit: &SearchHit, customers_only: bool, to_account: impl Fn(AccountId) -> String) -> Option<String> {
    let own = match hit.what {
        HitKind::Account => None,
        HitKind::Unit => hit.unit_id.map(|id| format!("/units/{id}")),
        HitKind::Claim => hit.claim_id.map(|id| format!("/claims/{id}")),
    };
    own.filter(|_| !customers_only)
        .or_else(|| hit.account_id.map(to_account))
}

/// The hits that lead to a customer, each customer once.
pub fn customers(hits: Vec<SearchHit>) -> Vec<SearchHit> {
    let mut seen = BTreeSet::new();
    hits.into_iter()
        .filter(|hit| hit.account_id.is_some_and(|id| seen.insert(id)))
        .collect()
}

pub fn icon(hit: &SearchHit) -> &'static str {
    match hit.what {
        HitKind::Account => "user",
        HitKind::Unit => "home",
        HitKind::Claim => "file-text",
    }
}

/// What matched, where the line does not show it anyway.
fn reason(hit: &SearchHit) -> Option<String> {
    let value = hit.value.clone();
    Some(match hit.matched {
        MatchKind::Reference | MatchKind::Claim | MatchKind::Unit if hit.reference == hit.value => return None,
        MatchKind::Name if hit.name.as_deref() == Some(hit.value.as_str()) => return None,
        MatchKind::Reference => t::search::by_reference(value),
        MatchKind::Phone => t::search::by_phone(phone::display(&hit.value)),
        MatchKind::Claim => t::search::by_claim(value),
        MatchKind::Email => t::search::by_email(value),
        MatchKind::PaymentReference => t::search::by_payment_reference(value),
        MatchKind::SourceId => t::search::by_source_id(value),
        MatchKind::Name => t::search::by_name(value),
        MatchKind::Field => t::search::by_field(value),
        MatchKind::Unit => t::search::by_unit(value),
    })
}

fn heading(hit: &SearchHit) -> String {
    match (hit.what, hit.name.clone()) {
        (HitKind::Account, name) => name.unwrap_or_default(),
        (HitKind::Unit, Some(name)) => t::search::unit_of(&hit.reference, name),
        (HitKind::Unit, None) => t::search::unit(&hit.reference),
        (HitKind::Claim, name) => t::search::claim_of(&hit.reference, name.unwrap_or_default()),
    }
}

/// A hit's words.
#[component]
pub fn HitFace(hit: SearchHit) -> impl IntoView {
    let (heading, reason) = (heading(&hit), reason(&hit));
    let reference = (hit.what == HitKind::Account).then_some(hit.reference);
    let mut place = vec![hit.community_name];
    place.extend(hit.unit_label);
    let kind = hit.customer_type.map(|kind| match kind {
        CustomerType::Customer => view! { <Pill tone="warn" label=t::accounts::type_customer/> },
        CustomerType::PreviousCustomer => view! { <Pill tone="neutral" label=t::accounts::type_previous/> },
        CustomerType::Lead => view! { <Pill tone="good" label=t::accounts::type_lead/> },
    });
    let behind =
        (hit.standing == Some(Standing::Delinquent)).then(|| view! { <Pill tone="bad" label=t::search::delinquent/> });
    view! {
        <span class="search-hit">
            <span class="search-who"><b>{heading}</b>{reference.map(|r| view! { " "<span class="mono soft">{r}</span> })}</span>
            <span class="search-where">{place.join(" · ")}{reason.map(|r| view! { " · "<em>{r}</em> })}</span>
        </span>
        <span class="search-marks">{kind}{behind}</span>
    }
    .into_any()
}
