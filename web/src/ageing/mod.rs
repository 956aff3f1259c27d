//! The age analysis and an account's movements. [`AgeList`] is the state, [`AgeGrid`] the grid over it with the state of
//! [`age_grid`]; the page that applies statuses uses both with tick boxes.

mod api;
mod columns;
mod filters;
mod grid;
mod latest;
mod list;
mod movements;
mod page;
mod tiles;

pub use columns::age_name;
pub use filters::AgeFilters;
pub use grid::{AgeColumns, AgeGrid, account_of, age_grid, ticked};
pub use latest::LatestMovements;
pub use list::AgeList;
pub use movements::{MovementsPage, kind as type_words};
pub use page::AgeAnalysis;
pub use tiles::parts_of as age_parts;
