//! Words. Every visible text is a function generated from `locales/`, so a missing key does not compile:
//! `t::users::title()`, `t::users::selected(5)`. Reading one inside a view follows a change of language.

use kept_shared::problem::{FieldProblem, Problem};
use leptos::prelude::*;
use std::cell::OnceCell;

/// The languages of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    En,
    Af,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::En, Self::Af];
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Af => "af",
        }
    }
    /// The language's own name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Af => "Afrikaans",
        }
    }
    /// As it is offered: whether all of it is there is said before it is chosen.
    pub fn offered(self) -> String {
        match self {
            Self::En => self.name().to_owned(),
            Self::Af => format!("{} (nog nie volledig nie · not complete yet)", self.name()),
        }
    }
    pub fn of(code: &str) -> Self {
        if code.starts_with("af") { Self::Af } else { Self::En }
    }
}

thread_local! {
    // Not a context: messages are also taken in event handlers and after an await, where no context is at hand.
    static CHOSEN: OnceCell<RwSignal<Language>> = const { OnceCell::new() };
}

/// Called once, in the root component, before anything is shown.
pub fn provide() {
    let wanted = super::prefs::stored("language").or_else(|| window().navigator().language());
    let language = Language::of(&wanted.unwrap_or_default());
    CHOSEN.with(|c| {
        let _second_call = c.set(RwSignal::new(language));
    });
    tell_document(language);
}

/// The language in force; tracked where it is read.
pub fn language() -> Language {
    CHOSEN.with(|c| c.get().and_then(|l| l.try_get()).unwrap_or(Language::En))
}

fn tell_document(language: Language) {
    if let Some(root) = document().document_element() {
        let _unsupported = root.set_attribute("lang", language.code());
    }
}

/// Changes the language, remembers it, and tells assistive technology.
pub fn set_language(language: Language) {
    CHOSEN.with(|c| {
        if let Some(chosen) = c.get() {
            chosen.set(language);
        }
    });
    super::prefs::store("language", language.code());
    tell_document(language);
}

/// The messages, one module for each file of `locales/en`.
pub mod t {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

/// A problem in words: what the server said it is, told in the reader's language.
pub fn problem_text(problem: &Problem) -> String {
    let text = match problem.code() {
        "unauthenticated" => t::problems::unauthenticated(),
        "sign-in-failed" => t::problems::sign_in_failed(),
        "permission-missing" => t::problems::permission_missing(),
        "not-found" => t::problems::not_found(),
        "state-forbids" => t::problems::state_forbids(),
        "already-exists" => t::problems::already_exists(),
        "in-use" => t::problems::in_use(),
        "request-in-progress" => t::problems::request_in_progress(),
        "link-expired" => t::problems::link_expired(),
        "changed-meanwhile" => t::problems::changed_meanwhile(),
        "body-too-large" => t::problems::body_too_large(),
        "not-acceptable" => t::problems::not_acceptable(),
        "file-unreadable" => t::problems::file_unreadable(),
        "file-refused" => t::problems::file_refused(),
        "too-many-requests" => t::problems::too_many_requests(),
        "unavailable" => t::problems::unavailable(),
        "files-unavailable" => t::problems::files_unavailable(),
        "storage-full" => t::problems::storage_full(),
        "offline" => t::problems::offline(),
        "internal" => t::problems::internal(),
        _ => return problem.title.clone(),
    };
    text.to_owned()
}

/// The fault of one field in words. Codes that only one feature knows are its own to translate.
pub fn flaw_text(flaw: &FieldProblem) -> String {
    let param = |name: &str| flaw.params.get(name).cloned().unwrap_or_default();
    match flaw.code.as_str() {
        "required" => t::flaws::required().into(),
        "too_long" if flaw.params.contains_key("max") => t::flaws::too_long_of(param("max")),
        "too_long" => t::flaws::too_long().into(),
        "too_short" if flaw.params.contains_key("min") => t::flaws::too_short_of(param("min")),
        "too_short" => t::flaws::too_short().into(),
        "control_character" => t::flaws::control_character().into(),
        "not_an_email" => t::flaws::not_an_email().into(),
        "not_a_phone" => t::flaws::not_a_phone().into(),
        "taken" | "duplicate" => t::flaws::taken().into(),
        "unknown" | "not_found" | "unknown_account" | "unknown_claim" => t::flaws::unknown().into(),
        "amount_needed" => t::flaws::amount_needed().into(),
        "account_reference_needed" => t::flaws::account_reference_needed().into(),
        "invoice_number_needed" => t::flaws::invoice_number_needed().into(),
        "date_needed" => t::flaws::date_needed().into(),
        "date_order_needed" | "decimal_style_needed" => t::flaws::choice_needed().into(),
        "not_positive" => t::flaws::not_positive().into(),
        "does_not_add_up" => t::flaws::does_not_add_up().into(),
        "amount_twice" => t::flaws::amount_twice().into(),
        "direction_without_amount" => t::flaws::direction_without_amount().into(),
        "field_twice" => t::flaws::field_twice().into(),
        "column_twice" => t::flaws::column_twice().into(),
        "no_such_column" => t::flaws::no_such_column().into(),
        "never_posted" => t::flaws::never_posted().into(),
        "no_proposal" => t::flaws::no_proposal().into(),
        "not_that_payment" => t::flaws::not_that_payment().into(),
        "lines_or_confidence" => t::flaws::lines_or_confidence().into(),
        "not_in_bulk" => t::flaws::not_in_bulk().into(),
        "no_lines" => t::flaws::no_lines().into(),
        "too_many_mappings" => t::flaws::too_many_mappings().into(),
        "not_by_hand" => t::flaws::not_by_hand().into(),
        "fixed_by_type" => t::flaws::fixed_by_type().into(),
        "credit_has_none" => t::flaws::credit_has_none().into(),
        "only_for_invoices" => t::flaws::only_for_invoices().into(),
        "before_the_start" => t::flaws::before_the_start().into(),
        "by_the_ledger" => t::flaws::by_the_ledger().into(),
        "not_active" => t::flaws::not_active().into(),
        "nothing_open" => t::flaws::nothing_open().into(),
        "before_the_claim" => t::flaws::before_the_claim().into(),
        "before_the_entry" => t::flaws::before_the_entry().into(),
        "not_closed_by_hand" => t::flaws::not_closed_by_hand().into(),
        "not_deleted" => t::flaws::not_deleted().into(),
        "has_payments" => t::flaws::has_payments().into(),
        "above_limit" => t::flaws::above_limit().into(),
        "reversed_already" => t::flaws::reversed_already().into(),
        "no_change" => t::flaws::no_change().into(),
        "not_a_credit" => t::flaws::not_a_credit().into(),
        "itself" => t::flaws::itself().into(),
        "changed_meanwhile" => t::flaws::changed_meanwhile().into(),
        "only_for_payments" => t::flaws::only_for_payments().into(),
        "after_the_end" => t::flaws::after_the_end().into(),
        "more_than_the_payment" => t::flaws::more_than_the_payment().into(),
        "not_an_amount" => t::flaws::not_an_amount().into(),
        "too_many_decimals" => t::flaws::too_many_decimals().into(),
        "too_large" => t::flaws::too_large().into(),
        "negative" => t::flaws::negative().into(),
        "wrong_currency" => t::flaws::wrong_currency().into(),
        "twice" => t::flaws::twice().into(),
        "not_custom" => t::flaws::not_custom().into(),
        "in_past" => t::flaws::in_past().into(),
        "malformed"
        | "invalid"
        | "unknown_value"
        | "unknown_part"
        | "unknown_field"
        | "not_an_object"
        | "trailing_characters" => t::flaws::malformed().into(),
        "out_of_range" | "date_out_of_range" => t::flaws::out_of_range().into(),
        "too_far" => t::flaws::too_far().into(),
        "wrong" => t::flaws::wrong().into(),
        "too_common" => t::flaws::too_common().into(),
        "too_simple" => t::flaws::too_simple().into(),
        "same_as_email" => t::flaws::same_as_email().into(),
        "same_as_before" => t::flaws::same_as_before().into(),
        "not_for_this_type" => t::flaws::not_for_this_type().into(),
        "not_yours_to_give" => t::flaws::not_yours_to_give().into(),
        "superusers_manage_users" => t::flaws::superusers_manage_users().into(),
        "not_a_website" => t::flaws::not_a_website().into(),
        "not_a_time_zone" => t::flaws::not_a_time_zone().into(),
        "not_increasing" => t::flaws::not_increasing().into(),
        "phone_too_short" => t::flaws::phone_too_short().into(),
        "phone_too_long" => t::flaws::phone_too_long().into(),
        "phone_needs_country_code" => t::flaws::phone_needs_country_code().into(),
        "not_a_percentage" => t::flaws::not_a_percentage().into(),
        "not_a_language" => t::flaws::not_a_language().into(),
        "fixed_by_entries" => t::flaws::fixed_by_entries().into(),
        "in_future" => t::flaws::in_future().into(),
        "too_early" => t::flaws::too_early().into(),
        "before_present_owner" => t::flaws::before_present_owner().into(),
        "already_owner" => t::flaws::already_owner().into(),
        "other_community" => t::flaws::other_community().into(),
        "one_must_be_primary" => t::flaws::one_must_be_primary().into(),
        "integrated" => t::flaws::integrated().into(),
        "fixed" => t::flaws::fixed().into(),
        "too_deep" => t::files::folder_too_deep().into(),
        "forbidden_signs" => t::files::folder_signs().into(),
        "not_for_documents" => t::files::flaw_not_for_documents().into(),
        "held" => t::files::flaw_held().into(),
        "not_held" => t::files::flaw_not_held().into(),
        "deleted" => t::files::flaw_deleted().into(),
        "too_many_reports" => t::flaws::too_many_reports(param("most")),
        "money_in" => t::flaws::money_in().into(),
        "money_out" => t::flaws::money_out().into(),
        "more_than_open" => t::flaws::more_than_open().into(),
        "after_as_at" => t::flaws::after_as_at().into(),
        "with_the_note" => t::flaws::with_the_note().into(),
        "attorneys_share" => t::flaws::attorneys_share().into(),
        "balance_and_buckets" => t::flaws::balance_and_buckets().into(),
        "blank_inside" => t::flaws::blank_inside().into(),
        "customer_and_reference" => t::flaws::customer_and_reference().into(),
        "faulty_rows" => t::flaws::faulty_rows().into(),
        "mapped_twice" => t::flaws::mapped_twice().into(),
        "nobody" => t::flaws::nobody().into(),
        "not_a_locale" => t::flaws::not_a_locale().into(),
        "not_for_this_kind" => t::flaws::not_for_this_kind().into(),
        "not_with_a_period" => t::flaws::not_with_a_period().into(),
        "not_with_handover" => t::flaws::not_with_handover().into(),
        "not_with_status" => t::flaws::not_with_status().into(),
        "only_for_attorneys" => t::flaws::only_for_attorneys().into(),
        "only_with_handover" => t::flaws::only_with_handover().into(),
        "only_with_status" => t::flaws::only_with_status().into(),
        "too_many_customers" => t::flaws::too_many_customers(param("most")),
        "too_many_lines" => t::flaws::too_many_lines(param("most")),
        "too_many_sheets" => t::flaws::too_many_sheets(param("most")),
        "too_large_a_sheet" => t::flaws::too_large_a_sheet(param("most")),
        "too_many_units" => t::flaws::too_many_units().into(),
        "wrong_kind" => t::flaws::wrong_kind().into(),
        "out_of_reach" => t::flaws::out_of_reach().into(),
        "repeated" => t::flaws::repeated().into(),
        "not_allowed" => t::flaws::not_allowed().into(),
        "not_a_picture" => t::flaws::not_a_picture().into(),
        "too_many_pixels" => t::flaws::too_many_pixels().into(),
        "damaged" => t::flaws::damaged().into(),
        "wrong_sign" => t::flaws::wrong_sign().into(),
        "posted_already" => t::flaws::posted_already().into(),
        "not_the_exact_negative" | "nothing_to_reverse" => t::flaws::not_the_exact_negative().into(),
        "allocation_mismatch" => t::flaws::allocation_mismatch().into(),
        "allocation_too_early" => t::flaws::allocation_too_early().into(),
        "allocation_exceeds" => t::flaws::allocation_exceeds().into(),
        "whole_customer_only" => t::flaws::whole_customer_only().into(),
        "not_an_iban" => t::flaws::not_an_iban().into(),
        "not_an_account_number" => t::flaws::not_an_account_number().into(),
        "not_a_branch_code" => t::flaws::not_a_branch_code().into(),
        "not_with_this" => t::flaws::not_with_this().into(),
        "not_a_day_of_a_month" => t::flaws::not_a_day_of_a_month().into(),
        "too_many_retries" => t::flaws::too_many_retries().into(),
        "nothing_on_file" => t::flaws::nothing_on_file().into(),
        "own_community" => t::flaws::own_community().into(),
        "rented" => t::flaws::rented().into(),
        "lifted_already" => t::flaws::lifted_already().into(),
        "too_many" | "too_many_parts" => t::flaws::too_many().into(),
        "switched_off" => t::flaws::switched_off().into(),
        "no_units" => t::flaws::no_units().into(),
        "not_beside_all_units" => t::flaws::not_beside_all_units().into(),
        "not_a_key" => t::metadata::flaw_key().into(),
        "in_use" => t::metadata::flaw_in_use().into(),
        "values_do_not_fit" => t::metadata::flaw_fit().into(),
        "masked" => t::metadata::flaw_masked().into(),
        "archived" => t::metadata::flaw_archived().into(),
        "sensitive" => t::metadata::flaw_sensitive().into(),
        "debit_order_open" => t::banking::debit_order_open().into(),
        "not_a_text" => t::metadata::flaw_text().into(),
        "not_a_number" => t::metadata::flaw_number().into(),
        "not_a_date" => t::metadata::flaw_date().into(),
        "not_a_boolean" => t::metadata::flaw_boolean().into(),
        "not_a_choice" => t::metadata::flaw_choice().into(),
        "not_a_link" => t::metadata::flaw_link().into(),
        "not_exact" => t::metadata::flaw_exact().into(),
        other => t::flaws::other(other.replace('_', " ")),
    }
}
