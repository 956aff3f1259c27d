//! Calls.

use crate::kernel::api::{Api, Versioned, new_key};
use kept_shared::ids::SavedViewId;
use kept_shared::page::Page;
use kept_shared::problem::Problem;
use kept_shared::saved_views::{ChangedSavedView, DefaultView, NewSavedView, SavedView, SavedViewFilter, ViewedList};

impl Api {
    /// All views of a list; no menu holds more than the first two hundred.
    pub async fn saved_views(self, list: ViewedList) -> Result<Page<SavedView>, Problem> {
        let asked = SavedViewFilter {
            list,
            limit: Some(200),
            cursor: None,
        };
        self.list("/saved-views", &asked).await
    }
    pub async fn create_view(self, new: NewSavedView, key: String) -> Result<SavedView, Problem> {
        self.post("/saved-views", &new, &key).await
    }
    pub async fn change_view(
        self,
        id: SavedViewId,
        version: i64,
        new: ChangedSavedView,
    ) -> Result<Versioned<SavedView>, Problem> {
        self.put(&format!("/saved-views/{id}"), version, &new).await
    }
    pub async fn delete_view(self, id: SavedViewId, version: i64) -> Result<(), Problem> {
        self.delete(&format!("/saved-views/{id}"), Some(version)).await
    }
    pub async fn choose_default_view(
        self,
        list: ViewedList,
        view_id: Option<SavedViewId>,
    ) -> Result<DefaultView, Problem> {
        let choice = DefaultView { list, view_id };
        self.post("/saved-views/default", &choice, &new_key()).await
    }
}
