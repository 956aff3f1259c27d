//! What is looked after now and then: files wait for a scanner that was not there and are scanned when it is; bytes whose
//! time is up are thrown away. Harmless when several processes do it: each file has one job at most.

use super::entity::Entity;
use super::scan::{AWAITS_SCAN, ScanFile, is_up};
use crate::kernel::{Job, JobContext, Kernel, Limit, NoContent, Stop, When, jobs::Chore};
use chrono::TimeDelta;
use kept_shared::{event::Event, files::INFECTED_DAYS, ids::*, problem::Code};
use sea_orm::FromQueryResult;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// Files of one round.
const BATCH: usize = 500;
const LOOK: Duration = Duration::from_secs(20);
/// A scan that failed more often than this is left to its own growing pauses: the scanner answers and yet does not scan.
const HASTENED: i64 = 12;

pub fn chores() -> Vec<Chore> {
    let files = Chore {
        every: LOOK,
        run: |kernel| Box::pin(look_after(kernel)),
    };
    vec![files, super::orphans::chore()]
}

/// What the index of files to look after says of itself, so that the others are never read.
const INDEXED: &str = "state <> 'clean' AND purged_at IS NULL";

/// Whether the scanner answered when this process last looked.
#[derive(Default)]
struct Scanner {
    was_up: AtomicBool,
}

#[derive(FromQueryResult)]
struct Found {
    id: FileId,
    organisation_id: OrganisationId,
}

/// One round.
pub async fn look_after(kernel: &Arc<Kernel>) -> Result<(), Stop> {
    scan_what_waits(kernel).await?;
    purge_what_is_over(kernel).await
}

/// Files that waited for the scanner are scanned as soon as it answers. When it comes (back), also at the start of this
/// process, that goes for those that were given up and those from before there was one.
async fn scan_what_waits(kernel: &Arc<Kernel>) -> Result<(), Stop> {
    if kernel.config.files.scanner.is_empty() {
        return Ok(());
    }
    let scanner = kernel.slot::<Scanner>();
    let waiting = format!("SELECT id, organisation_id FROM file WHERE {INDEXED} AND {AWAITS_SCAN} LIMIT {BATCH}");
    let read = kernel.read_everything("files that wait for the scanner").await?;
    let found: Vec<Found> = read
        .report(Limit::Unscoped("files that wait for the scanner"), &waiting, vec![])
        .await?;
    drop(read);
    if found.is_empty() {
        return Ok(());
    }
    if !is_up(kernel).await {
        scanner.was_up.store(false, Ordering::Relaxed);
        return Ok(());
    }
    let came_back = !scanner.was_up.load(Ordering::Relaxed);
    let tx = kernel.write_everything("files that wait for the scanner").await?;
    if came_back {
        for file in &found {
            let job = ScanFile {
                organisation: file.organisation_id,
                file: file.id,
            };
            // Where its job stands already, this adds none.
            tx.enqueue(&job, When::Now).await?;
        }
    }
    let hastened = tx
        .execute(
            Limit::Unscoped("scans that wait for the scanner"),
            "UPDATE job SET run_at = $1 WHERE kind = $2 AND state = 'ready' AND run_at > $1 AND attempts <= $3",
            vec![tx.now().into(), ScanFile::KIND.into(), HASTENED.into()],
        )
        .await?;
    if !came_back && hastened == 0 {
        return tx.abandon().await;
    }
    tx.finish_unrecorded("scans are due earlier", NoContent).await?;
    kernel.wake_workers();
    // More than one round of them: the next one goes on.
    scanner.was_up.store(found.len() < BATCH, Ordering::Relaxed);
    Ok(())
}

async fn purge_what_is_over(kernel: &Arc<Kernel>) -> Result<(), Stop> {
    let now = kernel.clock.now();
    let sql = format!("SELECT id, organisation_id FROM file WHERE {INDEXED} AND {OVER} LIMIT {BATCH}");
    let read = kernel.read_everything("files whose time is up").await?;
    let limit = Limit::Unscoped("files whose time is up");
    let found: Vec<Found> = read.report(limit, &sql, over(kernel)).await?;
    drop(read);
    if found.is_empty() {
        return Ok(());
    }
    tracing::debug!(files = found.len(), at = %now, "bytes are to be thrown away");
    let tx = kernel.write_everything("files whose time is up").await?;
    for file in &found {
        let job = PurgeFile {
            organisation: file.organisation_id,
            file: file.id,
        };
        tx.enqueue(&job, When::Now).await?;
    }
    tx.finish_unrecorded("bytes are to be thrown away", NoContent)
        .await
        .map(drop)
}

/// Deleted or infected long enough ago, and not held. `$1` and `$2` are [`over`].
const OVER: &str = "purged_at IS NULL AND held_at IS NULL AND \
    ((state = 'deleted' AND deleted_at <= $1) OR (state = 'infected' AND scanned_at <= $2))";

fn over(kernel: &Kernel) -> Vec<sea_orm::Value> {
    let ago = |days: i64| kernel.clock.now() - TimeDelta::days(days);
    vec![
        ago(kernel.config.files.keep_deleted_days).into(),
        ago(INFECTED_DAYS).into(),
    ]
}

/// Throws the bytes of one file away. Safe to run twice: what is gone is gone, and what is held by now stays.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct PurgeFile {
    pub organisation: OrganisationId,
    pub file: FileId,
}

#[async_trait::async_trait]
impl Job for PurgeFile {
    const KIND: &'static str = "files.purge";
    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}", Self::KIND, self.file))
    }
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let tx = cx.write(self.organisation, Self::KIND).await?;
        let file = match tx.get::<Entity>(self.file).await {
            Ok(file) => file,
            Err(stop) if stop.is(Code::NotFound) => return Ok(tx.abandon().await?),
            Err(stop) => return Err(stop.into()),
        };
        if file.purged_at.is_some() {
            tx.abandon().await?;
            return Ok(cx.kernel().files.remove(&file.blob_key).await?);
        }
        let mut values = over(cx.kernel());
        values.extend([Some(tx.now()).into(), self.file.into()]);
        let sql = format!("UPDATE file SET purged_at = $3 WHERE id = $4 AND {OVER}");
        let purged = tx
            .execute(Limit::Unscoped("the one file this job is for"), &sql, values)
            .await?;
        if purged == 0 {
            return Ok(tx.abandon().await?);
        }
        tx.finish(file.subject(), Event::FilePurged { file: self.file }, NoContent)
            .await?;
        // A bucket may be slow, so nothing waits for it. Where this fails or is never reached, the job is run again, and
        // the round that looks for bytes nobody names comes by at last.
        Ok(cx.kernel().files.remove(&file.blob_key).await?)
    }
}
