//! Ways to reach a debtor (spec C08, C10, D12).

use crate::flaws::Flaws;
use crate::ids::{ContactId, DebtorId};
use crate::phone::{self, Dialling};
use crate::text::{fold, tidy};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    pub enum ContactKind { Phone = "phone", Email = "email", Postal = "postal" }
}

crate::text_enum! {
    /// Whether a contact is known to work.
    pub enum ContactState { Unverified = "unverified", Valid = "valid", Invalid = "invalid" }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    pub id: ContactId,
    pub debtor_id: DebtorId,
    pub kind: ContactKind,
    /// As entered, phone numbers as E.164.
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    pub is_primary: bool,
    pub state: ContactState,
    /// The system of record it came from; such a contact cannot be removed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    pub version: i64,
}

/// A contact as entered; sent whole when adding and when changing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    pub kind: ContactKind,
    #[cfg_attr(feature = "openapi", schema(example = "082 123 4567"))]
    pub value: String,
    /// What it is: mobile, home, work, accounts department.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "mobile"))]
    pub label: Option<String>,
    /// The one to use first; the first of its kind always is.
    #[serde(default)]
    pub is_primary: bool,
    #[serde(default = "unverified")]
    pub state: ContactState,
}

fn unverified() -> ContactState {
    ContactState::Unverified
}

impl NewContact {
    pub fn of(kind: ContactKind, value: &str) -> Self {
        Self {
            kind,
            value: value.into(),
            label: None,
            is_primary: false,
            state: ContactState::Unverified,
        }
    }

    pub fn tidied(mut self) -> Self {
        self.value = self.value.trim().to_owned();
        // A label is one line.
        self.label = tidy(self.label.map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")));
        self
    }

    /// The value as stored and compared: E.164, folded e-mail, folded address. Errors: the flaw's code.
    pub fn normalised(&self, home: Option<Dialling>) -> Result<String, &'static str> {
        match self.kind {
            ContactKind::Phone => phone::normalise(&self.value, home).map_err(phone::PhoneFlaw::code),
            ContactKind::Email => Ok(self.value.trim().to_lowercase()),
            ContactKind::Postal => Ok(fold(&self.value)),
        }
    }

    /// Adds its flaws under a pointer such as `/debtor/contacts/0` (empty for the root).
    pub fn flaws_at(&self, flaws: &mut Flaws, base: &str, home: Option<Dialling>) {
        let at = format!("{base}/value");
        if self.value.trim().is_empty() {
            flaws.add(&at, "required");
        } else {
            match self.kind {
                ContactKind::Phone => {
                    if self.value.chars().count() > 60 {
                        flaws.add(&at, "too_long");
                    } else if let Err(code) = self.normalised(home) {
                        flaws.add(&at, code);
                    }
                }
                ContactKind::Email => {
                    flaws.email(&at, &self.value);
                }
                ContactKind::Postal => {
                    flaws.text(&at, &self.value, 500);
                }
            }
        }
        if let Some(label) = &self.label {
            flaws.optional_text(&format!("{base}/label"), label, 60);
        }
    }

    pub fn flaws(&self, home: Option<Dialling>) -> Flaws {
        let mut flaws = Flaws::default();
        self.flaws_at(&mut flaws, "", home);
        flaws
    }
}

/// Several addresses in one cell or field, split by `;`, `,` or a line break; blanks and repeats dropped (spec D16).
pub fn split_list(text: &str) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    text.split([';', ',', '\n', '\r'])
        .map(str::trim)
        .filter(|part| !part.is_empty() && seen.insert(part.to_lowercase()))
        .map(str::to_owned)
        .collect()
}

/// Whether a source is a system of record that feeds Kept. What a file import brought may be changed by hand.
pub fn is_integrated(source: Option<&str>) -> bool {
    source.is_some_and(|s| s.starts_with("integration:"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn several_addresses_in_one_cell_are_several() {
        assert_eq!(
            split_list("a@x.org; B@x.org,\r\n c@x.org ;; A@X.ORG"),
            ["a@x.org", "B@x.org", "c@x.org"]
        );
        assert!(split_list(" ;,\n").is_empty());
    }

    #[test]
    fn each_kind_has_its_own_rule() {
        let code = |kind, value: &str| {
            NewContact::of(kind, value)
                .flaws(Some(phone::ZA))
                .0
                .first()
                .map(|f| f.code.clone())
        };
        assert_eq!(code(ContactKind::Phone, "082 123 4567"), None);
        assert_eq!(code(ContactKind::Phone, "call me").as_deref(), Some("not_a_phone"));
        assert_eq!(code(ContactKind::Email, "a@b").as_deref(), Some("not_an_email"));
        assert_eq!(code(ContactKind::Postal, "1 Main Rd\n8001").as_deref(), None);
        assert_eq!(code(ContactKind::Postal, "  ").as_deref(), Some("required"));
    }

    proptest! {
        #[test]
        fn splitting_loses_no_address(parts in proptest::collection::vec("[a-z]{1,6}@[a-z]{1,6}\\.org", 0..6)) {
            let unique: std::collections::BTreeSet<_> = parts.iter().cloned().collect();
            let got: std::collections::BTreeSet<_> = split_list(&parts.join(" ;\n")).into_iter().collect();
            prop_assert_eq!(got, unique);
        }
    }
}
