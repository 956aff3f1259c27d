//! Sound bodies and queries, so that an answer is about who asks for what.

use super::world::{World, mapping};
use serde_json::{Value, json};

/// A body that this operation accepts from somebody who may.
pub fn of(operation: &str, world: &World) -> Value {
    let id = |name: &str| world.id(name);
    let person = json!({ "kind": "natural", "first_name": "Sipho", "last_name": "Dube" });
    let debtor = json!({ "kind": "natural", "first_name": "Sipho", "last_name": "Dube", "role": "primary" });
    let contact = json!({ "kind": "email", "value": "sipho@example.org" });
    let community = |code: &str| {
        json!({ "code": code, "name": "Another", "kind": "rental", "currency": "ZAR", "time_zone": "Africa/Johannesburg", "is_active": true,
            "ageing": { "mode": "days", "basis": "due_date", "edges": [0, 30, 60, 90], "credit_policy": "oldest_first" } })
    };
    let user = |email: &str| {
        json!({ "email": email, "first_name": "Sipho", "surname": "Dube", "user_type": "business",
            "permission_group_id": id("agents_id"), "communities": [id("community_id")] })
    };
    match operation {
        "edit_account" => json!({ "reference": "ONE001", "is_active": true }),
        "add_debtor" => person,
        "edit_debtor" => debtor,
        "add_contact" => json!({ "kind": "email", "value": "dube@example.org" }),
        "edit_contact" => contact,
        "change_own_settings" => json!({ "theme": "dark" }),
        "edit_bank_details" => json!({ "bank": "First Example Bank", "branch_code": "250655", "holder": "T Mokoena",
            "account_type": "savings", "number": "62004814821" }),
        "edit_debit_order" => json!({ "payment_type": "authenticated", "retries": 2, "collection_day": 1,
            "collection_type": "monthly", "state": "active" }),
        "set_exclusion" => json!({ "kind": "manual_only", "note": "Asked for it" }),
        "lift_exclusion" => json!({ "note": "Asked for it" }),
        "edit_lead" => json!({ "is_canceled": true }),
        "add_note" => json!({ "body": "Seen", "visibility": "shared" }),
        "delete_note" => json!({ "reason": "Wrong customer" }),
        "keep_note_draft" => json!({ "body": "She will" }),
        "create_quick_response" => json!({ "title": "Another", "body": "x" }),
        "change_quick_response" => json!({ "title": "Left a message", "body": "No answer." }),
        "create_metadata_field" => field("another"),
        "change_metadata_field" => field("bay"),
        "change_account_metadata"
        | "change_claim_metadata"
        | "change_debtor_metadata"
        | "change_product_metadata"
        | "change_unit_metadata" => json!({ "values": { "bay": "B12" } }),
        "save_layout" | "save_group_layout" => json!({ "widgets": [{ "widget": "facts", "width": "half" }] }),
        "edit_file" => json!({ "document_name": "Letter of demand", "document_type": "letter_of_demand" }),
        "edit_document" => json!({ "document_name": "Rules", "folder": "Rules", "visibility": "shared" }),
        "hold_file" | "release_file" | "delete_file" | "hold_document" | "release_document" | "delete_document" => {
            json!({ "reason": "Court" })
        }
        "mark_notifications_read" => json!({ "up_to": uuid::Uuid::nil() }),
        "run_ledger_report" => json!({ "selection": { "by": "accounts", "account_ids": [id("account_id")] } }),
        "request_password_link" => json!({ "email": "nobody@example.org" }),
        "accept_invitation" => json!({ "password": "hornbill-quiver-basalt" }),
        "change_password" => json!({ "current": "wrong", "new": "hornbill-quiver-basalt" }),
        "sign_in" => json!({ "email": "nobody@example.org", "password": "hornbill-quiver-basalt" }),
        "create_community" => community("NEW"),
        "edit_community" => community("ONE"),
        "create_account" => json!({ "reference": "ONE002", "debtors": [person] }),
        "create_unit" => json!({ "code": "A2" }),
        "edit_unit" => json!({ "code": "A1", "is_active": true }),
        "assign_unit_owner" => json!({ "account_id": id("account_id"), "from_on": "2026-11-01" }),
        "create_saved_view" => json!({ "list": "age-analysis", "name": "Mine", "query": { "hide_zero": true } }),
        "change_saved_view" => json!({ "name": "Ours", "query": { "sort": "d120" }, "is_shared": true }),
        "choose_default_view" => json!({ "list": "age-analysis", "view_id": id("view_id") }),
        "create_customer_group" => json!({ "name": "Tenants" }),
        "rename_customer_group" => json!({ "name": "Owners in arrears" }),
        "decline_handover" => json!({ "reason": "conflict" }),
        "recall_handover" => json!({ "reason": "paid" }),
        "return_handover" => json!({ "close_code": "paid" }),
        "save_import_mapping" => {
            json!({ "name": "Levies", "signature": "abc", "mapping": mapping(id("community_id")) })
        }
        "commit_import" => json!({ "skip_faulty": false }),
        "map_import" => mapping(id("community_id")),
        "change_me" => json!({ "first_name": "Thandi", "surname": "Nkosi" }),
        "confirm_totp" => json!({ "code": "000000" }),
        "remove_totp" => json!({ "password": "wrong" }),
        "create_permission_group" => {
            json!({ "name": "Readers", "base_type": "business", "permissions": ["units:view"] })
        }
        "change_permission_group" => json!({ "name": "Clerks", "permissions": ["units:view", "units:edit"] }),
        "create_status" => json!({ "kind": "debt", "code": "NEW", "title": "New", "tone": "info" }),
        "update_status" => json!({ "title": "Another title" }),
        "apply_statuses" | "preview_apply_statuses" => {
            json!({ "status_id": id("status_id"), "selection": { "by": "accounts", "account_ids": [id("account_id")] } })
        }
        "invite_user" => user("sipho@example.org"),
        "change_settings" => json!({ "handover_readable_days": 60 }),
        "change_user" => {
            let mut changed = user("");
            if let Some(fields) = changed.as_object_mut() {
                fields.remove("email");
            }
            changed
        }
        "create_levy" => {
            let mut levy = levy();
            levy["kind"] = json!("parking");
            levy["amount"] = json!({ "amount": "1.00", "currency": "ZAR" });
            levy
        }
        "edit_levy" => levy(),
        "change_levy_amount" => json!({ "from_on": "2026-12-01", "amount": { "amount": "2.00", "currency": "ZAR" } }),
        "set_levies" | "preview_set_levies" => {
            let mut set = levy();
            set["kind"] = json!("reserve");
            set["spread"] = json!({ "each": { "amount": "1.00", "currency": "ZAR" } });
            set
        }
        "create_levy_run" => json!({ "month": "2026-11-01" }),
        "start_levy_run" => json!({ "charges": 1, "total": { "amount": "1.00", "currency": "ZAR" } }),
        "reverse_levy_run" => json!({ "reason": "A mistake" }),
        "set_arrears_tolerance" => json!({ "tolerance": { "amount": "5.00", "currency": "ZAR" } }),
        "preview_payment" | "record_payment" => {
            json!({ "amount": { "amount": "1.00", "currency": "ZAR" }, "received_on": "2026-11-20", "method": "eft" })
        }
        "accept_suggestions" => json!({ "lines": [{ "entry_id": id("entry_id"), "reason": "Suggested",
            "parts": [{ "entry_id": id("debit_id"), "amount": { "amount": "1.00", "currency": "ZAR" } }] }] }),
        "reallocate" => json!({ "reason": "As the debtor said",
            "parts": [{ "entry_id": id("debit_id"), "amount": { "amount": "1.00", "currency": "ZAR" } }] }),
        "post_entry" => {
            json!({ "type": "fee", "amount": { "amount": "1.00", "currency": "ZAR" }, "date": "2026-11-20", "description": "Letter" })
        }
        "reverse_entry" => json!({ "date": "2026-11-20", "reason": "Returned" }),
        "resolve_claim" => json!({ "resolution": "written_off", "date": "2026-11-20", "reason": "Small" }),
        "reopen_claim" | "delete_claim" | "recreate_claim" => json!({ "reason": "A mistake" }),
        "relate_claims" => json!({ "related_id": id("other_claim_id"), "kind": "replaces" }),
        "create_product" => json!({ "kind": "loan", "reference": "L-2", "name": "Loan" }),
        "change_product" => json!({ "kind": "loan", "reference": "L-1", "name": "Loan 1" }),
        "decline_posting" => json!({ "reason": "No minutes" }),
        "confirm_bank_lines" | "restore_bank_lines" => json!({ "lines": [id("line_id")] }),
        "ignore_bank_lines" => json!({ "lines": [id("line_id")], "reason": "other" }),
        "assign_bank_line" => {
            json!({ "parts": [{ "account_id": id("account_id"), "amount": { "amount": "10.00", "currency": "ZAR" } }] })
        }
        "undo_bank_line" => json!({ "reason": "Wrong line" }),
        "undo_bank_statement" => json!({ "reason": "Wrong file" }),
        "preview_bank_file" => bank_mapping(),
        "read_bank_file" => json!({ "mapping": bank_mapping() }),
        // A new operation with a body says here what a good one is; until then its rows say 400.
        _ => json!({}),
    }
}

fn field(key: &str) -> Value {
    json!({ "entity": "account", "key": key, "labels": { "en": "Parking bay" }, "type": "text" })
}

fn levy() -> Value {
    json!({ "kind": "levy", "what_for": "Levy", "frequency": "monthly", "first_on": "2026-11-01", "charge_day": 1,
        "due": { "on_day": 7 } })
}

/// How the table of the world is read.
fn bank_mapping() -> Value {
    json!({ "header_row": 1, "date_order": "year_month_day", "decimal_style": "point", "columns": [
        { "column": 0, "field": "date" }, { "column": 1, "field": "text" }, { "column": 2, "field": "amount" }] })
}

/// The query of an operation that needs one.
pub fn query(operation: &str) -> &'static str {
    match operation {
        "download_import_template" => "?kind=invoices",
        "search" => "?q=one",
        _ => "",
    }
}
