//! Kept's schema. One migration serves SQLite and PostgreSQL: statements are written once, in plain SQL, with the
//! few types that differ named in braces. Migrations are never edited after a release.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

mod m20261122_0001_kernel;
mod m20261122_0002_book;
mod m20261122_0003_ledger;
mod m20261122_0004_collection;
mod m20261122_0005_imports;
mod m20261122_0006_remarks;
mod m20261122_0007_due_dates;
mod m20261122_0008_court;
mod m20261122_0009_bank;
mod m20261122_0010_paper;
mod m20261122_0011_levies;
mod m20261122_0012_views;
mod m20261122_0014_figures_revision;
mod m20261122_0015_run_lines;
mod m20261122_0016_bank_once;
mod m20261123_0017_notes;
mod m20261123_0018_documents;
mod m20261123_0019_metadata;
mod m20261123_0021_banking;
mod m20261123_0022_card;
mod m20261123_0023_search;
mod m20261123_0024_blobs;
mod m20261123_0025_contact_by_debtor;
mod m20261123_0026_news;
mod m20261123_0027_draft_marks;
mod m20261123_0028_unit_changes;

#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_0001_kernel::Migration),
            Box::new(m20261122_0002_book::Migration),
            Box::new(m20261122_0003_ledger::Migration),
            Box::new(m20261122_0004_collection::Migration),
            Box::new(m20261122_0005_imports::Migration),
            Box::new(m20261122_0006_remarks::Migration),
            Box::new(m20261122_0007_due_dates::Migration),
            Box::new(m20261122_0008_court::Migration),
            Box::new(m20261122_0009_bank::Migration),
            Box::new(m20261122_0010_paper::Migration),
            Box::new(m20261122_0011_levies::Migration),
            Box::new(m20261122_0012_views::Migration),
            Box::new(m20261122_0014_figures_revision::Migration),
            Box::new(m20261122_0015_run_lines::Migration),
            Box::new(m20261122_0016_bank_once::Migration),
            Box::new(m20261123_0017_notes::Migration),
            Box::new(m20261123_0018_documents::Migration),
            Box::new(m20261123_0019_metadata::Migration),
            Box::new(m20261123_0021_banking::Migration),
            Box::new(m20261123_0022_card::Migration),
            Box::new(m20261123_0023_search::Migration),
            Box::new(m20261123_0024_blobs::Migration),
            Box::new(m20261123_0025_contact_by_debtor::Migration),
            Box::new(m20261123_0026_news::Migration),
            Box::new(m20261123_0027_draft_marks::Migration),
            Box::new(m20261123_0028_unit_changes::Migration),
        ]
    }
}

/// Runs `;;`-separated statements after putting in each engine's own type names.
///
/// `{id}` UUID, `{instant}` UTC instant, `{date}` calendar date, `{int}` 64-bit integer (money in minor units, counts,
/// versions), `{bool}`, `{text}`, `{bytes}`, `{strict}` SQLite's STRICT tables, `{keyed}` the same stored in the order of
/// the primary key instead of beside it (one look-up instead of two; for small rows).
pub(crate) async fn run(manager: &SchemaManager<'_>, script: &str) -> Result<(), DbErr> {
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let names: [(&str, &str, &str); 10] = [
        ("{id}", "BLOB", "uuid"),
        ("{instant}", "TEXT", "timestamptz"),
        ("{date}", "TEXT", "date"),
        ("{int}", "INTEGER", "bigint"),
        ("{bool}", "INTEGER", "boolean"),
        ("{text}", "TEXT", "text"),
        ("{bytes}", "BLOB", "bytea"),
        ("{strict}", "STRICT", ""),
        ("{keyed}", "STRICT, WITHOUT ROWID", ""),
        ("{is_primary}", "is_primary = 1", "is_primary"),
    ];
    let sql = names.iter().fold(script.to_owned(), |sql, (name, lite, pg)| {
        sql.replace(name, if sqlite { lite } else { pg })
    });
    for statement in sql.split(";;").map(str::trim).filter(|s| !s.is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Makes a table append-only: the database itself refuses UPDATE and DELETE.
pub(crate) async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let script = if manager.get_database_backend() == DbBackend::Sqlite {
        format!(
            "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;;
             CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    } else {
        format!(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;;
             CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    };
    run(manager, &script).await
}

/// Drops tables in the order given.
pub(crate) async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        let sql = format!("DROP TABLE IF EXISTS {table}"); // a name cannot be bound; these stand in our own source
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}
