//! The rows values hang on, loaded through the scope.

use crate::accounts::{self, debtor};
use crate::claims::product;
use crate::kernel::{Read, Seen, Stop, Subject};
use crate::ledger::claim;
use crate::units;
use kept_shared::ids::*;
use kept_shared::metadata::MetadataEntity;
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

pub(super) async fn unit(read: &Read, id: UnitId) -> Result<Row, Stop> {
    Ok(Row::of_unit(&read.get::<units::Entity>(id).await?))
}
