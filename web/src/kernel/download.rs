//! Downloads that need the token: fetched, then handed to the browser as a file.

use super::api::Api;
use kept_shared::problem::{Code, Problem};
use leptos::prelude::*;
use reqwest::Method;
use wasm_bindgen::JsCast;

impl Api {
    /// Downloads an API path under the name the server gives it. Returns the name.
    pub async fn download(self, path: &str) -> Result<String, Problem> {
        let (name, kind, bytes) = self.fetch(path).await?;
        save(&name, &kind, &bytes).ok_or_else(|| Problem::of(Code::Internal))?;
        Ok(name)
    }
    /// Name, media type and bytes.
    async fn fetch(self, path: &str) -> Result<(String, String, Vec<u8>), Problem> {
        let response = self.send(Method::GET, path, |r| r).await?;
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let name = file_name(&header("content-disposition")).unwrap_or_else(|| "download".into());
        let kind = header("content-type");
        let bytes = response.bytes().await.map_err(|_| super::api::offline())?;
        Ok((name, kind, bytes.to_vec()))
    }
}

/// Bytes under an address of this page.
fn blob_url(kind: &str, bytes: &[u8]) -> Option<String> {
    let array = js_sys::Uint8Array::from(bytes);
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(&array), &options).ok()?;
    web_sys::Url::create_object_url_with_blob(&blob).ok()
}

/// The browser needs the address until it has begun to read.
fn forget_later(url: String) {
    set_timeout(
        move || {
            let _gone = web_sys::Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(60),
    );
}

impl Api {
    /// Shows an API path in a new tab, for documents the browser can read. Returns a name when the browser opened none and
    /// the document was downloaded under it instead.
    pub async fn show(self, path: &str) -> Result<Option<String>, Problem> {
        let (name, kind, bytes) = self.fetch(path).await?;
        let broken = || Problem::of(Code::Internal);
        let url = blob_url(&kind, &bytes).ok_or_else(broken)?;
        let tab = window().open_with_url_and_target(&url, "_blank");
        forget_later(url);
        if matches!(tab, Ok(Some(_))) {
            return Ok(None);
        }
        save(&name, &kind, &bytes).ok_or_else(broken)?;
        Ok(Some(name))
    }
    /// An address of this page for a picture of the API.
    pub async fn object_url(self, path: &str) -> Result<String, Problem> {
        let (_, kind, bytes) = self.fetch(path).await?;
        blob_url(&kind, &bytes).ok_or_else(|| Problem::of(Code::Internal))
    }
}

fn file_name(disposition: &str) -> Option<String> {
    if let Some((_, encoded)) = disposition.split_once("filename*=UTF-8''") {
        let encoded = encoded.split(';').next().unwrap_or_default();
        return js_sys::decode_uri_component(encoded).ok().map(String::from);
    }
    disposition
        .split_once("filename=\"")?
        .1
        .split('"')
        .next()
        .map(str::to_owned)
}

/// Hands bytes to the browser as a file.
pub fn save(name: &str, kind: &str, bytes: &[u8]) -> Option<()> {
    let url = blob_url(kind, bytes)?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    forget_later(url);
    Some(())
}
