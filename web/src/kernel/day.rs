//! The calendar day where the browser stands.

use chrono::NaiveDate;

/// A form's suggestion, never a decision: the server asks what day it is where the community is.
pub fn today_here() -> NaiveDate {
    chrono::Local::now().date_naive() // nosemgrep: local-now
}
