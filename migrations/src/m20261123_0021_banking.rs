//! Bank accounts and debit orders of customers, and which customer a letter is about.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE bank_detail (
    account_id {id} PRIMARY KEY REFERENCES account (id), bank {text} NOT NULL, branch_code {text}, holder {text} NOT NULL,
    account_type {text} NOT NULL, number {text} NOT NULL, changed_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;

CREATE TABLE debit_order (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), payment_type {text} NOT NULL, contract_no {text},
    retries {int} NOT NULL, collection_day {int} NOT NULL, collection_type {text} NOT NULL, amount_minor {int},
    state {text} NOT NULL, reason {text}, changed_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE UNIQUE INDEX debit_order_by_account ON debit_order (account_id);;

ALTER TABLE mail ADD COLUMN account_id {id} REFERENCES account (id);;
ALTER TABLE mail ADD COLUMN sent_by_name {text};;
CREATE INDEX mail_by_account ON mail (account_id, id) WHERE account_id IS NOT NULL
";

/// What shipped groups may from now on.
const MAY: [(&str, &str); 4] = [
    ("Superuser", ",\"banking:view\",\"banking:edit\""),
    ("Manager", ",\"banking:view\",\"banking:edit\""),
    ("Agent", ",\"banking:edit\""),
    ("API client", ",\"banking:view\",\"banking:edit\""),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        for (group, may) in MAY {
            let sql = format!(
                "UPDATE permission_group SET permissions = REPLACE(permissions, ']', '{may}]'), version = version + 1 \
                 WHERE is_shipped AND name = '{group}' AND permissions <> '[]' AND permissions NOT LIKE '%\"banking:edit\"%'"
            );
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_tables(manager, &["debit_order", "bank_detail"]).await?;
        crate::run(
            manager,
            "DROP INDEX mail_by_account;; ALTER TABLE mail DROP COLUMN sent_by_name;; ALTER TABLE mail DROP COLUMN account_id",
        )
        .await?;
        for verb in ["view", "edit"] {
            for text in [format!(",\"banking:{verb}\""), format!("\"banking:{verb}\",")] {
                let sql = format!("UPDATE permission_group SET permissions = REPLACE(permissions, '{text}', '')");
                manager.get_connection().execute_unprepared(&sql).await?;
            }
        }
        Ok(())
    }
}
