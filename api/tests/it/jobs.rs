//! Background jobs: what happens to the job of a worker that died, and of one that only seemed to.

use crate::{both, kit::TestApp};
use chrono::TimeDelta;
use kept_api::kernel::{Job, JobContext, JobKind, Limit, NoContent, Subject, When, jobs::Worker};
use kept_shared::event::Event;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::watch;

const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Does nothing.
#[derive(serde::Serialize, serde::Deserialize)]
struct Quick;

#[async_trait::async_trait]
impl Job for Quick {
    const KIND: &'static str = "test.quick";
    async fn run(&self, _: &JobContext) -> anyhow::Result<()> {
        Ok(())
    }
}

/// Fails.
#[derive(serde::Serialize, serde::Deserialize)]
struct Failing;

#[async_trait::async_trait]
impl Job for Failing {
    const KIND: &'static str = "test.failing";
    async fn run(&self, _: &JobContext) -> anyhow::Result<()> {
        anyhow::bail!("it always does")
    }
}

/// Works until there is a job `Quick` that has been done.
#[derive(serde::Serialize, serde::Deserialize)]
struct Patient;

#[async_trait::async_trait]
impl Job for Patient {
    const KIND: &'static str = "test.patient";
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let since = Instant::now();
        while count(cx, "kind = 'test.quick' AND state = 'done'").await == 0 {
            anyhow::ensure!(since.elapsed() < Duration::from_secs(20), "nobody did the quick job");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

/// While it works, somebody else claims it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Stolen;

#[async_trait::async_trait]
impl Job for Stolen {
    const KIND: &'static str = "test.stolen";
    async fn run(&self, cx: &JobContext) -> anyhow::Result<()> {
        let tx = cx
            .kernel()
            .write_everything("test")
            .await
            .map_err(|e| anyhow::anyhow!("{e}"))?;
        let sql = "UPDATE job SET attempts = attempts + 1 WHERE id = $1";
        tx.execute(Limit::Unscoped("test"), sql, vec![cx.job_id.into()])
            .await
            .unwrap();
        tx.finish(
            Subject::organisation(cx.organisation.unwrap()),
            Event::JobDone { kind: "test".into() },
            NoContent,
        )
        .await
        .unwrap();
        Ok(())
    }
}

async fn count(cx: &JobContext, which: &str) -> i64 {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        n: i64,
    }
    let read = cx.kernel().read_everything("test").await.unwrap();
    let sql = format!("SELECT COUNT(*) AS n FROM job WHERE {which}");
    read.report_one::<Row>(Limit::Unscoped("test"), &sql, vec![])
        .await
        .unwrap()
        .unwrap()
        .n
}

impl TestApp {
    async fn order<J: Job>(&self, job: &J) {
        let tx = self.kernel.write_in(self.organisation, "test").await.unwrap();
        tx.enqueue(job, When::Now).await.unwrap();
        tx.finish(
            Subject::organisation(self.organisation),
            Event::JobDone { kind: "test".into() },
            NoContent,
        )
        .await
        .unwrap();
    }
    fn worker(&self) -> Arc<Worker> {
        Arc::new(Worker::new(
            self.kernel.clone(),
            [
                JobKind::of::<Quick>(),
                JobKind::of::<Patient>(),
                JobKind::of::<Stolen>(),
                JobKind::of::<Failing>(),
            ],
        ))
    }
    async fn jobs(&self, which: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) AS n FROM job WHERE {which}"), vec![])
            .await
    }
}

both! {
    async fn the_job_of_a_dead_worker_is_free_when_its_lease_has_run_out(app: TestApp) {
        app.order(&Quick).await;
        let until = app.clock.now() + LEASE;
        app.sql("UPDATE job SET state = 'running', attempts = 1, locked_until = $1", vec![until.into()]).await;
        app.advance(LEASE - TimeDelta::seconds(1));
        assert_eq!(app.worker().drain().await.unwrap(), 0, "its worker may still live");
        app.advance(TimeDelta::seconds(2));
        assert_eq!(app.worker().drain().await.unwrap(), 1);
        assert_eq!(app.jobs("state = 'done' AND attempts = 2").await, 1);
    }

    async fn a_worker_does_not_take_its_own_job_twice(app: TestApp) {
        app.order(&Patient).await;
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(app.worker().run(stopped));
        let since = Instant::now();
        while app.jobs("state = 'running'").await == 0 {
            assert!(since.elapsed() < Duration::from_secs(20), "the job does not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The lease runs out while the job works: the free hands of this worker take what comes next, not the same again.
        app.advance(LEASE * 2);
        app.order(&Quick).await;
        while app.jobs("state <> 'done'").await > 0 {
            assert!(since.elapsed() < Duration::from_secs(40), "the jobs do not end");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.send(true).unwrap();
        worker.await.unwrap();
        assert_eq!(app.jobs("kind = 'test.patient' AND attempts = 1").await, 1);
    }

    async fn who_lost_a_job_does_not_settle_it(app: TestApp) {
        app.order(&Stolen).await;
        assert_eq!(app.worker().drain().await.unwrap(), 1);
        assert_eq!(app.jobs("state = 'running' AND attempts = 2 AND finished_at IS NULL").await, 1);
    }

    async fn what_failed_is_tried_again_after_minutes_that_double(app: TestApp) {
        app.order(&Failing).await;
        for minutes in [2, 4, 8] {
            assert_eq!(app.worker().drain().await.unwrap(), 1);
            let soon = app.clock.now() + TimeDelta::minutes(minutes);
            let late = soon + TimeDelta::seconds(30);
            let sql = "SELECT COUNT(*) AS n FROM job WHERE state = 'ready' AND run_at >= $1 AND run_at < $2";
            assert_eq!(app.number(sql, vec![soon.into(), late.into()]).await, 1, "{minutes}");
            app.advance(TimeDelta::minutes(minutes) + TimeDelta::seconds(30));
        }
    }
}
