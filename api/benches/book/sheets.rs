//! What the spreadsheet libraries do by themselves, and the files that imports are measured with.

use anyhow::Context;
use calamine::{Reader, Xlsx};
use rust_xlsxwriter::Workbook;
use std::time::{Duration, Instant};

/// Invoices of a book to take over: a hundred rows a customer.
pub fn invoices_csv(rows: u32, prefix: &str) -> String {
    let mut text = String::from("Account No,Name,Invoice No,Invoice Date,Due Date,Amount\n");
    for row in invoices(rows, prefix) {
        text.push_str(&row.join(","));
        text.push('\n');
    }
    text
}

/// The same as a workbook.
pub fn invoices_xlsx(rows: u32, prefix: &str) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    let heads = ["Account No", "Name", "Invoice No", "Invoice Date", "Due Date", "Amount"];
    for (column, head) in (0..).zip(heads) {
        sheet.write_string(0, column, head)?;
    }
    for (at, row) in (1..).zip(invoices(rows, prefix)) {
        for (column, cell) in (0..).zip(&row) {
            if column == 5 {
                sheet.write_number(at, column, cell.parse::<f64>()?)?;
            } else {
                sheet.write_string(at, column, cell)?;
            }
        }
    }
    Ok(book.save_to_buffer()?)
}

fn invoices(rows: u32, prefix: &str) -> impl Iterator<Item = [String; 6]> {
    (0..rows).map(move |n| {
        let (customer, month) = (n / 50, n % 50);
        let (year, month) = (2021 + month / 12, month % 12 + 1);
        [
            format!("{prefix}{customer:05}"),
            format!("Customer {prefix} {customer}"),
            format!("INV{n:06}"),
            format!("{year}-{month:02}-01"),
            format!("{year}-{month:02}-25"),
            format!("{}.{:02}", 100 + n % 9_000, n % 100),
        ]
    })
}

/// Reads every cell of a workbook; returns the time.
pub fn read_cells(bytes: &[u8]) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes))?;
    let name = book.sheet_names().first().cloned().context("no sheet")?;
    let mut cells = book.worksheet_cells_reader(&name)?;
    let mut count = 0_u64;
    while cells.next_cell()?.is_some() {
        count += 1;
    }
    anyhow::ensure!(count > 0, "an empty sheet");
    Ok(started.elapsed())
}

/// Writes rows of twenty columns as the age analysis has them (eight of text, ten of money, a date, a number) in
/// constant memory; returns the time.
pub fn write_rows(rows: u32) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let mut book = Workbook::new();
    let money = rust_xlsxwriter::Format::new().set_num_format("#,##0.00;-#,##0.00;0.00");
    let sheet = book.add_worksheet_with_constant_memory()?;
    let texts = [
        "Thandi van der Merwe",
        "A0012345",
        "",
        "SC001",
        "Owners",
        "Letter of demand sent",
        "",
        "",
        "ZAR",
    ];
    for row in 0..rows {
        for (column, text) in (0..).zip(texts).filter(|t| !t.1.is_empty()) {
            sheet.write_string(row, column, text)?;
        }
        for column in 9..17 {
            sheet.write_number_with_format(row, column, f64::from(row) + 0.5, &money)?;
        }
        sheet.write_number(row, 17, 46_000.0)?;
        sheet.write_number_with_format(row, 18, f64::from(row) + 0.25, &money)?;
        sheet.write_number(row, 19, 3.0)?;
    }
    let bytes = book.save_to_buffer()?;
    anyhow::ensure!(!bytes.is_empty(), "an empty file");
    Ok(started.elapsed())
}
