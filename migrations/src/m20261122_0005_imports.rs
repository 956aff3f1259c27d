//! Imports: the uploaded file, what was detected, the mapping, and the verdict of each row.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE import_mapping (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL, name {text} NOT NULL, kind {text} NOT NULL,
    signature {text} NOT NULL, mapping {text} NOT NULL, created_by {id} NOT NULL, created_at {instant} NOT NULL,
    UNIQUE (organisation_id, name)
) {strict};;

CREATE TABLE import (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL, community_id {id}, file_name {text} NOT NULL,
    size_bytes {int} NOT NULL, sha256 {text} NOT NULL, blob_key {text} NOT NULL, kind {text} NOT NULL, state {text} NOT NULL,
    detected {text} NOT NULL, mapping {text}, summary {text}, run {int} NOT NULL, done {int} NOT NULL, total {int} NOT NULL,
    skip_faulty {bool} NOT NULL, cancel_asked {bool} NOT NULL, failure {text}, created_by {id} NOT NULL,
    created_at {instant} NOT NULL, finished_at {instant}, version {int} NOT NULL
) {strict};;
CREATE INDEX import_by_organisation ON import (organisation_id, id);;

CREATE TABLE import_row (
    import_id {id} NOT NULL REFERENCES import (id), number {int} NOT NULL, verdict {text} NOT NULL, key {text},
    cells {text} NOT NULL, faults {text}, diff {text}, done {bool} NOT NULL, PRIMARY KEY (import_id, number)
) {strict};;
CREATE INDEX import_row_by_verdict ON import_row (import_id, verdict, number)
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        for table in [] {
            crate::append_only(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_tables(manager, &["import_row", "import", "import_mapping"]).await
    }
}
