//! The age analysis as it travels: its filter, its rows and its totals (spec F01 to F11). The filter is also what
//! "all rows of the filter" means when statuses are applied.

use crate::ageing::{AgedMoney, AgeingRules};
use crate::ids::*;
use crate::money::{Currency, Money, MoneyError, MoneyWire};
use crate::statuses::Tone;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// A column of figures.
    pub enum Bucket {
        Current = "current", D30 = "d30", D60 = "d60", D90 = "d90", D120 = "d120", Unallocated = "unallocated",
    }
}

impl Bucket {
    /// Ages past the first: who owes something there is in arrears.
    pub const OVERDUE: [Self; 4] = [Self::D30, Self::D60, Self::D90, Self::D120];
}

crate::text_enum! {
    /// What the list is sorted by; ties by account.
    pub enum AgeSort {
        Name = "name", Reference = "reference", Unit = "unit", Status = "status", Total = "total", Current = "current",
        /// Current without what is not due yet: the second of six ages.
        CurrentDue = "current_due",
        NotDue = "not_due", D30 = "d30", D60 = "d60", D90 = "d90", D120 = "d120", Unallocated = "unallocated", LastPayment = "last_payment",
    }
}

crate::text_enum! {
    pub enum SortOrder { Ascending = "asc", Descending = "desc" }
}

crate::text_enum! {
    /// A column of the list that may be switched on and off; the customer's own stands always (spec F01, F11).
    pub enum AgeColumn {
        Unit = "unit", Community = "community", Group = "group", Status = "status", Total = "total",
        NotDue = "not_due", Current = "current", D30 = "d30", D60 = "d60", D90 = "d90", D120 = "d120",
        Unallocated = "unallocated", LastPayment = "last_payment", Notes = "notes",
    }
}

impl AgeColumn {
    /// Shown until somebody chooses.
    pub const USUAL: [Self; 10] = [
        Self::Unit,
        Self::Status,
        Self::Total,
        Self::Current,
        Self::D30,
        Self::D60,
        Self::D90,
        Self::D120,
        Self::LastPayment,
        Self::Notes,
    ];
}

crate::text_enum! {
    /// How ages stand beside each other (spec (d) 1).
    pub enum AgeLayout {
        /// Current, 30, 60, 90, 120+; what is not due yet is part of current.
        Five = "five",
        /// What is not due yet stands before them: `current` is without it. With edges of 30, 60, 90 and 120 days these
        /// are the six columns not due, to 30, 31–60, 61–90, 91–120, over 120.
        Six = "six",
    }
}

impl AgeSort {
    /// The order people expect at the first click: names from A, money from the most.
    pub const fn usual_order(self) -> SortOrder {
        match self {
            Self::Name | Self::Reference | Self::Unit | Self::Status | Self::Unallocated => SortOrder::Ascending,
            Self::Total
            | Self::Current
            | Self::CurrentDue
            | Self::NotDue
            | Self::D30
            | Self::D60
            | Self::D90
            | Self::D120
            | Self::LastPayment => SortOrder::Descending,
        }
    }
}

/// One choice of the status filter: a status of the catalogue, or `none` for accounts without a debt status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum StatusChoice {
    None,
    Of(StatusId),
}
impl std::fmt::Display for StatusChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Of(id) => id.fmt(f),
        }
    }
}
impl std::str::FromStr for StatusChoice {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        if s == "none" {
            return Ok(Self::None);
        }
        s.parse()
            .map(Self::Of)
            .map_err(|_| "neither `none` nor a status id".into())
    }
}
impl TryFrom<String> for StatusChoice {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        s.parse()
    }
}
impl From<StatusChoice> for String {
    fn from(c: StatusChoice) -> Self {
        c.to_string()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for StatusChoice {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A status id, or `none` for accounts without a debt status"))
            .examples(["none"])
            .into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for StatusChoice {}

/// Longest search text, in characters.
pub const MAX_QUERY: usize = 100;
/// Most choices of one multi-select.
pub const MAX_CHOICES: usize = 200;

/// Which rows, as at when, in which order. Fields are combined with AND, choices inside one with OR.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AgeFilter {
    /// As at the end of this day; default today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_at: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub community_id: Vec<CommunityId>,
    /// Status ids, or `none` for no debt status.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<StatusChoice>,
    /// Customer groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group: Vec<CustomerGroupId>,
    /// Only accounts handed over (`true`) or not (`false`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<bool>,
    /// Handed over to these attorneys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attorney: Vec<UserId>,
    /// Something in one of these columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bucket: Vec<Bucket>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hide_zero: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hide_credit: bool,
    /// Part of a name, reference, unit or contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<AgeSort>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<SortOrder>,
    /// Columns of the page and of the workbook, in their usual order whatever order they are named in; none named: all
    /// in the workbook, the usual ones on the page. Rows as JSON always hold everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<AgeColumn>,
    /// Default: five ages. As with columns, rows as JSON are the same in both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<AgeLayout>,
    /// Page size, 1 to 200; only where pages are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the page before ended; only where pages are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl AgeFilter {
    pub fn sort(&self) -> AgeSort {
        self.sort.unwrap_or(AgeSort::Total)
    }
    pub fn order(&self) -> SortOrder {
        self.order.unwrap_or_else(|| self.sort().usual_order())
    }
    pub fn layout(&self) -> AgeLayout {
        self.layout.unwrap_or(AgeLayout::Five)
    }
    /// The columns asked for, in their usual order; `None`: nobody asked. Six ages always show what is not due.
    pub fn columns(&self) -> Option<Vec<AgeColumn>> {
        let six = self.layout() == AgeLayout::Six;
        let asked = |c: &&AgeColumn| self.columns.contains(c) || six && **c == AgeColumn::NotDue;
        (!self.columns.is_empty()).then(|| AgeColumn::ALL.iter().filter(asked).copied().collect())
    }
    /// The same rows in the same order, however they are shown.
    pub fn without_looks(&self) -> Self {
        Self {
            columns: vec![],
            layout: None,
            ..self.clone()
        }
    }
    /// What is wrong with it: (parameter, code).
    pub fn flaws(&self) -> Vec<(&'static str, &'static str)> {
        let mut flaws = vec![];
        let mut when = |bad: bool, name, code| {
            if bad {
                flaws.push((name, code));
            }
        };
        when(
            self.q.as_ref().is_some_and(|q| q.chars().count() > MAX_QUERY),
            "?q",
            "too_long",
        );
        when(self.community_id.len() > MAX_CHOICES, "?community_id", "too_many");
        when(self.status.len() > MAX_CHOICES, "?status", "too_many");
        when(self.group.len() > MAX_CHOICES, "?group", "too_many");
        when(self.attorney.len() > MAX_CHOICES, "?attorney", "too_many");
        when(self.bucket.len() > Bucket::ALL.len(), "?bucket", "too_many");
        when(self.columns.len() > AgeColumn::ALL.len(), "?columns", "too_many");
        when(
            self.as_at
                .is_some_and(|d| !crate::ledger::YEARS.contains(&chrono::Datelike::year(&d))),
            "?as_at",
            "out_of_range",
        );
        flaws
    }
    /// The same rows without page and looks: what a cursor and a selection belong to.
    pub fn without_page(&self) -> Self {
        Self {
            limit: None,
            cursor: None,
            ..self.without_looks()
        }
    }
}

/// A status as shown beside a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusBadge {
    pub id: StatusId,
    pub code: String,
    pub title: String,
    pub tone: Tone,
}

/// The red flag: whom an account is handed over to (spec H08).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoverFlag {
    pub id: HandoverId,
    pub attorney: String,
    pub firm: Option<String>,
    pub on: NaiveDate,
}

/// One account of the age analysis. Amounts are decimal texts in `currency`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgeRow {
    pub id: AccountId,
    pub reference: String,
    /// Initials for those who may not know who it is.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    pub community_id: CommunityId,
    /// Code of the community.
    pub community: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Debt, notice and interest status, as far as there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<StatusBadge>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<HandoverFlag>,
    pub currency: Currency,
    #[cfg_attr(feature = "openapi", schema(example = "1250.00"))]
    pub total: String,
    pub current: String,
    pub d30: String,
    pub d60: String,
    pub d90: String,
    pub d120: String,
    /// Credit that stands against no debit; zero or negative.
    pub unallocated: String,
    /// Part of `current` that is not due yet.
    pub not_due: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_payment_on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_payment: Option<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub notes: u32,
    /// There is a note the caller has not seen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
}

impl AgeRow {
    /// Current without what is not due yet: the second of six ages. Errors: an amount that cannot be read.
    pub fn due_part(&self) -> Result<Money, MoneyError> {
        let read = |plain: &str| {
            Money::try_from(MoneyWire {
                amount: plain.to_owned(),
                currency: self.currency,
            })
        };
        read(&self.current)?.checked_sub(read(&self.not_due)?)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Sums over all rows of a filter in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgeTotals {
    pub currency: Currency,
    pub accounts: u64,
    /// Accounts that owe something, and that are in credit.
    pub in_arrears: u64,
    pub in_credit: u64,
    pub handed_over: u64,
    /// Accounts with something in each column, in the order of [`Bucket`].
    pub with: [u64; 6],
    pub amounts: AgedMoney,
}

/// How a community ages, for the head of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgedCommunity {
    pub id: CommunityId,
    pub code: String,
    pub name: String,
    pub currency: Currency,
    pub rules: AgeingRules,
}

/// The head of the age analysis: what it says and its sums.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgeSummary {
    pub as_at: NaiveDate,
    /// Today where the book is kept: what `as_at` is when not given.
    pub today: NaiveDate,
    /// All rows of the filter.
    pub accounts: u64,
    /// One for each currency; empty when no row matches.
    pub totals: Vec<AgeTotals>,
    /// The communities the rows come from that the caller reaches, at most 200.
    pub communities: Vec<AgedCommunity>,
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_filter_survives_the_query_string_and_unknown_names_do_not() {
        let id = "0197f3c0-0000-7000-8000-000000000001";
        let filter = AgeFilter {
            status: vec![StatusChoice::None, StatusChoice::Of(id.parse().unwrap())],
            bucket: vec![Bucket::D90],
            hide_zero: true,
            q: Some("naidoo & co".into()),
            sort: Some(AgeSort::D120),
            ..AgeFilter::default()
        };
        let json = serde_json::to_string(&filter).unwrap();
        assert_eq!(serde_json::from_str::<AgeFilter>(&json).unwrap(), filter);
        assert!(serde_json::from_str::<AgeFilter>(r#"{"stauts":["none"]}"#).is_err());
        assert!(serde_json::from_str::<AgeFilter>(r#"{"status":["nobody"]}"#).is_err());
        assert_eq!((filter.sort(), filter.order()), (AgeSort::D120, SortOrder::Descending));
    }
    #[test]
    fn columns_keep_their_order_and_six_ages_show_what_is_not_due() {
        let mut filter: AgeFilter = serde_json::from_str(r#"{"columns":["d120","total","unit"]}"#).unwrap();
        assert_eq!(
            filter.columns(),
            Some(vec![AgeColumn::Unit, AgeColumn::Total, AgeColumn::D120])
        );
        filter.layout = Some(AgeLayout::Six);
        assert_eq!(filter.columns().unwrap()[2], AgeColumn::NotDue);
        assert_eq!(filter.without_page(), AgeFilter::default(), "looks choose no rows");
        assert_eq!(AgeFilter::default().columns(), None);
        assert!(serde_json::from_str::<AgeFilter>(r#"{"columns":["name"]}"#).is_err());
    }
    #[test]
    fn limits_are_named() {
        let filter = AgeFilter {
            q: Some("x".repeat(MAX_QUERY + 1)),
            as_at: "0026-01-01".parse().ok(),
            ..AgeFilter::default()
        };
        assert_eq!(filter.flaws(), [("?q", "too_long"), ("?as_at", "out_of_range")]);
    }
}
