//! MT940 as banks really write it: with or without SWIFT blocks, one- and two-digit currencies, any reference length.

use super::{Balance, Fault, Line, MAX_TEXT, Statement, account_number, clean, currency, decimal, mt940_text, word};
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

/// One `:61:` with what follows it, before its texts are taken apart.
#[derive(Default)]
struct Open {
    line: Line,
    /// The statement line's own second line, and non-SWIFT sub-fields.
    extra: Vec<String>,
    details: Vec<String>,
}

#[derive(Default)]
struct Reader {
    done: Vec<Statement>,
    now: Option<Statement>,
    open: Option<Open>,
    /// After the end mark of a statement, before the next begins.
    ended: bool,
}

/// Whether a text has the tags of an MT940 at the beginning of its lines.
pub fn looks_like(text: &str) -> bool {
    let mut tags = text.lines().take(400).filter_map(tag).map(|(name, _)| name);
    tags.any(|name| matches!(name, "20" | "25" | "28" | "28C" | "60F" | "60M"))
}

/// `:61:rest` taken apart; also where a SWIFT block stands before it.
fn tag(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let rest = match line.strip_prefix(':') {
        Some(rest) => rest,
        None => line.rsplit_once("{4:").and_then(|(_, rest)| rest.strip_prefix(':'))?,
    };
    let (name, value) = rest.split_once(':')?;
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let known =
        name == "NS" || (digits == 2 && name.len() <= 3 && name.bytes().skip(2).all(|b| b.is_ascii_uppercase()));
    known.then_some((name, value))
}

/// Reads all statements of a file. Errors: the fault with its line.
pub fn read(text: &str) -> Result<Vec<Statement>, Fault> {
    let mut reader = Reader::default();
    let mut field: Option<(&str, u32, Vec<&str>)> = None;
    for (number, raw) in (1_u32..).zip(text.lines()) {
        let line = raw.trim_end_matches('\r');
        let ends = line.trim_end() == "-" || line.starts_with("-}") || line.starts_with("-XXX");
        match tag(line) {
            Some((name, value)) => {
                if let Some((name, at, values)) = field.take() {
                    reader.field(name, at, &values)?;
                }
                field = Some((name, number, vec![value]));
            }
            None if ends => {
                if let Some((name, at, values)) = field.take() {
                    reader.field(name, at, &values)?;
                }
                reader.end();
            }
            None => {
                if let Some((_, _, values)) = &mut field {
                    // Bounded: a file of one endless field is refused by the limit on its text, not kept.
                    if values.len() < 200 {
                        values.push(line);
                    }
                }
            }
        }
    }
    if let Some((name, at, values)) = field.take() {
        reader.field(name, at, &values)?;
    }
    reader.next_statement();
    if reader.done.is_empty() {
        return Err(Fault::of("no_statement"));
    }
    Ok(reader.done)
}

impl Reader {
    fn field(&mut self, name: &str, at: u32, values: &[&str]) -> Result<(), Fault> {
        let first = values.first().copied().unwrap_or_default();
        match name {
            "20" => {
                self.next_statement();
                self.now = Some(Statement::default());
            }
            "25" => {
                let statement = self.statement();
                if statement.account.is_none() {
                    statement.account = account(first);
                } else {
                    statement.remark("account_twice");
                }
            }
            "28" | "28C" => self.statement().number = number(first),
            "60F" | "60M" => {
                let balance = balance(first, at)?;
                let statement = self.statement();
                statement.currency = balance.currency.clone().or(statement.currency.take());
                statement.opening.get_or_insert(balance);
            }
            "62F" | "62M" => {
                self.end_line();
                let balance = balance(first, at)?;
                let statement = self.statement();
                if statement.currency.is_none() {
                    statement.currency.clone_from(&balance.currency);
                }
                statement.closing = Some(balance);
            }
            "61" => self.open_line(first, values, at)?,
            "86" | "NS" => {
                if let Some(open) = &mut self.open {
                    open.details.push(values.join("\n"));
                }
            }
            // Available balances and what else a bank adds say nothing about the movements.
            _ => self.end_line(),
        }
        Ok(())
    }

    fn statement(&mut self) -> &mut Statement {
        self.now.get_or_insert_with(Statement::default)
    }

    fn open_line(&mut self, first: &str, values: &[&str], at: u32) -> Result<(), Fault> {
        self.end_line();
        if self.now.is_none() {
            // Movements after the end mark belong to the statement before; nothing else could own them.
            match (self.ended, self.done.pop()) {
                (true, Some(mut last)) => {
                    last.remark("line_after_end");
                    self.now = Some(last);
                }
                (_, last) => {
                    self.done.extend(last);
                    return Err(Fault::at("line_without_statement", at));
                }
            }
        }
        let (line, clamped) = movement(first, at).map_err(|code| Fault::at(code, at).found(first))?;
        if clamped {
            self.statement().remark("day_clamped");
        }
        let extra = values.iter().skip(1).map(|v| (*v).to_owned()).collect();
        self.open = Some(Open {
            line,
            extra,
            details: vec![],
        });
        Ok(())
    }

    fn end_line(&mut self) {
        let Some(Open {
            mut line,
            extra,
            details,
        }) = self.open.take()
        else {
            return;
        };
        let text = mt940_text::read(&details);
        let extra = clean(&extra.join(" "), MAX_TEXT);
        line.text = match (text.text.is_empty(), extra.is_empty()) {
            (false, true) => text.text,
            (true, _) => extra.clone(),
            (false, false) if text.text.contains(&extra) => text.text,
            (false, false) => clean(&format!("{extra} {}", text.text), MAX_TEXT),
        };
        line.end_to_end_id = text.end_to_end_id;
        line.counterparty_name = text.name.or(line.counterparty_name);
        line.counterparty_account = text.account.or_else(|| mt940_text::iban(&extra));
        if let Some(reference) = text.reference {
            line.reference = Some(reference);
        }
        self.statement().lines.push(line);
    }

    fn end(&mut self) {
        self.next_statement();
        self.ended = true;
    }

    fn next_statement(&mut self) {
        self.end_line();
        self.ended = false;
        if let Some(statement) = self.now.take() {
            let empty = statement.account.is_none()
                && statement.opening.is_none()
                && statement.closing.is_none()
                && statement.lines.is_empty();
            if !empty {
                self.done.push(statement);
            }
        }
    }
}

/// `TRIODOSBANK/0390123456` and `1291.99.348EUR` are account numbers with something beside them.
fn account(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = match text.len().checked_sub(3).and_then(|at| text.split_at_checked(at)) {
        Some((front, code))
            if currency(code).is_some() && front.ends_with(|c: char| c.is_ascii_digit()) && front.len() > 5 =>
        {
            front
        }
        Some(_) | None => text,
    };
    account_number(bare)
}

/// `00004/00001`, but `0` and `00000/00` are a bank's way to write nothing.
fn number(text: &str) -> Option<String> {
    let kept = clean(text, 35);
    kept.bytes().any(|b| b.is_ascii_digit() && b != b'0').then_some(kept)
}

/// Two-digit year: 1980 to 2079, as SWIFT reads it.
fn day(text: &str) -> Option<(NaiveDate, bool)> {
    let part = |from: usize| text.get(from..from + 2)?.parse::<u32>().ok();
    let (y, m, d) = (part(0)?, part(2)?, part(4)?);
    let year = i32::try_from(if y >= 80 { 1900 + y } else { 2000 + y }).ok()?;
    if let Some(date) = NaiveDate::from_ymd_opt(year, m, d) {
        return Some((date, false));
    }
    // Banks that count every month as thirty days write 30 February; it is the month's last day.
    let last = (28..=30).rev().find_map(|d| NaiveDate::from_ymd_opt(year, m, d))?;
    (29..=31).contains(&d).then_some((last, true))
}

fn balance(text: &str, at: u32) -> Result<Balance, Fault> {
    let fault = || Fault::at("balance_unreadable", at).found(text);
    let text = text.trim();
    let sign = match text.get(..1) {
        Some("C") => Decimal::ONE,
        Some("D") => Decimal::NEGATIVE_ONE,
        _ => return Err(fault()),
    };
    let on = text.get(1..7).and_then(day).ok_or_else(fault)?.0;
    let rest = text.get(7..).unwrap_or_default();
    let code = rest.get(..3).and_then(currency);
    let amount = if code.is_some() { rest.get(3..) } else { Some(rest) };
    let amount = amount.and_then(|a| decimal(a.trim(), ',')).ok_or_else(fault)?;
    Ok(Balance {
        amount: amount * sign,
        on: Some(on),
        currency: code,
    })
}

/// `YYMMDD[MMDD]C|D|RC|RD[f]amount` `N|F|Sxxx` reference `//` bank's reference. The flag says that a day was moved.
fn movement(text: &str, at: u32) -> Result<(Line, bool), &'static str> {
    let (value_on, mut clamped) = text.get(..6).and_then(day).ok_or("date_unreadable")?;
    let mut rest = text.get(6..).unwrap_or_default();
    let mut booked_on = value_on;
    match rest.get(..4) {
        Some("    ") => rest = rest.get(4..).unwrap_or_default(),
        Some(short) if short.bytes().all(|b| b.is_ascii_digit()) => {
            let (entry, moved) = entry_day(value_on, short).ok_or("date_unreadable")?;
            (booked_on, clamped) = (entry, clamped || moved);
            rest = rest.get(4..).unwrap_or_default();
        }
        _ => {}
    }
    let (sign, is_reversal, after) = mark(rest).ok_or("sign_unreadable")?;
    // The third letter of the currency may stand between the sign and the amount.
    let after = after.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(after);
    let end = after
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or(after.len());
    let (amount, rest) = after.split_at(end);
    let amount = decimal(amount, ',').ok_or("not_an_amount")?;
    if !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err("not_an_amount");
    }
    let code = rest.get(1..4).filter(|_| rest.starts_with(['N', 'F', 'S']));
    let references = if code.is_some() { rest.get(4..) } else { Some(rest) }.unwrap_or_default();
    let (own, bank) = references.split_once("//").unwrap_or((references, ""));
    // Rabobank pads the reference to sixteen places and writes the other party behind it.
    let (own, name) = match own.split_once("  ") {
        Some((front, behind)) => (front, word(behind)),
        None => (own, None),
    };
    let line = Line {
        at,
        booked_on,
        value_on: Some(value_on),
        amount: amount * sign,
        reference: word(own),
        counterparty_name: name,
        code: code.and_then(|c| word(&format!("{}{c}", rest.get(..1).unwrap_or_default()))),
        bank_id: word(bank),
        is_reversal,
        ..Line::default()
    };
    Ok((line, clamped))
}

/// The booking day, given as month and day only: in the year that brings it nearest to the value date.
fn entry_day(value_on: NaiveDate, short: &str) -> Option<(NaiveDate, bool)> {
    let year = value_on.year();
    let near = |y: i32| {
        let (date, moved) = day(&format!("{:02}{short}", y.rem_euclid(100)))?;
        Some((date, moved, (date - value_on).num_days().abs()))
    };
    [year - 1, year, year + 1]
        .into_iter()
        .filter_map(near)
        .min_by_key(|(_, _, away)| *away)
        .map(|(date, moved, _)| (date, moved))
}

/// Credit or debit; `RC` takes back a credit, `RD` a debit; `EC` and `ED` are expected ones.
fn mark(text: &str) -> Option<(Decimal, bool, &str)> {
    let marks = [
        ("RC", Decimal::NEGATIVE_ONE, true),
        ("RD", Decimal::ONE, true),
        ("EC", Decimal::ONE, false),
        ("ED", Decimal::NEGATIVE_ONE, false),
        ("C", Decimal::ONE, false),
        ("D", Decimal::NEGATIVE_ONE, false),
    ];
    marks
        .into_iter()
        .find_map(|(mark, sign, reversal)| Some((sign, reversal, text.strip_prefix(mark)?)))
}
