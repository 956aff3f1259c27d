//! Pure rules of reading: what cells say, how columns are detected, what a row means under a mapping.

pub mod amount;
pub mod cell;
pub mod date;
pub mod detect;
pub mod row;
pub mod words;

pub use cell::Cell;
