//! Finding a customer by whatever is known: what a typed text may be, and how well something fits it. Pure, so that the
//! order of hits is decided in one place.

use crate::accounts::{CustomerType, Standing};
use crate::ids::{AccountId, ClaimId, CommunityId, UnitId};
use crate::money::Currency;
use crate::phone::{self, Dialling};
use crate::text::fold;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Fewest and most characters of what is searched for.
pub const MIN_QUERY: usize = 2;
pub const MAX_QUERY: usize = 200;
/// Most hits of an answer.
pub const MAX_HITS: usize = 20;
/// Fewest digits that are taken for the end of a number.
pub const MIN_DIGITS: usize = 6;

crate::text_enum! {
    /// What of a thing matched. In the order of weight, where several match equally well.
    pub enum MatchKind {
        Reference = "reference",
        Phone = "phone",
        Claim = "claim",
        Email = "email",
        PaymentReference = "payment_reference",
        /// Its id in the system it came from.
        SourceId = "source_id",
        Name = "name",
        Unit = "unit",
        /// A searchable custom field of the customer, or of a unit the customer owns.
        Field = "field",
    }
}

crate::text_enum! {
    /// How well it matched, best first.
    pub enum Closeness {
        /// It is what was typed.
        Exact = "exact",
        /// It begins with what was typed; a number ends with it.
        Prefix = "prefix",
        /// Words of it do.
        Word = "word",
        Contains = "contains",
    }
}

crate::text_enum! {
    /// What was found.
    pub enum HitKind {
        Account = "account",
        Unit = "unit",
        Claim = "claim",
    }
}

/// What to search for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SearchFilter {
    /// Words of a name, a reference, a payment reference, an id in another system, a unit, an e-mail address, a claim, a
    /// searchable custom field, or a phone number in any spelling (at least its last 6 digits). 2 to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(required, min_length = 2, max_length = 200))]
    pub q: String,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchHit {
    pub what: HitKind,
    /// What of it matched, how well, and the value that did.
    pub matched: MatchKind,
    pub closeness: Closeness,
    pub value: String,
    /// The customer: the one found, a claim's, or a unit's owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_id: Option<ClaimId>,
    /// The customer's name; a unit without an owner in reach has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The customer's reference, the unit's code, the claim's reference.
    pub reference: String,
    pub community_id: CommunityId,
    pub community_name: String,
    /// Codes of the units the customer owns now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_label: Option<String>,
    /// Of customers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_type: Option<CustomerType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// What a search found, best first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchAnswer {
    pub hits: Vec<SearchHit>,
    /// There are more than are listed: more letters narrow it down.
    pub has_more: bool,
}

/// Why a value fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub closeness: Closeness,
    pub matched: MatchKind,
    pub value: String,
}

/// A typed text and all it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    folded: String,
    written: String,
    lower: String,
    phones: Vec<String>,
    digits: Option<String>,
}

impl Typed {
    /// Reads what somebody typed. Errors: `too_short`, `too_long`.
    pub fn read(q: &str) -> Result<Self, &'static str> {
        if q.chars().count() > MAX_QUERY {
            return Err("too_long");
        }
        let folded = fold(q);
        if folded.chars().count() < MIN_QUERY {
            return Err("too_short");
        }
        let digits = phone::search_digits(q).filter(|d| d.len() >= MIN_DIGITS);
        Ok(Self {
            folded,
            written: q.trim().to_owned(),
            lower: q.trim().to_lowercase(),
            phones: phones(q),
            digits,
        })
    }
    /// In the form texts are searched.
    pub fn folded(&self) -> &str {
        &self.folded
    }
    /// Trimmed, else as it was typed.
    pub fn written(&self) -> &str {
        &self.written
    }
    /// Whether it is part of an e-mail address or the digits of a number: what is looked up whole or by its
    /// beginning and end, and not among the words of names.
    pub fn is_contact(&self) -> bool {
        self.digits.is_some() || self.written.contains('@')
    }
    /// Trimmed, in lower case, with its accents: as references are compared.
    pub fn lower(&self) -> &str {
        &self.lower
    }
    /// The numbers it may be, in E.164: a national spelling is one number in each country Kept knows.
    pub fn phones(&self) -> &[String] {
        &self.phones
    }
    /// The digits a number may end with.
    pub fn digits(&self) -> Option<&str> {
        self.digits.as_deref()
    }

    /// How well a value fits, if it does. Numbers are compared as E.164.
    pub fn closeness(&self, kind: MatchKind, value: &str) -> Option<Closeness> {
        match kind {
            MatchKind::Phone => self.of_number(value),
            MatchKind::Reference
            | MatchKind::Claim
            | MatchKind::Email
            | MatchKind::PaymentReference
            | MatchKind::SourceId
            | MatchKind::Name
            | MatchKind::Unit
            | MatchKind::Field => self.of_text(&fold(value)),
        }
    }

    fn of_number(&self, e164: &str) -> Option<Closeness> {
        if self.phones.iter().any(|p| p == e164) {
            return Some(Closeness::Exact);
        }
        let digits = self.digits.as_deref()?;
        if e164.ends_with(digits) {
            Some(Closeness::Prefix)
        } else {
            e164.contains(digits).then_some(Closeness::Contains)
        }
    }

    fn of_text(&self, value: &str) -> Option<Closeness> {
        if value == self.folded {
            return Some(Closeness::Exact);
        }
        if value.starts_with(&self.folded) {
            return Some(Closeness::Prefix);
        }
        let begins = |word: &str| value.starts_with(word) || value.contains(&format!(" {word}"));
        let mut words = self.folded.split(' ');
        if words.clone().all(begins) {
            return Some(Closeness::Word);
        }
        words.all(|word| value.contains(word)).then_some(Closeness::Contains)
    }

    /// The best reason among a thing's values; `None` when none fits. Words may be spread over several values (a name and
    /// a unit): then the value with the longest of the words is the reason.
    pub fn best<'v>(&self, values: impl Iterator<Item = (MatchKind, &'v str)> + Clone) -> Option<Reason> {
        let reason = |closeness, matched, value: &str| Reason {
            closeness,
            matched,
            value: value.to_owned(),
        };
        let whole = values
            .clone()
            .filter_map(|(kind, value)| Some((self.closeness(kind, value)?, kind, value)))
            .min_by_key(|(closeness, kind, _)| (*closeness, *kind));
        if let Some((closeness, kind, value)) = whole {
            return Some(reason(closeness, kind, value));
        }
        let holds = |word: &str| values.clone().find(|(_, value)| fold(value).contains(word));
        let mut found = vec![];
        for word in self.folded.split(' ') {
            found.push((word.chars().count(), holds(word)?));
        }
        // Of words of the same length the first.
        let (_, (kind, value)) = found.into_iter().rev().max_by_key(|(length, _)| *length)?;
        Some(reason(Closeness::Contains, kind, value))
    }
}

fn phones(q: &str) -> Vec<String> {
    let mut homes: Vec<Option<Dialling>> = Currency::ALL.iter().map(|c| Dialling::of(*c)).collect();
    homes.push(None);
    let all: BTreeSet<String> = homes
        .into_iter()
        .filter_map(|home| phone::normalise(q, home).ok())
        .collect();
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(q: &str) -> Typed {
        Typed::read(q).unwrap()
    }

    #[test]
    fn a_text_is_searched_for_from_two_characters_on() {
        assert_eq!(Typed::read(""), Err("too_short"));
        assert_eq!(Typed::read("  a  "), Err("too_short"));
        assert_eq!(Typed::read("ø"), Err("too_short"));
        assert!(Typed::read("A1").is_ok());
        assert!(Typed::read(&"x".repeat(200)).is_ok());
        assert_eq!(Typed::read(&"x".repeat(201)), Err("too_long"));
    }

    #[test]
    fn every_spelling_of_a_number_fits_it_exactly() {
        for q in [
            "082 123 4567",
            "(082) 123-4567",
            "+27 82 123 4567",
            "+27 (0)82 123 4567",
            "0027821234567",
            "27821234567",
            "821234567",
        ] {
            assert_eq!(
                typed(q).closeness(MatchKind::Phone, "+27821234567"),
                Some(Closeness::Exact),
                "{q}"
            );
        }
    }

    #[test]
    fn the_last_digits_fit_from_six_on() {
        let of = |q: &str| typed(q).closeness(MatchKind::Phone, "+27821234567");
        assert_eq!(of("123 4567"), Some(Closeness::Prefix));
        assert_eq!(of("234567"), Some(Closeness::Prefix));
        assert_eq!(of("34567"), None);
        assert_eq!(of("8212345"), Some(Closeness::Contains));
        assert_eq!(of("7654321"), None);
        // A reference with digits in it is no number.
        assert_eq!(of("A234567"), None);
    }

    #[test]
    fn a_text_fits_as_a_whole_then_as_a_beginning_then_by_words_then_anywhere() {
        let of = |q: &str| typed(q).closeness(MatchKind::Name, "Thandi Mokoéna");
        assert_eq!(of("thandi mokoena"), Some(Closeness::Exact));
        assert_eq!(of("THANDI m"), Some(Closeness::Prefix));
        assert_eq!(of("mokoéna thandi"), Some(Closeness::Word));
        assert_eq!(of("koena"), Some(Closeness::Contains));
        assert_eq!(of("thandi dlamini"), None);
    }

    #[test]
    fn the_best_value_is_the_reason() {
        let values = [
            (MatchKind::Name, "Acacia Trust"),
            (MatchKind::Unit, "A-101"),
            (MatchKind::Reference, "ACACIA"),
        ];
        let best = |q: &str| typed(q).best(values.into_iter()).map(|r| (r.matched, r.value));
        assert_eq!(best("acacia"), Some((MatchKind::Reference, "ACACIA".into())));
        assert_eq!(best("a-101"), Some((MatchKind::Unit, "A-101".into())));
        assert_eq!(best("trust"), Some((MatchKind::Name, "Acacia Trust".into())));
        // The words stand in two values.
        assert_eq!(best("trust a-101"), Some((MatchKind::Name, "Acacia Trust".into())));
        assert_eq!(best("trust b-101"), None);
        assert_eq!(best("100%"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_there_is_found_by_itself(value in "[A-Za-zéø0-9 .@-]{2,30}") {
            if let Ok(typed) = Typed::read(&value) {
                prop_assert_eq!(typed.closeness(MatchKind::Name, &value), Some(Closeness::Exact));
                prop_assert!(typed.best([(MatchKind::Email, value.as_str())].into_iter()).is_some());
            }
        }
        #[test]
        fn the_beginning_of_a_text_finds_it_as_such(value in "[a-z ]{6,20}", cut in 2_usize..6) {
            let value = fold(&value);
            if let Some(typed) = value.get(..cut).and_then(|q| Typed::read(q).ok()) {
                prop_assert!(typed.closeness(MatchKind::Name, &value).is_some_and(|c| c <= Closeness::Prefix));
            }
        }
        #[test]
        fn the_end_of_a_number_finds_it_however_it_is_written(number in "[1-9][0-9]{8}", from in 0_usize..4) {
            let (e164, end) = (format!("+27{number}"), &number[from..]);
            if !end.starts_with('0') {
                let spaced: String = end.chars().flat_map(|c| [c, ' ']).collect();
                for q in [&*spaced, end] {
                    prop_assert!(typed(q).closeness(MatchKind::Phone, &e164).is_some_and(|c| c <= Closeness::Prefix));
                }
            }
        }
        #[test]
        fn nothing_typed_makes_it_panic(q in "\\PC{0,30}", value in "\\PC{0,30}") {
            if let Ok(typed) = Typed::read(&q) {
                for kind in MatchKind::ALL {
                    let _ = typed.closeness(*kind, &value);
                }
                let _ = typed.best([(MatchKind::Name, value.as_str())].into_iter());
            }
        }
    }
}
