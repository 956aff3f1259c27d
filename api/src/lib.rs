//! Kept's server. See `docs/ARCHITECTURE.md` for the map.

pub mod accounts;
pub mod admin;
pub mod check;
pub mod communities;
pub mod customer_groups;
pub mod features;
pub mod imports;
pub mod kernel;
pub mod mail;
pub mod reach;
pub mod sign_in;
pub mod units;
pub mod users;
