//! The diary of an account: everything that happened, by people and by the machine, in the words of its events
//! (spec M08 to M11).

use crate::event::Event;
use crate::files::FileState;
use crate::ids::*;
use crate::ledger::EntryType;
use crate::money::Money;
use crate::notes::{StatusName, Visibility};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Most entries of the journal one event shows; the rest is a count.
pub const MAX_ENTRIES: usize = 5;
/// Most choices of one kind a filter may name.
pub const MAX_CHOSEN: usize = 100;

crate::text_enum! {
    /// In which order: the newest first without one.
    pub enum DiaryOrder {
        Newest = "newest",
        Oldest = "oldest",
    }
}

/// Who did it: a person, or the machine by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Doer {
    System,
    User(UserId),
}
impl Doer {
    pub const fn person(&self) -> Option<UserId> {
        match self {
            Self::System => None,
            Self::User(id) => Some(*id),
        }
    }
}
impl std::fmt::Display for Doer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::User(id) => id.fmt(f),
        }
    }
}
impl std::str::FromStr for Doer {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        if s == "system" {
            return Ok(Self::System);
        }
        s.parse()
            .map(Self::User)
            .map_err(|_| "neither `system` nor an id".into())
    }
}
impl TryFrom<String> for Doer {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        s.parse()
    }
}
impl From<Doer> for String {
    fn from(doer: Doer) -> Self {
        doer.to_string()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Doer {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A user's id, or `system` for what nobody did by hand"))
            .examples(["system"])
            .into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Doer {}

/// Which events, in which order. Fields are combined with AND, choices inside one with OR (spec M09, M10).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DiaryFilter {
    /// At this instant or later: the first day's midnight where the reader is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Before this instant: the midnight after the last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// What happened, by the names of events, such as `note_added`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event: Vec<String>,
    /// By whom; `system` for what nobody did by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub user: Vec<Doer>,
    /// What concerns these claims: their own events, what was posted to them, and money set against them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claim: Vec<ClaimId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub order: Option<DiaryOrder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl DiaryFilter {
    /// Whether it leaves anything out.
    pub fn is_narrowing(&self) -> bool {
        let plain = Self {
            order: self.order,
            limit: self.limit,
            cursor: self.cursor.clone(),
            ..Self::default()
        };
        plain != *self
    }
}

/// One event of the diary, with the names of what it is about as they are now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiaryItem {
    pub id: EventId,
    pub at: DateTime<Utc>,
    /// The person's name at that time; empty for what nobody did by hand.
    pub by: String,
    /// Nobody did it by hand.
    pub by_system: bool,
    pub event: Event,
    pub about: DiaryNames,
}

/// What an event is about, in words. Absent where it concerns no such thing, or where that is gone or not the reader's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiaryNames {
    /// Claims in the order the event names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<DiaryClaim>,
    /// Entries posted, at most five.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<DiaryEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<DiaryNote>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<DiaryFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<DiaryHandover>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusName>,
    /// The status before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<StatusName>,
    /// A debtor's name, a contact's number or address, a unit's code, a product's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A claim as the diary links it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiaryClaim {
    pub id: ClaimId,
    pub reference: String,
}

/// An entry of the journal as the diary shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiaryEntry {
    pub no: i64,
    #[serde(rename = "type")]
    pub kind: EntryType,
    pub effective_on: NaiveDate,
    pub amount: Money,
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<DiaryClaim>,
}

/// A note as the diary shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiaryNote {
    pub id: NoteId,
    pub body: String,
    pub visibility: Visibility,
}

/// A document as the diary links it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiaryFile {
    pub id: FileId,
    pub document_name: String,
    pub state: FileState,
    pub is_downloadable: bool,
}

/// A matter as the diary links it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiaryHandover {
    pub id: HandoverId,
    pub reference: String,
    pub attorney: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<String>,
}

/// One thing a diary can be filtered by, and how many events there are of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiaryChoice {
    pub value: String,
    /// A person's name or a claim's reference; for events the words are the reader's own.
    pub label: String,
    /// Absent for claims, which share events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// What a diary can be filtered by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiaryChoices {
    /// The most frequent first.
    pub events: Vec<DiaryChoice>,
    /// By name, the machine last.
    pub users: Vec<DiaryChoice>,
    /// The newest first.
    pub claims: Vec<DiaryChoice>,
}

/// Events that are the agency's own business: an attorney of the matter does not read them.
pub const AGENCY_ONLY: &[&str] = &[
    "posting_requested",
    "posting_approved",
    "posting_declined",
    "posting_withdrawn",
    "export_made",
    "file_downloaded",
    "file_held",
    "file_released",
    "file_purged",
    "lead_changed",
    "bank_details_changed",
    "bank_details_removed",
    "bank_number_seen",
    "debit_order_changed",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_and_people_are_told_apart() {
        let id = UserId(uuid::Uuid::from_u128(7));
        assert_eq!("system".parse(), Ok(Doer::System));
        assert_eq!(id.to_string().parse(), Ok(Doer::User(id)));
        assert!("System".parse::<Doer>().is_err());
        assert!("".parse::<Doer>().is_err());
        assert_eq!(String::from(Doer::User(id)), id.to_string());
    }

    #[test]
    fn order_and_page_narrow_nothing() {
        let filter = DiaryFilter {
            order: Some(DiaryOrder::Oldest),
            limit: Some(5),
            cursor: Some("x".into()),
            ..DiaryFilter::default()
        };
        assert!(!filter.is_narrowing());
        let one = DiaryFilter {
            user: vec![Doer::System],
            ..filter
        };
        assert!(one.is_narrowing());
    }

    #[test]
    fn what_is_the_agencys_own_exists() {
        let known = [
            Event::PostingRequested {
                request: PostingRequestId(uuid::Uuid::nil()),
                amount: Money::new(1, crate::money::Currency::Zar),
            },
            Event::PostingApproved {
                request: PostingRequestId(uuid::Uuid::nil()),
                amount: Money::new(1, crate::money::Currency::Zar),
            },
            Event::PostingDeclined {
                request: PostingRequestId(uuid::Uuid::nil()),
                reason: String::new(),
            },
            Event::PostingWithdrawn {
                request: PostingRequestId(uuid::Uuid::nil()),
            },
            Event::ExportMade {
                report: String::new(),
                rows: 0,
            },
            Event::FileDownloaded {
                file: FileId(uuid::Uuid::nil()),
            },
            Event::FileHeld {
                file: FileId(uuid::Uuid::nil()),
                reason: String::new(),
            },
            Event::FileReleased {
                file: FileId(uuid::Uuid::nil()),
                reason: String::new(),
            },
            Event::FilePurged {
                file: FileId(uuid::Uuid::nil()),
            },
            Event::LeadChanged {
                account: AccountId(uuid::Uuid::nil()),
                fields: vec![],
            },
            Event::BankDetailsChanged {
                account: AccountId(uuid::Uuid::nil()),
                fields: vec![],
                before: None,
            },
            Event::BankDetailsRemoved {
                account: AccountId(uuid::Uuid::nil()),
                before: None,
            },
            Event::BankNumberSeen {
                account: AccountId(uuid::Uuid::nil()),
            },
            Event::DebitOrderChanged {
                account: AccountId(uuid::Uuid::nil()),
                fields: vec![],
                before: None,
            },
        ];
        let kinds: Vec<String> = known.iter().map(Event::kind).collect();
        assert_eq!(kinds, AGENCY_ONLY);
    }
}
