//! Serves the built web application: precompressed, immutable where the name carries a hash, and its page for every
//! address without an extension.

use super::Kernel;
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use std::path::{Component, Path, PathBuf};

pub(crate) async fn serve(req: HttpRequest, kernel: web::Data<Kernel>) -> HttpResponse {
    let root = PathBuf::from(&kernel.config.server.web_dir);
    if kernel.config.server.web_dir.is_empty() || !matches!(req.method().as_str(), "GET" | "HEAD") {
        return HttpResponse::NotFound().finish();
    }
    let relative = req.path().trim_start_matches('/');
    let wanted = Path::new(relative);
    if wanted.components().any(|c| !matches!(c, Component::Normal(_))) && !relative.is_empty() {
        return HttpResponse::NotFound().finish();
    }
    let (file, is_page) = if wanted.extension().is_some() {
        (root.join(wanted), false)
    } else {
        (root.join("index.html"), true)
    };
    let accepts = req
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    for (encoding, suffix) in [("br", ".br"), ("gzip", ".gz"), ("", "")] {
        if !encoding.is_empty() && !accepts.contains(encoding) {
            continue;
        }
        let mut name = file.clone().into_os_string();
        name.push(suffix);
        let Ok(bytes) = tokio::fs::read(PathBuf::from(name)).await else {
            continue;
        };
        let mut reply = HttpResponse::Ok();
        reply.content_type(media_type(&file));
        reply.insert_header((header::VARY, "accept-encoding"));
        if !encoding.is_empty() {
            reply.insert_header((header::CONTENT_ENCODING, encoding));
        } else {
            reply.insert_header((header::CONTENT_ENCODING, "identity"));
        }
        let caching = if is_page {
            "no-cache"
        } else if hashed(&file) {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=3600"
        };
        reply.insert_header((header::CACHE_CONTROL, caching));
        return reply.body(bytes);
    }
    if is_page {
        HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("The web application has not been built.")
    } else {
        HttpResponse::NotFound().finish()
    }
}

/// `name-0123456789abcdef.ext`, as the build names what it hashes.
fn hashed(file: &Path) -> bool {
    file.file_stem()
        .and_then(|s| s.to_str())
        .and_then(|s| s.rsplit_once('-'))
        .is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|e| e.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
