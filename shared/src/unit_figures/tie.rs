//! Which unit money belongs to.

use crate::ids::UnitId;
use chrono::NaiveDate;

/// A time in which a customer owned a unit; the last day is the owner's still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ownership {
    pub unit: UnitId,
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
}

impl Ownership {
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from_on <= day && self.to_on.is_none_or(|to| day <= to)
    }
}

/// The one unit of some, if it is one.
fn only(units: impl Iterator<Item = UnitId>) -> Option<UnitId> {
    let mut found = None;
    for unit in units {
        match found {
            None => found = Some(unit),
            Some(other) if other == unit => {}
            Some(_) => return None,
        }
    }
    found
}

/// The unit an entry belongs to: the one it names; else the only one its customer owned on its date; else the only one
/// they ever owned. `None`: it is not tied to a unit.
pub fn tie(owned: &[Ownership], named: Option<UnitId>, effective_on: NaiveDate) -> Option<UnitId> {
    named
        .or_else(|| only(owned.iter().filter(|o| o.holds_on(effective_on)).map(|o| o.unit)))
        .or_else(|| only(owned.iter().map(|o| o.unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(n: u128) -> UnitId {
        UnitId(uuid::Uuid::from_u128(n))
    }
    fn d(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }
    fn own(n: u128, from: &str, to: Option<&str>) -> Ownership {
        Ownership {
            unit: unit(n),
            from_on: d(from),
            to_on: to.map(d),
        }
    }

    #[test]
    fn money_belongs_to_the_unit_it_names_or_to_the_only_one() {
        let one = [own(1, "2024-01-01", None)];
        let moved = [own(1, "2020-01-01", Some("2023-12-31")), own(2, "2024-01-01", None)];
        let two = [own(1, "2024-01-01", None), own(2, "2025-01-01", None)];
        let again = [own(1, "2020-01-01", Some("2021-12-31")), own(1, "2024-01-01", None)];
        for (name, owned, named, on, expected) in [
            ("named", &two[..], Some(9), "2026-01-01", Some(9)),
            ("none owned", &[][..], None, "2026-01-01", None),
            ("the only one", &one[..], None, "2026-01-01", Some(1)),
            (
                "the only one, before it was owned",
                &one[..],
                None,
                "2019-01-01",
                Some(1),
            ),
            ("the one of that time", &moved[..], None, "2023-12-31", Some(1)),
            ("the one of that time", &moved[..], None, "2024-01-01", Some(2)),
            ("before any of two", &moved[..], None, "2019-01-01", None),
            ("before the second was bought", &two[..], None, "2024-12-31", Some(1)),
            ("two at once", &two[..], None, "2025-01-01", None),
            ("owned twice", &again[..], None, "2022-06-01", Some(1)),
        ] {
            assert_eq!(tie(owned, named.map(unit), d(on)), expected.map(unit), "{name} {on}");
        }
    }
}
