//! The event table: diary line, audit record and outbox message in one append-only row.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: kept_shared::ids::EventId,
    pub organisation_id: kept_shared::ids::OrganisationId,
    pub account_id: Option<kept_shared::ids::AccountId>,
    pub community_id: Option<kept_shared::ids::CommunityId>,
    pub subject_user_id: Option<kept_shared::ids::UserId>,
    pub actor_id: Option<kept_shared::ids::UserId>,
    pub actor_name: String,
    pub origin: String,
    pub kind: String,
    pub body: String,
    pub at: DateTimeUtc,
    pub request_id: Option<String>,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
