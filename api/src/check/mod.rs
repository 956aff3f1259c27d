//! `kept check`: proves that the books are whole. Balances, buckets, open items and allocations agree; nothing hangs in
//! the air; nothing was done by half. What an operator runs after a crash, a restore or an upgrade; it changes nothing.

mod statements;

use crate::kernel::{Kernel, Limit, Stop};
use sea_orm::{DbBackend, FromQueryResult};
use std::{fmt::Write, sync::Arc};

/// The answer, as printed with `--json`.
#[derive(Debug, serde::Serialize)]
pub struct Findings {
    /// Every rule holds.
    pub ok: bool,
    pub rules: Vec<Finding>,
    /// Rows per table, for comparing a copy with its original.
    pub counts: Vec<Count>,
    /// Sum of all entries per currency, in minor units.
    pub entries_minor: Vec<Sum>,
}

/// One rule and what breaks it.
#[derive(Debug, serde::Serialize)]
pub struct Finding {
    pub name: &'static str,
    pub says: &'static str,
    pub faults: usize,
    /// The first few, by id.
    pub examples: Vec<String>,
}

#[derive(Debug, serde::Serialize)]
pub struct Count {
    pub table: &'static str,
    pub rows: i64,
}

#[derive(Debug, serde::Serialize, FromQueryResult)]
pub struct Sum {
    pub currency: String,
    pub minor: i64,
}

#[derive(FromQueryResult)]
struct What {
    what: String,
}

#[derive(FromQueryResult)]
struct Rows {
    rows: i64,
}

const EXAMPLES: usize = 20;
const TABLES: &[&str] = &[
    "organisation",
    "app_user",
    "community",
    "unit",
    "account",
    "debtor",
    "contact",
    "claim",
    "entry",
    "allocation",
    "open_item",
    "aged",
    "status_change",
    "status_batch",
    "handover",
    "note",
    "note_unit",
    "quick_response",
    "metadata_field",
    "metadata_value",
    "layout",
    "file",
    "import",
    "event",
    "job",
    "mail",
];
const WHY: Limit = Limit::Unscoped("the operator's check of the whole database");

/// Puts in how each engine writes an id as text.
fn in_engine(sql: &str, backend: DbBackend) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once("{text ") {
        let (column, tail) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        let text = if backend == DbBackend::Sqlite {
            format!("lower(hex({column}))")
        } else {
            format!("CAST({column} AS text)")
        };
        out.push_str(&text);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Looks at everything in one snapshot. Errors: the database cannot be read.
pub async fn findings(kernel: &Arc<Kernel>) -> Result<Findings, Stop> {
    let read = kernel.read_everything("check").await?;
    let mut rules = Vec::with_capacity(statements::RULES.len());
    for rule in statements::RULES {
        let faults: Vec<What> = read
            .report(WHY, &in_engine(rule.faults, read.backend()), vec![])
            .await?;
        let examples = faults.iter().take(EXAMPLES).map(|fault| fault.what.clone()).collect();
        rules.push(Finding {
            name: rule.name,
            says: rule.says,
            faults: faults.len(),
            examples,
        });
    }
    let mut counts = Vec::with_capacity(TABLES.len());
    for &table in TABLES {
        let sql = format!("SELECT COUNT(*) AS rows FROM {table}");
        let rows = read
            .report_one::<Rows>(WHY, &sql, vec![])
            .await?
            .map_or(0, |count| count.rows);
        counts.push(Count { table, rows });
    }
    let sums = "SELECT c.currency AS currency, CAST(SUM(e.amount_minor) AS bigint) AS minor
        FROM entry e JOIN community c ON c.id = e.community_id GROUP BY c.currency ORDER BY c.currency";
    let entries_minor = read.report(WHY, sums, vec![]).await?;
    Ok(Findings {
        ok: rules.iter().all(|rule| rule.faults == 0),
        rules,
        counts,
        entries_minor,
    })
}

impl Findings {
    /// For people: one line for each rule.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for rule in &self.rules {
            let verdict = if rule.faults == 0 {
                "holds".to_owned()
            } else {
                format!("BROKEN {} times: {}", rule.faults, rule.examples.join(", "))
            };
            let _infallible = writeln!(out, "{:<20} {} — {verdict}", rule.name, rule.says);
        }
        let rows: Vec<String> = self
            .counts
            .iter()
            .filter(|count| count.rows > 0)
            .map(|count| format!("{} {}", count.rows, count.table))
            .collect();
        let _infallible = writeln!(out, "\nRows: {}", rows.join(", "));
        out.push_str(if self.ok {
            "The books are whole."
        } else {
            "The books are NOT whole."
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_text_on_both_engines() {
        let sql = "SELECT {text a.id} AS what FROM account a WHERE {text b.id} = '1'";
        assert_eq!(
            in_engine(sql, DbBackend::Sqlite),
            "SELECT lower(hex(a.id)) AS what FROM account a WHERE lower(hex(b.id)) = '1'"
        );
        assert_eq!(
            in_engine(sql, DbBackend::Postgres),
            "SELECT CAST(a.id AS text) AS what FROM account a WHERE CAST(b.id AS text) = '1'"
        );
    }

    #[test]
    fn rules_have_names_of_their_own() {
        let mut names: Vec<_> = statements::RULES.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), statements::RULES.len());
    }
}
