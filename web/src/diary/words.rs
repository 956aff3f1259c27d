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

/// The field of a change.
pub(super) fn field(name: &str) -> String {
    match name {
        "reference" => t::accounts::reference().to_owned(),
        "payment_reference" => t::accounts::payment_reference().to_owned(),
        "customer_group_id" => t::accounts::group().to_owned(),
        "language" => t::accounts::language().to_owned(),
        "first_name" => t::accounts::first_name().to_owned(),
        "last_name" => t::accounts::last_name().to_owned(),
        "company_name" => t::accounts::company_name().to_owned(),
        "role" => t::accounts::role().to_owned(),
        "value" => t::accounts::contact_value().to_owned(),
        "label" => t::accounts::contact_label().to_owned(),
        "state" => t::accounts::contact_state().to_owned(),
        "is_primary" => t::accounts::use_first().to_owned(),
        other => plain(other.trim_start_matches("is_")),
    }
}
