//! Raising and reversing the charges of a run, in batches. A batch is one commit of entries and of the rows that say so;
//! what is in is not raised again, so both jobs may be killed at any point and run twice.

use super::entity::{charge, line, run};
use crate::communities;
use crate::kernel::binds::Binds;
use crate::kernel::{Job, JobContext, Limit, NoContent, Read, Seen, Stop, Subject, Tx};
use crate::ledger::{self, Origin, PostError};
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger::{EntryType, NewEntry};
use kept_shared::levies::RunState;
use kept_shared::money::{Currency, Money};
use kept_shared::problem::Code;
use sea_orm::ActiveValue::Set;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Charges of one commit.
const BATCH: usize = 400;
/// Source of the entries; their key is the run and the schedule.
const SOURCE: &str = "levies";
const OF_THE_RUN: Limit = Limit::Unscoped("charges of a run the job loaded");

/// Raises the charges of a run that is running.
#[derive(Debug, Serialize, Deserialize)]
pub struct RunLevies {
    pub run: LevyRunId,
}

/// Takes back the charges of a run that is being reversed.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReverseLevies {
    pub run: LevyRunId,
}

fn organisation(cx: &JobContext) -> anyhow::Result<OrganisationId> {
    cx.organisation
        .ok_or_else(|| anyhow::anyhow!("a charge run belongs to an organisation"))
}

/// The run, when the job is still wanted.
async fn current(read: &Read, id: LevyRunId, state: RunState) -> Result<Option<Seen<run::Model>>, Stop> {
    match read.get::<run::Entity>(id).await {
        Ok(run) if run.state == state => Ok(Some(run)),
        Ok(_) => Ok(None),
        Err(stop) if stop.is(Code::NotFound) => Ok(None),
        Err(stop) => Err(stop),
    }
}

fn subject(run: &run::Model) -> Subject {
    Subject::from(run.community_id).in_organisation(run.organisation_id)
}

/// Says how far a run is, without a new version: a person's If-Match must not go stale by watching.
async fn step(tx: &Tx, run: &run::Model, done: i64) -> Result<(), Stop> {
    let sql = "UPDATE levy_run SET done = $1 WHERE id = $2";
    tx.execute(OF_THE_RUN, sql, vec![done.into(), run.id.into()]).await?;
    Ok(())
}

/// The invoice a line is raised with.
fn invoice(run: &run::Model, line: &line::Model, currency: Currency) -> NewEntry {
    let id = EntryId(uuid::Uuid::now_v7());
    let mut entry = NewEntry::new(
        id,
        line.account_id,
        EntryType::Invoice,
        line.charge_on,
        Money::new(line.amount_minor, currency),
        &line.description,
    );
    entry.unit_id = Some(line.unit_id);
    entry.due_on = Some(line.due_on);
    entry.period = Some((line.period_from, line.period_to));
    entry.source = Some(SOURCE.to_owned());
    entry.source_key = Some(format!("{}:{}", run.id, line.levy_id));
    entry
}

fn charge_row(run: &run::Model, line: &line::Model, entry: &NewEntry) -> charge::ActiveModel {
    charge::ActiveModel {
        run_id: Set(run.id),
        levy_id: Set(line.levy_id),
        unit_id: Set(line.unit_id),
        community_id: Set(run.community_id),
        account_id: Set(entry.account_id),
        kind: Set(line.kind),
        description: Set(line.description.clone()),
        period_from: Set(line.period_from),
        period_to: Set(line.period_to),
        charge_on: Set(line.charge_on),
        due_on: Set(line.due_on),
        amount_minor: Set(line.amount_minor),
        entry_id: Set(entry.id),
        reversed_at: Set(None),
    }
}

/// Charges of the batch's schedules that were reversed by hand stand in the way no longer.
async fn release_reversed(tx: &Tx, lines: &[line::Model]) -> Result<(), Stop> {
    let mut binds = Binds::new();
    let now = binds.one(tx.now());
    let marks = binds.list(lines.iter().map(|l| l.levy_id));
    let sql = format!(
        "UPDATE levy_charge SET reversed_at = {now} WHERE reversed_at IS NULL AND levy_id IN ({marks}) \
         AND EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = levy_charge.entry_id)"
    );
    tx.execute(OF_THE_RUN, &sql, binds.values()).await?;
    Ok(())
}

/// Posts lines; one that the book refuses is remembered and left out. Returns how many were raised.
async fn raise(
    tx: &Tx,
    run: &run::Model,
    mut lines: Vec<line::Model>,
    currency: Currency,
    refused: &mut HashMap<LevyId, String>,
) -> Result<usize, Stop> {
    release_reversed(tx, &lines).await?;
    loop {
        let entries: Vec<NewEntry> = lines.iter().map(|l| invoice(run, l, currency)).collect();
        let rows = lines.iter().zip(&entries).map(|(l, e)| charge_row(run, l, e)).collect();
        let at: HashMap<EntryId, usize> = entries.iter().enumerate().map(|(n, e)| (e.id, n)).collect();
        if entries.is_empty() {
            return Ok(0);
        }
        let by = Origin {
            by: run.started_by_id,
            ..Origin::default()
        };
        match ledger::post(tx, entries, vec![], Some(by)).await {
            Ok(posted) => {
                tx.insert_bulk::<charge::ActiveModel>(rows, "of schedules the job loaded")
                    .await?;
                return Ok(posted.entries);
            }
            Err(PostError::Stop(stop)) => return Err(stop),
            Err(PostError::Refused { entry, flaw }) => {
                let Some(n) = entry.and_then(|id| at.get(&id).copied()) else {
                    return Err(PostError::Refused { entry, flaw }.into());
                };
                let line = lines.remove(n);
                tracing::warn!(levy.run = %run.id, levy.id = %line.levy_id, flaw = flaw.code(), "a charge was refused by the book");
                refused.insert(line.levy_id, flaw.code().to_owned());
            }
        }
    }
}

/// The next charges of a run after a schedule, as they were approved; those raised by an attempt before are skipped.
async fn to_raise(tx: &Tx, run: LevyRunId, after: Option<LevyId>) -> Result<Vec<line::Model>, Stop> {
    let mut binds = Binds::new();
    let run = binds.one(run);
    let beyond = after.map_or_else(String::new, |id| format!("AND n.levy_id > {}", binds.one(id)));
    let most = binds.one(i64::try_from(BATCH).map_err(Stop::internal)?);
    let sql = format!(
        "SELECT n.* FROM levy_run_line n WHERE n.run_id = {run} {beyond} AND NOT EXISTS (SELECT 1 FROM levy_charge c \
         WHERE c.run_id = n.run_id AND c.levy_id = n.levy_id) ORDER BY n.levy_id LIMIT {most}"
    );
    tx.report(OF_THE_RUN, &sql, binds.values()).await
}

/// Forgets the approved charges of a run that is no longer running: what it raised says the rest.
async fn forget_lines(tx: &Tx, run: LevyRunId) -> Result<(), Stop> {
    let sql = "DELETE FROM levy_run_line WHERE run_id = $1";
    tx.execute(OF_THE_RUN, sql, vec![run.into()]).await?;
    Ok(())
}

#[async_trait::async_trait]
impl Job for RunLevies {
    const KIND: &'static str = "levies.run";
    const MAX_ATTEMPTS: i64 = 5;
    const PRIORITY: i64 = 50;

    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let organisation = organisation(cx)?;
        let mut refused: HashMap<LevyId, String> = HashMap::new();
        let mut after: Option<LevyId> = None;
        loop {
            let tx = cx.write(organisation, Self::KIND).await?;
            let Some(run) = current(&tx, self.run, RunState::Running).await? else {
                return Ok(tx.abandon().await?);
            };
            let lines = to_raise(&tx, run.id, after).await?;
            let Some(last) = lines.last() else {
                return self.close(tx, run, &refused).await;
            };
            after = Some(last.levy_id);
            let currency = currency(&tx, run.community_id).await?;
            let raised = raise(&tx, &run, lines, currency, &mut refused).await?;
            step(&tx, &run, run.done + i64::try_from(raised)?).await?;
            let kind = Self::KIND.to_owned();
            tx.finish(subject(&run), Event::JobDone { kind }, NoContent).await?;
        }
    }

    async fn gave_up(&self, cx: &JobContext, _why: &str) -> anyhow::Result<()> {
        let tx = cx.write(organisation(cx)?, Self::KIND).await?;
        let Some(run) = current(&tx, self.run, RunState::Running).await? else {
            return Ok(tx.abandon().await?);
        };
        let subject = subject(&run);
        let event = Event::LevyRunFailed {
            run: run.id,
            reason: "interrupted".into(),
        };
        forget_lines(&tx, run.id).await?;
        tx.amend(run, |row: &mut run::ActiveModel| {
            row.state = Set(RunState::Failed);
            row.failure = Set(Some("interrupted".into()));
        })
        .await?;
        tx.finish(subject, event, NoContent).await?;
        Ok(())
    }
}

impl RunLevies {
    async fn close(&self, tx: Tx, run: Seen<run::Model>, refused: &HashMap<LevyId, String>) -> anyhow::Result<()> {
        let now = tx.now();
        let (subject, currency) = (subject(&run), currency(&tx, run.community_id).await?);
        let sql = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS minor FROM levy_charge WHERE run_id = $1";
        let sums: Option<Sums> = tx.report_one(OF_THE_RUN, sql, vec![run.id.into()]).await?;
        let sums = sums.unwrap_or_default();
        let event = Event::LevyRunDone {
            run: run.id,
            charges: u32::try_from(sums.n).unwrap_or(u32::MAX),
            total: Money::new(sums.minor, currency),
        };
        let failure = refused.values().next().cloned();
        forget_lines(&tx, run.id).await?;
        tx.amend(run, |row: &mut run::ActiveModel| {
            row.state = Set(RunState::Done);
            row.done = Set(sums.n);
            row.total_minor = Set(sums.minor);
            row.failure = Set(failure);
            row.finished_at = Set(Some(now));
        })
        .await?;
        tx.finish(subject, event, NoContent).await?;
        Ok(())
    }
}

#[derive(Default, FromQueryResult)]
struct Sums {
    n: i64,
    minor: i64,
}

async fn currency(tx: &Tx, community: CommunityId) -> Result<Currency, Stop> {
    Ok(tx.get::<communities::Entity>(community).await?.currency)
}

#[derive(FromQueryResult)]
struct ToReverse {
    levy_id: LevyId,
    entry_id: EntryId,
    by_hand: i64,
}

#[async_trait::async_trait]
impl Job for ReverseLevies {
    const KIND: &'static str = "levies.reverse";
    const MAX_ATTEMPTS: i64 = 5;
    const PRIORITY: i64 = 50;

    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let organisation = organisation(cx)?;
        loop {
            let tx = cx.write(organisation, Self::KIND).await?;
            let Some(run) = current(&tx, self.run, RunState::Reversing).await? else {
                return Ok(tx.abandon().await?);
            };
            let sql = "SELECT levy_id, entry_id, CAST(CASE WHEN EXISTS (SELECT 1 FROM entry r WHERE \
                 r.reverses_id = levy_charge.entry_id) THEN 1 ELSE 0 END AS BIGINT) AS by_hand FROM levy_charge \
                 WHERE run_id = $1 AND reversed_at IS NULL ORDER BY levy_id LIMIT $2";
            let values = vec![run.id.into(), i64::try_from(BATCH)?.into()];
            let part: Vec<ToReverse> = tx.report(OF_THE_RUN, sql, values).await?;
            if part.is_empty() {
                return self.close(tx, run).await;
            }
            let community = tx.get::<communities::Entity>(run.community_id).await?;
            let today = tx.today(&community.time_zone);
            let reason = run.reason.clone().unwrap_or_default();
            let entries: Vec<EntryId> = part.iter().filter(|c| c.by_hand == 0).map(|c| c.entry_id).collect();
            let by = Origin {
                by: run.reversed_by_id,
                ..Origin::default()
            };
            ledger::reverse_as(&tx, &entries, today, &reason, Some(by))
                .await
                .map_err(Stop::from)?;
            let mut binds = Binds::new();
            let (now, id) = (binds.one(tx.now()), binds.one(run.id));
            let marks = binds.list(part.iter().map(|c| c.levy_id));
            let sql = format!(
                "UPDATE levy_charge SET reversed_at = {now} WHERE run_id = {id} AND reversed_at IS NULL AND levy_id IN ({marks})"
            );
            tx.execute(OF_THE_RUN, &sql, binds.values()).await?;
            step(&tx, &run, run.done + i64::try_from(part.len())?).await?;
            let kind = Self::KIND.to_owned();
            tx.finish(subject(&run), Event::JobDone { kind }, NoContent).await?;
        }
    }

    async fn gave_up(&self, cx: &JobContext, _why: &str) -> anyhow::Result<()> {
        let tx = cx.write(organisation(cx)?, Self::KIND).await?;
        let Some(run) = current(&tx, self.run, RunState::Reversing).await? else {
            return Ok(tx.abandon().await?);
        };
        let subject = subject(&run);
        let event = Event::LevyRunFailed {
            run: run.id,
            reason: "interrupted".into(),
        };
        // Back to done: reversing again takes back what is left.
        tx.amend(run, |row: &mut run::ActiveModel| {
            row.state = Set(RunState::Done);
            row.failure = Set(Some("interrupted".into()));
        })
        .await?;
        tx.finish(subject, event, NoContent).await?;
        Ok(())
    }
}

impl ReverseLevies {
    async fn close(&self, tx: Tx, run: Seen<run::Model>) -> anyhow::Result<()> {
        let now = tx.now();
        let subject = subject(&run);
        let event = Event::LevyRunReversed {
            run: run.id,
            charges: u32::try_from(run.done).unwrap_or(u32::MAX),
            reason: run.reason.clone().unwrap_or_default(),
        };
        tx.amend(run, |row: &mut run::ActiveModel| {
            row.state = Set(RunState::Reversed);
            row.reversed_at = Set(Some(now));
        })
        .await?;
        tx.finish(subject, event, NoContent).await?;
        Ok(())
    }
}
