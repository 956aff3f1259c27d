//! What a ledger needs to be read out in court: entries are numbered within their account and say why and on whose
//! approval they were made; claims know their product, period and end; products, relations of claims, postings that
//! wait for a second pair of eyes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE product (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), community_id {id} NOT NULL, unit_id {id},
    kind {text} NOT NULL, reference {text} NOT NULL, name {text} NOT NULL, is_active {bool} NOT NULL,
    created_at {instant} NOT NULL, version {int} NOT NULL, UNIQUE (account_id, reference)
) {strict};;

CREATE TABLE claim_relation (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), community_id {id} NOT NULL,
    claim_id {id} NOT NULL REFERENCES claim (id), related_id {id} NOT NULL REFERENCES claim (id), kind {text} NOT NULL,
    created_at {instant} NOT NULL, UNIQUE (claim_id, related_id, kind), CHECK (claim_id <> related_id)
) {strict};;
CREATE INDEX claim_relation_by_related ON claim_relation (related_id);;

CREATE TABLE posting_request (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), community_id {id} NOT NULL,
    kind {text} NOT NULL, body {text} NOT NULL, amount_minor {int} NOT NULL, description {text} NOT NULL, state {text} NOT NULL,
    requested_by {id} NOT NULL, requested_name {text} NOT NULL, requested_at {instant} NOT NULL,
    decided_by {id}, decided_name {text}, decided_at {instant}, decision_reason {text}, version {int} NOT NULL,
    CHECK ((state = 'pending') = (decided_by IS NULL)),
    CHECK (state <> 'approved' OR decided_by <> requested_by)
) {strict};;
CREATE INDEX posting_request_pending ON posting_request (community_id, requested_at) WHERE state = 'pending';;
CREATE INDEX posting_request_by_time ON posting_request (community_id, requested_at, id);;
CREATE INDEX posting_request_by_account ON posting_request (account_id, requested_at);;

ALTER TABLE community ADD COLUMN allocation_strategy {text} NOT NULL DEFAULT 'oldest_first';;
ALTER TABLE community ADD COLUMN allocation_order {text};;
ALTER TABLE community ADD COLUMN approval_above_minor {int};;

ALTER TABLE account ADD COLUMN payment_reference {text};;
CREATE UNIQUE INDEX account_by_payment_reference ON account (community_id, payment_reference) WHERE payment_reference IS NOT NULL;;

ALTER TABLE claim ADD COLUMN product_id {id};;
ALTER TABLE claim ADD COLUMN period_from {date};;
ALTER TABLE claim ADD COLUMN period_to {date};;
ALTER TABLE claim ADD COLUMN resolved_on {date};;
ALTER TABLE claim ADD COLUMN resolved_reason {text};;
ALTER TABLE claim ADD COLUMN closing_entry_id {id};;

ALTER TABLE entry ADD COLUMN no {int} NOT NULL DEFAULT 0;;
ALTER TABLE entry ADD COLUMN product_id {id};;
ALTER TABLE entry ADD COLUMN debtor_id {id};;
ALTER TABLE entry ADD COLUMN reason {text};;
ALTER TABLE entry ADD COLUMN approved_by {id};;

ALTER TABLE allocation ADD COLUMN made_by {id};;
ALTER TABLE allocation ADD COLUMN reason {text};;

CREATE INDEX open_item_credits ON open_item (community_id, account_id) WHERE open_minor < 0
";

/// Entries written before they were numbered are numbered in the order they were posted.
const NUMBER: &str = "UPDATE entry SET no = numbered.n FROM
    (SELECT id, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY posted_at, id) AS n FROM entry) numbered
    WHERE numbered.id = entry.id";

/// What the shipped groups of organisations already there may do with all this; an edited group keeps its other ticks.
const MAY: [(&str, &str); 5] = [
    ("Superuser", ALL),
    ("Manager", ALL),
    ("API client", ALL),
    (
        "Agent",
        "\"payments:create\",\"allocations:create\",\"bank-statements:view\",\"bank-statements:create\",\"levies:view\",\"reports:create\"",
    ),
    ("Attorney", "\"reports:create\""),
];
const ALL: &str = "\"approvals:edit\",\"payments:create\",\"allocations:create\",\"claims:edit\",\"bank-statements:view\",\
    \"bank-statements:create\",\"levies:view\",\"levies:edit\",\"charge-runs:create\",\"reports:create\"";

fn sqlite(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Sqlite
}

/// What a statement adds up lies in the index itself: sums of an account never touch the table.
fn covering(sqlite: bool) -> &'static str {
    if sqlite {
        "CREATE INDEX entry_by_account ON entry (account_id, effective_on, posted_at, id, amount_minor, type, reverses_id)"
    } else {
        "CREATE INDEX entry_by_account ON entry (account_id, effective_on, posted_at, id) INCLUDE (amount_minor, type, reverses_id)"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        for (group, may) in MAY {
            let sql = format!(
                "UPDATE permission_group SET permissions = REPLACE(permissions, ']', ',{may}]'), version = version + 1 \
                 WHERE is_shipped AND name = '{group}' AND permissions <> '[]'"
            );
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        let open = if sqlite(manager) {
            "DROP TRIGGER entry_no_update;; DROP TRIGGER entry_no_delete"
        } else {
            "DROP TRIGGER entry_append_only ON entry"
        };
        crate::run(manager, open).await?;
        crate::run(manager, NUMBER).await?;
        crate::append_only(manager, "entry").await?;
        crate::append_only(manager, "claim_relation").await?;
        crate::run(manager, "DROP INDEX entry_by_account").await?;
        manager
            .get_connection()
            .execute_unprepared(covering(sqlite(manager)))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let undo = "DROP INDEX open_item_credits;; DROP INDEX account_by_payment_reference;; DROP INDEX entry_by_account;;
            CREATE INDEX entry_by_account ON entry (account_id, effective_on, posted_at, id);;
            ALTER TABLE allocation DROP COLUMN made_by;; ALTER TABLE allocation DROP COLUMN reason;;
            ALTER TABLE entry DROP COLUMN no;; ALTER TABLE entry DROP COLUMN product_id;; ALTER TABLE entry DROP COLUMN debtor_id;;
            ALTER TABLE entry DROP COLUMN reason;; ALTER TABLE entry DROP COLUMN approved_by;;
            ALTER TABLE claim DROP COLUMN product_id;; ALTER TABLE claim DROP COLUMN period_from;; ALTER TABLE claim DROP COLUMN period_to;;
            ALTER TABLE claim DROP COLUMN resolved_on;; ALTER TABLE claim DROP COLUMN resolved_reason;; ALTER TABLE claim DROP COLUMN closing_entry_id;;
            ALTER TABLE account DROP COLUMN payment_reference;;
            ALTER TABLE community DROP COLUMN allocation_strategy;; ALTER TABLE community DROP COLUMN allocation_order;;
            ALTER TABLE community DROP COLUMN approval_above_minor";
        crate::run(manager, undo).await?;
        crate::drop_tables(manager, &["posting_request", "claim_relation", "product"]).await
    }
}
