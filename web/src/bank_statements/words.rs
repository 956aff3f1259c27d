//! Words and tones of what the API says in codes.

use crate::kernel::format;
use crate::kernel::i18n::{flaw_text, problem_text, t::bank_statements as t};
use chrono::Datelike;
use kept_shared::bank_statements::{
    BalanceCheck, BankField, BankFormat, BankStatement, Confidence, IgnoreReason, LineState, MatchReason,
    StatementState,
};
use kept_shared::money::Money;
use kept_shared::problem::Problem;

pub(super) fn state(state: StatementState) -> (&'static str, &'static str) {
    match state {
        StatementState::Matching => ("info", t::state_matching()),
        StatementState::Open => ("warn", t::state_open()),
        StatementState::Done => ("good", t::state_done()),
        StatementState::Undone => ("neutral", t::state_undone()),
    }
}

pub(super) fn check(check: BalanceCheck) -> (&'static str, &'static str) {
    match check {
        BalanceCheck::Balances => ("good", t::check_balances()),
        BalanceCheck::Off => ("bad", t::check_off()),
        BalanceCheck::Unknown => ("neutral", t::check_unknown()),
        BalanceCheck::Currencies => ("warn", t::check_currencies()),
    }
}

pub(super) fn confidence(confidence: Confidence) -> (&'static str, &'static str) {
    match confidence {
        Confidence::Certain => ("good", t::certain()),
        Confidence::Likely => ("info", t::likely()),
        Confidence::Possible => ("warn", t::possible()),
    }
}

pub(super) fn line_state(state: LineState) -> (&'static str, &'static str) {
    match state {
        LineState::Unmatched => ("warn", t::line_unmatched()),
        LineState::Suggested => ("info", t::line_suggested()),
        LineState::Confirmed => ("good", t::line_confirmed()),
        LineState::Ignored => ("neutral", t::line_ignored()),
        LineState::Undone => ("neutral", t::line_undone()),
    }
}

pub(super) fn reason(reason: MatchReason) -> &'static str {
    match reason {
        MatchReason::AccountReference => t::by_account_reference(),
        MatchReason::ClaimReference => t::by_claim_reference(),
        MatchReason::UnitCode => t::by_unit_code(),
        MatchReason::Name => t::by_name(),
        MatchReason::Amount => t::by_amount(),
        MatchReason::Learned => t::by_learned(),
        MatchReason::Returned => t::by_returned(),
    }
}

pub(super) fn reasons(all: &[MatchReason]) -> String {
    all.iter().map(|r| reason(*r)).collect::<Vec<_>>().join(" + ")
}

pub(super) fn ignore(reason: IgnoreReason) -> &'static str {
    match reason {
        IgnoreReason::BankFee => t::ignore_bank_fee(),
        IgnoreReason::Outgoing => t::ignore_outgoing(),
        IgnoreReason::Transfer => t::ignore_transfer(),
        IgnoreReason::Interest => t::ignore_interest(),
        IgnoreReason::PostedElsewhere => t::ignore_posted_elsewhere(),
        IgnoreReason::Duplicate => t::ignore_duplicate(),
        IgnoreReason::Pending => t::ignore_pending(),
        IgnoreReason::Zero => t::ignore_zero(),
        IgnoreReason::OtherCurrency => t::ignore_other_currency(),
        IgnoreReason::Other => t::ignore_other(),
    }
}

/// The reasons a person may give; the others are the reader's own.
pub(super) const BY_HAND: [IgnoreReason; 7] = [
    IgnoreReason::BankFee,
    IgnoreReason::Outgoing,
    IgnoreReason::Transfer,
    IgnoreReason::Interest,
    IgnoreReason::PostedElsewhere,
    IgnoreReason::Duplicate,
    IgnoreReason::Other,
];

pub(super) fn field(field: BankField) -> &'static str {
    match field {
        BankField::Date => t::f_date(),
        BankField::ValueDate => t::f_value_date(),
        BankField::Amount => t::f_amount(),
        BankField::Debit => t::f_debit(),
        BankField::Credit => t::f_credit(),
        BankField::Direction => t::f_direction(),
        BankField::Balance => t::f_balance(),
        BankField::Text => t::f_text(),
        BankField::Reference => t::f_reference(),
        BankField::Name => t::f_name(),
        BankField::CounterpartyAccount => t::f_counterparty_account(),
        BankField::EndToEndId => t::f_end_to_end_id(),
        BankField::BankId => t::f_bank_id(),
        BankField::Code => t::f_code(),
        BankField::Account => t::f_account(),
    }
}

/// What the reader noticed.
pub(super) fn remark(code: &str, count: u32) -> String {
    let n = count as usize;
    let count = format::count(n);
    match code {
        "duplicate_lines" => t::m_duplicate_lines(count, n),
        "amount_rounded" => t::m_amount_rounded(count, n),
        "balance_chain_breaks" => t::m_balance_chain_breaks(count, n),
        "repeated_bank_id" => t::m_repeated_bank_id(count, n),
        "signs_contradict" => t::m_signs_contradict(count, n),
        "day_clamped" => t::m_day_clamped(count, n),
        "line_after_end" => t::m_line_after_end().to_owned(),
        "account_twice" => t::m_account_twice().to_owned(),
        "details_without_amounts" => t::m_details_without_amounts(count, n),
        code => format!("{}: {count}", code.replace('_', " ")),
    }
}

/// Why a file was not taken.
pub(super) fn refusal(problem: &Problem) -> String {
    let Some(flaw) = problem.errors.first() else {
        return problem_text(problem);
    };
    let param = |name: &str| flaw.params.get(name).cloned().unwrap_or_default();
    let why = match flaw.code.as_str() {
        "empty" | "no_lines" | "no_statement" => t::r_no_statement().to_owned(),
        "not_a_statement" | "not_a_table" => t::r_not_a_statement().to_owned(),
        "binary" | "nul_character" | "unreadable" | "wrong_encoding" => t::r_binary().to_owned(),
        "cut_off" => t::r_cut_off().to_owned(),
        "xml_damaged" | "tag_unreadable" | "damaged" => t::r_damaged().to_owned(),
        "entities_refused" | "too_deep" | "zip_bomb" => t::r_hostile().to_owned(),
        "too_large" | "too_many_lines" | "too_many_statements" | "too_many_rows" => t::r_too_large().to_owned(),
        "date_unreadable" | "date_missing" | "no_such_day" | "not_a_date" => t::r_date(param("found")),
        "not_an_amount" | "amount_missing" | "amount_too_large" | "sign_unreadable" => t::r_amount(param("found")),
        "balance_unreadable" => t::r_balance(param("found")),
        // Of the whole table, whichever line showed it.
        "date_order_needed" => return t::r_date_order().to_owned(),
        "decimal_style_needed" => return t::r_decimal_style().to_owned(),
        "returned_twice" => t::r_returned_twice().to_owned(),
        "reversed_already" => t::r_reversed_already().to_owned(),
        "bank_error" => t::r_bank_error(param("found")),
        "file_known" | "statement_known" => t::r_known().to_owned(),
        "currency_differs" => t::r_currency(param("found"), param("expected")),
        "account_elsewhere" => t::r_elsewhere(param("found")),
        "account_of_another" => t::r_of_another(param("account"), param("community")),
        "community_needed" if param("account").is_empty() => t::r_community_table().to_owned(),
        "community_needed" => t::r_community(param("account")),
        _ => flaw_text(flaw),
    };
    match flaw.params.get("line") {
        Some(line) => t::r_line(line, why),
        None => why,
    }
}

/// What a customer owes, or has in credit.
pub(super) fn owes(owed: Money) -> String {
    if owed.minor < 0 {
        t::in_credit(format::money(Money::new(owed.minor.saturating_abs(), owed.currency)))
    } else {
        t::owes(format::money(owed))
    }
}

/// The file and how the bank wrote it.
pub(super) fn file_of(s: &BankStatement) -> String {
    let format = match s.format {
        BankFormat::Mt940 => t::format_mt940(),
        BankFormat::Camt => t::format_camt(),
        BankFormat::Ofx => t::format_ofx(),
        BankFormat::Csv => t::format_csv(),
    };
    t::file_of(s.file_name.clone(), format)
}

/// `1 – 30 Nov 2026`.
pub(super) fn period(s: &BankStatement) -> String {
    match (s.first_on, s.last_on) {
        (Some(a), Some(b)) if a == b => format::date(a),
        (Some(a), Some(b)) if (a.year(), a.month()) == (b.year(), b.month()) => {
            format!("{}\u{a0}– {}", a.day(), format::date(b))
        }
        (Some(a), Some(b)) => format!("{} – {}", format::date(a), format::date(b)),
        (None, _) | (_, None) => "–".to_owned(),
    }
}
