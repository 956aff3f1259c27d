//! Whether a record names a blob is looked up by its key.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE INDEX bank_file_by_blob ON bank_file (blob_key);;
CREATE INDEX file_by_blob ON file (blob_key);;
CREATE INDEX import_by_blob ON import (blob_key);;
CREATE INDEX ledger_report_by_blob ON ledger_report (blob_key)
";
const DOWN: &str = "
DROP INDEX bank_file_by_blob;;
DROP INDEX file_by_blob;;
DROP INDEX import_by_blob;;
DROP INDEX ledger_report_by_blob
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, DOWN).await
    }
}
