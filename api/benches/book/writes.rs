//! What people do in bulk: imports and statuses; and whether others notice.

use crate::client::{Times, one_by_one};
use crate::load::new_community;
use crate::raw::Raw;
use crate::reads::number;
use crate::table::{Limit, Table};
use crate::{Run, sheets};
use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub async fn measure(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    imports(run, table).await?;
    bulk_status(run, table).await
}

/// Uploads, maps as suggested and waits: seconds of the dry run and of the commit.
async fn import(run: &mut Run, code: &str, name: &str, bytes: &[u8]) -> anyhow::Result<(f64, f64)> {
    let community = run
        .api
        .send("POST", "/communities", &[], &json!(new_community(code)))
        .await?
        .json()?;
    let to = community["id"].as_str().context("a community")?.to_owned();
    let import = run
        .api
        .upload("/imports", &[("community_id", &to)], name, bytes)
        .await?
        .json()?;
    let (id, found) = (
        import["id"].as_str().context("an import")?.to_owned(),
        &import["detection"],
    );
    let columns: Vec<Value> = found["columns"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|c| !c["suggested"].is_null())
        .map(|c| json!({"column": c["column"], "field": c["suggested"]}))
        .collect();
    let mapping = json!({"kind": "invoices", "sheet": found["sheet"], "header_row": found["header_row"], "delimiter": found["delimiter"],
        "encoding": found["encoding"], "date_order": found["date_order"], "decimal_style": found["decimal_style"], "columns": columns,
        "community_id": to});
    let started = Instant::now();
    let version = format!("if-match: \"{}\"", import["version"]);
    run.api
        .send("PUT", &format!("/imports/{id}/mapping"), &[&version], &mapping)
        .await?
        .json()?;
    let checked = wait(run, &id, "checked").await?;
    ensure!(number(&checked["summary"]["faulty"]) == 0.0, "faulty rows: {checked}");
    let check = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let version = format!("if-match: \"{}\"", checked["version"]);
    let key = format!("idempotency-key: bench-import-{code}");
    run.api
        .send(
            "POST",
            &format!("/imports/{id}/commit"),
            &[&version, &key],
            &json!({"skip_faulty": false}),
        )
        .await?
        .json()?;
    wait(run, &id, "done").await?;
    Ok((check, started.elapsed().as_secs_f64()))
}

async fn wait(run: &mut Run, id: &str, state: &str) -> anyhow::Result<Value> {
    let until = Instant::now() + Duration::from_secs(600);
    while Instant::now() < until {
        let import = run.api.get(&format!("/imports/{id}")).await?.json()?;
        match import["state"].as_str() {
            Some(now) if now == state => return Ok(import),
            Some("failed") => bail!("the import failed: {import}"),
            Some(_) | None => tokio::time::sleep(Duration::from_millis(25)).await,
        }
    }
    bail!("the import did not become {state}")
}

/// Targets 11 and 12, and the second half of 2: pages while an import runs.
async fn imports(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let rows = run.import_rows;
    let url = if run.raw.is_sqlite() {
        format!("sqlite://{}", run.dir.join("raw.db").display())
    } else {
        run.url.clone()
    };
    let bare = Raw::open(&url).await?.insert(100_000).await?;
    let (check, commit) = import(run, "CSV", "book.csv", sheets::invoices_csv(rows, "C").as_bytes()).await?;
    let rate = |seconds: f64| f64::from(rows) / seconds;
    let ours = rate(check + commit);
    let measured = format!("{ours:.0} rows/s (check {:.0}, write {:.0})", rate(check), rate(commit));
    let (beside, least) = if run.raw.is_sqlite() {
        ("one transaction", 0.35)
    } else {
        ("COPY", 0.4)
    };
    table.add(
        "11",
        run.engine,
        "import of CSV",
        measured,
        format!("{beside}: {bare:.0} rows/s"),
        ours / bare,
        Limit::AtLeast(least),
    );

    let rows = rows.min(20_000);
    let workbook = sheets::invoices_xlsx(rows, "X")?;
    let mut reading = vec![];
    for _ in 0..3 {
        reading.push(sheets::read_cells(&workbook)?);
    }
    let bare = f64::from(rows) / Times::of(reading).p50() * 1e3;
    let (check, commit) = import(run, "XLSX", "book.xlsx", &workbook).await?;
    let ours = f64::from(rows) / (check + commit);
    let measured = format!(
        "{ours:.0} rows/s (check {:.0}, write {:.0})",
        f64::from(rows) / check,
        f64::from(rows) / commit
    );
    table.add(
        "12",
        run.engine,
        "import of .xlsx",
        measured,
        format!("calamine: {bare:.0} rows/s"),
        ours / bare,
        Limit::AtLeast(0.4),
    );

    let page = [run.api.reading("/age-analysis?sort=total")];
    let address = run.api.address;
    let busy = sheets::invoices_csv(run.import_rows, "B");
    let (imported, pages) = tokio::join!(
        import(run, "BUSY", "busy.csv", busy.as_bytes()),
        one_by_one(address, &page, Duration::from_secs(5))
    );
    let ((check, commit), pages) = (imported?, pages?);
    let p99 = pages.ms(0.99);
    let measured = format!("p99 {p99:.1} ms (p50 {:.2})", pages.p50());
    let what = format!(
        "age page while {} rows are imported ({:.1} s)",
        run.import_rows,
        check + commit
    );
    table.add(
        "2",
        run.engine,
        &what,
        measured,
        "limit: 10 ms".into(),
        p99 / 10.0,
        Limit::AtMost(1.0),
    );
    Ok(())
}

/// Target 10: a status with a note on ten thousand customers (or all there are).
async fn bulk_status(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let account_ids: Vec<_> = run
        .loaded
        .accounts
        .iter()
        .take(kept_shared::statuses::MAX_BATCH)
        .collect();
    let (mut ours, mut last) = (vec![], String::new());
    for n in 0..3 {
        let new = json!({"kind": "debt", "code": format!("BULK{n}"), "title": format!("Measured {n}"), "tone": "info"});
        let status = run.api.send("POST", "/statuses", &[], &new).await?.json()?;
        last = status["id"].as_str().context("a status")?.to_owned();
        let key = format!("idempotency-key: bench-bulk-{n}");
        let wish =
            json!({"selection": {"by": "accounts", "account_ids": account_ids}, "status_id": last, "note": "Measured"});
        let answer = run.api.send("POST", "/statuses/apply", &[&key], &wish).await?;
        ensure!(
            number(&answer.json()?["applied"]) as usize == account_ids.len(),
            "not all were applied"
        );
        ours.push(answer.whole);
    }
    let user = run.raw.id("SELECT id FROM app_user").await?;
    let mut bare = vec![];
    for seed in 1..4 {
        bare.push(run.raw.bulk_status(last.parse()?, user, seed).await?);
    }
    // The statements by hand take every account of the book; ours took so many.
    let everyone = run.raw.rows("SELECT id FROM account", &[]).await? as f64;
    let share = account_ids.len() as f64 / everyone;
    let (ours, bare) = (Times::of(ours).p50(), Times::of(bare).p50() * share);
    let what = format!("a status and a note on {} customers", account_ids.len());
    let limit = if run.raw.is_sqlite() {
        Limit::AtMost(3.0)
    } else {
        Limit::AtMost(2.0)
    };
    table.add(
        "10",
        run.engine,
        &what,
        format!("{ours:.0} ms"),
        format!("SQL, set-based: {bare:.0} ms"),
        ours / bare,
        limit,
    );
    Ok(())
}
