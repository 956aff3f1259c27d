//! The `account`, `debtor` and `contact` tables.

use crate::communities;
use crate::kernel::{ChildOf, Scope, Visible};
use crate::reach::{account_within_reach, within_reach};
use kept_shared::accounts::{AccountEdit, Debtor, DebtorKind, DebtorRole, NewDebtor};
use kept_shared::contacts::{Contact, ContactKind, ContactState};
use kept_shared::ids::*;
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    pub organisation_id: OrganisationId,
    pub community_id: CommunityId,
    pub reference: String,
    /// Full name of the primary debtor; this, `unit_label` and `search` are made by [`crate::units::relabel`].
    pub name: String,
    pub unit_label: Option<String>,
    pub search: String,
    pub customer_group_id: Option<CustomerGroupId>,
    pub source: Option<String>,
    pub source_id: Option<String>,
    pub language: Option<String>,
    /// What payments of the customer name; unique within the community.
    pub payment_reference: Option<String>,
    pub debt_status_id: Option<StatusId>,
    pub debt_status_on: Option<Date>,
    pub notice_status_id: Option<StatusId>,
    pub interest_status_id: Option<StatusId>,
    pub open_handover_id: Option<HandoverId>,
    pub note_count: i64,
    pub last_note_at: Option<DateTimeUtc>,
    /// Of the notes an attorney may read.
    pub shared_note_count: i64,
    pub last_shared_at: Option<DateTimeUtc>,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        within_reach(scope, Column::Id, Column::CommunityId)
    }
}
impl ChildOf<communities::Model> for ActiveModel {
    fn attach(&mut self, community: &communities::Model) {
        self.community_id = Set(community.id);
        self.organisation_id = Set(community.organisation_id);
    }
}
crate::versioned!();

impl Model {
    /// What a person may change by hand.
    pub fn edit(&self) -> AccountEdit {
        AccountEdit {
            reference: self.reference.clone(),
            customer_group_id: self.customer_group_id,
            language: self.language.clone(),
            payment_reference: self.payment_reference.clone(),
            is_active: self.is_active,
        }
    }
}

/// Who is liable.
pub mod debtor {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "debtor")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DebtorId,
        pub account_id: AccountId,
        pub role: DebtorRole,
        pub kind: DebtorKind,
        pub title: Option<String>,
        pub first_name: Option<String>,
        pub last_name: Option<String>,
        pub company_name: Option<String>,
        pub full_name: String,
        pub language: Option<String>,
        pub created_at: DateTimeUtc,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            account_within_reach(scope, Column::AccountId)
        }
    }
    impl ChildOf<super::Model> for ActiveModel {
        fn attach(&mut self, account: &super::Model) {
            self.account_id = Set(account.id);
        }
    }
    crate::versioned!();

    impl Model {
        /// What a person entered, without contacts.
        pub fn details(&self) -> NewDebtor {
            let m = self.clone();
            NewDebtor {
                role: m.role,
                kind: m.kind,
                title: m.title,
                first_name: m.first_name,
                last_name: m.last_name,
                company_name: m.company_name,
                language: m.language,
                contacts: vec![],
            }
        }
        pub(in crate::accounts) fn view(&self, contacts: Vec<Contact>) -> Debtor {
            let m = self.clone();
            Debtor {
                id: m.id,
                account_id: m.account_id,
                role: m.role,
                kind: m.kind,
                title: m.title,
                first_name: m.first_name,
                last_name: m.last_name,
                company_name: m.company_name,
                full_name: m.full_name,
                language: m.language,
                version: m.version,
                contacts,
            }
        }
    }

    /// Writes what a person entered into a row.
    pub(in crate::accounts) fn fill(row: &mut ActiveModel, new: &NewDebtor) {
        row.role = Set(new.role);
        row.kind = Set(new.kind);
        row.title = Set(new.title.clone());
        row.first_name = Set(new.first_name.clone());
        row.last_name = Set(new.last_name.clone());
        row.company_name = Set(new.company_name.clone());
        row.full_name = Set(new.full_name());
        row.language = Set(new.language.clone());
    }
}

/// How to reach them.
pub mod contact {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ContactId,
        pub account_id: AccountId,
        pub debtor_id: DebtorId,
        pub kind: ContactKind,
        pub value: String,
        /// E.164, lower-case address, folded text: what is compared and searched.
        pub normalised: String,
        pub label: Option<String>,
        pub is_primary: bool,
        pub state: ContactState,
        pub source: Option<String>,
        pub created_at: DateTimeUtc,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl Visible for Entity {
        fn visible_to(scope: &Scope) -> Condition {
            account_within_reach(scope, Column::AccountId)
        }
    }
    impl ChildOf<debtor::Model> for ActiveModel {
        fn attach(&mut self, debtor: &debtor::Model) {
            self.debtor_id = Set(debtor.id);
            self.account_id = Set(debtor.account_id);
        }
    }
    crate::versioned!();

    impl Model {
        pub(in crate::accounts) fn view(&self) -> Contact {
            let m = self.clone();
            Contact {
                id: m.id,
                debtor_id: m.debtor_id,
                kind: m.kind,
                value: m.value,
                label: m.label,
                is_primary: m.is_primary,
                state: m.state,
                source: m.source,
                version: m.version,
            }
        }
    }
}
