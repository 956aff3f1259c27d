//! Records of a BIFF8 workbook ([MS-XLS]): strings, formats, sheets and the values of cells.

use super::super::Refusal;
use super::container::{u16_at, u32_at};
use crate::imports::rules::cell::{Cell, number_text};
use crate::imports::rules::date;
use rust_decimal::Decimal;
use std::collections::HashMap;

const MAX_STRINGS: usize = 1_000_000;
const MAX_CELLS: usize = 2_000_000;
const DAMAGED: Refusal = Refusal::of("damaged");

struct Record<'a> {
    kind: u16,
    data: &'a [u8],
}

struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;
    fn next(&mut self) -> Option<Record<'a>> {
        let kind = u16_at(self.stream, self.at)?;
        let length = usize::from(u16_at(self.stream, self.at + 2)?);
        let data = self.stream.get(self.at + 4..self.at + 4 + length)?;
        self.at += 4 + length;
        Some(Record { kind, data })
    }
}

/// What one cell record says; texts by index where the file has an index.
pub enum Value {
    Shared(u32),
    Number { text: String, format: u16 },
    Text(String),
    Bool(bool),
    Error,
}

pub struct Found {
    pub row: u16,
    pub column: u16,
    pub value: Value,
}

#[derive(Default)]
pub struct Globals {
    /// Name and position of the first record.
    pub sheets: Vec<(String, usize)>,
    strings: Vec<Box<str>>,
    /// Whether the cell format at this index shows a date.
    date_formats: Vec<bool>,
    is_1904: bool,
}

impl Globals {
    pub fn read(stream: &[u8]) -> Result<Self, Refusal> {
        let mut globals = Self::default();
        let mut codes: HashMap<u16, bool> = HashMap::new();
        let mut formats: Vec<u16> = Vec::new();
        let mut records = Records { stream, at: 0 };
        let first = records.next().ok_or(DAMAGED)?;
        if first.kind != 0x0809 || u16_at(first.data, 0) != Some(0x0600) {
            return Err(Refusal::of("xls_too_old"));
        }
        let mut table: Vec<&[u8]> = Vec::new();
        let mut in_table = false;
        for record in records {
            match record.kind {
                0x002f => return Err(Refusal::of("password_protected")),
                0x0022 => globals.is_1904 = u16_at(record.data, 0) == Some(1),
                0x0085 => globals.sheets.extend(sheet(record.data)),
                0x041e => {
                    if let (Some(id), Some(text)) = (u16_at(record.data, 0), record.data.get(2..).and_then(long_text)) {
                        codes.insert(id, shows_date(&text));
                    }
                }
                0x00e0 => formats.extend(u16_at(record.data, 2)),
                0x00fc => table.push(record.data.get(8..).ok_or(DAMAGED)?),
                0x003c if in_table => table.push(record.data),
                0x000a => break,
                _ => {}
            }
            in_table = record.kind == 0x00fc || (in_table && record.kind == 0x003c);
        }
        globals.strings = Strings {
            parts: table,
            part: 0,
            at: 0,
        }
        .read()?;
        globals.date_formats = formats
            .iter()
            .map(|id| codes.get(id).copied().unwrap_or(built_in_date(*id)))
            .collect();
        Ok(globals)
    }

    pub fn cell(&self, found: &Found) -> Cell {
        match &found.value {
            Value::Shared(index) => self
                .strings
                .get(*index as usize)
                .map_or(Cell::Error("#REF!".to_owned()), |s| super::super::text_cell(s)),
            Value::Number { text, format } => {
                let is_date = self.date_formats.get(usize::from(*format)).copied().unwrap_or(false);
                if is_date {
                    self.day(text)
                } else {
                    Cell::Number(text.clone())
                }
            }
            Value::Text(text) => super::super::text_cell(text),
            Value::Bool(yes) => Cell::Bool(*yes),
            Value::Error => Cell::Error("#VALUE!".to_owned()),
        }
    }

    fn day(&self, text: &str) -> Cell {
        let whole = text.split('.').next().unwrap_or_default();
        let shifted = whole
            .parse::<u32>()
            .ok()
            .map(|days| if self.is_1904 { days.saturating_add(1462) } else { days });
        let serial = shifted.map(|days| Cell::Number(days.to_string()));
        match serial.as_ref().map(|serial| date::parse(serial, None)) {
            Some(Ok(Some(date))) if whole.len() != 8 => Cell::Date(date),
            Some(_) | None => Cell::Number(text.to_owned()),
        }
    }
}

fn sheet(data: &[u8]) -> Option<(String, usize)> {
    let position = u32_at(data, 0)? as usize;
    // Worksheets only: charts and macro sheets hold no rows.
    if *data.get(5)? != 0 {
        return None;
    }
    let length = usize::from(*data.get(6)?);
    let name = characters(data.get(8..)?, length, *data.get(7)? & 1 == 1)?;
    Some((name, position))
}

/// `cch`, flags, characters.
fn long_text(data: &[u8]) -> Option<String> {
    let length = usize::from(u16_at(data, 0)?);
    let flags = *data.get(2)?;
    let mut from = 3;
    if flags & 8 != 0 {
        from += 2;
    }
    if flags & 4 != 0 {
        from += 4;
    }
    characters(data.get(from..)?, length, flags & 1 == 1)
}

fn characters(data: &[u8], length: usize, wide: bool) -> Option<String> {
    if wide {
        let units: Vec<u16> = data
            .get(..length.checked_mul(2)?)?
            .chunks_exact(2)
            .filter_map(|c| u16_at(c, 0))
            .collect();
        Some(String::from_utf16_lossy(&units))
    } else {
        Some(data.get(..length)?.iter().map(|b| char::from(*b)).collect())
    }
}

/// The shared strings: one record and its continuations. Characters may break off at the end of a part; the next part
/// then begins with a byte that says how wide the rest is.
struct Strings<'a> {
    parts: Vec<&'a [u8]>,
    part: usize,
    at: usize,
}

impl Strings<'_> {
    fn read(mut self) -> Result<Vec<Box<str>>, Refusal> {
        let mut strings = Vec::new();
        while self.more() {
            if strings.len() >= MAX_STRINGS {
                return Err(Refusal::of("too_large"));
            }
            strings.push(self.one().ok_or(DAMAGED)?.into_boxed_str());
        }
        Ok(strings)
    }

    fn more(&mut self) -> bool {
        while self.parts.get(self.part).is_some_and(|p| self.at >= p.len()) {
            (self.part, self.at) = (self.part + 1, 0);
        }
        self.part < self.parts.len()
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.more();
        let found = self.parts.get(self.part)?.get(self.at..self.at + N)?.try_into().ok()?;
        self.at += N;
        Some(found)
    }

    fn one(&mut self) -> Option<String> {
        let length = usize::from(u16::from_le_bytes(self.bytes()?));
        let [flags] = self.bytes()?;
        let runs = if flags & 8 != 0 {
            usize::from(u16::from_le_bytes(self.bytes()?))
        } else {
            0
        };
        let extra = if flags & 4 != 0 {
            u32::from_le_bytes(self.bytes()?) as usize
        } else {
            0
        };
        let mut wide = flags & 1 == 1;
        let mut units: Vec<u16> = Vec::with_capacity(length.min(4096));
        while units.len() < length {
            if self.parts.get(self.part).is_some_and(|p| self.at >= p.len()) {
                (self.part, self.at) = (self.part + 1, 0);
                let [flags] = self.bytes()?;
                wide = flags & 1 == 1;
            }
            if wide {
                units.push(u16::from_le_bytes(self.bytes()?));
            } else {
                units.push(u16::from(u8::from_le_bytes(self.bytes()?)));
            }
        }
        self.skip(runs.checked_mul(4)?.checked_add(extra)?)?;
        Some(String::from_utf16_lossy(&units))
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            if !self.more() {
                return None;
            }
            let step = count.min(self.parts.get(self.part)?.len() - self.at);
            self.at += step;
            count -= step;
        }
        Some(())
    }
}

/// Built-in number formats that show a day ([MS-XLS] ifmt).
const fn built_in_date(id: u16) -> bool {
    matches!(id, 14..=17 | 22 | 27..=31 | 34..=36 | 50..=54 | 57 | 58)
}

/// Whether a format code shows a day: a d or y outside quotes, brackets and escapes.
fn shows_date(code: &str) -> bool {
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            'd' | 'D' | 'y' | 'Y' => return true,
            _ => {}
        }
    }
    false
}

/// The cells of the sheet whose records begin at `start`. Charts embedded in it are passed over.
pub fn cells(stream: &[u8], start: usize) -> Result<Vec<Found>, Refusal> {
    let mut found: Vec<Found> = Vec::new();
    let mut depth = 0_u32;
    let mut awaiting: Option<(u16, u16)> = None;
    for record in (Records { stream, at: start }) {
        match record.kind {
            0x0809 => depth += 1,
            0x000a => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(found);
                }
            }
            _ if depth == 1 => {
                if record.kind == 0x0207 {
                    if let (Some((row, column)), Some(text)) = (awaiting.take(), long_text(record.data)) {
                        found.push(Found {
                            row,
                            column,
                            value: Value::Text(text),
                        });
                    }
                } else if record.kind == 0x00bd {
                    many(record.data, &mut found);
                } else if let (Some(row), Some(column), Some(format)) =
                    (u16_at(record.data, 0), u16_at(record.data, 2), u16_at(record.data, 4))
                {
                    match value(record.kind, record.data.get(6..).unwrap_or_default(), format) {
                        Read::Value(value) => found.push(Found { row, column, value }),
                        Read::TextFollows => awaiting = Some((row, column)),
                        Read::Nothing => {}
                    }
                }
                if found.len() > MAX_CELLS {
                    return Err(Refusal::of("too_large"));
                }
            }
            _ => {}
        }
    }
    Err(DAMAGED)
}

enum Read {
    Value(Value),
    /// A formula whose text stands in the next record.
    TextFollows,
    Nothing,
}

fn value(kind: u16, data: &[u8], format: u16) -> Read {
    let number = |value: f64| number_text(value).map_or(Value::Error, |text| Value::Number { text, format });
    let float = || data.get(..8).and_then(|b| b.try_into().ok()).map(f64::from_le_bytes);
    let read = match kind {
        0x00fd => u32_at(data, 0).map(Value::Shared),
        0x0203 => float().map(number),
        0x027e => u32_at(data, 0).map(|raw| packed(raw, format)),
        0x0204 | 0x00d6 => long_text(data).map(Value::Text),
        0x0205 => match data {
            [value, 0, ..] => Some(Value::Bool(*value == 1)),
            [_, _, ..] => Some(Value::Error),
            _ => None,
        },
        0x0006 => match data {
            [0, _, _, _, _, _, 0xff, 0xff, ..] => return Read::TextFollows,
            [1, _, yes, _, _, _, 0xff, 0xff, ..] => Some(Value::Bool(*yes == 1)),
            [2, _, _, _, _, _, 0xff, 0xff, ..] => Some(Value::Error),
            [_, _, _, _, _, _, 0xff, 0xff, ..] => None,
            _ => float().map(number),
        },
        _ => None,
    };
    read.map_or(Read::Nothing, Read::Value)
}

/// RK: a float's upper 30 bits or a 30-bit integer, either possibly a hundredfold.
fn packed(raw: u32, format: u16) -> Value {
    let hundredfold = raw & 1 == 1;
    let text = if raw & 2 == 2 {
        Some((raw.cast_signed() >> 2).to_string())
    } else {
        number_text(f64::from_bits(u64::from(raw & 0xffff_fffc) << 32))
    };
    let text = text.and_then(|t| {
        if !hundredfold {
            return Some(t);
        }
        let value: Decimal = t.parse().ok()?;
        value
            .checked_div(Decimal::ONE_HUNDRED)
            .map(|v| v.normalize().to_string())
    });
    text.map_or(Value::Error, |text| Value::Number { text, format })
}

fn many(data: &[u8], found: &mut Vec<Found>) {
    let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else {
        return;
    };
    let body = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
    for (offset, pair) in (0_u16..).zip(body.chunks_exact(6)) {
        if let (Some(format), Some(raw)) = (u16_at(pair, 0), u32_at(pair, 2)) {
            found.push(Found {
                row,
                column: first.saturating_add(offset),
                value: packed(raw, format),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers() {
        let text = |raw| match packed(raw, 0) {
            Value::Number { text, .. } => text,
            Value::Shared(_) | Value::Text(_) | Value::Bool(_) | Value::Error => String::new(),
        };
        assert_eq!(text((12_345 << 2) | 3), "123.45");
        assert_eq!(text((-5_i32 << 2).cast_unsigned() | 2), "-5");
        assert_eq!(text(0x3ff0_0000), "1");
    }

    #[test]
    fn date_formats() {
        for yes in ["d/m/yyyy", "[$-409]dd mmm yy", "yyyy\\-mm\\-dd"] {
            assert!(shows_date(yes), "{yes}");
        }
        for no in ["0.00", "General", "#,##0.00\" days\"", "[Red]0", "h:mm", "\"y\"0"] {
            assert!(!shows_date(no), "{no}");
        }
    }
}
