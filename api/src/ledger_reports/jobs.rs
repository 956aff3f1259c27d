//! Making a large workbook, and forgetting reports when their time is up.

use super::entity::{ActiveModel, Entity, Model};
use super::queries;
use super::routes::head;
use super::workbook::Book;
use crate::kernel::{Job, JobContext, Limit, NoContent, Read, Seen, Stop, Subject};
use crate::notifications::tell;
use crate::users::principals;
use kept_shared::event::Event;
use kept_shared::ids::{AccountId, LedgerReportId, OrganisationId};
use kept_shared::ledger_reports::{KEPT_DAYS, LedgerCustomer, ReportState};
use kept_shared::notifications::Notice;
use kept_shared::problem::Code;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;

/// Customers read and written at a time.
pub(super) const BATCH: u64 = 50;
/// Movements of each customer: all of them.
const ALL: usize = 1_000_000_000;
/// Largest workbook that is kept, in bytes.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// Makes the workbook of one report.
#[derive(Debug, Serialize, Deserialize)]
pub struct MakeLedgerReport {
    pub report: LedgerReportId,
}

fn organisation(cx: &JobContext) -> anyhow::Result<OrganisationId> {
    cx.organisation
        .ok_or_else(|| anyhow::anyhow!("a report belongs to an organisation"))
}

async fn find(read: &Read, id: LedgerReportId) -> Result<Option<Seen<Model>>, Stop> {
    match read.get::<Entity>(id).await {
        Ok(report) => Ok(Some(report)),
        Err(stop) if stop.is(Code::NotFound) => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// The customers of a report, batch by batch in order.
#[derive(Default)]
pub(super) struct Feed {
    after: Option<(String, AccountId)>,
    /// Customers handed out so far.
    pub done: u64,
}

impl Feed {
    /// The next batch, with all movements; `None` after the last.
    pub async fn next(&mut self, read: &Read, report: &Model) -> Result<Option<Vec<LedgerCustomer>>, Stop> {
        let part = queries::chosen(read, report.id, self.after.as_ref(), BATCH).await?;
        let Some(last) = part.last() else { return Ok(None) };
        self.after = Some((last.name.clone(), last.id));
        self.done += part.len() as u64;
        let ids: Vec<AccountId> = part.iter().map(|c| c.id).collect();
        let days = (report.from_on, report.to_on);
        Ok(Some(queries::customers(read, &ids, days, ALL).await?))
    }
}

/// Sends a batch to the writer; false when nobody listens any more, or takes too long while a snapshot is held.
pub(super) async fn sent(to: &mpsc::Sender<Result<Vec<LedgerCustomer>, Stop>>, part: Vec<LedgerCustomer>) -> bool {
    let sent = tokio::time::timeout(crate::kernel::export::STALLED, to.send(Ok(part))).await;
    matches!(sent, Ok(Ok(())))
}

impl MakeLedgerReport {
    /// Says how far it is; false when it was called off.
    async fn progress(&self, cx: &JobContext, organisation: OrganisationId, done: u64) -> Result<bool, Stop> {
        let tx = cx.write(organisation, Self::KIND).await?;
        let done = i64::try_from(done).unwrap_or(i64::MAX);
        let touched = tx
            .execute(
                Limit::Unscoped("progress of the report this job makes"),
                "UPDATE ledger_report SET done = $1, state = 'running' WHERE id = $2 AND state IN ('waiting', 'running')",
                vec![done.into(), self.report.into()],
            )
            .await?;
        tx.finish_unrecorded("progress of a job", NoContent).await?;
        Ok(touched == 1)
    }

    async fn fail(&self, cx: &JobContext, organisation: OrganisationId, why: &str) -> anyhow::Result<()> {
        let tx = cx.write(organisation, Self::KIND).await?;
        let Some(report) = find(&tx, self.report).await?.filter(|r| r.state.is_under_way()) else {
            return Ok(tx.abandon().await?);
        };
        let (now, user) = (tx.now(), report.ordered_by);
        tx.amend(report, |row: &mut ActiveModel| {
            row.state = Set(ReportState::Failed);
            row.failure = Set(Some(why.to_owned()));
            row.finished_at = Set(Some(now));
        })
        .await?;
        let notice = Notice::LedgerReportFailed {
            report: self.report,
            reason: why.to_owned(),
        };
        tell(&tx, user, &notice).await?;
        let event = Event::LedgerReportFailed {
            report: self.report,
            reason: why.to_owned(),
        };
        tx.finish(Subject::ours(), event, NoContent).await?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Job for MakeLedgerReport {
    const KIND: &'static str = "ledger_reports.make";
    const MAX_ATTEMPTS: i64 = 3;

    fn unique_key(&self) -> Option<String> {
        Some(format!("ledger_reports.make:{}", self.report))
    }

    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let organisation = organisation(cx)?;
        let looked = cx.read(organisation, Self::KIND).await?;
        let Some(report) = find(&looked, self.report).await?.filter(|r| r.state.is_under_way()) else {
            return Ok(());
        };
        drop(looked);
        // In the reach of who ordered it, as it is now.
        let read = match principals::read_as(cx.kernel(), report.ordered_by, Self::KIND).await {
            Ok(read) => read,
            Err(stop) if stop.is(Code::Unauthenticated) => return self.fail(cx, organisation, "out_of_reach").await,
            Err(stop) => return Err(stop.into()),
        };
        if !queries::is_within_reach(&read, &report).await? {
            return self.fail(cx, organisation, "out_of_reach").await;
        }
        if !self.progress(cx, organisation, 0).await? {
            return Ok(());
        }
        let head = head(&read, &report).await?;
        let (to, mut from) = mpsc::channel::<Result<Vec<LedgerCustomer>, Stop>>(2);
        let writer = tokio::task::spawn_blocking(move || -> anyhow::Result<std::fs::File> {
            let mut book = Book::begin(head)?;
            while let Some(part) = from.blocking_recv() {
                for customer in part.map_err(|stop: Stop| anyhow::anyhow!("{stop}"))? {
                    book.customer(&customer)?;
                }
            }
            let mut file = tempfile::tempfile()?;
            book.end(&mut file)?;
            std::io::Seek::rewind(&mut file)?;
            Ok(file)
        });
        let mut feed = Feed::default();
        while let Some(part) = feed.next(&read, &report).await? {
            if !sent(&to, part).await {
                break;
            }
            if !self.progress(cx, organisation, feed.done).await? {
                return Ok(());
            }
        }
        drop(to);
        drop(read);
        let file = writer.await?;
        let mut file = tokio::fs::File::from_std(file?);
        let mut upload = cx.kernel().files.begin(MAX_BYTES).await?;
        let mut part = vec![0_u8; 64 * 1024];
        loop {
            let n = file.read(&mut part).await?;
            if n == 0 {
                break;
            }
            upload.write(part.get(..n).unwrap_or_default()).await?;
        }
        let blob = cx.kernel().files.keep(upload).await?;
        let key = blob.key.clone();
        let settled = self.settle(cx, organisation, blob).await;
        if !matches!(settled, Ok(true)) {
            cx.kernel().files.discard(&key).await;
        }
        settled.map(|_| ())
    }

    async fn gave_up(&self, cx: &JobContext, _why: &str) -> anyhow::Result<()> {
        self.fail(cx, organisation(cx)?, "internal").await
    }
}

impl MakeLedgerReport {
    /// Records the file and tells who ordered it; false when it was called off meanwhile.
    async fn settle(
        &self,
        cx: &JobContext,
        organisation: OrganisationId,
        blob: crate::kernel::files::Blob,
    ) -> anyhow::Result<bool> {
        let tx = cx.write(organisation, Self::KIND).await?;
        let Some(report) = find(&tx, self.report).await?.filter(|r| r.state.is_under_way()) else {
            tx.abandon().await?;
            return Ok(false);
        };
        let (now, size) = (tx.now(), i64::try_from(blob.size)?);
        let report = tx
            .amend(report, |row: &mut ActiveModel| {
                row.state = Set(ReportState::Done);
                row.blob_key = Set(Some(blob.key));
                row.size_bytes = Set(Some(size));
                row.finished_at = Set(Some(now));
            })
            .await?;
        let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let notice = Notice::LedgerReportReady {
            report: self.report,
            customers: count(report.customers),
            lines: count(report.lines),
        };
        tell(&tx, report.ordered_by, &notice).await?;
        let event = Event::LedgerReportMade {
            report: self.report,
            lines: count(report.lines),
        };
        tx.finish(Subject::ours(), event, NoContent).await?;
        Ok(true)
    }
}

/// Forgets a report and its file.
#[derive(Debug, Serialize, Deserialize)]
pub struct ExpireLedgerReport {
    pub report: LedgerReportId,
}

#[async_trait::async_trait]
impl Job for ExpireLedgerReport {
    const KIND: &'static str = "ledger_reports.expire";

    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let organisation = organisation(cx)?;
        let tx = cx.write(organisation, Self::KIND).await?;
        let Some(report) = find(&tx, self.report).await? else {
            return Ok(tx.abandon().await?);
        };
        tracing::debug!(report = %self.report, days = KEPT_DAYS, "a report's time is up");
        let blob = super::actions::forget_whatever_it_is(&tx, report).await?;
        let event = Event::LedgerReportExpired { report: self.report };
        tx.finish(Subject::ours(), event, NoContent).await?;
        if let Some(key) = blob {
            cx.kernel().files.discard(&key).await;
        }
        Ok(())
    }
}
