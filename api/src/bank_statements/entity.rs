//! The tables of bank statements.

use crate::kernel::{Reach, Scope};
use sea_orm::{ColumnTrait, Condition};

/// Who is restricted to communities sees what belongs to them; attorneys see none of it.
fn of_community(scope: &Scope, id: impl ColumnTrait, community: impl ColumnTrait) -> Condition {
    match scope.reach() {
        Reach::HandedOverTo { .. } => Condition::all().add(id.is_null()),
        Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => {
            crate::reach::community_within_reach(scope, community)
        }
    }
}

macro_rules! visible_by_community {
    () => {
        impl crate::kernel::Visible for Entity {
            fn visible_to(scope: &crate::kernel::Scope) -> sea_orm::Condition {
                super::of_community(scope, Column::Id, Column::CommunityId)
            }
        }
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}
        impl ActiveModelBehavior for ActiveModel {}
    };
}

macro_rules! rooted {
    () => {
        impl crate::kernel::Rooted for ActiveModel {
            fn attach(&mut self, organisation: kept_shared::ids::OrganisationId) {
                self.organisation_id = sea_orm::ActiveValue::Set(organisation);
            }
        }
    };
}

/// `bank_account`: a number and the community it belongs to.
pub mod account {
    use kept_shared::ids::*;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bank_account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BankAccountId,
        pub organisation_id: OrganisationId,
        pub community_id: CommunityId,
        pub number: String,
        pub created_at: DateTimeUtc,
    }
    visible_by_community!();
    rooted!();
}

/// `bank_file`: an uploaded file.
pub mod file {
    use crate::kernel::Stop;
    use kept_shared::bank_statements::{BankFormat, BankMapping};
    use kept_shared::ids::*;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bank_file")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BankFileId,
        pub organisation_id: OrganisationId,
        pub community_id: CommunityId,
        pub file_name: String,
        pub size_bytes: i64,
        pub sha256: String,
        pub blob_key: String,
        pub format: BankFormat,
        pub state: String,
        pub mapping: Option<String>,
        pub known_statements: i64,
        pub created_by: Option<UserId>,
        pub created_at: DateTimeUtc,
        pub version: i64,
    }
    visible_by_community!();
    rooted!();
    crate::versioned!();

    impl Model {
        pub fn needs_mapping(&self) -> bool {
            self.state == "mapping"
        }
        pub fn mapping(&self) -> Result<Option<BankMapping>, Stop> {
            Ok(self.mapping.as_deref().map(serde_json::from_str).transpose()?)
        }
    }
}

/// `bank_statement`: one statement of one bank account.
pub mod statement {
    use kept_shared::bank_statements::StatementState;
    use kept_shared::ids::*;
    use kept_shared::money::Currency;
    use sea_orm::{ActiveValue::Set, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bank_statement")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BankStatementId,
        pub organisation_id: OrganisationId,
        pub community_id: CommunityId,
        pub file_id: BankFileId,
        pub bank_account_id: BankAccountId,
        pub state: StatementState,
        pub currency: Currency,
        pub number: Option<String>,
        pub opening_minor: Option<i64>,
        pub opening_on: Option<Date>,
        pub closing_minor: Option<i64>,
        pub closing_on: Option<Date>,
        pub first_on: Option<Date>,
        pub last_on: Option<Date>,
        pub line_count: i64,
        pub credits_minor: i64,
        pub debits_minor: i64,
        pub off_minor: Option<i64>,
        pub remarks: String,
        pub fingerprint: String,
        pub undone_reason: Option<String>,
        pub undone_by_name: Option<String>,
        pub undone_at: Option<DateTimeUtc>,
        pub created_by_name: String,
        pub created_at: DateTimeUtc,
        pub version: i64,
    }
    visible_by_community!();
    rooted!();
    crate::versioned!();

    impl crate::kernel::ChildOf<super::file::Model> for ActiveModel {
        fn attach(&mut self, file: &super::file::Model) {
            self.file_id = Set(file.id);
            self.organisation_id = Set(file.organisation_id);
        }
    }
}

/// `bank_line`: one movement on the bank account and what became of it.
pub mod line {
    use crate::kernel::Stop;
    use kept_shared::bank_statements::{Confidence, IgnoreReason, LineState, MatchReason, Told};
    use kept_shared::ids::*;
    use sea_orm::{ActiveValue::Set, entity::prelude::*};
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bank_line")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BankLineId,
        pub statement_id: BankStatementId,
        pub community_id: CommunityId,
        pub bank_account_id: BankAccountId,
        pub position: i64,
        pub booked_on: Date,
        pub value_on: Option<Date>,
        pub amount_minor: i64,
        pub reference: Option<String>,
        pub end_to_end_id: Option<String>,
        pub counterparty_name: Option<String>,
        pub counterparty_account: Option<String>,
        pub text: String,
        pub code: Option<String>,
        pub bank_id: Option<String>,
        pub is_reversal: bool,
        pub line_key: String,
        pub duplicate_of: Option<BankLineId>,
        pub state: LineState,
        pub confidence: Option<Confidence>,
        pub account_id: Option<AccountId>,
        pub candidates: String,
        pub hint: Option<IgnoreReason>,
        pub ignore_reason: Option<IgnoreReason>,
        pub note: Option<String>,
        pub decided_by_name: Option<String>,
        pub decided_at: Option<DateTimeUtc>,
        pub version: i64,
    }
    visible_by_community!();
    crate::versioned!();

    impl crate::kernel::ChildOf<super::statement::Model> for ActiveModel {
        fn attach(&mut self, statement: &super::statement::Model) {
            self.statement_id = Set(statement.id);
            self.community_id = Set(statement.community_id);
            self.bank_account_id = Set(statement.bank_account_id);
        }
    }

    /// A proposal as it is stored.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct Stored {
        pub account: AccountId,
        pub confidence: Confidence,
        pub reasons: Vec<MatchReason>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reverses: Option<EntryId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub claim: Option<ClaimId>,
    }

    impl Model {
        pub fn candidates(&self) -> Result<Vec<Stored>, Stop> {
            Ok(serde_json::from_str(&self.candidates)?)
        }
        /// As matching sees it.
        pub fn told(&self) -> Told {
            Told {
                amount_minor: self.amount_minor,
                booked_on: self.booked_on,
                reference: self.reference.clone(),
                end_to_end_id: self.end_to_end_id.clone(),
                name: self.counterparty_name.clone(),
                account: self.counterparty_account.clone(),
                text: self.text.clone(),
                code: self.code.clone(),
                is_reversal: self.is_reversal,
            }
        }
    }
}

/// `bank_posting`: what a line posted: a payment, or a payment taken back.
pub mod posting {
    use kept_shared::ids::*;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bank_posting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BankPostingId,
        pub line_id: BankLineId,
        pub statement_id: BankStatementId,
        pub account_id: AccountId,
        pub community_id: CommunityId,
        pub entry_id: Option<EntryId>,
        pub returned_entry_id: Option<EntryId>,
        pub amount_minor: i64,
        pub undone_at: Option<DateTimeUtc>,
    }
    visible_by_community!();
}

/// `bank_mapping`: a saved mapping.
pub mod mapping {
    use crate::kernel::scope::same_organisation;
    use crate::kernel::{Scope, Stop, Visible};
    use kept_shared::bank_statements::SavedBankMapping;
    use kept_shared::ids::*;
    use sea_orm::{Condition, entity::prelude::*};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bank_mapping")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BankMappingId,
        pub organisation_id: OrganisationId,
        pub name: String,
        pub signature: String,
        pub mapping: String,
        pub created_at: DateTimeUtc,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            same_organisation(scope, Column::OrganisationId)
        }
    }
    rooted!();

    impl Model {
        pub fn view(&self) -> Result<SavedBankMapping, Stop> {
            Ok(SavedBankMapping {
                id: self.id,
                name: self.name.clone(),
                signature: self.signature.clone(),
                mapping: serde_json::from_str(&self.mapping)?,
                created_at: self.created_at,
            })
        }
    }
}
