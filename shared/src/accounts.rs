//! Accounts: all dealings with one customer, its debtors and how to reach them (spec C06 to C13, C20, C21, E01).

use crate::communities::code_flaws;
use crate::contacts::{Contact, NewContact};
use crate::flaws::Flaws;
use crate::ids::*;
use crate::money::{Currency, Money};
use crate::phone::Dialling;
use crate::text::tidy;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// In what way a debtor is liable. One debtor of an account is the primary one.
    pub enum DebtorRole { Primary = "primary", CoDebtor = "co_debtor", Guarantor = "guarantor" }
}

crate::text_enum! {
    /// A person, or a company, trust or other body.
    pub enum DebtorKind { Natural = "natural", Legal = "legal" }
}

crate::text_enum! {
    /// Derived: overdue by at least a day with something open, or not (spec C11).
    pub enum Standing { Current = "current", Delinquent = "delinquent" }
}

crate::text_enum! {
    /// Derived: a previous customer has owned units and owns none now (spec C07).
    pub enum CustomerType { Customer = "customer", PreviousCustomer = "previous_customer" }
}

/// Most contacts of one debtor, and most debtors of one account.
pub const MAX_CONTACTS: usize = 50;
pub const MAX_DEBTORS: usize = 20;

/// Who is liable, as entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDebtor {
    /// The first debtor of an account is primary whatever is said here.
    #[serde(default = "co_debtor")]
    pub role: DebtorRole,
    pub kind: DebtorKind,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "Thandi"))]
    pub first_name: Option<String>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "Mokoena"))]
    pub last_name: Option<String>,
    #[serde(default)]
    pub company_name: Option<String>,
    /// Language tag such as `en` or `af-ZA`.
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub contacts: Vec<NewContact>,
}

fn co_debtor() -> DebtorRole {
    DebtorRole::CoDebtor
}

/// Words by which a body is told from a person when a file gives only one name.
const BODY_WORDS: [&str; 24] = [
    "pty",
    "ltd",
    "limited",
    "cc",
    "bk",
    "npc",
    "npo",
    "inc",
    "llc",
    "llp",
    "plc",
    "gmbh",
    "corp",
    "corporation",
    "co",
    "company",
    "trust",
    "trustees",
    "properties",
    "investments",
    "holdings",
    "association",
    "foundation",
    "estate",
];

impl NewDebtor {
    /// A person.
    pub fn person(first_name: &str, last_name: &str) -> Self {
        Self {
            role: DebtorRole::Primary,
            kind: DebtorKind::Natural,
            title: None,
            first_name: tidy(Some(first_name.into())),
            last_name: tidy(Some(last_name.into())),
            company_name: None,
            language: None,
            contacts: vec![],
        }
    }
    /// A company or other body.
    pub fn body(name: &str) -> Self {
        Self {
            kind: DebtorKind::Legal,
            company_name: tidy(Some(name.into())),
            first_name: None,
            last_name: None,
            ..Self::person("", "")
        }
    }
    /// From the one name that files give: a body by its words or by digits in it, else a person whose last word is the
    /// surname.
    pub fn from_full_name(name: &str) -> Self {
        let is_body = name.chars().any(|c| c.is_ascii_digit())
            || name
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| BODY_WORDS.contains(&word.to_lowercase().as_str()));
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        match name.rsplit_once(' ') {
            Some((first, last)) if !is_body => Self::person(first, last),
            Some(_) => Self::body(&name),
            None if is_body => Self::body(&name),
            None => Self::person("", &name),
        }
    }

    /// The name used in lists and events.
    pub fn full_name(&self) -> String {
        match self.kind {
            DebtorKind::Legal => self.company_name.clone().unwrap_or_default(),
            DebtorKind::Natural => [&self.first_name, &self.last_name]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    /// Trimmed, and without the names that do not belong to its kind. The first contact of each kind becomes primary
    /// where none is marked, and only the first marked one stays so.
    pub fn tidied(mut self) -> Self {
        for field in [
            &mut self.title,
            &mut self.first_name,
            &mut self.last_name,
            &mut self.company_name,
            &mut self.language,
        ] {
            *field = tidy(field.take());
        }
        match self.kind {
            DebtorKind::Natural => self.company_name = None,
            DebtorKind::Legal => (self.title, self.first_name, self.last_name) = (None, None, None),
        }
        self.contacts = self.contacts.into_iter().map(NewContact::tidied).collect();
        for kind in crate::contacts::ContactKind::ALL {
            let chosen = self
                .contacts
                .iter()
                .position(|c| c.kind == *kind && c.is_primary)
                .or_else(|| self.contacts.iter().position(|c| c.kind == *kind));
            for (at, contact) in self.contacts.iter_mut().enumerate().filter(|(_, c)| c.kind == *kind) {
                contact.is_primary = Some(at) == chosen;
            }
        }
        self
    }

    /// Adds its flaws under a pointer such as `/debtors/0` (empty for the root).
    pub fn flaws_at(&self, flaws: &mut Flaws, base: &str, home: Option<Dialling>) {
        match self.kind {
            DebtorKind::Natural => {
                flaws.text(
                    &format!("{base}/last_name"),
                    self.last_name.as_deref().unwrap_or_default(),
                    100,
                );
                if let Some(first) = &self.first_name {
                    flaws.optional_text(&format!("{base}/first_name"), first, 100);
                }
            }
            DebtorKind::Legal => {
                flaws.text(
                    &format!("{base}/company_name"),
                    self.company_name.as_deref().unwrap_or_default(),
                    200,
                );
            }
        }
        if let Some(title) = &self.title {
            flaws.optional_text(&format!("{base}/title"), title, 30);
        }
        language_flaws(flaws, &format!("{base}/language"), self.language.as_deref());
        flaws.when(
            self.contacts.len() > MAX_CONTACTS,
            &format!("{base}/contacts"),
            "too_many",
        );
        for (at, contact) in self.contacts.iter().enumerate().take(MAX_CONTACTS) {
            contact.flaws_at(flaws, &format!("{base}/contacts/{at}"), home);
        }
    }

    pub fn flaws(&self, home: Option<Dialling>) -> Flaws {
        let mut flaws = Flaws::default();
        self.flaws_at(&mut flaws, "", home);
        flaws
    }
}

/// A language tag: two or three letters, then parts of letters and digits.
fn language_flaws(flaws: &mut Flaws, pointer: &str, language: Option<&str>) {
    let Some(tag) = language else { return };
    let mut parts = tag.split('-');
    let ok = tag.len() <= 20
        && parts
            .next()
            .is_some_and(|p| (2..=3).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphabetic()))
        && parts.all(|p| (1..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric()));
    flaws.when(!ok, pointer, "not_a_language");
}

/// A new account with its debtors, first contacts and unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The creditor's own number for the customer, unique in the community.
    #[cfg_attr(feature = "openapi", schema(example = "ACA0101"))]
    pub reference: String,
    /// The first is the primary debtor.
    pub debtors: Vec<NewDebtor>,
    #[serde(default)]
    pub customer_group_id: Option<CustomerGroupId>,
    #[serde(default)]
    pub language: Option<String>,
    /// The system it comes from, and its key there.
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub source_id: Option<String>,
    /// The unit the customer owns, and since when.
    #[serde(default)]
    pub unit: Option<OwnedFrom>,
}

/// A unit and the first day of its ownership.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnedFrom {
    pub unit_id: UnitId,
    pub from_on: NaiveDate,
}

impl NewAccount {
    pub fn of(reference: &str, debtor: NewDebtor) -> Self {
        Self {
            reference: reference.into(),
            debtors: vec![debtor],
            customer_group_id: None,
            language: None,
            source: None,
            source_id: None,
            unit: None,
        }
    }

    pub fn tidied(mut self) -> Self {
        self.reference = self.reference.trim().to_owned();
        for field in [&mut self.language, &mut self.source, &mut self.source_id] {
            *field = tidy(field.take());
        }
        self.debtors = self.debtors.into_iter().map(NewDebtor::tidied).collect();
        for (at, debtor) in self.debtors.iter_mut().enumerate() {
            debtor.role = match (at, debtor.role) {
                (0, _) => DebtorRole::Primary,
                (_, DebtorRole::Guarantor) => DebtorRole::Guarantor,
                (_, DebtorRole::Primary | DebtorRole::CoDebtor) => DebtorRole::CoDebtor,
            };
        }
        self
    }

    pub fn flaws(&self, home: Option<Dialling>) -> Flaws {
        let mut flaws = Flaws::default();
        code_flaws(&mut flaws, "/reference", &self.reference);
        flaws.when(self.debtors.is_empty(), "/debtors", "required");
        flaws.when(self.debtors.len() > MAX_DEBTORS, "/debtors", "too_many");
        for (at, debtor) in self.debtors.iter().enumerate().take(MAX_DEBTORS) {
            debtor.flaws_at(&mut flaws, &format!("/debtors/{at}"), home);
        }
        language_flaws(&mut flaws, "/language", self.language.as_deref());
        for (pointer, value) in [("/source", &self.source), ("/source_id", &self.source_id)] {
            if let Some(value) = value {
                flaws.optional_text(pointer, value, 100);
            }
        }
        flaws
    }
}

/// The fields of an account that change by hand; sent whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountEdit {
    pub reference: String,
    #[serde(default)]
    pub customer_group_id: Option<CustomerGroupId>,
    #[serde(default)]
    pub language: Option<String>,
    pub is_active: bool,
}

impl AccountEdit {
    pub fn tidied(mut self) -> Self {
        self.reference = self.reference.trim().to_owned();
        self.language = tidy(self.language);
        self
    }
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        code_flaws(&mut flaws, "/reference", &self.reference);
        language_flaws(&mut flaws, "/language", self.language.as_deref());
        flaws
    }
}

/// What changes of a debtor; contacts have their own operations. The role of the primary debtor stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DebtorEdit {
    pub role: DebtorRole,
    pub kind: DebtorKind,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub first_name: Option<String>,
    #[serde(default)]
    pub last_name: Option<String>,
    #[serde(default)]
    pub company_name: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
}

impl DebtorEdit {
    /// The same as a debtor without contacts, so that one set of rules serves both.
    pub fn into_debtor(self) -> NewDebtor {
        NewDebtor {
            role: self.role,
            kind: self.kind,
            title: self.title,
            first_name: self.first_name,
            last_name: self.last_name,
            company_name: self.company_name,
            language: self.language,
            contacts: vec![],
        }
        .tidied()
    }
}

/// A debtor as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Debtor {
    pub id: DebtorId,
    pub account_id: AccountId,
    pub role: DebtorRole,
    pub kind: DebtorKind,
    pub title: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub company_name: Option<String>,
    pub full_name: String,
    pub language: Option<String>,
    pub version: i64,
    pub contacts: Vec<Contact>,
}

impl Debtor {
    /// What a form starts from.
    pub fn edit(&self) -> DebtorEdit {
        let d = self.clone();
        DebtorEdit {
            role: d.role,
            kind: d.kind,
            title: d.title,
            first_name: d.first_name,
            last_name: d.last_name,
            company_name: d.company_name,
            language: d.language,
        }
    }
}

/// What the customer page shows (spec C04 to C13, C17, C20).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    pub id: AccountId,
    pub version: i64,
    pub reference: String,
    /// Full name of the primary debtor.
    pub name: String,
    pub customer_type: CustomerType,
    pub standing: Standing,
    pub is_active: bool,
    pub language: Option<String>,
    pub source: Option<String>,
    pub source_id: Option<String>,
    pub customer_group: Option<GroupName>,
    pub community: AccountCommunity,
    pub debtors: Vec<Debtor>,
    /// Present units first, then former ones, latest first.
    pub units: Vec<OwnedUnit>,
    /// Absent before anything was posted.
    pub balance: Option<AccountBalance>,
    pub statuses: Vec<AccountStatus>,
    pub handover: Option<AccountHandover>,
    pub note_count: i64,
    pub last_note_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl Account {
    /// What a form starts from.
    pub fn edit(&self) -> AccountEdit {
        AccountEdit {
            reference: self.reference.clone(),
            customer_group_id: self.customer_group.as_ref().map(|g| g.id),
            language: self.language.clone(),
            is_active: self.is_active,
        }
    }
    /// The debtor lists and letters name.
    pub fn primary_debtor(&self) -> Option<&Debtor> {
        self.debtors.iter().find(|d| d.role == DebtorRole::Primary)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupName {
    pub id: CustomerGroupId,
    pub name: String,
}

/// The community pop-up of the customer page (spec C13).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountCommunity {
    pub id: CommunityId,
    pub code: String,
    pub name: String,
    pub currency: Currency,
    /// IANA name; the browser shows the time there.
    pub time_zone: String,
    /// The date there now.
    pub today: NaiveDate,
    pub address: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub office_hours: Option<String>,
    pub access_hours: Option<String>,
    pub information: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnedUnit {
    pub unit_id: UnitId,
    pub code: String,
    pub block: Option<String>,
    pub unit_type: Option<String>,
    pub size: Option<String>,
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
}

/// What is owed, and since when, as at the community's today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountBalance {
    pub as_at: NaiveDate,
    pub total: Money,
    pub current: Money,
    pub d30: Money,
    pub d60: Money,
    pub d90: Money,
    pub d120: Money,
    pub unallocated: Money,
    pub oldest_due_on: Option<NaiveDate>,
    /// Days since the oldest due date; absent when nothing is overdue. The due date is day 0.
    pub days_past_due: Option<i64>,
    pub last_payment_on: Option<NaiveDate>,
    pub last_payment: Option<Money>,
}

/// A status the account has now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountStatus {
    pub id: StatusId,
    /// `debt`, `notice` or `interest`.
    pub slot: String,
    pub code: String,
    pub title: String,
    pub tone: String,
    pub since: Option<NaiveDate>,
}

/// The open handover behind the red flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountHandover {
    pub id: HandoverId,
    pub reference: String,
    pub state: String,
    pub attorney: String,
    pub firm: Option<String>,
    pub handed_at: DateTime<Utc>,
}

/// A row of the customer list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountLine {
    pub id: AccountId,
    pub reference: String,
    pub name: String,
    pub unit_label: Option<String>,
    pub community_id: CommunityId,
    pub community_name: String,
    pub customer_group: Option<String>,
    /// Primary number and address of the primary debtor.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub balance: Option<Money>,
    pub days_past_due: Option<i64>,
    pub standing: Standing,
    pub debt_status: Option<AccountStatus>,
    /// Whoever the account is handed over to.
    pub attorney: Option<String>,
    pub note_count: i64,
    pub is_active: bool,
}

/// Filter of the customer list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AccountFilter {
    /// Words of the name, reference, unit or e-mail address, or a phone number in any spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_group_id: Option<CustomerGroupId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Longest search text.
pub const MAX_QUERY: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::ContactKind;
    use crate::phone::ZA;
    use proptest::prelude::*;

    #[test]
    fn one_name_becomes_a_person_or_a_body() {
        let kind = |n: &str| NewDebtor::from_full_name(n).kind;
        for body in [
            "Protea Trading (Pty) Ltd",
            "Jansen Family Trust",
            "M & K CC",
            "0379-NEVHP",
            "Umhlanga Investments",
        ] {
            assert_eq!(kind(body), DebtorKind::Legal, "{body}");
        }
        for person in ["Thandi Mokoena", "van der Merwe", "Sipho", "Coetzee"] {
            assert_eq!(kind(person), DebtorKind::Natural, "{person}");
        }
        let p = NewDebtor::from_full_name("Jan  van der Merwe");
        assert_eq!(
            (p.first_name.as_deref(), p.last_name.as_deref()),
            (Some("Jan van der"), Some("Merwe"))
        );
    }

    #[test]
    fn one_contact_of_each_kind_is_primary() {
        let mut d = NewDebtor::person("A", "B");
        d.contacts = vec![
            NewContact::of(ContactKind::Phone, "0821234567"),
            NewContact {
                is_primary: true,
                ..NewContact::of(ContactKind::Phone, "0821234568")
            },
            NewContact {
                is_primary: true,
                ..NewContact::of(ContactKind::Phone, "0821234569")
            },
            NewContact::of(ContactKind::Email, "a@b.org"),
        ];
        let primary: Vec<bool> = d.tidied().contacts.iter().map(|c| c.is_primary).collect();
        assert_eq!(primary, [false, true, false, true]);
    }

    #[test]
    fn flaws_point_into_the_tree() {
        let mut account = NewAccount::of(" ", NewDebtor::person("Only", ""));
        account.debtors.push(NewDebtor {
            contacts: vec![NewContact::of(ContactKind::Email, "nobody")],
            language: Some("english language".into()),
            ..NewDebtor::body("Body")
        });
        let got: Vec<(String, String)> = account
            .tidied()
            .flaws(Some(ZA))
            .0
            .into_iter()
            .map(|f| (f.pointer, f.code))
            .collect();
        assert_eq!(
            got,
            [
                ("/reference".into(), "required".into()),
                ("/debtors/0/last_name".into(), "required".into()),
                ("/debtors/1/language".into(), "not_a_language".into()),
                ("/debtors/1/contacts/0/value".into(), "not_an_email".into()),
            ]
        );
        assert_eq!(
            NewAccount {
                debtors: vec![],
                ..NewAccount::of("1", NewDebtor::body("x"))
            }
            .flaws(None)
            .0[0]
                .pointer,
            "/debtors"
        );
    }

    #[test]
    fn only_the_first_debtor_is_primary() {
        let mut a = NewAccount::of("1", NewDebtor::person("A", "B"));
        a.debtors.push(NewDebtor::person("C", "D"));
        a.debtors.push(NewDebtor {
            role: DebtorRole::Guarantor,
            ..NewDebtor::person("E", "F")
        });
        let roles: Vec<_> = a.tidied().debtors.iter().map(|d| d.role).collect();
        assert_eq!(
            roles,
            [DebtorRole::Primary, DebtorRole::CoDebtor, DebtorRole::Guarantor]
        );
    }

    proptest! {
        #[test]
        fn a_name_survives_being_taken_apart(name in "[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8}){0,3}") {
            prop_assert_eq!(NewDebtor::from_full_name(&name).full_name(), name);
        }
    }
}
