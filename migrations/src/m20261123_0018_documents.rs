//! Documents of communities, editions of a file, legal hold, and deletion with bytes that go later.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

// What was uploaded before is the first edition of its own series.
const UP: &str = "
ALTER TABLE file ADD COLUMN community_id {id};;
ALTER TABLE file ADD COLUMN folder {text};;
ALTER TABLE file ADD COLUMN series_id {id};;
ALTER TABLE file ADD COLUMN edition {int} NOT NULL DEFAULT 1;;
ALTER TABLE file ADD COLUMN held_at {instant};;
ALTER TABLE file ADD COLUMN held_by_name {text};;
ALTER TABLE file ADD COLUMN hold_reason {text};;
ALTER TABLE file ADD COLUMN deleted_at {instant};;
ALTER TABLE file ADD COLUMN deleted_by_name {text};;
ALTER TABLE file ADD COLUMN delete_reason {text};;
ALTER TABLE file ADD COLUMN purged_at {instant};;
ALTER TABLE file ADD COLUMN version {int} NOT NULL DEFAULT 1;;
UPDATE file SET series_id = id;;
CREATE UNIQUE INDEX file_by_series ON file (series_id, edition);;
CREATE INDEX file_by_community ON file (community_id, uploaded_at, id) WHERE community_id IS NOT NULL;;
CREATE INDEX file_to_look_after ON file (state) WHERE state <> 'clean' AND purged_at IS NULL;;
CREATE INDEX event_by_community ON event (community_id, id) WHERE community_id IS NOT NULL
";

/// What the shipped groups may do from now on.
const MAY: [(&str, &[&str]); 8] = [
    ("Superuser", &["files:edit", "documents:view", "documents:edit"]),
    ("Manager", &["files:edit", "documents:view", "documents:edit"]),
    ("Agent", &["documents:view"]),
    ("Call centre", &["documents:view"]),
    ("Location", &["documents:view"]),
    ("Attorney", &["documents:view"]),
    ("Trustee", &["documents:view"]),
    ("API client", &["documents:view"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        for (group, may) in MAY {
            for tick in may {
                let sql = format!(
                    "UPDATE permission_group SET permissions = REPLACE(permissions, ']', ',\"{tick}\"]'), version = version + 1 \
                     WHERE is_shipped AND name = '{group}' AND permissions <> '[]' AND permissions NOT LIKE '%\"{tick}\"%'"
                );
                manager.get_connection().execute_unprepared(&sql).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A community's document had no place before: it goes with the columns that hold it.
        let undo = "DROP INDEX event_by_community;; DROP INDEX file_to_look_after;; DROP INDEX file_by_community;;
            DROP INDEX file_by_series;; DELETE FROM file WHERE account_id IS NULL;;
            UPDATE file SET state = 'scan_error', state_reason = 'deleted' WHERE state = 'deleted';;
            ALTER TABLE file DROP COLUMN version;; ALTER TABLE file DROP COLUMN purged_at;;
            ALTER TABLE file DROP COLUMN delete_reason;; ALTER TABLE file DROP COLUMN deleted_by_name;;
            ALTER TABLE file DROP COLUMN deleted_at;; ALTER TABLE file DROP COLUMN hold_reason;;
            ALTER TABLE file DROP COLUMN held_by_name;; ALTER TABLE file DROP COLUMN held_at;;
            ALTER TABLE file DROP COLUMN edition;; ALTER TABLE file DROP COLUMN series_id;;
            ALTER TABLE file DROP COLUMN folder;; ALTER TABLE file DROP COLUMN community_id";
        crate::run(manager, undo).await?;
        for tick in ["files:edit", "documents:view", "documents:edit"] {
            // No group holds one of these alone, so each stands behind a comma or before one.
            for text in [format!(",\"{tick}\""), format!("\"{tick}\",")] {
                let sql = format!("UPDATE permission_group SET permissions = REPLACE(permissions, '{text}', '')");
                manager.get_connection().execute_unprepared(&sql).await?;
            }
        }
        Ok(())
    }
}
