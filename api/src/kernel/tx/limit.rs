//! How hand-written SQL stays inside the caller's scope.

use super::super::{Stop, scope::Scope};
use sea_orm::DbBackend;

/// How a hand-written statement is kept inside the caller's scope.
#[derive(Clone, Copy)]
pub enum Limit {
    /// Every `{reach columns}` in the text is replaced by the scope's condition over those columns; at least one
    /// must be there. The function belongs to the feature that owns the permission sentence.
    Reach(fn(&Scope, DbBackend, &str) -> String),
    /// The statement needs no row rule, for the reason given: derived rows of accounts already loaded, catalogue
    /// counts, housekeeping. A test counts these.
    Unscoped(&'static str),
}

impl Limit {
    pub(super) fn apply(self, sql: &str, scope: &Scope, backend: DbBackend) -> Result<String, Stop> {
        match self {
            Self::Unscoped(_) => Ok(sql.to_owned()),
            Self::Reach(sentence) => {
                let mut out = String::with_capacity(sql.len() + 200);
                let mut rest = sql;
                let mut found = false;
                while let Some(at) = rest.find("{reach ") {
                    let end = rest[at..]
                        .find('}')
                        .ok_or_else(|| Stop::internal("unclosed {reach …}"))?
                        + at;
                    out.push_str(&rest[..at]);
                    out.push_str(&sentence(scope, backend, rest[at + 7..end].trim()));
                    rest = &rest[end + 1..];
                    found = true;
                }
                out.push_str(rest);
                if found {
                    Ok(out)
                } else {
                    Err(Stop::internal("a scoped statement without {reach …}"))
                }
            }
        }
    }
}
