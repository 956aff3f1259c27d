//! Query strings.

use serde::Serialize;
use serde_json::Value;

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

/// Percent-encodes one value.
pub fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
