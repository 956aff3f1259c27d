//! Writing what the dry run found.

use super::super::apply::Written;
use super::super::entity::import;
use super::super::judge::{FileRow, Judge};
use super::super::live::Live;
use super::super::{actions, apply};
use super::{BATCH, CHUNK, current, fail, organisation, targets};
use crate::kernel::{Job, JobContext, Limit, NoContent, Seen, Stop, Tx};
use crate::ledger::Origin;
use kept_shared::event::Event;
use kept_shared::ids::{CommunityId, ImportId, OrganisationId, UserId};
use kept_shared::imports::{ImportState, ImportSummary, Verdict};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Writes the new and changed rows, and continues where it stopped.
#[derive(Debug, Serialize, Deserialize)]
pub struct CommitImportJob {
    pub import: ImportId,
    pub run: i64,
    pub communities: Option<Vec<CommunityId>>,
    /// Who ordered it.
    #[serde(default)]
    pub by: Option<UserId>,
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
            let origin = Origin::import(import.id, self.by);
            let work: Vec<_> = judged.into_iter().filter_map(|j| j.work).collect();
            let Written {
                accounts,
                claims,
                payments,
            } = apply::apply(tx, origin, &work, today).await?;
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
