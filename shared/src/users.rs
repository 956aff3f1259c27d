//! Users and permission groups: who may do what, and where (spec A03 to A07, A10).

mod groups;
mod me;
mod people;

pub use groups::*;
pub use me::*;
pub use people::*;

/// Longest name of a person or a group, in characters.
pub const MAX_NAME: usize = 80;

/// Longest name of a law firm.
pub const MAX_FIRM: usize = 120;

/// Longest telephone number.
pub const MAX_PHONE: usize = 30;

/// Communities one user may be restricted to.
pub const MAX_COMMUNITIES: usize = 2000;

#[cfg(test)]
mod tests;
