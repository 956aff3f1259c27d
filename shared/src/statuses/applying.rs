//! Applying a status to many customers: whom, by whom, and the verdict on each.

use super::Slot;
use crate::flaws::Flaws;
use crate::handovers::{CloseCode, EndedHandover, RecallReason};
use crate::ids::{AccountId, BatchId, HandoverId, StatusId, UserId};
use crate::money::Money;
use crate::permission::{Permission, UserType};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Most accounts one request may name or one filter may reach.
pub const MAX_BATCH: usize = 10_000;

/// Longest note, in characters.
pub const MAX_NOTE: usize = 4_000;

/// Furthest end of a status from today, in days.
pub const MAX_UNTIL_DAYS: i64 = 3_660;

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
    /// Customers to hand over although an earlier handover ended gravely: somebody has read how, and collecting is
    /// permitted now. Customers with such an ending that are not named here are left alone.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub confirmed: Vec<AccountId>,
}

/// What the catalogue says about the status of a batch, as far as the rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusFacts {
    pub id: StatusId,
    pub slot: Slot,
    pub is_handover: bool,
    pub closes_handover: Option<CloseCode>,
    /// A step towards the debtor, such as a letter of demand or a summons.
    pub collects: bool,
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
        flaws.when(self.confirmed.len() > MAX_BATCH, "/confirmed", "too_many");
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
        /// An earlier handover ended gravely and nobody confirmed that collecting is permitted now.
        NeedsConfirming = "needs_confirming",
    }
}

crate::text_enum! {
    /// What a person should know before confirming, gravest first. The row is applied all the same, but for a grave ending
    /// that is not confirmed.
    pub enum Warning {
        /// An earlier handover was recalled because collection was not permitted.
        EndedNotPermitted = "ended_not_permitted",
        /// An earlier handover ended in a dispute.
        EndedInDispute = "ended_in_dispute",
        /// An earlier attorney found the debt prescribed.
        EndedPrescribed = "ended_prescribed",
        /// An earlier handover ended because the debtor died: only the estate can be asked.
        EndedDeceased = "ended_deceased",
        /// An earlier handover ended because the debtor is insolvent.
        EndedInsolvent = "ended_insolvent",
        /// Handed over before, and ended for another reason.
        HandedOverBefore = "handed_over_before",
        ZeroBalance = "zero_balance",
        CreditBalance = "credit_balance",
        /// The open handover will be closed.
        ClosesHandover = "closes_handover",
        /// Handing over puts its status in place of another, which ends.
        ReplacesStatus = "replaces_status",
    }
}

impl Warning {
    /// Something that may make collecting unlawful or pointless: the customer is handed over only when confirmed by name.
    pub const fn is_grave(self) -> bool {
        match self {
            Self::EndedNotPermitted
            | Self::EndedInDispute
            | Self::EndedPrescribed
            | Self::EndedDeceased
            | Self::EndedInsolvent => true,
            Self::HandedOverBefore
            | Self::ZeroBalance
            | Self::CreditBalance
            | Self::ClosesHandover
            | Self::ReplacesStatus => false,
        }
    }

    /// What an earlier matter that ended this way means for a new one.
    pub fn of_ending(code: Option<CloseCode>, reason: Option<&str>) -> Self {
        let recall = reason.and_then(|r| r.parse::<RecallReason>().ok());
        match (recall, code) {
            (Some(RecallReason::Compliance), _) => Self::EndedNotPermitted,
            (Some(RecallReason::Dispute), _) | (_, Some(CloseCode::Dispute)) => Self::EndedInDispute,
            (_, Some(CloseCode::Prescribed)) => Self::EndedPrescribed,
            (_, Some(CloseCode::Deceased)) => Self::EndedDeceased,
            (_, Some(CloseCode::Insolvent)) => Self::EndedInsolvent,
            (_, None)
            | (
                _,
                Some(
                    CloseCode::Paid
                    | CloseCode::PartlyPaid
                    | CloseCode::Settled
                    | CloseCode::ArrangementCompleted
                    | CloseCode::Untraceable
                    | CloseCode::Uneconomical
                    | CloseCode::Withdrawn
                    | CloseCode::CsosOrder
                    | CloseCode::Other,
                ),
            ) => Self::HandedOverBefore,
        }
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
    /// The gravest thing an earlier handover of this customer ended with.
    pub earlier: Option<Warning>,
    /// Somebody read how it ended and wants the customer handed over all the same.
    pub is_confirmed: bool,
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
        if row.earlier.is_some_and(Warning::is_grave) && !row.is_confirmed {
            return Err(SkipReason::NeedsConfirming);
        }
    } else if row.current == Some(status.id) && !(status.closes_handover.is_some() && row.open_handover.is_some()) {
        return Err(SkipReason::AlreadyThatStatus);
    }
    // Whoever collects by other means is told, too, how it ended; but not who works on the matter at present.
    let tells = |w: &Warning| status.is_handover || (status.collects && row.open_handover.is_none() && w.is_grave());
    let mut warnings: Vec<Warning> = row.earlier.filter(tells).into_iter().collect();
    if row.total_minor == 0 {
        warnings.push(Warning::ZeroBalance);
    }
    if row.total_minor < 0 {
        warnings.push(Warning::CreditBalance);
    }
    if status.closes_handover.is_some() && row.open_handover.is_some() {
        warnings.push(Warning::ClosesHandover);
    }
    if status.is_handover && row.current.is_some_and(|current| current != status.id) {
        warnings.push(Warning::ReplacesStatus);
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
    /// The customers to be changed, in the order asked; at most 20.
    pub first: Vec<PreviewRow>,
    /// Customers left alone only because how an earlier handover ended has to be confirmed.
    pub unconfirmed: u32,
    /// Rows with something to know: grave warnings first, then skipped ones, then the others; at most 200.
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

/// A customer about to be changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewRow {
    pub account_id: AccountId,
    pub reference: String,
    pub name: String,
    /// Owed now.
    pub balance: Money,
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
    /// Owed now; absent for customers out of the caller's reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Money>,
    /// The earlier handover that the first warning is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<EndedHandover>,
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
