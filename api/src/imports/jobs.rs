//! The two steps that run in the background: the dry run and the commit. Both may be killed at any point.

use super::actions;
use super::apply::{self, Written};
use super::entity::{import, row};
use super::judge::{FileRow, Judge, Judged, Target};
use super::live::Live;
use super::read::{self, ReadAs, Refusal};
use super::rules::detect::is_total_row;
use super::rules::row::stated_total;
use super::rules::{Cell, amount};
use crate::communities;
use crate::kernel::{Job, JobContext, Limit, NoContent, Read, Seen, Stop, Tx};
use kept_shared::event::Event;
use kept_shared::ids::{CommunityId, ImportId, OrganisationId};
use kept_shared::imports::{Detection, ImportState, ImportSummary, Mapping, Verdict};
use kept_shared::money::Money;
use kept_shared::problem::Code;
use rust_decimal::Decimal;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tokio::sync::mpsc;

/// Rows judged and stored at once.
const BATCH: usize = 2_000;
/// Rows of one transaction of a large commit.
const CHUNK: usize = 10_000;

/// Gives every row a verdict. Begins anew when it is run again.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckImport {
    pub import: ImportId,
    pub run: i64,
    /// Communities the user reaches; absent: all.
    pub communities: Option<Vec<CommunityId>>,
}

/// Writes the new and changed rows, and continues where it stopped.
#[derive(Debug, Serialize, Deserialize)]
pub struct CommitImportJob {
    pub import: ImportId,
    pub run: i64,
    pub communities: Option<Vec<CommunityId>>,
}

fn organisation(cx: &JobContext) -> anyhow::Result<OrganisationId> {
    cx.organisation
        .ok_or_else(|| anyhow::anyhow!("an import belongs to an organisation"))
}

/// The import, when this job is still wanted.
async fn current(read: &Read, id: ImportId, run: i64, state: ImportState) -> Result<Option<Seen<import::Model>>, Stop> {
    match read.get::<import::Entity>(id).await {
        Ok(import) if import.run == run && import.state == state => Ok(Some(import)),
        Ok(_) => Ok(None),
        Err(stop) if stop.is(Code::NotFound) => Ok(None),
        Err(stop) => Err(stop),
    }
}

async fn targets(
    read: &Read,
    allowed: Option<&[CommunityId]>,
) -> Result<(Vec<(String, Target)>, HashMap<CommunityId, chrono::NaiveDate>), Stop> {
    let only = allowed.map_or_else(Condition::all, |ids| {
        Condition::all().add(communities::Column::Id.is_in(ids.iter().copied()))
    });
    let found = read.find::<communities::Entity>().filter(only).all().await?;
    let today = found.iter().map(|c| (c.id, read.today(&c.time_zone))).collect();
    let targets = found
        .iter()
        .map(|c| {
            (
                c.code.clone(),
                Target {
                    id: c.id,
                    currency: c.currency,
                    ageing: c.ageing(),
                },
            )
        })
        .collect();
    Ok((targets, today))
}

/// What the reading thread sends.
enum Piece {
    Rows(Vec<FileRow>),
    /// The total that the file states for itself.
    StatedTotal(Decimal),
    Refused(Refusal),
}

/// Reads the data rows of a file on a thread of its own. Titles, totals, footers and blank rows are left out.
fn stream(path: std::path::PathBuf, mapping: Mapping, found: &Detection) -> mpsc::Receiver<Piece> {
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

        let live = Live::start(self.import);
        let currency = targets
            .iter()
            .find(|(_, t)| Some(t.id) == mapping.community_id)
            .map(|(_, t)| t.currency);
        let mut pieces = stream(cx.kernel().files.path(&import.blob_key)?, mapping.clone(), &found);
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

/// Says how far a step is, without a new version: a person's If-Match must not go stale by watching.
async fn step(tx: &Tx, import: &Seen<import::Model>, done: u32) -> Result<(), Stop> {
    let why = Limit::Unscoped("progress of an import the job loaded");
    tx.execute(
        why,
        "UPDATE import SET done = $1 WHERE id = $2",
        vec![i64::from(done).into(), import.id.into()],
    )
    .await?;
    Ok(())
}

async fn fail(
    cx: &JobContext,
    organisation: OrganisationId,
    id: ImportId,
    (run, state): (i64, ImportState),
    why: &str,
) -> anyhow::Result<()> {
    let tx = cx.write(organisation, "imports.fail").await?;
    let Some(import) = current(&tx, id, run, state).await? else {
        return Ok(tx.abandon().await?);
    };
    let now = tx.now();
    let import = tx
        .amend(import, |row: &mut import::ActiveModel| {
            row.state = Set(ImportState::Failed);
            row.failure = Set(Some(why.to_owned()));
            row.finished_at = Set(Some(now));
        })
        .await?;
    let event = Event::ImportFailed {
        import: id,
        reason: why.to_owned(),
    };
    tx.finish(actions::subject(&import), event, NoContent).await?;
    Ok(())
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
        summary.new_accounts += u32::from(row.makes_account);
        let Some(amount) = row.amount else { continue };
        match summary.amounts.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(amount.minor),
            None => summary.amounts.push(Money::new(amount.minor, amount.currency)),
        }
    }
}

/// How a pass over some rows ended.
enum Pass {
    /// Nothing is left.
    Finished,
    More,
    Cancelled,
    /// A row that was acceptable is not any more.
    BookChanged,
}

#[async_trait::async_trait]
impl Job for CommitImportJob {
    const KIND: &'static str = "imports.commit";
    const MAX_ATTEMPTS: i64 = 5;
    const PRIORITY: i64 = 50;

    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let organisation = organisation(cx)?;
        let live = Live::start(self.import);
        let mut judge: Option<Judge> = None;
        loop {
            let tx = cx.write(organisation, Self::KIND).await?;
            let Some(import) = current(&tx, self.import, self.run, ImportState::Committing).await? else {
                return Ok(tx.abandon().await?);
            };
            let (targets, today) = targets(&tx, self.communities.as_deref()).await?;
            let Some(mapping) = import.mapping()? else {
                return Ok(tx.abandon().await?);
            };
            let judge = judge.get_or_insert_with(|| Judge::new(mapping, targets));
            let mut summary = import.summary()?.unwrap_or_default();
            let single = actions::in_one_transaction(import.total);
            live.set_done(u32::try_from(import.done).unwrap_or_default());
            let pass = if import.cancel_asked {
                Ok(Pass::Cancelled)
            } else {
                self.pass(&tx, &import, judge, &today, &mut summary, single, &live)
                    .await
            };
            match pass {
                Err(Stop::Problem(problem)) if problem.status < 500 => {
                    // The book refuses a row: trying again would not help.
                    tracing::warn!(import.id = %self.import, problem.code = problem.code(), "an import was refused by the book");
                    let why = problem
                        .errors
                        .first()
                        .map_or_else(|| problem.code().to_owned(), |e| e.code.clone());
                    tx.abandon().await?;
                    return fail(cx, organisation, self.import, (self.run, ImportState::Committing), &why).await;
                }
                Err(stop) => {
                    tx.abandon().await?;
                    return Err(stop.into());
                }
                Ok(Pass::BookChanged) => {
                    tx.abandon().await?;
                    return fail(
                        cx,
                        organisation,
                        self.import,
                        (self.run, ImportState::Committing),
                        "book_changed",
                    )
                    .await;
                }
                Ok(Pass::Cancelled) => {
                    tx.abandon().await?;
                    return self.cancelled(cx, organisation).await;
                }
                Ok(Pass::Finished) => {
                    self.close(tx, import, &summary, ImportState::Done).await?;
                    return Ok(());
                }
                Ok(Pass::More) => {
                    let text = serde_json::to_string(&summary)?;
                    let sql = "UPDATE import SET done = $1, summary = $2 WHERE id = $3";
                    let why = Limit::Unscoped("progress of an import the job loaded");
                    tx.execute(
                        why,
                        sql,
                        vec![i64::from(summary.written_rows).into(), text.into(), import.id.into()],
                    )
                    .await?;
                    tx.finish(
                        actions::subject(&import),
                        Event::JobDone {
                            kind: Self::KIND.into(),
                        },
                        NoContent,
                    )
                    .await?;
                }
            }
        }
    }

    async fn gave_up(&self, cx: &JobContext, _why: &str) -> anyhow::Result<()> {
        fail(
            cx,
            organisation(cx)?,
            self.import,
            (self.run, ImportState::Committing),
            "interrupted",
        )
        .await
    }
}

impl CommitImportJob {
    /// Writes the next rows: all of them in one transaction, or a chunk.
    #[expect(clippy::too_many_arguments, reason = "the state of one loop")]
    async fn pass(
        &self,
        tx: &Tx,
        import: &Seen<import::Model>,
        judge: &mut Judge,
        today: &HashMap<CommunityId, chrono::NaiveDate>,
        summary: &mut ImportSummary,
        single: bool,
        live: &Live,
    ) -> Result<Pass, Stop> {
        let (mut after, mut here) = (0, 0);
        loop {
            let rows = actions::rows_to_write(tx, import.id, after, BATCH as u64).await?;
            let Some(last) = rows.last() else {
                return Ok(Pass::Finished);
            };
            after = last.number;
            let file_rows = rows
                .iter()
                .map(|r| {
                    Ok(FileRow {
                        number: u32::try_from(r.number).unwrap_or_default(),
                        cells: r.cells()?,
                    })
                })
                .collect::<Result<Vec<_>, Stop>>()?;
            let judged = judge.batch(tx, &file_rows).await?;
            if judged.iter().any(|j| j.verdict == Verdict::Faulty) {
                return Ok(Pass::BookChanged);
            }
            let work: Vec<_> = judged.into_iter().filter_map(|j| j.work).collect();
            let Written {
                accounts,
                claims,
                payments,
            } = apply::apply(tx, import.id, &work, today).await?;
            let numbers: Vec<i64> = rows.iter().map(|r| r.number).collect();
            actions::mark_done(tx, import.id, &numbers).await?;
            summary.written_accounts += accounts;
            summary.written_claims += claims;
            summary.written_payments += payments;
            summary.written_rows += u32::try_from(rows.len()).unwrap_or(u32::MAX);
            live.set_done(summary.written_rows);
            here += rows.len();
            if live.is_cancelled() {
                // All or nothing leaves nothing; a large import keeps what is in and stops before the next chunk.
                return Ok(if single { Pass::Cancelled } else { Pass::More });
            }
            if !single && here >= CHUNK {
                return Ok(Pass::More);
            }
        }
    }

    async fn cancelled(&self, cx: &JobContext, organisation: OrganisationId) -> anyhow::Result<()> {
        let tx = cx.write(organisation, Self::KIND).await?;
        let Some(import) = current(&tx, self.import, self.run, ImportState::Committing).await? else {
            return Ok(tx.abandon().await?);
        };
        let summary = import.summary()?.unwrap_or_default();
        self.close(tx, import, &summary, ImportState::Cancelled).await
    }

    async fn close(
        &self,
        tx: Tx,
        import: Seen<import::Model>,
        summary: &ImportSummary,
        state: ImportState,
    ) -> anyhow::Result<()> {
        let now = tx.now();
        let text = serde_json::to_string(summary)?;
        let import = tx
            .amend(import, |row: &mut import::ActiveModel| {
                row.state = Set(state);
                row.summary = Set(Some(text));
                row.done = Set(i64::from(summary.written_rows));
                row.finished_at = Set(Some(now));
            })
            .await?;
        let event = if state == ImportState::Done {
            Event::ImportCommitted {
                import: import.id,
                rows: summary.written_rows,
            }
        } else {
            actions::cancelled(&import)
        };
        tx.finish(actions::subject(&import), event, NoContent).await?;
        Ok(())
    }
}
