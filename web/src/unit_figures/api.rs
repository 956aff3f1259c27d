//! Calls.

use crate::kernel::api::Api;
use kept_shared::ids::{AccountId, UnitId};
use kept_shared::page::Page;
use kept_shared::problem::Problem;
use kept_shared::unit_figures::*;

impl Api {
    pub async fn unit_lines(self, filter: UnitFigureFilter) -> Result<Page<UnitLine>, Problem> {
        self.list("/unit-figures", &filter).await
    }
    pub async fn account_units(self, id: AccountId, filter: FiguresFilter) -> Result<AccountUnits, Problem> {
        self.list(&format!("/accounts/{id}/unit-figures"), &filter).await
    }
    pub async fn unit_owners(self, id: UnitId, filter: FiguresFilter) -> Result<UnitOwners, Problem> {
        self.list(&format!("/units/{id}/figures"), &filter).await
    }
}
