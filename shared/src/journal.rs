//! The journal of one account: every entry, filtered and sorted, each with the balance after it (spec E02 to E06); and
//! what a figure is made of.

use crate::age_analysis::Bucket;
use crate::allocation::AllocationClass;
use crate::ids::*;
use crate::ledger::{EntryContext, EntryType};
use crate::money::Money;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What the journal is sorted by; a minus reverses it. Ties by the order of the ledger.
    pub enum JournalSort {
        Date = "date", DateDown = "-date", Product = "product", ProductDown = "-product", Claim = "claim",
        ClaimDown = "-claim", Context = "context", ContextDown = "-context",
    }
}

/// One choice of a filter: one of the things there are, or `none` for entries without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Pick {
    None,
    Of(uuid::Uuid),
}
impl std::fmt::Display for Pick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Of(id) => id.fmt(f),
        }
    }
}
impl std::str::FromStr for Pick {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        if s == "none" {
            return Ok(Self::None);
        }
        s.parse().map(Self::Of).map_err(|_| "neither `none` nor an id".into())
    }
}
impl TryFrom<String> for Pick {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        s.parse()
    }
}
impl From<Pick> for String {
    fn from(p: Pick) -> Self {
        p.to_string()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Pick {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("An id, or `none` for entries without"))
            .examples(["none"])
            .into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Pick {}

/// Which entries, in which order. Fields are combined with AND, choices inside one with OR (spec E04).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct JournalFilter {
    /// Claims, or `none`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub claim: Vec<Pick>,
    /// Products, or units where an entry has no product of its own, or `none`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub product: Vec<Pick>,
    /// Payment methods as written, or `none`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment_method: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<EntryContext>,
    #[serde(default, rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<EntryType>,
    /// First and last effective date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Part of the description, the reference, the claim or the entry's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub sort: Option<JournalSort>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl JournalFilter {
    /// Whether it leaves anything out.
    pub fn is_narrowing(&self) -> bool {
        let plain = Self {
            sort: self.sort,
            limit: self.limit,
            cursor: self.cursor.clone(),
            ..Self::default()
        };
        plain != *self
    }
}

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JournalLine {
    pub id: EntryId,
    /// Number within the account, in the order of posting.
    pub no: i64,
    /// Effective date.
    pub date: NaiveDate,
    pub due_on: Option<NaiveDate>,
    pub posted_at: DateTime<Utc>,
    #[serde(rename = "type")]
    pub kind: EntryType,
    pub context: EntryContext,
    pub reference: Option<String>,
    pub description: String,
    pub reason: Option<String>,
    pub claim_id: Option<ClaimId>,
    /// Reference of the claim, for people.
    pub claim: Option<String>,
    /// What it is for: the product, or the unit.
    pub product: Option<String>,
    pub payment_method: Option<String>,
    /// Positive: the customer owes it. Negative: a credit.
    pub amount: Money,
    /// Balance of the account after this entry, in the order of the ledger, whatever the filter.
    pub balance: Money,
    /// The entry this one undoes, and its number.
    pub reverses_id: Option<EntryId>,
    pub reverses_no: Option<i64>,
    /// The entry that undid this one, and its number.
    pub reversed_by_id: Option<EntryId>,
    pub reversed_by_no: Option<i64>,
    /// Who posted it, if a person did, and who approved it.
    pub by: Option<String>,
    pub approved_by: Option<String>,
}

/// What the entries of a filter add up to: one aggregate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JournalSummary {
    pub count: u64,
    pub debits: Money,
    /// Negative.
    pub credits: Money,
    pub net: Money,
    /// Balance of the account today, with what is dated ahead left out.
    pub balance: Money,
}

/// A choice of a filter and how many entries it stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JournalChoice {
    /// What to send: an id, a word, or `none`.
    pub value: String,
    pub label: String,
    pub count: u64,
}

/// What the journal of one account can be filtered by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JournalChoices {
    pub claims: Vec<JournalChoice>,
    pub products: Vec<JournalChoice>,
    pub payment_methods: Vec<JournalChoice>,
    pub contexts: Vec<JournalChoice>,
    pub types: Vec<JournalChoice>,
}

crate::text_enum! {
    /// The figure to explain: a column, what is not yet due, or the balance.
    pub enum Figure {
        Current = "current", D30 = "d30", D60 = "d60", D90 = "d90", D120 = "d120", Unallocated = "unallocated",
        NotDue = "not_due", Balance = "balance",
    }
}

impl From<Bucket> for Figure {
    fn from(b: Bucket) -> Self {
        match b {
            Bucket::Current => Self::Current,
            Bucket::D30 => Self::D30,
            Bucket::D60 => Self::D60,
            Bucket::D90 => Self::D90,
            Bucket::D120 => Self::D120,
            Bucket::Unallocated => Self::Unallocated,
        }
    }
}

crate::text_enum! {
    /// How a part of a debit came to be paid.
    pub enum PartBy {
        /// A row of the ledger says so.
        Allocation = "allocation",
        /// The community's policy for credit that is allocated to nothing.
        SetOff = "set_off",
    }
}

/// An entry in few words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryBrief {
    pub id: EntryId,
    pub no: i64,
    pub date: NaiveDate,
    pub due_on: Option<NaiveDate>,
    #[serde(rename = "type")]
    pub kind: EntryType,
    pub context: EntryContext,
    pub class: AllocationClass,
    pub reference: Option<String>,
    pub description: String,
    pub claim_id: Option<ClaimId>,
    pub claim: Option<String>,
    /// Positive: a debit. Negative: a credit.
    pub amount: Money,
}

/// Credit that stands against a debit, seen from either side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedPart {
    /// The other entry.
    pub entry: EntryBrief,
    /// Positive.
    pub amount: Money,
    /// Since when.
    pub on: NaiveDate,
    pub by: PartBy,
}

/// One entry behind a figure: amount, less what stands against it, is what is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedEntry {
    pub entry: EntryBrief,
    /// The date it is aged from.
    pub age_from: NaiveDate,
    /// The column it stands in; credits outside the columns stand in `unallocated`.
    pub bucket: Bucket,
    pub parts: Vec<ExplainedPart>,
    /// What is left of it, with its sign; the figure is the sum of these.
    pub open: Money,
}

/// What a figure is made of (down to entries and allocations), as at a day. Σ `open` = `figure`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Explanation {
    pub as_at: NaiveDate,
    pub which: Figure,
    pub figure: Money,
    pub entries: Vec<ExplainedEntry>,
    /// For the balance: Σ debits and Σ credits (negative) up to the day, which give the same figure.
    pub debits: Money,
    pub credits: Money,
    pub settings: crate::ageing::AgeingRules,
}

/// Which figure, as at when.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ExplainFilter {
    /// Default the balance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<Figure>,
    /// Default today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_at: Option<NaiveDate>,
}
