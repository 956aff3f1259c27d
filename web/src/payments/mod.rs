//! Payments recorded by hand, what money is set against, and money that stands against nothing.

mod allocate;
mod api;
mod debits;
mod preview;
mod record;
mod unallocated;

pub use allocate::AllocateDialog;
pub use record::{PaymentFor, RecordPaymentDialog};
pub use unallocated::UnallocatedPage;
