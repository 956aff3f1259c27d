//! Blobs: uploaded bytes under keys of our own making, in a folder below the data folder or in an S3-compatible bucket.
//! Names that people gave stay in the database and never become a path. What comes in is received in a local folder
//! first, whole and measured, and only then kept.

mod bucket;
mod folder;
mod upload;

pub use upload::Upload;

use super::{Config, Stop};
use bucket::Bucket;
use chrono::{DateTime, Utc};
use folder::Folder;
use futures_util::{TryStreamExt, stream::BoxStream};
use kept_shared::problem::Code;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Bytes on their way out.
pub type Bytes = BoxStream<'static, std::io::Result<actix_web::web::Bytes>>;

#[derive(Clone)]
pub struct BlobStore {
    incoming: PathBuf,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Folder(Folder),
    Bucket(Arc<Bucket>),
}

/// What was kept.
#[derive(Clone, Debug)]
pub struct Blob {
    pub key: String,
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
}

/// A blob as a file, for readers that need one. A private copy goes away with this.
pub enum OnDisk {
    Lasting(PathBuf),
    Copy(tempfile::TempPath),
}

impl std::ops::Deref for OnDisk {
    type Target = Path;
    fn deref(&self) -> &Path {
        match self {
            Self::Lasting(path) => path,
            Self::Copy(path) => path,
        }
    }
}

/// Some of the keys there are, and where the next begin.
#[derive(Debug, Default)]
pub struct Shelf {
    pub keys: Vec<String>,
    pub next: Option<String>,
}

impl BlobStore {
    /// Errors: the folder cannot be made or written to, the bucket's settings make no sense.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let root = config.data_dir.join("blobs");
        let incoming = root.join("incoming");
        std::fs::create_dir_all(&incoming)?;
        let place = if config.files.store == "s3" {
            Place::Bucket(Arc::new(Bucket::open(&config.s3)?))
        } else {
            Place::Folder(Folder { root })
        };
        Ok(Self { incoming, place })
    }

    /// Puts a probe into the bucket, looks at it, fetches it and takes it away. A bucket that does not answer is said in
    /// the log and no reason to stop: the books do not need it. Errors: the bucket answers that a setting is wrong, in
    /// words for the operator.
    pub async fn prove(&self) -> anyhow::Result<()> {
        match &self.place {
            Place::Folder(_) => Ok(()),
            Place::Bucket(bucket) => bucket.prove(&self.incoming).await,
        }
    }

    /// Starts an upload of at most `max` bytes.
    pub async fn begin(&self, max: u64) -> Result<Upload, Stop> {
        Upload::begin(&self.incoming, max)
    }

    /// Keeps an upload under a new key; the bytes are safe when this returns. Errors: 503 when the bucket does not take
    /// them, 507 when the disk is full; nothing is left of them then.
    pub async fn keep(&self, upload: Upload) -> Result<Blob, Stop> {
        let whole = upload.finish().await?;
        let key = uuid::Uuid::now_v7().simple().to_string();
        let blob = Blob {
            key: key.clone(),
            size: whole.size,
            sha256: hex(&whole.sha256),
        };
        match &self.place {
            Place::Folder(folder) => folder.keep(&key, whole).await?,
            Place::Bucket(bucket) => bucket.put(&key, &whole).await?,
        }
        Ok(blob)
    }

    /// Stores bytes that are already in memory.
    pub async fn put(&self, bytes: &[u8]) -> Result<Blob, Stop> {
        let mut upload = self.begin(bytes.len() as u64).await?;
        upload.write(bytes).await?;
        self.keep(upload).await
    }

    /// A blob for readers that need a file. Errors: 503 when the bucket does not answer, 507 when the disk is full.
    pub async fn on_disk(&self, key: &str) -> Result<OnDisk, Stop> {
        let bucket = match &self.place {
            Place::Folder(folder) => return Ok(OnDisk::Lasting(folder.path(key)?)),
            Place::Bucket(bucket) => bucket,
        };
        let mut bytes = bucket.get(key).await?;
        let (file, path) = new_file(&self.incoming, "copy-")?;
        let mut file = tokio::fs::File::from_std(file);
        while let Some(part) = bytes.try_next().await.map_err(bucket::broken)? {
            file.write_all(&part).await.map_err(io)?;
        }
        file.flush().await.map_err(io)?;
        Ok(OnDisk::Copy(path))
    }

    /// A blob's bytes, in a stream. Errors: 503 when the bucket does not answer.
    pub async fn stream(&self, key: &str) -> Result<Bytes, Stop> {
        match &self.place {
            Place::Folder(folder) => {
                let file = tokio::fs::File::open(folder.path(key)?).await.map_err(io)?;
                Ok(parts_of(file))
            }
            Place::Bucket(bucket) => bucket.get(key).await,
        }
    }

    /// Takes a blob away; one that is gone already is no fault.
    pub async fn remove(&self, key: &str) -> Result<(), Stop> {
        match &self.place {
            Place::Folder(folder) => folder.remove(key).await,
            Place::Bucket(bucket) => Ok(bucket.remove(key).await?),
        }
    }

    /// Takes a blob away that no row names. Where that fails, the round that looks for such blobs does it later, and
    /// whoever asked still hears what went wrong before.
    pub async fn discard(&self, key: &str) {
        if let Err(stop) = self.remove(key).await {
            tracing::warn!(blob.key = key, error.cause = %stop, "a blob nobody needs was left lying");
        }
    }

    /// The keys there are, some at a time: `from` is the `next` of the last shelf.
    pub async fn shelf(&self, from: Option<String>) -> Result<Shelf, Stop> {
        match &self.place {
            Place::Folder(folder) => folder.shelf(from).await,
            Place::Bucket(bucket) => Ok(bucket.shelf(from).await?),
        }
    }

    /// Throws away what a process that died was receiving or had copied before this instant. Returns how many.
    pub async fn sweep_incoming(&self, before: DateTime<Utc>) -> Result<usize, Stop> {
        let folder = self.incoming.clone();
        tokio::task::spawn_blocking(move || {
            let mut swept = 0;
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name();
                let ours = ["up-", "copy-"].iter().any(|p| name.to_string_lossy().starts_with(p));
                // What is gone by now was finished by whoever had it.
                let Ok(changed) = entry.metadata().and_then(|m| m.modified()) else {
                    continue;
                };
                if ours && DateTime::<Utc>::from(changed) < before && std::fs::remove_file(entry.path()).is_ok() {
                    swept += 1;
                }
            }
            Ok(swept)
        })
        .await
        .map_err(Stop::internal)?
        .map_err(io)
    }
}

/// When a key was made: it says so itself. `None` for what is no key of ours.
pub fn made_at(key: &str) -> Option<DateTime<Utc>> {
    if !is_key(key) {
        return None;
    }
    let (seconds, nanos) = uuid::Uuid::try_parse(key).ok()?.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

fn is_key(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn checked(key: &str) -> Result<&str, Stop> {
    if is_key(key) {
        Ok(key)
    } else {
        Err(Stop::internal("not a blob key"))
    }
}

/// A file of ours among what comes in, gone when its path is dropped.
fn new_file(incoming: &Path, prefix: &str) -> Result<(std::fs::File, tempfile::TempPath), Stop> {
    let made = tempfile::Builder::new().prefix(prefix).tempfile_in(incoming);
    Ok(made.map_err(io)?.into_parts())
}

fn parts_of(file: tokio::fs::File) -> Bytes {
    Box::pin(futures_util::stream::try_unfold(file, |mut file| async move {
        let mut part = vec![0_u8; 64 * 1024];
        let n = file.read(&mut part).await?;
        part.truncate(n);
        Ok((n > 0).then(|| (part.into(), file)))
    }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn io(e: std::io::Error) -> Stop {
    if e.kind() == std::io::ErrorKind::StorageFull {
        Code::StorageFull.into()
    } else {
        Stop::internal(e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_knows_its_age_and_what_is_no_key_has_none() {
        let then = uuid::Timestamp::from_unix(uuid::NoContext, 1_763_798_400, 0);
        let key = uuid::Uuid::new_v7(then).simple().to_string();
        assert_eq!(made_at(&key), DateTime::from_timestamp(1_763_798_400, 0));
        let random = uuid::Uuid::new_v4().simple().to_string();
        for other in [
            "",
            "incoming",
            "../../etc/passwd",
            &key.to_uppercase(),
            &random,
            &key[..31],
        ] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }
}
