//! Payments in (spec R01 without gateway): recorded by hand or by what read a bank's statement, set against what is
//! open by the community's strategy or as the debtor says.

mod record;

pub use record::{NewPayment, record};
