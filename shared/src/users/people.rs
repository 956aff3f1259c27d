//! Users as those who manage them see and change them.

use super::{CommunityName, MAX_COMMUNITIES, MAX_FIRM, MAX_NAME, MAX_PHONE};
use crate::flaws::Flaws;
use crate::ids::{CommunityId, PermissionGroupId, UserId};
use crate::permission::UserType;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Where a user stands.
    pub enum UserState {
        /// Has not chosen a password yet.
        Invited = "invited",
        Active = "active",
        /// May not sign in; kept for history.
        Suspended = "suspended",
    }
}

crate::text_enum! {
    /// Order of the user list; every order ends in the id.
    pub enum UserSort {
        Name = "name", NameDown = "-name",
        Email = "email", EmailDown = "-email",
        Created = "created", CreatedDown = "-created",
    }
}

/// A user, as administrators see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub first_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    pub surname: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The law firm of an attorney.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<String>,
    pub user_type: UserType,
    pub permission_group_id: PermissionGroupId,
    pub permission_group: String,
    pub communities: Vec<CommunityName>,
    pub state: UserState,
    /// Too many failures: no sign-in before this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<DateTime<Utc>>,
    pub totp_enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

impl User {
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.surname)
    }
}

/// A user to be invited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub email: String,
    pub first_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    pub surname: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<String>,
    pub user_type: UserType,
    pub permission_group_id: PermissionGroupId,
    /// Empty means all communities for a superuser and none for anybody else.
    #[serde(default)]
    pub communities: Vec<CommunityId>,
}

/// The new state of an editable user: everything but the e-mail address, which is the sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    pub first_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    pub surname: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<String>,
    pub user_type: UserType,
    pub permission_group_id: PermissionGroupId,
    #[serde(default)]
    pub communities: Vec<CommunityId>,
}

/// Filter of the user list (spec A10).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct UserFilter {
    /// Part of a name, an e-mail address or a firm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_type: Vec<UserType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission_group_id: Option<PermissionGroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<UserState>,
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<UserSort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A line of a user's sign-in history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInRecord {
    pub at: DateTime<Utc>,
    /// `signed_in`, `sign_in_refused`, `signed_out`, `sessions_revoked`, `password_changed`, …: the kind of the event.
    pub what: String,
    /// Why, where the event says so: `wrong_password`, `locked`, `suspended`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who did it, when it was not the user.
    pub actor: String,
}

/// Whether a user of this type must be given at least one community (spec A03, A05).
pub const fn needs_community(user_type: UserType) -> bool {
    matches!(user_type, UserType::Attorney | UserType::Location | UserType::Trustee)
}

pub(super) fn phone_readable(phone: &str) -> bool {
    phone.trim().is_empty()
        || (phone
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/' | '.'))
            && phone.chars().filter(char::is_ascii_digit).count() >= 5)
}

impl NewUser {
    /// Everything but the e-mail address.
    pub fn person(&self) -> UserPatch {
        UserPatch {
            first_name: self.first_name.clone(),
            middle_name: self.middle_name.clone(),
            surname: self.surname.clone(),
            phone: self.phone.clone(),
            firm: self.firm.clone(),
            user_type: self.user_type,
            permission_group_id: self.permission_group_id,
            communities: self.communities.clone(),
        }
    }
    /// As [`UserPatch::flaws`], and of the e-mail address.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.email("/email", self.email.trim());
        self.person().judge(&mut flaws);
        flaws
    }
}

impl UserPatch {
    /// The user to be invited at this address.
    pub fn invited_as(self, email: &str) -> NewUser {
        NewUser {
            email: email.to_owned(),
            first_name: self.first_name,
            middle_name: self.middle_name,
            surname: self.surname,
            phone: self.phone,
            firm: self.firm,
            user_type: self.user_type,
            permission_group_id: self.permission_group_id,
            communities: self.communities,
        }
    }
    /// What can be said without looking anything up: names, phone, communities where the type needs them.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        self.judge(&mut flaws);
        flaws
    }
    fn judge(&self, flaws: &mut Flaws) {
        let (phone, firm) = (
            self.phone.as_deref().unwrap_or_default(),
            self.firm.as_deref().unwrap_or_default(),
        );
        flaws
            .text("/first_name", &self.first_name, MAX_NAME)
            .optional_text(
                "/middle_name",
                self.middle_name.as_deref().unwrap_or_default(),
                MAX_NAME,
            )
            .text("/surname", &self.surname, MAX_NAME)
            .optional_text("/phone", phone, MAX_PHONE)
            .when(!phone_readable(phone), "/phone", "not_a_phone")
            .optional_text("/firm", firm, MAX_FIRM)
            .when(
                !firm.trim().is_empty() && self.user_type != UserType::Attorney,
                "/firm",
                "only_for_attorneys",
            )
            .when(
                needs_community(self.user_type) && self.communities.is_empty(),
                "/communities",
                "required",
            )
            .when(self.communities.len() > MAX_COMMUNITIES, "/communities", "too_many");
    }
    /// Nothing will be seen until a community is given (spec A05): not refused, for people may be invited before their
    /// communities exist, but not to be sent by oversight either.
    pub fn sees_nothing(&self) -> bool {
        self.communities.is_empty() && self.user_type != UserType::Superuser
    }
}
