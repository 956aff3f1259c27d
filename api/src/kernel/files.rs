//! Blobs: uploaded bytes under keys of our own making, below the data folder. Names that people gave stay in the
//! database and never become a path.

use super::Stop;
use kept_shared::problem::Code;
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt;

#[derive(Clone, Debug)]
pub struct BlobStore {
    root: PathBuf,
}

/// A blob being written; dropped before [`Upload::keep`], it leaves nothing behind.
pub struct Upload {
    file: tokio::fs::File,
    temporary: Option<tempfile::TempPath>,
    hash: sha2::Sha256,
    size: u64,
    max: u64,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Blob {
    pub key: String,
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
}

impl BlobStore {
    /// Errors: the folder cannot be made or written to.
    pub fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let root = data_dir.join("blobs");
        std::fs::create_dir_all(root.join("incoming"))?;
        Ok(Self { root })
    }
    /// Starts an upload of at most `max` bytes.
    pub async fn begin(&self, max: u64) -> Result<Upload, Stop> {
        let temporary = tempfile::Builder::new()
            .prefix("up-")
            .tempfile_in(self.root.join("incoming"))
            .map_err(io)?;
        let (file, path) = temporary.into_parts();
        Ok(Upload {
            file: tokio::fs::File::from_std(file),
            temporary: Some(path),
            hash: <sha2::Sha256 as sha2::Digest>::new(),
            size: 0,
            max,
        })
    }
    /// Keeps an upload under a new key; the bytes are on disk when this returns.
    pub async fn keep(&self, mut upload: Upload) -> Result<Blob, Stop> {
        upload.file.sync_all().await.map_err(io)?;
        let key = uuid::Uuid::now_v7().simple().to_string();
        let target = self.path(&key)?;
        if let Some(parent) = target.parent() {
            tokio::fs::create_dir_all(parent).await.map_err(io)?;
        }
        let Some(temporary) = upload.temporary.take() else {
            return Err(Stop::internal("the upload was kept before"));
        };
        tokio::task::spawn_blocking(move || temporary.persist(target))
            .await
            .map_err(Stop::internal)?
            .map_err(|e| io(e.error))?;
        Ok(Blob {
            key,
            size: upload.size,
            sha256: hex(upload.hash),
        })
    }
    /// Stores bytes that are already in memory.
    pub async fn put(&self, bytes: &[u8]) -> Result<Blob, Stop> {
        let mut upload = self.begin(bytes.len() as u64).await?;
        upload.write(bytes).await?;
        self.keep(upload).await
    }
    /// Where a blob lies, for readers that need a file.
    pub fn path(&self, key: &str) -> Result<PathBuf, Stop> {
        if key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(self.root.join(&key[30..]).join(key))
        } else {
            Err(Stop::internal("not a blob key"))
        }
    }
    pub async fn open_blob(&self, key: &str) -> Result<tokio::fs::File, Stop> {
        tokio::fs::File::open(self.path(key)?).await.map_err(io)
    }
    pub async fn remove(&self, key: &str) -> Result<(), Stop> {
        match tokio::fs::remove_file(self.path(key)?).await {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(io(e)),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

impl Upload {
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
    /// Ends an upload that is read and not kept: its file, which goes with the path, and the hash of its bytes.
    pub async fn once(mut self) -> Result<(tempfile::TempPath, String), Stop> {
        self.file.flush().await.map_err(io)?;
        let Some(path) = self.temporary.take() else {
            return Err(Stop::internal("the upload was kept before"));
        };
        Ok((path, hex(self.hash)))
    }
}

fn hex(hash: sha2::Sha256) -> String {
    sha2::Digest::finalize(hash)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

fn io(e: std::io::Error) -> Stop {
    if e.kind() == std::io::ErrorKind::StorageFull {
        Code::StorageFull.into()
    } else {
        Stop::internal(e)
    }
}
