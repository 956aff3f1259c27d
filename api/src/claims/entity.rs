//! The tables `product` and `claim_relation`; `claim` itself is the ledger's.

/// What is owed for.
pub mod product {
    use crate::accounts;
    use crate::kernel::{ChildOf, Scope, Visible};
    use crate::reach::within_reach;
    use kept_shared::claims::ProductKind;
    use kept_shared::ids::*;
    use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "product")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ProductId,
        pub account_id: AccountId,
        pub community_id: CommunityId,
        pub unit_id: Option<UnitId>,
        pub kind: ProductKind,
        pub reference: String,
        pub name: String,
        pub is_active: bool,
        pub created_at: DateTimeUtc,
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
}

/// How one claim stands to another. Append-only.
pub mod claim_relation {
    use crate::kernel::{ChildOf, Scope, Visible};
    use crate::ledger::claim;
    use crate::reach::within_reach;
    use kept_shared::claims::ClaimRelationKind;
    use kept_shared::ids::*;
    use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "claim_relation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: uuid::Uuid,
        pub account_id: AccountId,
        pub community_id: CommunityId,
        pub claim_id: ClaimId,
        pub related_id: ClaimId,
        pub kind: ClaimRelationKind,
        pub created_at: DateTimeUtc,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            within_reach(scope, Column::AccountId, Column::CommunityId)
        }
    }
    impl ChildOf<claim::Model> for ActiveModel {
        fn attach(&mut self, claim: &claim::Model) {
            self.account_id = Set(claim.account_id);
            self.community_id = Set(claim.community_id);
            self.claim_id = Set(claim.id);
        }
    }
}
