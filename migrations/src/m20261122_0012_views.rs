//! Views people keep of a list: filters, sort and columns under a name.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
CREATE TABLE saved_view (
    id {id} PRIMARY KEY, organisation_id {id} NOT NULL REFERENCES organisation (id),
    user_id {id} NOT NULL REFERENCES app_user (id), list {text} NOT NULL, name {text} NOT NULL, query {text} NOT NULL,
    is_shared {bool} NOT NULL, created_at {instant} NOT NULL, version {int} NOT NULL
) {strict};;
CREATE UNIQUE INDEX saved_view_of_user ON saved_view (user_id, list, name);;
CREATE INDEX saved_view_by_list ON saved_view (organisation_id, list, name, id);;

CREATE TABLE saved_view_default (
    user_id {id} NOT NULL REFERENCES app_user (id), list {text} NOT NULL,
    view_id {id} NOT NULL REFERENCES saved_view (id) ON DELETE CASCADE, PRIMARY KEY (user_id, list)
) {keyed};;
CREATE INDEX saved_view_default_by_view ON saved_view_default (view_id)
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::drop_tables(manager, &["saved_view_default", "saved_view"]).await
    }
}
