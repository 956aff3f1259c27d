//! Statuses with a last day end by themselves on the day after (spec H13).

use super::{Put, PutRow, put};
use crate::kernel::{Job, JobContext, JobKind, Limit, Subject, When};
use chrono::TimeDelta;
use kept_shared::{event::Event, ids::*, statuses::Slot};
use sea_orm::{DbBackend, FromQueryResult};

/// Accounts one transaction ends statuses of.
const BATCH: i64 = 500;

pub fn jobs() -> Vec<JobKind> {
    vec![JobKind::of::<EndStatuses>(), JobKind::of::<Again>()]
}

/// Ends what is over in one organisation. Queued by whoever sets an end date, for the day after; safe to run twice.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct EndStatuses {
    pub organisation: OrganisationId,
    /// The day that must be over, so that one job stands for one day.
    pub day: chrono::NaiveDate,
}

#[derive(FromQueryResult)]
struct Due {
    account_id: AccountId,
    slot: Slot,
    status_id: Option<StatusId>,
    time_zone: String,
}

#[derive(FromQueryResult)]
struct Zone {
    time_zone: String,
}

#[async_trait::async_trait]
impl Job for EndStatuses {
    const KIND: &'static str = "statuses.end";
    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}:{}", Self::KIND, self.organisation, self.day))
    }
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let tx = cx.write(self.organisation, "statuses.end").await?;
        let zones: Vec<Zone> = tx
            .report(
                Limit::Reach(crate::reach::reach_sql),
                "SELECT DISTINCT c.time_zone FROM status_end e JOIN account a ON a.id = e.account_id \
                 JOIN community c ON c.id = a.community_id \
                 WHERE e.ends_on <= $1 AND {reach a.id, a.community_id} ORDER BY c.time_zone",
                vec![self.day.into()],
            )
            .await?;
        // West of the time zone that set the job the day may still be running: those statuses wait for their own midnight.
        let running = zones.iter().any(|z| tx.today(&z.time_zone) <= self.day);
        let lock = if tx.backend() == DbBackend::Postgres {
            " FOR UPDATE OF a"
        } else {
            ""
        };
        let mut over: Vec<Due> = vec![];
        for zone in &zones {
            let left = BATCH - i64::try_from(over.len())?;
            if left <= 0 {
                break;
            }
            let sql = format!(
                "SELECT e.account_id, e.slot, c.time_zone, CASE e.slot WHEN 'debt' THEN a.debt_status_id \
                   WHEN 'notice' THEN a.notice_status_id ELSE a.interest_status_id END AS status_id \
                 FROM status_end e JOIN account a ON a.id = e.account_id JOIN community c ON c.id = a.community_id \
                 WHERE e.ends_on <= $1 AND e.ends_on < $2 AND c.time_zone = $3 AND {{reach a.id, a.community_id}} \
                 ORDER BY e.account_id LIMIT $4{lock}"
            );
            let values = vec![
                self.day.into(),
                tx.today(&zone.time_zone).into(),
                zone.time_zone.clone().into(),
                left.into(),
            ];
            over.extend(
                tx.report::<Due>(Limit::Reach(crate::reach::reach_sql), &sql, values)
                    .await?,
            );
        }
        let full = over.len() >= usize::try_from(BATCH)?;
        let mut events: Vec<(Subject, Event)> = vec![];
        for slot in Slot::ALL {
            let rows: Vec<&Due> = over.iter().filter(|d| d.slot == *slot).collect();
            let put_rows: Vec<PutRow> = rows
                .iter()
                .map(|d| PutRow {
                    account: d.account_id,
                    from: d.status_id,
                    note: None,
                    handover: None,
                    today: tx.today(&d.time_zone),
                })
                .collect();
            let what = Put {
                slot: *slot,
                status: None,
                until: None,
                batch: None,
            };
            put(&tx, what, &put_rows).await?;
            events.extend(rows.iter().filter_map(|d| {
                d.status_id
                    .map(|status| (Subject::from(d.account_id), Event::StatusEnded { status, note: None }))
            }));
        }
        // This job's own unique key is taken while it runs; the successor stands for the next hour under its own day.
        if full || running {
            tx.enqueue(
                &Again(Self { ..*self }),
                When::After(TimeDelta::minutes(if full { 0 } else { 30 })),
            )
            .await?;
        }
        if events.is_empty() && !full && !running {
            tx.abandon().await?;
        } else {
            events.push((
                Subject::ours(),
                Event::JobDone {
                    kind: Self::KIND.into(),
                },
            ));
            tx.finish_bulk(events, crate::kernel::NoContent).await?;
        }
        Ok(())
    }
}

/// The rest of [`EndStatuses`].
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Again(EndStatuses);

#[async_trait::async_trait]
impl Job for Again {
    const KIND: &'static str = "statuses.end-rest";
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        self.0.run(cx).await
    }
}
