//! Which rows a caller reaches. The user type decides the scope, the permission group the verbs: two questions, two
//! types.

use chrono::NaiveDate;
use kept_shared::ids::{CommunityId, OrganisationId, UserId};
use sea_orm::{Condition, EntityTrait};
use std::sync::Arc;

/// The rows somebody reaches.
#[derive(Clone, Debug)]
pub struct Scope(pub(crate) Reach);

#[derive(Clone, Debug)]
pub enum Reach {
    /// Operator and start-up code, never a request of a signed-in user.
    Everything,
    Organisation(OrganisationId),
    Communities {
        organisation: OrganisationId,
        communities: Arc<[CommunityId]>,
    },
    /// Accounts with an open handover to this user inside these communities; while reading also closed ones whose
    /// reading time has not run out on `readable_on`.
    HandedOverTo {
        organisation: OrganisationId,
        attorney: UserId,
        communities: Arc<[CommunityId]>,
        readable_on: Option<NaiveDate>,
    },
}

impl Scope {
    pub fn organisation(organisation: OrganisationId) -> Self {
        Self(Reach::Organisation(organisation))
    }
    pub fn communities(organisation: OrganisationId, communities: impl Into<Arc<[CommunityId]>>) -> Self {
        Self(Reach::Communities {
            organisation,
            communities: communities.into(),
        })
    }
    pub fn handed_over_to(
        organisation: OrganisationId,
        attorney: UserId,
        communities: impl Into<Arc<[CommunityId]>>,
        readable_on: NaiveDate,
    ) -> Self {
        let communities = communities.into();
        Self(Reach::HandedOverTo {
            organisation,
            attorney,
            communities,
            readable_on: Some(readable_on),
        })
    }
    /// All rows. Only for start-up, operator commands and sign-in; a test counts the call sites.
    pub(crate) fn everything(_reason: &'static str) -> Self {
        Self(Reach::Everything)
    }
    pub fn reach(&self) -> &Reach {
        &self.0
    }
    /// The organisation, unless the scope spans all of them.
    pub fn organisation_id(&self) -> Option<OrganisationId> {
        match &self.0 {
            Reach::Everything => None,
            Reach::Organisation(organisation)
            | Reach::Communities { organisation, .. }
            | Reach::HandedOverTo { organisation, .. } => Some(*organisation),
        }
    }
    /// The same scope for writing: a closed handover may still be read, never written to.
    pub(crate) fn for_writing(&self) -> Self {
        match &self.0 {
            Reach::HandedOverTo {
                organisation,
                attorney,
                communities,
                ..
            } => Self(Reach::HandedOverTo {
                organisation: *organisation,
                attorney: *attorney,
                communities: communities.clone(),
                readable_on: None,
            }),
            Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => self.clone(),
        }
    }
}

/// The row rule of a table: without it nothing can be queried.
pub trait Visible: EntityTrait {
    fn visible_to(scope: &Scope) -> Condition;
}

/// The row rule of tables that belong to a whole organisation (catalogues, users, groups).
pub fn same_organisation(scope: &Scope, column: impl sea_orm::ColumnTrait) -> Condition {
    match scope.organisation_id() {
        Some(id) => Condition::all().add(column.eq(id)),
        None => Condition::all(),
    }
}
