//! Extractors whose refusals are problems, and which bound what they read.

use super::{Stop, access, malformed};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use futures_util::StreamExt;
use kept_shared::problem::{Code, Problem};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{future::Future, pin::Pin, time::Duration};

/// Largest JSON body.
pub const MAX_JSON_BYTES: usize = 2 * 1024 * 1024;
/// Longest wait for a JSON body, and for each chunk of an upload: slow senders are cut off.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest Idempotency-Key.
const MAX_KEY_CHARS: usize = 255;

type Later<T> = Pin<Box<dyn Future<Output = Result<T, Stop>>>>;

/// What was found in the request, once the caller is known to be allowed to ask.
fn after_access<T: 'static>(req: &HttpRequest, found: Result<T, Stop>) -> Later<T> {
    let req = req.clone();
    Box::pin(async move {
        access::passed(&req).await;
        found
    })
}

/// Identity of a request for idempotency: the key the client chose and what it asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    key: Option<String>,
    fingerprint: String,
}
impl Request {
    /// For writes that take no key.
    pub fn none() -> Self {
        Self::default()
    }
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
    /// Errors: 400 when the operation needs a key and none was sent.
    pub fn required(&self) -> Result<&Self, Stop> {
        if self.key.is_some() {
            Ok(self)
        } else {
            Err(Code::IdempotencyKeyMissing.into())
        }
    }
    fn of(req: &HttpRequest, body: &[u8]) -> Result<Self, Stop> {
        let key = match req.headers().get("idempotency-key") {
            None => None,
            Some(value) => {
                let key = value.to_str().map_err(|_| bad_key())?;
                if key.is_empty() || key.len() > MAX_KEY_CHARS {
                    return Err(bad_key());
                }
                Some(key.to_owned())
            }
        };
        let mut hash = Sha256::new();
        hash.update(req.method().as_str());
        hash.update(b" ");
        hash.update(req.path());
        hash.update(b"\n");
        hash.update(body);
        let fingerprint = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Ok(Self { key, fingerprint })
    }
    /// For bodies that are streamed: the fingerprint covers what the caller says about them.
    pub fn of_stream(req: &HttpRequest, about: &str) -> Result<Self, Stop> {
        Self::of(req, about.as_bytes())
    }
}
fn bad_key() -> Stop {
    Problem::of(Code::HeaderMalformed)
        .at("Idempotency-Key", "invalid")
        .into()
}
impl FromRequest for Request {
    type Error = Stop;
    type Future = Later<Self>;
    /// A write without a body.
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        after_access(req, Self::of(req, b""))
    }
}

/// A JSON body, and the request it came with.
#[derive(Debug)]
pub struct Body<T> {
    pub value: T,
    pub request: Request,
}
impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Stop;
    type Future = Later<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            access::passed(&req).await;
            let kind = req
                .headers()
                .get(header::CONTENT_TYPE)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default();
            if !kind
                .split(';')
                .next()
                .is_some_and(|k| k.trim().eq_ignore_ascii_case("application/json"))
            {
                return Err(Code::MediaTypeUnsupported.into());
            }
            let read = async {
                let mut bytes = web::BytesMut::new();
                while let Some(chunk) = payload.next().await {
                    let chunk = chunk.map_err(|_| Stop::from(Code::BodyMalformed))?;
                    if bytes.len() + chunk.len() > MAX_JSON_BYTES {
                        return Err(Stop::from(Code::BodyTooLarge));
                    }
                    bytes.extend_from_slice(&chunk);
                }
                Ok(bytes)
            };
            let bytes = tokio::time::timeout(BODY_TIMEOUT, read)
                .await
                .map_err(|_| Stop::from(Code::RequestTimeout))??;
            let request = Request::of(&req, &bytes)?;
            let value = parse_json(&bytes)?;
            Ok(Self { value, request })
        })
    }
}

/// JSON pointer of the first text that holds a NUL.
fn nul_at(body: &Value) -> Option<String> {
    match body {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(n, item)| nul_at(item).map(|below| format!("/{n}{below}"))),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            // A name that holds one cannot be said back.
            let named = (!name.contains('\0')).then(|| malformed::escaped(name));
            match named {
                Some(name) => nul_at(value).map(|below| format!("/{name}{below}")),
                None => Some(String::new()),
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Reads JSON and names the place of the fault. Errors: 400 `body-malformed`.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Stop> {
    // serde would take a list for the fields of a struct in their order. Every body of the contract is an object.
    if bytes
        .iter()
        .find(|b| !b.is_ascii_whitespace())
        .is_some_and(|b| *b == b'[')
    {
        return Err(Problem::of(Code::BodyMalformed).at("", "not_an_object").into());
    }
    // NUL cannot be stored in PostgreSQL text; no honest input has one.
    if holds_nul(bytes) {
        let at = serde_json::from_slice(bytes).ok().and_then(|body| nul_at(&body));
        return Err(Problem::of(Code::BodyMalformed)
            .at(&at.unwrap_or_default(), "control_character")
            .into());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => {
            reader
                .end()
                .map_err(|_| Stop::from(Problem::of(Code::BodyMalformed).at("", "trailing_characters")))?;
            Ok(value)
        }
        Err(e) => {
            let (line, column) = (e.inner().line(), e.inner().column());
            let flaw = malformed::in_body(e.path(), &e.inner().to_string());
            tracing::debug!(flaw.pointer, flaw.code, line, column, "a body could not be read");
            Err(Problem::of(Code::BodyMalformed).with_errors(vec![flaw]).into())
        }
    }
}

/// Whether a JSON text holds the escape of NUL; raw it is no JSON.
fn holds_nul(bytes: &[u8]) -> bool {
    const NUL: &[u8] = b"\\u0000";
    bytes.windows(NUL.len()).enumerate().any(|(at, part)| {
        // An even number of backslashes before it makes it an escape; an odd number only shows a backslash.
        part == NUL && bytes.iter().take(at).rev().take_while(|b| **b == b'\\').count() % 2 == 0
    })
}

/// Reads a query string and names the parameter at fault. Errors: 400 `query-malformed`.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Stop> {
    let reader = serde_html_form::Deserializer::from_bytes(query.as_bytes());
    serde_path_to_error::deserialize(reader).map_err(|e| {
        let flaw = malformed::in_query(e.path(), &e.inner().to_string());
        Problem::of(Code::QueryMalformed).with_errors(vec![flaw]).into()
    })
}

/// A query string; repeated names become lists, unknown names are refused by the filter's `deny_unknown_fields`.
#[derive(Debug)]
pub struct Query<T>(pub T);
impl<T> std::ops::Deref for Query<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Stop;
    type Future = Later<Self>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        if req.query_string().contains("%00") {
            return after_access(
                req,
                Err(Problem::of(Code::QueryMalformed).at("?", "control_character").into()),
            );
        }
        after_access(req, parse_query(req.query_string()).map(Self))
    }
}

/// Path parameters.
#[derive(Debug)]
pub struct Path<T>(pub T);
impl<T> std::ops::Deref for Path<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Stop;
    type Future = Later<Self>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, inner) = (req.clone(), web::Path::<T>::from_request(req, payload));
        Box::pin(async move {
            access::passed(&req).await;
            inner
                .await
                .map(|p| Self(p.into_inner()))
                .map_err(|_| Stop::from(Code::PathMalformed))
        })
    }
}

/// The version the client last saw, from `If-Match: "7"`.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub i64);
impl IfMatch {
    /// Errors: 412 when the row has another version than the client saw.
    pub fn check(self, version: i64) -> Result<(), Stop> {
        if self.0 == version {
            Ok(())
        } else {
            Err(Code::ChangedMeanwhile.into())
        }
    }
}
impl FromRequest for IfMatch {
    type Error = Stop;
    type Future = Later<Self>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = match req.headers().get(header::IF_MATCH) {
            None => Err(Code::IfMatchMissing.into()),
            Some(value) => value
                .to_str()
                .ok()
                .and_then(|v| v.strip_prefix('"')?.strip_suffix('"')?.parse().ok())
                .map(Self)
                .ok_or_else(|| Problem::of(Code::HeaderMalformed).at("If-Match", "invalid").into()),
        };
        after_access(req, found)
    }
}

/// A multipart upload, read part by part with a time limit on each chunk.
pub struct Multipart {
    inner: actix_multipart::Multipart,
    pub request: HttpRequest,
}

/// One part of an upload.
pub struct Part {
    pub name: String,
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    field: actix_multipart::Field,
}

impl FromRequest for Multipart {
    type Error = Stop;
    type Future = Later<Self>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
            return after_access(req, Err(Code::MediaTypeUnsupported.into()));
        }
        let upload = Self {
            inner: actix_multipart::Multipart::new(req.headers(), payload.take()),
            request: req.clone(),
        };
        after_access(req, Ok(upload))
    }
}
impl Multipart {
    /// The next part. Errors: 400 malformed, 408 too slow.
    pub async fn next(&mut self) -> Result<Option<Part>, Stop> {
        let next = tokio::time::timeout(BODY_TIMEOUT, self.inner.next())
            .await
            .map_err(|_| Stop::from(Code::RequestTimeout))?;
        match next {
            None => Ok(None),
            Some(Err(_)) => Err(Code::BodyMalformed.into()),
            Some(Ok(field)) => {
                let disposition = field.content_disposition();
                Ok(Some(Part {
                    name: disposition.and_then(|d| d.get_name()).unwrap_or_default().to_owned(),
                    file_name: disposition.and_then(|d| d.get_filename()).map(str::to_owned),
                    content_type: field.content_type().map(ToString::to_string),
                    field,
                }))
            }
        }
    }
}
impl Part {
    /// The next bytes of this part. Errors: 400 malformed (also when the connection broke), 408 too slow.
    pub async fn chunk(&mut self) -> Result<Option<web::Bytes>, Stop> {
        let next = tokio::time::timeout(BODY_TIMEOUT, self.field.next())
            .await
            .map_err(|_| Stop::from(Code::RequestTimeout))?;
        match next {
            None => Ok(None),
            Some(Ok(bytes)) => Ok(Some(bytes)),
            Some(Err(_)) => Err(Code::BodyMalformed.into()),
        }
    }
    /// A text part of at most `max` bytes. Errors: 413 when longer, 400 when not UTF-8.
    pub async fn text(mut self, max: usize) -> Result<String, Stop> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if bytes.len() + chunk.len() > max {
                return Err(Code::BodyTooLarge.into());
            }
            bytes.extend_from_slice(&chunk);
        }
        String::from_utf8(bytes).map_err(|_| Code::BodyMalformed.into())
    }
}
