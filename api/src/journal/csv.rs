//! The journal as CSV (spec E05): UTF-8 with a byte order mark, RFC 4180, ISO dates, decimal points; a text that a
//! spreadsheet would take for a formula is led by an apostrophe.

use kept_shared::journal::JournalLine;
use std::io::Write;

const HEADINGS: [&str; 19] = [
    "date",
    "entry_no",
    "type",
    "claim",
    "product",
    "payment_method",
    "context",
    "description",
    "reason",
    "reference",
    "debit",
    "credit",
    "balance",
    "currency",
    "due_date",
    "reverses_no",
    "by",
    "approved_by",
    "entry_id",
];

/// A text no spreadsheet runs.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

pub(super) fn write(out: &mut impl Write, lines: &[JournalLine]) -> anyhow::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    csv.write_record(HEADINGS)?;
    for l in lines {
        let text = |t: &Option<String>| safe(t.as_deref().unwrap_or_default());
        let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
        let amount = l.amount.to_plain();
        let (debit, credit) = if l.amount.minor < 0 {
            (String::new(), amount.trim_start_matches('-').to_owned())
        } else {
            (amount, String::new())
        };
        csv.write_record([
            l.date.to_string(),
            l.no.to_string(),
            l.kind.to_string(),
            text(&l.claim),
            text(&l.product),
            text(&l.payment_method),
            l.context.to_string(),
            safe(&l.description),
            text(&l.reason),
            text(&l.reference),
            debit,
            credit,
            l.balance.to_plain(),
            l.amount.currency.as_str().to_owned(),
            day(l.due_on),
            l.reverses_no.map(|n| n.to_string()).unwrap_or_default(),
            text(&l.by),
            text(&l.approved_by),
            l.id.to_string(),
        ])?;
    }
    csv.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_formula_is_a_text() {
        for text in ["=1+1", "+27", "-5", "@SUM(A1)", "\t=1"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        assert_eq!(safe("Levy 2026-11"), "Levy 2026-11");
    }
}
