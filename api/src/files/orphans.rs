//! Blobs that no record names: their process died, or their client went, between the keeping and the recording. They go
//! once they are old enough that nobody can still be about to record them.

use crate::kernel::{Kernel, Limit, Stop, files::made_at, jobs::Chore};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::FromQueryResult;
use std::{collections::HashSet, sync::Arc, time::Duration};

/// The tables that name blobs, each in its column `blob_key`, which is indexed, and of which rows that goes.
pub const NAMED_IN: [(&str, &str); 4] = [
    ("bank_file", ""),
    ("file", " AND purged_at IS NULL"),
    ("import", ""),
    ("ledger_report", ""),
];
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Keys that are looked up at a time.
const BATCH: usize = 200;

pub(super) fn chore() -> Chore {
    Chore {
        every: DAY,
        run: |kernel| Box::pin(async move { sweep(kernel).await.map(drop) }),
    }
}

/// One round over everything that is kept. Returns how many blobs and half-received files went.
pub async fn sweep(kernel: &Arc<Kernel>) -> Result<usize, Stop> {
    let hours = kernel.config.files.keep_orphans_hours;
    if hours == 0 {
        return Ok(0);
    }
    let before = kernel.clock.now() - TimeDelta::hours(hours);
    let mut swept = kernel.files.sweep_incoming(before).await?;
    let mut from = None;
    loop {
        let shelf = kernel.files.shelf(from).await?;
        let old: Vec<&String> = shelf.keys.iter().filter(|key| is_old(key, before)).collect();
        for keys in old.chunks(BATCH) {
            let named = named(kernel, keys).await?;
            for key in keys.iter().filter(|key| !named.contains(**key)) {
                kernel.files.remove(key).await?;
                swept += 1;
            }
        }
        from = shelf.next;
        if from.is_none() {
            break;
        }
    }
    if swept > 0 {
        tracing::info!(blobs = swept, "bytes that no record names were thrown away");
    }
    Ok(swept)
}

fn is_old(key: &str, before: DateTime<Utc>) -> bool {
    made_at(key).is_some_and(|made| made < before)
}

#[derive(FromQueryResult)]
struct Named {
    blob_key: String,
}

/// Which of these keys a record names.
async fn named(kernel: &Arc<Kernel>, keys: &[&String]) -> Result<HashSet<String>, Stop> {
    let marks: Vec<String> = (1..=keys.len()).map(|n| format!("${n}")).collect();
    let marks = marks.join(", ");
    let sql = NAMED_IN.map(|(table, rows)| format!("SELECT blob_key FROM {table} WHERE blob_key IN ({marks}){rows}"));
    let values = keys.iter().map(|key| key.as_str().into()).collect();
    let read = kernel.read_everything("blobs that records name").await?;
    let found: Vec<Named> = read
        .report(
            Limit::Unscoped("blobs that records name"),
            &sql.join(" UNION ALL "),
            values,
        )
        .await?;
    Ok(found.into_iter().map(|row| row.blob_key).collect())
}
