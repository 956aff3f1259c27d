//! Entries in few words, by id.

use crate::kernel::{
    Limit, Read, Stop,
    binds::{Binds, LIST},
};
use chrono::NaiveDate;
use kept_shared::allocation::AllocationClass;
use kept_shared::ids::*;
use kept_shared::journal::EntryBrief;
use kept_shared::ledger::{EntryContext, EntryType};
use kept_shared::money::{Currency, Money};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Row {
    id: EntryId,
    no: i64,
    effective_on: NaiveDate,
    due_on: Option<NaiveDate>,
    kind: EntryType,
    context: EntryContext,
    reference: Option<String>,
    description: String,
    claim_id: Option<ClaimId>,
    claim: Option<String>,
    amount_minor: i64,
    currency: Currency,
}

/// Briefs by entry.
pub type Briefs = HashMap<EntryId, EntryBrief>;

/// Entries of accounts that were loaded within reach. Two statements for each thousand.
pub async fn briefs(read: &Read, ids: impl IntoIterator<Item = EntryId>) -> Result<Briefs, Stop> {
    let ids: Vec<EntryId> = ids.into_iter().collect();
    let mut all = HashMap::with_capacity(ids.len());
    for part in ids.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "SELECT e.id, e.no, e.effective_on, e.due_on, e.type AS kind, e.context, e.reference, e.description, e.claim_id, \
             c.reference AS claim, e.amount_minor, m.currency FROM entry e LEFT JOIN claim c ON c.id = e.claim_id \
             JOIN community m ON m.id = e.community_id WHERE e.id IN ({})",
            binds.list(part.iter().copied())
        );
        let why = Limit::Unscoped("entries of accounts loaded within reach");
        for r in read.report::<Row>(why, &sql, binds.values()).await? {
            all.insert(
                r.id,
                EntryBrief {
                    id: r.id,
                    no: r.no,
                    date: r.effective_on,
                    due_on: r.due_on,
                    kind: r.kind,
                    context: r.context,
                    class: AllocationClass::of(r.kind, r.context),
                    reference: r.reference,
                    description: r.description,
                    claim_id: r.claim_id,
                    claim: r.claim,
                    amount: Money::new(r.amount_minor, r.currency),
                },
            );
        }
    }
    Ok(all)
}
