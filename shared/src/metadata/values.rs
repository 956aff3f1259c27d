//! What may stand in a field: typed, exact and in one spelling, so that equal values are equal texts.

use super::{MetadataField, MetadataKind, is_key};
use crate::flaws::Flaws;
use crate::money::Money;
use crate::text::fold;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Longest text and link, in characters.
pub const MAX_TEXT: usize = 2_000;
/// Longest value under an unmapped key, in bytes of JSON.
pub const MAX_UNMAPPED: usize = 4_000;
/// Most values of one row, unmapped ones too.
pub const MAX_VALUES: usize = 200;

/// Values to be kept. Keys that are left out stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MetadataChange {
    /// By key; `null` empties. Numbers are texts (`"12.5"`), amounts have their currency. A key no field has is kept as it
    /// came, as unmapped.
    #[cfg_attr(feature = "openapi", schema(value_type = Object, example = json!({"parking_bay": "B12", "deposit": {"amount": "1500.00", "currency": "ZAR"}})))]
    pub values: BTreeMap<String, Option<Value>>,
}

/// The one spelling of a value for a field of this type. Errors: a stable code for what is wrong with it.
pub fn accepted(kind: MetadataKind, choices: &[String], value: &Value) -> Result<Value, &'static str> {
    let text = |code: &'static str| value.as_str().map(str::trim).filter(|t| !t.is_empty()).ok_or(code);
    match kind {
        MetadataKind::Text => {
            let mut flaws = Flaws::default();
            let text = text("not_a_text")?;
            flaws.optional_text("", text, MAX_TEXT);
            match flaws.0.first().map(|f| f.code.as_str()) {
                None => Ok(text.into()),
                Some("too_long") => Err("too_long"),
                Some(_) => Err("control_character"),
            }
        }
        MetadataKind::Number => number(value).map(Value::from),
        MetadataKind::Money => serde_json::from_value::<Money>(value.clone())
            .ok()
            .and_then(|money| serde_json::to_value(money).ok())
            .ok_or("not_an_amount"),
        MetadataKind::Date => {
            let date: NaiveDate = text("not_a_date")?.parse().map_err(|_| "not_a_date")?;
            if (1800..=2200).contains(&date.year()) {
                Ok(date.to_string().into())
            } else {
                Err("not_a_date")
            }
        }
        MetadataKind::Boolean => value.as_bool().map(Value::from).ok_or("not_a_boolean"),
        MetadataKind::List => {
            let text = text("not_a_choice")?;
            if choices.iter().any(|c| c == text) {
                Ok(text.into())
            } else {
                Err("not_a_choice")
            }
        }
        MetadataKind::Link => link(text("not_a_link")?).map(Value::from),
    }
}

/// An exact decimal without superfluous zeros. Of JSON numbers only whole ones: others were rounded before they came here.
fn number(value: &Value) -> Result<String, &'static str> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(n) if n.is_i64() || n.is_u64() => n.to_string(),
        _ => return Err("not_a_number"),
    };
    // The decimal's own reader takes underscores and lone points.
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !part.is_none_or(plain) {
        return Err("not_a_number");
    }
    let exact = Decimal::from_str_exact(&text).map_err(|_| "too_large")?;
    Ok(exact.normalize().to_string())
}

/// An address a browser may be sent to: http or https, with a host, in one piece.
fn link(text: &str) -> Result<String, &'static str> {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let host = rest
        .and_then(|rest| rest.split(['/', '?', '#']).next())
        .unwrap_or_default();
    let sound = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"' | '\\');
    if text.chars().count() > MAX_TEXT {
        return Err("too_long");
    }
    if host.is_empty() || host.contains('@') || !text.chars().all(sound) {
        return Err("not_a_link");
    }
    Ok(text.to_owned())
}

/// Whether a value under an unmapped key can be kept as it came. Errors: a stable code.
pub fn keepable(value: &Value) -> Result<(), &'static str> {
    if !is_exact(value) {
        return Err("not_exact");
    }
    match serde_json::to_string(value) {
        Ok(text) if text.len() <= MAX_UNMAPPED => Ok(()),
        Ok(_) | Err(_) => Err("too_long"),
    }
}

/// Without numbers that a reader of JSON would round.
fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(n) => n.is_i64() || n.is_u64(),
        Value::Array(all) => all.iter().all(is_exact),
        Value::Object(all) => all.values().all(is_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// The strictest type all these values are of; `None`: none, or there are no values.
pub fn fitting<'v>(values: impl IntoIterator<Item = &'v Value> + Clone) -> Option<MetadataKind> {
    let strictest = [
        MetadataKind::Boolean,
        MetadataKind::Money,
        MetadataKind::Date,
        MetadataKind::Number,
        MetadataKind::Link,
        MetadataKind::Text,
    ];
    values.clone().into_iter().next()?;
    strictest
        .into_iter()
        .find(|kind| values.clone().into_iter().all(|v| accepted(*kind, &[], v).is_ok()))
}

/// How a value is looked for: folded text.
pub fn folded(value: &Value) -> String {
    match value {
        Value::String(text) => fold(text),
        Value::Number(n) => n.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

impl MetadataChange {
    /// What really changes of what is `stored`, each value in its one spelling, under the `fields` of the entity, archived ones
    /// too. A value that stands there already is not judged again: its field may have changed since. Errors: all flaws, at
    /// `/values/<key>`.
    pub fn judged(
        &self,
        fields: &[MetadataField],
        stored: &BTreeMap<String, Value>,
        reads_sensitive: bool,
    ) -> Result<BTreeMap<String, Option<Value>>, Flaws> {
        let (mut changed, mut flaws) = (BTreeMap::new(), Flaws::default());
        for (key, value) in &self.values {
            let pointer = format!("/values/{}", key.replace('~', "~0").replace('/', "~1"));
            if stored.get(key) == value.as_ref() {
                let hidden = fields
                    .iter()
                    .any(|f| f.key == *key && f.is_sensitive && !reads_sensitive);
                flaws.when(hidden, &pointer, "masked");
                continue;
            }
            let judged = match (fields.iter().find(|f| f.key == *key), value) {
                (Some(field), _) if field.is_sensitive && !reads_sensitive => Err("masked"),
                (Some(field), _) if !field.is_active => Err("archived"),
                (Some(field), None) if field.is_required => Err("required"),
                (_, None) => Ok(None),
                (Some(field), Some(value)) => accepted(field.kind, &field.choices, value).map(Some),
                (None, Some(_)) if !is_key(key) => Err("not_a_key"),
                (None, Some(value)) => keepable(value).map(|()| Some(value.clone())),
            };
            match judged {
                Ok(value) if stored.get(key) == value.as_ref() => {}
                Ok(value) => drop(changed.insert(key.clone(), value)),
                Err(code) => {
                    flaws.add(&pointer, code);
                }
            }
        }
        let added = changed
            .iter()
            .filter(|(key, v)| v.is_some() && !stored.contains_key(*key))
            .count();
        flaws.when(stored.len() + added > MAX_VALUES, "/values", "too_many");
        if flaws.is_empty() { Ok(changed) } else { Err(flaws) }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
