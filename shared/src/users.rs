//! Users and permission groups: who may do what, and where (spec A03 to A07, A10).

use crate::flaws::Flaws;
use crate::ids::{CommunityId, OrganisationId, PermissionGroupId, UserId};
use crate::money::Currency;
use crate::permission::{Permission, UserType};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Longest name of a person or a group, in characters.
pub const MAX_NAME: usize = 80;
/// Longest name of a law firm.
pub const MAX_FIRM: usize = 120;
/// Longest telephone number.
pub const MAX_PHONE: usize = 30;
/// Communities one user may be restricted to.
pub const MAX_COMMUNITIES: usize = 2000;

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
    pub version: i64,
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

/// An attorney an account may be handed over to (spec A06).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attorney {
    pub id: UserId,
    pub name: String,
    pub email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<String>,
}

/// A named set of permissions for one user type (spec A07).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PermissionGroup {
    pub id: PermissionGroupId,
    pub name: String,
    /// The user type whose users may be given this group.
    pub base_type: UserType,
    pub permissions: Vec<Permission>,
    pub is_shipped: bool,
    /// Users that have this group; a group in use cannot be deleted.
    pub user_count: i64,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

/// A permission group to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPermissionGroup {
    pub name: String,
    pub base_type: UserType,
    pub permissions: Vec<Permission>,
}

/// The new state of a permission group; its user type stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PermissionGroupPatch {
    pub name: String,
    pub permissions: Vec<Permission>,
}

/// One section of the permission catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PermissionSection {
    pub section: String,
    pub permissions: Vec<CataloguedPermission>,
}

/// One tick of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CataloguedPermission {
    pub permission: Permission,
    /// `view`, `create`, `edit`.
    pub verb: String,
    /// User types that may be given it.
    pub user_types: Vec<UserType>,
}

/// The catalogue of all permissions, by section, in the order screens show them.
pub fn catalogue() -> Vec<PermissionSection> {
    let mut sections: Vec<PermissionSection> = vec![];
    for permission in Permission::ALL {
        let entry = CataloguedPermission {
            permission: *permission,
            verb: permission.verb().into(),
            user_types: UserType::ALL
                .iter()
                .copied()
                .filter(|t| grantable(*t, *permission))
                .collect(),
        };
        match sections.iter_mut().find(|s| s.section == permission.section()) {
            Some(section) => section.permissions.push(entry),
            None => sections.push(PermissionSection {
                section: permission.section().into(),
                permissions: vec![entry],
            }),
        }
    }
    sections
}

/// Whether a group of this user type may hold this permission. Managing people, settings and the outbox is for
/// superusers (annex 1), handing over is never for those who receive handovers, and a trustee only looks.
pub fn grantable(user_type: UserType, permission: Permission) -> bool {
    use Permission as P;
    use UserType as T;
    let superusers_only = matches!(permission, P::EditSettings | P::ViewOutbox);
    let people = matches!(
        permission,
        P::CreateUsers | P::EditUsers | P::ViewUsers | P::ViewAudit | P::ViewSettings
    );
    match user_type {
        T::Superuser => true,
        T::Business => !superusers_only && permission != P::AnswerHandovers,
        T::ApiClient => !superusers_only && !people && permission != P::AnswerHandovers,
        T::CallCentre | T::Location => {
            !superusers_only
                && !people
                && !matches!(
                    permission,
                    P::AnswerHandovers
                        | P::CreateHandovers
                        | P::EditHandovers
                        | P::EditStatuses
                        | P::CreateCommunities
                        | P::EditCommunities
                        | P::PostLedger
                        | P::ViewImports
                        | P::CreateImports
                )
        }
        T::Attorney => matches!(
            permission,
            P::ViewDashboard
                | P::ViewCommunities
                | P::ViewUnits
                | P::ViewAccounts
                | P::EditContacts
                | P::ViewAgeAnalysis
                | P::ViewLedger
                | P::Export
                | P::ViewStatuses
                | P::ApplyStatuses
                | P::ViewHandovers
                | P::AnswerHandovers
                | P::ViewNotes
                | P::CreateNotes
                | P::ViewFiles
                | P::CreateFiles
        ),
        T::Trustee => matches!(
            permission,
            P::ViewDashboard
                | P::ViewCommunities
                | P::ViewUnits
                | P::ViewAccounts
                | P::ViewAgeAnalysis
                | P::ViewLedger
                | P::ViewStatuses
        ),
    }
}

/// Whether a user of this type must be given at least one community (spec A03, A05).
pub const fn needs_community(user_type: UserType) -> bool {
    matches!(user_type, UserType::Attorney | UserType::Location | UserType::Trustee)
}

struct Fields<'a> {
    first_name: &'a str,
    middle_name: Option<&'a str>,
    surname: &'a str,
    phone: Option<&'a str>,
    firm: Option<&'a str>,
    user_type: UserType,
    communities: &'a [CommunityId],
}

impl Fields<'_> {
    fn flaws(&self, flaws: &mut Flaws) {
        flaws
            .text("/first_name", self.first_name, MAX_NAME)
            .optional_text("/middle_name", self.middle_name.unwrap_or_default(), MAX_NAME)
            .text("/surname", self.surname, MAX_NAME)
            .optional_text("/phone", self.phone.unwrap_or_default(), MAX_PHONE)
            .when(!phone_readable(self.phone.unwrap_or_default()), "/phone", "not_a_phone")
            .optional_text("/firm", self.firm.unwrap_or_default(), MAX_FIRM)
            .when(
                self.firm.is_some_and(|f| !f.trim().is_empty()) && self.user_type != UserType::Attorney,
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
}

fn phone_readable(phone: &str) -> bool {
    phone.trim().is_empty()
        || (phone
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/' | '.'))
            && phone.chars().filter(char::is_ascii_digit).count() >= 5)
}

impl NewUser {
    /// What can be said without looking anything up: names, e-mail, phone, communities where the type needs them.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        flaws.email("/email", self.email.trim());
        Fields {
            first_name: &self.first_name,
            middle_name: self.middle_name.as_deref(),
            surname: &self.surname,
            phone: self.phone.as_deref(),
            firm: self.firm.as_deref(),
            user_type: self.user_type,
            communities: &self.communities,
        }
        .flaws(&mut flaws);
        flaws
    }
}

impl UserPatch {
    /// As [`NewUser::flaws`], without the e-mail address.
    pub fn flaws(&self) -> Flaws {
        let mut flaws = Flaws::default();
        Fields {
            first_name: &self.first_name,
            middle_name: self.middle_name.as_deref(),
            surname: &self.surname,
            phone: self.phone.as_deref(),
            firm: self.firm.as_deref(),
            user_type: self.user_type,
            communities: &self.communities,
        }
        .flaws(&mut flaws);
        flaws
    }
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

fn group_flaws(name: &str, base_type: UserType, permissions: &[Permission]) -> Flaws {
    let mut flaws = Flaws::default();
    flaws
        .text("/name", name, MAX_NAME)
        .when(permissions.is_empty(), "/permissions", "required");
    for (i, permission) in permissions.iter().enumerate() {
        flaws.when(
            !grantable(base_type, *permission),
            &format!("/permissions/{i}"),
            "not_for_this_type",
        );
    }
    flaws
}

impl NewPermissionGroup {
    /// What is wrong with the input: name, no tick at all, ticks its user type may never have.
    pub fn flaws(&self) -> Flaws {
        group_flaws(&self.name, self.base_type, &self.permissions)
    }
}

impl PermissionGroupPatch {
    /// As [`NewPermissionGroup::flaws`], for the group's own user type.
    pub fn flaws(&self, base_type: UserType) -> Flaws {
        group_flaws(&self.name, base_type, &self.permissions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::shipped_groups;
    use Permission as P;

    fn attorney() -> NewUser {
        NewUser {
            email: "smith@example.org".into(),
            first_name: "Joan".into(),
            middle_name: None,
            surname: "Smith".into(),
            phone: Some("+27 (11) 555-0100".into()),
            firm: Some("Smith & Partners".into()),
            user_type: UserType::Attorney,
            permission_group_id: PermissionGroupId(uuid::Uuid::nil()),
            communities: vec![CommunityId(uuid::Uuid::nil())],
        }
    }
    fn codes(flaws: &Flaws) -> Vec<(&str, &str)> {
        flaws.0.iter().map(|f| (f.pointer.as_str(), f.code.as_str())).collect()
    }

    #[test]
    fn an_attorney_needs_a_community_and_a_superuser_does_not() {
        assert!(attorney().flaws().is_empty());
        let without = NewUser {
            communities: vec![],
            ..attorney()
        };
        assert_eq!(codes(&without.flaws()), [("/communities", "required")]);
        let superuser = NewUser {
            user_type: UserType::Superuser,
            firm: None,
            ..without
        };
        assert!(superuser.flaws().is_empty());
    }

    #[test]
    fn only_attorneys_have_a_firm() {
        let agent = NewUser {
            user_type: UserType::Business,
            ..attorney()
        };
        assert_eq!(codes(&agent.flaws()), [("/firm", "only_for_attorneys")]);
    }

    #[test]
    fn bad_names_phones_and_addresses_are_all_named_at_once() {
        let bad = NewUser {
            email: "x".into(),
            first_name: " ".into(),
            surname: "\u{7}".into(),
            phone: Some("call me".into()),
            ..attorney()
        };
        assert_eq!(
            codes(&bad.flaws()),
            [
                ("/email", "not_an_email"),
                ("/first_name", "required"),
                ("/surname", "control_character"),
                ("/phone", "not_a_phone")
            ]
        );
    }

    #[test]
    fn every_shipped_group_holds_only_what_its_type_may_have() {
        for (name, base_type, permissions) in shipped_groups() {
            for permission in permissions {
                assert!(grantable(base_type, permission), "{name}: {permission}");
            }
        }
    }

    #[test]
    fn those_who_receive_handovers_can_never_be_allowed_to_make_them() {
        for never in [
            P::CreateHandovers,
            P::EditHandovers,
            P::CreateUsers,
            P::EditUsers,
            P::ViewAudit,
            P::EditSettings,
            P::CreateImports,
        ] {
            assert!(!grantable(UserType::Attorney, never), "{never}");
            assert!(!grantable(UserType::Trustee, never), "{never}");
        }
        let group = NewPermissionGroup {
            name: "Cheat".into(),
            base_type: UserType::Attorney,
            permissions: vec![P::ViewNotes, P::EditUsers],
        };
        assert_eq!(codes(&group.flaws()), [("/permissions/1", "not_for_this_type")]);
    }

    #[test]
    fn the_catalogue_holds_every_permission_once() {
        let mut all: Vec<_> = catalogue()
            .into_iter()
            .flat_map(|s| s.permissions)
            .map(|p| p.permission)
            .collect();
        assert_eq!(all.len(), P::ALL.len());
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), P::ALL.len());
    }

    #[test]
    fn locales_look_like_language_tags() {
        for good in ["en", "en-ZA", "af", "zh-Hant-TW"] {
            assert!(locale_readable(good), "{good}");
        }
        for bad in ["", "e", "english!", "en_ZA", "en-", "en-<script>"] {
            assert!(!locale_readable(bad), "{bad}");
        }
    }
}
