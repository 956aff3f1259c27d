//! The calendar day where the reader works.

use chrono::NaiveDate;

/// A form's suggestion, never a decision: the server asks what day it is where the community is.
pub fn today_here() -> NaiveDate {
    super::zone::local(chrono::Utc::now()).date_naive()
}
