//! Workbooks for people: the faulty rows of an import with their reasons, and empty templates.

use super::entity::{import, row};
use super::rules::Cell;
use crate::kernel::{Read, Seen, Stop, export};
use actix_web::HttpResponse;
use kept_shared::imports::{Fault, ImportKind, Verdict};
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use sea_orm::{ColumnTrait, QueryOrder, QuerySelect};
use tokio::sync::mpsc;

const PAGE: u64 = 1_000;
/// A number with more digits loses some in a spreadsheet.
const MAX_DIGITS: usize = 15;

/// The faulty rows under the file's own header, with a last column of reasons. Corrected, it can be uploaded again.
pub async fn errors(read: Read, import: &Seen<import::Model>) -> Result<HttpResponse, Stop> {
    let detection = import.detection()?;
    let mut header: Vec<String> = detection.columns.iter().map(|c| c.header.clone()).collect();
    for (index, name) in header.iter_mut().enumerate() {
        if name.is_empty() && detection.header_row == 0 {
            *name = format!("Column {}", index + 1);
        }
    }
    let (sink, mut source) = mpsc::channel::<Vec<Seen<row::Model>>>(2);
    let id = import.id;
    tokio::spawn(async move {
        let mut after = 0_i64;
        loop {
            let page = read
                .find::<row::Entity>()
                .filter(row::Column::ImportId.eq(id))
                .filter(row::Column::Verdict.eq(Verdict::Faulty))
                .filter(row::Column::Number.gt(after))
                .shape(|s| s.order_by_asc(row::Column::Number).limit(PAGE))
                .all()
                .await;
            match page {
                Ok(rows) => {
                    let Some(last) = rows.last() else { return };
                    after = last.number;
                    if sink.send(rows).await.is_err() {
                        return;
                    }
                }
                Err(stop) => {
                    tracing::warn!(error.cause = %stop, "faulty rows could not be read");
                    return;
                }
            }
        }
    });
    let base: String = import
        .file_name
        .rsplit_once('.')
        .map_or(import.file_name.as_str(), |(base, _)| base)
        .chars()
        .take(100)
        .collect();
    export::stream(&format!("{base} - faulty rows.xlsx"), export::XLSX, move |out| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name("Faulty rows")?;
        let width = u16::try_from(header.len())?;
        sheet.set_column_width(width, 60)?;
        head(sheet, header.iter().map(String::as_str).chain(["Reason"]))?;
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let mut line = 1_u32;
        while let Some(rows) = source.blocking_recv() {
            for row in rows {
                for (column, cell) in (0_u16..).zip(row.cells()?) {
                    write(sheet, line, column, &cell, &day)?;
                }
                let faults: Vec<Fault> = row
                    .faults
                    .as_deref()
                    .map(serde_json::from_str)
                    .transpose()?
                    .unwrap_or_default();
                let reasons: Vec<String> = faults.iter().map(|f| reason(f, &header)).collect();
                sheet.write_string(line, width, format!("Row {}: {}", row.number, reasons.join("; ")))?;
                line += 1;
            }
        }
        book.save_to_writer(out)?;
        Ok(())
    })
    .await
}

fn head<'a>(sheet: &mut Worksheet, names: impl Iterator<Item = &'a str>) -> Result<(), rust_xlsxwriter::XlsxError> {
    let bold = Format::new().set_bold();
    for (column, name) in (0_u16..).zip(names) {
        sheet.write_string_with_format(0, column, name, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A cell in the type it was read in; text always as text, so that no formula comes alive.
fn write(
    sheet: &mut Worksheet,
    line: u32,
    column: u16,
    cell: &Cell,
    day: &Format,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) | Cell::Error(text) => {
            sheet.write_string(line, column, text)?;
        }
        Cell::Number(text) => match text.parse::<f64>() {
            Ok(number) if text.bytes().filter(u8::is_ascii_digit).count() <= MAX_DIGITS => {
                sheet.write_number(line, column, number)?;
            }
            Ok(_) | Err(_) => {
                sheet.write_string(line, column, text)?;
            }
        },
        Cell::Date(date) => {
            sheet.write_datetime_with_format(line, column, date, day)?;
        }
        Cell::Bool(yes) => {
            sheet.write_boolean(line, column, *yes)?;
        }
    }
    Ok(())
}

/// A fault in words. The screen has its own; a workbook travels to people without one.
fn reason(fault: &Fault, header: &[String]) -> String {
    let column = fault
        .column
        .and_then(|c| header.get(c as usize))
        .filter(|name| !name.is_empty());
    let place = column.map_or_else(String::new, |name| format!("{name}: "));
    let with = |name: &str| fault.params.get(name).cloned().unwrap_or_default();
    let words = match fault.code.as_str() {
        "required" => "is missing".to_owned(),
        "not_an_amount" => "is not an amount".to_owned(),
        "decimal_style_differs" | "decimal_style_needed" => {
            "is written with another decimal mark than chosen".to_owned()
        }
        "amount_too_large" => "is too large".to_owned(),
        "does_not_add_up" => format!("is not the sum of the columns, which is {}", with("sum")),
        "not_a_date" => "is not a date".to_owned(),
        "no_such_day" => "is a day that does not exist".to_owned(),
        "date_order_needed" | "date_order_differs" => {
            "is written in another order of day and month than chosen".to_owned()
        }
        "date_out_of_range" => "is out of range".to_owned(),
        "error_value" => "is an error value of the spreadsheet".to_owned(),
        "not_an_email" => "is not an e-mail address".to_owned(),
        "not_a_phone" | "phone_too_short" | "phone_too_long" => "is not a phone number".to_owned(),
        "phone_needs_country_code" => "needs a country code".to_owned(),
        "not_yes_or_no" => "is neither yes nor no".to_owned(),
        "too_long" => "is too long".to_owned(),
        "control_character" => "holds a character that cannot be shown".to_owned(),
        "unknown_community" => "is not the code of a community you may import into".to_owned(),
        "repeated_in_file" => format!("is the same as in row {}", with("row")),
        "differs_from_book" => format!("differs from the book, which has {}", with("before")),
        other => other.replace('_', " "),
    };
    let value = if fault.value.is_empty() {
        String::new()
    } else {
        format!("\"{}\" ", fault.value)
    };
    format!("{place}{value}{words}")
}

/// An empty workbook with the columns of a kind of import, and a sheet that says what goes in them.
pub async fn template(kind: ImportKind) -> Result<HttpResponse, Stop> {
    export::stream(&format!("kept {kind} template.xlsx"), export::XLSX, move |out| {
        let mut book = Workbook::new();
        let fields = columns(kind);
        let sheet = book.add_worksheet();
        sheet.set_name("Rows")?;
        head(sheet, fields.iter().map(|(name, _)| *name))?;
        for column in 0..u16::try_from(fields.len())? {
            sheet.set_column_width(column, 20)?;
        }
        let notes = book.add_worksheet();
        notes.set_name("What goes in")?;
        head(notes, ["Column", "What goes in"].into_iter())?;
        notes.set_column_width(0, 24)?.set_column_width(1, 90)?;
        for (line, (name, note)) in (1_u32..).zip(&fields) {
            notes.write_string(line, 0, *name)?;
            notes.write_string(line, 1, *note)?;
        }
        book.save_to_writer(out)?;
        Ok(())
    })
    .await
}

fn columns(kind: ImportKind) -> Vec<(&'static str, &'static str)> {
    let account = (
        "Account No",
        "Your number for the customer, unique in the community. Required.",
    );
    let name = (
        "Name",
        "Name of the person, company or trust. Taken when the customer is new.",
    );
    let tail = [
        (
            "Unit",
            "Unit or door number. Made when it does not exist; it is given to the customer when nobody owns it.",
        ),
        ("Customer group", "Made when it does not exist."),
        ("Email", "One or several, separated by ; or ,"),
        ("Phone", "One or several, separated by ; or ,"),
    ];
    let mut all = vec![account, name];
    match kind {
        ImportKind::Invoices => all.extend([
            (
                "Invoice No",
                "Unique for the customer; kept as text, so zeros in front stay. Required.",
            ),
            ("Invoice Date", "A date. Invoice date or due date is required."),
            ("Due Date", "A date."),
            ("Amount", "What was charged. A negative amount is a credit. Required."),
            ("Disputed", "yes or no"),
            ("Settled Date", "When it was paid in full; blank while it is open."),
        ]),
        ImportKind::Customers => {}
        ImportKind::Balances => all.extend([
            (
                "Current",
                "Not overdue on the day of the balances. The day is asked for on screen.",
            ),
            ("30 Days", "Overdue for up to 30 days, or one calendar month."),
            ("60 Days", "31 to 60 days."),
            ("90 Days", "61 to 90 days."),
            ("120+ Days", "91 days and more."),
            ("Total", "Checked against the sum of the five; may be left out."),
        ]),
    }
    all.extend(tail);
    all
}
