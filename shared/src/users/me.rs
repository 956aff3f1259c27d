//! The signed-in person.

use super::people::phone_readable;
use super::{MAX_NAME, MAX_PHONE};
use crate::flaws::Flaws;
use crate::ids::{CommunityId, OrganisationId, UserId};
use crate::money::Currency;
use crate::permission::{Permission, UserType};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The tenant, as its people see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organisation {
    pub id: OrganisationId,
    pub name: String,
    pub currency: Currency,
    /// IANA name.
    pub time_zone: String,
    /// BCP 47 tag.
    pub locale: String,
}

/// A community by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommunityName {
    pub id: CommunityId,
    pub name: String,
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub id: UserId,
    pub email: String,
    pub first_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    pub surname: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<String>,
    /// Language of the screens, BCP 47; the organisation's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    pub user_type: UserType,
    pub permission_group: String,
    pub permissions: Vec<Permission>,
    pub organisation: Organisation,
    /// The communities the person is restricted to; empty for a superuser, who reaches all.
    pub communities: Vec<CommunityName>,
    pub must_change_password: bool,
    pub totp_enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "known_settings")]
    pub settings: UserSettings,
    pub version: i64,
}

crate::text_enum! {
    /// Colours of the screens.
    pub enum Theme {
        /// As the device has it.
        System = "system",
        Light = "light",
        Dark = "dark",
    }
}

crate::text_enum! {
    /// Height of rows.
    pub enum Density {
        Compact = "compact",
        Comfortable = "comfortable",
    }
}

/// How one wants the screens, on every device one signs in on. What is absent is as each device has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UserSettings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub density: Option<Density>,
    /// IANA name of the zone times of day are shown in; the device's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "Africa/Johannesburg"))]
    pub time_zone: Option<String>,
    /// The bell does not count what the other side did on matters.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_news_muted: bool,
}

impl UserSettings {
    /// What is known of settings that a newer program may have written: a name or value this one does not know counts as
    /// not chosen. Otherwise nobody could sign in on it.
    pub fn known(mut all: serde_json::Map<String, serde_json::Value>) -> Self {
        all.retain(|name, value| {
            let alone = serde_json::Map::from_iter([(name.clone(), value.clone())]);
            serde_json::from_value::<Self>(alone.into()).is_ok()
        });
        serde_json::from_value(all.into()).unwrap_or_default()
    }
}

fn known_settings<'de, D: serde::Deserializer<'de>>(from: D) -> Result<UserSettings, D::Error> {
    serde_json::Map::deserialize(from).map(UserSettings::known)
}

impl Me {
    /// First name and surname.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.surname)
    }
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// What a person may change about himself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MePatch {
    pub first_name: String,
    #[serde(default)]
    pub middle_name: Option<String>,
    pub surname: String,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub locale: Option<String>,
}

impl MePatch {
    /// What is wrong with the input.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        let locale = self.locale.as_deref().unwrap_or("en");
        flaws
            .text("/first_name", &self.first_name, MAX_NAME)
            .optional_text(
                "/middle_name",
                self.middle_name.as_deref().unwrap_or_default(),
                MAX_NAME,
            )
            .text("/surname", &self.surname, MAX_NAME)
            .optional_text("/phone", self.phone.as_deref().unwrap_or_default(), MAX_PHONE)
            .when(
                !phone_readable(self.phone.as_deref().unwrap_or_default()),
                "/phone",
                "not_a_phone",
            )
            .when(!locale_readable(locale), "/locale", "not_a_locale");
        flaws
    }
}

/// Two or three letters, then optional subtags: the shape of BCP 47, not its registry.
pub fn locale_readable(locale: &str) -> bool {
    let mut parts = locale.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.chars().all(|c| c.is_ascii_alphabetic())
        && parts.all(|p| (2..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric()))
        && locale.len() <= 35
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_a_newer_program_are_read_as_far_as_they_are_known() {
        let text = r#"{"theme":"sepia","density":"compact","font":"large","is_news_muted":true}"#;
        let known = UserSettings::known(serde_json::from_str(text).unwrap());
        let wanted = UserSettings {
            density: Some(Density::Compact),
            is_news_muted: true,
            ..UserSettings::default()
        };
        assert_eq!(known, wanted);
        assert!(serde_json::from_str::<UserSettings>(text).is_err());
    }
}
