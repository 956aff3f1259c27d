//! Kept's server. See `docs/ARCHITECTURE.md` for the map.

pub mod accounts;
pub mod admin;
pub mod ageing;
pub mod bank_statements;
pub mod batches;
pub mod check;
pub mod communities;
pub mod customer_groups;
pub mod dashboard;
pub mod demo;
pub mod features;
pub mod files;
pub mod handovers;
pub mod history;
pub mod imports;
pub mod kernel;
pub mod ledger;
pub mod mail;
pub mod notes;
pub mod payments;
pub mod reach;
pub mod settings;
pub mod sign_in;
pub mod statuses;
pub mod units;
pub mod users;
