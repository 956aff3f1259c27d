//! What a person sees first after signing in: figures over everything they reach (spec B01, B02).

use crate::handovers::Handover;
use crate::ids::{AccountId, CommunityId, HandoverId, StatusId};
use crate::money::Currency;
use crate::money::Money;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The book by age in one currency. Money of different currencies is never added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgeTotals {
    pub currency: Currency,
    pub accounts: u64,
    /// Accounts with anything older than current.
    pub in_arrears: u64,
    pub current: Money,
    pub d30: Money,
    pub d60: Money,
    pub d90: Money,
    pub d120: Money,
    pub unallocated: Money,
    pub total: Money,
}

/// The first page. Which parts are filled depends on the user type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dashboard {
    /// One per currency of the book in reach; for attorneys: of their open matters.
    pub book: Vec<AgeTotals>,
    pub communities: u64,
    /// Open matters.
    pub handed_over: u64,
    pub handed_over_balances: Vec<Money>,
    pub pending: u64,
    /// Open matters without a word from the attorney for 30 days.
    pub silent: u64,
    /// Agents: customers with news from an attorney that the caller has not looked at.
    /// Attorneys: matters handed over since the sign-in before this one.
    pub fresh: u64,
    /// Newest matters, at most five.
    pub recent: Vec<Handover>,
    /// Newest unread news of the other side, at most five.
    pub news: Vec<News>,
    /// Customers by debt status, most frequent first, at most twelve; those without one are not among them.
    pub by_status: Vec<StatusCount>,
    /// Communities in which something is overdue, the most overdue first, at most eight. Empty for attorneys, and for
    /// those who reach one community only.
    pub by_community: Vec<CommunityArrears>,
    /// Postings that wait for a second pair of eyes, told to those who may approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approvals: Option<u64>,
    /// Customers with money that stands against nothing, told to those who may allocate it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unallocated: Option<u64>,
}

/// A bar of the chart by status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusCount {
    pub status_id: StatusId,
    pub title: String,
    pub tone: String,
    pub accounts: u64,
}

/// A bar of the chart by community.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommunityArrears {
    pub community_id: CommunityId,
    pub name: String,
    /// With anything older than current.
    pub accounts: u64,
    /// Older than current.
    pub overdue: Money,
}

/// A customer the other side has written about, or done something on, since the caller last looked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct News {
    /// The matter it is about.
    pub handover_id: HandoverId,
    pub account_id: AccountId,
    pub account_reference: String,
    pub account_name: String,
    pub at: DateTime<Utc>,
    /// The attorney, for agents; absent for attorneys, who hear from the agency as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was done then; absent where it is none of the known steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<NewsStep>,
}

/// The step that made the news. A step on the matter goes before a status, a status before a note of the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NewsStep {
    HandedOver,
    HandoverAccepted,
    HandoverDeclined,
    HandoverRecalled,
    HandoverReturned,
    HandoverClosed,
    StatusApplied,
    StatusEnded,
    NoteAdded,
}

impl NewsStep {
    pub const ALL: [Self; 9] = [
        Self::HandedOver,
        Self::HandoverAccepted,
        Self::HandoverDeclined,
        Self::HandoverRecalled,
        Self::HandoverReturned,
        Self::HandoverClosed,
        Self::StatusApplied,
        Self::StatusEnded,
        Self::NoteAdded,
    ];

    /// The kind of the event.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::HandedOver => "handed_over",
            Self::HandoverAccepted => "handover_accepted",
            Self::HandoverDeclined => "handover_declined",
            Self::HandoverRecalled => "handover_recalled",
            Self::HandoverReturned => "handover_returned",
            Self::HandoverClosed => "handover_closed",
            Self::StatusApplied => "status_applied",
            Self::StatusEnded => "status_ended",
            Self::NoteAdded => "note_added",
        }
    }
}
