//! Outgoing mail as the outbox shows it.

use crate::ids::MailId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Where a letter stands.
    pub enum MailState {
        /// Kept in the inbox page; this installation sends nothing.
        Captured = "captured",
        /// Waiting to be sent.
        Queued = "queued",
        Sent = "sent",
        /// Given up after the last attempt.
        Failed = "failed",
    }
}

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailLine {
    pub id: MailId,
    pub to_address: String,
    pub to_name: String,
    pub subject: String,
    pub state: MailState,
    pub created_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<DateTime<Utc>>,
}

/// A letter with its text. One-time links are shown only of captured letters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mail {
    pub id: MailId,
    pub to_address: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    /// RFC 5322 Message-ID, the same at every attempt.
    pub message_id: String,
    pub state: MailState,
    pub attempts: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<DateTime<Utc>>,
}

/// What was sent about a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sent {
    pub id: MailId,
    pub at: DateTime<Utc>,
    pub kind: SentKind,
    pub subject: String,
    pub to_name: String,
    pub to_address: String,
    /// Whose act it was at that time; empty for what nobody did by hand.
    pub sent_by: String,
    pub state: MailState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<DateTime<Utc>>,
}

crate::text_enum! {
    /// By which way it went.
    pub enum SentKind { Email = "email" }
}

/// A page of what was sent about a customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct SentFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Filter of the outbox.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct MailFilter {
    /// Part of an address, a name or the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<MailState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
