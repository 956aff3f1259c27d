//! Imports of accounts, invoices and balances from spreadsheets: wire types, limits and field lists (spec X09, D16).

mod file;
mod mapping;
mod run;

pub use file::*;
pub use mapping::*;
pub use run::*;

/// Largest file accepted.
pub const MAX_FILE_BYTES: u64 = 25 * 1024 * 1024;

/// Most data rows of one import.
pub const MAX_ROWS: u32 = 100_000;

/// Most columns of a sheet.
pub const MAX_COLUMNS: u32 = 200;

/// Longest cell, in characters.
pub const MAX_CELL_CHARS: usize = 4_000;

/// Rows shown before anything is mapped.
pub const PREVIEW_ROWS: u32 = 50;

/// Up to this many rows an import is written in one transaction: all of it or nothing.
pub const ALL_OR_NOTHING_ROWS: u32 = 20_000;
