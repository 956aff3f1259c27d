//! Indexes of the search: what is typed whole or from its beginning is looked up, however many customers there are.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// `{bytes_order}`: by bytes, whatever language PostgreSQL sorts by.
const UP: &str = "
CREATE INDEX account_by_start_of_reference ON account (LOWER(reference){bytes_order});;
CREATE INDEX account_by_start_of_payment_reference ON account (LOWER(payment_reference){bytes_order}) WHERE payment_reference IS NOT NULL;;
CREATE INDEX account_by_start_of_source_id ON account (LOWER(source_id){bytes_order}) WHERE source_id IS NOT NULL;;
CREATE INDEX account_by_start_of_search ON account (SUBSTR(search, 1, 60){bytes_order});;
CREATE INDEX contact_by_start_of_email ON contact (normalised{bytes_order}) WHERE kind = 'email';;
CREATE INDEX contact_by_last_digits ON contact (SUBSTR(normalised, LENGTH(normalised) - 5)) WHERE kind = 'phone';;
CREATE INDEX unit_by_start_of_search ON unit (SUBSTR(search, 1, 60){bytes_order});;
CREATE INDEX claim_by_start_of_reference ON claim (LOWER(reference){bytes_order})
";

const INDEXES: [&str; 8] = [
    "account_by_start_of_reference",
    "account_by_start_of_payment_reference",
    "account_by_start_of_source_id",
    "account_by_start_of_search",
    "contact_by_start_of_email",
    "contact_by_last_digits",
    "unit_by_start_of_search",
    "claim_by_start_of_reference",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let order = match manager.get_database_backend() {
            DbBackend::Postgres => " COLLATE \"C\"",
            _ => "",
        };
        let script = UP.replace("{bytes_order}", order);
        crate::run(manager, &script).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in INDEXES {
            crate::run(manager, &format!("DROP INDEX IF EXISTS {index}")).await?;
        }
        Ok(())
    }
}
