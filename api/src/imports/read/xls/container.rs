//! The compound file around an XLS workbook ([MS-CFB]). Every chain is followed at most once per sector.

use super::super::Refusal;

const FREE: u32 = 0xffff_fffa;
const DAMAGED: Refusal = Refusal::of("damaged");

pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

struct File<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
}

impl File<'_> {
    fn sector(&self, id: u32) -> Option<&[u8]> {
        // The header takes the place of one sector.
        let start = (id as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// Sectors of a chain in order; refuses one that is longer than the file has sectors.
    fn chain(&self, first: u32) -> Result<Vec<u8>, Refusal> {
        let (mut id, mut out) = (first, Vec::new());
        let limit = self.bytes.len() / self.sector + 2;
        for _ in 0..limit {
            if id >= FREE {
                return Ok(out);
            }
            out.extend_from_slice(self.sector(id).ok_or(DAMAGED)?);
            id = *self.table.get(id as usize).ok_or(DAMAGED)?;
        }
        Err(DAMAGED)
    }
}

struct Entry {
    name: String,
    start: u32,
    size: usize,
    is_root: bool,
}

/// The stream named `Workbook`. Errors: `password_protected`, `xls_too_old`, `not_a_table`, `damaged`.
pub fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let sector = match u16_at(bytes, 30) {
        Some(9) => 512,
        Some(12) => 4096,
        Some(_) | None => return Err(DAMAGED),
    };
    let mut file = File {
        bytes,
        sector,
        table: vec![],
    };
    file.table = sector_table(&file)?;
    let directory = file.chain(u32_at(bytes, 48).ok_or(DAMAGED)?)?;
    let entries: Vec<Entry> = directory.chunks_exact(128).filter_map(entry).collect();
    let find = |name: &str| entries.iter().find(|e| e.name.eq_ignore_ascii_case(name));
    if find("EncryptedPackage").is_some() || find("EncryptionInfo").is_some() {
        return Err(Refusal::of("password_protected"));
    }
    let Some(book) = find("Workbook") else {
        return Err(Refusal::of(if find("Book").is_some() {
            "xls_too_old"
        } else {
            "not_a_table"
        }));
    };
    let mut stream = if book.size < 4096 {
        let root = entries.iter().find(|e| e.is_root).ok_or(DAMAGED)?;
        small_stream(&file, root.start, book)?
    } else {
        file.chain(book.start)?
    };
    stream.truncate(book.size);
    Ok(stream)
}

/// The table that links sectors, gathered from the 109 entries of the header and the chain behind them.
fn sector_table(file: &File<'_>) -> Result<Vec<u32>, Refusal> {
    let most = file.bytes.len() / file.sector + 2;
    let mut ids: Vec<u32> = (0..109).filter_map(|i| u32_at(file.bytes, 76 + i * 4)).collect();
    let mut next = u32_at(file.bytes, 68).ok_or(DAMAGED)?;
    for _ in 0..most {
        if next >= FREE {
            break;
        }
        let sector = file.sector(next).ok_or(DAMAGED)?;
        let (links, last) = sector.split_at_checked(file.sector - 4).ok_or(DAMAGED)?;
        ids.extend(links.chunks_exact(4).filter_map(|c| u32_at(c, 0)));
        next = u32_at(last, 0).ok_or(DAMAGED)?;
    }
    let mut table = Vec::new();
    for id in ids.into_iter().filter(|id| *id < FREE).take(most) {
        let sector = file.sector(id).ok_or(DAMAGED)?;
        table.extend(sector.chunks_exact(4).filter_map(|c| u32_at(c, 0)));
        if table.len() > most * 2 + 1024 {
            return Ok(table);
        }
    }
    Ok(table)
}

fn entry(raw: &[u8]) -> Option<Entry> {
    let length = usize::from(u16_at(raw, 64)?).clamp(2, 64) - 2;
    let units: Vec<u16> = raw
        .get(..length)?
        .chunks_exact(2)
        .filter_map(|c| u16_at(c, 0))
        .collect();
    Some(Entry {
        name: String::from_utf16_lossy(&units),
        start: u32_at(raw, 116)?,
        size: u32_at(raw, 120)? as usize,
        is_root: *raw.get(66)? == 5,
    })
}

/// Streams below 4,096 bytes live in 64-byte pieces of the root's stream.
fn small_stream(file: &File<'_>, root: u32, book: &Entry) -> Result<Vec<u8>, Refusal> {
    let holder = file.chain(root)?;
    let links = file.chain(u32_at(file.bytes, 60).ok_or(DAMAGED)?)?;
    let (mut id, mut out) = (book.start, Vec::new());
    for _ in 0..=64 {
        if id >= FREE || out.len() >= book.size {
            return Ok(out);
        }
        let at = (id as usize).checked_mul(64).ok_or(DAMAGED)?;
        out.extend_from_slice(holder.get(at..at + 64).ok_or(DAMAGED)?);
        id = u32_at(&links, (id as usize).checked_mul(4).ok_or(DAMAGED)?).ok_or(DAMAGED)?;
    }
    Err(DAMAGED)
}
