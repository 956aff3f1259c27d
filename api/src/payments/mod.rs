//! Payments in (spec R01 without gateway): recorded by hand or by what read a bank's statement, set against what is
//! open by the community's strategy or as the debtor says; re-allocation (E09) and the worklist of money that stands
//! against nothing (E10).

mod allocations;
mod plan;
mod record;
mod routes;
mod unallocated;

pub use record::{NewPayment, record};
pub use routes::routes;
