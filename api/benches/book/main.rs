//! `make bench`: the product beside what it stands on, in one run, on a deterministic book. Method, figures and what
//! they mean: docs/PERFORMANCE.md.
//!
//! `KEPT_BENCH_SIZE` is S (1,000 customers), T (10,000, the default) or M (100,000). PostgreSQL is measured when
//! `KEPT_TEST_POSTGRES` holds an administrator's URL. `KEPT_BENCH_PYTHON` names a Python with DuckDB; without it the
//! comparisons with an analytical engine are left out.

#![expect(
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "measures, and prints what it measured"
)]

mod book;
mod card;
mod client;
mod load;
mod plain;
mod raw;
mod reads;
mod reports;
mod server;
mod sheets;
mod table;
mod writes;

use anyhow::{Context, bail, ensure};
use book::Book;
use chrono::NaiveDate;
use client::Api;
use kept_api::kernel::{Clock, Config, Kernel};
use raw::Raw;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;
use table::Table;

fn main() -> anyhow::Result<()> {
    if let Ok(address) = std::env::var(plain::SWITCH) {
        return plain::serve(&address);
    }
    // One thread asks; the processors are the server's.
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(all())
}

/// What the analytical engine needed for a date, in milliseconds.
pub type Analytical = BTreeMap<NaiveDate, f64>;

/// One engine under measurement.
pub struct Run {
    pub engine: &'static str,
    pub dir: PathBuf,
    pub url: String,
    pub server: server::Process,
    pub api: Api,
    pub raw: Raw,
    pub plain: SocketAddr,
    pub today: NaiveDate,
    pub loaded: load::Loaded,
    pub analytical: Option<Analytical>,
    /// Rows of the imports that are measured.
    pub import_rows: u32,
}

async fn all() -> anyhow::Result<()> {
    let size = std::env::var("KEPT_BENCH_SIZE").unwrap_or_else(|_| "T".into());
    let (customers, import_rows) = match size.as_str() {
        "S" => (1_000, 10_000),
        "T" => (10_000, 50_000),
        "M" => (100_000, 100_000),
        _ => bail!("KEPT_BENCH_SIZE is S, T or M, not {size}"),
    };
    let started = Instant::now();
    let mut table = Table::default();
    let (_plain, plain) = server::start_plain().await?;
    let scratch = tempfile::Builder::new().prefix("kept-bench-").tempdir()?;
    let mut urls = vec![(
        "SQLite",
        format!("sqlite://{}", scratch.path().join("kept.db").display()),
    )];
    match std::env::var("KEPT_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => urls.push(("PostgreSQL", postgres(&url).await?)),
        Ok(_) | Err(_) => table.note("PostgreSQL was not measured: none is installed here.".into()),
    }
    let only = std::env::var("KEPT_BENCH_ONLY").unwrap_or_default();
    for (engine, url) in urls
        .into_iter()
        .filter(|u| only.is_empty() || u.0.eq_ignore_ascii_case(&only))
    {
        let dir = scratch.path().join(engine);
        std::fs::create_dir_all(&dir)?;
        let mut run = prepare(engine, url, dir, plain, (customers, import_rows), &mut table).await?;
        reads::measure(&mut run, &mut table).await?;
        card::measure(&mut run, &mut table).await?;
        reports::measure(&mut run, &mut table).await?;
        writes::measure(&mut run, &mut table).await?;
    }
    let mut text = format!(
        "Size {size}: {customers} customers. {:.0} s in all.\n\n",
        started.elapsed().as_secs_f64()
    );
    text.push_str(&table.markdown());
    println!("\n{text}");
    if let Ok(file) = std::env::var("KEPT_BENCH_OUT") {
        std::fs::write(file, text)?;
    }
    Ok(())
}

/// A database of its own on the server that `admin` reaches.
async fn postgres(admin: &str) -> anyhow::Result<String> {
    let name = format!("kept_bench_{}", std::process::id());
    Raw::open(admin).await?.run(&format!("CREATE DATABASE {name}")).await?;
    let (server, _) = admin.rsplit_once('/').context("a URL without a database")?;
    Ok(format!("{server}/{name}"))
}

/// Book, server, sign-in.
async fn prepare(
    engine: &'static str,
    url: String,
    dir: PathBuf,
    plain: SocketAddr,
    (customers, import_rows): (u64, u32),
    table: &mut Table,
) -> anyhow::Result<Run> {
    server::create_superuser(&url, &dir)?;
    let mut config = Config {
        data_dir: dir.join("data"),
        ..Config::default()
    };
    config.database.url.clone_from(&url);
    let today = Clock::System.today("Africa/Johannesburg");
    let kernel = Kernel::start(config, Clock::System).await?;
    let loaded = load::load(&kernel, &Book::new(customers, today), &dir).await?;
    kernel.close().await;
    drop(kernel);
    let seconds = loaded.posting.as_secs_f64();
    table.note(format!(
        "{engine}: {} entries posted with open items and aged rows in {seconds:.1} s ({:.0} entries/s).",
        loaded.entries,
        loaded.entries as f64 / seconds
    ));
    let mut raw = Raw::open(&url).await?;
    // What an operator's nightly upkeep does by itself on PostgreSQL, and nobody does on SQLite.
    if !raw.is_sqlite() {
        raw.run("VACUUM ANALYZE").await?;
    }
    let (server, address) = server::start(&url, &dir).await?;
    let mut api = Api::sign_in(address, server::EMAIL, server::PASSWORD).await?;
    let past = past(today);
    let analytical = analytical(&dir, &[today, past]);
    if analytical.is_some() {
        for day in [today, past] {
            agrees(&mut api, &dir, day).await?;
        }
        table.note(format!(
            "{engine}: every figure of {today} and {past} agrees with DuckDB's, customer by customer."
        ));
    }
    Ok(Run {
        engine,
        dir,
        url,
        server,
        api,
        raw,
        plain,
        today,
        loaded,
        analytical,
        import_rows,
    })
}

/// The past date of the comparisons: two years back.
pub fn past(today: NaiveDate) -> NaiveDate {
    today - chrono::Months::new(24)
}

/// Asks DuckDB, where there is one.
fn analytical(dir: &Path, days: &[NaiveDate]) -> Option<Analytical> {
    let python = std::env::var("KEPT_BENCH_PYTHON").ok().filter(|p| !p.is_empty())?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/book/analytical.py");
    let mut command = std::process::Command::new(python);
    command.arg(script).arg(dir).args(days.iter().map(ToString::to_string));
    let output = command.stderr(std::process::Stdio::inherit()).output().ok()?;
    let mut all = Analytical::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let v: serde_json::Value = serde_json::from_str(line).ok()?;
        all.insert(v["date"].as_str()?.parse().ok()?, v["ms"].as_f64()?);
    }
    (all.len() == days.len()).then_some(all)
}

/// Compares every account's figures with what DuckDB wrote.
async fn agrees(api: &mut Api, dir: &Path, day: NaiveDate) -> anyhow::Result<()> {
    let rows = api.get(&format!("/age-analysis/rows?as_at={day}")).await?.json()?;
    let mut ours = BTreeMap::new();
    for row in rows.as_array().context("no rows")? {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let figures = ["current", "d30", "d60", "d90", "d120", "unallocated"]
            .map(|c| text(c).replace('.', ""))
            .map(cents);
        ours.insert(text("reference"), figures);
    }
    let theirs = std::fs::read_to_string(dir.join(format!("age-{day}.csv")))?;
    let mut count = 0;
    for line in theirs.lines() {
        let mut parts = line.split(',');
        let reference = parts.next().unwrap_or_default();
        let figures: Vec<i64> = parts.map(|p| p.parse().unwrap_or(i64::MAX)).collect();
        let found = ours.get(reference).with_context(|| format!("no row {reference}"))?;
        ensure!(
            found.as_slice() == figures,
            "{reference} as at {day}: {found:?}, DuckDB says {figures:?}"
        );
        count += 1;
    }
    ensure!(count == ours.len(), "{count} rows, {} expected", ours.len());
    Ok(())
}

fn cents(text: String) -> i64 {
    text.parse().unwrap_or(i64::MIN)
}
