//! Documents on paper: blocks in, PDF out. A feature says what stands in a document; how it is measured, broken into
//! lines and pages and drawn is decided here. The same document makes the same bytes.
//!
//! Text is set in the faces of `api/assets/fonts`, measured by their own advances. What they have no glyph for is
//! shown as a box, never dropped and never a panic.

#![expect(
    clippy::float_arithmetic,
    reason = "places on a page are fractions of a point; amounts come here as text"
)]

mod blocks;
mod draw;
mod font;
mod layout;
mod table;

pub use blocks::{
    Align, Block, Cell, Column, Document, Picture, PictureFlaw, Row, RowKind, Run, Table, Text, Tile, Tone, Width,
};
pub use draw::PaperError;

use super::Stop;
use super::export::{attachment, inline};
use actix_web::{HttpResponse, http::header};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// Media type of a PDF.
pub const PDF: &str = "application/pdf";

/// Documents made at a time: one core stays with the other requests where there are several.
static SLOTS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(cores.saturating_sub(1).max(1)))
});

/// Makes the document on a blocking thread; waits while as many are being made as there is room for.
pub async fn print(document: Document) -> Result<Vec<u8>, Stop> {
    let slot = SLOTS.clone().acquire_owned().await.map_err(Stop::internal)?;
    let made = tokio::task::spawn_blocking(move || {
        let made = draw::pdf(&document);
        drop(slot);
        made
    });
    made.await.map_err(Stop::internal)?.map_err(Stop::internal)
}

/// A PDF as the answer to a request: to be looked at in the browser, or to be kept.
pub fn respond(pdf: Vec<u8>, file_name: &str, keep: bool) -> HttpResponse {
    let disposition = if keep { attachment(file_name) } else { inline(file_name) };
    HttpResponse::Ok()
        .content_type(PDF)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(pdf)
}

#[cfg(test)]
mod tests;
