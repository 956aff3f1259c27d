//! A customer's statement: what the screen shows above the lines, and the paper (spec G01 to G03, (d) 5). The lines
//! themselves are the ledger's movements.

mod document;
mod queries;
mod routes;

pub use routes::routes;
