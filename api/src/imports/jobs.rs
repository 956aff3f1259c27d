//! The two steps that run in the background: the dry run and the commit. Both may be killed at any point.

mod check;
mod commit;

pub use check::*;
pub use commit::*;

use super::actions;
use super::entity::import;
use super::judge::Target;
use crate::communities;
use crate::kernel::{JobContext, Limit, NoContent, Read, Seen, Stop, Tx};
use kept_shared::event::Event;
use kept_shared::ids::{CommunityId, ImportId, OrganisationId};
use kept_shared::imports::ImportState;
use kept_shared::problem::Code;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;

/// Rows judged and stored at once.
const BATCH: usize = 2_000;

/// Rows of one transaction of a large commit.
const CHUNK: usize = 10_000;

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
