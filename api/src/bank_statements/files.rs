//! What an uploaded file holds.

use super::entity::file;
use super::read::{self, Fault, Statement, csv};
use crate::kernel::{Kernel, Stop};
use encoding_rs::{Encoding, WINDOWS_1252};
use kept_shared::bank_statements::{BankFormat, BankMapping, BankTable};
use kept_shared::problem::{Code, FieldProblem, Problem};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// Files are read on as many threads as there are cores, whoever uploads however many.
static READERS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// What a file is.
pub(super) enum Content {
    Statements(BankFormat, Vec<Statement>),
    /// A table, to be mapped.
    Table(Box<BankTable>),
}

/// A fault, as a problem at the file.
pub(super) fn unreadable(fault: Fault) -> Stop {
    let mut flaw = FieldProblem::new("/file", fault.code);
    if let Some(line) = fault.line {
        flaw = flaw.with("line", line);
    }
    if let Some(found) = fault.found {
        flaw = flaw.with("found", found);
    }
    Problem::of(Code::FileUnreadable).with_errors(vec![flaw]).into()
}

/// The text of a file: its byte order mark decides, else valid UTF-8 is UTF-8, else Windows-1252.
fn text(path: &Path) -> Result<String, Fault> {
    let bytes = std::fs::read(path).map_err(|_| Fault::of("unreadable"))?;
    if bytes.is_empty() {
        return Err(Fault::of("empty"));
    }
    if Encoding::for_bom(&bytes).is_none() {
        return Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(other) => WINDOWS_1252.decode(other.as_bytes()).0.into_owned(),
        });
    }
    Ok(encoding_rs::UTF_8.decode(&bytes).0.into_owned())
}

async fn on_a_thread<T: Send + 'static>(
    kernel: &Arc<Kernel>,
    key: &str,
    what: impl FnOnce(&Path) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Stop> {
    let path = kernel.files.on_disk(key).await?;
    let _slot = READERS.acquire().await.map_err(Stop::internal)?;
    tokio::task::spawn_blocking(move || what(&path))
        .await
        .map_err(Stop::internal)?
        .map_err(unreadable)
}

/// Looks into an uploaded file.
pub(super) async fn look(kernel: &Arc<Kernel>, key: &str) -> Result<Content, Stop> {
    on_a_thread(kernel, key, |path| {
        let text = text(path)?;
        if read::sniff(&text).is_some() {
            let found = read::read(&text)?;
            return Ok(Content::Statements(found.format, found.statements));
        }
        csv::find(path, None).map(|table| Content::Table(Box::new(table)))
    })
    .await
}

/// The layout of a table, under a header row chosen by a person.
pub(super) async fn table(kernel: &Arc<Kernel>, file: &file::Model, header: Option<u32>) -> Result<BankTable, Stop> {
    on_a_thread(kernel, &file.blob_key, move |path| csv::find(path, header)).await
}

/// A table under a mapping.
pub(super) async fn mapped(kernel: &Arc<Kernel>, key: &str, mapping: BankMapping) -> Result<Vec<Statement>, Stop> {
    on_a_thread(kernel, key, move |path| csv::read(path, &mapping)).await
}
