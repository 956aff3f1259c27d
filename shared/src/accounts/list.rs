//! The list of accounts.

use super::{AccountStatus, Standing};
use crate::ids::*;
use crate::money::Money;
use serde::{Deserialize, Serialize};

/// A row of the customer list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountLine {
    pub id: AccountId,
    pub reference: String,
    pub name: String,
    pub unit_label: Option<String>,
    pub community_id: CommunityId,
    pub community_name: String,
    pub customer_group: Option<String>,
    /// Primary number and address of the primary debtor.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub balance: Option<Money>,
    /// Date of the latest payment that was not reversed.
    #[serde(default)]
    pub last_payment_on: Option<chrono::NaiveDate>,
    pub days_past_due: Option<i64>,
    pub standing: Standing,
    pub debt_status: Option<AccountStatus>,
    /// Whoever the account is handed over to.
    pub attorney: Option<String>,
    pub note_count: i64,
    pub is_active: bool,
}

/// Filter of the customer list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AccountFilter {
    /// Words of the name, reference, unit or e-mail address, or a phone number in any spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_group_id: Option<CustomerGroupId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Longest search text.
pub const MAX_QUERY: usize = 200;
