//! Communities, units, accounts, debtors and their contacts.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE community (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id), code {text} NOT NULL,
    name {text} NOT NULL, kind {text} NOT NULL, currency {text} NOT NULL, time_zone {text} NOT NULL,
    ageing_mode {text} NOT NULL, ageing_basis {text} NOT NULL, ageing_edges {text} NOT NULL, credit_policy {text} NOT NULL,
    address {text}, email {text}, phone {text}, website {text}, office_hours {text}, access_hours {text}, information {text},
    bank_name {text}, bank_account {text}, bank_branch {text},
    is_active {bool} NOT NULL, created_at {instant} NOT NULL, version {int} NOT NULL, UNIQUE (organisation_id, code)
) {strict};;
CREATE INDEX community_by_name ON community (organisation_id, name, id);;

CREATE TABLE unit (
    id {id} PRIMARY KEY, community_id {id} NOT NULL REFERENCES community (id), code {text} NOT NULL, block {text},
    sort_key {text} NOT NULL, search {text} NOT NULL, section {text}, description {text}, unit_type {text}, size {text}, participation_quota {text},
    is_active {bool} NOT NULL, created_at {instant} NOT NULL, version {int} NOT NULL, UNIQUE (community_id, code)
) {strict};;
CREATE INDEX unit_by_code ON unit (community_id, sort_key, id);;

CREATE TABLE customer_group (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id), name {text} NOT NULL,
    created_at {instant} NOT NULL, version {int} NOT NULL, UNIQUE (organisation_id, name)
) {strict};;

CREATE TABLE account (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    community_id {id} NOT NULL REFERENCES community (id), reference {text} NOT NULL,
    name {text} NOT NULL, unit_label {text}, search {text} NOT NULL,
    customer_group_id {id} REFERENCES customer_group (id), source {text}, source_id {text}, language {text},
    debt_status_id {id}, debt_status_on {date}, notice_status_id {id}, interest_status_id {id}, open_handover_id {id},
    note_count {int} NOT NULL, last_note_at {instant},
    shared_note_count {int} NOT NULL DEFAULT 0, last_shared_at {instant}, is_active {bool} NOT NULL,
    created_at {instant} NOT NULL, version {int} NOT NULL, UNIQUE (community_id, reference)
) {strict};;
CREATE INDEX account_by_name ON account (organisation_id, name, id);;
CREATE INDEX account_by_community_name ON account (community_id, name, id);;
CREATE INDEX account_by_reference ON account (organisation_id, reference, id);;
CREATE INDEX account_by_status ON account (debt_status_id);;
CREATE INDEX account_by_notice ON account (notice_status_id) WHERE notice_status_id IS NOT NULL;;
CREATE INDEX account_by_interest ON account (interest_status_id) WHERE interest_status_id IS NOT NULL;;
CREATE INDEX account_by_handover ON account (open_handover_id) WHERE open_handover_id IS NOT NULL;;
CREATE INDEX account_by_group ON account (customer_group_id);;

CREATE TABLE unit_owner (
    id {id} PRIMARY KEY, unit_id {id} NOT NULL REFERENCES unit (id), account_id {id} NOT NULL REFERENCES account (id),
    from_on {date} NOT NULL, to_on {date}, created_at {instant} NOT NULL
) {strict};;
CREATE UNIQUE INDEX unit_owner_current ON unit_owner (unit_id) WHERE to_on IS NULL;;
CREATE INDEX unit_owner_by_account ON unit_owner (account_id, from_on);;

CREATE TABLE debtor (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), role {text} NOT NULL, kind {text} NOT NULL,
    title {text}, first_name {text}, last_name {text}, company_name {text}, full_name {text} NOT NULL, language {text},
    created_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE INDEX debtor_by_account ON debtor (account_id);;
CREATE UNIQUE INDEX debtor_primary ON debtor (account_id) WHERE role = 'primary';;

CREATE TABLE contact (
    id {id} PRIMARY KEY, account_id {id} NOT NULL REFERENCES account (id), debtor_id {id} NOT NULL REFERENCES debtor (id),
    kind {text} NOT NULL, value {text} NOT NULL, normalised {text} NOT NULL, label {text}, is_primary {bool} NOT NULL,
    state {text} NOT NULL, source {text}, created_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE INDEX contact_by_account ON contact (account_id, kind);;
CREATE INDEX contact_by_value ON contact (normalised);;
CREATE UNIQUE INDEX contact_one_primary ON contact (debtor_id, kind) WHERE {is_primary}
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        for table in [] {
            crate::append_only(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_tables(
            manager,
            &[
                "contact",
                "debtor",
                "unit_owner",
                "account",
                "customer_group",
                "unit",
                "community",
            ],
        )
        .await
    }
}
