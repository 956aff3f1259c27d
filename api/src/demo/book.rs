//! The communities of the demo book, their units and the people who owe.

use super::dice::Dice;
use super::names;
use super::payments::{self, EntryPlan};
use super::story::{self, Step};
use chrono::{Datelike, Months, NaiveDate};

/// Everything the demo book holds, as plain values: made without a database, so that it can be looked at in a test.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) communities: Vec<CommunityPlan>,
}

#[derive(Debug)]
pub(super) struct CommunityPlan {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: CommunityKind,
    pub(super) calendar_ageing: bool,
    pub(super) address: &'static str,
    pub(super) email: &'static str,
    pub(super) phone: &'static str,
    pub(super) office_hours: &'static str,
    pub(super) accounts: Vec<AccountPlan>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommunityKind {
    SectionalTitle,
    HomeOwners,
    SelfStorage,
}

#[derive(Debug)]
pub(super) struct UnitPlan {
    pub(super) code: String,
    pub(super) block: Option<String>,
    pub(super) description: String,
    /// Square metres.
    pub(super) size: i64,
}

#[derive(Debug)]
pub(super) struct AccountPlan {
    pub(super) reference: String,
    pub(super) person: Person,
    pub(super) group: &'static str,
    pub(super) units: Vec<UnitPlan>,
    pub(super) since: NaiveDate,
    pub(super) entries: Vec<EntryPlan>,
    pub(super) story: Vec<Step>,
}

#[derive(Debug)]
pub(super) struct Person {
    pub(super) first: Option<&'static str>,
    pub(super) last: Option<&'static str>,
    pub(super) company: Option<&'static str>,
    pub(super) email: String,
    pub(super) cell: String,
    pub(super) second_email: Option<String>,
}

impl Person {
    pub(super) fn name(&self) -> String {
        match (self.company, self.first, self.last) {
            (Some(company), _, _) => company.to_owned(),
            (None, first, last) => format!("{} {}", first.unwrap_or_default(), last.unwrap_or_default())
                .trim()
                .to_owned(),
        }
    }
}

/// How many months of history the book holds.
pub(super) const MONTHS: u32 = 24;

/// The whole book as of `today`. The same seed and day give the same book.
pub(super) fn book(seed: u64, today: NaiveDate) -> Book {
    let mut dice = Dice::new(seed);
    let mut communities = vec![
        CommunityPlan {
            code: "JAC",
            name: "Jacaranda Ridge Body Corporate",
            kind: CommunityKind::SectionalTitle,
            calendar_ageing: true,
            address: "14 Loerie Street, Garsfontein, Pretoria, 0081",
            email: "jacaranda@example.com",
            phone: "+27125550140",
            office_hours: "Monday to Friday 08:00 to 16:30",
            accounts: Vec::new(),
        },
        CommunityPlan {
            code: "KFB",
            name: "Kingfisher Bay Home Owners Association",
            kind: CommunityKind::HomeOwners,
            calendar_ageing: false,
            address: "1 Lagoon Drive, Ballito, 4420",
            email: "kingfisher@example.com",
            phone: "+27325550160",
            office_hours: "Monday to Friday 07:30 to 16:00, Saturday 08:00 to 12:00",
            accounts: Vec::new(),
        },
        CommunityPlan {
            code: "VSS",
            name: "Vula Self Storage Paarden Eiland",
            kind: CommunityKind::SelfStorage,
            calendar_ageing: false,
            address: "27 Marine Drive, Paarden Eiland, Cape Town, 7405",
            email: "vula@example.com",
            phone: "+27215550118",
            office_hours: "Monday to Saturday 08:00 to 18:00",
            accounts: Vec::new(),
        },
    ];
    for community in &mut communities {
        let count = match community.kind {
            CommunityKind::SectionalTitle => 156,
            CommunityKind::HomeOwners => 138,
            CommunityKind::SelfStorage => 110,
        };
        for number in 1..=count {
            community
                .accounts
                .push(account(&mut dice, community.kind, community.code, number, today));
        }
    }
    Book { communities }
}

fn account(dice: &mut Dice, kind: CommunityKind, code: &str, number: i64, today: NaiveDate) -> AccountPlan {
    let units = units(dice, kind, number);
    let company = dice.chance(if kind == CommunityKind::SelfStorage { 220 } else { 70 });
    let person = person(dice, company, number);
    let first_month = today.with_day(1).unwrap_or(today) - Months::new(MONTHS);
    let since = match kind {
        // Storage customers come and go; owners of homes stay.
        CommunityKind::SelfStorage => first_month + Months::new(u32::try_from(dice.between(0, 18)).unwrap_or(0)),
        CommunityKind::SectionalTitle | CommunityKind::HomeOwners => first_month,
    };
    let group = match kind {
        _ if company => "Companies and trusts",
        CommunityKind::SelfStorage => "Tenants",
        CommunityKind::SectionalTitle | CommunityKind::HomeOwners => {
            dice.weighted(&[(60, "Owners who live in"), (30, "Investors"), (10, "Pensioners")])
        }
    };
    let size: i64 = units.iter().map(|unit| unit.size).sum();
    let ledger = payments::ledger(dice, kind, code, number, size, since, today);
    let story = story::story(dice, &ledger, today);
    AccountPlan {
        reference: format!("{code}{number:04}"),
        person,
        group,
        units,
        since,
        entries: ledger.entries,
        story,
    }
}

fn units(dice: &mut Dice, kind: CommunityKind, number: i64) -> Vec<UnitPlan> {
    match kind {
        CommunityKind::SectionalTitle => {
            let block = char::from(b'A' + u8::try_from((number - 1) / 20).unwrap_or(0));
            let size = dice.weighted(&[(30, 48), (40, 67), (20, 84), (10, 118)]);
            let mut units = vec![UnitPlan {
                code: format!("{block}{:02}", (number - 1) % 20 + 1),
                block: Some(format!("Block {block}")),
                description: format!("Section {number}"),
                size,
            }];
            if dice.chance(60) {
                units.push(UnitPlan {
                    code: format!("G{number:03}"),
                    block: Some("Garages".to_owned()),
                    description: format!("Garage of section {number}"),
                    size: 18,
                });
            }
            units
        }
        CommunityKind::HomeOwners => vec![UnitPlan {
            code: format!("Erf {}", 1200 + number),
            block: None,
            description: format!(
                "{} {}",
                number % 90 + 1,
                dice.pick(&["Heron Close", "Egret Lane", "Fish Eagle Drive", "Plover Crescent"])
            ),
            size: dice.between(420, 1_150),
        }],
        CommunityKind::SelfStorage => {
            let floor = (number - 1) / 40;
            vec![UnitPlan {
                code: format!(
                    "{}{:03}",
                    ["G", "F", "S"][usize::try_from(floor).unwrap_or(0).min(2)],
                    (number - 1) % 40 + 1
                ),
                block: Some(
                    ["Ground floor", "First floor", "Second floor"][usize::try_from(floor).unwrap_or(0).min(2)]
                        .to_owned(),
                ),
                description: "Locker".to_owned(),
                size: dice.weighted(&[(30, 6), (35, 9), (25, 12), (10, 18)]),
            }]
        }
    }
}

fn person(dice: &mut Dice, company: bool, number: i64) -> Person {
    let first: &'static str = dice.pick(names::FIRST);
    let last: &'static str = dice.pick(names::LAST);
    let domain = dice.pick(names::MAIL_DOMAINS);
    let plain = |s: &str| s.to_lowercase().replace(' ', "");
    let cell = format!(
        "+27{}555{:04}",
        dice.pick(&["82", "83", "84", "72", "73", "76", "79"]),
        dice.between(0, 9_999)
    );
    let company_name = company.then(|| dice.pick(names::COMPANIES));
    Person {
        first: (!company).then_some(first),
        last: (!company).then_some(last),
        company: company_name,
        email: format!("{}.{}{number}@{domain}", plain(first), plain(last)),
        cell,
        second_email: dice.chance(120).then(|| format!("accounts{number}@{domain}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_seed_and_day_give_the_same_book() {
        let today = day("2026-11-22");
        assert_eq!(format!("{:?}", book(1, today)), format!("{:?}", book(1, today)));
        assert_ne!(format!("{:?}", book(1, today)), format!("{:?}", book(2, today)));
    }

    #[test]
    fn references_and_unit_codes_are_unique_in_a_community() {
        for community in book(1, day("2026-11-22")).communities {
            let mut references = HashSet::new();
            let mut units = HashSet::new();
            for account in &community.accounts {
                assert!(references.insert(account.reference.clone()));
                assert!(account.units.iter().all(|unit| units.insert(unit.code.clone())));
            }
        }
    }

    #[test]
    fn nothing_lies_in_the_future_and_arrears_reach_every_bucket() {
        let today = day("2026-11-22");
        let mut buckets = [0_i64; 5];
        let (mut credits, mut handed_over) = (0, 0);
        for account in book(1, today)
            .communities
            .iter()
            .flat_map(|community| &community.accounts)
        {
            assert!(
                account.entries.iter().all(|entry| entry.on <= today),
                "{}",
                account.reference
            );
            assert!(
                account.story.iter().all(|step| step.on <= today),
                "{}",
                account.reference
            );
            let aged = payments::age(&account.entries, today);
            for (sum, part) in buckets.iter_mut().zip(aged.buckets) {
                *sum += part;
            }
            credits += i64::from(aged.balance < 0);
            handed_over += i64::from(story::attorney_now(&account.story).is_some());
            assert_eq!(
                aged.buckets.iter().sum::<i64>() + aged.unallocated,
                aged.balance,
                "{}",
                account.reference
            );
        }
        assert!(buckets.iter().all(|sum| *sum > 1_000_000), "{buckets:?}");
        assert!(credits >= 8, "{credits}");
        assert!((8..40).contains(&handed_over), "{handed_over}");
    }

    #[test]
    fn a_short_month_and_the_first_of_a_month_do_no_harm() {
        for today in ["2024-02-29", "2026-03-01", "2026-12-31"] {
            assert_eq!(book(3, day(today)).communities.len(), 3);
        }
    }
}
