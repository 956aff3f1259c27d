//! Claims, the append-only journal, allocations, and what is derived from them in the same transaction.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE claim (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), community_id {id} NOT NULL, unit_id {id},
    reference {text} NOT NULL, issued_on {date} NOT NULL, due_on {date}, amount_minor {int} NOT NULL, state {text} NOT NULL,
    resolution {text}, is_disputed {bool} NOT NULL, source {text}, created_at {instant} NOT NULL, version {int} NOT NULL,
    CHECK (state = 'resolved' OR resolution IS NULL)
) {strict};;
CREATE INDEX claim_by_account ON claim (account_id, reference);;

CREATE TABLE entry (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), community_id {id} NOT NULL,
    claim_id {id} REFERENCES claim (id), unit_id {id}, type {text} NOT NULL, context {text} NOT NULL,
    reference {text}, description {text} NOT NULL, effective_on {date} NOT NULL, due_on {date},
    amount_minor {int} NOT NULL, reverses_id {id} REFERENCES entry (id), payment_method {text},
    source {text}, source_key {text}, posted_at {instant} NOT NULL, posted_by {id}, import_id {id}
) {strict};;
CREATE INDEX entry_by_account ON entry (account_id, effective_on, posted_at, id);;
CREATE INDEX entry_by_community ON entry (community_id, effective_on);;
CREATE INDEX entry_by_claim ON entry (claim_id);;
CREATE UNIQUE INDEX entry_by_source_key ON entry (account_id, source, source_key) WHERE source_key IS NOT NULL;;
CREATE UNIQUE INDEX entry_by_reversed ON entry (reverses_id) WHERE reverses_id IS NOT NULL;;

CREATE TABLE allocation (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), community_id {id} NOT NULL,
    credit_entry_id {id} NOT NULL REFERENCES entry (id), debit_entry_id {id} NOT NULL REFERENCES entry (id),
    amount_minor {int} NOT NULL CHECK (amount_minor <> 0), effective_on {date} NOT NULL, created_at {instant} NOT NULL
) {strict};;
CREATE INDEX allocation_by_community ON allocation (community_id);;
CREATE INDEX allocation_by_account ON allocation (account_id, effective_on);;
CREATE INDEX allocation_by_credit ON allocation (credit_entry_id);;
CREATE INDEX allocation_by_debit ON allocation (debit_entry_id);;

CREATE TABLE open_item (
    account_id {id} NOT NULL REFERENCES account (id), entry_id {id} NOT NULL REFERENCES entry (id),
    community_id {id} NOT NULL, age_from {date} NOT NULL, open_minor {int} NOT NULL, PRIMARY KEY (account_id, entry_id)
) {keyed};;
CREATE INDEX open_item_by_date ON open_item (community_id, age_from);;

CREATE TABLE aged (
    account_id {id} PRIMARY KEY REFERENCES account (id), organisation_id {id} NOT NULL, community_id {id} NOT NULL,
    valid_on {date} NOT NULL, valid_until {date} NOT NULL, next_movement_on {date},
    current_minor {int} NOT NULL, d30_minor {int} NOT NULL, d60_minor {int} NOT NULL, d90_minor {int} NOT NULL,
    d120_minor {int} NOT NULL, unallocated_minor {int} NOT NULL, not_due_minor {int} NOT NULL, total_minor {int} NOT NULL,
    oldest_due_on {date}, last_payment_on {date}, last_payment_minor {int}, updated_at {instant} NOT NULL,
    CHECK (total_minor = current_minor + d30_minor + d60_minor + d90_minor + d120_minor + unallocated_minor)
) {keyed};;
CREATE INDEX aged_by_total ON aged (organisation_id, total_minor, account_id);;
CREATE INDEX aged_by_community_total ON aged (community_id, total_minor, account_id);;
CREATE INDEX aged_by_current ON aged (organisation_id, current_minor, account_id);;
CREATE INDEX aged_by_d30 ON aged (organisation_id, d30_minor, account_id);;
CREATE INDEX aged_by_d60 ON aged (organisation_id, d60_minor, account_id);;
CREATE INDEX aged_by_d90 ON aged (organisation_id, d90_minor, account_id);;
CREATE INDEX aged_by_d120 ON aged (organisation_id, d120_minor, account_id);;
CREATE INDEX aged_by_unallocated ON aged (organisation_id, unallocated_minor, account_id);;
CREATE INDEX aged_by_last_payment ON aged (organisation_id, COALESCE(last_payment_on, '1000-01-01'), account_id);;
CREATE INDEX aged_by_last_day ON aged (organisation_id, valid_until);;
CREATE INDEX aged_by_first_day ON aged (organisation_id, valid_on);;

CREATE TABLE ledger_revision (community_id {id} PRIMARY KEY REFERENCES community (id), revision {int} NOT NULL) {keyed}
";

/// Every account has its aged row from the start, whoever makes it: nobody can forget, and lists need no outer join.
fn account_is_aged(manager: &SchemaManager<'_>) -> &'static str {
    use sea_orm_migration::sea_orm::DbBackend;
    if manager.get_connection().get_database_backend() == DbBackend::Sqlite {
        "CREATE TRIGGER account_is_aged AFTER INSERT ON account BEGIN
            INSERT INTO aged (account_id, organisation_id, community_id, valid_on, valid_until, current_minor, d30_minor, d60_minor,
                d90_minor, d120_minor, unallocated_minor, not_due_minor, total_minor, updated_at)
            VALUES (NEW.id, NEW.organisation_id, NEW.community_id, '1900-01-01', '9999-12-31', 0, 0, 0, 0, 0, 0, 0, 0, NEW.created_at);
         END"
    } else {
        "CREATE OR REPLACE FUNCTION account_is_aged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO aged (account_id, organisation_id, community_id, valid_on, valid_until, current_minor, d30_minor, d60_minor,
                d90_minor, d120_minor, unallocated_minor, not_due_minor, total_minor, updated_at)
            VALUES (NEW.id, NEW.organisation_id, NEW.community_id, '1900-01-01', '9999-12-31', 0, 0, 0, 0, 0, 0, 0, 0, NEW.created_at);
            RETURN NEW; END $$;;
         CREATE TRIGGER account_is_aged AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_is_aged()"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        for table in ["entry", "allocation"] {
            crate::append_only(manager, table).await?;
        }
        crate::run(manager, account_is_aged(manager)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let undo = if manager.get_connection().get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Sqlite {
            "DROP TRIGGER IF EXISTS account_is_aged"
        } else {
            "DROP TRIGGER IF EXISTS account_is_aged ON account"
        };
        crate::run(manager, undo).await?;
        crate::drop_tables(
            manager,
            &["ledger_revision", "aged", "open_item", "allocation", "entry", "claim"],
        )
        .await
    }
}
