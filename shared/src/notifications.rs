//! What a person is told about in the top bar.

use crate::ids::*;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What it is about. The browser has the words and knows where the thing is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Notice {
    /// A detailed ledger the user ordered is there.
    LedgerReportReady {
        report: LedgerReportId,
        customers: u32,
        lines: u32,
    },
    LedgerReportFailed {
        report: LedgerReportId,
        reason: String,
    },
    /// The attorney of a customer the user handed over wrote an urgent note.
    UrgentNote {
        account: AccountId,
        reference: String,
        by: String,
    },
}

/// One notification of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notification {
    pub id: NotificationId,
    pub notice: Notice,
    pub at: DateTime<Utc>,
    pub is_read: bool,
}

/// How many the caller has not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unread {
    pub unread: u64,
    /// Matters on which the other side did something the caller has not looked at; counted up to 100.
    pub news: u64,
}

/// Which ones have been read: these, or all up to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// This one and all before it.
    pub up_to: NotificationId,
    /// Only this one.
    #[serde(default)]
    pub only: bool,
}
