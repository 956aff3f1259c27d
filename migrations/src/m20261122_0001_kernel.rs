//! Organisations, users, sessions and what the kernel needs: events, stored answers, jobs, mail.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE organisation (
    id {id} PRIMARY KEY, name {text} NOT NULL, currency {text} NOT NULL, time_zone {text} NOT NULL,
    locale {text} NOT NULL, settings {text} NOT NULL, created_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;

CREATE TABLE permission_group (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id), name {text} NOT NULL,
    base_type {text} NOT NULL, permissions {text} NOT NULL, is_shipped {bool} NOT NULL,
    created_at {instant} NOT NULL, version {int} NOT NULL, UNIQUE (organisation_id, name)
) {strict};;

CREATE TABLE app_user (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    email {text} NOT NULL UNIQUE, first_name {text} NOT NULL, middle_name {text}, surname {text} NOT NULL, phone {text},
    firm {text}, user_type {text} NOT NULL, permission_group_id {id} NOT NULL REFERENCES permission_group (id),
    state {text} NOT NULL, locale {text}, password_hash {text}, must_change_password {bool} NOT NULL,
    failed_sign_ins {int} NOT NULL, locked_until {instant}, totp_secret {text}, totp_pending {text}, totp_last_step {int},
    last_sign_in_at {instant}, created_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE INDEX app_user_by_organisation ON app_user (organisation_id, surname, id);;
CREATE INDEX app_user_by_group ON app_user (permission_group_id);;

CREATE TABLE user_community (
    user_id {id} NOT NULL REFERENCES app_user (id), community_id {id} NOT NULL, PRIMARY KEY (user_id, community_id)
) {keyed};;
CREATE INDEX user_community_by_community ON user_community (community_id);;

CREATE TABLE signing_key (
    kid {text} PRIMARY KEY, pkcs8 {bytes} NOT NULL, created_at {instant} NOT NULL, retired_at {instant}
) {strict};;

CREATE TABLE session (
    id {id} PRIMARY KEY, user_id {id} NOT NULL REFERENCES app_user (id), token_hash {text} NOT NULL UNIQUE,
    previous_token_hash {text} UNIQUE, rotation_key {text} NOT NULL, rotated_at {instant}, created_at {instant} NOT NULL, expires_at {instant} NOT NULL,
    last_used_at {instant} NOT NULL, revoked_at {instant}, revoked_why {text}, user_agent {text}, ip {text}
) {strict};;
CREATE INDEX session_by_user ON session (user_id, created_at);;

CREATE TABLE invitation (
    id {id} PRIMARY KEY, user_id {id} NOT NULL REFERENCES app_user (id), token_hash {text} NOT NULL UNIQUE,
    created_at {instant} NOT NULL, expires_at {instant} NOT NULL, used_at {instant}
) {strict};;
CREATE INDEX invitation_by_user ON invitation (user_id);;

CREATE TABLE sign_in_attempt (
    id {id} PRIMARY KEY, email {text} NOT NULL, ip {text} NOT NULL, at {instant} NOT NULL, succeeded {bool} NOT NULL
) {strict};;
CREATE INDEX sign_in_attempt_by_email ON sign_in_attempt (email, at);;
CREATE INDEX sign_in_attempt_by_ip ON sign_in_attempt (ip, at);;

CREATE TABLE event (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL, account_id {id}, community_id {id}, subject_user_id {id},
    actor_id {id}, actor_name {text} NOT NULL, origin {text} NOT NULL, kind {text} NOT NULL, body {text} NOT NULL,
    at {instant} NOT NULL, request_id {text}
) {strict};;
CREATE INDEX event_by_organisation ON event (organisation_id, id);;
CREATE INDEX event_by_account ON event (account_id, id);;
CREATE INDEX event_by_subject_user ON event (subject_user_id, id);;

CREATE TABLE idempotency (
    caller {text} NOT NULL, key {text} NOT NULL, fingerprint {text} NOT NULL, status {int} NOT NULL,
    headers {text} NOT NULL, body {text} NOT NULL, at {instant} NOT NULL, PRIMARY KEY (caller, key)
) {strict};;
CREATE INDEX idempotency_by_age ON idempotency (at);;

CREATE TABLE job (
    id {id} PRIMARY KEY, organisation_id {id}, kind {text} NOT NULL, payload {text} NOT NULL, state {text} NOT NULL,
    priority {int} NOT NULL, run_at {instant} NOT NULL, attempts {int} NOT NULL, max_attempts {int} NOT NULL,
    locked_until {instant}, unique_key {text} UNIQUE, last_error {text}, created_at {instant} NOT NULL, finished_at {instant}
) {strict};;
CREATE INDEX job_to_run ON job (state, priority, run_at, id);;

CREATE TABLE mail (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL, to_address {text} NOT NULL, to_name {text} NOT NULL,
    subject {text} NOT NULL, body_text {text} NOT NULL, body_html {text}, message_id {text} NOT NULL UNIQUE,
    state {text} NOT NULL, attempts {int} NOT NULL, last_error {text}, created_at {instant} NOT NULL, sent_at {instant}
) {strict};;
CREATE INDEX mail_by_organisation ON mail (organisation_id, id)
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        for table in ["event"] {
            crate::append_only(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_tables(
            manager,
            &[
                "mail",
                "job",
                "idempotency",
                "event",
                "sign_in_attempt",
                "invitation",
                "session",
                "user_community",
                "signing_key",
                "app_user",
                "permission_group",
                "organisation",
            ],
        )
        .await
    }
}
