//! What is being received.

use super::{Stop, hex, io, new_file};
use kept_shared::problem::Code;
use std::path::Path;
use tokio::io::AsyncWriteExt;

/// A blob being written; dropped before it is kept, it leaves nothing behind.
pub struct Upload {
    file: tokio::fs::File,
    temporary: tempfile::TempPath,
    hash: sha2::Sha256,
    size: u64,
    max: u64,
}

/// A received blob, on disk to the last byte.
pub(super) struct Whole {
    pub path: tempfile::TempPath,
    pub size: u64,
    pub sha256: Vec<u8>,
}

impl Upload {
    pub(super) fn begin(incoming: &Path, max: u64) -> Result<Self, Stop> {
        let (file, temporary) = new_file(incoming, "up-")?;
        Ok(Self {
            file: tokio::fs::File::from_std(file),
            temporary,
            hash: <sha2::Sha256 as sha2::Digest>::new(),
            size: 0,
            max,
        })
    }

    /// Errors: 413 past the limit, 507 when the disk is full.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.size += bytes.len() as u64;
        if self.size > self.max {
            return Err(Code::BodyTooLarge.into());
        }
        sha2::Digest::update(&mut self.hash, bytes);
        self.file.write_all(bytes).await.map_err(io)
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Has the bytes so far looked at, on a thread that may block.
    pub async fn judged<T: Send + 'static>(
        &mut self,
        how: impl FnOnce(&Path) -> T + Send + 'static,
    ) -> Result<T, Stop> {
        self.file.flush().await.map_err(io)?;
        let path = self.temporary.to_path_buf();
        tokio::task::spawn_blocking(move || how(&path))
            .await
            .map_err(Stop::internal)
    }

    /// Ends an upload that is read and not kept: its file, which goes with the path, and the hash of its bytes.
    pub async fn once(mut self) -> Result<(tempfile::TempPath, String), Stop> {
        self.file.flush().await.map_err(io)?;
        Ok((self.temporary, hex(&sha2::Digest::finalize(self.hash))))
    }

    /// Makes sure of the bytes.
    pub(super) async fn finish(mut self) -> Result<Whole, Stop> {
        self.file.flush().await.map_err(io)?;
        self.file.sync_all().await.map_err(io)?;
        Ok(Whole {
            path: self.temporary,
            size: self.size,
            sha256: sha2::Digest::finalize(self.hash).to_vec(),
        })
    }
}
