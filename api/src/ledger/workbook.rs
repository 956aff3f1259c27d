//! An account's movements as a workbook.

use crate::kernel::export::{ChunkWriter, Sheet};
use chrono::{DateTime, Utc};
use kept_shared::ledger::{Movement, MovementsHead};

const COLUMNS: [(&str, u16); 10] = [
    ("Date", 12),
    ("Due", 12),
    ("Type", 14),
    ("Claim", 18),
    ("Reference", 18),
    ("Description", 44),
    ("Debit", 16),
    ("Credit", 16),
    ("Balance", 16),
    ("By", 22),
];

pub(super) fn write(
    out: &mut ChunkWriter,
    head: &MovementsHead,
    lines: impl Iterator<Item = Movement>,
    by: &str,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let currency = head.closing.currency;
    let mut sheet = Sheet::new("Movements", &COLUMNS)?;
    sheet.title(&head.community)?;
    sheet.fact("Movements of", &format!("{} · {}", head.reference, head.name))?;
    if let Some(unit) = &head.unit_label {
        sheet.fact("Unit", unit)?;
    }
    sheet.fact("From – to", &format!("{} – {}", head.from, head.to))?;
    sheet.fact("Currency", currency.as_str())?;
    sheet.fact("Printed", &format!("{by}, {} UTC", at.format("%Y-%m-%d %H:%M")))?;
    let a = &head.ageing;
    let ageing = [
        ("Current", a.current),
        ("30", a.d30),
        ("60", a.d60),
        ("90", a.d90),
        ("120+", a.d120),
        ("Unallocated", a.unallocated),
    ];
    let text: Vec<String> = ageing
        .iter()
        .map(|(label, m)| format!("{label} {}", m.to_plain()))
        .collect();
    sheet.fact(&format!("Ageing as at {}", head.to), &text.join(" | "))?;
    sheet.header(&[6, 7, 8])?;
    sheet.date(0, Some(head.from))?;
    sheet.text(5, "Opening balance")?;
    sheet.money(8, &head.opening.to_plain())?;
    sheet.next();
    let first = sheet.row();
    for m in lines {
        sheet.date(0, Some(m.date))?;
        sheet.date(1, m.due_on)?;
        sheet.text(2, m.kind.as_str())?;
        sheet.text(3, m.claim.as_deref().unwrap_or_default())?;
        sheet.text(4, m.reference.as_deref().unwrap_or_default())?;
        sheet.text(5, &m.description)?;
        let side = if m.amount.minor < 0 { 7 } else { 6 };
        let plain = m.amount.to_plain();
        sheet.money(side, plain.trim_start_matches('-'))?;
        sheet.money(8, &m.balance.to_plain())?;
        sheet.text(9, m.by.as_deref().unwrap_or_default())?;
        sheet.next();
    }
    sheet.text(5, "Total")?;
    sheet.sum(6, first, &head.debits.to_plain())?;
    sheet.sum(7, first, head.credits.to_plain().trim_start_matches('-'))?;
    sheet.money(8, &head.closing.to_plain())?;
    sheet.save(out)
}
