//! `kept`: one binary that serves, works, migrates and checks.

use clap::{Parser, Subcommand};
use kept_api::{
    admin::{self, Admin},
    check, demo, features,
    kernel::{Clock, Config, Kernel, config, jobs::Worker, server, telemetry},
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(
    name = "kept",
    version,
    about = "Collecting debt fairly and handing it over to attorneys"
)]
struct Cli {
    /// Configuration file; settings may also come from KEPT__… environment variables.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the web application, and run jobs unless told otherwise.
    Serve,
    /// Run background jobs only.
    Worker,
    /// Bring the database's schema up to date and exit.
    Migrate,
    /// The first administrator, and other operator's work.
    #[command(subcommand)]
    Admin(Admin),
    /// Prove that the books are whole; changes nothing. Ends with 1 when they are not.
    Check {
        /// Print the findings as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Fill an empty database with the demo book and print its sign-ins.
    Demo {
        /// The book's last day, YYYY-MM-DD; today when absent.
        #[arg(long, value_name = "DATE")]
        today: Option<chrono::NaiveDate>,
        /// `test` adds a second organisation, which nobody of the first may see.
        #[arg(long, value_enum, default_value = "demo")]
        profile: Profile,
        /// Write sign-ins and ids per role to this file, as JSON.
        #[arg(long, value_name = "FILE")]
        fixtures: Option<PathBuf>,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Print a commented configuration file with every default.
    ExampleConfig,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Profile {
    Demo,
    Test,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Two TLS providers may be compiled in by dependencies; one is chosen before the first use.
    let _already_chosen = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match actix_web::rt::System::new().block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            say(&format!("kept: {e:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Openapi => return print(&server::document(features::routes).to_pretty_json()?),
        Command::ExampleConfig => return print(config::example().trim_end()),
        Command::Demo {
            today,
            profile,
            fixtures,
        } => {
            let wish = demo::Wish {
                today,
                for_tests: profile == Profile::Test,
            };
            return make_demo(cli.config.as_deref(), wish, fixtures.as_deref()).await;
        }
        Command::Serve | Command::Worker | Command::Migrate | Command::Admin(_) | Command::Check { .. } => {}
    }
    let config = Config::load(cli.config.as_deref())?;
    telemetry::init(&config.log);
    let kernel = Kernel::start(config, Clock::System).await?;
    if matches!(cli.command, Command::Serve | Command::Worker) {
        kernel.files.prove().await?;
    }
    match cli.command {
        Command::Migrate => print("The schema is up to date."),
        Command::Worker => work(kernel).await,
        Command::Admin(command) => print(&admin::run(&kernel, command).await?),
        Command::Check { json } => books_are_whole(&kernel, json).await,
        Command::Serve | Command::Demo { .. } | Command::Openapi | Command::ExampleConfig => serve(kernel).await,
    }
}

async fn make_demo(config: Option<&Path>, wish: demo::Wish, fixtures: Option<&Path>) -> anyhow::Result<()> {
    // What is wrong with the order is said before anything is made.
    wish.last_day()?;
    if let Some(file) = fixtures {
        let folder = file
            .parent()
            .filter(|f| !f.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        anyhow::ensure!(
            folder.is_dir() && !file.is_dir(),
            "the fixtures cannot be written to {}",
            file.display()
        );
    }
    let mut config = Config::load(config)?;
    // A demo that a power cut spoils is made again.
    config.database.synchronous = "OFF".into();
    telemetry::init(&config::Log {
        level: "warn".into(),
        ..config.log.clone()
    });
    let kernel = Kernel::start(config, Clock::fixed(Clock::System.now())).await?;
    let made = demo::make(kernel.clone(), wish).await?;
    kernel.close().await;
    if let Some(file) = fixtures {
        std::fs::write(file, serde_json::to_string_pretty(&made.fixtures)?)?;
    }
    print(&made.sign_ins)
}

async fn books_are_whole(kernel: &Arc<Kernel>, json: bool) -> anyhow::Result<()> {
    let findings = check::findings(kernel).await.map_err(|e| anyhow::anyhow!("{e}"))?;
    print(&if json {
        serde_json::to_string_pretty(&findings)?
    } else {
        findings.to_text()
    })?;
    anyhow::ensure!(findings.ok, "the books are not whole");
    Ok(())
}

fn worker(kernel: Arc<Kernel>) -> Arc<Worker> {
    Arc::new(Worker::new(kernel, features::jobs()).with_chores(features::chores()))
}

async fn serve(kernel: Arc<Kernel>) -> anyhow::Result<()> {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let worker = kernel
        .config
        .worker
        .in_process
        .then(|| tokio::spawn(worker(kernel.clone()).run(stopped)));
    let served = server::run(kernel, features::authenticator(), features::routes, features::root).await;
    let _nobody_listens = stop.send(true);
    if let Some(worker) = worker {
        worker.await?;
    }
    served
}

async fn work(kernel: Arc<Kernel>) -> anyhow::Result<()> {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(worker(kernel).run(stopped));
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    let _nobody_listens = stop.send(true);
    Ok(worker.await?)
}

/// Standard output, for what other programs read.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}

/// Standard error, for people.
fn say(text: &str) {
    use std::io::Write;
    let _closed = writeln!(std::io::stderr(), "{text}");
}
