//! Finding a customer by whatever is known: a name, a reference, a number in any spelling, a unit, a claim. Everybody
//! finds what they reach and nothing else. What is typed whole, or from its beginning, is looked up by indexes; only when
//! that is not enough the search texts of the book are read.

mod candidates;
mod queries;
mod routes;

pub use routes::routes;
