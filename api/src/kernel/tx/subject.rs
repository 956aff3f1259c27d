//! What an event is about.

use kept_shared::ids::{AccountId, CommunityId, OrganisationId, UserId};

/// What an event is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject {
    pub organisation: Option<OrganisationId>,
    pub account: Option<AccountId>,
    pub community: Option<CommunityId>,
    pub user: Option<UserId>,
}
impl Subject {
    pub fn organisation(id: OrganisationId) -> Self {
        Self {
            organisation: Some(id),
            ..Self::default()
        }
    }
    /// The caller's own organisation as a whole.
    pub fn ours() -> Self {
        Self::default()
    }
    pub fn in_organisation(mut self, id: OrganisationId) -> Self {
        self.organisation = Some(id);
        self
    }
}
impl From<AccountId> for Subject {
    fn from(id: AccountId) -> Self {
        Self {
            account: Some(id),
            ..Self::default()
        }
    }
}
impl From<CommunityId> for Subject {
    fn from(id: CommunityId) -> Self {
        Self {
            community: Some(id),
            ..Self::default()
        }
    }
}
impl From<UserId> for Subject {
    fn from(id: UserId) -> Self {
        Self {
            user: Some(id),
            ..Self::default()
        }
    }
}
