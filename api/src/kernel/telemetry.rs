//! Request ids, one log line per request, metrics.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};
use futures_util::FutureExt;
use prometheus::{Encoder, HistogramOpts, HistogramVec, IntGauge, Registry, TextEncoder};
use std::{cell::RefCell, io::IsTerminal, panic::AssertUnwindSafe, time::Instant};

tokio::task_local! {
    static REQUEST_ID: RefCell<String>;
}

/// The id of the request being handled, for problems and events.
pub fn current_request_id() -> Option<String> {
    REQUEST_ID.try_with(|id| id.borrow().clone()).ok()
}

/// What /metrics shows.
pub(crate) struct Metrics {
    registry: Registry,
    requests: HistogramVec,
    in_flight: IntGauge,
}

impl Metrics {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let registry = Registry::new();
        let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
        let requests = HistogramVec::new(
            HistogramOpts::new("kept_http_request_seconds", "Time to answer a request").buckets(buckets),
            &["method", "route", "status"],
        )?;
        let in_flight = IntGauge::new("kept_http_requests_in_flight", "Requests being answered")?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(in_flight.clone()))?;
        Ok(Self {
            registry,
            requests,
            in_flight,
        })
    }
    pub(crate) fn render(&self) -> anyhow::Result<Vec<u8>> {
        let mut out = vec![];
        TextEncoder::new().encode(&self.registry.gather(), &mut out)?;
        Ok(out)
    }
}

/// Gives the request an id, logs one line, counts it, and turns a panic into a 500.
pub(crate) async fn observe(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, Error> {
    let kernel = req.app_data::<actix_web::web::Data<super::Kernel>>().cloned();
    // A client's own id is taken over only when it is short and plain; anything else could forge log lines.
    let given = req.headers().get("x-request-id").and_then(|v| v.to_str().ok());
    let id = given
        .filter(|v| (8..=64).contains(&v.len()) && v.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned);
    let method = req.method().clone();
    let route = req.match_pattern();
    let started = Instant::now();
    if let Some(k) = &kernel {
        k.metrics.in_flight.inc();
    }
    let handled = REQUEST_ID
        .scope(
            RefCell::new(id.clone()),
            AssertUnwindSafe(next.call(req)).catch_unwind(),
        )
        .await;
    if let Some(k) = &kernel {
        k.metrics.in_flight.dec();
    }
    let mut response = match handled {
        Ok(Ok(response)) => response.map_into_boxed_body(),
        Ok(Err(e)) => return Err(e),
        Err(_) => {
            tracing::error!(request.id = %id, "a handler panicked");
            let problem = kept_shared::problem::Problem::of(kept_shared::problem::Code::Internal);
            return Err(super::Stop::from(kept_shared::problem::Problem {
                instance: Some(id),
                ..problem
            })
            .into());
        }
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    let (status, elapsed) = (response.status().as_u16(), started.elapsed());
    let route = route
        .or_else(|| response.request().match_pattern())
        .unwrap_or_else(|| "unmatched".into());
    if let Some(k) = &kernel {
        k.metrics
            .requests
            .with_label_values(&[method.as_str(), route.as_str(), &status.to_string()])
            .observe(elapsed.as_secs_f64());
    }
    let ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::error!(http.method = %method, http.route = %route, http.status = status, duration_ms = ms, request.id = %id, "request");
    } else if matches!(route.as_str(), "/healthz" | "/readyz") {
        // A probe every second says nothing anybody wants to read.
        tracing::debug!(http.method = %method, http.route = %route, http.status = status, duration_ms = ms, request.id = %id, "request");
    } else {
        tracing::info!(http.method = %method, http.route = %route, http.status = status, duration_ms = ms, request.id = %id, "request");
    }
    Ok(response)
}

/// Sets up logging once for the process.
pub fn init(config: &super::config::Log) {
    // actix_http calls it an error when a client's request cannot be read; the client gets its 4xx, and it is no fault of
    // ours that somebody should be woken for.
    let filter = tracing_subscriber::EnvFilter::try_new(format!(
        "{},sqlx=warn,sea_orm=warn,sea_orm_migration=warn,actix_server=warn,actix_http::h1=off",
        config.level
    ))
    .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let done = if config.format == "json" {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
    drop(done);
}
