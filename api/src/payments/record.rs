//! Payments become entries.

use crate::kernel::Tx;
use crate::ledger::{Origin, PostError, post};
use chrono::NaiveDate;
use kept_shared::allocation::AllocationChoice;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimLink, EntryType, NewEntry};
use kept_shared::money::Money;

/// Money that came in for one account.
#[derive(Clone, Debug)]
pub struct NewPayment {
    pub account_id: AccountId,
    pub unit_id: Option<UnitId>,
    /// Positive.
    pub amount: Money,
    pub received_on: NaiveDate,
    pub method: Option<String>,
    pub reference: Option<String>,
    pub description: String,
    pub allocation: AllocationChoice,
    /// Where it was read and its key there: the pair is unique per account, so nothing is posted twice.
    pub source: Option<String>,
    pub source_key: Option<String>,
}

impl NewPayment {
    /// The entry it becomes. A payment for one claim is about that claim.
    pub fn entry(self) -> NewEntry {
        let claim = match &self.allocation {
            AllocationChoice::ToClaim(claim) => ClaimLink::Of(*claim),
            AllocationChoice::Leave
            | AllocationChoice::Default
            | AllocationChoice::By(_)
            | AllocationChoice::To(_)
            | AllocationChoice::Among(_) => ClaimLink::Default,
        };
        let amount = Money::new(-self.amount.minor, self.amount.currency);
        NewEntry {
            unit_id: self.unit_id,
            reference: self.reference,
            payment_method: self.method,
            claim,
            source: self.source,
            source_key: self.source_key,
            allocation: self.allocation,
            ..NewEntry::new(
                EntryId(uuid::Uuid::now_v7()),
                self.account_id,
                EntryType::Payment,
                self.received_on,
                amount,
                &self.description,
            )
        }
    }
}

/// Posts payments, all or none, and gives their entries in the same order. Errors: as [`post`]; a payment of nothing or
/// less is refused as `wrong_sign`.
pub async fn record(tx: &Tx, payments: Vec<NewPayment>, origin: Option<Origin>) -> Result<Vec<EntryId>, PostError> {
    let entries: Vec<NewEntry> = payments.into_iter().map(NewPayment::entry).collect();
    let ids = entries.iter().map(|e| e.id).collect();
    post(tx, entries, vec![], origin).await?;
    Ok(ids)
}
