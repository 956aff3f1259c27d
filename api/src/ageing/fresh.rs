//! Stored rows are right on the days from `valid_on` to `valid_until`. What ran out is recomputed before anything is
//! served, by whoever comes first on a new day, and by a job soon after midnight. The day is that of the community.

use crate::kernel::{Caller, Job, JobContext, Kernel, Limit, NoContent, Read, Request, Scope, Stop, Subject, Tx, When};
use crate::ledger::{has_stale, refresh_stale};
use chrono::NaiveDate;
use kept_shared::age_analysis::AgeFilter;
use kept_shared::event::Event;
use kept_shared::ids::*;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Accounts recomputed in one transaction: the writer is held for tens of milliseconds.
const AT_ONCE: u64 = 4_000;

#[derive(FromQueryResult)]
struct Zone {
    time_zone: String,
}

/// Today where the book is kept: in the community's zone when one is asked for, else in the organisation's.
pub(super) async fn today(read: &Read, filter: &AgeFilter) -> Result<NaiveDate, Stop> {
    let organisation = read.organisation()?;
    let zone = match filter.community_id.as_slice() {
        [one] => {
            read.report_one::<Zone>(
                Limit::Unscoped("the time zone of a community of the caller's organisation"),
                "SELECT time_zone FROM community WHERE id = $1 AND organisation_id = $2",
                vec![(*one).into(), organisation.into()],
            )
            .await?
        }
        [] | [_, ..] => None,
    };
    let zone = match zone {
        Some(zone) => zone.time_zone,
        None => self::zone(read, organisation).await?,
    };
    Ok(read.today(&zone))
}

async fn zone(read: &Read, organisation: OrganisationId) -> Result<String, Stop> {
    let zone = read
        .report_one::<Zone>(
            Limit::Unscoped("the time zone of the caller's organisation"),
            "SELECT time_zone FROM organisation WHERE id = $1",
            vec![organisation.into()],
        )
        .await?;
    Ok(zone.map_or_else(|| "UTC".into(), |z| z.time_zone))
}

#[derive(FromQueryResult)]
struct Validity {
    ran_out: i64,
    too_new: i64,
}

async fn validity(read: &Read, as_at: NaiveDate) -> Result<Validity, Stop> {
    let found = read
        .report_one::<Validity>(
            Limit::Unscoped("whether stored rows of the caller's organisation hold on a day"),
            "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM aged WHERE organisation_id = $1 AND valid_until < $2) THEN 1 ELSE 0 END AS BIGINT) AS ran_out, \
             CAST(CASE WHEN EXISTS (SELECT 1 FROM aged WHERE organisation_id = $1 AND valid_on > $2) THEN 1 ELSE 0 END AS BIGINT) AS too_new",
            vec![read.organisation()?.into(), as_at.into()],
        )
        .await?;
    Ok(found.unwrap_or(Validity { ran_out: 0, too_new: 0 }))
}

/// Whether every stored row of the organisation is right on that day.
pub(super) async fn stored_rows_hold(read: &Read, as_at: NaiveDate) -> Result<bool, Stop> {
    let v = validity(read, as_at).await?;
    Ok(v.ran_out == 0 && v.too_new == 0)
}

/// When this process last saw to an organisation's rows, in quarters of an hour: in every time zone of the world a day
/// begins at one.
#[derive(Default)]
struct SeenTo {
    quarters: Mutex<HashMap<OrganisationId, i64>>,
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl SeenTo {
    fn lock(&self) -> MutexGuard<'_, HashMap<OrganisationId, i64>> {
        self.quarters.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn is_done(&self, organisation: OrganisationId, quarter: i64) -> bool {
        self.lock().get(&organisation) == Some(&quarter)
    }
}

/// Sees to it that stored rows are those of today, before anybody reads or writes in the organisation.
pub(super) async fn before_use(kernel: &Arc<Kernel>, organisation: OrganisationId) -> Result<(), Stop> {
    let seen_to = kernel.slot::<SeenTo>();
    let quarter = kernel.clock.now().timestamp().div_euclid(15 * 60);
    if seen_to.is_done(organisation, quarter) {
        return Ok(());
    }
    // The first on a new day does it; the others wait for it.
    let _turn = seen_to.one_at_a_time.lock().await;
    if !seen_to.is_done(organisation, quarter) {
        bring_up_to_date(kernel, organisation).await?;
        seen_to.lock().insert(organisation, quarter);
    }
    Ok(())
}

/// Recomputes what ran out before the today of its community, in small transactions. Safe to call at any time, from
/// several processes.
pub async fn bring_up_to_date(kernel: &Arc<Kernel>, organisation: OrganisationId) -> Result<usize, Stop> {
    let caller = || Caller::system(Scope::organisation(organisation), "ageing.new_day");
    let read = Read::begin(kernel.clone(), caller()).await?;
    if !has_stale(&read, organisation).await? {
        return Ok(0);
    }
    drop(read);
    let mut done = 0;
    loop {
        let tx = Tx::begin(kernel.clone(), caller(), &Request::none()).await?;
        let count = refresh_stale(&tx, organisation, AT_ONCE).await?;
        if count == 0 {
            tx.abandon().await?;
            return Ok(done);
        }
        done += count;
        let today = tx.today(&zone(&tx, organisation).await?);
        plan(&tx, organisation, today.succ_opt().unwrap_or(today)).await?;
        tx.finish(Subject::organisation(organisation), done_event(), NoContent)
            .await?;
    }
}

fn done_event() -> Event {
    Event::JobDone {
        kind: NewDay::KIND.into(),
    }
}

/// Queues the job of a day for its first minute where the organisation is.
async fn plan(tx: &Tx, organisation: OrganisationId, day: NaiveDate) -> Result<(), Stop> {
    let zone: chrono_tz::Tz = zone(tx, organisation).await?.parse().unwrap_or(chrono_tz::Tz::UTC);
    let midnight = day
        .and_hms_opt(0, 1, 0)
        .and_then(|t| t.and_local_timezone(zone).earliest());
    let when = midnight.map_or(When::After(chrono::TimeDelta::days(1)), |t| When::At(t.to_utc()));
    tx.enqueue(&NewDay { organisation, day }, when).await?;
    Ok(())
}

/// A snapshot in which stored rows are right on `as_at` if that is today; the caller's own snapshot otherwise.
pub(super) async fn ready(
    kernel: &Arc<Kernel>,
    read: Read,
    as_at: NaiveDate,
    today: NaiveDate,
) -> Result<(Read, bool), Stop> {
    let v = validity(&read, as_at).await?;
    if as_at != today || v.ran_out == 0 {
        return Ok((read, v.ran_out == 0 && v.too_new == 0));
    }
    let (organisation, caller) = (read.organisation()?, Arc::new(read.caller().clone()));
    drop(read);
    bring_up_to_date(kernel, organisation).await?;
    let read = Read::begin(kernel.clone(), caller).await?;
    let holds = stored_rows_hold(&read, as_at).await?;
    Ok((read, holds))
}

/// Brings an organisation's rows up to date soon after midnight, and plans itself for the day after.
#[derive(Debug, Serialize, Deserialize)]
pub struct NewDay {
    pub organisation: OrganisationId,
    pub day: NaiveDate,
}

#[async_trait::async_trait]
impl Job for NewDay {
    const KIND: &'static str = "ageing.new_day";
    fn unique_key(&self) -> Option<String> {
        Some(format!("ageing.new_day:{}:{}", self.organisation, self.day))
    }
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let read = cx.read(self.organisation, "ageing.new_day").await?;
        let today = today(&read, &AgeFilter::default()).await?;
        drop(read);
        bring_up_to_date(cx.kernel(), self.organisation).await?;
        let tx = cx.write(self.organisation, "ageing.new_day").await?;
        plan(&tx, self.organisation, today.succ_opt().unwrap_or(today)).await?;
        tx.finish(Subject::organisation(self.organisation), done_event(), NoContent)
            .await?;
        Ok(())
    }
}
