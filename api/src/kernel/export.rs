//! Workbooks that stream: built on a blocking thread in constant memory, sent as they grow.

use super::Stop;
use actix_web::{HttpResponse, http::header, web};
use std::{io::Write, sync::Arc};
use tokio::sync::{Semaphore, mpsc};

/// Media type of .xlsx.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CHUNK: usize = 64 * 1024;

/// Collects small writes into chunks for the response; errors when the client has gone.
pub struct ChunkWriter {
    buffer: Vec<u8>,
    sink: mpsc::Sender<Result<web::Bytes, std::io::Error>>,
}
impl ChunkWriter {
    fn send(&mut self) -> std::io::Result<()> {
        let bytes = web::Bytes::from(std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK)));
        self.sink
            .blocking_send(Ok(bytes))
            .map_err(|_| std::io::ErrorKind::BrokenPipe.into())
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
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
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
