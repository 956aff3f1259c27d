//! Logos, notifications, and detailed ledgers that were ordered.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE logo (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    community_id {id} REFERENCES community (id), media_type {text} NOT NULL, width {int} NOT NULL, height {int} NOT NULL,
    bytes {bytes} NOT NULL, set_by {id} NOT NULL, set_at {instant} NOT NULL
) {strict};;
CREATE UNIQUE INDEX logo_of_organisation ON logo (organisation_id) WHERE community_id IS NULL;;
CREATE UNIQUE INDEX logo_of_community ON logo (community_id) WHERE community_id IS NOT NULL;;

CREATE TABLE notification (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    user_id {id} NOT NULL REFERENCES app_user (id), body {text} NOT NULL, created_at {instant} NOT NULL, read_at {instant}
) {strict};;
CREATE INDEX notification_by_user ON notification (user_id, id);;
CREATE INDEX notification_unread ON notification (user_id) WHERE read_at IS NULL;;

CREATE TABLE ledger_report (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    ordered_by {id} NOT NULL REFERENCES app_user (id), selection {text} NOT NULL, from_on {date} NOT NULL, to_on {date} NOT NULL,
    layout {text} NOT NULL, state {text} NOT NULL, customers {int} NOT NULL, lines {int} NOT NULL, done {int} NOT NULL,
    totals {text} NOT NULL, blob_key {text}, size_bytes {int}, failure {text}, ordered_at {instant} NOT NULL, finished_at {instant},
    expires_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE INDEX ledger_report_by_user ON ledger_report (ordered_by, id);;

CREATE TABLE ledger_report_account (
    report_id {id} NOT NULL REFERENCES ledger_report (id) ON DELETE CASCADE, name {text} NOT NULL,
    account_id {id} NOT NULL REFERENCES account (id), PRIMARY KEY (report_id, name, account_id)
) {keyed}
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_tables(
            manager,
            &["ledger_report_account", "ledger_report", "notification", "logo"],
        )
        .await
    }
}
