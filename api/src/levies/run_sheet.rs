//! A charge run as a workbook.

use crate::kernel::export::{ChunkWriter, Sheet};
use chrono::{DateTime, Utc};
use kept_shared::levies::{LevyRun, LevyRunLine, LevyWarning};
use kept_shared::money::Money;

const COLUMNS: [(&str, u16); 12] = [
    ("Unit", 12),
    ("Customer", 32),
    ("Reference", 16),
    ("Kind", 14),
    ("Charge", 36),
    ("From", 13),
    ("To", 13),
    ("Charged on", 13),
    ("Due on", 13),
    ("Amount", 16),
    ("Left out because", 34),
    ("Left out or taken back", 18),
];
const RAISED: u16 = 9;
const OUT: u16 = 11;

const fn because(warning: LevyWarning) -> &'static str {
    match warning {
        LevyWarning::NoOwner => "the unit has no owner on that day",
        LevyWarning::AlreadyCharged => "charged before",
        LevyWarning::Ended => "the charge has ended",
        LevyWarning::UnitInactive => "the unit is not in use",
        LevyWarning::AccountInactive => "the customer is closed",
    }
}

/// Every line; what counts and what does not stand in two columns, each with its sum.
pub(super) fn write(
    run: &LevyRun,
    lines: &[LevyRunLine],
    by: &str,
    at: &DateTime<Utc>,
    out: &mut ChunkWriter,
) -> anyhow::Result<()> {
    let mut sheet = Sheet::new("Charge run", &COLUMNS)?;
    sheet.title(&run.community_name)?;
    sheet.fact("Report", "Charge run")?;
    sheet.fact("Month", &run.month.format("%Y-%m").to_string())?;
    sheet.fact("State", run.state.as_str())?;
    sheet.fact("Currency", run.total.currency.as_str())?;
    sheet.fact("Printed", &format!("{by}, {} UTC", at.format("%Y-%m-%d %H:%M")))?;
    sheet.header(&[RAISED, OUT])?;
    let first = sheet.row();
    let (mut raised, mut left) = (0_i64, 0_i64);
    for l in lines {
        sheet.text(0, &l.unit_code)?;
        sheet.text(1, l.name.as_deref().unwrap_or_default())?;
        sheet.text(2, l.reference.as_deref().unwrap_or_default())?;
        sheet.text(3, l.kind.as_str())?;
        sheet.text(4, &l.description)?;
        sheet.date(5, Some(l.period.from))?;
        sheet.date(6, Some(l.period.to))?;
        sheet.date(7, Some(l.charge_on))?;
        sheet.date(8, Some(l.due_on))?;
        let why = match (l.warning, l.is_reversed) {
            (Some(warning), _) => Some(because(warning)),
            (None, true) => Some("taken back"),
            (None, false) => None,
        };
        if let Some(why) = why {
            sheet.text(10, why)?;
            sheet.money(OUT, &l.amount.to_plain())?;
            left = left.saturating_add(l.amount.minor);
        } else {
            sheet.money(RAISED, &l.amount.to_plain())?;
            raised = raised.saturating_add(l.amount.minor);
        }
        sheet.next();
    }
    if !lines.is_empty() {
        sheet.text(0, "Total")?;
        let money = |minor| Money::new(minor, run.total.currency).to_plain();
        sheet.sum(RAISED, first, &money(raised))?;
        sheet.sum(OUT, first, &money(left))?;
        sheet.next();
    }
    sheet.save(out)
}
