//! Calls.

use crate::kernel::api::{Api, Versioned, new_key};
use kept_shared::banking::*;
use kept_shared::ids::AccountId;
use kept_shared::problem::Problem;

impl Api {
    pub async fn bank_details(self, account: AccountId) -> Result<BankDetails, Problem> {
        self.get(&format!("/accounts/{account}/bank-details")).await
    }
    pub async fn change_bank_details(
        self,
        account: AccountId,
        version: i64,
        edit: BankDetailsEdit,
    ) -> Result<Versioned<BankDetails>, Problem> {
        self.put(&format!("/accounts/{account}/bank-details"), version, &edit)
            .await
    }
    pub async fn remove_bank_details(self, account: AccountId, version: i64) -> Result<(), Problem> {
        self.delete(&format!("/accounts/{account}/bank-details"), Some(version))
            .await
    }
    /// Each call is written down on the account.
    pub async fn bank_number(self, account: AccountId) -> Result<BankNumber, Problem> {
        let path = format!("/accounts/{account}/bank-details/show-number");
        self.post(&path, &serde_json::json!({}), &new_key()).await
    }
    pub async fn debit_order(self, account: AccountId) -> Result<DebitOrderOnFile, Problem> {
        self.get(&format!("/accounts/{account}/debit-order")).await
    }
    pub async fn change_debit_order(
        self,
        account: AccountId,
        version: i64,
        order: DebitOrder,
    ) -> Result<Versioned<DebitOrderOnFile>, Problem> {
        self.put(&format!("/accounts/{account}/debit-order"), version, &order)
            .await
    }
}
