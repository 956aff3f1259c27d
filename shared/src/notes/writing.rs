//! What goes into a note: its units and marks, who is mailed, who may take it back, and the draft of the next one
//! (spec I03–I09, I12, I13).

use super::{MAX_NOTE, Visibility};
use crate::flaws::Flaws;
use crate::ids::{QuickResponseId, UnitId};
use crate::permission::UserType;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Most units one note may name; for more there is "all units".
pub const MAX_NOTE_UNITS: usize = 100;
/// Longest reason for deleting a note, in characters.
pub const MAX_DELETE_REASON: usize = 500;
/// Days in which people may delete a note of their own.
pub const OWN_NOTE_DAYS: i64 = 7;

/// Which marks an organisation uses: a system of record may be unable to hold them (spec I12). All, unless it says
/// otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteSwitches {
    pub urgent: bool,
    pub all_units: bool,
    pub collection: bool,
}

impl Default for NoteSwitches {
    fn default() -> Self {
        Self {
            urgent: true,
            all_units: true,
            collection: true,
        }
    }
}

/// A note to be written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub body: String,
    /// Shared while the customer is handed over, else internal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Units of the customer, now or earlier, that it is about. None: the customer as a whole, or the only unit there is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unit_ids: Vec<UnitId>,
    /// About all units the customer owns now, instead of naming them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_units: bool,
    /// Written by a call-centre agent, the mail to the community says URGENT first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_urgent: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_collection: bool,
}

impl NewNote {
    /// What is wrong with it. An attorney cannot hide a note from the agency's view of the matter; a mark that the
    /// organisation has switched off cannot be set. That the units are the customer's is for the server to say
    /// (`unknown`).
    pub fn flaws(&self, writer: UserType, switches: NoteSwitches) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/body", &self.body, MAX_NOTE);
        flaws.when(
            writer == UserType::Attorney && self.visibility.is_some_and(|v| v != Visibility::Shared),
            "/visibility",
            "attorneys_share",
        );
        flaws.when(self.unit_ids.len() > MAX_NOTE_UNITS, "/unit_ids", "too_many");
        flaws.when(
            self.all_units && !self.unit_ids.is_empty(),
            "/unit_ids",
            "not_beside_all_units",
        );
        let mut seen = HashSet::new();
        for (at, unit) in self.unit_ids.iter().take(MAX_NOTE_UNITS).enumerate() {
            flaws.when(!seen.insert(unit), &format!("/unit_ids/{at}"), "twice");
        }
        flaws.when(self.all_units && !switches.all_units, "/all_units", "switched_off");
        flaws.when(self.is_urgent && !switches.urgent, "/is_urgent", "switched_off");
        flaws.when(
            self.is_collection && !switches.collection,
            "/is_collection",
            "switched_off",
        );
        flaws
    }
}

/// Whether notes of this type of user are mailed to the community: call-centre agents sit elsewhere, everybody else
/// works there or with it (spec I06, I09).
pub const fn is_mailed(writer: UserType) -> bool {
    match writer {
        UserType::CallCentre => true,
        UserType::Superuser
        | UserType::Business
        | UserType::Location
        | UserType::Attorney
        | UserType::Trustee
        | UserType::ApiClient => false,
    }
}

crate::text_enum! {
    /// What became of the mail of a note to its community.
    pub enum NoteMail {
        /// It is in the outbox.
        Queued = "queued",
        /// The community has no e-mail address: nothing was sent.
        NoAddress = "no_address",
    }
}

crate::text_enum! {
    /// Where a note was written.
    pub enum NoteSource {
        /// In Kept, by a person.
        Kept = "kept",
        /// By another program, such as the system of record.
        Integration = "integration",
    }
}

impl NoteSource {
    pub const fn of(writer: UserType) -> Self {
        match writer {
            UserType::ApiClient => Self::Integration,
            UserType::Superuser
            | UserType::Business
            | UserType::CallCentre
            | UserType::Location
            | UserType::Attorney
            | UserType::Trustee => Self::Kept,
        }
    }
}

/// Who would delete a note.
#[derive(Clone, Copy, Debug)]
pub struct Deleter {
    pub user_type: UserType,
    /// `notes:edit`.
    pub may_edit: bool,
    /// The author, who may still write notes.
    pub is_author: bool,
}

impl Deleter {
    /// Authors take back what they wrote within [`OWN_NOTE_DAYS`] days; whoever edits notes deletes any. What an attorney
    /// wrote belongs to the matter: attorneys delete nothing, their own notes neither.
    pub fn may_delete(self, written: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        match self.user_type {
            UserType::Attorney | UserType::Trustee => false,
            UserType::Superuser
            | UserType::Business
            | UserType::CallCentre
            | UserType::Location
            | UserType::ApiClient => self.may_edit || self.is_author && now - written <= TimeDelta::days(OWN_NOTE_DAYS),
        }
    }
}

/// Why a note is deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoteDeletion {
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 500, example = "Written on the wrong customer")
    )]
    pub reason: String,
}

impl NoteDeletion {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/reason", &self.reason, MAX_DELETE_REASON);
        flaws
    }
}

/// The caller's own unfinished note on a customer; an empty one is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteDraft {
    pub body: String,
    #[serde(default, skip_serializing_if = "DraftMarks::is_none")]
    pub marks: DraftMarks,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_at: Option<DateTime<Utc>>,
}

/// A draft to be kept in place of the one before; an empty one removes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewNoteDraft {
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub body: String,
    #[serde(default)]
    pub marks: DraftMarks,
}

/// What was chosen with an unfinished note: who may read it above all, so that it does not go out to more people later.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftMarks {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_units: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_urgent: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_collection: bool,
}

impl NewNoteDraft {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.optional_text("/body", &self.body, MAX_NOTE);
        flaws
    }
}

impl DraftMarks {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A unit a note may name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChoiceUnit {
    pub id: UnitId,
    pub code: String,
    /// The customer owns it now; otherwise earlier.
    pub is_current: bool,
}

/// The unit a note is about unless somebody chooses: the only one the customer owns, or ever owned. `None`: there is none,
/// or it must be chosen (spec I03).
pub fn preset_unit(units: &[ChoiceUnit]) -> Option<UnitId> {
    let mut current = units.iter().filter(|u| u.is_current);
    match (current.next(), current.next(), units) {
        (Some(one), None, _) | (None, None, [one]) => Some(one.id),
        (_, _, _) => None,
    }
}

/// A quick response as the writer of a note picks it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuickText {
    pub id: QuickResponseId,
    pub title: String,
    pub body: String,
}

/// What there is to choose from while writing or filtering notes of a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteChoices {
    /// The customer's units, now and earlier, by code.
    pub units: Vec<ChoiceUnit>,
    pub switches: NoteSwitches,
    /// The organisation's and the community's, in the managers' order; none for attorneys.
    pub quick_responses: Vec<QuickText>,
    /// What becomes of the caller's notes by mail; absent: they are not mailed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<NoteMail>,
}
