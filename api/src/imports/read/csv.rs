//! CSV as programs really write it: RFC 4180 with any of four delimiters. A quote that is never closed is refused
//! with its row; lenient parsers swallow the rest of the file into one cell.

use super::encoding::{Pieces, find};
use super::{EachRow, ReadAs, Refusal};
use crate::imports::rules::cell::Cell;
use crate::imports::rules::detect::Container;
use kept_shared::imports::{Delimiter, FileFormat, MAX_CELL_CHARS, MAX_COLUMNS};
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

pub fn scan(path: &Path, how: ReadAs, each: &mut EachRow<'_>) -> Result<Container, Refusal> {
    let mut file = File::open(path).map_err(|_| Refusal::of("unreadable"))?;
    let encoding = match how.encoding {
        Some(chosen) => chosen,
        None => find(&mut file)?,
    };
    let mut pieces = Pieces::new(file, encoding)?;
    let mut held = pieces.next()?;
    let delimiter = match how.delimiter {
        Some(chosen) => chosen,
        None => find_delimiter(held.as_deref().unwrap_or_default()),
    };
    let mut parser = Parser::new(delimiter);
    while let Some(piece) = held {
        parser.feed(&piece, each)?;
        held = pieces.next()?;
    }
    parser.end(each)?;
    Ok(Container {
        format: FileFormat::Csv,
        sheets: vec![],
        sheet: 0,
        delimiter: Some(delimiter),
        encoding: Some(encoding),
    })
}

/// The delimiter that gives the most rows of one same width.
fn find_delimiter(sample: &str) -> Delimiter {
    let mut best = (0, Delimiter::Comma);
    for delimiter in Delimiter::ALL {
        let mut widths: HashMap<usize, usize> = HashMap::new();
        let mut parser = Parser::new(*delimiter);
        // A sample ends anywhere, and the wrong delimiter trips over quotes: what came before still counts.
        let _ = parser.feed(sample, &mut |_, cells| {
            if cells.len() > 1 {
                *widths.entry(cells.len()).or_default() += 1;
            }
            Ok(())
        });
        if let (Some(last), true) = (parser.row.len().checked_add(1), !parser.row.is_empty()) {
            *widths.entry(last).or_default() += 1;
        }
        let score = widths
            .iter()
            .map(|(width, rows)| rows * 1_000 + width.min(&900))
            .max()
            .unwrap_or(0);
        if score > best.0 {
            best = (score, *delimiter);
        }
    }
    best.1
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Plain,
    Quoted,
    /// Just after a quote inside quotes: the end, or half of a doubled quote.
    Closing,
}

struct Parser {
    delimiter: char,
    state: State,
    row: Vec<Cell>,
    cell: String,
    cell_chars: usize,
    was_quoted: bool,
    number: u32,
    quote_opened_at: u32,
    after_return: bool,
}

impl Parser {
    fn new(delimiter: Delimiter) -> Self {
        Self {
            delimiter: char::from(delimiter.byte()),
            state: State::Start,
            row: vec![],
            cell: String::new(),
            cell_chars: 0,
            was_quoted: false,
            number: 1,
            quote_opened_at: 0,
            after_return: false,
        }
    }

    fn feed(&mut self, text: &str, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        for c in text.chars() {
            if c == '\0' {
                return Err(Refusal::at("nul_character", self.number));
            }
            let line_feed_of_crlf = c == '\n' && self.after_return;
            self.after_return = false;
            if line_feed_of_crlf {
                continue;
            }
            match self.state {
                State::Quoted if c == '"' => self.state = State::Closing,
                State::Quoted => self.push(c)?,
                State::Closing if c == '"' => {
                    self.push('"')?;
                    self.state = State::Quoted;
                }
                State::Start if c == '"' => {
                    (self.state, self.was_quoted, self.quote_opened_at) = (State::Quoted, true, self.number);
                    self.cell.clear();
                    self.cell_chars = 0;
                }
                State::Start | State::Plain | State::Closing if c == self.delimiter => self.end_cell()?,
                State::Start | State::Plain | State::Closing if c == '\n' || c == '\r' => {
                    self.after_return = c == '\r';
                    self.end_row(each)?;
                }
                // Blanks before a quote do not make the cell plain.
                State::Start if c == ' ' => self.push(c)?,
                State::Start | State::Plain => {
                    self.state = State::Plain;
                    self.push(c)?;
                }
                State::Closing if c == ' ' || c == '\t' => {}
                State::Closing => return Err(Refusal::at("text_after_quote", self.number)),
            }
        }
        Ok(())
    }

    fn push(&mut self, c: char) -> Result<(), Refusal> {
        self.cell_chars += 1;
        if self.cell_chars > MAX_CELL_CHARS {
            // A quote left open shows as an endless cell; say where it began.
            return Err(
                if self.was_quoted && self.number == self.quote_opened_at && self.cell.contains('\n') {
                    Refusal::at("open_quote", self.quote_opened_at)
                } else {
                    Refusal::at("cell_too_long", self.number)
                },
            );
        }
        self.cell.push(c);
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Refusal> {
        if self.row.len() >= MAX_COLUMNS as usize && !self.cell.trim().is_empty() {
            return Err(Refusal::at("too_many_columns", self.number));
        }
        let text = std::mem::take(&mut self.cell);
        if self.row.len() < MAX_COLUMNS as usize {
            let kept = if self.was_quoted {
                text
            } else {
                text.trim_matches(' ').to_owned()
            };
            self.row
                .push(if kept.is_empty() { Cell::Empty } else { Cell::Text(kept) });
        }
        (self.state, self.was_quoted, self.cell_chars) = (State::Start, false, 0);
        Ok(())
    }

    fn end_row(&mut self, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        self.end_cell()?;
        each(self.number, &self.row)?;
        self.row.clear();
        self.number = self.number.saturating_add(1);
        Ok(())
    }

    fn end(mut self, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        if self.state == State::Quoted {
            return Err(Refusal::at("open_quote", self.quote_opened_at));
        }
        if self.row.is_empty() && self.cell.is_empty() && !self.was_quoted {
            return Ok(());
        }
        self.end_row(each)
    }
}
