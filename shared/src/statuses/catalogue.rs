//! The catalogue: which statuses there are, under which heading, and what each means.

use crate::flaws::Flaws;
use crate::handovers::CloseCode;
use crate::ids::StatusId;
use serde::{Deserialize, Serialize};

/// Longest status code, in characters (spec H12).
pub const MAX_CODE: usize = 6;

/// Longest status title, in characters.
pub const MAX_TITLE: usize = 60;

crate::text_enum! {
    /// The heading a status stands under in lists (spec H03).
    pub enum StatusKind {
        Notice = "notice",
        /// Collection.
        Debt = "debt",
        Interest = "interest",
        Legal = "legal",
    }
}

crate::text_enum! {
    /// Where a status sits on the account: one current status per slot (spec H13).
    pub enum Slot {
        Debt = "debt",
        Notice = "notice",
        Interest = "interest",
    }
}

crate::text_enum! {
    /// How a status looks. The word is always shown too, never the colour alone.
    pub enum Tone {
        Neutral = "neutral",
        Info = "info",
        Good = "good",
        Warn = "warn",
        Bad = "bad",
        Violet = "violet",
        Ink = "ink",
    }
}

impl StatusKind {
    /// Legal statuses replace debt statuses and the reverse: a customer stands at one point of the road.
    pub const fn slot(self) -> Slot {
        match self {
            Self::Debt | Self::Legal => Slot::Debt,
            Self::Notice => Slot::Notice,
            Self::Interest => Slot::Interest,
        }
    }
}

/// A status of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    pub id: StatusId,
    pub kind: StatusKind,
    /// At most six characters, unique in the organisation, shown as a badge.
    pub code: String,
    pub title: String,
    pub tone: Tone,
    /// Applying it hands the customer to an attorney.
    pub is_handover: bool,
    /// Attorneys may apply it to their own matters.
    pub attorney_allowed: bool,
    /// Collection is over.
    pub is_terminal: bool,
    pub notice_exempt: bool,
    pub interest_exempt: bool,
    /// All contact goes through the attorney.
    pub contact_hold: bool,
    pub collection_fee: bool,
    /// Applying it closes an open handover for this reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_handover: Option<CloseCode>,
    pub position: i64,
    pub is_active: bool,
    /// Whether the caller may apply it.
    pub may_apply: bool,
    pub version: i64,
}

/// The catalogue, in the order of the headings and then of `position`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusCatalogue {
    pub groups: Vec<StatusGroup>,
}

/// One heading of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusGroup {
    pub kind: StatusKind,
    pub items: Vec<Status>,
}

/// Which statuses to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct StatusFilter {
    /// Only those the caller may apply.
    pub applicable: bool,
    /// Inactive ones too.
    pub inactive: bool,
}

/// A new status, or all of an edited one. Kind and the handover mark cannot change later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewStatus {
    pub kind: StatusKind,
    #[cfg_attr(feature = "openapi", schema(max_length = 6, example = "LOD"))]
    pub code: String,
    #[cfg_attr(feature = "openapi", schema(max_length = 60, example = "Letter of demand sent"))]
    pub title: String,
    pub tone: Tone,
    #[serde(default)]
    pub is_handover: bool,
    #[serde(default)]
    pub attorney_allowed: bool,
    #[serde(default)]
    pub is_terminal: bool,
    #[serde(default)]
    pub notice_exempt: bool,
    #[serde(default)]
    pub interest_exempt: bool,
    #[serde(default)]
    pub contact_hold: bool,
    #[serde(default)]
    pub collection_fee: bool,
    #[serde(default)]
    pub closes_handover: Option<CloseCode>,
    #[serde(default)]
    pub position: i64,
}

impl NewStatus {
    /// What is wrong with it. Uniqueness of the code is the server's to know.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/code", &self.code, MAX_CODE);
        flaws.when(
            self.code.chars().any(char::is_whitespace) && !self.code.trim().is_empty(),
            "/code",
            "blank_inside",
        );
        flaws.text("/title", &self.title, MAX_TITLE);
        flaws.when(!(0..=9_999).contains(&self.position), "/position", "out_of_range");
        flaws.when(
            self.is_handover && self.kind.slot() != Slot::Debt,
            "/is_handover",
            "wrong_kind",
        );
        // An attorney may not hand over to another firm (spec H11).
        flaws.when(
            self.is_handover && self.attorney_allowed,
            "/attorney_allowed",
            "not_with_handover",
        );
        flaws.when(
            self.is_handover && self.closes_handover.is_some(),
            "/closes_handover",
            "not_with_handover",
        );
        flaws.when(
            self.closes_handover.is_some() && self.kind.slot() != Slot::Debt,
            "/closes_handover",
            "wrong_kind",
        );
        flaws
    }
}

/// Changes to a status. Kind and the handover mark stay as they are: history rests on them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct StatusPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attorney_allowed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_terminal: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_exempt: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest_exempt: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_hold: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection_fee: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
}

impl StatusPatch {
    /// The status as it would be, to be checked as a whole.
    pub fn onto(&self, now: &NewStatus) -> NewStatus {
        NewStatus {
            kind: now.kind,
            is_handover: now.is_handover,
            closes_handover: now.closes_handover,
            code: self.code.clone().unwrap_or_else(|| now.code.clone()),
            title: self.title.clone().unwrap_or_else(|| now.title.clone()),
            tone: self.tone.unwrap_or(now.tone),
            attorney_allowed: self.attorney_allowed.unwrap_or(now.attorney_allowed),
            is_terminal: self.is_terminal.unwrap_or(now.is_terminal),
            notice_exempt: self.notice_exempt.unwrap_or(now.notice_exempt),
            interest_exempt: self.interest_exempt.unwrap_or(now.interest_exempt),
            contact_hold: self.contact_hold.unwrap_or(now.contact_hold),
            collection_fee: self.collection_fee.unwrap_or(now.collection_fee),
            position: self.position.unwrap_or(now.position),
        }
    }
}
