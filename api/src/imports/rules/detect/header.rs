//! Which row names the columns, which rows are totals, and what makes two files one source's.

use super::super::cell::Cell;
use super::super::{amount, date, words};
use kept_shared::imports::{Detection, ImportField};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Two columns of one known name: nobody can tell which is meant. Repeating fields (e-mail, phone) may repeat.
pub fn repeated_header(detection: &Detection) -> bool {
    let names: Vec<String> = detection.columns.iter().map(|c| words::plain(&c.header)).collect();
    detection.columns.iter().zip(&names).any(|(column, name)| {
        let repeats = column.suggested.is_some_and(ImportField::repeats);
        words::is_known(&column.header) && !repeats && names.iter().filter(|other| *other == name).count() > 1
    })
}

/// A row of totals: one of its texts is the word, whichever column it stands in.
pub fn is_total_row(cells: &[Cell]) -> bool {
    cells
        .iter()
        .any(|cell| matches!(cell, Cell::Text(text) if words::is_total(text)))
}

/// Files of the same source have the same header, whatever their capitals and blanks.
pub fn signature(names: &[String]) -> String {
    let joined = names.iter().map(|n| words::plain(n)).collect::<Vec<_>>().join("|");
    let digest = Sha256::digest(joined.as_bytes());
    digest.iter().take(12).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The row that names the columns: the one with most known words, then most texts, with data below it. 0 when none.
pub(super) fn header_row(rows: &[(u32, Vec<Cell>)]) -> u32 {
    let mut best = (0_usize, 0_u32);
    for (i, (number, cells)) in rows.iter().enumerate() {
        let texts: Vec<&str> = cells
            .iter()
            .filter_map(|c| if let Cell::Text(t) = c { Some(t.trim()) } else { None })
            .filter(|t| !t.is_empty())
            .collect();
        let typed = cells
            .iter()
            .filter(|c| matches!(c, Cell::Number(_) | Cell::Date(_) | Cell::Bool(_) | Cell::Error(_)))
            .count();
        let known = texts.iter().filter(|t| words::is_known(t)).count();
        let values = texts
            .iter()
            .filter(|t| {
                !words::is_known(t)
                    && (amount::evidence(t) != amount::Evidence::No
                        || date::evidence(t) != date::Evidence::No
                        || t.contains('@'))
            })
            .count();
        if texts.is_empty() || typed > 0 || values > known {
            continue;
        }
        let below = rows
            .get(i + 1..)
            .unwrap_or_default()
            .iter()
            .take(3)
            .map(|(_, c)| c.iter().filter(|c| !c.is_blank()).count())
            .max()
            .unwrap_or(0);
        // A title stands alone; a header is about as wide as what follows. A one-column file has a one-cell header.
        if below == 0 || (texts.len() == 1 && below > 1) || below * 4 < texts.len() {
            continue;
        }
        let score = known * 10 + texts.len() * 2 + usize::from(below + 1 >= texts.len());
        if score > best.0 {
            best = (score, *number);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_source_has_the_same_signature() {
        let a = signature(&["Account No.".into(), "Balance".into()]);
        assert_eq!(a, signature(&["account_no".into(), " BALANCE ".into()]));
        assert_ne!(a, signature(&["Balance".into(), "Account No.".into()]));
    }
}
