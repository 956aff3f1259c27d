//! Reads bank statements: MT940, CAMT.052/053/054, OFX 1 and 2, and CSV under a mapping (spec R01, R07). Pure: text in,
//! statements out. The files are strangers: everything is bounded, and what cannot be read is refused with a code and
//! the line it stands in, never with a panic.
//!
//! Amounts stay exact decimals in the bank's own currency code until they are stored; a credit to the account is positive.

pub mod camt;
pub mod csv;
pub mod mt940;
mod mt940_text;
pub mod ofx;
mod tree;

use chrono::NaiveDate;
use kept_shared::bank_statements::{BankFormat, MAX_LINES, MAX_STATEMENTS};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Longest text kept of one line of a statement, in characters.
const MAX_TEXT: usize = 2_000;
/// Longest reference, name or number kept, in characters.
const MAX_WORD: usize = 140;

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} in line {line:?}")]
pub struct Fault {
    /// Stable code, for example `not_a_statement`.
    pub code: &'static str,
    /// Line of the file, from 1, where that is known.
    pub line: Option<u32>,
    /// What stands there, or what the bank itself says; short.
    pub found: Option<String>,
}

impl Fault {
    pub const fn of(code: &'static str) -> Self {
        Self {
            code,
            line: None,
            found: None,
        }
    }
    pub const fn at(code: &'static str, line: u32) -> Self {
        Self {
            code,
            line: Some(line),
            found: None,
        }
    }
    pub fn found(self, text: &str) -> Self {
        Self {
            found: Some(clean(text, 60)),
            ..self
        }
    }
}

/// What a reader noticed and did not refuse: shown beside the statement.
pub type Remarks = BTreeMap<&'static str, u32>;

/// A balance as the bank states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Positive: money in the account.
    pub amount: Decimal,
    pub on: Option<NaiveDate>,
    /// ISO code; absent where the file leaves it out.
    pub currency: Option<String>,
}

/// One movement on the bank account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Line of the file it begins in, from 1.
    pub at: u32,
    pub booked_on: NaiveDate,
    pub value_on: Option<NaiveDate>,
    /// Positive: money came in.
    pub amount: Decimal,
    /// Where it differs from the statement's.
    pub currency: Option<String>,
    pub reference: Option<String>,
    pub end_to_end_id: Option<String>,
    pub counterparty_name: Option<String>,
    pub counterparty_account: Option<String>,
    pub text: String,
    /// The bank's code of the kind of movement.
    pub code: Option<String>,
    /// The bank's own id of the movement.
    pub bank_id: Option<String>,
    /// The bank says that it takes back an earlier movement.
    pub is_reversal: bool,
    /// Announced, not booked.
    pub is_pending: bool,
    /// Balance after the line, where the file says it.
    pub balance: Option<Decimal>,
}

/// One statement of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// IBAN or number as the bank writes it, without blanks.
    pub account: Option<String>,
    pub currency: Option<String>,
    /// The bank's own number of the statement.
    pub number: Option<String>,
    pub opening: Option<Balance>,
    pub closing: Option<Balance>,
    pub lines: Vec<Line>,
    pub remarks: Remarks,
}

/// Whether opening + lines = closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Balances,
    /// What is missing to the closing balance: closing − (opening + lines).
    Off(Decimal),
    /// Opening and closing are in different currencies, or a line in another one than they.
    Currencies,
    /// One of the two balances is not in the file.
    Unknown,
}

impl Statement {
    /// Sum of the booked lines.
    pub fn net(&self) -> Decimal {
        self.booked().map(|l| l.amount).sum()
    }
    /// Sum of what came in.
    pub fn credits(&self) -> Decimal {
        self.booked().map(|l| l.amount).filter(|a| a.is_sign_positive()).sum()
    }
    /// Sum of what went out, negative.
    pub fn debits(&self) -> Decimal {
        self.booked().map(|l| l.amount).filter(|a| a.is_sign_negative()).sum()
    }
    fn booked(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|l| !l.is_pending)
    }
    /// Whether opening + lines = closing.
    pub fn check(&self) -> Check {
        let (Some(opening), Some(closing)) = (&self.opening, &self.closing) else {
            return Check::Unknown;
        };
        let one = |other: &Option<String>| other.is_none() || *other == self.currency;
        if !one(&opening.currency) || !one(&closing.currency) || !self.booked().all(|l| one(&l.currency)) {
            return Check::Currencies;
        }
        let off = closing.amount - opening.amount - self.net();
        if off.is_zero() {
            Check::Balances
        } else {
            Check::Off(off)
        }
    }
    fn remark(&mut self, code: &'static str) {
        *self.remarks.entry(code).or_default() += 1;
    }
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub format: BankFormat,
    pub statements: Vec<Statement>,
}

/// The kind of file by what it begins with, never by its name. `None`: a table, or nothing known.
pub fn sniff(text: &str) -> Option<BankFormat> {
    let head: String = text.chars().take(4_000).collect();
    let upper = head.trim_start_matches('\u{feff}').trim_start().to_ascii_uppercase();
    if upper.starts_with("OFXHEADER") || upper.contains("<OFX>") {
        return Some(BankFormat::Ofx);
    }
    if upper.starts_with("<?XML") || upper.starts_with("<DOCUMENT") || upper.contains(":XSD:CAMT.05") {
        return Some(BankFormat::Camt);
    }
    mt940::looks_like(text).then_some(BankFormat::Mt940)
}

/// Reads a statement in one of the banks' own formats. Errors: the fault with its line.
pub fn read(text: &str) -> Result<Read, Fault> {
    if let Some(at) = text.find('\0') {
        return Err(Fault::at("binary", line_of(text, at)));
    }
    let format = sniff(text).ok_or(Fault::of("not_a_statement"))?;
    let statements = match format {
        BankFormat::Mt940 => mt940::read(text)?,
        BankFormat::Camt => camt::read(text)?,
        BankFormat::Ofx => ofx::read(text)?,
        BankFormat::Csv => return Err(Fault::of("not_a_statement")),
    };
    bounded(&statements)?;
    Ok(Read { format, statements })
}

/// The limits that hold for every format.
pub fn bounded(statements: &[Statement]) -> Result<(), Fault> {
    if statements.is_empty() {
        return Err(Fault::of("no_statement"));
    }
    if statements.len() > MAX_STATEMENTS {
        return Err(Fault::of("too_many_statements"));
    }
    if statements.iter().map(|s| s.lines.len()).sum::<usize>() > MAX_LINES {
        return Err(Fault::of("too_many_lines"));
    }
    Ok(())
}

/// Line of the file, from 1, of a place in it.
fn line_of(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    u32::try_from(before.iter().filter(|b| **b == b'\n').count())
        .unwrap_or(u32::MAX)
        .saturating_add(1)
}

/// Text as it is kept: blanks collapsed, control characters gone, cut to `max` characters.
fn clean(text: &str, max: usize) -> String {
    let mut kept = String::with_capacity(text.len().min(max * 4));
    let mut count = 0;
    for c in text.chars() {
        let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
        if c == ' ' && (kept.is_empty() || kept.ends_with(' ')) {
            continue;
        }
        if count == max {
            break;
        }
        kept.push(c);
        count += 1;
    }
    kept.truncate(kept.trim_end().len());
    kept
}

/// A reference or name as it is kept; nothing, where the bank says so in its own words.
fn word(text: &str) -> Option<String> {
    let kept = clean(text, MAX_WORD);
    let nothing = ["", "NONREF", "NOTPROVIDED", "NOT PROVIDED", "NREF", "-", "0"];
    (!nothing.contains(&kept.to_ascii_uppercase().as_str())).then_some(kept)
}

/// An account number as it is compared: without blanks and marks, in capitals.
pub fn account_number(text: &str) -> Option<String> {
    let kept: String = text
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '/' | '~' | '*'))
        .take(MAX_WORD)
        .flat_map(char::to_uppercase)
        .collect();
    (!kept.is_empty()).then_some(kept)
}

/// A three-letter currency code, in capitals.
fn currency(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic())).then(|| text.to_ascii_uppercase())
}

/// A plain decimal of at most fifteen digits before and eight behind the mark; `None` for anything else.
fn decimal(text: &str, mark: char) -> Option<Decimal> {
    let (whole, fraction) = text.split_once(mark).unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    if !digits(whole) || !digits(fraction) || whole.len() > 15 || fraction.len() > 8 {
        return None;
    }
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    format!("{whole}.{fraction}").parse().ok()
}

#[cfg(test)]
mod tests;
