//! Kept's server. See `docs/ARCHITECTURE.md` for the map.

pub mod accounts;
pub mod check;
pub mod communities;
pub mod customer_groups;
pub mod features;
pub mod imports;
pub mod kernel;
pub mod reach;
pub mod units;
