//! What the customer card adds: exclusions, the enquiry a customer began as, and how each user wants the screens.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE exclusion (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), kind {text} NOT NULL, number {text},
    note {text} NOT NULL, set_at {instant} NOT NULL, set_by {id} NOT NULL, set_by_name {text} NOT NULL,
    lifted_at {instant}, lifted_by {id}, lifted_by_name {text}, lifted_note {text}, version {int} NOT NULL
) {strict};;
CREATE INDEX exclusion_by_account ON exclusion (account_id, id);;
CREATE UNIQUE INDEX exclusion_once ON exclusion (account_id, kind, COALESCE(number, '')) WHERE lifted_at IS NULL;;

CREATE TABLE lead (
    account_id {id} PRIMARY KEY REFERENCES account (id), is_canceled {bool} NOT NULL, enquired_on {date} NOT NULL,
    channel {text}, taken_by {text}, answers {text} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE TABLE lead_community (
    account_id {id} NOT NULL REFERENCES lead (account_id), community_id {id} NOT NULL REFERENCES community (id),
    PRIMARY KEY (account_id, community_id)
) {keyed};;
CREATE INDEX lead_community_by_community ON lead_community (community_id);;
ALTER TABLE app_user ADD COLUMN settings {text} NOT NULL DEFAULT '{}'
";

/// Which shipped groups set and lift exclusions from now on.
const MAY: [&str; 7] = [
    "Superuser",
    "Manager",
    "Agent",
    "Call centre",
    "Location",
    "Attorney",
    "API client",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        for group in MAY {
            let sql = format!(
                "UPDATE permission_group SET permissions = REPLACE(permissions, ']', ',\"exclusions:edit\"]'), version = version + 1 \
                 WHERE is_shipped AND name = '{group}' AND permissions <> '[]' AND permissions NOT LIKE '%\"exclusions:edit\"%'"
            );
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_tables(manager, &["lead_community", "lead", "exclusion"]).await?;
        crate::run(manager, "ALTER TABLE app_user DROP COLUMN settings").await?;
        for text in [",\"exclusions:edit\"", "\"exclusions:edit\","] {
            let sql = format!("UPDATE permission_group SET permissions = REPLACE(permissions, '{text}', '')");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}
