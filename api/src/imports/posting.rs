//! The seam to the journal: entries are posted by the ledger alone; here only the dispute flag of a claim is set.

use super::apply::Postings;
use crate::accounts;
use crate::kernel::{Stop, Tx};
use crate::ledger::{self, Origin, claim};
use kept_shared::accounts::{DebtorEdit, NewDebtor};
use kept_shared::event::Event;
use sea_orm::ActiveValue::Set;

/// Posts everything of some rows, all or nothing.
pub async fn post(tx: &Tx, origin: Origin, postings: Postings) -> Result<(), Stop> {
    if !postings.entries.is_empty() {
        ledger::post(tx, postings.entries, postings.allocations, Some(origin)).await?;
    }
    for (account, id, is_disputed) in postings.disputes {
        let row = tx.get::<claim::Entity>(id).await?;
        tx.amend(row, |row: &mut claim::ActiveModel| row.is_disputed = Set(is_disputed))
            .await?;
        let fields = vec!["is_disputed".to_owned()];
        tx.also(account, Event::ClaimChanged { claim: id, fields }).await?;
    }
    Ok(())
}

/// A debtor under the name a file gives.
pub fn renamed(debtor: &accounts::debtor::Model, name: &str) -> DebtorEdit {
    let named = NewDebtor::from_full_name(name);
    DebtorEdit {
        role: debtor.role,
        kind: named.kind,
        title: debtor.title.clone(),
        first_name: named.first_name,
        last_name: named.last_name,
        company_name: named.company_name,
        language: debtor.language.clone(),
    }
}
