//! Fields an organisation adds to its accounts, claims, debtors, products and units, what stands in them, and how the
//! customer page is laid out.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

// A value hangs on a row of one of five tables; ids are unique over all of them. `folded` is what is searched.
const UP: &str = "
CREATE TABLE metadata_field (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    entity {text} NOT NULL, key {text} NOT NULL, label_en {text} NOT NULL, label_af {text}, kind {text} NOT NULL,
    choices {text} NOT NULL, is_required {bool} NOT NULL, is_searchable {bool} NOT NULL, is_sensitive {bool} NOT NULL,
    is_active {bool} NOT NULL, position {int} NOT NULL, created_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE UNIQUE INDEX metadata_field_by_key ON metadata_field (organisation_id, entity, key);;

CREATE TABLE metadata_record (row_id {id} PRIMARY KEY, version {int} NOT NULL) {keyed};;

CREATE TABLE metadata_value (
    row_id {id} NOT NULL, key {text} NOT NULL, organisation_id {id} NOT NULL REFERENCES organisation (id),
    entity {text} NOT NULL, account_id {id} REFERENCES account (id), value {text} NOT NULL, folded {text} NOT NULL,
    PRIMARY KEY (row_id, key)
) {keyed};;
CREATE INDEX metadata_value_by_key ON metadata_value (organisation_id, entity, key);;
CREATE INDEX metadata_value_by_account ON metadata_value (account_id) WHERE account_id IS NOT NULL;;

CREATE TABLE layout (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id), page {text} NOT NULL,
    user_id {id} REFERENCES app_user (id), permission_group_id {id} REFERENCES permission_group (id) ON DELETE CASCADE,
    widgets {text} NOT NULL, saved_at {instant} NOT NULL, version {int} NOT NULL,
    CHECK ((user_id IS NULL) <> (permission_group_id IS NULL))
) {strict};;
CREATE UNIQUE INDEX layout_of_user ON layout (user_id, page) WHERE user_id IS NOT NULL;;
CREATE UNIQUE INDEX layout_of_group ON layout (permission_group_id, page) WHERE permission_group_id IS NOT NULL
";

/// What the shipped groups may do from now on.
const MAY: [(&str, &[&str]); 2] = [
    ("Superuser", &["metadata:edit", "sensitive:view", "layouts:edit"]),
    ("Manager", &["metadata:edit", "sensitive:view", "layouts:edit"]),
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
        for tick in ["metadata:edit", "sensitive:view", "layouts:edit"] {
            // No group holds one of these alone, so each stands behind a comma or before one.
            for text in [format!(",\"{tick}\""), format!("\"{tick}\",")] {
                let sql = format!("UPDATE permission_group SET permissions = REPLACE(permissions, '{text}', '')");
                manager.get_connection().execute_unprepared(&sql).await?;
            }
        }
        crate::drop_tables(
            manager,
            &["layout", "metadata_value", "metadata_record", "metadata_field"],
        )
        .await
    }
}
