//! The demo's people use the product as everybody does: through the API's own router, with their own permissions and
//! scopes, on days gone by. Nothing is written behind its back.

use crate::{
    features,
    kernel::{Authenticate, Caller, Clock, Kernel, Stop, server},
};
use actix_web::{
    body::to_bytes,
    dev::{Service, ServiceResponse},
    http::Method,
    test,
};
use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use futures_util::future::{BoxFuture, LocalBoxFuture};
use kept_shared::{ids::UserId, problem::Code};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

type Call = dyn Fn(test::TestRequest) -> LocalBoxFuture<'static, anyhow::Result<Answer>>;

/// An open office: the application, a clock that can be set, and who works there.
pub(super) struct Office {
    pub(super) kernel: Arc<Kernel>,
    pub(super) clock: Clock,
    people: Arc<People>,
    call: Box<Call>,
}

/// What came back: status, body, and the version in `ETag`.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: Vec<u8>,
}

/// Everybody's calling card instead of a signed token: the demo knows its people.
#[derive(Default)]
struct People(Mutex<HashMap<UserId, Arc<Caller>>>);

impl Authenticate for People {
    fn authenticate<'a>(&'a self, _: &'a Arc<Kernel>, token: &'a str) -> BoxFuture<'a, Result<Arc<Caller>, Stop>> {
        let known = token.parse().ok().and_then(|id: UserId| {
            self.0
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .get(&id)
                .cloned()
        });
        Box::pin(async move { known.ok_or_else(|| Code::Unauthenticated.into()) })
    }
}

impl Office {
    pub(super) async fn open(kernel: Arc<Kernel>) -> Self {
        let people = Arc::new(People::default());
        let document = Arc::new(server::document(features::routes));
        let app = server::app(
            kernel.clone(),
            people.clone(),
            features::routes,
            features::root,
            document,
        );
        let service = std::rc::Rc::new(test::init_service(app).await);
        let call: Box<Call> = Box::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                match service.call(request.to_request()).await {
                    Ok(response) => read(response).await,
                    Err(error) => bail!("{error}"),
                }
            })
        });
        Self {
            clock: kernel.clock.clone(),
            kernel,
            people,
            call,
        }
    }

    /// Lets somebody work here.
    pub(super) fn hire(&self, id: UserId, caller: Arc<Caller>) {
        self.people
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(id, caller);
    }

    pub(super) fn caller(&self, id: UserId) -> anyhow::Result<Arc<Caller>> {
        let people = self.people.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        people.get(&id).cloned().context("nobody of that id works here")
    }

    /// It is this moment now.
    pub(super) fn at(&self, now: DateTime<Utc>) {
        self.clock.set(now);
    }

    pub(super) async fn get<R: DeserializeOwned>(&self, who: UserId, path: &str) -> anyhow::Result<R> {
        self.ask(request(Method::GET, path, who), path).await
    }

    pub(super) async fn post<B: Serialize, R: DeserializeOwned>(
        &self,
        who: UserId,
        path: &str,
        body: &B,
    ) -> anyhow::Result<R> {
        self.ask(request(Method::POST, path, who).set_json(body), path).await
    }

    /// A POST on one version of a thing.
    pub(super) async fn post_on<B: Serialize, R: DeserializeOwned>(
        &self,
        who: UserId,
        path: &str,
        version: i64,
        body: &B,
    ) -> anyhow::Result<R> {
        let request = request(Method::POST, path, who)
            .insert_header(("if-match", format!("\"{version}\"")))
            .set_json(body);
        self.ask(request, path).await
    }

    /// A PUT of one version of a thing.
    pub(super) async fn put_on<B: Serialize, R: DeserializeOwned>(
        &self,
        who: UserId,
        path: &str,
        version: i64,
        body: &B,
    ) -> anyhow::Result<R> {
        let request = request(Method::PUT, path, who)
            .insert_header(("if-match", format!("\"{version}\"")))
            .set_json(body);
        self.ask(request, path).await
    }

    /// A file with its document name.
    pub(super) async fn upload<R: DeserializeOwned>(
        &self,
        who: UserId,
        path: &str,
        fields: &[(&str, &str)],
        file_name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> anyhow::Result<R> {
        let edge = "kept-demo-boundary";
        let mut body: Vec<u8> = Vec::with_capacity(bytes.len() + 512);
        for (name, value) in fields {
            body.extend(
                format!("--{edge}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head = format!(
            "--{edge}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\ncontent-type: {media_type}\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{edge}--\r\n").bytes());
        let request = request(Method::POST, path, who)
            .insert_header(("content-type", format!("multipart/form-data; boundary={edge}")))
            .set_payload(body);
        self.ask(request, path).await
    }

    async fn ask<R: DeserializeOwned>(&self, request: test::TestRequest, path: &str) -> anyhow::Result<R> {
        let answer = (self.call)(request).await?;
        if !(200..300).contains(&answer.status) {
            bail!("{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        let body: &[u8] = if answer.body.is_empty() { b"null" } else { &answer.body };
        serde_json::from_slice(body).with_context(|| format!("{path}: an answer of another shape"))
    }
}

fn request(method: Method, path: &str, who: UserId) -> test::TestRequest {
    test::TestRequest::default()
        .method(method)
        .uri(&format!("/api/v1{path}"))
        .peer_addr(([127, 0, 0, 1], 1).into())
        .insert_header(("authorization", format!("Bearer {who}")))
        // Every demo act is one of its own; bulk ones must say so.
        .insert_header(("idempotency-key", uuid::Uuid::now_v7().to_string()))
}

async fn read(response: ServiceResponse<impl actix_web::body::MessageBody>) -> anyhow::Result<Answer> {
    let status = response.status().as_u16();
    match to_bytes(response.into_body()).await {
        Ok(body) => Ok(Answer {
            status,
            body: body.to_vec(),
        }),
        Err(_) => bail!("the answer broke off"),
    }
}
