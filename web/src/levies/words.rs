//! Words and tones of recurring charges and runs, and the flaws only they know.

use crate::kernel::{format, i18n::t};
use chrono::{Datelike, NaiveDate};
use kept_shared::levies::*;
use kept_shared::problem::Problem;
use leptos::prelude::*;

pub fn kind(kind: LevyKind) -> &'static str {
    match kind {
        LevyKind::Levy => t::levies::kind_levy(),
        LevyKind::Reserve => t::levies::kind_reserve(),
        LevyKind::Special => t::levies::kind_special(),
        LevyKind::Rent => t::levies::kind_rent(),
        LevyKind::Parking => t::levies::kind_parking(),
        LevyKind::Insurance => t::levies::kind_insurance(),
        LevyKind::Utility => t::levies::kind_utility(),
        LevyKind::Other => t::levies::kind_other(),
    }
}

pub fn kinds() -> Vec<(String, String)> {
    LevyKind::ALL
        .iter()
        .map(|k| (k.as_str().to_owned(), kind(*k).to_owned()))
        .collect()
}

pub fn frequency(f: Frequency) -> &'static str {
    match f {
        Frequency::Monthly => t::levies::monthly(),
        Frequency::Quarterly => t::levies::quarterly(),
        Frequency::Yearly => t::levies::yearly(),
    }
}

pub fn frequencies() -> Vec<(String, String)> {
    Frequency::ALL
        .iter()
        .map(|f| (f.as_str().to_owned(), frequency(*f).to_owned()))
        .collect()
}

pub fn state(s: RunState) -> (&'static str, &'static str) {
    match s {
        RunState::Preview => ("info", t::levies::state_preview()),
        RunState::Running => ("warn", t::levies::state_running()),
        RunState::Done => ("good", t::levies::state_done()),
        RunState::Reversing => ("warn", t::levies::state_reversing()),
        RunState::Reversed => ("neutral", t::levies::state_reversed()),
        RunState::Failed => ("bad", t::levies::state_failed()),
    }
}

pub fn warning(w: LevyWarning) -> &'static str {
    match w {
        LevyWarning::NoOwner => t::levies::warn_no_owner(),
        LevyWarning::AlreadyCharged => t::levies::warn_already_charged(),
        LevyWarning::Ended => t::levies::warn_ended(),
        LevyWarning::UnitInactive => t::levies::warn_unit_inactive(),
        LevyWarning::AccountInactive => t::levies::warn_account_inactive(),
    }
}

/// `November 2026`.
pub fn month(day: NaiveDate) -> String {
    let long = format::date_long(day);
    long.split(' ').skip(2).collect::<Vec<_>>().join(" ")
}

/// The months a run may be made for, latest first, and the one people mean: the next.
pub fn months(today: NaiveDate) -> (Vec<(String, String)>, String) {
    let first = today.with_day(1).unwrap_or(today);
    let of = |n: i32| kept_shared::dates::add_months(first, n);
    let all = (-12..=MAX_MONTHS_AHEAD)
        .rev()
        .filter_map(of)
        .map(|d| (d.to_string(), month(d)))
        .collect();
    (all, of(1).unwrap_or(first).to_string())
}

/// A flaw that only this feature knows, in words.
fn own_flaw(code: &str, unit: Option<&String>) -> Option<String> {
    let unit = unit.cloned();
    Some(match (code, unit) {
        ("quota_missing", Some(unit)) => t::levies::flaw_quota_missing(unit),
        ("already_charged", Some(unit)) => t::levies::flaw_already_charged_unit(unit),
        ("several_charges", Some(unit)) => t::levies::flaw_several_charges(unit),
        ("other_frequency", Some(unit)) => t::levies::flaw_other_frequency(unit),
        ("already_charged", None) => t::levies::flaw_already_charged().into(),
        ("no_quotas", _) => t::levies::flaw_no_quotas().into(),
        ("no_units", _) => t::levies::flaw_no_units().into(),
        ("overlaps", _) => t::levies::flaw_overlaps().into(),
        ("too_far_ahead", _) => t::levies::flaw_too_far_ahead().into(),
        ("run_open", _) => t::levies::flaw_run_open().into(),
        ("nothing_to_charge", _) => t::levies::flaw_nothing_to_charge().into(),
        ("before_the_first", _) => t::levies::flaw_before_the_first().into(),
        (_, _) => return None,
    })
}

/// The fault at a pointer in this feature's words, for `error` properties.
pub fn fault(problem: Signal<Option<Problem>>, pointer: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        problem.with(|p| {
            let flaw = p.as_ref()?.flaw(pointer)?;
            own_flaw(&flaw.code, flaw.params.get("unit"))
        })
    })
}
