//! The `bank_detail` and `debit_order` tables: at most one row of each an account.

use crate::accounts;
use crate::kernel::{ChildOf, Scope, Visible};
use crate::reach::account_within_reach;
use kept_shared::ids::AccountId;
use sea_orm::{ActiveValue::Set, Condition};

pub mod bank {
    use super::*;
    use kept_shared::banking::{BankAccount, BankAccountType, looks_like_iban, masked};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bank_detail")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: AccountId,
        pub bank: String,
        pub branch_code: Option<String>,
        pub holder: String,
        pub account_type: BankAccountType,
        /// In full, without blanks.
        pub number: String,
        pub changed_at: DateTimeUtc,
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
    impl ChildOf<accounts::Model> for ActiveModel {
        fn attach(&mut self, account: &accounts::Model) {
            self.account_id = Set(account.id);
        }
    }
    crate::versioned!();

    impl Model {
        pub fn view(&self) -> BankAccount {
            BankAccount {
                bank: self.bank.clone(),
                branch_code: self.branch_code.clone(),
                holder: self.holder.clone(),
                account_type: self.account_type,
                number: masked(&self.number),
                is_iban: looks_like_iban(&self.number),
            }
        }
    }
}

pub mod order {
    use super::*;
    use kept_shared::banking::{CollectionType, DebitOrder, DebitPayment, MandateState};
    use kept_shared::ids::DebitOrderId;
    use kept_shared::money::{Currency, Money};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "debit_order")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DebitOrderId,
        pub account_id: AccountId,
        pub payment_type: DebitPayment,
        pub contract_no: Option<String>,
        pub retries: i64,
        pub collection_day: i64,
        pub collection_type: CollectionType,
        pub amount_minor: Option<i64>,
        pub state: MandateState,
        pub reason: Option<String>,
        pub changed_at: DateTimeUtc,
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
    impl ChildOf<accounts::Model> for ActiveModel {
        fn attach(&mut self, account: &accounts::Model) {
            self.account_id = Set(account.id);
        }
    }
    crate::versioned!();

    impl Model {
        pub fn view(&self, currency: Currency) -> DebitOrder {
            DebitOrder {
                payment_type: self.payment_type,
                contract_no: self.contract_no.clone(),
                retries: self.retries,
                collection_day: self.collection_day,
                collection_type: self.collection_type,
                amount: self.amount_minor.map(|minor| Money::new(minor, currency)),
                state: self.state,
                reason: self.reason.clone(),
            }
        }
    }
    /// Takes over what was entered.
    pub fn fill(row: &mut ActiveModel, new: DebitOrder) {
        row.payment_type = Set(new.payment_type);
        row.contract_no = Set(new.contract_no);
        row.retries = Set(new.retries);
        row.collection_day = Set(new.collection_day);
        row.collection_type = Set(new.collection_type);
        row.amount_minor = Set(new.amount.map(|amount| amount.minor));
        row.state = Set(new.state);
        row.reason = Set(new.reason);
    }
}
