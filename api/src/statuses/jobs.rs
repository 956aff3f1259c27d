//! Statuses with a last day end by themselves on the day after (spec H13).

use super::{Put, PutRow, put};
use crate::kernel::{Job, JobContext, JobKind, Limit, Subject, When};
use chrono::TimeDelta;
use kept_shared::{event::Event, ids::*, statuses::Slot};
use sea_orm::FromQueryResult;

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
    ends_on: chrono::NaiveDate,
}

#[async_trait::async_trait]
impl Job for EndStatuses {
    const KIND: &'static str = "statuses.end";
    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}:{}", Self::KIND, self.organisation, self.day))
    }
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let tx = cx.write(self.organisation, "statuses.end").await?;
        let due: Vec<Due> = tx
            .report(
                Limit::Reach(crate::reach::reach_sql),
                "SELECT e.account_id, e.slot, e.ends_on, c.time_zone, CASE e.slot WHEN 'debt' THEN a.debt_status_id \
                   WHEN 'notice' THEN a.notice_status_id ELSE a.interest_status_id END AS status_id \
                 FROM status_end e JOIN account a ON a.id = e.account_id JOIN community c ON c.id = a.community_id \
                 WHERE e.ends_on <= $1 AND {reach a.id, a.community_id} ORDER BY e.ends_on, e.account_id LIMIT $2",
                vec![self.day.into(), BATCH.into()],
            )
            .await?;
        let full = due.len() == usize::try_from(BATCH)?;
        // West of the time zone that set the job the day may still be running.
        let (over, running): (Vec<Due>, Vec<Due>) = due.into_iter().partition(|d| tx.today(&d.time_zone) > d.ends_on);
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
                    .map(|status| (Subject::from(d.account_id), Event::StatusEnded { status }))
            }));
        }
        // This job's own unique key is taken while it runs; the successor stands for the next hour under its own day.
        if full || !running.is_empty() {
            tx.enqueue(
                &Again(Self { ..*self }),
                When::After(TimeDelta::minutes(if full { 0 } else { 30 })),
            )
            .await?;
        }
        if events.is_empty() && !full && running.is_empty() {
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
