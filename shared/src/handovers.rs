//! Handovers: which attorney holds which customer, since when, for how much, and how it ended (spec H15, H17, SM2).

mod ended;

use crate::flaws::Flaws;
use crate::ids::{AccountId, CommunityId, HandoverId, UserId};
use crate::money::Money;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use ended::{EarlierHandover, EndedHandover};

/// Days without a word from the attorney after which a matter counts as silent.
pub const SILENT_DAYS: i64 = 30;
/// Days a closed matter stays readable for its attorney, unless the organisation says otherwise (spec A08).
pub const READABLE_DAYS: i64 = 30;
/// Most days an organisation may choose for that: ten years.
pub const MAX_READABLE_DAYS: i64 = 3_650;
/// Longest reason or closing note, in characters.
pub const MAX_REASON: usize = 1_000;

crate::text_enum! {
    /// Where a matter stands.
    pub enum HandoverState {
        /// Waiting for the attorney's answer; the attorney sees only the summary.
        Pending = "pending",
        Active = "active",
        Declined = "declined",
        Closed = "closed",
    }
}

impl HandoverState {
    /// Open handovers give the attorney access (pending ones to the summary only) and bar a second handover.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Active => true,
            Self::Declined | Self::Closed => false,
        }
    }
}

crate::text_enum! {
    /// Why a matter was closed (SM2).
    pub enum CloseCode {
        Paid = "paid",
        PartlyPaid = "partly_paid",
        Settled = "settled",
        ArrangementCompleted = "arrangement_completed",
        Untraceable = "untraceable",
        Insolvent = "insolvent",
        Deceased = "deceased",
        Prescribed = "prescribed",
        Uneconomical = "uneconomical",
        Dispute = "dispute",
        Withdrawn = "withdrawn",
        CsosOrder = "csos_order",
        Other = "other",
    }
}

crate::text_enum! {
    /// Why an agent takes a matter back (spec H17).
    pub enum RecallReason {
        Paid = "paid",
        Dispute = "dispute",
        Hardship = "hardship",
        Wrong = "wrong",
        Strategy = "strategy",
        Compliance = "compliance",
    }
}

crate::text_enum! {
    /// Why an attorney does not take a matter.
    pub enum DeclineReason {
        Conflict = "conflict",
        Jurisdiction = "jurisdiction",
        Capacity = "capacity",
        Other = "other",
    }
}

/// What was owed on the day of the handover, by age. Frozen: later payments do not change it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Breakdown {
    /// The day the buckets were counted on, in the community's time zone.
    pub as_at: NaiveDate,
    pub current: Money,
    pub d30: Money,
    pub d60: Money,
    pub d90: Money,
    pub d120: Money,
    pub unallocated: Money,
    pub total: Money,
}

/// Somebody as a matter names them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    pub id: UserId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<String>,
}

/// A matter as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Handover {
    pub id: HandoverId,
    /// For people, for example `HO-2026-000123`; never parse it.
    pub reference: String,
    pub state: HandoverState,
    pub account_id: AccountId,
    pub account_reference: String,
    pub account_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_label: Option<String>,
    pub community_id: CommunityId,
    pub community_name: String,
    pub attorney: Person,
    pub handed_at: DateTime<Utc>,
    pub handed_by: String,
    /// Owed on the day of the handover.
    pub handed_balance: Money,
    /// Owed now.
    pub balance: Money,
    /// The attorney's last note, document or status; the handover itself when there was none.
    pub last_answer_at: DateTime<Utc>,
    /// Open, and no word from the attorney for 30 days.
    pub is_silent: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_code: Option<CloseCode>,
    /// A recall or decline reason, where it ended that way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub version: i64,
}

impl Handover {
    /// When the attorney last did something; `None` while the handover itself is the last that happened.
    pub fn answered_at(&self) -> Option<DateTime<Utc>> {
        (self.last_answer_at > self.handed_at).then_some(self.last_answer_at)
    }
}

/// A matter with all that was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoverDetail {
    #[serde(flatten)]
    pub handover: Handover,
    pub breakdown: Breakdown,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_note: Option<String>,
    /// Last day on which the former attorney may read the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readable_until: Option<NaiveDate>,
    /// How the customer's handover before this one ended, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<EarlierHandover>,
    /// What the caller may do with it now.
    pub may: HandoverVerbs,
}

/// What the caller may do with a matter now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoverVerbs {
    pub accept: bool,
    pub decline: bool,
    pub recall: bool,
    #[serde(rename = "return")]
    pub give_back: bool,
}

/// Which matters to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct HandoverFilter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<HandoverState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attorney_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Only open matters without a word from the attorney for 30 days.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// Only matters on which the other side did something that the caller has not looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unseen: bool,
    /// Only open matters handed over since the caller's sign-in before this one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fresh: bool,
    /// Name, customer reference or matter reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Figures over the matters the caller reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoverSummary {
    pub pending: u64,
    pub active: u64,
    pub silent: u64,
    pub closed: u64,
    /// Owed now on the open matters, per currency.
    pub open_balances: Vec<Money>,
}

/// An attorney a customer may be handed to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attorney {
    pub id: UserId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<String>,
    /// Open matters now.
    pub open_matters: u64,
}

/// Attorneys with access to all the communities asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct AttorneyFilter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub community_id: Vec<CommunityId>,
}

/// The attorney does not take the matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeclineHandover {
    pub reason: DeclineReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 1000))]
    pub note: Option<String>,
}

/// An agent takes the matter back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecallHandover {
    pub reason: RecallReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 1000))]
    pub note: Option<String>,
}

/// The attorney gives the matter back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnHandover {
    pub close_code: CloseCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 1000))]
    pub note: Option<String>,
}

fn closing_note(note: Option<&str>, is_required: bool) -> Flaws {
    let mut flaws = Flaws::default();
    let text = note.unwrap_or_default();
    if is_required {
        flaws.text("/note", text, MAX_REASON);
    } else {
        flaws.optional_text("/note", text, MAX_REASON);
    }
    flaws
}

impl DeclineHandover {
    /// "Other" without a word helps nobody.
    pub fn flaws(&self) -> Flaws {
        closing_note(self.note.as_deref(), self.reason == DeclineReason::Other)
    }
}
impl RecallHandover {
    pub fn flaws(&self) -> Flaws {
        closing_note(self.note.as_deref(), false)
    }
}
impl ReturnHandover {
    pub fn flaws(&self) -> Flaws {
        closing_note(self.note.as_deref(), self.close_code == CloseCode::Other)
    }
}

/// What becomes of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Accept,
    Decline,
    Recall,
    Return,
    /// A status that closes was applied.
    Close,
}

/// The state after a step, or `None` where the present state forbids it (SM2).
pub const fn after(state: HandoverState, step: Step) -> Option<HandoverState> {
    match (state, step) {
        (HandoverState::Pending, Step::Accept) => Some(HandoverState::Active),
        (HandoverState::Pending, Step::Decline) => Some(HandoverState::Declined),
        (HandoverState::Active, Step::Return) => Some(HandoverState::Closed),
        (HandoverState::Pending | HandoverState::Active, Step::Recall | Step::Close) => Some(HandoverState::Closed),
        (HandoverState::Pending, Step::Return)
        | (HandoverState::Active, Step::Accept | Step::Decline)
        | (
            HandoverState::Declined | HandoverState::Closed,
            Step::Accept | Step::Decline | Step::Recall | Step::Return | Step::Close,
        ) => None,
    }
}

/// Whether an open matter counts as silent.
pub fn is_silent(state: HandoverState, last_answer_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    state.is_open() && (now - last_answer_at).num_days() >= SILENT_DAYS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_matter_stays_ended() {
        for step in [Step::Accept, Step::Decline, Step::Recall, Step::Return, Step::Close] {
            for state in HandoverState::ALL {
                let next = after(*state, step);
                assert!(state.is_open() || next.is_none(), "{state} {step:?}");
            }
        }
        assert_eq!(after(HandoverState::Pending, Step::Accept), Some(HandoverState::Active));
        assert_eq!(after(HandoverState::Active, Step::Accept), None);
        assert_eq!(after(HandoverState::Pending, Step::Return), None);
    }

    #[test]
    fn silence_counts_from_the_thirtieth_day_and_only_while_open() {
        let at = |s: &str| s.parse::<DateTime<Utc>>().unwrap();
        let last = at("2026-10-01T12:00:00Z");
        assert!(!is_silent(HandoverState::Active, last, at("2026-10-31T11:59:59Z")));
        assert!(is_silent(HandoverState::Active, last, at("2026-10-31T12:00:00Z")));
        assert!(!is_silent(HandoverState::Closed, last, at("2026-12-31T12:00:00Z")));
    }

    #[test]
    fn other_needs_words() {
        let back = |close_code, note: Option<&str>| ReturnHandover {
            close_code,
            note: note.map(str::to_owned),
        };
        assert!(!back(CloseCode::Other, None).flaws().is_empty());
        assert!(back(CloseCode::Other, Some("moved abroad")).flaws().is_empty());
        assert!(back(CloseCode::Paid, None).flaws().is_empty());
        assert!(
            !back(CloseCode::Paid, Some(&"x".repeat(MAX_REASON + 1)))
                .flaws()
                .is_empty()
        );
    }
}
