//! The status catalogue and what applying a status does to a customer (spec H02–H13).
//!
//! A customer has three slots, each holding at most one status at a time: debt, notice and interest. Statuses of the
//! kinds *debt* and *legal* share the debt slot. A new status replaces the old one; the history stays.

mod applying;
mod catalogue;

pub use applying::*;
pub use catalogue::*;

#[cfg(test)]
mod tests;
