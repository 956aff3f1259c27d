//! Claims in words.

use crate::kernel::{format, i18n::t};
use crate::ui::Pill;
use kept_shared::claims::{ClaimLine, ClaimRelationKind, ClaimStanding, ProductKind};
use kept_shared::ledger::{ClaimResolution, ClaimState};
use leptos::prelude::*;

/// How a claim ended.
pub fn resolution_words(resolution: ClaimResolution) -> &'static str {
    match resolution {
        ClaimResolution::Paid => t::claims::paid_resolution(),
        ClaimResolution::Sold => t::claims::sold(),
        ClaimResolution::Fraudulent => t::claims::fraudulent(),
        ClaimResolution::Discarded => t::claims::discarded(),
        ClaimResolution::Discharged => t::claims::discharged(),
        ClaimResolution::Invalidated => t::claims::invalidated(),
        ClaimResolution::WrittenOff => t::claims::written_off(),
        ClaimResolution::Prescribed => t::claims::prescribed(),
        ClaimResolution::Settled => t::claims::settled(),
    }
}

pub(super) fn resolution_hint(resolution: ClaimResolution) -> &'static str {
    match resolution {
        ClaimResolution::Paid => "",
        ClaimResolution::Sold => t::claims::sold_hint(),
        ClaimResolution::Fraudulent => t::claims::fraudulent_hint(),
        ClaimResolution::Discarded => t::claims::discarded_hint(),
        ClaimResolution::Discharged => t::claims::discharged_hint(),
        ClaimResolution::Invalidated => t::claims::invalidated_hint(),
        ClaimResolution::WrittenOff => t::claims::written_off_hint(),
        ClaimResolution::Prescribed => t::claims::prescribed_hint(),
        ClaimResolution::Settled => t::claims::settled_hint(),
    }
}

/// This claim and another: the words read from this one's side.
pub(super) fn relation_words(kind: ClaimRelationKind, outward: bool) -> &'static str {
    match (kind, outward) {
        (ClaimRelationKind::Replaces, true) => t::claims::replaces(),
        (ClaimRelationKind::Replaces, false) => t::claims::replaced_by(),
        (ClaimRelationKind::SplitFrom, true) => t::claims::split_from(),
        (ClaimRelationKind::SplitFrom, false) => t::claims::split_into(),
        (ClaimRelationKind::Reinstates, true) => t::claims::reinstates(),
        (ClaimRelationKind::Reinstates, false) => t::claims::reinstated_by(),
        (ClaimRelationKind::Refinances, true) => t::claims::refinances(),
        (ClaimRelationKind::Refinances, false) => t::claims::refinanced_by(),
        (ClaimRelationKind::Restructures, true) => t::claims::restructures(),
        (ClaimRelationKind::Restructures, false) => t::claims::restructured_by(),
        (ClaimRelationKind::Defers, true) => t::claims::defers(),
        (ClaimRelationKind::Defers, false) => t::claims::deferred_by(),
    }
}

pub fn product_kind_words(kind: ProductKind) -> &'static str {
    match kind {
        ProductKind::Levy => t::claims::kind_levy(),
        ProductKind::Rent => t::claims::kind_rent(),
        ProductKind::Storage => t::claims::kind_storage(),
        ProductKind::Contract => t::claims::kind_contract(),
        ProductKind::Loan => t::claims::kind_loan(),
        ProductKind::Service => t::claims::kind_service(),
        ProductKind::Other => t::claims::kind_other(),
    }
}

/// Where a claim stands, as pills.
pub fn standing(c: &ClaimLine) -> AnyView {
    let (tone, words): (&'static str, String) = match (c.state, c.standing) {
        (ClaimState::Deleted, _) => ("neutral", t::claims::deleted().into()),
        (ClaimState::Resolved, _) | (ClaimState::Active, ClaimStanding::Closed) => match c.resolution {
            Some(ClaimResolution::Paid) => ("good", t::claims::paid_resolution().into()),
            Some(other) => ("neutral", resolution_words(other).into()),
            None => ("neutral", t::claims::resolved().into()),
        },
        (ClaimState::Active, _) if c.totals.open.minor <= 0 => ("good", t::claims::nothing_open().into()),
        (ClaimState::Active, ClaimStanding::NotDue) => ("info", t::claims::not_due().into()),
        (ClaimState::Active, ClaimStanding::DueToday) => ("warn", t::claims::due_today().into()),
        (ClaimState::Active, ClaimStanding::Overdue) => {
            let days = usize::try_from(c.days_past_due.unwrap_or_default()).unwrap_or_default();
            ("bad", t::claims::overdue(days))
        }
    };
    let disputed = c
        .is_disputed
        .then(|| view! { <Pill tone="violet" label=t::claims::disputed/> });
    view! { <Pill tone label=words/>{disputed} }.into_any()
}

/// First and last day it is for.
pub(super) fn period(c: &ClaimLine) -> Option<String> {
    let (from, to) = c.period_from.zip(c.period_to)?;
    Some(t::units::from_to(format::date(from), format::date(to)))
}
