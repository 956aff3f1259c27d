//! What people look at: pages, lists, statements, totals, downloads.

use crate::client::{Times, many_at_once, one_by_one, request};
use crate::raw::Bind;
use crate::table::{Limit, Table};
use crate::{Run, past};
use anyhow::{Context, ensure};
use kept_shared::ids::StatusId;
use serde_json::{Value, json};
use std::time::Duration;

pub const SECONDS_AT_ONCE: Duration = Duration::from_secs(3);
pub const SECONDS_ALONE: Duration = Duration::from_millis(1_500);
pub const AT_ONCE: usize = 64;

/// PostgreSQL and SQLite have different limits where one of them answers inside the process and the other does not.
pub fn of<T>(run: &Run, sqlite: T, postgres: T) -> T {
    if run.raw.is_sqlite() { sqlite } else { postgres }
}

pub async fn measure(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let status = statuses(run).await?;
    let pages = pages(run, status).await?;
    framework(run, table, &pages).await?;
    page_alone(run, table).await?;
    search(run, table).await?;
    whole_book(run, table).await
}

/// A status on every fifth account, so that there is something to filter by.
async fn statuses(run: &mut Run) -> anyhow::Result<StatusId> {
    let new = json!({"kind": "debt", "code": "BENCH", "title": "Letter of demand sent", "tone": "warn"});
    let made = run.api.send("POST", "/statuses", &[], &new).await?.json()?;
    let id: StatusId = made["id"].as_str().context("a status")?.parse()?;
    let some: Vec<_> = run.loaded.accounts.iter().step_by(5).collect();
    for (n, part) in some.chunks(kept_shared::statuses::MAX_BATCH).enumerate() {
        let key = format!("idempotency-key: bench-status-{n}");
        let wish = json!({"selection": {"by": "accounts", "account_ids": part}, "status_id": id});
        run.api.send("POST", "/statuses/apply", &[&key], &wish).await?.json()?;
    }
    Ok(id)
}

/// Pages as people ask for them: every sort, plain, in one community, with a status, and the second page.
async fn pages(run: &mut Run, status: StatusId) -> anyhow::Result<Vec<Vec<u8>>> {
    let sorts = [
        "total",
        "current",
        "d30",
        "d60",
        "d90",
        "d120",
        "unallocated",
        "last_payment",
        "name",
    ];
    let mut all = vec![];
    for (n, sort) in sorts.into_iter().enumerate() {
        let community = run
            .loaded
            .communities
            .get(n * 7 % run.loaded.communities.len())
            .context("a community")?;
        let mut paths = vec![
            format!("/age-analysis?sort={sort}"),
            format!("/age-analysis?sort={sort}&community_id={community}"),
            format!("/age-analysis?sort={sort}&status={status}"),
        ];
        let first = run.api.get(&format!("/age-analysis?sort={sort}")).await?.json()?;
        let cursor = first["next_cursor"].as_str().context("a second page")?;
        paths.push(format!("/age-analysis?sort={sort}&cursor={cursor}"));
        all.extend(paths.iter().map(|p| run.api.reading(p)));
    }
    Ok(all)
}

/// Targets 1 and 14: beside the web framework by itself, in turns.
async fn framework(run: &mut Run, table: &mut Table, pages: &[Vec<u8>]) -> anyhow::Result<()> {
    let account = run
        .loaded
        .accounts
        .get(run.loaded.accounts.len() / 2)
        .context("an account")?;
    let customer = vec![run.api.reading(&format!("/accounts/{account}"))];
    let health = vec![request("GET", "/healthz", "", &[], b"")];
    let hello = vec![request("GET", "/hello", "", &[], b"")];
    let rows = vec![request("GET", "/rows", "", &[], b"")];
    let at_once = |address, requests| many_at_once(address, requests, AT_ONCE, SECONDS_AT_ONCE);
    let cases = [
        (
            "1",
            "age page, 64 at once",
            pages,
            &rows,
            "framework, 50 rows",
            Limit::AtLeast(0.3),
        ),
        (
            "14",
            "health, 64 at once",
            &health,
            &hello,
            "framework, hello",
            Limit::AtLeast(0.85),
        ),
        (
            "14",
            "one customer, 64 at once",
            &customer,
            &hello,
            "framework, hello",
            of(run, Limit::AtLeast(0.4), Limit::None),
        ),
    ];
    for (target, what, ours, plain, beside, limit) in cases {
        let before = at_once(run.plain, plain).await?;
        let rps = at_once(run.api.address, ours).await?;
        let bare = (before + at_once(run.plain, plain).await?) / 2.0;
        table.add(
            target,
            run.engine,
            what,
            format!("{rps:.0}/s"),
            format!("{beside}: {bare:.0}/s"),
            rps / bare,
            limit,
        );
    }
    Ok(())
}

/// The same page by hand.
fn page_sql(condition: &str, key: &str) -> String {
    format!(
        "SELECT a.id, a.reference, a.name, a.unit_label, c.code, g.current_minor, g.d30_minor, g.d60_minor, g.d90_minor, g.d120_minor, \
         g.unallocated_minor, g.not_due_minor, g.total_minor, g.last_payment_on, g.last_payment_minor \
         FROM aged g JOIN account a ON a.id = g.account_id JOIN community c ON c.id = a.community_id \
         WHERE {condition} ORDER BY {key} DESC, g.account_id DESC LIMIT 51"
    )
}

/// Target 2: one page after the other.
async fn page_alone(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let organisation = run.raw.id("SELECT id FROM organisation").await?;
    let community = run.loaded.communities.get(3).context("a community")?.0;
    let cases = [
        (
            "whole book by balance",
            "sort=total".to_owned(),
            page_sql("g.organisation_id = $1", "g.total_minor"),
            organisation,
        ),
        (
            "whole book by 120+",
            "sort=d120".to_owned(),
            page_sql("g.organisation_id = $1", "g.d120_minor"),
            organisation,
        ),
        (
            "one community by balance",
            format!("sort=total&community_id={community}"),
            page_sql("g.community_id = $1", "g.total_minor"),
            community,
        ),
        (
            "one community by 60 days",
            format!("sort=d60&community_id={community}"),
            page_sql("g.community_id = $1", "g.d60_minor"),
            community,
        ),
    ];
    for (what, query, sql, id) in cases {
        let raw = run.raw.times(&[(sql, vec![Bind::Id(id)])], SECONDS_ALONE).await?;
        let ours = one_by_one(
            run.api.address,
            &[run.api.reading(&format!("/age-analysis?{query}"))],
            SECONDS_ALONE,
        )
        .await?;
        let limit = of(run, Limit::AtMost(5.0), Limit::AtMost(4.0));
        compare(run, table, "2", &format!("age page, {what}"), &ours, &raw, limit);
    }
    Ok(())
}

/// One line of the table: medians and their ratio.
pub fn compare(
    run: &Run,
    table: &mut Table,
    target: &'static str,
    what: &str,
    ours: &Times,
    raw: &Times,
    limit: Limit,
) {
    let measured = format!("{:.2} ms (p99 {:.2})", ours.p50(), ours.ms(0.99));
    let beside = format!("SQL: {:.2} ms", raw.p50());
    table.add(
        target,
        run.engine,
        what,
        measured,
        beside,
        ours.p50() / raw.p50(),
        limit,
    );
}

/// Words inside names: no target, but nobody waits for a search.
async fn search(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let organisation = run.raw.id("SELECT id FROM organisation").await?;
    for (what, word) in [
        ("a frequent word", "naidoo"),
        ("one reference", "a0000777"),
        ("no hit", "zzzzzz"),
    ] {
        let condition = format!("g.organisation_id = $1 AND a.search LIKE '%{word}%'");
        let raw = run
            .raw
            .times(
                &[(page_sql(&condition, "g.total_minor"), vec![Bind::Id(organisation)])],
                SECONDS_ALONE,
            )
            .await?;
        let request = run.api.reading(&format!("/age-analysis?q={word}"));
        let ours = one_by_one(run.api.address, &[request], SECONDS_ALONE).await?;
        compare(
            run,
            table,
            "-",
            &format!("age page, search for {what}"),
            &ours,
            &raw,
            Limit::None,
        );
    }
    let request = run.api.reading("/accounts?q=naidoo");
    let ours = one_by_one(run.api.address, &[request], SECONDS_ALONE).await?;
    let raw = "SELECT a.id, a.reference, a.name FROM account a WHERE a.organisation_id = $1 AND a.search LIKE '%naidoo%' ORDER BY a.name, a.id LIMIT 51";
    let raw = run
        .raw
        .times(&[(raw.into(), vec![Bind::Id(organisation)])], SECONDS_ALONE)
        .await?;
    compare(
        run,
        table,
        "-",
        "customers, search for a frequent word",
        &ours,
        &raw,
        Limit::None,
    );
    Ok(())
}

/// Targets 3, 4, 15 and 16: everything at once, today and as it was.
async fn whole_book(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let then = past(run.today);
    let customers = run.loaded.accounts.len() as f64;
    for (target, day) in [("3", run.today), ("4", then)] {
        let path = format!("/age-analysis/rows?as_at={day}");
        run.api.get(&path).await?.json()?;
        run.server.forget_peak()?;
        let before = run.server.memory()?;
        let (mut all, mut first) = (vec![], vec![]);
        for _ in 0..5 {
            let answer = run.api.get(&path).await?;
            ensure!(answer.status == 200, "{}", answer.status);
            all.push(answer.whole);
            first.push(answer.first_byte);
        }
        let (all, first) = (Times::of(all), Times::of(first));
        let grown = run.server.peak()? - before;
        let measured = format!("{:.1} ms", all.p50());
        let what = if target == "3" {
            "whole book today, JSON"
        } else {
            "whole book two years ago, JSON"
        };
        match run.analytical.as_ref().and_then(|a| a.get(&day)) {
            Some(ms) => {
                let limit = if target == "3" {
                    Limit::AtMost(0.5)
                } else {
                    Limit::AtMost(1.0)
                };
                table.add(
                    target,
                    run.engine,
                    what,
                    measured,
                    format!("DuckDB: {ms:.1} ms"),
                    all.p50() / ms,
                    limit,
                );
                if target == "3" {
                    // Odoo 16 with OCA's report took 556 times as long as DuckDB on ten thousand customers, Tryton 8's
                    // aged balance 127 times: measured once on the yardstick's book, scaled by this run's DuckDB.
                    for (name, factor, least) in [("Odoo 16 + OCA", 556.0, 500.0), ("Tryton 8", 127.0, 100.0)] {
                        let theirs = ms * factor;
                        let beside = format!("{name}, from the yardstick: {:.1} s", theirs / 1e3);
                        let measured = format!("{:.1} ms", all.p50());
                        table.add(
                            "15",
                            run.engine,
                            "whole book today, times faster",
                            measured,
                            beside,
                            theirs / all.p50(),
                            Limit::AtLeast(least),
                        );
                    }
                }
            }
            None => table.skipped(
                target,
                run.engine,
                what,
                &format!("{measured}, no DuckDB to compare with"),
            ),
        }
        if target == "3" {
            let ms = first.p50();
            table.add(
                "3",
                run.engine,
                "first byte of it",
                format!("{ms:.1} ms"),
                "limit: 25 ms".into(),
                ms / 25.0,
                Limit::AtMost(1.0),
            );
            table.add(
                "3",
                run.engine,
                "memory it takes",
                format!("{grown:.1} MiB"),
                "limit: 32 MiB".into(),
                grown / 32.0,
                Limit::AtMost(1.0),
            );
        }
    }
    let memory = run.server.memory()?;
    let what = format!("memory with {customers:.0} customers, past dates held");
    table.add(
        "16",
        run.engine,
        &what,
        format!("{memory:.0} MiB"),
        "limit: 300 MiB".into(),
        memory / 300.0,
        Limit::AtMost(1.0),
    );
    Ok(())
}

/// The figures of a JSON answer.
pub fn number(v: &Value) -> f64 {
    v.as_f64().unwrap_or_default()
}
