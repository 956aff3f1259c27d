//! Workbooks that stream: built on a blocking thread in constant memory, sent as they grow.

use super::Stop;
use actix_web::{HttpResponse, http::header, web};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};
use std::{io::Write, sync::Arc};
use tokio::sync::{Semaphore, mpsc};

/// Media type of .xlsx.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CHUNK: usize = 64 * 1024;
/// How long a client may take to read the next piece of a download.
pub const STALLED: std::time::Duration = std::time::Duration::from_secs(30);

/// Collects small writes into chunks for the response; errors when the client has gone.
pub struct ChunkWriter {
    buffer: Vec<u8>,
    sink: mpsc::Sender<Result<web::Bytes, std::io::Error>>,
}
impl ChunkWriter {
    fn send(&mut self) -> std::io::Result<()> {
        let bytes = web::Bytes::from(std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK)));
        // A client that stops reading holds a slot and a database connection: it is let go.
        let sent = tokio::runtime::Handle::current().block_on(tokio::time::timeout(STALLED, self.sink.send(Ok(bytes))));
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(std::io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(std::io::ErrorKind::TimedOut.into()),
        }
    }
}
impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.send()?;
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        if self.buffer.is_empty() { Ok(()) } else { self.send() }
    }
}

static SLOTS: std::sync::LazyLock<Arc<Semaphore>> = std::sync::LazyLock::new(|| {
    Arc::new(Semaphore::new(
        std::thread::available_parallelism().map_or(2, usize::from),
    ))
});

/// Streams a download: `build` runs on a blocking thread, at most one for each core at a time.
pub async fn stream(
    file_name: &str,
    media_type: &str,
    build: impl FnOnce(&mut ChunkWriter) -> anyhow::Result<()> + Send + 'static,
) -> Result<HttpResponse, Stop> {
    let slot = SLOTS.clone().acquire_owned().await.map_err(Stop::internal)?;
    let (sink, source) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let mut writer = ChunkWriter {
            buffer: Vec::with_capacity(CHUNK),
            sink: sink.clone(),
        };
        let result = build(&mut writer).and_then(|()| Ok(writer.flush()?));
        if let Err(e) = result {
            tracing::warn!(error.cause = %format!("{e:#}"), "a download was cut off");
            let _gone = sink.blocking_send(Err(std::io::Error::other("the download failed")));
        }
        drop(slot);
    });
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, attachment(file_name)))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(tokio_stream::wrappers::ReceiverStream::new(source)))
}

/// `Content-Disposition: attachment` with a plain and a UTF-8 file name.
pub fn attachment(file_name: &str) -> String {
    disposition("attachment", file_name)
}

/// The same to be shown in the browser; the name is what it is saved as.
pub fn inline(file_name: &str) -> String {
    disposition("inline", file_name)
}

fn disposition(how: &str, file_name: &str) -> String {
    let plain: String = file_name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut encoded = String::new();
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// One sheet of a workbook, written row by row in constant memory: a head of facts, a frozen header row, typed cells,
/// sums as formulas. Text is always a string cell, whatever it begins with.
pub struct Sheet {
    book: rust_xlsxwriter::Workbook,
    /// The sheet being written; those before it are finished.
    index: usize,
    row: u32,
    header_row: u32,
    columns: Vec<(String, u16)>,
    formats: Formats,
}

struct Formats {
    title: Format,
    label: Format,
    header: Format,
    header_right: Format,
    money: Format,
    sum: Format,
    date: Format,
    strong: Format,
}

fn owned(columns: &[(impl AsRef<str>, u16)]) -> Vec<(String, u16)> {
    columns
        .iter()
        .map(|(heading, width)| (heading.as_ref().to_owned(), *width))
        .collect()
}

fn begin(book: &mut rust_xlsxwriter::Workbook, name: &str, columns: &[(impl AsRef<str>, u16)]) -> anyhow::Result<()> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    for (n, (_, width)) in columns.iter().enumerate() {
        sheet.set_column_width(u16::try_from(n)?, f64::from(*width))?;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

impl Sheet {
    /// Columns as (heading, width in characters).
    pub fn new(name: &str, columns: &[(impl AsRef<str>, u16)]) -> anyhow::Result<Self> {
        let mut book = rust_xlsxwriter::Workbook::new();
        begin(&mut book, name, columns)?;
        let money = "#,##0.00;-#,##0.00;0.00";
        let header = Format::new()
            .set_bold()
            .set_border_bottom(FormatBorder::Thin)
            .set_text_wrap();
        Ok(Self {
            book,
            index: 0,
            row: 0,
            header_row: 0,
            columns: owned(columns),
            formats: Formats {
                title: Format::new().set_bold().set_font_size(14),
                label: Format::new().set_font_color(rust_xlsxwriter::Color::Gray),
                header_right: header.clone().set_align(FormatAlign::Right),
                header,
                money: Format::new().set_num_format(money),
                sum: Format::new()
                    .set_num_format(money)
                    .set_bold()
                    .set_border_top(FormatBorder::Thin),
                date: Format::new().set_num_format("yyyy-mm-dd"),
                strong: Format::new().set_bold(),
            },
        })
    }
    fn cells(&mut self) -> anyhow::Result<&mut rust_xlsxwriter::Worksheet> {
        Ok(self.book.worksheet_from_index(self.index)?)
    }
    /// Ends this sheet and begins another after it, at its first row.
    pub fn another(&mut self, name: &str, columns: &[(impl AsRef<str>, u16)]) -> anyhow::Result<()> {
        begin(&mut self.book, name, columns)?;
        self.index += 1;
        (self.row, self.header_row, self.columns) = (0, 0, owned(columns));
        Ok(())
    }
    /// The row being written, counted from 0.
    pub fn row(&self) -> u32 {
        self.row
    }
    pub fn next(&mut self) {
        self.row += 1;
    }
    pub fn title(&mut self, text: &str) -> anyhow::Result<()> {
        let (row, format) = (self.row, self.formats.title.clone());
        self.cells()?.write_string_with_format(row, 0, text, &format)?;
        self.next();
        Ok(())
    }
    /// A line of the head: label and value.
    pub fn fact(&mut self, label: &str, value: &str) -> anyhow::Result<()> {
        let (row, format) = (self.row, self.formats.label.clone());
        let cells = self.cells()?;
        cells.write_string_with_format(row, 0, label, &format)?;
        cells.write_string(row, 1, value)?;
        self.next();
        Ok(())
    }
    /// The header row, after an empty one; frozen, as is the first column.
    pub fn header(&mut self, right: &[u16]) -> anyhow::Result<()> {
        self.next();
        self.header_row = self.row;
        let (row, columns) = (self.row, self.columns.clone());
        let (plain, aligned) = (self.formats.header.clone(), self.formats.header_right.clone());
        let cells = self.cells()?;
        for (n, (heading, _)) in columns.iter().enumerate() {
            let n = u16::try_from(n)?;
            let format = if right.contains(&n) { &aligned } else { &plain };
            cells.write_string_with_format(row, n, heading, format)?;
        }
        cells.set_freeze_panes(row + 1, 1)?;
        cells.set_repeat_rows(row, row)?;
        self.next();
        Ok(())
    }
    /// A text cell; nothing for empty text.
    pub fn text(&mut self, column: u16, text: &str) -> anyhow::Result<()> {
        if !text.is_empty() {
            let row = self.row;
            self.cells()?.write_string(row, column, text)?;
        }
        Ok(())
    }
    /// A bold text cell; nothing for empty text.
    pub fn strong(&mut self, column: u16, text: &str) -> anyhow::Result<()> {
        if !text.is_empty() {
            let (row, format) = (self.row, self.formats.strong.clone());
            self.cells()?.write_string_with_format(row, column, text, &format)?;
        }
        Ok(())
    }
    /// A number cell from plain decimal text. The nearest number a workbook can hold is exact up to 15 digits.
    pub fn money(&mut self, column: u16, plain: &str) -> anyhow::Result<()> {
        let (row, format, number) = (self.row, self.formats.money.clone(), plain.parse::<f64>()?);
        self.cells()?.write_number_with_format(row, column, number, &format)?;
        Ok(())
    }
    pub fn number(&mut self, column: u16, number: u32) -> anyhow::Result<()> {
        let row = self.row;
        self.cells()?.write_number(row, column, f64::from(number))?;
        Ok(())
    }
    pub fn date(&mut self, column: u16, date: Option<chrono::NaiveDate>) -> anyhow::Result<()> {
        if let Some(date) = date {
            let (row, format) = (self.row, self.formats.date.clone());
            self.cells()?.write_date_with_format(row, column, date, &format)?;
        }
        Ok(())
    }
    /// The sum of a column from row `first` to the row before this one, with the value readers show before they
    /// calculate.
    pub fn sum(&mut self, column: u16, first: u32, value: &str) -> anyhow::Result<()> {
        let range = self.range(column, first);
        self.formula(column, &format!("=SUBTOTAL(109,{range})"), value)
    }
    /// As [`Self::sum`], of the rows whose `by` column holds `text`.
    pub fn sum_if(
        &mut self,
        column: u16,
        first: u32,
        last: u32,
        by: u16,
        text: &str,
        value: &str,
    ) -> anyhow::Result<()> {
        let cell = |c, r| rust_xlsxwriter::utility::row_col_to_cell_absolute(r, c);
        let criteria = format!("{}:{}", cell(by, first), cell(by, last));
        let range = format!("{}:{}", cell(column, first), cell(column, last));
        self.formula(column, &format!("=SUMIF({criteria},\"{text}\",{range})"), value)
    }
    /// The figure of `column` in row `opening` and the difference of two columns of this row: a balance carried forward.
    pub fn carried(&mut self, column: u16, opening: u32, (plus, minus): (u16, u16), value: &str) -> anyhow::Result<()> {
        let (row, cell) = (self.row, rust_xlsxwriter::utility::row_col_to_cell);
        let formula = format!("={}+{}-{}", cell(opening, column), cell(row, plus), cell(row, minus));
        self.formula(column, &formula, value)
    }
    fn range(&self, column: u16, first: u32) -> String {
        let last = self.row.saturating_sub(1).max(first);
        let cell = |r| rust_xlsxwriter::utility::row_col_to_cell(r, column);
        format!("{}:{}", cell(first), cell(last))
    }
    fn formula(&mut self, column: u16, formula: &str, value: &str) -> anyhow::Result<()> {
        let (row, format) = (self.row, self.formats.sum.clone());
        let formula = rust_xlsxwriter::Formula::new(formula).set_result(value);
        self.cells()?.write_formula_with_format(row, column, formula, &format)?;
        Ok(())
    }
    /// Finishes the workbook and sends it.
    pub fn save(mut self, out: &mut impl Write) -> anyhow::Result<()> {
        use std::io::Seek;
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file)?;
        file.rewind()?;
        std::io::copy(&mut file, out)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn file_names_cannot_break_the_header() {
        let header = super::attachment("a\"b\r\nSet-Cookie: x/é.xlsx");
        assert!(!header.contains('\n') && !header.contains("\"b"));
        assert!(header.ends_with("%C3%A9.xlsx"));
    }
}
