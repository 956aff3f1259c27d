//! Kept's server. See `docs/ARCHITECTURE.md` for the map.

pub mod accounts;
pub mod check;
pub mod features;
pub mod kernel;
