//! Notes of units, their marks and tombstones; quick responses; drafts.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

// A note named one unit at most, and no page ever asked for it; what is there moves to the list of units.
const UP: &str = "
CREATE TABLE note_unit (
    note_id {id} NOT NULL REFERENCES note (id), unit_id {id} NOT NULL REFERENCES unit (id), PRIMARY KEY (note_id, unit_id)
) {keyed};;
CREATE INDEX note_unit_by_unit ON note_unit (unit_id, note_id);;
INSERT INTO note_unit (note_id, unit_id) SELECT n.id, n.unit_id FROM note n JOIN unit u ON u.id = n.unit_id;;
ALTER TABLE note DROP COLUMN unit_id;;
ALTER TABLE note ADD COLUMN is_all_units {bool} NOT NULL DEFAULT FALSE;;
ALTER TABLE note ADD COLUMN is_urgent {bool} NOT NULL DEFAULT FALSE;;
ALTER TABLE note ADD COLUMN is_collection {bool} NOT NULL DEFAULT FALSE;;
ALTER TABLE note ADD COLUMN source {text} NOT NULL DEFAULT 'kept';;
ALTER TABLE note ADD COLUMN mailed {text};;
ALTER TABLE note ADD COLUMN deleted_at {instant};;
ALTER TABLE note ADD COLUMN deleted_by {id};;
ALTER TABLE note ADD COLUMN deleted_by_name {text};;
ALTER TABLE note ADD COLUMN deleted_reason {text};;
ALTER TABLE note ADD COLUMN deleted_body {text};;

CREATE TABLE note_draft (
    user_id {id} NOT NULL REFERENCES app_user (id), account_id {id} NOT NULL REFERENCES account (id),
    body {text} NOT NULL, saved_at {instant} NOT NULL, PRIMARY KEY (user_id, account_id)
) {keyed};;

CREATE TABLE quick_response (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    community_id {id} REFERENCES community (id), title {text} NOT NULL, body {text} NOT NULL, position {int} NOT NULL,
    is_active {bool} NOT NULL, created_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE INDEX quick_response_by_place ON quick_response (organisation_id, position, id)
";

const DOWN: &str = "
UPDATE note SET body = deleted_body WHERE deleted_body IS NOT NULL;;
ALTER TABLE note ADD COLUMN unit_id {id};;
UPDATE note SET unit_id = (SELECT u.unit_id FROM note_unit u WHERE u.note_id = note.id ORDER BY u.unit_id LIMIT 1);;
ALTER TABLE note DROP COLUMN is_all_units;; ALTER TABLE note DROP COLUMN is_urgent;; ALTER TABLE note DROP COLUMN is_collection;;
ALTER TABLE note DROP COLUMN source;; ALTER TABLE note DROP COLUMN mailed;; ALTER TABLE note DROP COLUMN deleted_at;;
ALTER TABLE note DROP COLUMN deleted_by;; ALTER TABLE note DROP COLUMN deleted_by_name;;
ALTER TABLE note DROP COLUMN deleted_reason;; ALTER TABLE note DROP COLUMN deleted_body
";

/// What the shipped groups of organisations already there may do with it; an edited group keeps its other ticks.
const MAY: [(&str, &str); 2] = [
    ("Superuser", "\"notes:edit\",\"quick-responses:edit\""),
    ("Manager", "\"notes:edit\",\"quick-responses:edit\""),
];

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
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, DOWN).await?;
        crate::drop_tables(manager, &["quick_response", "note_draft", "note_unit"]).await
    }
}
