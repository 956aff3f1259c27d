//! Debtors: who is liable, in what way, and under which name.

use crate::contacts::{Contact, NewContact};
use crate::flaws::Flaws;
use crate::ids::*;
use crate::phone::Dialling;
use crate::text::tidy;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// In what way a debtor is liable. One debtor of an account is the primary one.
    pub enum DebtorRole { Primary = "primary", CoDebtor = "co_debtor", Guarantor = "guarantor" }
}

crate::text_enum! {
    /// A person, or a company, trust or other body.
    pub enum DebtorKind { Natural = "natural", Legal = "legal" }
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
pub(super) fn language_flaws(flaws: &mut Flaws, pointer: &str, language: Option<&str>) {
    let Some(tag) = language else { return };
    let mut parts = tag.split('-');
    let ok = tag.len() <= 20
        && parts
            .next()
            .is_some_and(|p| (2..=3).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphabetic()))
        && parts.all(|p| (1..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric()));
    flaws.when(!ok, pointer, "not_a_language");
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
