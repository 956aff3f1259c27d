//! The detailed ledger as a workbook, written customer by customer in constant memory. Sums are formulas.

use crate::kernel::export::Sheet;
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::ledger_reports::{LedgerCustomer, LedgerLine, ReportLayout, ReportTotals, sheet_name};
use kept_shared::money::Money;
use std::collections::HashSet;
use std::io::Write;

/// What stands at the top.
pub(super) struct Head {
    pub organisation: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub layout: ReportLayout,
    pub totals: Vec<ReportTotals>,
    pub customers: u32,
    pub by: String,
    pub at: DateTime<Utc>,
}

const GROUPED: [(&str, u16); 14] = [
    ("Account", 16),
    ("Customer", 30),
    ("Unit", 14),
    ("Community", 26),
    ("Date", 12),
    ("Type", 13),
    ("Document", 18),
    ("Description", 40),
    ("Debit", 16),
    ("Credit", 16),
    ("Balance", 16),
    ("Currency", 9),
    ("Set against", 50),
    ("Not set against anything", 16),
];
const SINGLE: [(&str, u16); 9] = [
    ("Date", 12),
    ("Type", 13),
    ("Document", 18),
    ("Description", 40),
    ("Debit", 16),
    ("Credit", 16),
    ("Balance", 16),
    ("Set against", 50),
    ("Not set against anything", 16),
];
const SUMMARY: [(&str, u16); 8] = [
    ("Account", 16),
    ("Customer", 34),
    ("Unit", 14),
    ("Community", 28),
    ("Opening", 16),
    ("Debit", 16),
    ("Credit", 16),
    ("Closing", 16),
];
/// Longest text of a cell that every program opens.
const MAX_CELL: usize = 32_000;

fn unsigned(m: Money) -> String {
    m.to_plain().trim_start_matches('-').to_owned()
}

fn against(line: &LedgerLine) -> String {
    let mut text = String::new();
    for a in &line.against {
        let part = format!("{} {}", a.document, a.amount.to_plain());
        if text.len() + part.len() > MAX_CELL {
            text.push_str("; …");
            break;
        }
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(&part);
    }
    text
}

/// A workbook in the making.
pub(super) struct Book {
    sheet: Sheet,
    head: Head,
    first: u32,
    taken: HashSet<String>,
    sheets: u32,
    written: u32,
    summary: Vec<LedgerCustomer>,
}

impl Book {
    pub fn begin(head: Head) -> anyhow::Result<Self> {
        let sheet = match head.layout {
            ReportLayout::Grouped => {
                let mut sheet = Sheet::new("Detailed ledger", &GROUPED)?;
                facts(&mut sheet, &head)?;
                sheet.header(&[8, 9, 10, 13])?;
                sheet
            }
            // Begun with the first customer; the list of all of them follows at the end.
            ReportLayout::Sheets => Sheet::new("Detailed ledger", &SUMMARY)?,
        };
        Ok(Self {
            first: sheet.row(),
            sheet,
            head,
            taken: HashSet::from(["detailed ledger".to_owned()]),
            sheets: 0,
            written: 0,
            summary: vec![],
        })
    }

    pub fn customer(&mut self, customer: &LedgerCustomer) -> anyhow::Result<()> {
        self.written += 1;
        match self.head.layout {
            ReportLayout::Grouped => self.group(customer),
            ReportLayout::Sheets => self.own_sheet(customer),
        }
    }

    fn who(&mut self, c: &LedgerCustomer, strong: bool) -> anyhow::Result<()> {
        let unit = c.unit_label.as_deref().unwrap_or_default();
        for (column, text) in [(0, c.reference.as_str()), (1, &c.name), (2, unit), (3, &c.community)] {
            if strong {
                self.sheet.strong(column, text)?;
            } else {
                self.sheet.text(column, text)?;
            }
        }
        Ok(())
    }

    fn group(&mut self, c: &LedgerCustomer) -> anyhow::Result<()> {
        self.who(c, true)?;
        self.sheet.date(4, Some(self.head.from))?;
        self.sheet.strong(7, "Opening balance")?;
        self.sheet.money(10, &c.opening.to_plain())?;
        let opening = self.sheet.row();
        self.sheet.next();
        for line in &c.lines {
            self.who(c, false)?;
            movement(&mut self.sheet, line, 4)?;
            self.sheet.text(11, c.closing.currency.as_str())?;
            self.sheet.text(12, &against(line))?;
            if let Some(left) = line.unallocated {
                self.sheet.money(13, &left.to_plain())?;
            }
            self.sheet.next();
        }
        self.sheet.strong(7, "Closing balance")?;
        self.sheet.sum(8, opening + 1, &c.debits.to_plain())?;
        self.sheet.sum(9, opening + 1, &unsigned(c.credits))?;
        self.sheet.carried(10, opening, (8, 9), &c.closing.to_plain())?;
        self.sheet.next();
        Ok(())
    }

    fn own_sheet(&mut self, c: &LedgerCustomer) -> anyhow::Result<()> {
        let name = sheet_name(&c.reference, &mut self.taken);
        if self.sheets == 0 {
            self.sheet = Sheet::new(&name, &SINGLE)?;
        } else {
            self.sheet.another(&name, &SINGLE)?;
        }
        self.sheets += 1;
        let sheet = &mut self.sheet;
        sheet.title(&c.community)?;
        sheet.fact("Ledger of", &format!("{} · {}", c.reference, c.name))?;
        if let Some(unit) = &c.unit_label {
            sheet.fact("Unit", unit)?;
        }
        sheet.fact("From – to", &format!("{} – {}", self.head.from, self.head.to))?;
        sheet.fact("Currency", c.closing.currency.as_str())?;
        sheet.header(&[4, 5, 6, 8])?;
        sheet.date(0, Some(self.head.from))?;
        sheet.strong(3, "Opening balance")?;
        sheet.money(6, &c.opening.to_plain())?;
        let opening = sheet.row();
        sheet.next();
        for line in &c.lines {
            movement(sheet, line, 0)?;
            sheet.text(7, &against(line))?;
            if let Some(left) = line.unallocated {
                sheet.money(8, &left.to_plain())?;
            }
            sheet.next();
        }
        sheet.strong(3, "Closing balance")?;
        sheet.sum(4, opening + 1, &c.debits.to_plain())?;
        sheet.sum(5, opening + 1, &unsigned(c.credits))?;
        sheet.carried(6, opening, (4, 5), &c.closing.to_plain())?;
        let mut without = c.clone();
        without.lines = vec![];
        self.summary.push(without);
        Ok(())
    }

    /// Ends with the sums of the whole report, and writes the file.
    pub fn end(mut self, out: &mut impl Write) -> anyhow::Result<()> {
        // Whoever sent them may have stopped: half a ledger is none.
        let (written, all) = (self.written, self.head.customers);
        anyhow::ensure!(written == all, "{written} of {all} customers were read");
        match self.head.layout {
            ReportLayout::Grouped => self.grand_totals()?,
            ReportLayout::Sheets => self.list()?,
        }
        self.sheet.save(out)
    }

    fn grand_totals(&mut self) -> anyhow::Result<()> {
        let last = self.sheet.row().saturating_sub(1).max(self.first);
        self.sheet.next();
        for total in &self.head.totals {
            let currency = total.currency.as_str();
            self.sheet.strong(1, &format!("All customers, {currency}"))?;
            self.sheet.strong(7, "Opening balance")?;
            self.sheet.money(10, &total.opening.to_plain())?;
            let opening = self.sheet.row();
            self.sheet.next();
            self.sheet.strong(7, "Closing balance")?;
            let span = (self.first, last);
            self.sheet
                .sum_if(8, span.0, span.1, 11, currency, &total.debits.to_plain())?;
            self.sheet
                .sum_if(9, span.0, span.1, 11, currency, &unsigned(total.credits))?;
            self.sheet.carried(10, opening, (8, 9), &total.closing.to_plain())?;
            self.sheet.next();
        }
        Ok(())
    }

    /// The last sheet: every customer in one line.
    fn list(&mut self) -> anyhow::Result<()> {
        if self.sheets == 0 {
            self.sheet = Sheet::new("Detailed ledger", &SUMMARY)?;
        } else {
            self.sheet.another("Detailed ledger", &SUMMARY)?;
        }
        facts(&mut self.sheet, &self.head)?;
        self.sheet.header(&[4, 5, 6, 7])?;
        for total in &self.head.totals {
            let first = self.sheet.row();
            for c in self.summary.iter().filter(|c| c.closing.currency == total.currency) {
                self.sheet.text(0, &c.reference)?;
                self.sheet.text(1, &c.name)?;
                self.sheet.text(2, c.unit_label.as_deref().unwrap_or_default())?;
                self.sheet.text(3, &c.community)?;
                self.sheet.money(4, &c.opening.to_plain())?;
                self.sheet.money(5, &c.debits.to_plain())?;
                self.sheet.money(6, &unsigned(c.credits))?;
                self.sheet.money(7, &c.closing.to_plain())?;
                self.sheet.next();
            }
            self.sheet
                .strong(1, &format!("All customers, {}", total.currency.as_str()))?;
            self.sheet.sum(4, first, &total.opening.to_plain())?;
            self.sheet.sum(5, first, &total.debits.to_plain())?;
            self.sheet.sum(6, first, &unsigned(total.credits))?;
            self.sheet.sum(7, first, &total.closing.to_plain())?;
            self.sheet.next();
        }
        Ok(())
    }
}

fn facts(sheet: &mut Sheet, head: &Head) -> anyhow::Result<()> {
    sheet.title("Detailed customer ledger")?;
    sheet.fact("Organisation", &head.organisation)?;
    sheet.fact("From – to", &format!("{} – {}", head.from, head.to))?;
    sheet.fact("Customers", &head.customers.to_string())?;
    sheet.fact(
        "Printed",
        &format!("{}, {} UTC", head.by, head.at.format("%Y-%m-%d %H:%M")),
    )
}

fn movement(sheet: &mut Sheet, line: &LedgerLine, left: u16) -> anyhow::Result<()> {
    sheet.date(left, Some(line.date))?;
    sheet.text(left + 1, line.kind.as_str())?;
    sheet.text(left + 2, line.document.as_deref().unwrap_or_default())?;
    sheet.text(left + 3, &line.description)?;
    for (column, amount) in [(left + 4, line.debit), (left + 5, line.credit)] {
        if let Some(amount) = amount {
            sheet.money(column, &amount.to_plain())?;
        }
    }
    sheet.money(left + 6, &line.balance.to_plain())
}
