//! Blobs in an S3-compatible bucket: one object for each, below the prefix. Requests carry their signature in the address,
//! which is therefore never logged.

use super::{Bytes, Shelf, Stop, Upload, checked, is_key, parts_of, upload::Whole};
use crate::kernel::config::S3;
use anyhow::Context;
use base64::Engine;
use kept_shared::problem::Code;
use reqwest::{Client, Method, Response, Url, header};
use rusty_s3::{Credentials, S3Action, UrlStyle, actions::ListObjectsV2};
use secrecy::ExposeSecret;
use std::path::Path;
use std::time::Duration;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// Longest wait for an answer: shorter than people wait for an upload.
const PATIENCE: Duration = Duration::from_secs(8);
/// Longest wait for the next part of a download.
const NEXT_PART: Duration = Duration::from_secs(20);
/// How long a signature is good for: an upload may be slow to begin, clocks differ.
const SIGNED: Duration = Duration::from_secs(300);
/// What an error's body may have to say.
const MAX_WORDS: usize = 16 * 1024;
/// Times a request is tried that broke off at once, as one on a connection closed by the other side does.
const TRIES: usize = 2;
const PAUSE: Duration = Duration::from_millis(200);
/// The store compares it with what arrives.
const CHECKSUM: &str = "x-amz-checksum-sha256";

pub(super) struct Bucket {
    client: Client,
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    /// Empty, or with its slash.
    prefix: String,
    /// For people.
    endpoint: String,
}

/// Why the bucket did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("the bucket did not answer in time")]
    Late,
    #[error("the bucket cannot be reached: {0}")]
    Unreachable(String),
    #[error("the bucket answered {status} {code}")]
    Said { status: u16, code: String },
    #[error("the file to be kept cannot be read: {0}")]
    Here(#[from] std::io::Error),
    #[error("the bucket's list cannot be read: {0}")]
    Garbled(String),
}

impl Trouble {
    fn of(e: reqwest::Error) -> Self {
        if e.is_timeout() {
            return Self::Late;
        }
        // Its causes say what happened; the address stays out.
        let e = e.without_url();
        let mut said = e.to_string();
        let mut cause = std::error::Error::source(&e);
        while let Some(e) = cause {
            said = e.to_string();
            cause = e.source();
        }
        Self::Unreachable(said)
    }

    /// Whether it may be different in a moment, whoever asks.
    fn passes(&self) -> bool {
        match self {
            Self::Late | Self::Unreachable(_) => true,
            Self::Said { status, .. } => *status >= 500 || *status == 429,
            Self::Here(_) | Self::Garbled(_) => false,
        }
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Here(e) => super::io(e),
            Trouble::Said { status: 404, code } if code == "NoSuchKey" => Self::internal("a file is not in the bucket"),
            other => {
                tracing::error!(error.cause = %other, "the bucket of the files failed");
                Code::FilesUnavailable.into()
            }
        }
    }
}

/// A download that broke off on its way here.
pub(super) fn broken(e: std::io::Error) -> Stop {
    Trouble::Unreachable(e.to_string()).into()
}

impl Bucket {
    pub fn open(settings: &S3) -> anyhow::Result<Self> {
        let endpoint: Url = settings.endpoint.parse().context("s3.endpoint is no address")?;
        let style = if settings.path_style {
            UrlStyle::Path
        } else {
            UrlStyle::VirtualHost
        };
        let shown = format!("{}://{}", endpoint.scheme(), endpoint.host_str().unwrap_or_default());
        let bucket = rusty_s3::Bucket::new(endpoint, style, settings.bucket.clone(), settings.region.clone())
            .context("s3.endpoint and s3.bucket make no address; try s3.path_style = true")?;
        let prefix = settings.prefix.trim_matches('/');
        Ok(Self {
            client: Client::builder()
                .connect_timeout(CONNECT)
                .pool_idle_timeout(Duration::from_secs(10))
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .context(
                    "HTTPS cannot be set up; are the trusted certificates of this machine (ca-certificates) installed?",
                )?,
            bucket,
            credentials: Credentials::new(settings.access_key.expose_secret(), settings.secret_key.expose_secret()),
            prefix: if prefix.is_empty() {
                String::new()
            } else {
                format!("{prefix}/")
            },
            endpoint: shown,
        })
    }

    fn object(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Sends until it is answered. Errors: whatever is no success.
    async fn answer(&self, method: Method, url: Url, whole: Option<&Whole>) -> Result<Response, Trouble> {
        // A slow line still carries a megabyte in a second.
        let patience = PATIENCE + Duration::from_secs(whole.map_or(0, |w| w.size >> 20));
        let began = tokio::time::Instant::now();
        let mut tried = 0;
        loop {
            tried += 1;
            let mut request = self.client.request(method.clone(), url.clone());
            if let Some(whole) = whole {
                let file = tokio::fs::File::open(&whole.path).await?;
                request = request
                    .header(header::CONTENT_LENGTH, whole.size)
                    .header(CHECKSUM, checksum(whole))
                    .body(reqwest::Body::wrap_stream(parts_of(file)));
            }
            let failed = match tokio::time::timeout_at(began + patience, request.send()).await {
                Err(_) => Trouble::Late,
                Ok(Err(e)) => Trouble::of(e),
                Ok(Ok(answer)) if answer.status().is_success() => return Ok(answer),
                Ok(Ok(answer)) => said(answer).await,
            };
            if tried == TRIES || !failed.passes() || began.elapsed() > patience / 4 {
                return Err(failed);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn ask(&self, method: Method, url: Url) -> Result<Response, Trouble> {
        self.answer(method, url, None).await
    }

    pub async fn put(&self, key: &str, whole: &Whole) -> Result<(), Trouble> {
        let object = self.object(key);
        let mut action = self.bucket.put_object(Some(&self.credentials), &object);
        action.headers_mut().insert(CHECKSUM, checksum(whole));
        let url = action.sign(SIGNED);
        self.answer(Method::PUT, url, Some(whole)).await.map(drop)
    }

    pub async fn get(&self, key: &str) -> Result<Bytes, Stop> {
        let object = self.object(checked(key)?);
        let url = self.bucket.get_object(Some(&self.credentials), &object).sign(SIGNED);
        let answer = self.ask(Method::GET, url).await?;
        Ok(Box::pin(futures_util::stream::try_unfold(
            answer,
            |mut answer| async move {
                let part = tokio::time::timeout(NEXT_PART, answer.chunk())
                    .await
                    .map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))?
                    .map_err(|e| std::io::Error::other(Trouble::of(e)))?;
                Ok(part.map(|part| (part, answer)))
            },
        )))
    }

    pub async fn remove(&self, key: &str) -> Result<(), Trouble> {
        let object = self.object(key);
        let url = self.bucket.delete_object(Some(&self.credentials), &object).sign(SIGNED);
        match self.ask(Method::DELETE, url).await {
            Err(Trouble::Said { status: 404, code }) if code != "NoSuchBucket" => Ok(()),
            other => other.map(drop),
        }
    }

    async fn head(&self, key: &str) -> Result<(), Trouble> {
        let object = self.object(key);
        let url = self.bucket.head_object(Some(&self.credentials), &object).sign(SIGNED);
        self.ask(Method::HEAD, url).await.map(drop)
    }

    /// A page of the bucket's own list.
    pub async fn shelf(&self, from: Option<String>) -> Result<Shelf, Trouble> {
        let mut list = self.bucket.list_objects_v2(Some(&self.credentials));
        list.with_prefix(self.prefix.as_str());
        if let Some(token) = from {
            list.with_continuation_token(token);
        }
        let url = list.sign(SIGNED);
        let answer = self.ask(Method::GET, url).await?;
        let text = tokio::time::timeout(NEXT_PART, answer.bytes())
            .await
            .map_err(|_| Trouble::Late)?
            .map_err(Trouble::of)?;
        let text = std::str::from_utf8(&text).map_err(|e| Trouble::Garbled(e.to_string()))?;
        let page = ListObjectsV2::parse_response(text).map_err(|e| Trouble::Garbled(e.to_string()))?;
        let ours = |object: &str| {
            let key = object.strip_prefix(&self.prefix)?;
            is_key(key).then(|| key.to_owned())
        };
        Ok(Shelf {
            keys: page.contents.iter().filter_map(|o| ours(&o.key)).collect(),
            next: page.next_continuation_token,
        })
    }

    /// See [`super::BlobStore::prove`].
    pub async fn prove(&self, incoming: &Path) -> anyhow::Result<()> {
        let words = b"Kept was here.\n";
        let mut upload = Upload::begin(incoming, words.len() as u64)?;
        upload.write(words).await?;
        let whole = upload.finish().await?;
        let key = uuid::Uuid::now_v7().simple().to_string();
        let steps = async {
            self.put(&key, &whole).await.map_err(|e| ("write", e))?;
            self.head(&key).await.map_err(|e| ("read", e))?;
            let back = self.fetch(&key).await.map_err(|e| ("read", e))?;
            self.remove(&key).await.map_err(|e| ("delete", e))?;
            self.shelf(None).await.map_err(|e| ("list", e))?;
            Ok(back)
        };
        match steps.await {
            Ok(back) if back == words => {
                tracing::info!(
                    endpoint = self.endpoint,
                    bucket = self.bucket.name(),
                    "files are kept in the bucket"
                );
                Ok(())
            }
            Ok(_) => anyhow::bail!(
                "the bucket `{}` gives back other bytes than it was given",
                self.bucket.name()
            ),
            Err((_, trouble)) if trouble.passes() => {
                tracing::error!(
                    endpoint = self.endpoint, bucket = self.bucket.name(), error.cause = %trouble,
                    "the bucket does not answer: until it does, files can neither be uploaded nor downloaded"
                );
                Ok(())
            }
            Err((what, trouble)) => anyhow::bail!("{} ({trouble})", self.explain(what, &trouble)),
        }
    }

    async fn fetch(&self, key: &str) -> Result<Vec<u8>, Trouble> {
        let object = self.object(key);
        let url = self.bucket.get_object(Some(&self.credentials), &object).sign(SIGNED);
        let answer = self.ask(Method::GET, url).await?;
        Ok(answer.bytes().await.map_err(Trouble::of)?.to_vec())
    }

    /// What an operator can do about it.
    fn explain(&self, what: &str, trouble: &Trouble) -> String {
        let (name, region, endpoint) = (self.bucket.name(), self.bucket.region(), &self.endpoint);
        let Trouble::Said { status, code } = trouble else {
            return format!("the bucket `{name}` at {endpoint} cannot be used");
        };
        match (status, code.as_str()) {
            (_, "InvalidAccessKeyId") => format!("s3.access_key is not known at {endpoint}"),
            (_, "SignatureDoesNotMatch") => "s3.secret_key does not belong to s3.access_key".to_owned(),
            (_, "NoSuchBucket") => format!("s3.bucket: there is no bucket `{name}` at {endpoint}"),
            (_, "RequestTimeTooSkewed") => "the clock of this machine is wrong".to_owned(),
            (_, "AuthorizationQueryParametersError" | "AuthorizationHeaderMalformed" | "PermanentRedirect")
            | (300..=399, _) => {
                format!("s3.region: the bucket `{name}` is not in `{region}`, or s3.endpoint is another region's")
            }
            (401 | 403, _) => format!(
                "s3.access_key may not {what} in the bucket `{name}` below `{}`",
                self.prefix
            ),
            _ => format!("the bucket `{name}` at {endpoint} refuses to {what}"),
        }
    }
}

fn checksum(whole: &Whole) -> String {
    base64::engine::general_purpose::STANDARD.encode(&whole.sha256)
}

/// What an answer that is no success says.
async fn said(mut answer: Response) -> Trouble {
    let status = answer.status().as_u16();
    let mut body = vec![];
    while body.len() < MAX_WORDS {
        match tokio::time::timeout(CONNECT, answer.chunk()).await {
            Ok(Ok(Some(part))) => body.extend_from_slice(&part),
            _ => break,
        }
    }
    let text = String::from_utf8_lossy(&body);
    let code = text
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"))
        .map_or("", |(code, _)| code);
    let code = code.chars().filter(char::is_ascii_alphanumeric).take(60).collect();
    Trouble::Said { status, code }
}
