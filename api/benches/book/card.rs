//! One customer on one screen: all that the card asks for when it opens, and the search that finds it.

use crate::Run;
use crate::client::{Connection, Times, one_by_one};
use crate::raw::Bind;
use crate::reads::SECONDS_ALONE;
use crate::table::{Limit, Table};
use anyhow::ensure;
use std::time::{Duration, Instant};

/// What the page asks for below `/accounts/{id}` with the widgets it is shipped with.
const OF_THE_CUSTOMER: [&str; 10] = [
    "",
    "/claims?limit=5&open=true&state=active",
    "/claims/summary",
    "/more-info",
    "/journal/summary",
    "/journal?limit=5&sort=-date&type=payment",
    "/unit-figures",
    "/diary?limit=5",
    "/history?limit=5&only=notes",
    "/files?available=true&limit=5",
];

/// The same facts by hand: one statement each, through the indexes that are there.
const BY_HAND: [&str; 13] = [
    "SELECT a.*, c.*, g.* FROM account a JOIN community c ON c.id = a.community_id JOIN aged g ON g.account_id = a.id WHERE a.id = $1",
    "SELECT * FROM debtor WHERE account_id = $1",
    "SELECT * FROM contact WHERE account_id = $1",
    "SELECT u.* FROM unit_owner o JOIN unit u ON u.id = o.unit_id WHERE o.account_id = $1 AND o.to_on IS NULL",
    "SELECT * FROM handover WHERE account_id = $1",
    "SELECT l.* FROM layout l WHERE l.user_id = (SELECT id FROM app_user LIMIT 1) AND $1 = $1",
    "SELECT e.claim_id, SUM(e.amount_minor) FROM entry e WHERE e.account_id = $1 AND e.claim_id IS NOT NULL GROUP BY e.claim_id",
    "SELECT e.claim_id, SUM(o.open_minor) FROM open_item o JOIN entry e ON e.id = o.entry_id WHERE o.account_id = $1 GROUP BY e.claim_id",
    "SELECT COUNT(*), SUM(CASE WHEN amount_minor > 0 THEN amount_minor ELSE 0 END), SUM(amount_minor) FROM entry WHERE account_id = $1",
    "SELECT * FROM entry WHERE account_id = $1 AND type = 'payment' ORDER BY effective_on DESC, posted_at DESC, id DESC LIMIT 5",
    "SELECT * FROM event WHERE account_id = $1 ORDER BY at DESC, id DESC LIMIT 5",
    "SELECT * FROM note WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 5",
    "SELECT * FROM file WHERE account_id = $1 ORDER BY uploaded_at DESC, id DESC LIMIT 5",
];

pub async fn measure(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    open(run, table).await?;
    find(run, table).await
}

/// A line of the table: what most see and what one in twenty sees; the ratio is that of the latter.
fn compare(run: &Run, table: &mut Table, what: &str, ours: &Times, raw: &Times) {
    let text = |t: &Times| format!("{:.2} ms (p95 {:.2})", t.p50(), t.ms(0.95));
    let ratio = ours.ms(0.95) / raw.ms(0.95);
    table.add(
        "-",
        run.engine,
        what,
        text(ours),
        format!("SQL: {}", text(raw)),
        ratio,
        Limit::None,
    );
}

/// One connection, one request after the other: a browser asks for them side by side and waits less.
async fn open(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let step = (run.loaded.accounts.len() / 100).max(1);
    let some: Vec<_> = run.loaded.accounts.iter().step_by(step).copied().collect();
    let mut connection = Connection::open(run.api.address).await?;
    let (mut whole, mut parts) = (vec![], vec![vec![]; OF_THE_CUSTOMER.len() + 2]);
    for round in 0..3 {
        for id in &some {
            let mut paths: Vec<String> = OF_THE_CUSTOMER.iter().map(|p| format!("/accounts/{id}{p}")).collect();
            paths.push("/layouts/account".into());
            paths.push(format!(
                "/handovers?account_id={id}&limit=100&state=closed&state=declined"
            ));
            let mut sum = Duration::ZERO;
            for (path, times) in paths.iter().zip(&mut parts) {
                let answer = connection.ask(&run.api.reading(path)).await?;
                ensure!(answer.status == 200, "{path}: {}", answer.status);
                sum += answer.whole;
                if round > 0 {
                    times.push(answer.whole);
                }
            }
            if round > 0 {
                whole.push(sum);
            }
        }
    }
    let mut raw = vec![];
    for round in 0..3 {
        for id in &some {
            let started = Instant::now();
            for sql in BY_HAND {
                run.raw.rows(sql, &[Bind::Id(id.0)]).await?;
            }
            if round > 0 {
                raw.push(started.elapsed());
            }
        }
    }
    let what = format!("a customer's card, its {} requests in turn", parts.len());
    compare(run, table, &what, &Times::of(whole), &Times::of(raw));
    let names = OF_THE_CUSTOMER
        .iter()
        .map(|p| if p.is_empty() { "the customer" } else { p });
    let names = names.chain(["/layouts/account", "/handovers"]);
    let each: Vec<String> = names
        .zip(parts)
        .map(|(name, times)| {
            let name = name.split('?').next().unwrap_or(name).trim_start_matches('/');
            format!("{name} {:.2}", Times::of(times).ms(0.95))
        })
        .collect();
    table.note(format!(
        "{}: p95 of each request of a card, in ms: {}.",
        run.engine,
        each.join(", ")
    ));
    Ok(())
}

/// Across the whole book, as the palette asks at each pause in typing.
async fn find(run: &mut Run, table: &mut Table) -> anyhow::Result<()> {
    let organisation = run.raw.id("SELECT id FROM organisation").await?;
    for (what, word) in [
        ("a frequent name", "naidoo"),
        ("one reference", "a0000777"),
        ("no hit", "zzzzzz"),
    ] {
        let sql = format!(
            "SELECT a.id, a.reference, a.name FROM account a WHERE a.organisation_id = $1 AND a.search LIKE '%{word}%' ORDER BY a.name, a.id LIMIT 20"
        );
        let raw = run
            .raw
            .times(&[(sql, vec![Bind::Id(organisation)])], SECONDS_ALONE)
            .await?;
        let request = run.api.reading(&format!("/search?q={word}"));
        let ours = one_by_one(run.api.address, &[request], SECONDS_ALONE).await?;
        compare(run, table, &format!("search of everything for {what}"), &ours, &raw);
    }
    Ok(())
}
