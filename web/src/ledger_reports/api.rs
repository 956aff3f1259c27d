//! Calls.

use crate::kernel::api::Api;
use kept_shared::ids::LedgerReportId;
use kept_shared::ledger_reports::{LedgerCustomer, LedgerReport, NewLedgerReport};
use kept_shared::page::Page;
use kept_shared::problem::Problem;

impl Api {
    pub async fn run_ledger_report(self, new: &NewLedgerReport, key: &str) -> Result<LedgerReport, Problem> {
        self.post("/ledger-reports", new, key).await
    }
    pub async fn ledger_reports(self) -> Result<Page<LedgerReport>, Problem> {
        self.get("/ledger-reports?limit=20").await
    }
    pub async fn ledger_report(self, id: LedgerReportId) -> Result<LedgerReport, Problem> {
        self.get(&format!("/ledger-reports/{id}")).await
    }
    pub async fn ledger_report_customers(
        self,
        id: LedgerReportId,
        cursor: Option<String>,
    ) -> Result<Page<LedgerCustomer>, Problem> {
        let after = cursor
            .map(|c| format!("&cursor={}", crate::kernel::url::encode(&c)))
            .unwrap_or_default();
        self.get(&format!("/ledger-reports/{id}/customers?limit=20{after}"))
            .await
    }
    pub async fn delete_ledger_report(self, id: LedgerReportId) -> Result<(), Problem> {
        self.delete(&format!("/ledger-reports/{id}"), None).await
    }
    pub async fn cancel_ledger_report(self, id: LedgerReportId, key: &str) -> Result<LedgerReport, Problem> {
        self.post(&format!("/ledger-reports/{id}/cancel"), &serde_json::json!({}), key)
            .await
    }
}
