//! What stands in `:86:` and `:NS:`: the German numbered sub-fields, the slashed words of Dutch and SWIFT banks, or
//! plain text.

use super::{MAX_TEXT, account_number, clean, word};

/// The information lines of one movement, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub text: String,
    pub name: Option<String>,
    pub account: Option<String>,
    pub reference: Option<String>,
    pub end_to_end_id: Option<String>,
}

/// Words that begin a part of the SEPA texts in sub-fields 20 to 29 and 60 to 63.
const SEPA: [&str; 11] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "ABWE+", "COAM+", "OAMT+", "BREF+",
];

/// Words that begin a part of a slashed text.
const SLASHED: [&str; 18] = [
    "TRTP", "EREF", "PREF", "MARF", "CSID", "BENM", "ORDP", "NAME", "IBAN", "BIC", "REMI", "ISDT", "ADDR", "RTRN",
    "PURP", "ULTD", "ULTB", "ID",
];

pub(super) fn read(details: &[String]) -> Told {
    let mut told = Told::default();
    for detail in details {
        let part = match separator(detail) {
            Some(mark) => numbered(detail, mark),
            None if is_lines(detail) => lines(detail),
            None if detail.starts_with('/') && slashed_words(&joined(detail)).len() > 1 => slashed(&joined(detail)),
            None => plain(detail),
        };
        told.add(part);
    }
    told
}

impl Told {
    fn add(&mut self, more: Self) {
        if !more.text.is_empty() {
            let text = format!("{} {}", self.text, more.text);
            self.text = clean(&text, MAX_TEXT);
        }
        self.name = self.name.take().or(more.name);
        self.account = self.account.take().or(more.account);
        self.reference = self.reference.take().or(more.reference);
        self.end_to_end_id = self.end_to_end_id.take().or(more.end_to_end_id);
    }
}

/// Wrapped text: the lines belong together without a blank.
fn joined(detail: &str) -> String {
    detail.lines().map(|l| l.trim_end_matches('\r')).collect()
}

/// The mark of numbered sub-fields: three digits (or nothing), the mark, two digits.
fn separator(detail: &str) -> Option<char> {
    let mut chars = detail.chars();
    let code: String = chars.by_ref().take(3).collect();
    let mark = chars.next()?;
    let digits = code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit());
    let field = chars.take(2).filter(char::is_ascii_digit).count() == 2;
    (digits && field && matches!(mark, '?' | '>' | '<' | '~' | '!' | '+')).then_some(mark)
}

fn numbered(detail: &str, mark: char) -> Told {
    let text = joined(detail);
    let (mut told, mut use_text, mut name, mut kind) = (Told::default(), String::new(), String::new(), String::new());
    for part in text.split(mark).skip(1) {
        let Some((number, value)) = part.split_at_checked(2) else {
            continue;
        };
        let Ok(number) = number.parse::<u8>() else {
            // The mark itself stood in the text.
            use_text.push(mark);
            use_text.push_str(part);
            continue;
        };
        match number {
            0 => kind.push_str(value),
            20..=29 | 60..=63 => use_text.push_str(value),
            31 => told.account = account_number(value),
            32 | 33 => name.push_str(value),
            38 => told.account = account_number(value).or(told.account.take()),
            _ => {}
        }
    }
    told.name = word(&name);
    let parts = sepa_parts(&use_text);
    let part = |wanted: &str| parts.iter().find(|(k, _)| *k == wanted).map(|(_, v)| *v);
    told.end_to_end_id = part("EREF+").and_then(word);
    told.reference = part("KREF+").and_then(word);
    let said = part("SVWZ+").unwrap_or(&use_text);
    told.text = clean(if said.trim().is_empty() { &kind } else { said }, MAX_TEXT);
    told
}

/// The parts that begin with a known word; the words may be cut by a sub-field, which is joined by now.
fn sepa_parts(text: &str) -> Vec<(&'static str, &str)> {
    let mut starts: Vec<(usize, &'static str)> = SEPA
        .iter()
        .flat_map(|word| text.match_indices(word).map(|(at, _)| (at, *word)))
        .collect();
    starts.sort_unstable();
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|((at, word), end)| Some((*word, text.get(at + word.len()..end)?)))
        .collect()
}

/// Each line begins with the two digits of its sub-field (`:NS:`).
fn is_lines(detail: &str) -> bool {
    let mut all = detail.lines().map(str::trim_end).filter(|l| !l.is_empty()).peekable();
    all.peek().is_some()
        && detail.lines().count() > 1
        && all.all(|l| l.len() >= 2 && l.bytes().take(2).all(|b| b.is_ascii_digit()))
}

fn lines(detail: &str) -> Told {
    let (mut told, mut text, mut name) = (Told::default(), vec![], String::new());
    for line in detail.lines() {
        let Some((number, value)) = line.split_at_checked(2) else {
            continue;
        };
        match number.parse::<u8>() {
            Ok(1..=14 | 17) => text.push(value),
            Ok(15 | 16) => name.push_str(value),
            Ok(34) => told.account = account_number(value),
            Ok(_) | Err(_) => {}
        }
    }
    told.name = word(&name);
    told.text = clean(&text.join(" "), MAX_TEXT);
    told
}

/// `(word, value)` of `/WORD/value/WORD/value`.
fn slashed_words(text: &str) -> Vec<(&'static str, &str)> {
    let mut starts: Vec<(usize, &'static str)> = SLASHED
        .iter()
        .flat_map(|w| {
            text.match_indices(w).filter_map(|(at, _)| {
                let before = at.checked_sub(1).and_then(|b| text.as_bytes().get(b));
                (before == Some(&b'/') && text.as_bytes().get(at + w.len()) == Some(&b'/')).then_some((at, *w))
            })
        })
        .collect();
    starts.sort_unstable();
    let ends = starts.iter().skip(1).map(|(at, _)| at - 1).chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|((at, w), end)| {
            (
                *w,
                text.get(at + w.len() + 1..end).unwrap_or_default().trim_matches('/'),
            )
        })
        .collect()
}

fn slashed(text: &str) -> Told {
    let parts = slashed_words(text);
    let part = |wanted: &str| parts.iter().find(|(k, _)| *k == wanted).map(|(_, v)| *v);
    let said = part("REMI").filter(|t| !t.trim().is_empty()).unwrap_or(text);
    Told {
        text: clean(said, MAX_TEXT),
        name: part("NAME").and_then(word),
        account: part("IBAN").and_then(account_number).or_else(|| iban(text)),
        reference: part("PREF").and_then(word),
        end_to_end_id: part("EREF").and_then(word),
    }
}

fn plain(detail: &str) -> Told {
    let first = detail.lines().next().unwrap_or_default();
    let account = iban(detail);
    // Banks that begin with the other party's account write its name beside it.
    let name = account
        .as_ref()
        .and_then(|number| first.strip_prefix(number.as_str()))
        .and_then(word);
    Told {
        text: clean(detail, MAX_TEXT),
        name,
        account,
        ..Told::default()
    }
}

/// The first IBAN in a text: two letters, two digits, eleven to thirty letters or digits, and the check digits right.
pub(super) fn iban(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| (15..=34).contains(&word.len()) && is_iban(word))
        .map(str::to_owned)
}

fn is_iban(text: &str) -> bool {
    let shape = |(i, b): (usize, u8)| match i {
        0 | 1 => b.is_ascii_uppercase(),
        2 | 3 => b.is_ascii_digit(),
        _ => b.is_ascii_digit() || b.is_ascii_uppercase(),
    };
    if !text.bytes().enumerate().all(shape) {
        return false;
    }
    let (front, back) = text.split_at(4);
    let rest = back.bytes().chain(front.bytes()).fold(0_u32, |rest, b| {
        if b.is_ascii_digit() {
            (rest * 10 + u32::from(b - b'0')) % 97
        } else {
            (rest * 100 + u32::from(b - b'A') + 10) % 97
        }
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(detail: &str) -> Told {
        read(&[detail.to_owned()])
    }

    #[test]
    fn numbered_fields_are_joined_and_their_sepa_words_found() {
        let told = one(
            "166?00GUTSCHRIFT?100399?20EREF+EndToEndId TFNR 22 004?21 00001?22\nSVWZ+Rent unit 12?30DRESDEFF508?31DE1450880\n0500194785000?32KARL?33 KAUFMANN?34000",
        );
        assert_eq!(told.end_to_end_id.as_deref(), Some("EndToEndId TFNR 22 004 00001"));
        assert_eq!(told.text, "Rent unit 12");
        assert_eq!(told.name.as_deref(), Some("KARL KAUFMANN"));
        assert_eq!(told.account.as_deref(), Some("DE14508800500194785000"));
        assert_eq!(one("000>100987654321\n>20 HUUR>21 KANTOOR").text, "HUUR KANTOOR");
        assert_eq!(one("079?00SAMMLER?109800").text, "SAMMLER");
    }

    #[test]
    fn slashed_words_and_plain_texts_name_the_other_party() {
        let told = one("/BENM//NAME/CONTRA ACCOUN\nT HOLDER/REMI/Reference 201301234/ISDT/2013-01-02");
        assert_eq!(told.name.as_deref(), Some("CONTRA ACCOUNT HOLDER"));
        assert_eq!(told.text, "Reference 201301234");
        let told = one("/PT/FT/PY/SOMETHING FOO");
        assert_eq!(told.text, "/PT/FT/PY/SOMETHING FOO");
        let told = one("GB82WEST12345698765432 j botha\n\nLevy 12");
        assert_eq!(told.account.as_deref(), Some("GB82WEST12345698765432"));
        assert_eq!(told.name.as_deref(), Some("j botha"));
        assert_eq!(iban("GB83WEST12345698765432"), None);
        let told = one("01Verwendungszweck 1\n02more\n15Empf\n17Buchung\n1812345");
        assert_eq!(
            (told.text.as_str(), told.name.as_deref()),
            ("Verwendungszweck 1 more Buchung", Some("Empf"))
        );
    }
}
