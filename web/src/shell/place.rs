//! Where one works: all communities (global overview) or one of them (spec A02).

use crate::kernel::{Load, api::use_api, load, prefs};
use kept_shared::{ids::CommunityId, page::Page, users::CommunityName};
use leptos::prelude::*;

/// The chosen community and those there are to choose from.
#[derive(Clone, Copy)]
pub struct Place {
    pub community: RwSignal<Option<CommunityId>>,
    pub communities: Load<Page<CommunityName>>,
    /// The last choice by name; it may be none of the first two hundred.
    picked: RwSignal<Option<(CommunityId, String)>>,
}

impl Place {
    pub fn provide() {
        let api = use_api();
        let stored = prefs::stored("community").and_then(|id| id.parse::<CommunityId>().ok());
        let community = RwSignal::new(stored);
        let communities = load(move || async move { api.get::<Page<CommunityName>>("/communities?limit=200").await });
        Effect::new(move |before: Option<()>| {
            let now = community.get();
            if before.is_some() {
                prefs::store("community", &now.map(|id| id.to_string()).unwrap_or_default());
            }
        });
        // A community remembered from another sign-in is forgotten.
        Effect::new(move |_| {
            if let (Some(page), Some(id)) = (communities.get(), community.get_untracked())
                && page.next_cursor.is_none()
                && !page.items.iter().any(|c| c.id == id)
            {
                community.set(None);
            }
        });
        provide_context(Self {
            community,
            communities,
            picked: RwSignal::new(None),
        });
    }
    /// Chooses a community, or all of them.
    pub fn choose(self, id: Option<CommunityId>, name: String) {
        self.picked.set(id.map(|id| (id, name)));
        self.community.set(id);
    }
    /// Name of the chosen community, if one is chosen.
    pub fn name(self) -> Option<String> {
        let id = self.community.get()?;
        if let Some((_, name)) = self.picked.get().filter(|p| p.0 == id) {
            return Some(name);
        }
        self.communities
            .get()?
            .items
            .into_iter()
            .find(|c| c.id == id)
            .map(|c| c.name)
    }
}

pub fn use_place() -> Place {
    expect_context()
}
