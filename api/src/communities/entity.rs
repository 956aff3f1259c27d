//! The `community` table.

use crate::kernel::{Rooted, Scope, Visible};
use crate::reach::community_within_reach;
use kept_shared::allocation::{AllocationClass, AllocationRules, AllocationStrategy};
use kept_shared::communities::{
    AgeingBasis, AgeingMode, AgeingRules, Community, CommunityKind, CreditPolicy, NewCommunity,
};
use kept_shared::ids::{CommunityId, OrganisationId};
use kept_shared::money::{Currency, Money};
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "community")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CommunityId,
    pub organisation_id: OrganisationId,
    pub code: String,
    pub name: String,
    pub kind: CommunityKind,
    pub currency: Currency,
    pub time_zone: String,
    pub ageing_mode: AgeingMode,
    pub ageing_basis: AgeingBasis,
    pub ageing_edges: String,
    pub credit_policy: CreditPolicy,
    pub address: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub office_hours: Option<String>,
    pub access_hours: Option<String>,
    pub information: Option<String>,
    pub bank_name: Option<String>,
    pub bank_account: Option<String>,
    pub bank_branch: Option<String>,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub version: i64,
    pub allocation_strategy: AllocationStrategy,
    pub allocation_order: Option<String>,
    pub approval_above_minor: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        community_within_reach(scope, Column::Id)
    }
}
impl Rooted for ActiveModel {
    fn attach(&mut self, organisation: OrganisationId) {
        self.organisation_id = Set(organisation);
    }
}
crate::versioned!();

impl Model {
    /// How this community's balances are aged.
    pub fn ageing(&self) -> AgeingRules {
        AgeingRules {
            mode: self.ageing_mode,
            basis: self.ageing_basis,
            edges: edges_from(&self.ageing_edges),
            credit_policy: self.credit_policy,
        }
    }

    /// How credits are set against debits unless somebody says otherwise.
    pub fn allocation(&self) -> AllocationRules {
        AllocationRules {
            strategy: self.allocation_strategy,
            order: order_from(self.allocation_order.as_deref()),
        }
    }

    /// The amount above which a posting by hand needs a second pair of eyes.
    pub fn approval_above(&self) -> Option<Money> {
        self.approval_above_minor.map(|minor| Money::new(minor, self.currency))
    }

    /// What a person entered.
    pub fn details(&self) -> NewCommunity {
        let m = self.clone();
        NewCommunity {
            allocation: self.allocation(),
            approval_above: self.approval_above(),
            ageing: self.ageing(),
            code: m.code,
            name: m.name,
            kind: m.kind,
            currency: m.currency,
            time_zone: m.time_zone,
            address: m.address,
            email: m.email,
            phone: m.phone,
            website: m.website,
            office_hours: m.office_hours,
            access_hours: m.access_hours,
            information: m.information,
            bank_name: m.bank_name,
            bank_account: m.bank_account,
            bank_branch: m.bank_branch,
            is_active: m.is_active,
        }
    }

    pub(super) fn view(&self, currency_is_fixed: bool) -> Community {
        let m = self.clone();
        Community {
            allocation: self.allocation(),
            approval_above: self.approval_above(),
            ageing: self.ageing(),
            id: m.id,
            version: m.version,
            code: m.code,
            name: m.name,
            kind: m.kind,
            currency: m.currency,
            time_zone: m.time_zone,
            address: m.address,
            email: m.email,
            phone: m.phone,
            website: m.website,
            office_hours: m.office_hours,
            access_hours: m.access_hours,
            information: m.information,
            bank_name: m.bank_name,
            bank_account: m.bank_account,
            bank_branch: m.bank_branch,
            is_active: m.is_active,
            currency_is_fixed,
        }
    }
}

/// Writes what a person entered into a row.
pub(super) fn fill(row: &mut ActiveModel, new: NewCommunity) {
    row.code = Set(new.code);
    row.name = Set(new.name);
    row.kind = Set(new.kind);
    row.currency = Set(new.currency);
    row.time_zone = Set(new.time_zone);
    row.ageing_mode = Set(new.ageing.mode);
    row.ageing_basis = Set(new.ageing.basis);
    row.ageing_edges = Set(edges_text(new.ageing.edges));
    row.credit_policy = Set(new.ageing.credit_policy);
    row.allocation_strategy = Set(new.allocation.strategy);
    row.allocation_order = Set(order_text(&new.allocation.order));
    row.approval_above_minor = Set(new.approval_above.map(|m| m.minor));
    row.address = Set(new.address);
    row.email = Set(new.email);
    row.phone = Set(new.phone);
    row.website = Set(new.website);
    row.office_hours = Set(new.office_hours);
    row.access_hours = Set(new.access_hours);
    row.information = Set(new.information);
    row.bank_name = Set(new.bank_name);
    row.bank_account = Set(new.bank_account);
    row.bank_branch = Set(new.bank_branch);
    row.is_active = Set(new.is_active);
}

fn edges_text(edges: [i32; 4]) -> String {
    edges.map(|e| e.to_string()).join(",")
}

fn order_text(order: &[AllocationClass]) -> Option<String> {
    let words: Vec<&str> = order.iter().map(|c| c.as_str()).collect();
    (!words.is_empty()).then(|| words.join(","))
}

/// An order of classes as stored, `interest,fee`. What was written through [`order_text`] always reads back.
pub fn order_from(text: Option<&str>) -> Vec<AllocationClass> {
    let words = text.unwrap_or_default().split(',');
    words.filter_map(|word| word.trim().parse().ok()).collect()
}

/// Edges as stored, `0,30,60,90`. What was written through [`edges_text`] always reads back.
pub fn edges_from(text: &str) -> [i32; 4] {
    let mut edges = AgeingRules::USUAL_EDGES;
    for (edge, part) in edges.iter_mut().zip(text.split(',')) {
        if let Ok(n) = part.trim().parse() {
            *edge = n;
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn edges_read_back_as_written() {
        for edges in [[0, 30, 60, 90], [5, 7, 14, 365]] {
            assert_eq!(edges_from(&edges_text(edges)), edges);
        }
    }
}
