//! Replies of writing handlers: what the caller is told, kept so that a repeated request gets the same bytes.

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::StatusCode};

/// A finished answer: status, headers and body.
#[derive(Clone, Debug)]
pub struct Stored {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Stored {
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK)
    }
    pub fn respond(&self) -> HttpResponse {
        let mut reply = HttpResponse::build(self.status());
        for (name, value) in &self.headers {
            reply.insert_header((name.as_str(), value.as_str()));
        }
        if self.body.is_empty() {
            reply.finish()
        } else {
            reply.content_type("application/json").body(self.body.clone())
        }
    }
}

/// Something a write can be answered with.
pub trait Reply: Responder {
    fn stored(&self) -> Result<Stored, serde_json::Error>;
}

/// What a reply needs for its headers: where the thing lives and its version.
pub trait Resource {
    /// Path below the server's root, for example `/api/v1/units/<id>`.
    fn path(&self) -> String;
    fn version(&self) -> i64;
}

fn etag(version: i64) -> (String, String) {
    ("etag".into(), format!("\"{version}\""))
}

macro_rules! responder {
    ($name:ident<$t:ident>) => {
        impl<$t: serde::Serialize + Resource> Responder for $name<$t> {
            type Body = BoxBody;
            fn respond_to(self, _: &HttpRequest) -> HttpResponse {
                match self.stored() {
                    Ok(stored) => stored.respond(),
                    Err(e) => actix_web::ResponseError::error_response(&super::Stop::internal(e)),
                }
            }
        }
    };
}

/// 201 with `Location` and `ETag`.
#[derive(Debug)]
pub struct Created<T>(pub T);
impl<T: serde::Serialize + Resource> Created<T> {
    pub fn new(value: T) -> Self {
        Self(value)
    }
}
impl<T: serde::Serialize + Resource> Reply for Created<T> {
    fn stored(&self) -> Result<Stored, serde_json::Error> {
        let headers = vec![("location".into(), self.0.path()), etag(self.0.version())];
        Ok(Stored {
            status: 201,
            headers,
            body: serde_json::to_string(&self.0)?,
        })
    }
}
responder!(Created<T>);

/// 200 with `ETag`, after a change.
#[derive(Debug)]
pub struct Revised<T>(pub T);
impl<T: serde::Serialize + Resource> Revised<T> {
    pub fn new(value: T) -> Self {
        Self(value)
    }
}
impl<T: serde::Serialize + Resource> Reply for Revised<T> {
    fn stored(&self) -> Result<Stored, serde_json::Error> {
        Ok(Stored {
            status: 200,
            headers: vec![etag(self.0.version())],
            body: serde_json::to_string(&self.0)?,
        })
    }
}
responder!(Revised<T>);

/// 200 with `ETag`, of a read.
#[derive(Debug)]
pub struct Show<T>(pub T);
impl<T: serde::Serialize + Resource> Reply for Show<T> {
    fn stored(&self) -> Result<Stored, serde_json::Error> {
        Ok(Stored {
            status: 200,
            headers: vec![etag(self.0.version())],
            body: serde_json::to_string(&self.0)?,
        })
    }
}
responder!(Show<T>);

/// 200 (or another status) with a body that has no version.
#[derive(Debug)]
pub struct Done<T>(pub u16, pub T);
impl<T: serde::Serialize> Done<T> {
    pub fn ok(value: T) -> Self {
        Self(200, value)
    }
    /// 201 of something without a version.
    pub fn created(value: T) -> Self {
        Self(201, value)
    }
    /// 202: accepted, a job does the rest.
    pub fn accepted(value: T) -> Self {
        Self(202, value)
    }
}
impl<T: serde::Serialize> Reply for Done<T> {
    fn stored(&self) -> Result<Stored, serde_json::Error> {
        Ok(Stored {
            status: self.0,
            headers: vec![],
            body: serde_json::to_string(&self.1)?,
        })
    }
}
impl<T: serde::Serialize> Responder for Done<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self.stored() {
            Ok(stored) => stored.respond(),
            Err(e) => actix_web::ResponseError::error_response(&super::Stop::internal(e)),
        }
    }
}

/// 204.
#[derive(Clone, Copy, Debug)]
pub struct NoContent;
impl Reply for NoContent {
    fn stored(&self) -> Result<Stored, serde_json::Error> {
        Ok(Stored {
            status: 204,
            headers: vec![],
            body: String::new(),
        })
    }
}
impl Responder for NoContent {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}
