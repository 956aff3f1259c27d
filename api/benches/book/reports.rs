//! What people read as a document: statements, detailed ledgers, totals, downloads, one community as it was.

use crate::client::{Connection, Times, many_at_once, one_by_one, request};
use crate::raw::Bind;
use crate::reads::{AT_ONCE, SECONDS_ALONE, SECONDS_AT_ONCE, compare, of};
use crate::table::{Limit, Table};
use crate::{Run, past, sheets};
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub async fn measure(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    statements(run, table).await?;
    community_then(run, table).await?;
    ledgers(run, table).await?;
    totals(run, table).await?;
    export(run, table).await
}

const OPENING: &str =
    "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM entry WHERE account_id = $1 AND effective_on < $2";
const LINES: &str = "SELECT effective_on, type, reference, description, amount_minor FROM entry \
    WHERE account_id = $1 AND effective_on BETWEEN $2 AND $3 ORDER BY effective_on, posted_at, id";

/// Targets 6 and 7: the statement of a year: opening and running balance, lines; its head by itself.
async fn statements(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let from = run.today - chrono::Months::new(12);
    let some: Vec<_> = run
        .loaded
        .accounts
        .iter()
        .step_by((run.loaded.accounts.len() / 200).max(1))
        .copied()
        .collect();
    let ours: Vec<Vec<u8>> = some
        .iter()
        .map(|id| {
            run.api.reading(&format!(
                "/accounts/{id}/movements?from={from}&to={}&limit=200",
                run.today
            ))
        })
        .collect();
    let mut raw = vec![];
    for _ in 0..3 {
        for id in &some {
            let started = std::time::Instant::now();
            run.raw.rows(OPENING, &[Bind::Id(id.0), Bind::Day(from)]).await?;
            run.raw
                .rows(LINES, &[Bind::Id(id.0), Bind::Day(from), Bind::Day(run.today)])
                .await?;
            raw.push(started.elapsed());
        }
    }
    let alone = one_by_one(run.api.address, &ours, SECONDS_ALONE).await?;
    let limit = of(run, Limit::AtMost(6.0), Limit::AtMost(5.0));
    compare(run, table, "6", "statement of a year", &alone, &Times::of(raw), limit);
    let heads: Vec<Vec<u8>> = some
        .iter()
        .map(|id| {
            run.api
                .reading(&format!("/accounts/{id}/statement?from={from}&to={}", run.today))
        })
        .collect();
    let head = one_by_one(run.api.address, &heads, SECONDS_ALONE).await?;
    compare(
        run,
        table,
        "-",
        "its head: balances, ageing, habits of payment",
        &head,
        &alone,
        Limit::None,
    );
    let rps = many_at_once(run.api.address, &ours, AT_ONCE, SECONDS_AT_ONCE).await?;
    let rows = [request("GET", "/rows", "", &[], b"")];
    let bare = many_at_once(run.plain, &rows, AT_ONCE, SECONDS_AT_ONCE).await?;
    let beside = format!("framework, 50 rows: {bare:.0}/s");
    table.add(
        "7",
        run.engine,
        "statement, 64 at once",
        format!("{rps:.0}/s"),
        beside,
        rps / bare,
        Limit::AtLeast(0.25),
    );
    Ok(())
}

/// Target 9: sums over the whole book.
async fn totals(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let columns = ["current", "d30", "d60", "d90", "d120", "unallocated", "total"]
        .map(|c| format!("CAST(SUM({c}_minor) AS BIGINT)"))
        .join(", ");
    let sql = format!("SELECT community_id, COUNT(*), {columns} FROM aged GROUP BY community_id");
    let raw = run.raw.times(&[(sql, vec![])], SECONDS_ALONE).await?;
    for (what, path) in [
        ("totals of the age analysis", "/age-analysis/summary"),
        ("first page", "/dashboard"),
    ] {
        let request = run.api.reading(path);
        let ours = one_by_one(run.api.address, &[request], SECONDS_ALONE).await?;
        compare(run, table, "9", what, &ours, &raw, Limit::AtMost(0.1));
    }
    Ok(())
}

/// Target 13: the age analysis as a workbook.
async fn export(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let rows = u32::try_from(run.loaded.accounts.len())?;
    let get = run.api.reading("/age-analysis.xlsx");
    let mut connection = Connection::open(run.api.address).await?;
    run.server.forget_peak()?;
    let before = run.server.memory()?;
    let (mut ours, mut bare) = (vec![], vec![]);
    for _ in 0..5 {
        bare.push(sheets::write_rows(rows)?);
        let answer = connection.ask(&get).await?;
        ensure!(
            answer.status == 200 && answer.body.starts_with(b"PK"),
            "{}",
            answer.status
        );
        ours.push(answer.whole);
    }
    let grown = run.server.peak()? - before;
    let rate = |t: Vec<Duration>| f64::from(rows) / Times::of(t).p50() * 1e3;
    let (ours, bare) = (rate(ours), rate(bare));
    let beside = format!("rust_xlsxwriter: {bare:.0} rows/s");
    table.add(
        "13",
        run.engine,
        "age analysis as .xlsx",
        format!("{ours:.0} rows/s"),
        beside,
        ours / bare,
        Limit::AtLeast(0.75),
    );
    table.add(
        "13",
        run.engine,
        "memory it takes",
        format!("{grown:.1} MiB"),
        "limit: 32 MiB".into(),
        grown / 32.0,
        Limit::AtMost(1.0),
    );
    Ok(())
}

/// Target 5: one community two years ago, beside its entries and allocations of then, fetched and no more.
async fn community_then(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let community = run.loaded.communities.get(5).context("a community")?.0;
    let then = past(run.today);
    let own = |more: &str| (more.to_owned(), vec![Bind::Id(community), Bind::Day(then)]);
    let entries = own(
        "SELECT account_id, effective_on, due_on, amount_minor, type FROM entry WHERE community_id = $1 AND effective_on <= $2",
    );
    let allocations = own(
        "SELECT l.account_id, l.effective_on, l.amount_minor, d.effective_on, d.due_on FROM allocation l \
         JOIN entry d ON d.id = l.debit_entry_id WHERE l.community_id = $1 AND l.effective_on <= $2",
    );
    let mut raw = vec![];
    let until = Instant::now() + SECONDS_ALONE;
    while raw.len() < 3 || Instant::now() < until {
        let started = Instant::now();
        for (sql, binds) in [&entries, &allocations] {
            run.raw.rows(sql, binds).await?;
        }
        raw.push(started.elapsed());
    }
    let path = format!("/age-analysis/rows?as_at={then}&community_id={community}");
    let ours = one_by_one(run.api.address, &[run.api.reading(&path)], SECONDS_ALONE).await?;
    let what = "one community two years ago, held";
    compare(run, table, "5", what, &ours, &Times::of(raw), Limit::AtMost(0.2));
    Ok(())
}

/// Customers of a detailed ledger that are measured, at least.
const IN_A_LEDGER: usize = 1_000;

/// Target 8: the detailed ledger of the communities of a thousand customers over two years: as JSON, page by page, and as
/// a workbook, beside statements that read the same opening balances, lines and what they were set against.
async fn ledgers(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let of_each = (run.loaded.accounts.len() / run.loaded.communities.len()).max(1);
    let communities: Vec<_> = run
        .loaded
        .communities
        .iter()
        .take(IN_A_LEDGER.div_ceil(of_each))
        .copied()
        .collect();
    let from = run.today - chrono::Months::new(24);
    let mut raw = vec![];
    for _ in 0..3 {
        let started = Instant::now();
        for id in &communities {
            let binds = [Bind::Id(id.0), Bind::Day(from), Bind::Day(run.today)];
            run.raw
                .rows(
                    "SELECT account_id, CAST(SUM(amount_minor) AS BIGINT) FROM entry WHERE community_id = $1 AND effective_on < $2 GROUP BY account_id",
                    &binds[..2],
                )
                .await?;
            run.raw
                .rows(
                    "SELECT account_id, effective_on, type, reference, description, amount_minor FROM entry WHERE community_id = $1 \
                     AND effective_on BETWEEN $2 AND $3 ORDER BY account_id, effective_on, posted_at, id",
                    &binds,
                )
                .await?;
            run.raw
                .rows(
                    "SELECT debit_entry_id, credit_entry_id, amount_minor FROM allocation WHERE community_id = $1",
                    &binds[..1],
                )
                .await?;
        }
        raw.push(started.elapsed());
    }
    let raw = Times::of(raw);
    let wish = json!({"selection": {"by": "all", "community_ids": communities}, "from": from, "to": run.today, "layout": "grouped"});
    let (mut pages, mut workbooks) = (vec![], vec![]);
    for n in 0..3 {
        let key = format!("idempotency-key: bench-ledger-{n}");
        let started = Instant::now();
        let made = run.api.send("POST", "/ledger-reports", &[&key], &wish).await?.json()?;
        let id = made["id"].as_str().context("a report")?.to_owned();
        workbooks.push(finished(run, &id, started).await?);
        let started = Instant::now();
        let (mut cursor, mut customers) = (String::new(), 0);
        loop {
            let page = run
                .api
                .get(&format!("/ledger-reports/{id}/customers?limit=50{cursor}"))
                .await?
                .json()?;
            customers += page["items"].as_array().map_or(0, Vec::len);
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        ensure!(customers >= IN_A_LEDGER, "{customers} customers in the ledger");
        pages.push(started.elapsed());
    }
    let (pages, workbooks) = (Times::of(pages), Times::of(workbooks));
    compare(
        run,
        table,
        "8",
        "ledger of 1,000 customers, two years, as JSON",
        &pages,
        &raw,
        Limit::AtMost(1.0),
    );
    compare(
        run,
        table,
        "8",
        "the same ordered, made and fetched as .xlsx",
        &workbooks,
        &raw,
        Limit::None,
    );
    Ok(())
}

/// Waits for a report's workbook and fetches it; how long since it was ordered. Errors: it failed, or took five minutes.
async fn finished(run: &mut Run, id: &str, since: Instant) -> anyhow::Result<Duration> {
    loop {
        let report: Value = run.api.get(&format!("/ledger-reports/{id}")).await?.json()?;
        match report["state"].as_str() {
            Some("ready" | "done") => break,
            Some("waiting" | "running") => tokio::time::sleep(Duration::from_millis(20)).await,
            _ => anyhow::bail!("the report ended otherwise: {report}"),
        }
        ensure!(
            since.elapsed() < Duration::from_secs(300),
            "the report takes too long: {report}"
        );
    }
    let book = run.api.get(&format!("/ledger-reports/{id}/workbook.xlsx")).await?;
    ensure!(
        book.status == 200 && book.body.starts_with(b"PK"),
        "no workbook: {}",
        book.status
    );
    Ok(since.elapsed())
}
