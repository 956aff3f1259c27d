//! Bank statements: read, matched to customers, confirmed, undone (spec R01, R07, E10, E11).

pub mod read;
