//! What an organisation decides about itself: its name, its day and language, how handovers go and which marks notes have
//! (spec A08, H15, I12).

use crate::{flaws::Flaws, handovers::MAX_READABLE_DAYS, ids::OrganisationId, money::Currency, users::locale_readable};
use serde::{Deserialize, Serialize};

/// Longest name of an organisation, in characters.
pub const MAX_ORGANISATION_NAME: usize = 200;
/// Longest name of a time zone, in characters.
const MAX_TIME_ZONE: usize = 64;

/// The settings of the caller's organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    pub organisation_id: OrganisationId,
    pub name: String,
    /// Of the organisation's own figures; each community has a currency of its own. Fixed.
    pub currency: Currency,
    /// IANA name. Decides the organisation's today; each community has a time zone of its own.
    pub time_zone: String,
    /// Language of those who have not chosen one, BCP 47.
    pub locale: String,
    /// A new handover is the attorney's at once; otherwise the attorney accepts or declines it first.
    pub handover_auto_accept: bool,
    /// Days a returned or closed matter stays readable for its attorney, counted from the day it ends. 0: not at all.
    pub handover_readable_days: i64,
    /// Notes may be marked as urgent.
    pub note_urgent: bool,
    /// A note may be written about all units of a customer at once.
    pub note_all_units: bool,
    /// Notes may be marked as collection notes.
    pub note_collection: bool,
    pub version: i64,
}

/// Changes to the settings; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SettingsPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover_auto_accept: Option<bool>,
    /// From 0 to 3,650. Matters that ended before keep the day they were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover_readable_days: Option<i64>,
    /// Notes that have the mark keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_urgent: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_all_units: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_collection: Option<bool>,
}

impl SettingsPatch {
    /// What is wrong with the input. That the time zone exists is for the server to say (`not_a_time_zone`).
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        if let Some(name) = &self.name {
            flaws.text("/name", name, MAX_ORGANISATION_NAME);
        }
        if let Some(time_zone) = &self.time_zone {
            flaws.text("/time_zone", time_zone, MAX_TIME_ZONE);
        }
        if let Some(locale) = &self.locale {
            flaws.when(!locale_readable(locale), "/locale", "not_a_locale");
        }
        if let Some(days) = self.handover_readable_days {
            let range = 0..=MAX_READABLE_DAYS;
            flaws.when(!range.contains(&days), "/handover_readable_days", "out_of_range");
        }
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_not_judged_and_what_is_there_is() {
        assert!(SettingsPatch::default().flaws().is_empty());
        let patch = SettingsPatch {
            name: Some(" ".into()),
            time_zone: Some("x".repeat(65)),
            locale: Some("english".into()),
            handover_auto_accept: Some(false),
            handover_readable_days: Some(3_651),
            note_urgent: Some(false),
            ..SettingsPatch::default()
        };
        let found: Vec<String> = patch
            .flaws()
            .0
            .into_iter()
            .map(|f| format!("{} {}", f.pointer, f.code))
            .collect();
        assert_eq!(
            found,
            [
                "/name required",
                "/time_zone too_long",
                "/locale not_a_locale",
                "/handover_readable_days out_of_range"
            ]
        );
        for days in [0, 30, 3_650] {
            let patch = SettingsPatch {
                handover_readable_days: Some(days),
                ..Default::default()
            };
            assert!(patch.flaws().is_empty(), "{days}");
        }
        assert!(serde_json::from_str::<SettingsPatch>(r#"{"currency": "EUR"}"#).is_err());
    }
}
