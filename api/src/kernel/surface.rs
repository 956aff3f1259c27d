//! What the API offers, read from its own document: unknown addresses are 404 and wrong methods 405 with `Allow`,
//! both as problems, never the application's page.

use super::problem;
use actix_web::{HttpRequest, HttpResponse, http::header};
use kept_shared::problem::{Code, Problem};
use utoipa::openapi::OpenApi;

#[derive(Clone, Debug)]
pub struct Surface {
    routes: Vec<(Vec<Option<String>>, String)>,
}

impl Surface {
    pub fn of(document: &OpenApi) -> Self {
        let routes = document.paths.paths.iter().map(|(path, item)| {
            let segments = path
                .trim_matches('/')
                .split('/')
                .map(|s| (!s.starts_with('{')).then(|| s.to_owned()))
                .collect();
            let offered: Vec<&str> = [
                ("GET", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ]
            .into_iter()
            .filter_map(|(method, there)| there.then_some(method))
            .collect();
            (segments, offered.join(", "))
        });
        Self {
            routes: routes.collect(),
        }
    }

    fn allowed(&self, path: &str) -> Option<String> {
        let asked: Vec<&str> = path.trim_matches('/').split('/').collect();
        let mut methods: Vec<&str> = vec![];
        for (segments, offered) in &self.routes {
            let same = segments.len() == asked.len()
                && segments
                    .iter()
                    .zip(&asked)
                    .all(|(pattern, got)| pattern.as_deref().is_none_or(|p| p == *got));
            if same {
                methods.extend(offered.split(", "));
            }
        }
        methods.sort_unstable();
        methods.dedup();
        (!methods.is_empty()).then(|| methods.join(", "))
    }

    /// The answer for a request that no operation took.
    pub fn refuse(&self, req: &HttpRequest) -> HttpResponse {
        let with_id = |code: Code| Problem {
            instance: super::telemetry::current_request_id(),
            ..Problem::of(code)
        };
        match self.allowed(req.path()) {
            Some(allowed) => {
                let mut response = problem::respond(&with_id(Code::MethodNotAllowed));
                if let Ok(value) = header::HeaderValue::from_str(&allowed) {
                    response.headers_mut().insert(header::ALLOW, value);
                }
                response
            }
            None => problem::respond(&with_id(Code::NotFound)),
        }
    }
}
