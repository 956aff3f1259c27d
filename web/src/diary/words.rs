//! Events in words: what each is called, its picture and its tone.

use crate::kernel::i18n::t;

/// How an event looks.
pub(super) struct Look {
    pub icon: &'static str,
    /// good info warn bad violet ink neutral
    pub tone: &'static str,
    pub title: String,
}

/// By the name of the event on the wire. A name this page does not know yet is still told, in its own words.
pub(super) fn look(kind: &str) -> Look {
    let (icon, tone, title) = match kind {
        "account_created" => ("user-plus", "info", t::diary::account_created()),
        "account_changed" => ("pencil", "neutral", t::diary::account_changed()),
        "debtor_added" => ("user-plus", "info", t::diary::debtor_added()),
        "debtor_changed" => ("pencil", "neutral", t::diary::debtor_changed()),
        "debtor_removed" => ("trash-2", "warn", t::diary::debtor_removed()),
        "contact_added" => ("phone", "info", t::diary::contact_added()),
        "contact_changed" => ("phone", "neutral", t::diary::contact_changed()),
        "contact_removed" => ("phone", "warn", t::diary::contact_removed()),
        "owner_changed" => ("house", "info", t::diary::owner_changed()),
        "entries_posted" => ("receipt", "neutral", t::diary::entries_posted()),
        "reallocated" => ("sliders-horizontal", "neutral", t::diary::reallocated()),
        "posting_requested" => ("clock", "warn", t::diary::posting_requested()),
        "posting_approved" => ("shield-check", "good", t::diary::posting_approved()),
        "posting_declined" => ("ban", "bad", t::diary::posting_declined()),
        "posting_withdrawn" => ("x", "neutral", t::diary::posting_withdrawn()),
        "product_created" => ("plus", "neutral", t::diary::product_created()),
        "product_changed" => ("pencil", "neutral", t::diary::product_changed()),
        "claims_closed" => ("circle-check", "good", t::diary::claims_closed()),
        "claims_opened" => ("refresh-cw", "warn", t::diary::claims_opened()),
        "claim_resolved" => ("circle-check", "good", t::diary::claim_resolved()),
        "claim_reopened" => ("refresh-cw", "warn", t::diary::claim_reopened()),
        "claim_deleted" => ("trash-2", "bad", t::diary::claim_deleted()),
        "claim_recreated" => ("refresh-cw", "warn", t::diary::claim_recreated()),
        "claim_changed" => ("pencil", "neutral", t::diary::claim_changed()),
        "claims_related" => ("link", "neutral", t::diary::claims_related()),
        "status_applied" => ("tag", "violet", t::diary::status_applied()),
        "status_ended" => ("tag", "neutral", t::diary::status_ended()),
        "handed_over" => ("flag", "bad", t::diary::handed_over()),
        "handover_accepted" => ("handshake", "good", t::diary::handover_accepted()),
        "handover_declined" => ("ban", "warn", t::diary::handover_declined()),
        "handover_recalled" => ("arrow-left", "warn", t::diary::handover_recalled()),
        "handover_returned" => ("arrow-left", "warn", t::diary::handover_returned()),
        "handover_closed" => ("circle-check", "neutral", t::diary::handover_closed()),
        "exclusion_set" => ("ban", "warn", t::diary::exclusion_set()),
        "exclusion_lifted" => ("ban", "neutral", t::diary::exclusion_lifted()),
        "lead_changed" => ("pencil", "neutral", t::diary::lead_changed()),
        "bank_details_changed" => ("landmark", "neutral", t::diary::bank_details_changed()),
        "bank_details_removed" => ("landmark", "warn", t::diary::bank_details_removed()),
        "bank_number_seen" => ("eye", "warn", t::diary::bank_number_seen()),
        "debit_order_changed" => ("landmark", "neutral", t::diary::debit_order_changed()),
        "note_added" => ("notebook-pen", "info", t::diary::note_added()),
        "note_deleted" => ("trash-2", "warn", t::diary::note_deleted()),
        "metadata_changed" => ("pencil", "neutral", t::diary::metadata_changed()),
        "file_uploaded" => ("paperclip", "info", t::diary::file_uploaded()),
        "file_scanned" => ("shield-check", "neutral", t::diary::file_scanned()),
        "file_downloaded" => ("download", "neutral", t::diary::file_downloaded()),
        "file_changed" => ("pencil", "neutral", t::diary::file_changed()),
        "file_held" => ("lock", "violet", t::diary::file_held()),
        "file_released" => ("key-round", "neutral", t::diary::file_released()),
        "file_deleted" => ("trash-2", "bad", t::diary::file_deleted()),
        "file_purged" => ("trash-2", "neutral", t::diary::file_purged()),
        "export_made" => ("download", "neutral", t::diary::export_made()),
        unknown => {
            return Look {
                icon: "info",
                tone: "neutral",
                title: plain(unknown),
            };
        }
    };
    Look {
        icon,
        tone,
        title: title.to_owned(),
    }
}

/// `customer_group_id` as `Customer group`.
fn plain(name: &str) -> String {
    let name = name.trim_end_matches("_id").replace('_', " ");
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The field of a change. `of_contact`: a contact's state says whether it was checked, not whether it is in force.
pub(super) fn field(name: &str, of_contact: bool) -> String {
    match name {
        "state" if of_contact => t::accounts::contact_state(),
        "state" => t::accounts::state(),
        "reference" => t::accounts::reference(),
        "payment_reference" => t::accounts::payment_reference(),
        "customer_group_id" => t::accounts::group(),
        "language" => t::accounts::language(),
        "is_active" => t::accounts::is_active(),
        "title" => t::accounts::person_title(),
        "first_name" => t::accounts::first_name(),
        "last_name" => t::accounts::last_name(),
        "company_name" => t::accounts::company_name(),
        "role" => t::accounts::role(),
        "kind" => t::accounts::kind(),
        "value" => t::accounts::contact_value(),
        "label" => t::accounts::contact_label(),
        "is_primary" => t::accounts::use_first(),
        "related" => t::accounts::lead_related(),
        "name" => t::claims::name(),
        "unit_id" => t::units::unit(),
        "document_name" => t::files::name(),
        "document_type" => t::files::kind(),
        "visibility" => t::files::readers(),
        "folder" => t::documents::folder(),
        "bank" => t::banking::bank(),
        "branch_code" => t::banking::branch_code(),
        "holder" => t::banking::holder(),
        "account_type" => t::banking::account_type(),
        "number" => t::banking::number(),
        "payment_type" => t::banking::payment_type(),
        "contract_no" => t::banking::contract_no(),
        "retries" => t::banking::retries(),
        "collection_day" => t::banking::collection_day(),
        "collection_type" => t::banking::collection_type(),
        "amount" => t::banking::amount(),
        "reason" => t::banking::reason(),
        other => return plain(other.trim_start_matches("is_")),
    }
    .to_owned()
}
