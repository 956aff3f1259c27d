//! Requests and replies. Every reply of an API operation must have a status the contract documents.

use super::TestApp;
use actix_web::{
    body::MessageBody,
    dev::ServiceResponse,
    http::{Method, StatusCode},
    test::TestRequest,
};
use kept_shared::problem::Problem;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A request under construction.
pub struct Ask<'a> {
    app: &'a TestApp,
    method: Method,
    path: String,
    request: TestRequest,
}

impl<'a> Ask<'a> {
    pub(super) fn new(app: &'a TestApp, token: Option<String>, method: Method, path: String) -> Self {
        let full = if path.starts_with("/api") || path.starts_with("/.") || path.starts_with("/health") {
            path
        } else {
            format!("/api/v1{path}")
        };
        let mut request = TestRequest::default().method(method.clone()).uri(&full);
        request = request.peer_addr("127.0.0.1:50000".parse().unwrap());
        if let Some(token) = token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        Self {
            app,
            method,
            path: full,
            request,
        }
    }
    pub fn header(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.request = self.request.insert_header((name, value.as_ref()));
        self
    }
    pub fn if_match(self, version: i64) -> Self {
        self.header("if-match", format!("\"{version}\""))
    }
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }
    pub fn json(mut self, body: Value) -> Self {
        self.request = self.request.set_json(body);
        self
    }
    pub fn body(mut self, content_type: &str, body: impl Into<actix_web::web::Bytes>) -> Self {
        self.request = self
            .request
            .insert_header(("content-type", content_type))
            .set_payload(body.into());
        self
    }
    /// A multipart upload: text fields, then one file.
    pub fn upload(self, fields: &[(&str, &str)], file: (&str, &str, &str, &[u8])) -> Self {
        let boundary = "kept-test-boundary";
        let mut body: Vec<u8> = vec![];
        for (name, value) in fields {
            body.extend(
                format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let (name, file_name, kind, bytes) = file;
        body.extend(
            format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\ncontent-type: {kind}\r\n\r\n").bytes(),
        );
        body.extend(bytes);
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        self.body(&format!("multipart/form-data; boundary={boundary}"), body)
    }
    pub async fn send(self) -> Reply {
        let reply = (self.app.call)(self.request.to_request()).await;
        self.app.check_contract(&self.method, &self.path, &reply);
        reply
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub(super) async fn read(response: ServiceResponse<impl MessageBody>) -> Self {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
            .collect();
        let bytes = actix_web::body::to_bytes(response.into_body())
            .await
            .map(|b| b.to_vec())
            .unwrap_or_default();
        Self { status, headers, bytes }
    }
    pub(super) async fn of_error(error: &actix_web::Error) -> Self {
        let response = error.as_response_error().error_response();
        let status = response.status().as_u16();
        let bytes = actix_web::body::to_bytes(response.into_body())
            .await
            .map(|b| b.to_vec())
            .unwrap_or_default();
        Self {
            status,
            headers: vec![],
            bytes,
        }
    }
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {} {}", self.status, self.text()))
    }
    /// Asserts the status and reads the body.
    #[track_caller]
    pub fn expect<T: DeserializeOwned>(&self, status: u16) -> T {
        assert_eq!(self.status, status, "{}", self.text());
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
    /// Asserts 200 and returns the JSON.
    #[track_caller]
    pub fn ok(&self) -> Value {
        self.expect(200)
    }
    /// Asserts 201 and returns the JSON.
    #[track_caller]
    pub fn created(&self) -> Value {
        self.expect(201)
    }
    /// Asserts a problem of this status and code.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Problem {
        assert_eq!(self.status, status, "{}", self.text());
        if self.header("content-type").is_some() {
            assert_eq!(
                self.header("content-type"),
                Some("application/problem+json"),
                "{}",
                self.text()
            );
        }
        let problem: Problem = serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", self.text()));
        assert_eq!(problem.code(), code, "{}", self.text());
        problem
    }
    /// The version in `ETag`.
    #[track_caller]
    pub fn version(&self) -> i64 {
        self.header("etag")
            .expect("an ETag")
            .trim_matches('"')
            .parse()
            .expect("a number")
    }
    pub fn is_success(&self) -> bool {
        StatusCode::from_u16(self.status).is_ok_and(|s| s.is_success())
    }
}

impl TestApp {
    /// The operation's documented statuses must include the one that came back.
    fn check_contract(&self, method: &Method, path: &str, reply: &Reply) {
        let asked: Vec<&str> = path
            .split('?')
            .next()
            .unwrap_or_default()
            .trim_matches('/')
            .split('/')
            .collect();
        let matches = |pattern: &str| {
            let segments: Vec<&str> = pattern.trim_matches('/').split('/').collect();
            let literal = segments.iter().filter(|s| !s.starts_with('{')).count();
            (segments.len() == asked.len() && segments.iter().zip(&asked).all(|(p, a)| p.starts_with('{') || p == a))
                .then_some(literal)
        };
        let found = self
            .document()
            .paths
            .paths
            .iter()
            .filter_map(|(p, item)| matches(p).map(|n| (n, p, item)))
            .max_by_key(|f| f.0);
        let Some((_, pattern, item)) = found else { return };
        let operation = match method.as_str() {
            "GET" => &item.get,
            "POST" => &item.post,
            "PUT" => &item.put,
            "PATCH" => &item.patch,
            "DELETE" => &item.delete,
            _ => return,
        };
        let Some(operation) = operation else { return };
        assert!(
            operation.responses.responses.contains_key(&reply.status.to_string()),
            "{method} {pattern} answered {}, which the contract does not document: {}",
            reply.status,
            reply.text()
        );
    }
}
