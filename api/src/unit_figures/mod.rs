//! What each unit of a customer owes: figures of the units of an account, of one unit, and of the list of units (spec D01 to
//! D09, D15). Balances follow the customer: a unit shows what its owner owes on it. Whoever may see the unit or the account
//! may see its figures.

mod history;
mod list;
mod routes;
mod tolerance;
mod workbook;

pub(crate) use history::debits_of;
pub use routes::routes;
