//! The rows values hang on, loaded through the scope.

use crate::accounts::{self, debtor};
use crate::claims::product;
use crate::kernel::{Limit, Read, Seen, Stop, Subject};
use crate::ledger::claim;
use crate::reach::reach_sql;
use crate::units;
use kept_shared::ids::*;
use kept_shared::metadata::MetadataEntity;
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// One thing with fields, that the caller reaches.
pub(super) struct Row {
    pub entity: MetadataEntity,
    pub id: Uuid,
    /// None: a unit, which may change hands.
    pub account: Option<AccountId>,
    /// What an event of it is about.
    pub subject: Subject,
}

impl Row {
    pub fn of_account(account: &Seen<accounts::Model>) -> Self {
        Self::under(MetadataEntity::Account, account.id.0, account.id)
    }
    pub fn of_debtor(debtor: DebtorId, account: &Seen<accounts::Model>) -> Self {
        Self::under(MetadataEntity::Debtor, debtor.0, account.id)
    }
    pub fn of_product(product: ProductId, account: &Seen<accounts::Model>) -> Self {
        Self::under(MetadataEntity::Product, product.0, account.id)
    }
    pub fn of_unit(unit: &Seen<units::Model>) -> Self {
        Self {
            entity: MetadataEntity::Unit,
            id: unit.id.0,
            account: None,
            subject: unit.community_id.into(),
        }
    }
    fn under(entity: MetadataEntity, id: Uuid, account: AccountId) -> Self {
        Self {
            entity,
            id,
            account: Some(account),
            subject: account.into(),
        }
    }
}

pub(super) async fn account(read: &Read, id: AccountId) -> Result<Row, Stop> {
    Ok(Row::of_account(&read.get::<accounts::Entity>(id).await?))
}

pub(super) async fn debtor_row(read: &Read, id: DebtorId) -> Result<Row, Stop> {
    let debtor = read.get::<debtor::Entity>(id).await?;
    Ok(Row::under(MetadataEntity::Debtor, debtor.id.0, debtor.account_id))
}

pub(super) async fn claim_row(read: &Read, id: ClaimId) -> Result<Row, Stop> {
    let claim = read.get::<claim::Entity>(id).await?;
    Ok(Row::under(MetadataEntity::Claim, claim.id.0, claim.account_id))
}

pub(super) async fn product_row(read: &Read, id: ProductId) -> Result<Row, Stop> {
    let product = read.get::<product::Entity>(id).await?;
    Ok(Row::under(MetadataEntity::Product, product.id.0, product.account_id))
}

#[derive(FromQueryResult)]
struct Owned {
    n: i64,
}

/// Of a unit whose owner was handed over an attorney reads nothing once somebody else owns it: the fields tell of now.
pub(super) async fn unit(read: &Read, id: UnitId) -> Result<Row, Stop> {
    let unit = read.get::<units::Entity>(id).await?;
    if read.caller().is_attorney() {
        let sql = "SELECT COUNT(*) AS n FROM unit u JOIN unit_owner o ON o.unit_id = u.id AND o.to_on IS NULL \
             WHERE u.id = $1 AND {reach o.account_id, u.community_id}";
        let now: Option<Owned> = read.report_one(Limit::Reach(reach_sql), sql, vec![id.into()]).await?;
        if now.is_none_or(|now| now.n == 0) {
            return Err(Stop::not_found());
        }
    }
    Ok(Row::of_unit(&unit))
}
