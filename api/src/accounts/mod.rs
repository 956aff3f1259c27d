//! Accounts: all dealings of one debtor, or several liable together, with one organisation in one community.

pub use crate::reach::{account_within_reach, community_within_reach, reach_sql, within_reach};
