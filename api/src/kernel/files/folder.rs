//! Blobs in a local folder: two last digits of the key, then the key.

use super::{Shelf, Stop, checked, io, is_key, upload::Whole};
use std::path::PathBuf;

#[derive(Clone)]
pub(super) struct Folder {
    pub root: PathBuf,
}

impl Folder {
    pub fn path(&self, key: &str) -> Result<PathBuf, Stop> {
        let key = checked(key)?;
        Ok(self.root.join(&key[30..]).join(key))
    }

    pub async fn keep(&self, key: &str, whole: Whole) -> Result<(), Stop> {
        let target = self.path(key)?;
        if let Some(parent) = target.parent() {
            tokio::fs::create_dir_all(parent).await.map_err(io)?;
        }
        tokio::task::spawn_blocking(move || whole.path.persist(target))
            .await
            .map_err(Stop::internal)?
            .map_err(|e| io(e.error))
    }

    pub async fn remove(&self, key: &str) -> Result<(), Stop> {
        match tokio::fs::remove_file(self.path(key)?).await {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(io(e)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// One of the 256 folders at a time.
    pub async fn shelf(&self, from: Option<String>) -> Result<Shelf, Stop> {
        let number = from.map_or(Ok(0), |f| u8::from_str_radix(&f, 16).map_err(Stop::internal))?;
        let folder = self.root.join(format!("{number:02x}"));
        let next = number.checked_add(1).map(|n| format!("{n:02x}"));
        tokio::task::spawn_blocking(move || {
            let entries = match std::fs::read_dir(folder) {
                Ok(entries) => entries,
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Shelf { keys: vec![], next }),
                Err(e) => return Err(io(e)),
            };
            let names = entries.flatten().filter_map(|e| e.file_name().into_string().ok());
            let keys = names.filter(|name| is_key(name)).collect();
            Ok(Shelf { keys, next })
        })
        .await
        .map_err(Stop::internal)?
    }
}
