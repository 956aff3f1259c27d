//! Calls.

use crate::kernel::api::{Api, Versioned};
use kept_shared::accounts::*;
use kept_shared::contacts::{Contact, NewContact};
use kept_shared::exclusions::{Exclusion, Exclusions, LiftExclusion, NewExclusion};
use kept_shared::ids::*;
use kept_shared::leads::{Lead, LeadEdit, Origin};
use kept_shared::page::Page;
use kept_shared::problem::Problem;

impl Api {
    pub async fn accounts(self, filter: AccountFilter) -> Result<Page<AccountLine>, Problem> {
        self.list("/accounts", &filter).await
    }
    pub async fn account(self, id: AccountId) -> Result<Account, Problem> {
        self.get(&format!("/accounts/{id}")).await
    }
    pub async fn create_account(
        self,
        community: CommunityId,
        new: NewAccount,
        key: String,
    ) -> Result<Account, Problem> {
        self.post(&format!("/communities/{community}/accounts"), &new, &key)
            .await
    }
    pub async fn change_account(
        self,
        id: AccountId,
        version: i64,
        edit: AccountEdit,
    ) -> Result<Versioned<Account>, Problem> {
        self.put(&format!("/accounts/{id}"), version, &edit).await
    }
    pub async fn add_debtor(self, account: AccountId, new: NewDebtor, key: String) -> Result<Debtor, Problem> {
        self.post(&format!("/accounts/{account}/debtors"), &new, &key).await
    }
    pub async fn change_debtor(
        self,
        id: DebtorId,
        version: i64,
        edit: DebtorEdit,
    ) -> Result<Versioned<Debtor>, Problem> {
        self.put(&format!("/debtors/{id}"), version, &edit).await
    }
    pub async fn remove_debtor(self, id: DebtorId, version: i64) -> Result<(), Problem> {
        self.delete(&format!("/debtors/{id}"), Some(version)).await
    }
    pub async fn add_contact(self, debtor: DebtorId, new: NewContact, key: String) -> Result<Contact, Problem> {
        self.post(&format!("/debtors/{debtor}/contacts"), &new, &key).await
    }
    pub async fn change_contact(
        self,
        id: ContactId,
        version: i64,
        new: NewContact,
    ) -> Result<Versioned<Contact>, Problem> {
        self.put(&format!("/contacts/{id}"), version, &new).await
    }
    pub async fn make_contact_primary(self, id: ContactId, version: i64) -> Result<Versioned<Contact>, Problem> {
        self.act(&format!("/contacts/{id}/make-primary"), version, &serde_json::json!({}))
            .await
    }
    pub async fn exclusions(self, account: AccountId) -> Result<Exclusions, Problem> {
        self.get(&format!("/accounts/{account}/exclusions")).await
    }
    pub async fn set_exclusion(self, account: AccountId, new: NewExclusion, key: String) -> Result<Exclusion, Problem> {
        self.post(&format!("/accounts/{account}/exclusions"), &new, &key).await
    }
    pub async fn lift_exclusion(self, id: ExclusionId, why: LiftExclusion, key: String) -> Result<Exclusion, Problem> {
        self.post(&format!("/exclusions/{id}/lift"), &why, &key).await
    }
    pub async fn origin(self, account: AccountId) -> Result<Origin, Problem> {
        self.get(&format!("/accounts/{account}/origin")).await
    }
    pub async fn change_lead(
        self,
        account: AccountId,
        version: i64,
        edit: LeadEdit,
    ) -> Result<Versioned<Lead>, Problem> {
        self.put(&format!("/accounts/{account}/lead"), version, &edit).await
    }
    pub async fn remove_contact(self, id: ContactId, version: i64) -> Result<(), Problem> {
        self.delete(&format!("/contacts/{id}"), Some(version)).await
    }
}
