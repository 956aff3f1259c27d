//! HTTP tests through the real router, each on its own database, on SQLite and on PostgreSQL.
//!
//! PostgreSQL runs when `KEPT_TEST_POSTGRES` holds an administrator's URL (`make test` sets it); without it those tests
//! say loudly that they were skipped.

#![expect(
    clippy::cloned_ref_to_slice_refs,
    clippy::cmp_owned,
    clippy::disallowed_methods,
    clippy::manual_is_multiple_of,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a failing test should stop and say so; rows that a test only needs to exist may carry the real time"
)]

mod access_matrix;
mod accounts;
mod ageing;
mod bank_files;
mod bank_statements;
mod banking;
mod card;
mod check;
mod communities;
mod court;
mod court_random;
mod court_twists;
mod coverage;
mod dashboard;
mod diary;
mod documents;
mod file_care;
mod file_store;
mod files;
mod freshness;
mod golden;
mod handovers;
mod imports;
mod installation;
mod jobs;
mod kernel;
mod kit;
mod kit_debt;
mod kit_ledger;
mod layout;
mod ledger;
mod ledger_reports;
mod levies;
mod mail;
mod metadata;
mod notes;
mod notifications;
mod openapi;
mod page_layouts;
mod paper;
mod real_books;
mod saved_views;
mod search;
mod settings;
mod sign_in;
mod statements;
mod statuses;
mod unit_figures;
mod unit_sheet;
mod units;
mod users;
mod words;
