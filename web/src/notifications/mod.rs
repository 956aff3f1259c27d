//! What somebody is told: the bell of the top bar.

mod bell;

pub use bell::Bell;
