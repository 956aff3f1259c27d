//! Codes of the workbook in words.

use crate::kernel::i18n::{flaw_text, t::unit_sheet as t};
use kept_shared::imports::Verdict;
use kept_shared::problem::{FieldProblem, Problem};
use kept_shared::unit_sheet::{SheetChange, SheetColumn, SheetFault};

pub fn column(column: SheetColumn) -> &'static str {
    match column {
        SheetColumn::Unit => t::c_unit(),
        SheetColumn::Block => t::c_block(),
        SheetColumn::Section => t::c_section(),
        SheetColumn::Type => t::c_type(),
        SheetColumn::Size => t::c_size(),
        SheetColumn::Quota => t::c_quota(),
        SheetColumn::Description => t::c_description(),
        SheetColumn::Active => t::c_active(),
        SheetColumn::Reference => t::c_reference(),
        SheetColumn::Owner => t::c_owner(),
        SheetColumn::Emails => t::c_emails(),
        SheetColumn::Phones => t::c_phones(),
    }
}

/// Word and tone.
pub fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::New => (t::v_new(), "good"),
        Verdict::Changed => (t::v_changed(), "info"),
        Verdict::Unchanged => (t::v_unchanged(), "neutral"),
        Verdict::Faulty => (t::v_faulty(), "bad"),
    }
}

pub fn change(change: &SheetChange) -> String {
    let name = column(change.column);
    match (change.before.is_empty(), change.after.is_empty()) {
        (true, _) => t::change_new(name, &change.after),
        (false, true) => t::change_gone(name, &change.before),
        (false, false) => t::change(name, &change.before, &change.after),
    }
}

/// The column, the value, the reason.
pub fn fault(fault: &SheetFault) -> String {
    let row = || fault.params.get("row").cloned().unwrap_or_default();
    let why = match fault.code.as_str() {
        "repeated_in_file" => t::x_repeated(row()),
        "contradicts_row" => t::x_contradicts(row()),
        "may_not_create" => t::x_may_not_create().to_owned(),
        "may_not_change_contacts" => t::x_may_not_change_contacts().to_owned(),
        "owner_by_hand" => t::x_owner_by_hand().to_owned(),
        "owner_name_is_for_reading" => t::x_owner_name().to_owned(),
        "unknown_customer" => t::x_unknown_customer().to_owned(),
        "no_owner" => t::x_no_owner().to_owned(),
        "fed_contact" => t::x_fed().to_owned(),
        "not_yes_or_no" => t::x_yes_or_no().to_owned(),
        "is_a_date" => t::x_date().to_owned(),
        "is_an_error" => t::x_error().to_owned(),
        code => flaw_text(&FieldProblem {
            params: fault.params.clone(),
            ..FieldProblem::new("", code)
        }),
    };
    if fault.value.is_empty() {
        format!("{}: {why}", column(fault.column))
    } else {
        format!("{}: “{}” · {why}", column(fault.column), fault.value)
    }
}

/// Why a file was not taken.
pub fn refusal(problem: &Problem) -> String {
    match problem.flaw("/file").map(|flaw| flaw.code.as_str()) {
        Some("no_unit_column") => t::r_no_unit_column().to_owned(),
        Some("too_many_rows") => t::r_too_many_rows().to_owned(),
        Some("faulty_rows") => t::r_faulty_rows().to_owned(),
        Some("nothing_to_write") => t::nothing().to_owned(),
        Some(_) => t::r_unreadable(crate::imports::refusal(problem)),
        None => crate::imports::refusal(problem),
    }
}
