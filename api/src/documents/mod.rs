//! Documents of communities: rules, resolutions, budgets, insurance, registration, in folders (spec J02, J03). They are
//! files like those of customers: the same quarantine, scanner, editions, holds and deletion.
//!
//! Everybody of the agency reads those of the communities given to them. Attorneys read what is shared of communities
//! they hold a matter in, trustees what is shared of their own. What waits or was refused is for those who may edit.

mod queries;
mod routes;

pub use routes::routes;
