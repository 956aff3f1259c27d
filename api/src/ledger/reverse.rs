//! Corrections: an entry is never changed, another one undoes it (spec E02, E11).

use super::entry::{self, Entity};
use super::history::{AccountFacts, BATCH, facts};
use super::post::{Origin, PostError, Posted, post, refused};
use crate::kernel::{Seen, Tx};
use chrono::NaiveDate;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimLink, NewEntry, PostingFlaw};
use kept_shared::money::Money;
use sea_orm::ColumnTrait;
use std::collections::HashMap;

/// The entry that undoes another: the exact negative, not dated before it, about the same claim, unit and product.
pub(crate) fn undoing(
    e: &entry::Model,
    currency: kept_shared::money::Currency,
    on: NaiveDate,
    reason: &str,
) -> NewEntry {
    let kind = e.kind.reversed_by();
    NewEntry {
        unit_id: e.unit_id,
        reference: e.reference.clone(),
        claim: e.claim_id.map_or(ClaimLink::Default, ClaimLink::Of),
        reverses_id: Some(e.id),
        payment_method: e.payment_method.clone(),
        product_id: e.product_id,
        debtor_id: e.debtor_id,
        reason: Some(reason.to_owned()),
        ..NewEntry::new(
            EntryId(uuid::Uuid::now_v7()),
            e.account_id,
            kind,
            on.max(e.effective_on),
            Money::new(-e.amount_minor, currency),
            &e.description,
        )
    }
}

/// Undoes entries, all or none: payments by a chargeback, anything else by an adjustment, on `on` or on the entry's own
/// date where that is later. What they had paid is open again, what paid them is unallocated again.
///
/// Errors: [`PostError::Refused`] with `nothing_to_reverse` for an entry that is out of reach or itself a reversal,
/// `reversed_already`.
pub async fn reverse(tx: &Tx, ids: &[EntryId], on: NaiveDate, reason: &str) -> Result<Posted, PostError> {
    reverse_as(tx, ids, on, reason, None).await
}

/// As [`reverse`], for what a job does on somebody's order.
pub async fn reverse_as(
    tx: &Tx,
    ids: &[EntryId],
    on: NaiveDate,
    reason: &str,
    origin: Option<Origin>,
) -> Result<Posted, PostError> {
    let mut entries = Vec::with_capacity(ids.len());
    for part in ids.chunks(BATCH) {
        let found: Vec<Seen<entry::Model>> = tx
            .among::<Entity>(entry::Column::Id.is_in(part.iter().copied()))
            .all()
            .await?;
        let found: HashMap<EntryId, Seen<entry::Model>> = found.into_iter().map(|e| (e.id, e)).collect();
        let accounts: Vec<AccountId> = found.values().map(|e| e.account_id).collect();
        let accounts: HashMap<AccountId, AccountFacts> =
            facts(tx, &accounts).await?.into_iter().map(|f| (f.id, f)).collect();
        for id in part {
            let nothing = || refused(*id, PostingFlaw::NothingToReverse);
            let e = found.get(id).ok_or_else(nothing)?;
            let account = accounts.get(&e.account_id).ok_or_else(nothing)?;
            entries.push(undoing(e, account.currency, on, reason));
        }
    }
    post(tx, entries, vec![], origin).await
}
