//! Calls.

use crate::kernel::api::Api;
use kept_shared::problem::Problem;
use kept_shared::search::{SearchAnswer, SearchFilter};

impl Api {
    pub async fn search(self, q: String) -> Result<SearchAnswer, Problem> {
        self.list("/search", &SearchFilter { q }).await
    }
}
