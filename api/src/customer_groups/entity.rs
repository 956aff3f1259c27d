//! The `customer_group` table.

use crate::kernel::scope::same_organisation;
use crate::kernel::{Limit, Reach, Read, Rooted, Scope, Stop, Visible, page};
use crate::reach::reach_sql;
use kept_shared::customer_groups::{CustomerGroup, CustomerGroupFilter};
use kept_shared::ids::{AccountId, CommunityId, CustomerGroupId, OrganisationId};
use kept_shared::page::Page;
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{ActiveValue::Set, Condition, FromQueryResult, QueryOrder, QuerySelect, entity::prelude::*};
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerGroupId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// The account columns an attorney's rule looks at; accounts themselves stand above this feature.
mod account {
    use super::{AccountId, CommunityId, CustomerGroupId};
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AccountId,
        pub community_id: CommunityId,
        pub customer_group_id: Option<CustomerGroupId>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

impl Visible for Entity {
    fn visible_to(scope: &Scope) -> Condition {
        let ours = same_organisation(scope, Column::OrganisationId);
        match scope.reach() {
            Reach::Everything | Reach::Organisation(_) | Reach::Communities { .. } => ours,
            Reach::HandedOverTo { .. } => {
                let mut groups = Query::select();
                groups
                    .column(Alias::new("customer_group_id"))
                    .from(Alias::new("account"))
                    .cond_where(crate::reach::within_reach(
                        scope,
                        account::Column::Id,
                        account::Column::CommunityId,
                    ));
                ours.add(Column::Id.in_subquery(groups))
            }
        }
    }
}
impl Rooted for ActiveModel {
    fn attach(&mut self, organisation: OrganisationId) {
        self.organisation_id = Set(organisation);
    }
}
crate::versioned!();

#[derive(FromQueryResult)]
struct Count {
    customer_group_id: CustomerGroupId,
    n: i64,
}

/// How many accounts the caller reaches in each of these groups.
pub(super) async fn counts(read: &Read, ids: &[CustomerGroupId]) -> Result<HashMap<CustomerGroupId, u64>, Stop> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let marks: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT a.customer_group_id AS customer_group_id, COUNT(*) AS n FROM account a \
         WHERE {{reach a.id, a.community_id}} AND a.customer_group_id IN ({}) GROUP BY a.customer_group_id",
        marks.join(", ")
    );
    let values = ids.iter().map(|id| (*id).into()).collect();
    let rows: Vec<Count> = read.report(Limit::Reach(reach_sql), &sql, values).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.customer_group_id, u64::try_from(row.n).unwrap_or_default()))
        .collect())
}

pub(super) async fn view(read: &Read, group: &Model) -> Result<CustomerGroup, Stop> {
    let accounts = counts(read, &[group.id]).await?.remove(&group.id).unwrap_or_default();
    Ok(CustomerGroup {
        id: group.id,
        name: group.name.clone(),
        accounts,
        version: group.version,
    })
}

pub(super) async fn list(read: &Read, filter: &CustomerGroupFilter) -> Result<Page<CustomerGroup>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("customer-groups", &())?;
    let after: Option<(String, CustomerGroupId)> = page::decode(filter.cursor.as_deref(), &mark)?;
    let condition = after.map_or_else(Condition::all, |(name, id)| {
        Condition::any()
            .add(Column::Name.gt(name.clone()))
            .add(Condition::all().add(Column::Name.eq(name)).add(Column::Id.gt(id)))
    });
    let rows = read
        .find::<Entity>()
        .filter(condition)
        .shape(|s| s.order_by_asc(Column::Name).order_by_asc(Column::Id).limit(limit + 1))
        .all()
        .await?;
    let page = page::page(rows, limit, &mark, |row| (row.name.clone(), row.id))?;
    let ids: Vec<CustomerGroupId> = page.items.iter().map(|row| row.id).collect();
    let mut counts = counts(read, &ids).await?;
    Ok(page.map(|row| CustomerGroup {
        id: row.id,
        name: row.name.clone(),
        accounts: counts.remove(&row.id).unwrap_or_default(),
        version: row.version,
    }))
}
