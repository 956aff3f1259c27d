//! The result: each target, what was measured, what stood beside it, their ratio, and whether it is met.

use std::fmt::Write;

#[derive(Clone, Copy)]
pub enum Limit {
    AtLeast(f64),
    AtMost(f64),
    /// Told, not judged.
    None,
}

struct Line {
    target: &'static str,
    engine: &'static str,
    what: String,
    measured: String,
    beside: String,
    ratio: Option<f64>,
    limit: Limit,
}

#[derive(Default)]
pub struct Table {
    lines: Vec<Line>,
    notes: Vec<String>,
}

impl Table {
    #[expect(clippy::too_many_arguments, reason = "the columns of a table")]
    pub fn add(
        &mut self,
        target: &'static str,
        engine: &'static str,
        what: &str,
        measured: String,
        beside: String,
        ratio: f64,
        limit: Limit,
    ) {
        let line = Line {
            target,
            engine,
            what: what.into(),
            measured,
            beside,
            ratio: Some(ratio),
            limit,
        };
        println!("{}", line.markdown());
        self.lines.push(line);
    }
    /// What could not be measured, and why.
    pub fn skipped(&mut self, target: &'static str, engine: &'static str, what: &str, why: &str) {
        let (measured, beside) = (format!("skipped: {why}"), String::new());
        let line = Line {
            target,
            engine,
            what: what.into(),
            measured,
            beside,
            ratio: None,
            limit: Limit::None,
        };
        println!("{}", line.markdown());
        self.lines.push(line);
    }
    pub fn note(&mut self, text: String) {
        println!("{text}");
        self.notes.push(text);
    }
    pub fn markdown(&self) -> String {
        let mut out = String::from(
            "| target | database | what | measured | beside it | ratio | limit | |\n|---|---|---|---:|---:|---:|---:|---|\n",
        );
        let mut lines: Vec<&Line> = self.lines.iter().collect();
        lines.sort_by_key(|l| (l.target.parse().unwrap_or(99_u8), l.engine));
        for line in lines {
            let _always = writeln!(out, "{}", line.markdown());
        }
        for note in &self.notes {
            let _always = writeln!(out, "\n{note}");
        }
        out
    }
}

impl Line {
    fn markdown(&self) -> String {
        let ratio = self.ratio.map_or_else(
            || "-".into(),
            |r| {
                if r >= 10.0 {
                    format!("{r:.0}")
                } else {
                    format!("{r:.2}")
                }
            },
        );
        let (limit, verdict) = match (self.limit, self.ratio) {
            (Limit::AtLeast(n), Some(r)) => (format!("≥ {n}"), if r >= n { "met" } else { "**not met**" }),
            (Limit::AtMost(n), Some(r)) => (format!("≤ {n}"), if r <= n { "met" } else { "**not met**" }),
            (Limit::AtLeast(_) | Limit::AtMost(_), None) | (Limit::None, _) => (String::new(), ""),
        };
        let Self {
            target,
            engine,
            what,
            measured,
            beside,
            ..
        } = self;
        format!("| {target} | {engine} | {what} | {measured} | {beside} | {ratio} | {limit} | {verdict} |")
    }
}
