//! What units owe: on the customer's page, on the unit's, and the pills of the list of units.

mod api;
mod panels;
mod table;

pub use panels::{AccountUnitsPanel, UnitFiguresCard};
pub use table::{past_due, standing_pill};
