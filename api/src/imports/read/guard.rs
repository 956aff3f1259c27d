//! The guard in front of spreadsheets in zip containers. It reads every XML part once with the very parser that reads
//! it later, under limits, so that nothing the later reader allocates can surprise: number and size of members, ratio,
//! depth, length of one token, number of strings and styles, counts that a part only claims to have, DTDs.

use super::Refusal;
use kept_shared::imports::FileFormat;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// Sum of the uncompressed sizes.
const MAX_SUM: u64 = 200 * 1024 * 1024;
const MAX_RATIO: u64 = 200;
/// Below this size a high ratio harms nobody.
const RATIO_FROM: u64 = 1024 * 1024;
const MAX_MEMBERS: usize = 2_000;
const MAX_DEPTH: u32 = 64;
/// One tag, or one run of text between tags.
const MAX_TOKEN: usize = 256 * 1024;
const MAX_STRINGS: u64 = 1_000_000;
const MAX_STRINGS_BYTES: u64 = 48 * 1024 * 1024;
/// Tags of a part that is held in memory as a whole: styles, workbook, relations, theme.
const MAX_HELD_TAGS: u64 = 150_000;
const MAX_HELD_BYTES: u64 = 12 * 1024 * 1024;

pub type Archive = ZipArchive<BufReader<File>>;

/// Opens a container after counting its directory entries: the directory itself can be the bomb.
pub fn open(path: &Path) -> Result<Archive, Refusal> {
    let file = File::open(path).map_err(|_| Refusal::of("unreadable"))?;
    if count_entries(BufReader::new(file)).map_err(|_| Refusal::of("unreadable"))? > MAX_MEMBERS {
        return Err(Refusal::of("zip_bomb"));
    }
    let file = File::open(path).map_err(|_| Refusal::of("unreadable"))?;
    ZipArchive::new(BufReader::new(file)).map_err(|_| Refusal::of("damaged"))
}

/// Which spreadsheet a zip container holds.
pub fn zip_format(path: &Path) -> Result<FileFormat, Refusal> {
    let archive = open(path)?;
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|n| n.ok().map(|n| n.into_owned()))
        .collect();
    let has = |name: &str| names.iter().any(|n| n == name);
    if names.iter().any(|n| n.ends_with("workbook.bin")) {
        return Err(Refusal::of("xlsb_not_read"));
    }
    if names.iter().any(|n| n.ends_with("workbook.xml")) {
        return Ok(FileFormat::Xlsx);
    }
    if has("content.xml") && has("mimetype") {
        return Ok(FileFormat::Ods);
    }
    Err(Refusal::of("not_a_table"))
}

fn count_entries(mut reader: impl BufRead) -> io::Result<usize> {
    let mark = b"PK\x01\x02";
    let (mut matched, mut found) = (0, 0);
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(found);
        }
        for byte in bytes {
            matched = if mark.get(matched) == Some(byte) {
                matched + 1
            } else {
                usize::from(*byte == b'P')
            };
            if matched == mark.len() {
                (matched, found) = (0, found + 1);
            }
        }
        let used = bytes.len();
        reader.consume(used);
    }
}

/// Checks the whole container. Errors: `zip_bomb`, `damaged`, `password_protected`, `unsafe_names`, `dtd`.
pub fn check(archive: &mut Archive) -> Result<(), Refusal> {
    let mut declared = 0_u64;
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|_| Refusal::of("damaged"))?;
        if member.encrypted() {
            return Err(Refusal::of("password_protected"));
        }
        let name = member.name().map_err(|_| Refusal::of("unsafe_names"))?;
        if name.starts_with('/') || name.contains('\\') || name.split('/').any(|part| part == "..") {
            return Err(Refusal::of("unsafe_names"));
        }
        declared = declared.saturating_add(member.size());
        if declared > MAX_SUM
            || (member.size() > RATIO_FROM && member.size() / member.compressed_size().max(1) > MAX_RATIO)
        {
            return Err(Refusal::of("zip_bomb"));
        }
    }
    let mut left = MAX_SUM;
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(|_| Refusal::of("damaged"))?;
        let name = member.name().map_err(|_| Refusal::of("unsafe_names"))?.into_owned();
        if !is_xml(&name) {
            continue;
        }
        let compressed = member.compressed_size().max(1);
        let allowed = left.min(compressed.saturating_mul(MAX_RATIO).max(RATIO_FROM));
        let used = check_part(&mut member, &name, allowed)?;
        left = left.saturating_sub(used);
    }
    Ok(())
}

/// Parts that a reader may open. Documents embedded by other programs (often UTF-16) are not, see `Relationship` below.
fn is_xml(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    (lower.ends_with(".xml") || lower.ends_with(".rels")) && !is_foreign(&lower)
}

fn is_foreign(lower: &str) -> bool {
    lower.contains("customxml/") || lower.contains("docprops/")
}

/// Reads one XML part to its end under all limits; returns its real size.
fn check_part(member: &mut impl Read, name: &str, allowed: u64) -> Result<u64, Refusal> {
    let lower = name.to_ascii_lowercase();
    let strings = lower.ends_with("sharedstrings.xml");
    let rows = lower.contains("/worksheets/") || lower == "content.xml";
    let relations = lower.ends_with(".rels");
    let limit = if strings {
        allowed.min(MAX_STRINGS_BYTES)
    } else if rows {
        allowed
    } else {
        allowed.min(MAX_HELD_BYTES)
    };
    let mut reader = Reader::from_reader(BufReader::with_capacity(
        32 * 1024,
        Metered {
            inner: member,
            used: 0,
            limit,
            since_tag: 0,
            stopped: None,
        },
    ));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    let (mut depth, mut tags, mut texts) = (0_u32, 0_u64, 0_u64);
    let mut buffer = Vec::with_capacity(4096);
    loop {
        buffer.clear();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(_) => {
                let stopped = reader.get_ref().get_ref().stopped;
                return Err(Refusal::of(stopped.unwrap_or("damaged")));
            }
        };
        match event {
            Event::Start(tag) => {
                depth += 1;
                tags += 1;
                let local = tag.local_name();
                if strings && local.as_ref() == "si" {
                    texts += 1;
                }
                // calamine reserves memory for as many strings as the part claims to hold.
                if strings && local.as_ref() == "sst" {
                    for attribute in tag.attributes().with_checks(false).flatten() {
                        if attribute.key.as_ref().ends_with("ount")
                            && attribute
                                .value
                                .trim()
                                .parse::<u64>()
                                .map_or(true, |n| n > MAX_STRINGS && attribute.key.as_ref() == "uniqueCount")
                        {
                            return Err(Refusal::of("zip_bomb"));
                        }
                    }
                }
                // A sheet that hides in a part this guard does not read as XML.
                if relations && local.as_ref() == "Relationship" {
                    let values: Vec<String> = tag
                        .attributes()
                        .with_checks(false)
                        .flatten()
                        .map(|a| a.value.to_ascii_lowercase())
                        .collect();
                    let is_sheet = values.iter().any(|v| v.ends_with("/worksheet"));
                    if is_sheet && (!values.iter().any(|v| v.ends_with(".xml")) || values.iter().any(|v| is_foreign(v)))
                    {
                        return Err(Refusal::of("damaged"));
                    }
                }
                let held = !strings && !rows;
                if depth > MAX_DEPTH || texts > MAX_STRINGS || (held && tags > MAX_HELD_TAGS) {
                    return Err(Refusal::of("zip_bomb"));
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::DocType(_) => return Err(Refusal::of("dtd")),
            Event::Eof => break,
            Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::GeneralRef(_) => {}
        }
    }
    Ok(reader.get_ref().get_ref().used)
}

/// Stops a part that grows beyond its limit or holds an endless token.
struct Metered<R> {
    inner: R,
    used: u64,
    limit: u64,
    since_tag: usize,
    stopped: Option<&'static str>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        self.used += read as u64;
        for byte in bytes {
            self.since_tag = if *byte == b'<' { 0 } else { self.since_tag + 1 };
            if self.since_tag > MAX_TOKEN || *byte == 0 {
                self.stopped = Some(if *byte == 0 { "damaged" } else { "zip_bomb" });
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            }
        }
        if self.used > self.limit {
            self.stopped = Some("zip_bomb");
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        Ok(read)
    }
}
