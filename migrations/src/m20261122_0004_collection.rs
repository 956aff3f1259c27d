//! The status catalogue, status history, handovers, notes and files.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE status (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id), kind {text} NOT NULL,
    code {text} NOT NULL, title {text} NOT NULL, tone {text} NOT NULL, is_handover {bool} NOT NULL,
    attorney_allowed {bool} NOT NULL, is_terminal {bool} NOT NULL, notice_exempt {bool} NOT NULL,
    interest_exempt {bool} NOT NULL, contact_hold {bool} NOT NULL, collection_fee {bool} NOT NULL,
    closes_handover {text}, email_subject {text}, email_text {text}, sms_text {text}, position {int} NOT NULL, is_active {bool} NOT NULL,
    created_at {instant} NOT NULL, version {int} NOT NULL, UNIQUE (organisation_id, code)
) {strict};;

CREATE TABLE handover (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL, account_id {id} NOT NULL REFERENCES account (id),
    community_id {id} NOT NULL, attorney_id {id} NOT NULL REFERENCES app_user (id), reference {text} NOT NULL,
    state {text} NOT NULL, balance_minor {int} NOT NULL, breakdown {text} NOT NULL, reason {text}, note {text},
    handed_by {id} NOT NULL, handed_by_name {text} NOT NULL, handed_at {instant} NOT NULL,
    last_answer_at {instant} NOT NULL, accepted_at {instant}, accepted_by_name {text},
    closed_at {instant}, closed_by {id}, closed_by_name {text}, close_code {text}, close_note {text}, readable_until {date},
    version {int} NOT NULL, UNIQUE (organisation_id, reference)
) {strict};;
CREATE UNIQUE INDEX handover_one_open ON handover (account_id) WHERE closed_at IS NULL;;
CREATE INDEX handover_by_attorney ON handover (attorney_id, account_id);;
CREATE INDEX handover_by_account ON handover (account_id, handed_at);;
CREATE INDEX handover_by_organisation ON handover (organisation_id, handed_at, id);;

CREATE TABLE reference_counter (
    organisation_id {id} NOT NULL REFERENCES organisation (id), name {text} NOT NULL, value {int} NOT NULL,
    PRIMARY KEY (organisation_id, name)
) {strict};;

CREATE TABLE status_batch (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL, status_id {id}, attorney_id {id}, note {text},
    asked {int} NOT NULL, applied {int} NOT NULL, skipped {int} NOT NULL, applied_by {id} NOT NULL, applied_at {instant} NOT NULL
) {strict};;

CREATE TABLE status_change (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), slot {text} NOT NULL, status_id {id},
    from_status_id {id}, until_on {date}, note_id {id}, handover_id {id}, batch_id {id}, changed_by {id}, changed_by_name {text} NOT NULL,
    by_attorney {bool} NOT NULL, changed_at {instant} NOT NULL
) {strict};;
CREATE INDEX status_change_by_account ON status_change (account_id, changed_at, id);;

CREATE TABLE status_end (
    account_id {id} NOT NULL REFERENCES account (id), slot {text} NOT NULL, ends_on {date} NOT NULL,
    PRIMARY KEY (account_id, slot)
) {strict};;
CREATE INDEX status_end_by_day ON status_end (ends_on);;

CREATE TABLE note (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), unit_id {id}, body {text} NOT NULL,
    visibility {text} NOT NULL, batch_id {id}, author_id {id} NOT NULL, author_name {text} NOT NULL, by_attorney {bool} NOT NULL,
    created_at {instant} NOT NULL
) {strict};;
CREATE INDEX note_by_account ON note (account_id, created_at, id);;

CREATE TABLE file (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL, account_id {id} REFERENCES account (id), note_id {id},
    document_name {text} NOT NULL, document_type {text} NOT NULL, file_name {text} NOT NULL, media_type {text} NOT NULL, size_bytes {int} NOT NULL,
    sha256 {text} NOT NULL, blob_key {text} NOT NULL, visibility {text} NOT NULL, state {text} NOT NULL, state_reason {text}, scan_attempts {int} NOT NULL,
    uploaded_by {id} NOT NULL, uploader_name {text} NOT NULL, by_attorney {bool} NOT NULL, uploaded_at {instant} NOT NULL, scanned_at {instant}
) {strict};;
CREATE INDEX file_by_account ON file (account_id, uploaded_at, id);;
CREATE INDEX file_by_note ON file (note_id);;
CREATE INDEX file_by_hash ON file (organisation_id, sha256);;

CREATE TABLE account_seen (
    user_id {id} NOT NULL REFERENCES app_user (id), account_id {id} NOT NULL REFERENCES account (id),
    seen_at {instant} NOT NULL, PRIMARY KEY (user_id, account_id)
) {keyed}
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        for table in ["status_change"] {
            crate::append_only(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_tables(
            manager,
            &[
                "account_seen",
                "file",
                "note",
                "status_end",
                "status_change",
                "status_batch",
                "reference_counter",
                "handover",
                "status",
            ],
        )
        .await
    }
}
