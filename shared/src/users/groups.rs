//! Permission groups, and which ticks each user type may have.

use super::MAX_NAME;
use crate::flaws::Flaws;
use crate::ids::PermissionGroupId;
use crate::permission::{Permission, UserType};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
                        | P::EditQuickResponses
                        | P::EditDocuments
                        | P::EditMetadata
                        | P::EditLayouts
                        | P::CreateCommunities
                        | P::EditCommunities
                        | P::PostLedger
                        | P::ApproveLedger
                        | P::Allocate
                        | P::EditClaims
                        | P::CreateBankStatements
                        | P::EditLevies
                        | P::RunLevies
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
                | P::EditExclusions
                | P::ViewBanking
                | P::ViewAgeAnalysis
                | P::ViewLedger
                | P::Export
                | P::RunReports
                | P::ViewStatuses
                | P::ApplyStatuses
                | P::ViewHandovers
                | P::AnswerHandovers
                | P::ViewNotes
                | P::CreateNotes
                | P::ViewFiles
                | P::CreateFiles
                | P::ViewDocuments
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
                | P::ViewDocuments
        ),
    }
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
