//! What was changed about a unit is found by the unit.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let unit = match manager.get_database_backend() {
            DbBackend::Postgres => "(body::jsonb ->> 'unit')",
            _ => "json_extract(body, '$.unit')",
        };
        let index =
            format!("CREATE INDEX event_by_unit ON event ({unit}, id) WHERE kind IN ('unit_created', 'unit_changed')");
        crate::run(manager, &index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "DROP INDEX IF EXISTS event_by_unit").await
    }
}
