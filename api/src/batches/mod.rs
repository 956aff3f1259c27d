//! Applying a status to many customers at once (spec H02–H07): looked at first, then done in one transaction, each row
//! with its own result, and once however often the request is repeated. Handing over is applying a status that hands
//! over. An attorney applies only statuses flagged for attorneys, to their own open matters.

mod actions;
mod queries;
mod routes;

pub use routes::routes;
