//! Recurring charges of units, the runs that raise them, and what is too little to call a unit delinquent.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE levy (
    id {id} PRIMARY KEY, unit_id {id} NOT NULL REFERENCES unit (id), community_id {id} NOT NULL REFERENCES community (id),
    kind {text} NOT NULL, what_for {text} NOT NULL, frequency {text} NOT NULL, first_on {date} NOT NULL, ends_on {date},
    charge_day {int} NOT NULL CHECK (charge_day BETWEEN 1 AND 31), due_kind {text} NOT NULL, due_value {int} NOT NULL,
    created_at {instant} NOT NULL, version {int} NOT NULL, CHECK (ends_on IS NULL OR ends_on >= first_on)
) {strict};;
CREATE INDEX levy_by_unit ON levy (unit_id, kind);;
CREATE INDEX levy_by_community ON levy (community_id, unit_id);;

CREATE TABLE levy_amount (
    levy_id {id} NOT NULL REFERENCES levy (id), from_on {date} NOT NULL, amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    set_at {instant} NOT NULL, set_by {id}, PRIMARY KEY (levy_id, from_on)
) {keyed};;

CREATE TABLE levy_run (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL, community_id {id} NOT NULL REFERENCES community (id),
    month {date} NOT NULL, state {text} NOT NULL, charges {int} NOT NULL, total_minor {int} NOT NULL, done {int} NOT NULL,
    created_at {instant} NOT NULL, created_by {text}, started_at {instant}, started_by {text}, started_by_id {id},
    finished_at {instant}, reversed_at {instant}, reversed_by {text}, reversed_by_id {id}, reason {text}, failure {text}, version {int} NOT NULL
) {strict};;
CREATE INDEX levy_run_by_community ON levy_run (community_id, created_at);;
CREATE UNIQUE INDEX levy_run_open ON levy_run (community_id, month) WHERE state IN ('preview', 'running', 'failed', 'reversing');;

CREATE TABLE levy_charge (
    run_id {id} NOT NULL REFERENCES levy_run (id), levy_id {id} NOT NULL REFERENCES levy (id), unit_id {id} NOT NULL,
    community_id {id} NOT NULL, account_id {id} NOT NULL REFERENCES account (id), kind {text} NOT NULL,
    description {text} NOT NULL, period_from {date} NOT NULL, period_to {date} NOT NULL, charge_on {date} NOT NULL,
    due_on {date} NOT NULL, amount_minor {int} NOT NULL, entry_id {id} NOT NULL UNIQUE REFERENCES entry (id),
    reversed_at {instant}, PRIMARY KEY (run_id, levy_id)
) {strict};;
CREATE UNIQUE INDEX levy_charge_once ON levy_charge (levy_id, period_from) WHERE reversed_at IS NULL;;

CREATE INDEX unit_owner_by_unit ON unit_owner (unit_id, from_on);;

CREATE TABLE arrears_tolerance (
    community_id {id} PRIMARY KEY REFERENCES community (id), tolerance_minor {int} NOT NULL CHECK (tolerance_minor >= 0),
    version {int} NOT NULL
) {keyed}
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "DROP INDEX IF EXISTS unit_owner_by_unit").await?;
        crate::drop_tables(
            manager,
            &["arrears_tolerance", "levy_charge", "levy_run", "levy_amount", "levy"],
        )
        .await
    }
}
