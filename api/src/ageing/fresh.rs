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

/// The day it is where the book is kept, and the days on which every stored row of the organisation is right.
pub(super) struct Standing {
    pub(super) today: NaiveDate,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

impl Standing {
    pub(super) fn holds(&self, as_at: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= as_at) && !self.ran_out(as_at)
    }
    fn ran_out(&self, as_at: NaiveDate) -> bool {
        self.until.is_some_and(|until| until < as_at)
    }
}

#[derive(FromQueryResult)]
struct StandingRow {
    time_zone: String,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

/// In the community's time zone when one is asked for, else in the organisation's. One statement of four look-ups in
/// indexes: it comes before every page.
pub(super) async fn standing(read: &Read, filter: &AgeFilter) -> Result<Standing, Stop> {
    let community = match filter.community_id.as_slice() {
        [one] => one.0,
        [] | [_, ..] => uuid::Uuid::nil(),
    };
    let row = read
        .report_one::<StandingRow>(
            Limit::Unscoped("the time zone and the age of stored rows of the caller's organisation"),
            "SELECT COALESCE((SELECT c.time_zone FROM community c WHERE c.id = $2 AND c.organisation_id = $1), o.time_zone) AS time_zone, \
             (SELECT MAX(g.valid_on) FROM aged g WHERE g.organisation_id = $1) AS since, \
             (SELECT MIN(g.valid_until) FROM aged g WHERE g.organisation_id = $1) AS until FROM organisation o WHERE o.id = $1",
            vec![read.organisation()?.into(), community.into()],
        )
        .await?
        .ok_or_else(Stop::not_found)?;
    Ok(Standing {
        today: read.today(&row.time_zone),
        since: row.since,
        until: row.until,
    })
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

/// A snapshot in which stored rows are right on `as_at` if that is today, the caller's own otherwise; and whether they
/// are.
pub(super) async fn ready(
    kernel: &Arc<Kernel>,
    read: Read,
    filter: &AgeFilter,
    standing: &Standing,
    as_at: NaiveDate,
) -> Result<(Read, bool), Stop> {
    if as_at != standing.today || !standing.ran_out(as_at) {
        return Ok((read, standing.holds(as_at)));
    }
    let (organisation, caller) = (read.organisation()?, Arc::new(read.caller().clone()));
    drop(read);
    bring_up_to_date(kernel, organisation).await?;
    let read = Read::begin(kernel.clone(), caller).await?;
    let holds = self::standing(&read, filter).await?.holds(as_at);
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
        let today = standing(&read, &AgeFilter::default()).await?.today;
        drop(read);
        bring_up_to_date(cx.kernel(), self.organisation).await?;
        let tx = cx.write(self.organisation, "ageing.new_day").await?;
        plan(&tx, self.organisation, today.succ_opt().unwrap_or(today)).await?;
        tx.finish(Subject::organisation(self.organisation), done_event(), NoContent)
            .await?;
        Ok(())
    }
}
