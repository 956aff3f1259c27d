//! The charges a run was started for: what was approved is what is raised, whatever is set while its job waits.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

// A run on its way has no lines yet: it stops, and what is left of it is approved again.
const UP: &str = "
CREATE TABLE levy_run_line (
    run_id {id} NOT NULL REFERENCES levy_run (id), levy_id {id} NOT NULL REFERENCES levy (id),
    unit_id {id} NOT NULL REFERENCES unit (id), account_id {id} NOT NULL REFERENCES account (id), kind {text} NOT NULL,
    description {text} NOT NULL, period_from {date} NOT NULL, period_to {date} NOT NULL, charge_on {date} NOT NULL,
    due_on {date} NOT NULL, amount_minor {int} NOT NULL CHECK (amount_minor > 0), PRIMARY KEY (run_id, levy_id)
) {keyed};;
CREATE INDEX levy_run_line_by_levy ON levy_run_line (levy_id);;
UPDATE levy_run SET state = 'failed', failure = 'interrupted', version = version + 1 WHERE state = 'running'
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_tables(manager, &["levy_run_line"]).await
    }
}
