//! Calls.

use crate::kernel::api::{Api, Versioned};
use kept_shared::customer_groups::{CustomerGroup, CustomerGroupFilter, NewCustomerGroup};
use kept_shared::ids::CustomerGroupId;
use kept_shared::page::Page;
use kept_shared::problem::Problem;

impl Api {
    pub async fn customer_groups(self, cursor: Option<String>) -> Result<Page<CustomerGroup>, Problem> {
        self.list(
            "/customer-groups",
            &CustomerGroupFilter {
                limit: Some(200),
                cursor,
            },
        )
        .await
    }
    pub async fn create_customer_group(self, new: NewCustomerGroup, key: String) -> Result<CustomerGroup, Problem> {
        self.post("/customer-groups", &new, &key).await
    }
    pub async fn rename_customer_group(
        self,
        id: CustomerGroupId,
        version: i64,
        new: NewCustomerGroup,
    ) -> Result<Versioned<CustomerGroup>, Problem> {
        self.put(&format!("/customer-groups/{id}"), version, &new).await
    }
    pub async fn delete_customer_group(self, id: CustomerGroupId, version: i64) -> Result<(), Problem> {
        self.delete(&format!("/customer-groups/{id}"), Some(version)).await
    }
}
