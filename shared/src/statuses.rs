//! The status catalogue and what applying a status does to a customer (spec H02–H13).
//!
//! A customer has three slots, each holding at most one status at a time: debt, notice and interest. Statuses of the
//! kinds *debt* and *legal* share the debt slot. A new status replaces the old one; the history stays.

use crate::flaws::Flaws;
use crate::handovers::CloseCode;
use crate::ids::{AccountId, BatchId, HandoverId, StatusId, UserId};
use crate::money::Money;
use crate::permission::{Permission, UserType};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Most accounts one request may name or one filter may reach.
pub const MAX_BATCH: usize = 10_000;
/// Longest note, in characters.
pub const MAX_NOTE: usize = 4_000;
/// Longest status code, in characters (spec H12).
pub const MAX_CODE: usize = 6;
/// Longest status title, in characters.
pub const MAX_TITLE: usize = 60;
/// Furthest end of a status from today, in days.
pub const MAX_UNTIL_DAYS: i64 = 3_660;

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

/// Whether a caller may apply a status at all, whichever customer it is for. Attorneys: only what is flagged for them
/// and never a handover (spec H11). Everybody: only active ones; a handover needs the permission to hand over.
pub fn may_apply(
    user_type: UserType,
    may: impl Fn(Permission) -> bool,
    is_active: bool,
    is_handover: bool,
    attorney_allowed: bool,
) -> bool {
    let allowed = match user_type {
        UserType::Attorney => attorney_allowed && !is_handover,
        UserType::Superuser | UserType::Business | UserType::CallCentre | UserType::Location | UserType::ApiClient => {
            !is_handover || may(Permission::CreateHandovers)
        }
        UserType::Trustee => false,
    };
    is_active && allowed && may(Permission::ApplyStatuses)
}

/// Which customers a batch is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Selection<F> {
    /// Exactly these, in this order; at most 10,000.
    Accounts { account_ids: Vec<AccountId> },
    /// Everything the filter of the grid shows, but not these.
    Filter {
        filter: F,
        #[serde(default = "Vec::new")]
        except: Vec<AccountId>,
    },
}

/// Puts a status on many customers, or ends one, in one transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApplyStatuses<F> {
    pub selection: Selection<F>,
    /// The status to put on; leave out to end one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_id: Option<StatusId>,
    /// The slot whose status ends; leave out to put one on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_slot: Option<Slot>,
    /// Required exactly for statuses that hand over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attorney_id: Option<UserId>,
    /// One note for every customer of the batch; seen by business users and the attorney of the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub note: Option<String>,
    /// Last day of the status; the day after, it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// What the catalogue says about the status of a batch, as far as the rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusFacts {
    pub id: StatusId,
    pub slot: Slot,
    pub is_handover: bool,
    pub closes_handover: Option<CloseCode>,
}

impl<F> ApplyStatuses<F> {
    /// What is wrong with the request as such. `status` is the row `status_id` names; `today` the caller's date.
    pub fn flaws(&self, status: Option<&StatusFacts>, today: NaiveDate) -> Flaws {
        let mut flaws = Flaws::default();
        match &self.selection {
            Selection::Accounts { account_ids } => {
                flaws.when(account_ids.is_empty(), "/selection/account_ids", "required");
                flaws.when(account_ids.len() > MAX_BATCH, "/selection/account_ids", "too_many");
            }
            Selection::Filter { except, .. } => {
                flaws.when(except.len() > MAX_BATCH, "/selection/except", "too_many");
            }
        }
        flaws.when(
            self.status_id.is_none() && self.end_slot.is_none(),
            "/status_id",
            "required",
        );
        flaws.when(
            self.status_id.is_some() && self.end_slot.is_some(),
            "/end_slot",
            "not_with_status",
        );
        let hands_over = status.is_some_and(|s| s.is_handover);
        flaws.when(hands_over && self.attorney_id.is_none(), "/attorney_id", "required");
        flaws.when(
            !hands_over && self.attorney_id.is_some(),
            "/attorney_id",
            "only_with_handover",
        );
        if let Some(note) = &self.note {
            flaws.optional_text("/note", note, MAX_NOTE);
        }
        if let Some(until) = self.until {
            flaws.when(until < today, "/until", "in_past");
            flaws.when((until - today).num_days() > MAX_UNTIL_DAYS, "/until", "too_far");
            flaws.when(self.status_id.is_none(), "/until", "only_with_status");
            // A handover ends by recall, return or closing, never by itself.
            flaws.when(hands_over, "/until", "not_with_handover");
        }
        flaws
    }
}

crate::text_enum! {
    /// Why a row of a batch was left alone.
    pub enum SkipReason {
        /// Absent, or out of the caller's reach; for an attorney all but their own open, accepted matters.
        NotFound = "not_found",
        /// Named twice in one request.
        Repeated = "repeated",
        AlreadyThatStatus = "already_that_status",
        /// Handed over already; recall first.
        AlreadyHandedOver = "already_handed_over",
        AttorneyLacksCommunity = "attorney_lacks_community",
        /// The slot is empty already.
        NothingToEnd = "nothing_to_end",
        /// The handover status ends by recall or return.
        EndsByRecall = "ends_by_recall",
        AccountInactive = "account_inactive",
    }
}

crate::text_enum! {
    /// What a person should know before confirming; the row is applied all the same.
    pub enum Warning {
        ZeroBalance = "zero_balance",
        CreditBalance = "credit_balance",
        /// The open handover will be closed.
        ClosesHandover = "closes_handover",
    }
}

/// What is known of a customer when a batch is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowFacts {
    pub is_active: bool,
    /// Present status of the slot the batch is about.
    pub current: Option<StatusId>,
    /// The present status of that slot hands over.
    pub current_is_handover: bool,
    pub open_handover: Option<HandoverId>,
    /// The chosen attorney may work in the customer's community; true where no attorney is chosen.
    pub attorney_in_reach: bool,
    pub total_minor: i64,
}

/// Judges one customer of a batch: why it is skipped, or what to warn of.
pub fn judge(row: &RowFacts, status: Option<&StatusFacts>) -> Result<Vec<Warning>, SkipReason> {
    if !row.is_active {
        return Err(SkipReason::AccountInactive);
    }
    let Some(status) = status else {
        return match row.current {
            None => Err(SkipReason::NothingToEnd),
            Some(_) if row.current_is_handover && row.open_handover.is_some() => Err(SkipReason::EndsByRecall),
            Some(_) => Ok(vec![]),
        };
    };
    if status.is_handover {
        // Another attorney only after a recall: two firms on one debt is the accident this prevents (spec H15).
        if row.open_handover.is_some() {
            return Err(SkipReason::AlreadyHandedOver);
        }
        if !row.attorney_in_reach {
            return Err(SkipReason::AttorneyLacksCommunity);
        }
    } else if row.current == Some(status.id) && !(status.closes_handover.is_some() && row.open_handover.is_some()) {
        return Err(SkipReason::AlreadyThatStatus);
    }
    let mut warnings = vec![];
    if row.total_minor == 0 {
        warnings.push(Warning::ZeroBalance);
    }
    if row.total_minor < 0 {
        warnings.push(Warning::CreditBalance);
    }
    if status.closes_handover.is_some() && row.open_handover.is_some() {
        warnings.push(Warning::ClosesHandover);
    }
    Ok(warnings)
}

/// What a batch would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplyPreview {
    pub asked: u32,
    pub applies: u32,
    pub skips: u32,
    /// Rows with something to know, skipped ones first; at most 200.
    pub remarks: Vec<RowRemark>,
    /// Remarks beyond those listed.
    pub more_remarks: u32,
    /// What the customers to be changed owe together, per currency.
    pub balances: Vec<Money>,
    /// Charges to be raised. None yet: charges come with their own feature.
    pub charges: u32,
    /// E-mails and SMS to be sent. None yet: they come with communication.
    pub messages: u32,
}

/// Something to know of one row before confirming.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowRemark {
    pub account_id: AccountId,
    /// Absent for customers out of the caller's reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<SkipReason>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// What a batch did, one result per row in the order asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplyOutcome {
    pub batch_id: BatchId,
    pub asked: u32,
    pub applied: u32,
    pub skipped: u32,
    pub items: Vec<RowOutcome>,
}

/// What happened to one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowOutcome {
    pub account_id: AccountId,
    pub applied: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<SkipReason>,
    /// Of the handover made, for example `HO-2026-000123`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover_reference: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn d(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }
    fn status(n: u128, is_handover: bool, closes: Option<CloseCode>) -> StatusFacts {
        StatusFacts {
            id: StatusId(Uuid::from_u128(n)),
            slot: Slot::Debt,
            is_handover,
            closes_handover: closes,
        }
    }
    fn row() -> RowFacts {
        RowFacts {
            is_active: true,
            current: None,
            current_is_handover: false,
            open_handover: None,
            attorney_in_reach: true,
            total_minor: 100,
        }
    }
    fn request() -> ApplyStatuses<()> {
        ApplyStatuses {
            selection: Selection::Accounts {
                account_ids: vec![AccountId(Uuid::from_u128(1))],
            },
            status_id: Some(StatusId(Uuid::from_u128(1))),
            end_slot: None,
            attorney_id: None,
            note: None,
            until: None,
        }
    }
    fn codes(f: &Flaws) -> Vec<(&str, &str)> {
        f.0.iter().map(|p| (p.pointer.as_str(), p.code.as_str())).collect()
    }

    #[test]
    fn legal_and_debt_statuses_share_a_slot() {
        assert_eq!(StatusKind::Legal.slot(), StatusKind::Debt.slot());
        assert_ne!(StatusKind::Notice.slot(), StatusKind::Interest.slot());
    }

    #[test]
    fn an_attorney_is_required_exactly_for_a_handover() {
        let today = d("2026-11-22");
        let handover = status(1, true, None);
        let other = status(1, false, None);
        let with = ApplyStatuses {
            attorney_id: Some(UserId(Uuid::from_u128(9))),
            ..request()
        };
        assert_eq!(
            codes(&request().flaws(Some(&handover), today)),
            [("/attorney_id", "required")]
        );
        assert_eq!(
            codes(&with.flaws(Some(&other), today)),
            [("/attorney_id", "only_with_handover")]
        );
        assert!(with.flaws(Some(&handover), today).is_empty());
        assert!(request().flaws(Some(&other), today).is_empty());
    }

    #[test]
    fn an_end_date_lies_ahead_and_never_on_a_handover() {
        let today = d("2026-11-22");
        let mut ask = ApplyStatuses {
            until: Some(d("2026-11-21")),
            ..request()
        };
        assert_eq!(
            codes(&ask.flaws(Some(&status(1, false, None)), today)),
            [("/until", "in_past")]
        );
        ask.until = Some(today);
        assert!(ask.flaws(Some(&status(1, false, None)), today).is_empty());
        ask.attorney_id = Some(UserId(Uuid::from_u128(9)));
        assert_eq!(
            codes(&ask.flaws(Some(&status(1, true, None)), today)),
            [("/until", "not_with_handover")]
        );
    }

    #[test]
    fn the_selection_is_bounded() {
        let today = d("2026-11-22");
        let mut ask = request();
        ask.selection = Selection::Accounts { account_ids: vec![] };
        assert_eq!(
            codes(&ask.flaws(Some(&status(1, false, None)), today)),
            [("/selection/account_ids", "required")]
        );
        ask.selection = Selection::Accounts {
            account_ids: vec![AccountId(Uuid::nil()); MAX_BATCH + 1],
        };
        assert_eq!(
            codes(&ask.flaws(Some(&status(1, false, None)), today)),
            [("/selection/account_ids", "too_many")]
        );
    }

    #[test]
    fn a_handed_over_customer_is_not_handed_over_again() {
        let held = RowFacts {
            open_handover: Some(HandoverId(Uuid::nil())),
            ..row()
        };
        assert_eq!(
            judge(&held, Some(&status(1, true, None))),
            Err(SkipReason::AlreadyHandedOver)
        );
        assert_eq!(judge(&held, Some(&status(2, false, None))), Ok(vec![]));
    }

    #[test]
    fn ending_the_handover_status_needs_a_recall() {
        let held = RowFacts {
            open_handover: Some(HandoverId(Uuid::nil())),
            current: Some(StatusId(Uuid::from_u128(1))),
            current_is_handover: true,
            ..row()
        };
        assert_eq!(judge(&held, None), Err(SkipReason::EndsByRecall));
        assert_eq!(
            judge(
                &RowFacts {
                    open_handover: None,
                    ..held
                },
                None
            ),
            Ok(vec![])
        );
        assert_eq!(judge(&row(), None), Err(SkipReason::NothingToEnd));
    }

    #[test]
    fn balances_warn_and_do_not_stop() {
        let to = status(1, true, None);
        assert_eq!(
            judge(
                &RowFacts {
                    total_minor: 0,
                    ..row()
                },
                Some(&to)
            ),
            Ok(vec![Warning::ZeroBalance])
        );
        assert_eq!(
            judge(
                &RowFacts {
                    total_minor: -5,
                    ..row()
                },
                Some(&to)
            ),
            Ok(vec![Warning::CreditBalance])
        );
    }

    #[test]
    fn a_status_that_closes_is_applied_again_while_a_handover_is_open() {
        let back = status(7, false, Some(CloseCode::Withdrawn));
        let held = RowFacts {
            current: Some(back.id),
            open_handover: Some(HandoverId(Uuid::nil())),
            ..row()
        };
        assert_eq!(judge(&held, Some(&back)), Ok(vec![Warning::ClosesHandover]));
        assert_eq!(
            judge(
                &RowFacts {
                    open_handover: None,
                    ..held
                },
                Some(&back)
            ),
            Err(SkipReason::AlreadyThatStatus)
        );
    }

    #[test]
    fn misspelt_fields_are_refused() {
        let ok = r#"{"selection":{"by":"accounts","account_ids":[]},"status_id":null}"#;
        assert!(serde_json::from_str::<ApplyStatuses<()>>(ok).is_ok());
        for bad in [
            r#"{"selection":{"by":"accounts","account_ids":[],"filter":1}}"#,
            r#"{"selection":{"by":"accounts","account_ids":[]},"atorney_id":null}"#,
            r#"{"selection":{"by":"everybody"}}"#,
        ] {
            assert!(serde_json::from_str::<ApplyStatuses<()>>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_status_says_what_is_wrong_with_it() {
        let good = NewStatus {
            kind: StatusKind::Debt,
            code: "LOD".into(),
            title: "Letter of demand".into(),
            tone: Tone::Warn,
            is_handover: false,
            attorney_allowed: true,
            is_terminal: false,
            notice_exempt: false,
            interest_exempt: false,
            contact_hold: false,
            collection_fee: false,
            closes_handover: None,
            position: 10,
        };
        assert!(good.flaws().is_empty());
        let bad = NewStatus {
            code: "TOOLONG".into(),
            title: " ".into(),
            kind: StatusKind::Notice,
            is_handover: true,
            ..good.clone()
        };
        assert_eq!(
            codes(&bad.flaws()),
            [
                ("/code", "too_long"),
                ("/title", "required"),
                ("/is_handover", "wrong_kind"),
                ("/attorney_allowed", "not_with_handover")
            ]
        );
        let patch = StatusPatch {
            code: Some("A B".into()),
            ..StatusPatch::default()
        };
        assert_eq!(codes(&patch.onto(&good).flaws()), [("/code", "blank_inside")]);
    }

    proptest! {
        /// Whatever the ticks, no attorney applies a handover or an unflagged status, and nobody an inactive one.
        #[test]
        fn attorneys_apply_only_what_is_flagged(active: bool, handover: bool, flagged: bool, apply: bool, hand: bool) {
            let may = |p: Permission| match p {
                Permission::ApplyStatuses => apply,
                Permission::CreateHandovers => hand,
                _ => true,
            };
            for user_type in UserType::ALL {
                let yes = may_apply(*user_type, may, active, handover, flagged);
                prop_assert!(!yes || (active && apply));
                prop_assert!(!(yes && handover && !hand));
                if *user_type == UserType::Attorney {
                    prop_assert_eq!(yes, active && apply && flagged && !handover);
                }
            }
        }
    }
}
