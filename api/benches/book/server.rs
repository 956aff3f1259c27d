//! The real server as a process of its own, with the settings it ships with.

use anyhow::{Context, ensure};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const EMAIL: &str = "bench@example.org";
pub const PASSWORD: &str = "a long measuring stick 41";
const KEPT: &str = env!("CARGO_BIN_EXE_kept");

/// A port of this machine nobody listens on.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// A child process that ends with its owner.
pub struct Process(pub Child);
impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

impl Process {
    fn status(&self, field: &str) -> anyhow::Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = text.lines().find(|l| l.starts_with(field)).context("no such field")?;
        let kib: f64 = line.split_whitespace().nth(1).context("no figure")?.parse()?;
        Ok(kib / 1024.0)
    }
    /// Memory in use, MiB.
    pub fn memory(&self) -> anyhow::Result<f64> {
        self.status("VmRSS:")
    }
    /// Most memory in use since [`Self::forget_peak`], MiB.
    pub fn peak(&self) -> anyhow::Result<f64> {
        self.status("VmHWM:")
    }
    pub fn forget_peak(&self) -> anyhow::Result<()> {
        Ok(std::fs::write(format!("/proc/{}/clear_refs", self.0.id()), "5")?)
    }
}

fn settings(command: &mut Command, url: &str, dir: &Path, address: SocketAddr) {
    command
        .env("KEPT__DATABASE__URL", url)
        .env("KEPT__DATA_DIR", dir.join("data"))
        .env("KEPT__SERVER__LISTEN", address.to_string())
        .env("KEPT__SERVER__PUBLIC_URL", format!("http://{address}"))
        .env("KEPT__AUTH__SECURE_COOKIE", "false")
        // One sign-in lasts the run.
        .env("KEPT__AUTH__ACCESS_MINUTES", "120");
}

/// The first administrator, by the operator's own command.
pub fn create_superuser(url: &str, dir: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(KEPT);
    settings(&mut command, url, dir, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let mut child = command
        .args([
            "admin",
            "create-superuser",
            "--organisation",
            "Bench",
            "--email",
            EMAIL,
            "--password-stdin",
            "--keep-password",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    writeln!(child.stdin.take().context("no standard input")?, "{PASSWORD}")?;
    ensure!(child.wait()?.success(), "kept admin create-superuser failed");
    Ok(())
}

/// Starts `kept serve` and waits until it answers. Its log goes to a file, as it does where it is installed.
pub async fn start(url: &str, dir: &Path) -> anyhow::Result<(Process, SocketAddr)> {
    let address = free_address()?;
    let mut command = Command::new(KEPT);
    settings(&mut command, url, dir, address);
    let log = std::fs::File::create(dir.join("kept.log"))?;
    let child = command.arg("serve").stdout(Stdio::null()).stderr(log).spawn()?;
    let server = Process(child);
    until_ready(address).await?;
    Ok((server, address))
}

/// Starts this program again as the plain web server of [`crate::plain`].
pub async fn start_plain() -> anyhow::Result<(Process, SocketAddr)> {
    let address = free_address()?;
    let child = Command::new(std::env::current_exe()?)
        .env(crate::plain::SWITCH, address.to_string())
        .stdout(Stdio::null())
        .spawn()?;
    let server = Process(child);
    until_ready(address).await?;
    Ok((server, address))
}

async fn until_ready(address: SocketAddr) -> anyhow::Result<()> {
    let until = Instant::now() + Duration::from_secs(30);
    while tokio::net::TcpStream::connect(address).await.is_err() {
        ensure!(Instant::now() < until, "no server at {address}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
