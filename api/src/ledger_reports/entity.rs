//! The `ledger_report` table and the customers of each report.

use crate::kernel::{Rooted, Scope, Stop, Visible, scope::same_organisation};
use kept_shared::ids::{LedgerReportId, OrganisationId, UserId};
use kept_shared::ledger_reports::{LedgerReport, ReportLayout, ReportState};
use sea_orm::{Condition, Set, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LedgerReportId,
    pub organisation_id: OrganisationId,
    pub ordered_by: UserId,
    pub selection: String,
    pub from_on: Date,
    pub to_on: Date,
    pub layout: ReportLayout,
    pub state: ReportState,
    pub customers: i64,
    pub lines: i64,
    pub done: i64,
    pub totals: String,
    pub blob_key: Option<String>,
    pub size_bytes: Option<i64>,
    pub failure: Option<String>,
    pub ordered_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    pub expires_at: DateTimeUtc,
    pub version: i64,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
crate::versioned!();

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        same_organisation(scope, Column::OrganisationId)
    }
}
impl Rooted for ActiveModel {
    fn attach(&mut self, organisation: OrganisationId) {
        self.organisation_id = Set(organisation);
    }
}

impl Model {
    pub(super) fn view(&self) -> Result<LedgerReport, Stop> {
        let count = |n: i64| u32::try_from(n).unwrap_or_default();
        Ok(LedgerReport {
            id: self.id,
            version: self.version,
            selection: serde_json::from_str(&self.selection)?,
            from: self.from_on,
            to: self.to_on,
            layout: self.layout,
            state: self.state,
            customers: count(self.customers),
            lines: count(self.lines),
            done: count(self.done),
            totals: serde_json::from_str(&self.totals)?,
            size_bytes: self.size_bytes.and_then(|n| u64::try_from(n).ok()),
            failure: self.failure.clone(),
            ordered_at: self.ordered_at,
            finished_at: self.finished_at,
            expires_at: self.expires_at,
        })
    }
}

/// A customer of a report, in the order of the names.
pub mod chosen {
    use kept_shared::ids::{AccountId, LedgerReportId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_report_account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub report_id: LedgerReportId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: AccountId,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
