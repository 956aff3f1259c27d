//! Uploads with progress and cancel. `fetch` reports no upload progress, so this one place uses XMLHttpRequest.

use super::api::{Api, offline};
use super::session::Refreshed;
use kept_shared::problem::{Code, Problem};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};

/// A running upload; `progress` counts to 100.
#[derive(Clone, Copy)]
pub struct Upload {
    pub progress: RwSignal<u8>,
    request: StoredValue<Option<web_sys::XmlHttpRequest>, LocalStorage>,
    cancelled: StoredValue<bool>,
}

impl Default for Upload {
    fn default() -> Self {
        Self {
            progress: RwSignal::new(0),
            request: StoredValue::new_local(None),
            cancelled: StoredValue::new(false),
        }
    }
}

impl Upload {
    /// Breaks it off, also before its first byte went out.
    pub fn cancel(self) {
        let _gone = self.cancelled.try_set_value(true);
        let _gone = self.request.try_with_value(|r| {
            if let Some(request) = r {
                let _done = request.abort();
            }
        });
    }
    fn is_cancelled(self) -> bool {
        self.cancelled.try_get_value().unwrap_or(false)
    }
}

/// Status and text of an answer; 0 when there was none.
struct Answer {
    status: u16,
    text: String,
}

impl Api {
    /// Sends text fields and one file as multipart. A token that ran out is renewed once and the file sent again. Errors:
    /// as the server says, `offline` when cancelled or cut off.
    pub async fn upload<T: DeserializeOwned>(
        self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &web_sys::File),
        upload: Upload,
        key: &str,
    ) -> Result<T, Problem> {
        self.tokens().refresh_if_due().await;
        let mut answer = self.send_form(path, fields, file, upload, key).await?;
        if answer.status == 401 && !upload.is_cancelled() {
            match self.tokens().refresh().await {
                Refreshed::Yes => answer = self.send_form(path, fields, file, upload, key).await?,
                Refreshed::Ended => self.tokens().ended(),
                Refreshed::Unknown => return Err(offline()),
            }
        }
        let Answer { status, text } = answer;
        match status {
            0 => Err(offline()),
            200..300 => serde_json::from_str(if text.is_empty() { "null" } else { &text })
                .map_err(|_| Problem::of(Code::Internal)),
            _ => Err(serde_json::from_str(&text).unwrap_or_else(|_| Problem {
                status,
                ..Problem::of(Code::Internal)
            })),
        }
    }

    async fn send_form(
        self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &web_sys::File),
        upload: Upload,
        key: &str,
    ) -> Result<Answer, Problem> {
        if upload.is_cancelled() {
            return Err(offline());
        }
        let broken = |_| Problem::of(Code::Internal);
        let form = web_sys::FormData::new().map_err(broken)?;
        for (name, value) in fields {
            form.append_with_str(name, value).map_err(broken)?;
        }
        form.append_with_blob_and_filename(file.0, file.1, &file.1.name())
            .map_err(broken)?;
        let request = web_sys::XmlHttpRequest::new().map_err(broken)?;
        request.open("POST", &Self::url(path)).map_err(broken)?;
        if let Some(token) = self.tokens().access() {
            request
                .set_request_header("authorization", &format!("Bearer {token}"))
                .map_err(broken)?;
        }
        request.set_request_header("idempotency-key", key).map_err(broken)?;
        // The page may be gone by now; its upload goes on, and nobody watches it.
        let _gone = upload.request.try_set_value(Some(request.clone()));
        let progress = Closure::<dyn FnMut(web_sys::ProgressEvent)>::new(move |e: web_sys::ProgressEvent| {
            if e.length_computable() && e.total() > 0.0 {
                let _gone = upload.progress.try_set((e.loaded() / e.total() * 100.0) as u8);
            }
        });
        if let Ok(channel) = request.upload() {
            channel.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        }
        let resolver: Rc<RefCell<Option<js_sys::Function>>> = Rc::default();
        let keep = resolver.clone();
        let done = js_sys::Promise::new(&mut move |resolve, _| *keep.borrow_mut() = Some(resolve));
        let ended = Closure::<dyn FnMut()>::new(move || {
            if let Some(resolve) = resolver.borrow_mut().take() {
                let _nobody_waits = resolve.call0(&wasm_bindgen::JsValue::NULL);
            }
        });
        request.set_onloadend(Some(ended.as_ref().unchecked_ref()));
        request.send_with_opt_form_data(Some(&form)).map_err(broken)?;
        let _settled = wasm_bindgen_futures::JsFuture::from(done).await;
        let _gone = upload.request.try_set_value(None);
        Ok(Answer {
            status: request.status().unwrap_or_default(),
            text: request.response_text().ok().flatten().unwrap_or_default(),
        })
    }
}
