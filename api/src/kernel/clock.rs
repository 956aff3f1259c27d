//! The one source of time. Instants are cut to microseconds, which both databases keep.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;
use std::sync::{Arc, Mutex};

#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// For tests, demos and sandboxes: stands still until moved.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }
    #[expect(clippy::disallowed_methods, reason = "the one source of time")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Fixed(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        }
        .trunc_subsecs(6)
    }
    /// The calendar date now in an IANA time zone; an unknown zone counts as UTC (it is validated on the way in).
    pub fn today(&self, time_zone: &str) -> NaiveDate {
        let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
        self.now().with_timezone(&zone).date_naive()
    }
    /// Moves a fixed clock; the system's clock stays what it is.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Self::Fixed(at) = self {
            *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = to;
        }
    }
}
