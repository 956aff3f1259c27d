//! Calls.

use crate::kernel::api::{Api, Versioned, new_key};
use kept_shared::ids::QuickResponseId;
use kept_shared::problem::Problem;
use kept_shared::quick_responses::{NewQuickResponse, QuickResponse, QuickResponseFilter, QuickResponsePlace};

impl Api {
    pub async fn quick_responses(self, archived: bool) -> Result<Vec<QuickResponse>, Problem> {
        let filter = QuickResponseFilter {
            archived: Some(archived),
        };
        self.list("/quick-responses", &filter).await
    }
    pub async fn create_quick_response(self, new: NewQuickResponse, key: String) -> Result<QuickResponse, Problem> {
        self.post("/quick-responses", &new, &key).await
    }
    pub async fn change_quick_response(
        self,
        id: QuickResponseId,
        version: i64,
        new: NewQuickResponse,
    ) -> Result<Versioned<QuickResponse>, Problem> {
        self.put(&format!("/quick-responses/{id}"), version, &new).await
    }
    /// Before another one, or last. Returns all, archived ones too.
    pub async fn move_quick_response(
        self,
        id: QuickResponseId,
        before: Option<QuickResponseId>,
    ) -> Result<Vec<QuickResponse>, Problem> {
        let place = QuickResponsePlace { before };
        self.post(&format!("/quick-responses/{id}/move"), &place, &new_key())
            .await
    }
    pub async fn delete_quick_response(self, id: QuickResponseId, version: i64) -> Result<(), Problem> {
        self.delete(&format!("/quick-responses/{id}"), Some(version)).await
    }
}
