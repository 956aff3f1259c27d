//! Phone numbers: any spelling in, E.164 out (`+27821234567`).
//!
//! South Africa is known in detail (it is where the first books come from); other countries by E.164's own rules: a
//! country code, at most 15 digits, national numbers only where the community's country is known.

/// The country whose national numbers a community writes without a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialling {
    /// Country code without `+`.
    pub country: &'static str,
    /// What is dialled before a national number inside the country and dropped after the country code.
    pub trunk: &'static str,
    /// Digits of a national number without the trunk prefix: least and most.
    pub national: (usize, usize),
}

/// South Africa (ICASA numbering plan: nine digits after the 0).
pub const ZA: Dialling = Dialling {
    country: "27",
    trunk: "0",
    national: (9, 9),
};

impl Dialling {
    /// The country a currency belongs to; none for currencies of several countries.
    pub const fn of(currency: crate::money::Currency) -> Option<Self> {
        use crate::money::Currency as C;
        let (country, trunk, national) = match currency {
            C::Zar => return Some(ZA),
            C::Usd | C::Cad => ("1", "1", (10, 10)),
            C::Gbp => ("44", "0", (9, 10)),
            C::Aud => ("61", "0", (9, 9)),
            C::Nzd => ("64", "0", (8, 10)),
            C::Chf => ("41", "0", (9, 9)),
            C::Nad => ("264", "0", (8, 9)),
            C::Bwp => ("267", "", (7, 8)),
            C::Kes => ("254", "0", (9, 9)),
            C::Jpy => ("81", "0", (9, 10)),
            C::Eur => return None,
        };
        Some(Self {
            country,
            trunk,
            national,
        })
    }
}

/// Why a text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneFlaw {
    /// Letters or signs that no number holds.
    NotANumber,
    TooShort,
    TooLong,
    /// A national number where the country is unknown, or that no number of the country begins with.
    UnknownCountry,
}

impl PhoneFlaw {
    /// The flaw's code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotANumber => "not_a_phone",
            Self::TooShort => "phone_too_short",
            Self::TooLong => "phone_too_long",
            Self::UnknownCountry => "phone_needs_country_code",
        }
    }
}

/// E.164 of a number in any usual spelling. `home` is the country of numbers written without a code.
///
/// Errors: see [`PhoneFlaw`]. An extension (`x12`, `ext 12`) is refused rather than dropped: it could not be dialled.
pub fn normalise(input: &str, home: Option<Dialling>) -> Result<String, PhoneFlaw> {
    let trimmed = without_label(input);
    let mut digits = String::with_capacity(16);
    let mut international = false;
    // `+27 (0)82…`: the bracketed trunk zero is not part of the international number.
    let text = if trimmed.starts_with('+') || trimmed.starts_with("00") {
        trimmed.replacen("(0)", "", 1)
    } else {
        trimmed.to_owned()
    };
    for (at, c) in text.chars().enumerate() {
        match c {
            '+' if at == 0 || (at == 1 && text.starts_with('(')) => international = true,
            c if c.is_ascii_digit() => digits.push(c),
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}'..='\u{2014}' | '.' | '/' | '(' | ')' => {}
            _ => return Err(PhoneFlaw::NotANumber),
        }
    }
    if digits.is_empty() {
        return Err(PhoneFlaw::NotANumber);
    }
    if !international && let Some(rest) = digits.strip_prefix("00") {
        digits = rest.to_owned();
        international = true;
    }
    if !international {
        digits = from_national(&digits, home)?;
    }
    check(&digits)?;
    Ok(format!("+{digits}"))
}

/// What people write before or behind a number to say what it is.
const LABELS: [&str; 16] = [
    "mobile", "cell", "phone", "work", "home", "office", "tel", "mob", "ph", "cel", "fax", "w", "h", "c", "m", "t",
];

/// `Cell: 071 123 4567` and `071 123 4567 (w)` without their labels.
fn without_label(input: &str) -> &str {
    let is_label = |text: &str| {
        let word = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '.' | '(' | ')' | '-'));
        LABELS.iter().any(|label| word.eq_ignore_ascii_case(label))
    };
    let text = input.trim();
    let begin = text.find(|c: char| c.is_ascii_digit() || c == '+').unwrap_or(0);
    // An opening bracket right before the number belongs to it: `(082) …`.
    let begin = if text[..begin].ends_with('(') { begin - 1 } else { begin };
    let text = if is_label(&text[..begin]) { &text[begin..] } else { text };
    let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |at| at + 1);
    if is_label(&text[end..]) { &text[..end] } else { text }
}

/// A number without `+`: national by length, or international whose `+` was lost (spreadsheets do that).
fn from_national(digits: &str, home: Option<Dialling>) -> Result<String, PhoneFlaw> {
    let Some(home) = home else {
        return Err(PhoneFlaw::UnknownCountry);
    };
    let (least, most) = home.national;
    let fits = |n: &str| (least..=most).contains(&n.len());
    if !home.trunk.is_empty()
        && let Some(national) = digits.strip_prefix(home.trunk)
        && fits(national)
    {
        return Ok(format!("{}{national}", home.country));
    }
    if let Some(national) = digits.strip_prefix(home.country)
        && fits(national)
    {
        return Ok(digits.to_owned());
    }
    // A leading zero is the first thing a spreadsheet takes away: 821234567.
    if fits(digits) && !digits.starts_with('0') {
        return Ok(format!("{}{digits}", home.country));
    }
    Err(match digits.len() {
        n if n < least => PhoneFlaw::TooShort,
        n if n > most + home.country.len().max(home.trunk.len()) => PhoneFlaw::TooLong,
        _ => PhoneFlaw::UnknownCountry,
    })
}

/// E.164: at most 15 digits; the shortest national numbers in use make 7 with their country code.
fn check(digits: &str) -> Result<(), PhoneFlaw> {
    if digits.starts_with('0') {
        return Err(PhoneFlaw::UnknownCountry);
    }
    if digits.len() < 7 {
        return Err(PhoneFlaw::TooShort);
    }
    if digits.len() > 15 {
        return Err(PhoneFlaw::TooLong);
    }
    if let Some(national) = digits.strip_prefix(ZA.country) {
        match national.len() {
            0..=8 => return Err(PhoneFlaw::TooShort),
            9 => {}
            // Machine-to-machine ranges have more digits; nobody is called there.
            _ => return Err(PhoneFlaw::TooLong),
        }
        if national.starts_with('0') {
            return Err(PhoneFlaw::UnknownCountry);
        }
    }
    Ok(())
}

/// The digits to look for when somebody types a number in any spelling, or `None` when the text is not one. Leading
/// zeros and plus signs go, since stored numbers begin with the country code.
pub fn search_digits(query: &str) -> Option<String> {
    if query.chars().any(|c| c.is_alphabetic() || c == '@') {
        return None;
    }
    let text = query.trim().replacen("(0)", "", 1);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    (digits.len() >= 4).then(|| digits.to_owned())
}

/// How a number reads best: South African numbers in their own grouping, others as E.164.
pub fn display(e164: &str) -> String {
    match e164.strip_prefix("+27") {
        Some(n) if n.len() == 9 && n.is_ascii() => format!("+27 {} {} {}", &n[..2], &n[2..5], &n[5..]),
        Some(_) | None => e164.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;

    #[test]
    fn every_spelling_of_one_number_is_one_number() {
        for spelling in [
            "0821234567",
            "082 123 4567",
            "(082) 123-4567",
            "+27 82 123 4567",
            "+27 (0)82 123 4567",
            "0027 82 123 4567",
            "27821234567",
            "821234567",
            "082\u{a0}123\u{2011}4567",
            "tel:+27-82-123-4567",
            "Cell: (082) 123 4567",
            "082 123 4567 (w)",
        ] {
            assert_eq!(
                normalise(spelling, Some(ZA)).as_deref(),
                Ok("+27821234567"),
                "{spelling}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_reason() {
        for (text, flaw) in [
            ("", PhoneFlaw::NotANumber),
            ("n/a", PhoneFlaw::NotANumber),
            ("071 123 4567 / 071 123 4568", PhoneFlaw::TooLong),
            ("082 123 456", PhoneFlaw::TooShort),
            ("082 123 4567 x12", PhoneFlaw::NotANumber),
            ("082 123 45678", PhoneFlaw::UnknownCountry),
            ("+27 82 123 456", PhoneFlaw::TooShort),
            ("+27 82 123 45678", PhoneFlaw::TooLong),
            ("+0821234567", PhoneFlaw::UnknownCountry),
            ("+1234567890123456", PhoneFlaw::TooLong),
            ("12+34567890", PhoneFlaw::NotANumber),
        ] {
            let got = normalise(text, Some(ZA));
            assert!(got.is_err(), "{text}: {got:?}");
            if text != "082 123 456" {
                assert_eq!(got, Err(flaw), "{text}");
            }
        }
        assert_eq!(normalise("0821234567", None), Err(PhoneFlaw::UnknownCountry));
    }

    #[test]
    fn other_countries_follow_their_trunk_prefix() {
        let of = |c| Dialling::of(c);
        assert_eq!(
            normalise("(212) 555-0123", of(Currency::Usd)).as_deref(),
            Ok("+12125550123")
        );
        assert_eq!(
            normalise("1-212-555-0123", of(Currency::Usd)).as_deref(),
            Ok("+12125550123")
        );
        assert_eq!(
            normalise("020 7946 0018", of(Currency::Gbp)).as_deref(),
            Ok("+442079460018")
        );
        assert_eq!(
            normalise("+49 30 901820", of(Currency::Eur)).as_deref(),
            Ok("+4930901820")
        );
        assert_eq!(
            normalise("030 901820", of(Currency::Eur)),
            Err(PhoneFlaw::UnknownCountry)
        );
    }

    #[test]
    fn searching_ignores_how_a_number_is_written() {
        for q in [
            "082 123 4567",
            "+27 82 123 4567",
            "82-123-4567",
            "1234567",
            "+27 (0)82 123",
        ] {
            let digits = search_digits(q).unwrap();
            assert!("27821234567".contains(&digits), "{q} gave {digits}");
        }
        assert_eq!(search_digits("A101"), None);
        assert_eq!(search_digits("101"), None);
    }

    /// Numbers with an independent verdict, where the shared data folder is present.
    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn international_numbers_of_the_reference_list_are_understood() {
        let root = std::env::var("KEPT_SHARED_DATA").map_or_else(
            |_| std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
            Into::into,
        );
        let Ok(text) = std::fs::read_to_string(root.join("contacts/phones.csv")) else {
            eprintln!("SKIPPED: contacts/phones.csv is not there (set KEPT_SHARED_DATA)");
            return;
        };
        let (mut tried, mut home_tried) = (0, 0);
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let [region, _, input, default, e164, valid, _] = cells[..] else {
                continue;
            };
            if valid != "yes" {
                assert!(region != "ZA" || normalise(input, Some(ZA)).is_err(), "{line}");
                continue;
            }
            if input.starts_with('+') && !input.contains("ext") && e164.len() >= 8 {
                assert_eq!(normalise(input, None).as_deref(), Ok(e164), "{line}");
                tried += 1;
            }
            if region == "ZA" && default == "ZA" {
                assert_eq!(normalise(input, Some(ZA)).as_deref(), Ok(e164), "{line}");
                home_tried += 1;
            }
        }
        assert!(tried > 200, "only {tried} numbers tried");
        assert!(home_tried > 0);
    }

    proptest! {
        #[test]
        fn what_comes_out_goes_in_again(text in "[+0-9 ()./-]{0,22}") {
            if let Ok(e164) = normalise(&text, Some(ZA)) {
                prop_assert_eq!(normalise(&e164, None), Ok(e164.clone()));
                prop_assert!(e164.len() <= 16 && e164[1..].bytes().all(|b| b.is_ascii_digit()));
                prop_assert_eq!(normalise(&display(&e164), None), Ok(e164));
            }
        }
        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,30}") {
            let _ = normalise(&text, Some(ZA));
            let _ = search_digits(&text);
            let _ = display(&text);
        }
    }
}
