//! The same statement is in the book once, also when it is brought twice at the same moment.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

// Twins taken in before are kept as they are and told apart, so that a person can undo one of them.
const UP: &str = "
UPDATE bank_statement SET fingerprint = bank_statement.fingerprint || '/' || twin.n FROM (
    SELECT id, ROW_NUMBER() OVER (PARTITION BY bank_account_id, fingerprint ORDER BY id) AS n
    FROM bank_statement WHERE state <> 'undone'
) AS twin WHERE twin.id = bank_statement.id AND twin.n > 1;;
CREATE UNIQUE INDEX bank_statement_once ON bank_statement (bank_account_id, fingerprint) WHERE state <> 'undone'
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "DROP INDEX bank_statement_once").await
    }
}
