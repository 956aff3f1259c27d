//! Puts the application together and runs it.

use super::{Authenticate, Kernel, openapi, problem, spa, surface::Surface, telemetry};
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::header,
    middleware, web,
};
use kept_shared::problem::{Code, Problem};
use std::{sync::Arc, time::Duration};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

/// The application's own policy; the API docs need inline styles.
const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; frame-src blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
const DOCS_CSP: &str = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

pub type Routes = fn(&mut ServiceConfig<'_>);

/// The complete OpenAPI document of these routes.
pub fn document(routes: Routes) -> OpenApi {
    let (_, document) = App::new()
        .into_utoipa_app()
        .openapi(openapi::base())
        .service(utoipa_actix_web::scope("/api/v1").configure(routes))
        .split_for_parts();
    openapi::complete(document)
}

/// The application, for the server and for tests.
pub fn app(
    kernel: Arc<Kernel>,
    authenticator: Arc<dyn Authenticate>,
    routes: Routes,
    root: Routes,
    document: Arc<OpenApi>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let surface = web::Data::new(Surface::of(&document));
    let (app, _) = App::new()
        .into_utoipa_app()
        .app_data(web::Data::from(kernel))
        .app_data(web::Data::<dyn Authenticate>::from(authenticator))
        .app_data(surface)
        .app_data(web::Data::from(document.clone()))
        .service(utoipa_actix_web::scope("/api/v1").configure(routes))
        .configure(root)
        .split_for_parts();
    let docs = utoipa_swagger_ui::SwaggerUi::new("/api/docs/{_:.*}")
        .config(utoipa_swagger_ui::Config::new(["/api/openapi.json"]).validator_url("none"));
    app.service(
        web::resource("/healthz")
            .route(web::get().to(healthz))
            .default_service(web::to(not_allowed)),
    )
    .service(
        web::resource("/readyz")
            .route(web::get().to(readyz))
            .default_service(web::to(not_allowed)),
    )
    .service(
        web::resource("/api/openapi.json")
            .route(web::get().to(serve_document))
            .default_service(web::to(not_allowed)),
    )
    .service(web::redirect("/api/docs", "/api/docs/"))
    .service(docs)
    .default_service(web::to(fallback))
    .wrap(middleware::from_fn(headers))
    .wrap(middleware::from_fn(telemetry::observe))
}

async fn healthz() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(r#"{"status":"ok"}"#)
}

/// These addresses offer reading alone.
async fn not_allowed() -> HttpResponse {
    let mut response = problem::respond(&Problem::of(Code::MethodNotAllowed));
    response
        .headers_mut()
        .insert(header::ALLOW, header::HeaderValue::from_static("GET"));
    response
}

async fn readyz(kernel: web::Data<Kernel>) -> HttpResponse {
    if kernel.is_ready().await {
        HttpResponse::Ok()
            .content_type("application/json")
            .body(r#"{"status":"ready"}"#)
    } else {
        problem::respond(&Problem::of(Code::Unavailable))
    }
}

async fn serve_document(document: web::Data<OpenApi>) -> HttpResponse {
    match document.to_pretty_json() {
        Ok(json) => HttpResponse::Ok().content_type("application/json").body(json),
        Err(e) => actix_web::ResponseError::error_response(&super::Stop::internal(e)),
    }
}

async fn fallback(req: HttpRequest, kernel: web::Data<Kernel>, surface: web::Data<Surface>) -> HttpResponse {
    let path = req.path();
    let ours = path == "/api"
        || path.starts_with("/api/")
        || path.starts_with("/.well-known/")
        || path == "/healthz"
        || path == "/readyz";
    if ours || !matches!(req.method().as_str(), "GET" | "HEAD") {
        return surface.refuse(&req);
    }
    spa::serve(req, kernel).await
}

async fn headers(
    req: ServiceRequest,
    next: middleware::Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let docs = req.path().starts_with("/api/docs");
    let api = req.path().starts_with("/api/") && !docs;
    let mut response = next.call(req).await?;
    let map = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("content-security-policy", if docs { DOCS_CSP } else { CSP }),
    ] {
        map.insert(
            header::HeaderName::from_static(name),
            header::HeaderValue::from_static(value),
        );
    }
    if api && !map.contains_key(header::CACHE_CONTROL) {
        map.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// Serves until the process is told to stop, then lets running requests finish.
pub async fn run(
    kernel: Arc<Kernel>,
    authenticator: Arc<dyn Authenticate>,
    routes: Routes,
    root: Routes,
) -> anyhow::Result<()> {
    let document = Arc::new(document(routes));
    let config = kernel.config.server.clone();
    let workers = if config.workers == 0 {
        std::thread::available_parallelism().map_or(2, usize::from)
    } else {
        config.workers
    };
    if !config.private_listen.is_empty() {
        let private = kernel.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::from(private.clone()))
                .service(web::resource("/metrics").route(web::get().to(metrics)))
                .service(web::resource("/readyz").route(web::get().to(readyz)))
        })
        .workers(1)
        .disable_signals()
        .bind(&config.private_listen)?
        .run();
        tokio::spawn(server);
    }
    tracing::info!(address = %config.listen, "serving");
    HttpServer::new(move || app(kernel.clone(), authenticator.clone(), routes, root, document.clone()))
        .workers(workers)
        .max_connections(config.max_connections.div_ceil(workers))
        .client_request_timeout(Duration::from_secs(5))
        .keep_alive(Duration::from_secs(75))
        // Rows are sent as they are read: held back until the last were acknowledged, a small report took 40 ms longer.
        .tcp_nodelay(true)
        .shutdown_timeout(20)
        .bind(&config.listen)?
        .run()
        .await?;
    Ok(())
}

async fn metrics(kernel: web::Data<Kernel>) -> HttpResponse {
    match kernel.metrics.render() {
        Ok(text) => HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text),
        Err(e) => actix_web::ResponseError::error_response(&super::Stop::internal(e)),
    }
}
