//! References found in what people write into a payment: whole words only, blanks and marks between them forgiven.

use crate::text::fold;
use std::collections::HashMap;

/// Longest run of words joined to one reference (`UNIT 12 A` for `unit-12a`).
const RUN: usize = 5;

/// A reference in the form in which it is looked for: small letters and digits only.
pub fn key_of(reference: &str) -> String {
    fold(reference).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The words of a text and every run of neighbouring words, so that a reference is found however it is spaced, and
/// never inside a longer word or number.
#[derive(Debug, Default)]
pub struct Haystack {
    /// Key → how many words it was written in; the fewest.
    keys: HashMap<String, usize>,
    folded: String,
}

impl Haystack {
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for text in texts {
            let folded = fold(text);
            let words: Vec<&str> = folded
                .split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
                .take(400)
                .collect();
            for from in 0..words.len() {
                let mut key = String::new();
                for (count, word) in (1..=RUN).zip(words.iter().skip(from)) {
                    key.push_str(word);
                    if key.len() > 64 {
                        break;
                    }
                    // `5 12` is two numbers, not 512.
                    if count > 1 && key.bytes().all(|b| b.is_ascii_digit()) {
                        continue;
                    }
                    let kept = found.keys.entry(key.clone()).or_insert(count);
                    *kept = (*kept).min(count);
                }
            }
            found.folded.push_str(&folded);
            found.folded.push('\n');
        }
        found
    }
    /// Whether a reference, as [`key_of`] gives it, stands in the text as whole words.
    pub fn has(&self, key: &str) -> bool {
        !key.is_empty() && self.keys.contains_key(key)
    }
    /// Every word and run of words, to be looked up.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }
    /// The text in small letters, for names.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

/// Whether two spellings name one bank account: letters and digits alone count, and one may lead with a bank's own code.
/// Fewer than six of them name nothing.
pub fn same_account(a: &str, b: &str) -> bool {
    let bare = |s: &str| -> String {
        let kept = s.chars().filter(char::is_ascii_alphanumeric);
        kept.map(|c| c.to_ascii_uppercase()).collect()
    };
    let (a, b) = (bare(a), bare(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.len() >= 6 && long.ends_with(&short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reference_is_found_however_it_is_spaced_and_never_inside_another() {
        let text = Haystack::of(["Levy RV-0012/A march, thank you", "EREF 2001"]);
        for found in ["RV0012A", "rv-0012-a", "RV 0012/A", "march", "2001"] {
            assert!(text.has(&key_of(found)), "{found}");
        }
        for absent in ["0012a2001", "RV001", "V0012A", "0012Am", "RV12A", "200", "", "a2001"] {
            assert!(!text.has(&key_of(absent)), "{absent}");
        }
    }

    #[test]
    fn a_bank_account_is_known_by_its_digits() {
        assert!(same_account("62 00-9912", "62009912"));
        assert!(same_account("620099/12345678", "12345678"));
        assert!(same_account("za 99 kept 12345678", "12345678"));
        assert!(!same_account("12345678", "12345679"));
        assert!(!same_account("123456789", "12345678"));
        assert!(!same_account("5678", "12345678"), "too short to name anything");
        assert!(!same_account("", ""));
    }

    proptest! {
        #[test]
        fn a_reference_in_a_text_is_found(before in "[a-z ]{0,20}", reference in "[A-Z]{1,4}-?[0-9]{1,5}", after in "[a-z ]{0,20}") {
            let text = Haystack::of([format!("{before} {reference} {after}").as_str()]);
            prop_assert!(text.has(&key_of(&reference)));
        }
        #[test]
        fn a_longer_number_is_another_number(number in "[0-9]{4,8}", more in "[0-9a-z]{1,3}") {
            let text = Haystack::of([format!("pay {more}{number} x").as_str()]);
            prop_assert!(!text.has(&key_of(&number)));
        }
        #[test]
        fn any_text_is_taken(text in "\\PC{0,200}") {
            let stack = Haystack::of([text.as_str()]);
            prop_assert!(stack.keys().all(|k| k.len() <= 64));
        }
    }
}
