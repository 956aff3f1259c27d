//! The scanner: clamd over INSTREAM. Nothing but its plain "OK" makes a file clean; while it is down, files wait.

use super::entity::{Entity, Model};
use crate::kernel::{Job, JobContext, Kernel, Limit, NoContent, Seen, Stop};
use kept_shared::{
    event::Event,
    files::{FileState, NO_SCANNER, SCANNER_UNAVAILABLE},
    ids::*,
};
use std::{path::Path, sync::Arc, time::Duration};

/// Longest a scan may take: a scanner that hangs is a scanner that is down.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest wait for a sign of life.
const PING: Duration = Duration::from_secs(5);
/// Files that no scanner has judged yet, in SQL: [`FileState::awaits_scan`].
pub(super) const AWAITS_SCAN: &str =
    "(state IN ('quarantined', 'unscanned') OR (state = 'scan_error' AND state_reason = 'scanner_unavailable'))";

/// Has one waiting file judged. Safe to run twice: it only touches a file that no scanner has judged yet.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct ScanFile {
    pub organisation: OrganisationId,
    pub file: FileId,
}

/// Whether the scanner answers.
pub(super) async fn is_up(kernel: &Arc<Kernel>) -> bool {
    let scanner = clamav_client::tokio::Tcp {
        host_address: kernel.config.files.scanner.as_str(),
    };
    let answer = tokio::time::timeout(PING, clamav_client::tokio::ping(scanner)).await;
    matches!(answer, Ok(Ok(reply)) if reply.starts_with(b"PONG"))
}

/// What the scanner said.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    Clean,
    Infected(String),
    /// It would not judge: too large, limits, encrypted. Never clean.
    Refused(String),
}

/// `stream: OK` and nothing else is clean.
fn verdict(reply: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(reply);
    let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    if text == "stream: OK" {
        return Verdict::Clean;
    }
    let said: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    match said.strip_suffix(" FOUND") {
        Some(name) => Verdict::Infected(name.strip_prefix("stream: ").unwrap_or(name).to_owned()),
        None => Verdict::Refused(said),
    }
}

#[async_trait::async_trait]
impl Job for ScanFile {
    const KIND: &'static str = "files.scan";
    /// With the worker's growing pauses about three days: a scanner that is down over a weekend is caught up with.
    const MAX_ATTEMPTS: i64 = 40;
    const PRIORITY: i64 = 20;
    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}", Self::KIND, self.file))
    }
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let read = cx.read(self.organisation, "files.scan").await?;
        let file = match read.get::<Entity>(self.file).await {
            Ok(file) => file,
            Err(e) if e.is(kept_shared::problem::Code::NotFound) => return Ok(()),
            Err(e) => return Err(e.into()),
        };
        drop(read);
        if !file.state.awaits_scan(file.state_reason.as_deref()) {
            return Ok(());
        }
        if cx.kernel().config.files.scanner.is_empty() {
            let reason = Some(NO_SCANNER.to_owned());
            settle(cx, self, &file, FileState::Unscanned, reason).await?;
            return Ok(());
        }
        // Bytes that cannot be fetched are no fault of the scanner: the job is simply tried again.
        let copy = cx.kernel().files.on_disk(&file.blob_key).await?;
        let reply = match scan(cx, &copy).await {
            Ok(reply) if !reply.is_empty() => reply,
            Ok(_) => {
                self.waits(cx).await?;
                anyhow::bail!("the scanner closed the connection");
            }
            Err(e) => {
                self.waits(cx).await?;
                return Err(e);
            }
        };
        let (state, reason) = match verdict(&reply) {
            Verdict::Clean => (FileState::Clean, None),
            Verdict::Infected(name) => (FileState::Infected, Some(name)),
            Verdict::Refused(said) => (FileState::ScanError, Some(said)),
        };
        tracing::info!(file.id = %file.id, file.state = %state, "file scanned");
        settle(cx, self, &file, state, reason).await?;
        Ok(())
    }
    async fn gave_up(&self, cx: &JobContext, _why: &str) -> anyhow::Result<()> {
        let read = cx.read(self.organisation, "files.scan").await?;
        let file = read.get::<Entity>(self.file).await?;
        drop(read);
        let reason = Some(SCANNER_UNAVAILABLE.to_owned());
        settle(cx, self, &file, FileState::ScanError, reason).await?;
        Ok(())
    }
}

async fn scan(cx: &JobContext, path: &Path) -> anyhow::Result<Vec<u8>> {
    let scanner = clamav_client::tokio::Tcp {
        host_address: cx.kernel().config.files.scanner.as_str(),
    };
    let reply = tokio::time::timeout(PATIENCE, clamav_client::tokio::scan_file(path, scanner, None))
        .await
        .map_err(|_| anyhow::anyhow!("the scanner did not answer in time"))??;
    let said_something = reply.iter().any(|b| *b != 0 && !b.is_ascii_whitespace());
    Ok(if said_something { reply } else { vec![] })
}

impl ScanFile {
    /// Remembers that the file waits for a scanner that does not answer, so that people are told.
    async fn waits(&self, cx: &JobContext) -> Result<(), Stop> {
        let tx = cx.write(self.organisation, "files.scan").await?;
        tx.execute(
            Limit::Unscoped("the one file this job is for"),
            "UPDATE file SET state_reason = $1, scan_attempts = scan_attempts + 1 WHERE id = $2 AND state = 'quarantined'",
            vec![SCANNER_UNAVAILABLE.into(), self.file.into()],
        )
        .await?;
        tx.finish_unrecorded("progress of a job", NoContent).await?;
        Ok(())
    }
}

async fn settle(
    cx: &JobContext,
    job: &ScanFile,
    file: &Seen<Model>,
    state: FileState,
    reason: Option<String>,
) -> Result<(), Stop> {
    let tx = cx.write(job.organisation, "files.scan").await?;
    let sql = format!(
        "UPDATE file SET state = $1, state_reason = $2, scanned_at = $3, scan_attempts = scan_attempts + 1 \
         WHERE id = $4 AND {AWAITS_SCAN}"
    );
    let seen = (state != FileState::Unscanned).then(|| tx.now());
    let values = vec![state.into(), reason.into(), seen.into(), job.file.into()];
    let limit = Limit::Unscoped("the one file this job is for");
    let changed = tx.execute(limit, &sql, values).await?;
    if changed == 0 {
        return tx.abandon().await;
    }
    let event = Event::FileScanned {
        file: job.file,
        state: state.to_string(),
    };
    tx.finish(file.subject(), event, NoContent).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_ok_is_clean() {
        assert_eq!(verdict(b"stream: OK\0"), Verdict::Clean);
        assert_eq!(verdict(b"stream: OK\n"), Verdict::Clean);
        assert_eq!(
            verdict(b"stream: Eicar-Test-Signature.UNOFFICIAL FOUND\0"),
            Verdict::Infected("Eicar-Test-Signature.UNOFFICIAL".into())
        );
        for odd in [
            "INSTREAM size limit exceeded. ERROR",
            "",
            "OK",
            "stream: OK FOUND OK",
            "stream: not OK",
            "UNKNOWN COMMAND",
        ] {
            assert_ne!(verdict(odd.as_bytes()), Verdict::Clean, "{odd}");
        }
    }
}
