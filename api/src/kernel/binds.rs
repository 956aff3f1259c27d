//! Parameters of hand-written statements, numbered as they are bound.

use sea_orm::Value;

/// Most parameters one list may take; longer ones go in chunks.
pub const LIST: usize = 1_000;

/// Collects values and hands out their `$n`.
#[derive(Default)]
pub struct Binds(Vec<Value>);

impl Binds {
    pub fn new() -> Self {
        Self::default()
    }
    /// Binds one value; returns its placeholder.
    pub fn one(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }
    /// Binds a list; returns `$3, $4, …`, or `NULL` for none, which `IN` never matches.
    pub fn list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> String {
        let all: Vec<String> = values.into_iter().map(|v| self.one(v)).collect();
        if all.is_empty() { "NULL".into() } else { all.join(", ") }
    }
    pub fn values(self) -> Vec<Value> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn placeholders_count_up_and_an_empty_list_matches_nothing() {
        let mut binds = Binds::new();
        assert_eq!(binds.one(1_i64), "$1");
        assert_eq!(binds.list([2_i64, 3]), "$2, $3");
        assert_eq!(binds.list(Vec::<i64>::new()), "NULL");
        assert_eq!(binds.values().len(), 3);
    }
}
