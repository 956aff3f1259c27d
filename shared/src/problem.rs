//! Problems: RFC 9457 bodies that the server writes, the browser reads and OpenAPI names.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $code:literal, $status:literal, $title:literal;)+) => {
        /// Every kind of problem the API can answer with. The code is stable; the browser translates it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$meta])* $variant),+ }
        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];
            /// Last segment of the problem's `type`.
            pub const fn as_str(self) -> &'static str { match self { $(Code::$variant => $code),+ } }
            /// HTTP status.
            pub const fn status(self) -> u16 { match self { $(Code::$variant => $status),+ } }
            /// English title; the browser has its own words.
            pub const fn title(self) -> &'static str { match self { $(Code::$variant => $title),+ } }
        }
    };
}

codes! {
    BodyMalformed = "body-malformed", 400, "The request body cannot be read";
    QueryMalformed = "query-malformed", 400, "The query cannot be read";
    PathMalformed = "path-malformed", 400, "The address holds an invalid identifier";
    CursorInvalid = "cursor-invalid", 400, "The cursor does not belong to this list and filter";
    HeaderMalformed = "header-malformed", 400, "A header cannot be read";
    IdempotencyKeyMissing = "idempotency-key-missing", 400, "This operation needs an Idempotency-Key header";
    Unauthenticated = "unauthenticated", 401, "Sign in first";
    SignInFailed = "sign-in-failed", 401, "E-mail or password is wrong";
    TotpRequired = "totp-required", 401, "Enter the code from your authenticator app";
    PermissionMissing = "permission-missing", 403, "You may not do this";
    PasswordChangeRequired = "password-change-required", 403, "Choose a new password first";
    NotFound = "not-found", 404, "Not found";
    MethodNotAllowed = "method-not-allowed", 405, "This address does not offer that method";
    RequestTimeout = "request-timeout", 408, "The request took too long to arrive";
    StateForbids = "state-forbids", 409, "Not possible in the present state";
    AlreadyExists = "already-exists", 409, "It exists already";
    InUse = "in-use", 409, "It is still in use";
    RequestInProgress = "request-in-progress", 409, "The same request is still running";
    LinkExpired = "link-expired", 410, "The link has been used or has expired";
    ChangedMeanwhile = "changed-meanwhile", 412, "Somebody changed it meanwhile";
    BodyTooLarge = "body-too-large", 413, "The request body is too large";
    MediaTypeUnsupported = "media-type-unsupported", 415, "This media type is not accepted";
    NotAcceptable = "not-acceptable", 422, "Some of the input is not acceptable";
    IdempotencyKeyReused = "idempotency-key-reused", 422, "The Idempotency-Key was used for another request";
    FileUnreadable = "file-unreadable", 422, "The file cannot be read";
    FileRefused = "file-refused", 422, "The file is not accepted";
    IfMatchMissing = "if-match-missing", 428, "The If-Match header is missing";
    TooManyRequests = "too-many-requests", 429, "Too many requests";
    Internal = "internal", 500, "Something went wrong on our side";
    Unavailable = "unavailable", 503, "Temporarily unavailable";
    FilesUnavailable = "files-unavailable", 503, "Files cannot be kept or fetched right now";
    StorageFull = "storage-full", 507, "No space left";
}

/// Prefix of every problem `type`.
pub const TYPE_PREFIX: &str = "https://kept.example/problems/";

/// An RFC 9457 problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `https://kept.example/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What exactly, where the title does not say it. Never holds internals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request id, to be quoted to the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// One fault of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// JSON pointer into the body (`/amount`), or `?name` for a query parameter.
    pub pointer: String,
    /// Stable code, for example `required`, `too_long`, `more_than_owed`.
    pub code: String,
    /// Values the message may name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl FieldProblem {
    pub fn new(pointer: &str, code: &str) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            params: BTreeMap::new(),
        }
    }
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.params.insert(name.into(), value.to_string());
        self
    }
}

impl Problem {
    pub fn of(code: Code) -> Self {
        Self {
            kind: format!("{TYPE_PREFIX}{}", code.as_str()),
            title: code.title().into(),
            status: code.status(),
            detail: None,
            instance: None,
            errors: vec![],
        }
    }
    /// Adds the fault of one field.
    pub fn at(mut self, pointer: &str, code: &str) -> Self {
        self.errors.push(FieldProblem::new(pointer, code));
        self
    }
    pub fn with_errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.errors.extend(errors);
        self
    }
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = Some(text.into());
        self
    }
    /// The stable code, the last segment of `type`.
    pub fn code(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }
    pub fn is(&self, code: Code) -> bool {
        self.code() == code.as_str()
    }
    /// The fault at a pointer, if there is one.
    pub fn flaw(&self, pointer: &str) -> Option<&FieldProblem> {
        self.errors.iter().find(|e| e.pointer == pointer)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.title, self.code())
    }
}
impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn codes_are_unique() {
        let mut seen: Vec<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), Code::ALL.len());
    }
}
