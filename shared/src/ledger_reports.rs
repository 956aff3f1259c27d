//! The detailed customer ledger: whose, from when to when, on screen and as a workbook (spec G04 to G06).

use crate::flaws::Flaws;
use crate::ids::*;
use crate::ledger::EntryType;
use crate::money::{Currency, Money};
use crate::statements::Period;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Customers that can be chosen one by one.
pub const MAX_CHOSEN: usize = 500;
/// Customers and lines of one report; the lines are what a sheet holds.
pub const MAX_CUSTOMERS: u32 = 20_000;
pub const MAX_LINES: u32 = 1_000_000;
/// What is made at once when asked for. Anything larger is made in the background.
pub const AT_ONCE_CUSTOMERS: u32 = 200;
pub const AT_ONCE_LINES: u32 = 20_000;
/// Sheets of a workbook with one for each customer.
pub const MAX_SHEETS: u32 = 200;
/// Lines of one customer on a page of the screen; the statement has them all.
pub const LINES_ON_SCREEN: usize = 500;
/// Reports that one person has at a time, called off or not, until their days are over.
pub const MAX_LIVE: u32 = 50;
/// Days a report and its workbook are kept.
pub const KEPT_DAYS: i64 = 7;

crate::text_enum! {
    /// How the workbook is laid out.
    pub enum ReportLayout {
        /// One sheet, a group of rows for each customer.
        Grouped = "grouped",
        /// One sheet for each customer.
        Sheets = "sheets",
    }
}

crate::text_enum! {
    /// Where the workbook of a report stands.
    pub enum ReportState {
        /// Small enough to be made when it is downloaded.
        Ready = "ready",
        /// Waits for the worker.
        Waiting = "waiting",
        Running = "running",
        /// Made; the file is kept until `expires_at`.
        Done = "done",
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

impl ReportState {
    /// Whether a worker has it, or will have.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
    pub const fn is_downloadable(self) -> bool {
        matches!(self, Self::Ready | Self::Done)
    }
}

/// Whose ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReportSelection {
    /// These, at most 500.
    Accounts { account_ids: Vec<AccountId> },
    /// All that the caller reaches, of these communities and debt statuses when any are named.
    All {
        #[serde(default)]
        community_ids: Vec<CommunityId>,
        #[serde(default)]
        status_ids: Vec<StatusId>,
    },
}

/// Runs a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLedgerReport {
    pub selection: ReportSelection,
    /// First day; default twelve months before `to`. Not together with `period`.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Last day; default today.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    #[serde(default)]
    pub period: Option<Period>,
    #[serde(default = "grouped")]
    pub layout: ReportLayout,
}

fn grouped() -> ReportLayout {
    ReportLayout::Grouped
}

impl NewLedgerReport {
    /// What is wrong with the input itself.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        match &self.selection {
            ReportSelection::Accounts { account_ids } => {
                flaws.when(account_ids.is_empty(), "/selection/account_ids", "required");
                flaws.when(account_ids.len() > MAX_CHOSEN, "/selection/account_ids", "too_many");
            }
            ReportSelection::All {
                community_ids,
                status_ids,
            } => {
                flaws.when(community_ids.len() > MAX_CHOSEN, "/selection/community_ids", "too_many");
                flaws.when(status_ids.len() > MAX_CHOSEN, "/selection/status_ids", "too_many");
            }
        }
        flaws.when(
            self.period.is_some() && self.from.is_some(),
            "/from",
            "not_with_a_period",
        );
        flaws
    }
}

/// Sums of a report in one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportTotals {
    pub currency: Currency,
    pub customers: u32,
    pub opening: Money,
    pub debits: Money,
    /// Negative.
    pub credits: Money,
    pub closing: Money,
}

/// A report of the caller's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerReport {
    pub id: LedgerReportId,
    pub version: i64,
    pub selection: ReportSelection,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub layout: ReportLayout,
    pub state: ReportState,
    pub customers: u32,
    pub lines: u32,
    /// Customers written so far.
    pub done: u32,
    /// As at the moment it was ordered.
    pub totals: Vec<ReportTotals>,
    pub size_bytes: Option<u64>,
    pub failure: Option<String>,
    pub ordered_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// When the report and its file are forgotten.
    pub expires_at: DateTime<Utc>,
}

/// Money of one line set against another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Against {
    pub entry_id: EntryId,
    /// Document number, or the description where there is none.
    pub document: String,
    pub date: NaiveDate,
    /// Positive.
    pub amount: Money,
}

/// One movement of the detailed ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerLine {
    pub id: EntryId,
    pub date: NaiveDate,
    #[serde(rename = "type")]
    pub kind: EntryType,
    /// Its own reference, else that of its claim.
    pub document: Option<String>,
    pub description: String,
    pub debit: Option<Money>,
    /// Positive.
    pub credit: Option<Money>,
    pub balance: Money,
    /// What it was set against by the end of the report's last day.
    pub against: Vec<Against>,
    /// What of it nobody has set against anything: absent when nothing is left.
    pub unallocated: Option<Money>,
}

/// A customer of the detailed ledger with his movements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerCustomer {
    pub account_id: AccountId,
    pub reference: String,
    pub name: String,
    pub unit_label: Option<String>,
    pub community: String,
    pub opening: Money,
    pub debits: Money,
    /// Negative.
    pub credits: Money,
    pub closing: Money,
    /// The first of them; `line_count` says how many there are.
    pub lines: Vec<LedgerLine>,
    pub line_count: u32,
}

/// A name for a sheet that every program accepts and no other sheet has, whatever the case: at most 31 characters
/// (UTF-16), none of `[]:*?/\`, no apostrophe at an end.
pub fn sheet_name(wish: &str, taken: &mut std::collections::HashSet<String>) -> String {
    let clean: String = wish
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') {
                '-'
            } else {
                c
            }
        })
        .collect();
    let clean = clean.trim().trim_matches('\'').trim();
    // A name of its own in every program; `History` is Excel's.
    let clean = if clean.is_empty() || clean.eq_ignore_ascii_case("history") {
        format!("Customer {clean}").trim().to_owned()
    } else {
        clean.to_owned()
    };
    for n in 1_u32.. {
        let suffix = if n == 1 { String::new() } else { format!(" ({n})") };
        let mut name = String::new();
        let mut units = suffix.encode_utf16().count();
        for c in clean.chars() {
            units += c.len_utf16();
            if units > 31 {
                break;
            }
            name.push(c);
        }
        let name = format!("{}{suffix}", name.trim_end().trim_end_matches('\''));
        if taken.insert(name.to_lowercase()) {
            return name;
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn sheet_names_are_safe_short_and_different() {
        let mut taken = HashSet::new();
        assert_eq!(sheet_name("ACA0101", &mut taken), "ACA0101");
        assert_eq!(sheet_name("aca0101", &mut taken), "aca0101 (2)");
        assert_eq!(sheet_name("A/B:C?", &mut taken), "A-B-C-");
        assert_eq!(sheet_name("'quoted'", &mut taken), "quoted");
        assert_eq!(sheet_name("", &mut taken), "Customer");
        assert_eq!(sheet_name("History", &mut taken), "Customer History");
        let long = sheet_name(&"é😀".repeat(40), &mut taken);
        assert!(long.encode_utf16().count() <= 31);
        let again = sheet_name(&"é😀".repeat(40), &mut taken);
        assert!(again.ends_with(" (2)") && again.encode_utf16().count() <= 31, "{again}");
    }

    #[test]
    fn a_report_names_somebody_and_one_way_to_say_when() {
        let report = |selection, from: Option<&str>, period| NewLedgerReport {
            selection,
            from: from.map(|d| d.parse().unwrap()),
            to: None,
            period,
            layout: ReportLayout::Grouped,
        };
        let all = || ReportSelection::All {
            community_ids: vec![],
            status_ids: vec![],
        };
        assert!(report(all(), None, None).flaws().is_empty());
        let none = ReportSelection::Accounts { account_ids: vec![] };
        assert_eq!(report(none, None, None).flaws().0[0].code, "required");
        let both = report(all(), Some("2026-01-01"), Some(Period::All));
        assert_eq!(both.flaws().0[0].code, "not_with_a_period");
    }
}
