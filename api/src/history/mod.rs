//! A customer's history: notes, status changes, steps of handovers and documents in one line of time, newest first
//! (spec H09, I02, I10). Attorneys see what is shared, and only their own matters.

mod queries;
mod routes;

pub use routes::routes;
