//! Codes of imports in words.

use crate::kernel::i18n::{flaw_text, problem_text, t::imports as t};
use kept_shared::imports::{Fault, ImportField as F, ImportKind, ImportState, Remark, RemarkCode, Verdict};
use kept_shared::problem::Problem;

pub fn kind(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Invoices => t::kind_invoices(),
        ImportKind::Customers => t::kind_customers(),
        ImportKind::Balances => t::kind_balances(),
    }
}

/// Word and tone of a state.
pub fn state(state: ImportState) -> (&'static str, &'static str) {
    match state {
        ImportState::Uploaded => (t::state_uploaded(), "neutral"),
        ImportState::Checking => (t::state_checking(), "info"),
        ImportState::Checked => (t::state_checked(), "info"),
        ImportState::Committing => (t::state_committing(), "info"),
        ImportState::Done => (t::state_done(), "good"),
        ImportState::Cancelled => (t::state_cancelled(), "neutral"),
        ImportState::Failed => (t::state_failed(), "bad"),
    }
}

pub fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::New => (t::v_new(), "good"),
        Verdict::Unchanged => (t::v_unchanged(), "neutral"),
        Verdict::Changed => (t::v_changed(), "info"),
        Verdict::Faulty => (t::v_faulty(), "bad"),
    }
}

pub fn field(field: F) -> &'static str {
    match field {
        F::AccountReference => t::f_account_reference(),
        F::AccountName => t::f_account_name(),
        F::Customer => t::f_customer(),
        F::Community => t::f_community(),
        F::CustomerGroup => t::f_customer_group(),
        F::Unit => t::f_unit(),
        F::Email => t::f_email(),
        F::Phone => t::f_phone(),
        F::InvoiceNumber => t::f_invoice_number(),
        F::InvoiceDate => t::f_invoice_date(),
        F::DueDate => t::f_due_date(),
        F::Amount => t::f_amount(),
        F::Disputed => t::f_disputed(),
        F::SettledDate => t::f_settled_date(),
        F::Balance => t::f_balance(),
        F::BucketCurrent => t::f_bucket_current(),
        F::Bucket30 => t::f_bucket_30(),
        F::Bucket60 => t::f_bucket_60(),
        F::Bucket90 => t::f_bucket_90(),
        F::Bucket120 => t::f_bucket_120(),
        F::Bucket150 => t::f_bucket_150(),
        F::Bucket180 => t::f_bucket_180(),
        F::Total => t::f_total(),
    }
}

/// What is wrong with a cell: the column's meaning, the value, the reason.
pub fn fault(fault: &Fault) -> String {
    let with = |name: &str| fault.params.get(name).cloned().unwrap_or_default();
    let why = match fault.code.as_str() {
        "required" => t::x_required().to_owned(),
        "not_an_amount" => t::x_not_an_amount().to_owned(),
        "decimal_style_differs" | "decimal_style_needed" => t::x_decimal().to_owned(),
        "amount_too_large" => t::x_amount_too_large().to_owned(),
        "does_not_add_up" => t::x_does_not_add_up(with("sum")),
        "not_a_date" | "date_out_of_range" => t::x_not_a_date().to_owned(),
        "no_such_day" => t::x_no_such_day().to_owned(),
        "date_order_differs" | "date_order_needed" => t::x_date_order().to_owned(),
        "error_value" => t::x_error_value().to_owned(),
        "not_an_email" => t::x_not_an_email().to_owned(),
        "not_a_phone" | "phone_too_short" | "phone_too_long" => t::x_phone().to_owned(),
        "phone_needs_country_code" => t::x_phone_country().to_owned(),
        "not_yes_or_no" => t::x_yes_or_no().to_owned(),
        "unknown_community" => t::x_unknown_community().to_owned(),
        "repeated_in_file" => t::x_repeated(with("row")),
        "differs_from_book" => t::x_differs(with("before")),
        code => t::x_other(code.replace('_', " ")),
    };
    let value = if fault.value.is_empty() {
        String::new()
    } else {
        format!("“{}” ", fault.value)
    };
    match fault.field {
        Some(f) => format!("{}: {value}{why}", field(f)),
        None => format!("{value}{why}"),
    }
}

/// What becomes of a row that its kind does not say.
pub fn remark(remark: &Remark) -> String {
    let value = &remark.value;
    let what = match remark.code {
        RemarkCode::PostedAsCredit => t::m_posted_as_credit(value),
        RemarkCode::OpeningCredit => t::m_opening_credit(value),
        RemarkCode::SettledDateUnused => t::m_settled_unused(value),
        RemarkCode::DisputeUnused => t::m_dispute_unused().to_owned(),
        RemarkCode::NameDiffers => t::m_name_differs(value),
    };
    format!("{}: {what}", field(remark.field))
}

/// Why a file was not taken.
pub fn refusal(problem: &Problem) -> String {
    let Some(flaw) = problem.flaw("/file") else {
        return match problem.errors.first() {
            Some(flaw) => flaw_text(flaw),
            None => problem_text(problem),
        };
    };
    let row = flaw.params.get("row").cloned().unwrap_or_default();
    match flaw.code.as_str() {
        "empty" => t::r_empty().to_owned(),
        "not_a_table" => t::r_not_a_table().to_owned(),
        "damaged" | "dtd" | "unsafe_names" | "unreadable" | "rows_out_of_order" | "nul_character" => {
            t::r_damaged().to_owned()
        }
        "zip_bomb" => t::r_zip_bomb().to_owned(),
        "password_protected" => t::r_password_protected().to_owned(),
        "xls_too_old" => t::r_xls_too_old().to_owned(),
        "xlsb_not_read" => t::r_xlsb_not_read().to_owned(),
        "too_many_rows" => t::r_too_many_rows().to_owned(),
        "too_many_columns" => t::r_too_many_columns().to_owned(),
        "cell_too_long" => t::r_cell_too_long(row),
        "open_quote" => t::r_open_quote(row),
        "text_after_quote" => t::r_text_after_quote(row),
        "repeated_header" => t::r_repeated_header().to_owned(),
        "wrong_encoding" => t::r_wrong_encoding().to_owned(),
        "too_large" => t::r_too_large().to_owned(),
        code => t::r_other(code.replace('_', " ")),
    }
}

/// Why an import stopped.
pub fn failure(code: &str) -> String {
    match code {
        "book_changed" => t::book_changed().to_owned(),
        "interrupted" => t::interrupted().to_owned(),
        code => t::r_other(code.replace('_', " ")),
    }
}
