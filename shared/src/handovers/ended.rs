//! How earlier handovers of a customer ended: for the agent who hands over again, and for the attorney who is asked to act.

use super::CloseCode;
use crate::ids::HandoverId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How an earlier handover of the same customer ended. Who had it is not said: that is another attorney's business.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarlierHandover {
    pub closed_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_code: Option<CloseCode>,
    /// A recall or decline reason, where it ended that way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An earlier handover of a customer as the agent sees it who is about to hand the customer over again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndedHandover {
    pub id: HandoverId,
    pub reference: String,
    /// The attorney's name, and the firm where there is one.
    pub attorney: String,
    pub closed_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_code: Option<CloseCode>,
    /// A recall or decline reason, where it ended that way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_note: Option<String>,
}
