//! The `posting_request` table: what waits for a second pair of eyes, and what became of it.

use crate::accounts;
use crate::kernel::{ChildOf, Scope, Visible};
use crate::reach::within_reach;
use kept_shared::ids::*;
use kept_shared::postings::{RequestKind, RequestState};
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "posting_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PostingRequestId,
    pub account_id: AccountId,
    pub community_id: CommunityId,
    pub kind: RequestKind,
    /// [`kept_shared::postings::Asked`] as JSON.
    pub body: String,
    pub amount_minor: i64,
    pub description: String,
    pub state: RequestState,
    pub requested_by: UserId,
    pub requested_name: String,
    pub requested_at: DateTimeUtc,
    pub decided_by: Option<UserId>,
    pub decided_name: Option<String>,
    pub decided_at: Option<DateTimeUtc>,
    pub decision_reason: Option<String>,
    pub version: i64,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        within_reach(scope, Column::AccountId, Column::CommunityId)
    }
}
impl ChildOf<accounts::Model> for ActiveModel {
    fn attach(&mut self, account: &accounts::Model) {
        self.account_id = Set(account.id);
        self.community_id = Set(account.community_id);
    }
}
crate::versioned!();
