//! Signing in: what travels, and the rules for passwords that the browser shows and the server enforces (spec A01).

use crate::flaws::Flaws;
use crate::ids::SessionId;
use crate::users::Me;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Shortest password, in characters.
pub const MIN_PASSWORD: usize = 10;
/// Longest password, in characters. Hashing is bounded by it.
pub const MAX_PASSWORD: usize = 128;
/// A sign-in attempt. `code` is asked for by the problem `totp-required`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// Six digits from the authenticator app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// What a sign-in or a refresh answers. The refresh token travels beside it in an HttpOnly cookie.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Bearer token of the API.
    pub access_token: String,
    /// When the access token stops working; refresh before.
    pub expires_at: DateTime<Utc>,
    pub me: Me,
}

/// Changes one's own password; every other session ends.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    pub current: String,
    pub new: String,
}

/// What an invitation or password link shows before a password is chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    pub email: String,
    pub first_name: String,
    pub organisation: String,
    pub expires_at: DateTime<Utc>,
    /// False for a first invitation, true for a link that replaces a forgotten password.
    pub is_reset: bool,
}

/// Accepts an invitation by choosing a password.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InvitationAnswer {
    pub password: String,
}

/// Asks for a link to choose a new password. The answer never says whether the address is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    pub email: String,
}

/// A new authenticator secret, shown once; it counts only after a code confirmed it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotpEnrolment {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://` link, for scanning or opening.
    pub uri: String,
    /// The link as a QR code: rows of `0` and `1`, one character per module.
    pub qr: Vec<String>,
}

/// Confirms an authenticator secret with a code from the app.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TotpConfirmation {
    pub code: String,
}

/// Turns the second factor off; asks for the password, since an unlocked screen must not be enough.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TotpRemoval {
    pub password: String,
}

/// One of the caller's own signed-in devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnSession {
    pub id: SessionId,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The session this request came with.
    pub is_current: bool,
}

/// The form an e-mail address is stored and compared in: trimmed, lower case.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// What is wrong with a password someone wants to choose, at `pointer`: `too_short`, `too_long`, `same_as_email`,
/// `too_common`, `too_simple`.
pub fn password_flaws(pointer: &str, password: &str, email: &str) -> Flaws {
    let mut flaws = Flaws::default();
    let length = password.chars().count();
    if length < MIN_PASSWORD {
        flaws.add(pointer, "too_short");
    } else if length > MAX_PASSWORD {
        flaws.add(pointer, "too_long");
    } else if is_email_like(password, email) {
        flaws.add(pointer, "same_as_email");
    } else if is_common(password) {
        flaws.add(pointer, "too_common");
    } else if is_simple(password) {
        flaws.add(pointer, "too_simple");
    }
    flaws
}

/// The address itself or its local part, with nothing but digits and signs around it.
fn is_email_like(password: &str, email: &str) -> bool {
    let email = normal_email(email);
    let password = password.trim().to_lowercase();
    let core = trim_signs(&password);
    let local = email.split('@').next().unwrap_or_default();
    !email.is_empty() && (password == email || (local.len() > 2 && core == trim_signs(local)))
}

/// Fewer than five different characters, or one run up or down the alphabet or the digits.
fn is_simple(password: &str) -> bool {
    let chars: Vec<char> = password.to_lowercase().chars().collect();
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    let step = |up: bool| {
        chars.windows(2).all(|pair| {
            let (a, b) = if up { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
            u32::from(a) + 1 == u32::from(b) || (a == '9' && b == '0')
        })
    };
    different.len() < 5 || step(true) || step(false)
}

/// Words that open lists of leaked passwords; digits, signs and look-alike letters around them do not help.
const COMMON: &[&str] = &[
    "password",
    "passphrase",
    "passwort",
    "wagwoord",
    "motdepasse",
    "contrasena",
    "senha",
    "secret",
    "welcome",
    "letmein",
    "letmeinplease",
    "qwerty",
    "qwertyuiop",
    "qwertyuio",
    "qwertz",
    "qwertzuiop",
    "azerty",
    "azertyuiop",
    "asdfghjkl",
    "asdfghjkli",
    "zxcvbnm",
    "qazwsx",
    "qazwsxedc",
    "qazxsw",
    "iloveyou",
    "princess",
    "sunshine",
    "football",
    "baseball",
    "superman",
    "batman",
    "dragon",
    "monkey",
    "master",
    "shadow",
    "michael",
    "jennifer",
    "trustno",
    "starwars",
    "whatever",
    "computer",
    "internet",
    "administrator",
    "admin",
    "adminadmin",
    "root",
    "guest",
    "default",
    "changeme",
    "changeit",
    "changemenow",
    "temporary",
    "temp",
    "testtest",
    "testing",
    "test",
    "abc",
    "abcd",
    "abcdef",
    "abcdefgh",
    "abcabc",
    "hello",
    "helloworld",
    "freedom",
    "liverpool",
    "arsenal",
    "chelsea",
    "manchester",
    "springbok",
    "springboks",
    "proteas",
    "bafana",
    "johannesburg",
    "capetown",
    "pretoria",
    "durban",
    "southafrica",
    "jesus",
    "jesuschrist",
    "blessed",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "summer",
    "winter",
    "spring",
    "autumn",
    "monday",
    "friday",
    "company",
    "business",
    "office",
    "kept",
    "keptkept",
    "collect",
    "collections",
    "debtcollector",
    "attorney",
    "lawyer",
];

fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let letters: String = trim_signs(&lower)
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            c => c,
        })
        .collect();
    let twice = |word: &str| letters.len() == word.len() * 2 && letters.starts_with(word) && letters.ends_with(word);
    COMMON
        .iter()
        .any(|word| letters == *word || twice(word) || trim_signs(&lower) == *word)
        || (letters.is_empty() && is_simple(password))
        || matches!(
            lower.as_str(),
            "1q2w3e4r5t" | "1qaz2wsx3edc" | "q1w2e3r4t5" | "1234512345" | "1212121212"
        )
}

fn trim_signs(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphabetic() && c != '@' && c != '$')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flaw(password: &str) -> Option<String> {
        password_flaws("/password", password, "Thandi.Nkosi@example.org")
            .0
            .first()
            .map(|f| f.code.clone())
    }

    #[test]
    fn refused_passwords_say_why() {
        for (password, code) in [
            ("", "too_short"),
            ("ninechars", "too_short"),
            ("thandi.nkosi@example.org", "same_as_email"),
            ("Thandi.Nkosi2026!", "same_as_email"),
            ("Password123!", "too_common"),
            ("P@ssw0rd2026", "too_common"),
            ("qwertyuiop", "too_common"),
            ("welcomewelcome", "too_common"),
            ("November2026", "too_common"),
            ("1234567890", "too_common"),
            ("aaaaaaaaaaaa", "too_simple"),
            ("abcdefghijkl", "too_simple"),
            ("abababababab", "too_simple"),
        ] {
            assert_eq!(flaw(password).as_deref(), Some(code), "{password}");
        }
        assert_eq!(flaw(&"x".repeat(129)).as_deref(), Some("too_long"));
    }

    #[test]
    fn good_passwords_pass_with_any_characters() {
        for password in [
            "correct horse battery",
            "ééçàü-ñß-øåæ",
            "gr8 tasting soup",
            "Jacaranda-in-Oktober",
            "日本語のパスワードです",
        ] {
            assert_eq!(flaw(password), None, "{password}");
        }
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(flaw("éàüñßøåæç").as_deref(), Some("too_short"));
    }

    proptest! {
        #[test]
        fn any_text_gets_at_most_one_flaw_and_never_panics(password in ".*", email in ".*") {
            prop_assert!(password_flaws("/p", &password, &email).0.len() <= 1);
        }
        #[test]
        fn signs_around_a_common_word_do_not_save_it(word in 0..COMMON.len(), tail in "[0-9!#%]{8,12}") {
            let password = format!("{}{tail}", COMMON[word]);
            prop_assert!(!password_flaws("/p", &password, "a@b.org").is_empty(), "{}", password);
        }
    }
}
