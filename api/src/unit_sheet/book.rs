//! What the book holds of a community, in three statements.

use crate::kernel::{Limit, Read, Seen, Stop};
use crate::reach::reach_sql;
use crate::{communities, units};
use kept_shared::contacts::{ContactKind, is_integrated};
use kept_shared::ids::{AccountId, CommunityId, ContactId, UnitId};
use kept_shared::unit_sheet::{Known, KnownContact, KnownCustomer, KnownUnit};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, FromQueryResult, QueryOrder};
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Owned {
    unit_id: UnitId,
    account_id: AccountId,
}

#[derive(FromQueryResult)]
struct Customer {
    id: AccountId,
    reference: String,
    name: String,
}

#[derive(FromQueryResult)]
struct Reached {
    account_id: AccountId,
    id: ContactId,
    kind: ContactKind,
    value: String,
    normalised: String,
    source: Option<String>,
}

const CUSTOMERS: &str = "SELECT a.id, a.reference, a.name FROM account a \
    WHERE {reach a.id, a.community_id} AND a.community_id = $1";
const OWNERS: &str = "SELECT u.id AS unit_id, o.account_id FROM unit u \
    JOIN unit_owner o ON o.unit_id = u.id AND o.to_on IS NULL WHERE u.community_id = $1";
const CONTACTS: &str = "SELECT a.id AS account_id, c.id, c.kind, c.value, c.normalised, c.source FROM account a \
    JOIN debtor d ON d.account_id = a.id AND d.role = 'primary' JOIN contact c ON c.debtor_id = d.id AND c.account_id = a.id \
    WHERE {reach a.id, a.community_id} AND a.community_id = $1 AND c.kind <> 'postal' ORDER BY c.is_primary DESC, c.id";

/// Units in the order people count in, those of one block only where it is named, with the customers of the community.
pub(super) async fn load(
    read: &Read,
    community: &Seen<communities::Model>,
    block: Option<&str>,
) -> Result<Known, Stop> {
    let mut units = units::Column::CommunityId.eq(community.id);
    if let Some(block) = block {
        units = units.and(units::Column::Block.eq(block));
    }
    let units = read
        .find::<units::Entity>()
        .filter(units)
        .shape(|s| s.order_by_asc(units::Column::SortKey).order_by_asc(units::Column::Id))
        .all()
        .await?;
    let owners = owners(read, community.id).await?;
    Ok(Known {
        units: units
            .iter()
            .map(|unit| KnownUnit {
                id: unit.id,
                details: unit.details(),
                owner: owners.get(&unit.id).copied(),
            })
            .collect(),
        customers: customers(read, community.id).await?,
    })
}

async fn owners(read: &Read, community: CommunityId) -> Result<HashMap<UnitId, AccountId>, Stop> {
    let limit = Limit::Unscoped("owners of units of a community the caller has loaded; who they are is read in reach");
    let rows: Vec<Owned> = read.report(limit, OWNERS, vec![community.into()]).await?;
    Ok(rows.into_iter().map(|o| (o.unit_id, o.account_id)).collect())
}

async fn customers(read: &Read, community: CommunityId) -> Result<Vec<KnownCustomer>, Stop> {
    let limit = Limit::Reach(reach_sql);
    let mut contacts: HashMap<AccountId, Vec<KnownContact>> = HashMap::new();
    let reached: Vec<Reached> = read.report(limit, CONTACTS, vec![community.into()]).await?;
    for it in reached {
        contacts.entry(it.account_id).or_default().push(KnownContact {
            id: it.id,
            kind: it.kind,
            is_fed: is_integrated(it.source.as_deref()),
            value: it.value,
            normalised: it.normalised,
        });
    }
    let rows: Vec<Customer> = read.report(limit, CUSTOMERS, vec![community.into()]).await?;
    Ok(rows
        .into_iter()
        .map(|c| KnownCustomer {
            contacts: contacts.remove(&c.id).unwrap_or_default(),
            id: c.id,
            reference: c.reference,
            name: c.name,
        })
        .collect())
}
