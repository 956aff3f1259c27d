//! Bank accounts, the files of statements, the statements, their lines, and what each line posted.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE bank_account (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    community_id {id} NOT NULL REFERENCES community (id), number {text} NOT NULL, created_at {instant} NOT NULL,
    UNIQUE (organisation_id, number)
) {strict};;
CREATE INDEX bank_account_by_community ON bank_account (community_id);;

CREATE TABLE bank_file (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    community_id {id} NOT NULL REFERENCES community (id), file_name {text} NOT NULL, size_bytes {int} NOT NULL,
    sha256 {text} NOT NULL, blob_key {text} NOT NULL, format {text} NOT NULL, state {text} NOT NULL, mapping {text},
    known_statements {int} NOT NULL, created_by {id}, created_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE INDEX bank_file_by_hash ON bank_file (organisation_id, sha256);;

CREATE TABLE bank_statement (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    community_id {id} NOT NULL REFERENCES community (id), file_id {id} NOT NULL REFERENCES bank_file (id),
    bank_account_id {id} NOT NULL REFERENCES bank_account (id), state {text} NOT NULL, currency {text} NOT NULL,
    number {text}, opening_minor {int}, opening_on {date}, closing_minor {int}, closing_on {date},
    first_on {date}, last_on {date}, line_count {int} NOT NULL, credits_minor {int} NOT NULL, debits_minor {int} NOT NULL,
    off_minor {int}, remarks {text} NOT NULL, fingerprint {text} NOT NULL, undone_reason {text}, undone_by_name {text},
    undone_at {instant}, created_by_name {text} NOT NULL, created_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE INDEX bank_statement_by_community ON bank_statement (community_id, id);;
CREATE INDEX bank_statement_by_organisation ON bank_statement (organisation_id, id);;
CREATE INDEX bank_statement_by_account ON bank_statement (bank_account_id, fingerprint);;
CREATE INDEX bank_statement_by_file ON bank_statement (file_id);;

CREATE TABLE bank_line (
    id {id} PRIMARY KEY, statement_id {id} NOT NULL REFERENCES bank_statement (id), community_id {id} NOT NULL,
    bank_account_id {id} NOT NULL, position {int} NOT NULL, booked_on {date} NOT NULL, value_on {date},
    amount_minor {int} NOT NULL, reference {text}, end_to_end_id {text}, counterparty_name {text},
    counterparty_account {text}, text {text} NOT NULL, code {text}, bank_id {text}, is_reversal {bool} NOT NULL,
    line_key {text} NOT NULL, duplicate_of {id}, state {text} NOT NULL, confidence {text}, account_id {id},
    candidates {text} NOT NULL, hint {text}, ignore_reason {text}, note {text}, decided_by_name {text},
    decided_at {instant}, version {int} NOT NULL
) {strict};;
CREATE INDEX bank_line_by_statement ON bank_line (statement_id, position);;
CREATE INDEX bank_line_by_state ON bank_line (statement_id, state, confidence, amount_minor);;
CREATE INDEX bank_line_by_key ON bank_line (bank_account_id, line_key);;
CREATE INDEX bank_line_by_payer ON bank_line (community_id, counterparty_account) WHERE counterparty_account IS NOT NULL;;
CREATE INDEX bank_line_by_duplicate ON bank_line (duplicate_of) WHERE duplicate_of IS NOT NULL;;

CREATE TABLE bank_posting (
    id {id} PRIMARY KEY, line_id {id} NOT NULL REFERENCES bank_line (id), statement_id {id} NOT NULL,
    account_id {id} NOT NULL REFERENCES account (id), community_id {id} NOT NULL,
    entry_id {id} REFERENCES entry (id), returned_entry_id {id} REFERENCES entry (id),
    amount_minor {int} NOT NULL, undone_at {instant},
    CHECK ((entry_id IS NULL) <> (returned_entry_id IS NULL))
) {strict};;
CREATE INDEX bank_posting_by_line ON bank_posting (line_id);;
CREATE INDEX bank_posting_by_statement ON bank_posting (statement_id);;
CREATE UNIQUE INDEX bank_posting_by_entry ON bank_posting (entry_id) WHERE entry_id IS NOT NULL;;

CREATE TABLE bank_mapping (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id), name {text} NOT NULL,
    signature {text} NOT NULL, mapping {text} NOT NULL, created_at {instant} NOT NULL, UNIQUE (organisation_id, name)
) {strict};;
CREATE INDEX bank_mapping_by_signature ON bank_mapping (organisation_id, signature)
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "bank_mapping",
            "bank_posting",
            "bank_line",
            "bank_statement",
            "bank_file",
            "bank_account",
        ];
        crate::drop_tables(manager, &tables).await
    }
}
