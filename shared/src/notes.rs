//! Notes, and the history of a customer: notes, status changes, handover steps and documents in one line of time
//! (spec H09, I01, I02, I10, I14).

use crate::files::File;
use crate::flaws::Flaws;
use crate::handovers::{CloseCode, HandoverState};
use crate::ids::{AccountId, HandoverId, NoteId, StatusId};
use crate::permission::UserType;
use crate::statuses::{Slot, Tone};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use crate::statuses::MAX_NOTE;

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

/// A note to be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub body: String,
    /// Shared while the customer is handed over, else internal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
}

impl NewNote {
    /// What is wrong with it. An attorney cannot hide a note from the agency's view of the matter.
    pub fn flaws(&self, writer: UserType) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/body", &self.body, MAX_NOTE);
        flaws.when(
            writer == UserType::Attorney && self.visibility.is_some_and(|v| v != Visibility::Shared),
            "/visibility",
            "attorneys_share",
        );
        flaws
    }
}

/// A note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    pub id: NoteId,
    pub account_id: AccountId,
    pub body: String,
    pub visibility: Visibility,
    pub author: String,
    /// Written by the attorney of the matter.
    pub by_attorney: bool,
    pub created_at: DateTime<Utc>,
    pub files: Vec<File>,
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
        body: String,
        visibility: Visibility,
        files: Vec<File>,
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
        file: File,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attorney_never_reads_internal_notes_nor_writes_them() {
        assert!(!Visibility::Internal.shows_to(UserType::Attorney));
        assert!(Visibility::Shared.shows_to(UserType::Attorney));
        let note = NewNote {
            body: "x".into(),
            visibility: Some(Visibility::Internal),
        };
        assert!(!note.flaws(UserType::Attorney).is_empty());
        assert!(note.flaws(UserType::Business).is_empty());
        assert_eq!(
            Visibility::or_default(None, UserType::Attorney, false),
            Visibility::Shared
        );
        assert_eq!(
            Visibility::or_default(None, UserType::Business, false),
            Visibility::Internal
        );
        assert_eq!(
            Visibility::or_default(None, UserType::Business, true),
            Visibility::Shared
        );
    }

    #[test]
    fn a_trustee_reads_no_note() {
        for v in Visibility::ALL {
            assert!(!v.shows_to(UserType::Trustee));
        }
    }
}
