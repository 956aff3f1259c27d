//! Exclusions: which ways of reaching a customer are switched off, by whom and why (spec C16, U01, U03).

use crate::contacts::{Contact, ContactKind};
use crate::flaws::Flaws;
use crate::ids::*;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Longest note on an exclusion.
pub const MAX_NOTE: usize = 1_000;
/// Most exclusions in force on one customer.
pub const MAX_OPEN: usize = 100;

crate::text_enum! {
    /// What is switched off. Each is a switch of its own; a customer may have several.
    pub enum ExclusionKind {
        /// Nothing is sent or called by the machine on any channel; by hand only after a warning.
        Bankruptcy = "bankruptcy",
        /// No text messages at all and no automatic calls.
        TextsAndAutoCalls = "texts_and_auto_calls",
        /// Nothing automatic; people may call and write.
        ManualOnly = "manual_only",
        /// The customer asked not to be called by a machine.
        CustomerRequest = "customer_request",
    }
}

crate::text_enum! {
    /// How far a customer is excluded, by numbers.
    pub enum ExclusionLevel {
        None = "none",
        /// Some numbers are.
        Partial = "partial",
        /// All are, or the customer as a whole.
        Full = "full",
    }
}

/// One exclusion, in force or lifted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Exclusion {
    pub id: ExclusionId,
    pub account_id: AccountId,
    pub kind: ExclusionKind,
    /// E.164. Absent: the customer as a whole, also numbers that are added later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    pub note: String,
    pub set_at: DateTime<Utc>,
    pub set_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Lifted>,
}

/// How an exclusion ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lifted {
    pub at: DateTime<Utc>,
    pub by: String,
    pub note: String,
}

/// A customer's exclusions, the latest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Exclusions {
    pub level: ExclusionLevel,
    pub in_force: Vec<Exclusion>,
    pub lifted: Vec<Exclusion>,
}

/// What the customer page needs to know of one in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InForce {
    pub kind: ExclusionKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// An exclusion to set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewExclusion {
    pub kind: ExclusionKind,
    /// One of the customer's numbers. Absent: the customer as a whole. Bankruptcy is always of the whole.
    #[serde(default)]
    pub contact_id: Option<ContactId>,
    /// Why; at most 1,000 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "Asked on the phone not to be called by the system")
    )]
    pub note: String,
}

impl NewExclusion {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/note", &self.note, MAX_NOTE);
        flaws.when(
            self.kind == ExclusionKind::Bankruptcy && self.contact_id.is_some(),
            "/contact_id",
            "whole_customer_only",
        );
        flaws
    }
}

/// Why an exclusion is lifted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LiftExclusion {
    /// At most 1,000 characters.
    #[cfg_attr(feature = "openapi", schema(example = "Asked to be called again"))]
    pub note: String,
}

impl LiftExclusion {
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.text("/note", &self.note, MAX_NOTE);
        flaws
    }
}

/// How far a customer with these numbers is excluded. A number that is no longer the customer's counts for nothing.
pub fn level<'a>(in_force: &[InForce], numbers: impl Iterator<Item = &'a str>) -> ExclusionLevel {
    if in_force.iter().any(|e| e.number.is_none()) {
        return ExclusionLevel::Full;
    }
    let (mut excluded, mut free) = (0_usize, 0_usize);
    for number in numbers {
        if of_number(in_force, number).next().is_some() {
            excluded += 1;
        } else {
            free += 1;
        }
    }
    match (excluded, free) {
        (0, _) => ExclusionLevel::None,
        (_, 0) => ExclusionLevel::Full,
        (_, _) => ExclusionLevel::Partial,
    }
}

/// What is in force for one number: its own exclusions, and those of the customer as a whole.
pub fn of_number<'a>(in_force: &'a [InForce], number: &'a str) -> impl Iterator<Item = ExclusionKind> + 'a {
    in_force
        .iter()
        .filter(move |e| e.number.as_deref().is_none_or(|excluded| excluded == number))
        .map(|e| e.kind)
}

/// The numbers among contacts.
pub fn numbers(contacts: &[Contact]) -> impl Iterator<Item = &str> {
    contacts
        .iter()
        .filter(|c| c.kind == ContactKind::Phone)
        .map(|c| c.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(kind: ExclusionKind, number: Option<&str>) -> InForce {
        InForce {
            kind,
            number: number.map(str::to_owned),
        }
    }

    #[test]
    fn the_level_counts_numbers() {
        let all = ["+27821234567", "+27821234568"];
        let by = |numbers: &[&str]| -> Vec<InForce> {
            numbers
                .iter()
                .map(|n| one(ExclusionKind::CustomerRequest, Some(n)))
                .collect()
        };
        assert_eq!(level(&[], all.into_iter()), ExclusionLevel::None);
        assert_eq!(level(&by(&all[..1]), all.into_iter()), ExclusionLevel::Partial);
        assert_eq!(level(&by(&all), all.into_iter()), ExclusionLevel::Full);
        assert_eq!(level(&by(&["+27110000000"]), all.into_iter()), ExclusionLevel::None);
        let whole = [one(ExclusionKind::Bankruptcy, None)];
        assert_eq!(level(&whole, std::iter::empty()), ExclusionLevel::Full);
    }

    #[test]
    fn a_number_has_its_own_exclusions_and_those_of_the_whole() {
        let all = [
            one(ExclusionKind::ManualOnly, None),
            one(ExclusionKind::CustomerRequest, Some("+27821234567")),
        ];
        assert_eq!(of_number(&all, "+27821234567").count(), 2);
        assert_eq!(
            of_number(&all, "+27821234568").collect::<Vec<_>>(),
            [ExclusionKind::ManualOnly]
        );
    }

    #[test]
    fn an_exclusion_says_why_and_a_bankruptcy_is_of_the_whole() {
        let mut new = NewExclusion {
            kind: ExclusionKind::Bankruptcy,
            contact_id: Some(ContactId(uuid::Uuid::from_u128(1))),
            note: " ".into(),
        };
        let codes: Vec<_> = new.flaws().0.into_iter().map(|f| (f.pointer, f.code)).collect();
        assert_eq!(
            codes,
            [
                ("/note".to_owned(), "required".to_owned()),
                ("/contact_id".to_owned(), "whole_customer_only".to_owned())
            ]
        );
        new.contact_id = None;
        new.note = "Sequestrated".into();
        assert!(new.flaws().is_empty());
    }

    proptest! {
        /// Lifting one never makes the level higher.
        #[test]
        fn fewer_exclusions_never_exclude_more(
            mine in proptest::collection::btree_set("[0-9]{2}", 0..6),
            excluded in proptest::collection::vec(proptest::option::of("[0-9]{2}"), 1..6),
            drop in 0_usize..6,
        ) {
            let all: Vec<InForce> = excluded.iter().map(|n| one(ExclusionKind::ManualOnly, n.as_deref())).collect();
            let mut fewer = all.clone();
            fewer.remove(drop % all.len());
            let rank = |all: &[InForce]| level(all, mine.iter().map(String::as_str));
            prop_assert!(rank(&fewer) <= rank(&all));
        }
    }
}
