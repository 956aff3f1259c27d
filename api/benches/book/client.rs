//! A small HTTP/1.1 client: one connection, no more parsing than needed, so that the server has the processor.

use anyhow::{Context, bail, ensure};
use bytes::{Buf, BytesMut};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub first_byte: Duration,
    pub whole: Duration,
}

impl Answer {
    pub fn json(&self) -> anyhow::Result<Value> {
        ensure!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        Ok(serde_json::from_slice(&self.body)?)
    }
}

/// The bytes of a request. `headers` are whole lines.
pub fn request(method: &str, path: &str, token: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    if !token.is_empty() {
        text.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    if method != "GET" {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    let mut all = text.into_bytes();
    all.extend_from_slice(body);
    all
}

pub struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: BytesMut::with_capacity(256 * 1024),
        })
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        ensure!(
            self.stream.read_buf(&mut self.buffer).await? > 0,
            "the server closed the connection"
        );
        Ok(())
    }

    async fn line(&mut self) -> anyhow::Result<BytesMut> {
        loop {
            if let Some(at) = self.buffer.windows(2).position(|w| w == b"\r\n") {
                let line = self.buffer.split_to(at);
                self.buffer.advance(2);
                return Ok(line);
            }
            self.fill().await?;
        }
    }

    async fn take(&mut self, count: usize, into: &mut Vec<u8>) -> anyhow::Result<()> {
        let mut left = count;
        while left > 0 {
            if self.buffer.is_empty() {
                self.fill().await?;
            }
            let part = self.buffer.split_to(left.min(self.buffer.len()));
            into.extend_from_slice(&part);
            left -= part.len();
        }
        Ok(())
    }

    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        let started = Instant::now();
        self.stream.write_all(request).await?;
        let status = self.line().await?;
        let status: u16 = std::str::from_utf8(status.get(9..12).context("no status line")?)?.parse()?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                break;
            }
            let text = std::str::from_utf8(&line)?.to_ascii_lowercase();
            if let Some(n) = text.strip_prefix("content-length:") {
                length = n.trim().parse()?;
            }
            chunked |= text.starts_with("transfer-encoding:") && text.contains("chunked");
        }
        let mut body = Vec::with_capacity(length);
        if (chunked || length > 0) && self.buffer.is_empty() {
            self.fill().await?;
        }
        let first_byte = started.elapsed();
        if chunked {
            loop {
                let size = self.line().await?;
                let size = usize::from_str_radix(std::str::from_utf8(&size)?.trim(), 16)?;
                self.take(size, &mut body).await?;
                self.line().await?;
                if size == 0 {
                    break;
                }
            }
        } else {
            self.take(length, &mut body).await?;
        }
        Ok(Answer {
            status,
            body,
            first_byte,
            whole: started.elapsed(),
        })
    }
}

/// Sorted times of many requests.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn of(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        Self(all)
    }
    /// The time that `share` (0 to 1) of them did not exceed, in milliseconds.
    pub fn ms(&self, share: f64) -> f64 {
        let at = ((self.0.len() as f64 - 1.0) * share).round() as usize;
        self.0.get(at).map_or(f64::NAN, |t| t.as_secs_f64() * 1e3)
    }
    pub fn p50(&self) -> f64 {
        self.ms(0.5)
    }
}

/// Requests one after the other on one connection, round and round, for so long. Every answer must be 200.
pub async fn one_by_one(address: SocketAddr, requests: &[Vec<u8>], time: Duration) -> anyhow::Result<Times> {
    let mut connection = Connection::open(address).await?;
    for request in requests.iter().cycle().take(requests.len().min(50)) {
        expect(&connection.ask(request).await?)?;
    }
    let (mut all, until) = (vec![], Instant::now() + time);
    for request in requests.iter().cycle() {
        let answer = connection.ask(request).await?;
        expect(&answer)?;
        all.push(answer.whole);
        if Instant::now() >= until {
            break;
        }
    }
    Ok(Times::of(all))
}

fn expect(answer: &Answer) -> anyhow::Result<()> {
    if answer.status != 200 {
        bail!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    Ok(())
}

/// Requests over `connections` at once for so long: how many were answered in a second.
pub async fn many_at_once(
    address: SocketAddr,
    requests: &[Vec<u8>],
    connections: usize,
    time: Duration,
) -> anyhow::Result<f64> {
    let until = Instant::now() + time;
    let started = Instant::now();
    let load = (0..connections).map(|n| async move {
        let mut connection = Connection::open(address).await?;
        let mut count = 0_u64;
        let offset = n * requests.len() / connections;
        for request in requests.iter().cycle().skip(offset) {
            expect(&connection.ask(request).await?)?;
            count += 1;
            if Instant::now() >= until {
                break;
            }
        }
        anyhow::Ok(count)
    });
    let counts = futures_util::future::try_join_all(load).await?;
    Ok(counts.iter().sum::<u64>() as f64 / started.elapsed().as_secs_f64())
}

/// The product's API with a signed-in user.
pub struct Api {
    pub address: SocketAddr,
    pub token: String,
    connection: Connection,
}

impl Api {
    pub async fn sign_in(address: SocketAddr, email: &str, password: &str) -> anyhow::Result<Self> {
        let mut connection = Connection::open(address).await?;
        let body = serde_json::json!({"email": email, "password": password}).to_string();
        let json = ["content-type: application/json"];
        let answer = connection
            .ask(&request("POST", "/api/v1/auth/sign-in", "", &json, body.as_bytes()))
            .await?;
        let session = answer.json()?;
        let token = session["access_token"].as_str().context("no access token")?.to_owned();
        Ok(Self {
            address,
            token,
            connection,
        })
    }
    /// A request to read `path` below /api/v1.
    pub fn reading(&self, path: &str) -> Vec<u8> {
        request("GET", &format!("/api/v1{path}"), &self.token, &[], b"")
    }
    pub async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = self.reading(path);
        self.connection.ask(&request).await
    }
    pub async fn send(&mut self, method: &str, path: &str, headers: &[&str], body: &Value) -> anyhow::Result<Answer> {
        let mut all = vec!["content-type: application/json"];
        all.extend(headers);
        let bytes = serde_json::to_vec(body)?;
        let request = request(method, &format!("/api/v1{path}"), &self.token, &all, &bytes);
        self.connection.ask(&request).await
    }
    /// Uploads a file with its text parts before it.
    pub async fn upload(
        &mut self,
        path: &str,
        parts: &[(&str, &str)],
        name: &str,
        bytes: &[u8],
    ) -> anyhow::Result<Answer> {
        const EDGE: &str = "kept-bench-edge";
        let mut body = vec![];
        for (part, text) in parts {
            body.extend_from_slice(
                format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{part}\"\r\n\r\n{text}\r\n").as_bytes(),
            );
        }
        let head = format!(
            "--{EDGE}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let kind = format!("content-type: multipart/form-data; boundary={EDGE}");
        let request = request("POST", &format!("/api/v1{path}"), &self.token, &[&kind], &body);
        self.connection.ask(&request).await
    }
}
