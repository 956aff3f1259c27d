//! The dry run: a verdict for every row, and nothing else written.

use super::super::entity::{import, row};
use super::super::judge::{FileRow, Judge, Judged};
use super::super::live::Live;
use super::super::read::{ReadAs, Refusal};
use super::super::rules::detect::is_total_row;
use super::super::rules::row::stated_total;
use super::super::rules::{Cell, amount};
use super::super::{actions, read};
use super::{BATCH, current, fail, organisation, step, targets};
use crate::kernel::files::OnDisk;
use crate::kernel::{Job, JobContext, NoContent, Stop};
use kept_shared::event::Event;
use kept_shared::ids::{CommunityId, ImportId, OrganisationId};
use kept_shared::imports::{Detection, ImportState, ImportSummary, Mapping, Verdict};
use kept_shared::money::Money;
use rust_decimal::Decimal;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

/// Gives every row a verdict. Begins anew when it is run again.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckImport {
    pub import: ImportId,
    pub run: i64,
    /// Communities the user reaches; absent: all.
    pub communities: Option<Vec<CommunityId>>,
}

/// What the reading thread sends.
enum Piece {
    Rows(Vec<FileRow>),
    /// The total that the file states for itself.
    StatedTotal(Decimal),
    Refused(Refusal),
}

/// Reads the data rows of a file on a thread of its own. Titles, totals, footers and blank rows are left out.
fn stream(path: OnDisk, mapping: Mapping, found: &Detection) -> mpsc::Receiver<Piece> {
    let (sink, source) = mpsc::channel(2);
    let (first, last) = (mapping.header_row, found.last_row);
    tokio::task::spawn_blocking(move || {
        let how = ReadAs {
            sheet: mapping.sheet,
            delimiter: mapping.delimiter,
            encoding: mapping.encoding,
        };
        let stopped = Refusal::of("stopped");
        let mut batch: Vec<FileRow> = Vec::with_capacity(BATCH);
        let mut stated = None;
        let outcome = read::scan(&path, how, &mut |number, cells| {
            if number <= first || cells.iter().all(Cell::is_blank) {
                return Ok(());
            }
            if is_total_row(cells) {
                if number > last && stated.is_none() {
                    stated = stated_total(&mapping, cells);
                }
                return Ok(());
            }
            if number > last {
                return Ok(());
            }
            batch.push(FileRow {
                number,
                cells: cells.to_vec(),
            });
            if batch.len() >= BATCH {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                sink.blocking_send(Piece::Rows(full)).map_err(|_| stopped)?;
            }
            Ok(())
        });
        // Nobody listens any more when the step was cancelled.
        let _ = match outcome {
            Ok(_) => sink
                .blocking_send(Piece::Rows(batch))
                .and_then(|()| stated.map_or(Ok(()), |total| sink.blocking_send(Piece::StatedTotal(total)))),
            Err(refusal) => sink.blocking_send(Piece::Refused(refusal)),
        };
    });
    source
}

#[async_trait::async_trait]
impl Job for CheckImport {
    const KIND: &'static str = "imports.check";
    const MAX_ATTEMPTS: i64 = 3;
    const PRIORITY: i64 = 50;

    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let organisation = organisation(cx)?;
        let read = cx.read(organisation, Self::KIND).await?;
        let Some(import) = current(&read, self.import, self.run, ImportState::Checking).await? else {
            return Ok(());
        };
        let Some(mapping) = import.mapping()? else {
            return Ok(());
        };
        let found = import.detection()?;
        let (targets, _) = targets(&read, self.communities.as_deref()).await?;
        drop(read);
        let tx = cx.write(organisation, Self::KIND).await?;
        actions::forget_rows(&tx, self.import).await?;
        step(&tx, &import, 0).await?;
        tx.finish(
            actions::subject(&import),
            Event::JobDone {
                kind: Self::KIND.into(),
            },
            NoContent,
        )
        .await?;

        let file = cx.kernel().files.on_disk(&import.blob_key).await?;
        let live = Live::start(self.import);
        let currency = targets
            .iter()
            .find(|(_, t)| Some(t.id) == mapping.community_id)
            .map(|(_, t)| t.currency);
        let mut pieces = stream(file, mapping.clone(), &found);
        let mut judge = Judge::new(mapping, targets);
        let mut summary = ImportSummary {
            passed_over: found.footer_rows,
            ..ImportSummary::default()
        };
        let mut done = 0_u32;
        while let Some(piece) = pieces.recv().await {
            if live.is_cancelled() {
                return Ok(());
            }
            match piece {
                Piece::Refused(refusal) => return self.fail(cx, organisation, refusal.code).await,
                Piece::StatedTotal(total) => {
                    summary.stated_total = currency
                        .and_then(|c| amount::to_money(total, c).ok())
                        .map(|(money, _)| money)
                }
                Piece::Rows(rows) => {
                    let read = cx.read(organisation, Self::KIND).await?;
                    let judged = judge.batch(&read, &rows).await?;
                    drop(read);
                    count(&mut summary, &judged);
                    done = done.saturating_add(u32::try_from(rows.len()).unwrap_or(u32::MAX));
                    if !self.store(cx, organisation, &rows, &judged, done).await? {
                        return Ok(());
                    }
                    live.set_done(done);
                }
            }
        }
        let tx = cx.write(organisation, Self::KIND).await?;
        let Some(import) = current(&tx, self.import, self.run, ImportState::Checking).await? else {
            return Ok(tx.abandon().await?);
        };
        let text = serde_json::to_string(&summary)?;
        let import = tx
            .amend(import, |row: &mut import::ActiveModel| {
                row.state = Set(ImportState::Checked);
                row.summary = Set(Some(text));
                row.done = Set(i64::from(done));
                row.total = Set(i64::from(done));
            })
            .await?;
        let event = Event::ImportChecked {
            import: import.id,
            faulty: summary.faulty,
        };
        tx.finish(actions::subject(&import), event, NoContent).await?;
        Ok(())
    }

    async fn gave_up(&self, cx: &JobContext, _why: &str) -> anyhow::Result<()> {
        self.fail(cx, organisation(cx)?, "interrupted").await
    }
}

impl CheckImport {
    /// Stores the verdicts of a batch. False when the import was cancelled or mapped anew meanwhile.
    async fn store(
        &self,
        cx: &JobContext,
        organisation: OrganisationId,
        rows: &[FileRow],
        judged: &[Judged],
        done: u32,
    ) -> anyhow::Result<bool> {
        let tx = cx.write(organisation, Self::KIND).await?;
        let Some(import) = current(&tx, self.import, self.run, ImportState::Checking).await? else {
            tx.abandon().await?;
            return Ok(false);
        };
        let stored = rows
            .iter()
            .zip(judged)
            .map(|(row, judged)| stored(row, judged))
            .collect::<Result<Vec<_>, Stop>>()?;
        tx.insert_many(&import, stored).await?;
        step(&tx, &import, done).await?;
        tx.finish(
            actions::subject(&import),
            Event::JobDone {
                kind: Self::KIND.into(),
            },
            NoContent,
        )
        .await?;
        Ok(true)
    }

    async fn fail(&self, cx: &JobContext, organisation: OrganisationId, why: &str) -> anyhow::Result<()> {
        fail(cx, organisation, self.import, (self.run, ImportState::Checking), why).await
    }
}

fn stored(file: &FileRow, judged: &Judged) -> Result<row::ActiveModel, Stop> {
    let text = |empty: bool, json: serde_json::Result<String>| -> Result<Option<String>, Stop> {
        if empty { Ok(None) } else { Ok(Some(json?)) }
    };
    Ok(row::ActiveModel {
        number: Set(i64::from(file.number)),
        verdict: Set(judged.verdict),
        key: Set(Some(judged.key.clone())),
        cells: Set(serde_json::to_string(&file.cells)?),
        faults: Set(text(judged.faults.is_empty(), serde_json::to_string(&judged.faults))?),
        diff: Set(text(
            judged.differences.is_empty(),
            serde_json::to_string(&judged.differences),
        )?),
        remarks: Set(text(judged.remarks.is_empty(), serde_json::to_string(&judged.remarks))?),
        done: Set(false),
        ..Default::default()
    })
}

fn count(summary: &mut ImportSummary, judged: &[Judged]) {
    for row in judged {
        match row.verdict {
            Verdict::New => summary.new += 1,
            Verdict::Unchanged => summary.unchanged += 1,
            Verdict::Changed => summary.changed += 1,
            Verdict::Faulty => summary.faulty += 1,
        }
        summary.rounded += row.rounded;
        summary.remarked += u32::from(!row.remarks.is_empty());
        summary.credits += u32::try_from(row.credits()).unwrap_or(u32::MAX);
        summary.new_accounts += u32::from(row.makes_account);
        let Some(amount) = row.amount else { continue };
        match summary.amounts.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(amount.minor),
            None => summary.amounts.push(Money::new(amount.minor, amount.currency)),
        }
    }
}
