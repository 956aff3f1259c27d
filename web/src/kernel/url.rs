//! Query strings.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{query_signal_with_options, use_location},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// `?a=1&b=x&b=y` of a filter struct; `null`, empty texts and empty lists are left out.
pub fn query(filter: &impl Serialize) -> String {
    let mut out = String::new();
    let mut push = |name: &str, value: &Value| {
        let text = match value {
            Value::Null => return,
            Value::String(s) if s.is_empty() => return,
            Value::String(s) => s.clone(),
            other => other.to_string(),
        };
        out.push(if out.is_empty() { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        out.push_str(&encode(&text));
    };
    if let Ok(Value::Object(fields)) = serde_json::to_value(filter) {
        for (name, value) in &fields {
            match value {
                Value::Array(list) => list.iter().for_each(|v| push(name, v)),
                one => push(name, one),
            }
        }
    }
    out
}

/// The query of the page that is shown or being drawn. The browser's own address is still that of the page before while
/// a page is drawn that a link led to.
pub fn search_here() -> String {
    use_location().search.get_untracked()
}

/// A filter that lives in the address, so that it survives a reload and can be sent to a colleague.
pub fn in_url(name: &'static str) -> RwSignal<String> {
    let options = NavigateOptions {
        replace: true,
        scroll: false,
        ..Default::default()
    };
    let (read, write) = query_signal_with_options::<String>(name, options);
    let value = RwSignal::new(read.get_untracked().unwrap_or_default());
    Effect::new(move |before: Option<()>| {
        let now = value.get();
        if before.is_some() {
            write.set(Some(now).filter(|v| !v.is_empty()));
        }
    });
    value
}

/// A tick that lives in the address.
pub fn tick_in_url(name: &'static str) -> RwSignal<bool> {
    let text = in_url(name);
    let tick = RwSignal::new(text.with_untracked(|t| t == "true"));
    Effect::new(move |before: Option<()>| {
        let now = tick.get();
        if before.is_some() {
            text.set(if now { "true".to_owned() } else { String::new() });
        }
    });
    tick
}

/// Percent-encodes one value.
pub fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// `?a=1&b=x&b=y` as a filter struct. `lists` are the fields that hold several, `ticks` those that are true or false; what
/// `skip` names belongs to somebody else. `None` when it says nothing or cannot be read.
pub fn parse<T: DeserializeOwned>(search: &str, lists: &[&str], ticks: &[&str], skip: &[&str]) -> Option<T> {
    let mut fields = Map::new();
    for pair in search.trim_start_matches('?').split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if skip.contains(&name) {
            continue;
        }
        let value: String = js_sys::decode_uri_component(&value.replace('+', " ")).ok()?.into();
        if lists.contains(&name) {
            let list = fields.entry(name).or_insert_with(|| Value::Array(vec![]));
            if let Value::Array(list) = list {
                list.push(Value::String(value));
            }
        } else {
            let value = match value.as_str() {
                "true" if ticks.contains(&name) => Value::Bool(true),
                "false" if ticks.contains(&name) => Value::Bool(false),
                _ => Value::String(value),
            };
            fields.insert(name.to_owned(), value);
        }
    }
    if fields.is_empty() {
        return None;
    }
    serde_json::from_value(Value::Object(fields)).ok()
}
