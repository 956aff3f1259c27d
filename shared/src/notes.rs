//! Notes, and the history of a customer: notes, status changes, handover steps and documents in one line of time
//! (spec H09, I01–I14).

mod writing;

use crate::files::File;
use crate::handovers::{CloseCode, HandoverState};
use crate::ids::{AccountId, HandoverId, NoteId, StatusId, UnitId};
use crate::permission::UserType;
use crate::statuses::{Slot, Tone};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use crate::statuses::MAX_NOTE;
pub use writing::*;

crate::text_enum! {
    /// Who may read a note or document (spec I14).
    pub enum Visibility {
        /// The agency only.
        Internal = "internal",
        /// The agency and the attorney of the matter.
        Shared = "shared",
        /// Also the customer, in the portal.
        Portal = "portal",
    }
}

impl Visibility {
    /// Whether somebody of this type may read it, given that they reach the customer.
    pub const fn shows_to(self, user_type: UserType) -> bool {
        match user_type {
            UserType::Attorney => match self {
                Self::Internal => false,
                Self::Shared | Self::Portal => true,
            },
            UserType::Superuser
            | UserType::Business
            | UserType::CallCentre
            | UserType::Location
            | UserType::ApiClient => true,
            UserType::Trustee => false,
        }
    }

    /// What applies when the writer does not choose: shared while handed over, else internal; an attorney always shares.
    pub const fn or_default(chosen: Option<Self>, writer: UserType, is_handed_over: bool) -> Self {
        match (chosen, writer, is_handed_over) {
            (Some(chosen), _, _) => chosen,
            (None, UserType::Attorney, _) | (None, _, true) => Self::Shared,
            (None, _, false) => Self::Internal,
        }
    }
}

/// A unit a note is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteUnit {
    pub id: UnitId,
    pub code: String,
}

/// What is left of a note that was deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tombstone {
    pub at: DateTime<Utc>,
    pub by: String,
    pub reason: String,
    /// The text as it was, for those who may see the audit trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    pub id: NoteId,
    pub account_id: AccountId,
    /// Empty once it was deleted.
    pub body: String,
    pub visibility: Visibility,
    pub units: Vec<NoteUnit>,
    /// Written about all units the customer owned at that time.
    pub is_all_units: bool,
    pub is_urgent: bool,
    pub is_collection: bool,
    pub source: NoteSource,
    pub author: String,
    /// Written by the attorney of the matter.
    pub by_attorney: bool,
    pub created_at: DateTime<Utc>,
    pub files: Vec<File>,
    /// What became of the mail to the community; absent: notes of this author are not mailed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<NoteMail>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Tombstone>,
}

/// A status as history names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusName {
    pub id: StatusId,
    pub code: String,
    pub title: String,
    pub tone: Tone,
}

crate::text_enum! {
    /// A step in the life of a handover.
    pub enum HandoverStep {
        HandedOver = "handed_over",
        Accepted = "accepted",
        Declined = "declined",
        Closed = "closed",
    }
}

/// One line of a customer's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryItem {
    pub at: DateTime<Utc>,
    pub by: String,
    pub by_attorney: bool,
    /// Newer than the caller's last look, and by somebody else.
    pub is_unread: bool,
    #[serde(flatten)]
    pub what: Happening,
}

/// What a line of history is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happening {
    Note {
        id: NoteId,
        /// Empty once it was deleted.
        body: String,
        visibility: Visibility,
        units: Vec<NoteUnit>,
        is_all_units: bool,
        is_urgent: bool,
        is_collection: bool,
        source: NoteSource,
        files: Vec<File>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mail: Option<NoteMail>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deleted: Option<Tombstone>,
        /// By the caller, now.
        may_delete: bool,
    },
    Status {
        slot: Slot,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<StatusName>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<StatusName>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
        /// The note given with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    Handover {
        id: HandoverId,
        reference: String,
        step: HandoverStep,
        state: HandoverState,
        attorney: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        firm: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        close_code: Option<CloseCode>,
        /// Recall or decline reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    File {
        file: Box<File>,
    },
}

crate::text_enum! {
    /// Which part of the history.
    pub enum HistoryPart {
        Notes = "notes",
    }
}

/// Which lines of a customer's history, and which page of them. A mark or a unit asks for notes only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct HistoryFilter {
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<HistoryPart>,
    /// Notes with the collection mark, or those without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<bool>,
    /// Urgent notes, or those that are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgent: Option<bool>,
    /// Notes about this unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl HistoryFilter {
    /// Whether it asks for notes and nothing else.
    pub const fn is_of_notes(&self) -> bool {
        self.only.is_some() || self.collection.is_some() || self.urgent.is_some() || self.unit.is_some()
    }
}

#[cfg(test)]
mod tests;
