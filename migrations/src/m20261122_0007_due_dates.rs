//! Days past due are counted from due dates in every community: rows that counted from the date of the transaction are
//! worked out anew at the next use.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "UPDATE aged SET valid_until = '2000-01-01', next_movement_on = '2000-01-01' WHERE oldest_due_on IS NOT NULL";
        crate::run(manager, sql).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
