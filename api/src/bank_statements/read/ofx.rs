//! OFX 1 (SGML, most end tags missing) and OFX 2 (XML) with one reader: only aggregates are nested, all else is a tag
//! and its text. No entity is expanded but the five everybody knows, nothing external is ever fetched.

use super::{Balance, Fault, Line, MAX_TEXT, Statement, account_number, clean, word};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// The aggregates that mean something here; what else is nested is passed over.
const KNOWN: [&str; 24] = [
    "OFX",
    "SONRS",
    "STATUS",
    "STMTTRNRS",
    "CCSTMTTRNRS",
    "INVSTMTTRNRS",
    "STMTRS",
    "CCSTMTRS",
    "INVSTMTRS",
    "BANKACCTFROM",
    "CCACCTFROM",
    "INVACCTFROM",
    "BANKTRANLIST",
    "INVTRANLIST",
    "STMTTRN",
    "LEDGERBAL",
    "AVAILBAL",
    "CURRENCY",
    "ORIGCURRENCY",
    "BANKACCTTO",
    "CCACCTTO",
    "PAYEE",
    "ACCTINFO",
    "BAL",
];
/// Deepest nesting of known aggregates.
const MAX_DEPTH: usize = 24;
/// Longest value, in bytes.
const MAX_VALUE: usize = 8_000;

/// One tag with the text behind it.
struct Token<'a> {
    name: String,
    ends: bool,
    value: std::borrow::Cow<'a, str>,
    line: u32,
}

/// Reads all statements of a file. Errors: the fault with its line; `bank_error` with the bank's own words.
pub fn read(text: &str) -> Result<Vec<Statement>, Fault> {
    let mut reader = Reader::default();
    let mut rest = Scan { text, at: 0, line: 1 };
    while let Some(token) = rest.next()? {
        reader.token(&token)?;
    }
    if let Some((name, line)) = reader.open.iter().rev().find(|(n, _)| n == "STMTTRN") {
        return Err(Fault::at("cut_off", *line).found(name));
    }
    if !reader.open.is_empty() {
        return Err(Fault::at("cut_off", rest.line));
    }
    match (reader.done.is_empty(), reader.bank_error) {
        (true, Some(fault)) => Err(fault),
        (true, None) => Err(Fault::of("no_statement")),
        (false, _) => Ok(reader.done),
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Scan<'a> {
    fn pass(&mut self, to: usize) {
        let passed = self.text.as_bytes().get(self.at..to).unwrap_or_default();
        let feeds = passed.iter().filter(|b| **b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(feeds).unwrap_or(u32::MAX));
        self.at = to;
    }

    fn next(&mut self) -> Result<Option<Token<'a>>, Fault> {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(start) = rest.find('<') else { return Ok(None) };
            self.pass(self.at + start);
            let rest = self.text.get(self.at..).unwrap_or_default();
            if rest.starts_with("<!DOCTYPE") || rest.starts_with("<!ENTITY") {
                return Err(Fault::at("entities_refused", self.line));
            }
            if rest.starts_with("<!--") {
                let end = rest.find("-->").ok_or(Fault::at("cut_off", self.line))?;
                self.pass(self.at + end + 3);
                continue;
            }
            let line = self.line;
            let end = rest.find('>').ok_or(Fault::at("cut_off", line))?;
            let tag = rest.get(1..end).unwrap_or_default();
            self.pass(self.at + end + 1);
            if tag.starts_with(['?', '!']) {
                continue;
            }
            let (ends, tag) = tag.strip_prefix('/').map_or((false, tag), |t| (true, t));
            let name = tag
                .split(|c: char| c.is_whitespace() || c == '/')
                .next()
                .unwrap_or_default();
            if name.is_empty() || name.len() > 40 {
                return Err(Fault::at("tag_unreadable", line).found(tag));
            }
            let value = self.value(line)?;
            return Ok(Some(Token {
                name: name.to_ascii_uppercase(),
                ends,
                value,
                line,
            }));
        }
    }

    /// The text up to the next tag, CDATA taken as it stands.
    fn value(&mut self, line: u32) -> Result<std::borrow::Cow<'a, str>, Fault> {
        let mut whole = std::borrow::Cow::Borrowed("");
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let (part, end): (std::borrow::Cow<'a, str>, usize) = match rest.strip_prefix("<![CDATA[") {
                Some(inner) => {
                    let close = inner.find("]]>").ok_or(Fault::at("cut_off", line))?;
                    (inner.get(..close).unwrap_or_default().into(), 9 + close + 3)
                }
                None => {
                    let end = rest.find('<').unwrap_or(rest.len());
                    (unescaped(rest.get(..end).unwrap_or_default()), end)
                }
            };
            if end == 0 {
                return Ok(whole);
            }
            if whole.len() + part.len() > MAX_VALUE {
                return Err(Fault::at("too_large", line));
            }
            if whole.is_empty() {
                whole = part;
            } else {
                whole.to_mut().push_str(&part);
            }
            self.pass(self.at + end);
            let next = self.text.get(self.at..).unwrap_or_default();
            if next.is_empty() || (next.starts_with('<') && !next.starts_with("<![CDATA[")) {
                return Ok(whole);
            }
        }
    }
}

fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let known = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    let plain = known
        .iter()
        .fold(text.to_owned(), |text, (name, c)| text.replace(name, c));
    plain.into()
}

#[derive(Default)]
struct Reader {
    open: Vec<(String, u32)>,
    /// Values of the innermost aggregates of interest, by their tags.
    values: HashMap<String, (String, u32)>,
    now: Option<Statement>,
    done: Vec<Statement>,
    bank_error: Option<Fault>,
}

impl Reader {
    fn inside(&self, name: &str) -> bool {
        self.open.iter().any(|(n, _)| n == name)
    }

    fn token(&mut self, token: &Token<'_>) -> Result<(), Fault> {
        let known = KNOWN.contains(&token.name.as_str());
        if token.ends {
            if known && self.inside(&token.name) {
                while let Some((name, line)) = self.open.pop() {
                    self.close(&name, line)?;
                    if name == token.name {
                        break;
                    }
                }
            }
            return Ok(());
        }
        if !known || (token.name == "CURRENCY" && !token.value.trim().is_empty()) {
            let value = token.value.trim();
            // A handful of tags mean something; a file of nothing but tags must not fill the memory.
            if !value.is_empty() && self.values.len() < 100 {
                self.values
                    .entry(token.name.clone())
                    .or_insert_with(|| (value.to_owned(), token.line));
            }
            if token.name == "CURDEF" {
                if let Some(now) = &mut self.now {
                    now.currency = super::currency(value);
                }
                self.values.remove("CURDEF");
            }
            return Ok(());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::at("too_deep", token.line));
        }
        match token.name.as_str() {
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" => {
                self.now = Some(Statement::default());
                self.values.clear();
            }
            "STMTTRN" if self.inside("STMTTRN") => return Err(Fault::at("cut_off", token.line)),
            // Inside a movement its parts are read together with it.
            "CURRENCY" | "ORIGCURRENCY" | "BANKACCTTO" | "CCACCTTO" | "PAYEE" if self.inside("STMTTRN") => {}
            _ => self.values.clear(),
        }
        self.open.push((token.name.clone(), token.line));
        Ok(())
    }

    fn take(&mut self, name: &str) -> Option<(String, u32)> {
        self.values.remove(name)
    }

    fn close(&mut self, name: &str, line: u32) -> Result<(), Fault> {
        match name {
            "STATUS" => {
                let code = self.take("CODE");
                let severity = self.take("SEVERITY").map(|(s, _)| s.to_ascii_uppercase());
                if severity.as_deref() == Some("ERROR") && self.bank_error.is_none() {
                    let said = self.take("MESSAGE").or(code).unwrap_or_default().0;
                    self.bank_error = Some(Fault::at("bank_error", line).found(&said));
                }
                self.values.clear();
            }
            "BANKACCTFROM" | "CCACCTFROM" | "INVACCTFROM" => {
                let number = self.take("ACCTID").and_then(|(id, _)| account_number(&id));
                if let Some(now) = &mut self.now {
                    now.account = number;
                }
                self.values.clear();
            }
            "STMTTRN" => {
                let line = self.movement(line)?;
                if let Some(now) = &mut self.now {
                    now.lines.push(line);
                }
                self.values.clear();
            }
            "LEDGERBAL" => {
                if let Some(balance) = self.balance(line)? {
                    if let Some(now) = &mut self.now {
                        now.closing = Some(balance);
                    }
                }
                self.values.clear();
            }
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" => {
                if let Some(mut now) = self.now.take() {
                    for line in &mut now.lines {
                        if line.currency == now.currency || now.currency.is_none() {
                            now.currency = now.currency.take().or(line.currency.take());
                            line.currency = None;
                        }
                    }
                    self.done.push(now);
                }
            }
            "CURRENCY" | "ORIGCURRENCY" | "BANKACCTTO" | "CCACCTTO" | "PAYEE" => {}
            _ => self.values.clear(),
        }
        Ok(())
    }

    fn movement(&mut self, line: u32) -> Result<Line, Fault> {
        let (posted, at) = self.take("DTPOSTED").ok_or(Fault::at("date_missing", line))?;
        let booked_on = day(&posted).ok_or_else(|| Fault::at("date_unreadable", at).found(&posted))?;
        let (text, at) = self.take("TRNAMT").ok_or(Fault::at("amount_missing", line))?;
        let amount = amount(&text).ok_or_else(|| Fault::at("not_an_amount", at).found(&text))?;
        let mut value = |name: &str| self.values.remove(name).map(|(v, _)| v);
        let value_on = ["DTAVAIL", "VALUEDATE", "DTUSER"]
            .iter()
            .find_map(|n| value(n))
            .and_then(|v| day(&v));
        let (name, memo) = (value("NAME"), value("MEMO"));
        let kind = value("TRNTYPE").map(|k| k.to_ascii_uppercase());
        // The name is often the beginning of the memo: said once is enough.
        let told = match (&name, &memo) {
            (Some(n), Some(m)) if m.contains(n.trim()) => m.clone(),
            (Some(n), Some(m)) => format!("{n} {m}"),
            (one, other) => one.clone().or_else(|| other.clone()).unwrap_or_default(),
        };
        Ok(Line {
            at: line,
            booked_on,
            value_on,
            amount,
            currency: value("CURSYM").and_then(|c| super::currency(&c)),
            reference: ["REFNUM", "CHECKNUM"]
                .iter()
                .find_map(|n| value(n))
                .and_then(|v| word(&v)),
            counterparty_name: name.and_then(|n| word(&n)),
            counterparty_account: value("ACCTID").and_then(|a| account_number(&a)),
            text: clean(&told, MAX_TEXT),
            code: kind.and_then(|k| word(&k)),
            bank_id: value("FITID").and_then(|v| word(&v)),
            is_reversal: value("CORRECTACTION").is_some(),
            ..Line::default()
        })
    }

    /// Nothing at all is no balance; a day without an amount is a balance nobody can read.
    fn balance(&mut self, line: u32) -> Result<Option<Balance>, Fault> {
        let on = self.take("DTASOF").and_then(|(d, _)| day(&d));
        match (self.take("BALAMT"), on) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(Fault::at("balance_unreadable", line)),
            (Some((text, at)), on) => {
                let amount = amount(&text).ok_or_else(|| Fault::at("balance_unreadable", at).found(&text))?;
                Ok(Some(Balance {
                    amount,
                    on,
                    currency: None,
                }))
            }
        }
    }
}

/// `20230313`, `20230313122017.000[-5:EST]`: the day as the bank writes it, whatever the hour and zone.
fn day(text: &str) -> Option<NaiveDate> {
    let digits = text.trim().get(..8)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let date = NaiveDate::from_ymd_opt(i32::try_from(part(0, 4)?).ok()?, part(4, 6)?, part(6, 8)?)?;
    kept_shared::ledger::YEARS
        .contains(&chrono::Datelike::year(&date))
        .then_some(date)
}

/// Signed decimal with a point or, as some banks write it, a comma.
fn amount(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (Decimal::NEGATIVE_ONE, rest),
        None => (Decimal::ONE, text.strip_prefix('+').unwrap_or(text)),
    };
    let mark = if text.contains(',') && !text.contains('.') {
        ','
    } else {
        '.'
    };
    super::decimal(text, mark).map(|value| value * sign)
}
