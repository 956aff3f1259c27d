//! The ledger: claims, the append-only journal and allocations, and what is derived from them in the same transaction:
//! open items and one aged row per account (spec E01, E02, E07, E11, (d) 1, 2, 5).
//!
//! [`post()`] is the only function that writes entries. Σ buckets + unallocated = balance = Σ entries as at today, for
//! every account, after every commit; `kept check` proves it. Corrections are new entries that name what they undo.

pub mod aged;
pub mod allocation;
pub mod claim;
pub mod entry;
pub mod open_item;

mod claim_states;
mod derive;
mod history;
mod movements;
mod post;
mod reverse;
mod revision;
mod routes;
mod settle;
mod workbook;

pub(crate) use derive::hold as hold_accounts;
pub use derive::{has_stale, recompute_all, refresh_stale};
pub use history::{AccountFacts, account_facts};
pub(crate) use history::{History, Line, facts, histories};
pub use movements::{MovementsFilter, account, days, first_entry_on, frequency, head, lines, range};
pub use post::{Origin, PostError, Posted, post, post_because};

pub(crate) use reverse::undoing;
pub use reverse::{reverse, reverse_as};
pub use routes::routes;
pub(crate) use settle::{open_debits, settle_credit};
