//! ODS, streamed: cells as they come, repeated rows and columns counted before they are unfolded.

use super::{EachRow, ReadAs, Refusal, guard, place};
use crate::imports::rules::cell::{Cell, number_text};
use crate::imports::rules::date;
use crate::imports::rules::detect::Container;
use kept_shared::imports::{FileFormat, MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::io::{BufReader, Read};
use std::path::Path;

pub fn scan(path: &Path, how: ReadAs, each: &mut EachRow<'_>) -> Result<Container, Refusal> {
    let mut archive = guard::open(path)?;
    guard::check(&mut archive)?;
    if let Ok(mut manifest) = archive.by_name("META-INF/manifest.xml") {
        let mut text = String::new();
        // Encrypted documents say so in the manifest; the content is noise then.
        if manifest.by_ref().take(1024 * 1024).read_to_string(&mut text).is_ok() && text.contains("encryption-data") {
            return Err(Refusal::of("password_protected"));
        }
    }
    let content = archive.by_name("content.xml").map_err(|_| Refusal::of("damaged"))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    reader.config_mut().expand_empty_elements = true;
    let mut sheets = Sheets {
        wanted: how.sheet,
        names: vec![],
        row: vec![],
        number: 0,
        repeat: 1,
        column: 0,
        cell: None,
        note_depth: 0,
    };
    let mut buffer = Vec::with_capacity(4096);
    loop {
        buffer.clear();
        match reader
            .read_event_into(&mut buffer)
            .map_err(|_| Refusal::at("damaged", sheets.number))?
        {
            Event::Start(tag) => sheets.start(&tag)?,
            Event::End(tag) => sheets.end(tag.name().as_ref(), each)?,
            Event::Text(text) => sheets.text(&text)?,
            Event::CData(text) => sheets.text(&text)?,
            Event::GeneralRef(name) => match resolve_predefined_entity(&name) {
                Some(text) => sheets.text(text)?,
                None => match name.resolve_char_ref() {
                    Ok(Some(c)) => sheets.text(c.encode_utf8(&mut [0; 4]))?,
                    Ok(None) | Err(_) => return Err(Refusal::at("damaged", sheets.number)),
                },
            },
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if sheets.names.len() <= how.sheet as usize {
        return Err(Refusal::of("no_such_sheet"));
    }
    Ok(Container {
        format: FileFormat::Ods,
        sheets: sheets.names,
        sheet: how.sheet,
        delimiter: None,
        encoding: None,
    })
}

struct OpenCell {
    kind: String,
    value: String,
    text: String,
    repeat: u32,
    paragraphs: u32,
    inside_paragraph: bool,
}

struct Sheets {
    wanted: u32,
    names: Vec<String>,
    row: Vec<Cell>,
    /// Rows already passed in the wanted sheet.
    number: u32,
    repeat: u32,
    column: u32,
    cell: Option<OpenCell>,
    note_depth: u32,
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.as_ref() == name)?;
    found
        .normalized_value(XmlVersion::Implicit1_0)
        .ok()
        .map(|v| v.into_owned())
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).and_then(|n| n.parse().ok()).unwrap_or(1).max(1)
}

impl Sheets {
    fn here(&self) -> bool {
        self.names.len() == self.wanted as usize + 1
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        match tag.name().as_ref() {
            "table:table" => self.names.push(attribute(tag, "table:name").unwrap_or_default()),
            "table:table-row" if self.here() => {
                (self.repeat, self.column) = (repeated(tag, "table:number-rows-repeated"), 0);
                self.row.clear();
            }
            "table:table-cell" | "table:covered-table-cell" if self.here() => {
                self.cell = Some(OpenCell {
                    kind: attribute(tag, "office:value-type").unwrap_or_default(),
                    value: [
                        "office:value",
                        "office:date-value",
                        "office:boolean-value",
                        "office:string-value",
                    ]
                    .iter()
                    .find_map(|n| attribute(tag, n))
                    .unwrap_or_default(),
                    text: String::new(),
                    repeat: repeated(tag, "table:number-columns-repeated"),
                    paragraphs: 0,
                    inside_paragraph: false,
                });
            }
            "office:annotation" => self.note_depth += 1,
            "text:p" if self.note_depth == 0 => {
                if let Some(cell) = &mut self.cell {
                    cell.paragraphs += 1;
                    cell.inside_paragraph = true;
                    if cell.paragraphs > 1 {
                        cell.text.push('\n');
                    }
                }
            }
            "text:s" => {
                let blanks = repeated(tag, "text:c").min(100);
                self.text(&" ".repeat(blanks as usize))?;
            }
            "text:tab" => self.text("\t")?,
            "text:line-break" => self.text("\n")?,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Refusal> {
        if let (Some(cell), 0) = (&mut self.cell, self.note_depth) {
            if cell.inside_paragraph {
                cell.text.push_str(text);
                if cell.text.len() > MAX_CELL_CHARS * 4 {
                    return Err(Refusal::at("cell_too_long", self.number.saturating_add(1)));
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, name: &str, each: &mut EachRow<'_>) -> Result<(), Refusal> {
        match name {
            "office:annotation" => self.note_depth = self.note_depth.saturating_sub(1),
            "text:p" if self.note_depth == 0 => {
                if let Some(cell) = &mut self.cell {
                    cell.inside_paragraph = false;
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                if let Some(open) = self.cell.take() {
                    let (repeat, cell) = (open.repeat, read(open));
                    if cell != Cell::Empty {
                        if self.column.saturating_add(repeat) > MAX_COLUMNS {
                            return Err(Refusal::at("too_many_columns", self.number.saturating_add(1)));
                        }
                        for offset in 0..repeat {
                            place(
                                &mut self.row,
                                self.column + offset,
                                cell.clone(),
                                self.number.saturating_add(1),
                            )?;
                        }
                    }
                    self.column = self.column.saturating_add(repeat);
                }
            }
            "table:table-row" if self.here() => {
                if self.row.is_empty() {
                    self.number = self.number.saturating_add(self.repeat);
                } else {
                    if self.repeat > MAX_ROWS + 100 {
                        return Err(Refusal::at("too_many_rows", self.number.saturating_add(1)));
                    }
                    for _ in 0..self.repeat {
                        self.number = self.number.saturating_add(1);
                        each(self.number, &self.row)?;
                    }
                }
                self.row.clear();
            }
            _ => {}
        }
        Ok(())
    }
}

fn read(open: OpenCell) -> Cell {
    match open.kind.as_str() {
        // Decimal text in the file; the same 15 digits as in the other formats cut binary noise.
        "float" | "currency" | "percentage" => open
            .value
            .parse()
            .ok()
            .and_then(number_text)
            .map_or_else(|| super::text_cell(&open.text), Cell::Number),
        "date" => match date::parse(&Cell::Text(open.value), None) {
            Ok(Some(date)) => Cell::Date(date),
            Ok(None) | Err(_) => super::text_cell(&open.text),
        },
        "boolean" => Cell::Bool(open.value == "true"),
        "string" if open.text.is_empty() => super::text_cell(&open.value),
        _ => super::text_cell(&open.text),
    }
}
