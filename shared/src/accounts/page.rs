//! One account with everything about it.

use super::{AccountEdit, Debtor, DebtorRole};
use crate::exclusions::{ExclusionLevel, InForce};
use crate::ids::*;
use crate::leads::LeadState;
use crate::money::{Currency, Money};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Derived: more than the community's tolerance is open and overdue by at least a day, or not (spec C11, (d) 3).
    pub enum Standing { Current = "current", Delinquent = "delinquent" }
}

crate::text_enum! {
    /// Derived from the units: a previous customer has owned some and owns none now (spec C07).
    pub enum CustomerType {
        Customer = "customer",
        PreviousCustomer = "previous_customer",
        /// Began as an enquiry and has taken no unit.
        Lead = "lead",
    }
}

impl CustomerType {
    /// `is_lead`: the customer began as an enquiry. `has_owned`: some unit, now or before.
    pub const fn of(is_lead: bool, has_owned: bool, owns_now: bool) -> Self {
        match (is_lead, has_owned, owns_now) {
            (true, false, _) => Self::Lead,
            (_, true, false) => Self::PreviousCustomer,
            (_, _, true) | (false, false, false) => Self::Customer,
        }
    }
}

/// What the customer page shows (spec C04 to C13, C17, C20).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    pub id: AccountId,
    pub version: i64,
    pub reference: String,
    /// Full name of the primary debtor.
    pub name: String,
    pub customer_type: CustomerType,
    pub standing: Standing,
    pub is_active: bool,
    pub language: Option<String>,
    /// What the customer writes on payments, where it is not [`Self::reference`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_reference: Option<String>,
    pub source: Option<String>,
    pub source_id: Option<String>,
    pub customer_group: Option<GroupName>,
    pub community: AccountCommunity,
    /// Postings by hand of more than this wait for a second pair of eyes; said to those who post. Absent: none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_above: Option<Money>,
    pub debtors: Vec<Debtor>,
    /// Present units first, then former ones, latest first.
    pub units: Vec<OwnedUnit>,
    /// Absent before anything was posted.
    pub balance: Option<AccountBalance>,
    pub statuses: Vec<AccountStatus>,
    pub handover: Option<AccountHandover>,
    /// How far the lead has come that the customer began as; absent for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<LeadState>,
    /// How far the customer is excluded from being called and written to.
    pub exclusion: ExclusionLevel,
    /// What excludes the customer now.
    pub exclusions: Vec<InForce>,
    /// Documents on legal hold, of those the reader may see.
    pub held_files: i64,
    pub note_count: i64,
    pub last_note_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl Account {
    /// What a form starts from.
    pub fn edit(&self) -> AccountEdit {
        AccountEdit {
            reference: self.reference.clone(),
            customer_group_id: self.customer_group.as_ref().map(|g| g.id),
            language: self.language.clone(),
            payment_reference: self.payment_reference.clone(),
            is_active: self.is_active,
        }
    }
    /// The debtor lists and letters name.
    pub fn primary_debtor(&self) -> Option<&Debtor> {
        self.debtors.iter().find(|d| d.role == DebtorRole::Primary)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupName {
    pub id: CustomerGroupId,
    pub name: String,
}

/// The community pop-up of the customer page (spec C13).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountCommunity {
    pub id: CommunityId,
    pub code: String,
    pub name: String,
    pub currency: Currency,
    /// IANA name; the browser shows the time there.
    pub time_zone: String,
    /// The date there now.
    pub today: NaiveDate,
    /// How it counts ages and where unallocated money stands.
    pub ageing: crate::ageing::AgeingRules,
    pub address: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub office_hours: Option<String>,
    pub access_hours: Option<String>,
    pub information: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnedUnit {
    pub unit_id: UnitId,
    pub code: String,
    pub block: Option<String>,
    pub unit_type: Option<String>,
    pub size: Option<String>,
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
}

/// What is owed, and since when, as at the community's today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountBalance {
    pub as_at: NaiveDate,
    pub total: Money,
    pub current: Money,
    pub d30: Money,
    pub d60: Money,
    pub d90: Money,
    pub d120: Money,
    pub unallocated: Money,
    pub oldest_due_on: Option<NaiveDate>,
    /// Days since the oldest due date; absent when nothing is overdue. The due date is day 0.
    pub days_past_due: Option<i64>,
    pub last_payment_on: Option<NaiveDate>,
    pub last_payment: Option<Money>,
}

/// A status the account has now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountStatus {
    pub id: StatusId,
    /// `debt`, `notice` or `interest`.
    pub slot: String,
    pub code: String,
    pub title: String,
    pub tone: String,
    pub since: Option<NaiveDate>,
}

/// The open handover behind the red flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountHandover {
    pub id: HandoverId,
    pub reference: String,
    pub state: String,
    pub attorney: String,
    pub firm: Option<String>,
    pub handed_at: DateTime<Utc>,
}
