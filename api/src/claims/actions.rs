//! The life of a claim (spec SM9): resolved, re-opened, deleted, recreated, related. The ledger follows: a claim never
//! changes its state without the entries that say so.

use super::entity::claim_relation;
use super::queries::open_of;
use crate::kernel::{Limit, Seen, Stop, Tx, tx::refuse};
use crate::ledger::{self, AccountFacts, Origin, account_facts, claim, entry};
use chrono::NaiveDate;
use kept_shared::allocation::AllocationChoice;
use kept_shared::claims::RelateClaim;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimLink, ClaimResolution, ClaimState, EntryType, NewEntry};
use kept_shared::money::Money;
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};

type Claim = Seen<claim::Model>;

/// The credit that closes a claim for a reason.
const fn closing_kind(resolution: ClaimResolution) -> EntryType {
    match resolution {
        ClaimResolution::WrittenOff
        | ClaimResolution::Prescribed
        | ClaimResolution::Discharged
        | ClaimResolution::Sold => EntryType::WriteOff,
        ClaimResolution::Settled => EntryType::Discount,
        ClaimResolution::Fraudulent
        | ClaimResolution::Discarded
        | ClaimResolution::Invalidated
        | ClaimResolution::Paid => EntryType::Adjustment,
    }
}

/// The claim locked against other postings, with what is open of it. Errors: 422 when it is not active or nothing is
/// open.
pub async fn to_resolve(tx: &Tx, claim: &Claim) -> Result<(AccountFacts, Money), Stop> {
    let account = account_facts(tx, claim.account_id).await?;
    ledger::hold_accounts(tx, &[account.id]).await?;
    if claim.state != ClaimState::Active {
        return Err(refuse("/resolution", "not_active"));
    }
    let open = open_of(tx, account.id, claim.id).await?;
    if open <= 0 {
        return Err(refuse("/resolution", "nothing_open"));
    }
    let money = Money::new(open, account.currency);
    Ok((account, money))
}

/// Closes a claim with what is open of it: the credit is the claim's own and pays nothing else.
pub async fn resolve(
    tx: &Tx,
    claim: Claim,
    resolution: ClaimResolution,
    date: NaiveDate,
    reason: &str,
    origin: Option<Origin>,
) -> Result<EntryId, Stop> {
    let (account, open) = to_resolve(tx, &claim).await?;
    if date < claim.issued_on {
        return Err(refuse("/date", "before_the_claim"));
    }
    let new = NewEntry {
        unit_id: claim.unit_id,
        product_id: claim.product_id,
        claim: ClaimLink::Of(claim.id),
        reference: Some(claim.reference.clone()),
        reason: Some(reason.trim().to_owned()),
        allocation: AllocationChoice::ToClaim(claim.id),
        ..NewEntry::new(
            EntryId(uuid::Uuid::now_v7()),
            account.id,
            closing_kind(resolution),
            date,
            Money::new(-open.minor, open.currency),
            &claim.reference,
        )
    };
    let (entry, id) = (new.id, claim.id);
    tx.amend(claim, |row: &mut claim::ActiveModel| {
        row.state = Set(ClaimState::Resolved);
        row.resolution = Set(Some(resolution));
        row.resolved_on = Set(Some(date));
        row.resolved_reason = Set(Some(reason.trim().to_owned()));
        row.closing_entry_id = Set(Some(entry));
    })
    .await?;
    ledger::post(tx, vec![new], vec![], origin).await?;
    let resolution = resolution.as_str().to_owned();
    tx.also(account.id, Event::ClaimResolved { claim: id, resolution })
        .await?;
    Ok(entry)
}

/// Opens a claim that was closed by hand: the credit that closed it is reversed today. Errors: 422 for one the ledger
/// itself closed, or where the credit is above the limit of one pair of eyes.
pub async fn reopen(tx: &Tx, claim: Claim, reason: &str) -> Result<(), Stop> {
    let account = account_facts(tx, claim.account_id).await?;
    let (ClaimState::Resolved | ClaimState::Active, Some(closing)) = (claim.state, claim.closing_entry_id) else {
        return Err(refuse("/reason", "not_closed_by_hand"));
    };
    ledger::hold_accounts(tx, &[account.id]).await?;
    let credit = tx.get::<entry::Entity>(closing).await?;
    within_limit(&account, -credit.amount_minor)?;
    let today = tx.today(&account.time_zone);
    let id = claim.id;
    // Open first: the ledger judges what is open of it, and finds it paid where other money covers it by now.
    tx.amend(claim, |row: &mut claim::ActiveModel| {
        row.state = Set(ClaimState::Active);
        row.resolution = Set(None);
        row.resolved_on = Set(None);
        row.resolved_reason = Set(None);
        row.closing_entry_id = Set(None);
    })
    .await?;
    ledger::reverse(tx, &[closing], today, reason.trim()).await?;
    let reason = reason.trim().to_owned();
    tx.also(account.id, Event::ClaimReopened { claim: id, reason }).await
}

#[derive(FromQueryResult)]
struct Paid {
    minor: Option<i64>,
}

/// Takes a claim out of the books: its debits are reversed today. Errors: 422 when it is not active, something was
/// allocated to it, or it is above the limit of one pair of eyes.
pub async fn delete(tx: &Tx, claim: Claim, reason: &str) -> Result<(), Stop> {
    let account = account_facts(tx, claim.account_id).await?;
    ledger::hold_accounts(tx, &[account.id]).await?;
    if claim.state != ClaimState::Active {
        return Err(refuse("/reason", "not_active"));
    }
    let paid: Option<Paid> = tx
        .report_one(
            Limit::Unscoped("allocations of a claim that was loaded within reach"),
            "SELECT CAST(SUM(l.amount_minor) AS BIGINT) AS minor FROM allocation l JOIN entry e ON e.id = l.debit_entry_id \
             WHERE e.claim_id = $1 AND e.reverses_id IS NULL",
            vec![claim.id.into()],
        )
        .await?;
    if paid.and_then(|p| p.minor).unwrap_or(0) != 0 {
        return Err(refuse("/reason", "has_payments"));
    }
    let entries = tx
        .find::<entry::Entity>()
        .filter(entry::Column::ClaimId.eq(claim.id))
        .all()
        .await?;
    let undone: Vec<EntryId> = entries.iter().filter_map(|e| e.reverses_id).collect();
    let stands: Vec<&Seen<entry::Model>> = entries
        .iter()
        .filter(|e| e.amount_minor > 0 && e.reverses_id.is_none() && !undone.contains(&e.id))
        .collect();
    let sum: i64 = stands.iter().map(|e| e.amount_minor).sum();
    within_limit(&account, sum)?;
    let ids: Vec<EntryId> = stands.iter().map(|e| e.id).collect();
    let id = claim.id;
    let today = tx.today(&account.time_zone);
    ledger::reverse(tx, &ids, today, reason.trim()).await?;
    // The ledger has just closed it as invalid; deleted is a word of people.
    let claim = tx.get::<claim::Entity>(id).await?;
    tx.amend(claim, |row: &mut claim::ActiveModel| {
        row.state = Set(ClaimState::Deleted);
        row.resolution = Set(None);
        row.resolved_on = Set(Some(today));
        row.resolved_reason = Set(Some(reason.trim().to_owned()));
    })
    .await?;
    let reason = reason.trim().to_owned();
    tx.also(account.id, Event::ClaimDeleted { claim: id, reason }).await
}

fn within_limit(account: &AccountFacts, minor: i64) -> Result<(), Stop> {
    match account.approval_above_minor {
        Some(limit) if minor > limit => Err(refuse("/reason", "above_limit")),
        Some(_) | None => Ok(()),
    }
}

/// Brings a deleted claim back: the same debt is invoiced again today, due when it was. Errors: as [`delete`].
pub async fn recreate(tx: &Tx, claim: Claim, reason: &str) -> Result<(), Stop> {
    let account = account_facts(tx, claim.account_id).await?;
    ledger::hold_accounts(tx, &[account.id]).await?;
    if claim.state != ClaimState::Deleted {
        return Err(refuse("/reason", "not_deleted"));
    }
    within_limit(&account, claim.amount_minor)?;
    let today = tx.today(&account.time_zone);
    let new = NewEntry {
        unit_id: claim.unit_id,
        product_id: claim.product_id,
        claim: ClaimLink::Of(claim.id),
        reference: Some(claim.reference.clone()),
        reason: Some(reason.trim().to_owned()),
        due_on: Some(claim.due_on.unwrap_or(claim.issued_on)),
        ..NewEntry::new(
            EntryId(uuid::Uuid::now_v7()),
            account.id,
            EntryType::Invoice,
            today,
            Money::new(claim.amount_minor, account.currency),
            &claim.reference,
        )
    };
    let id = claim.id;
    tx.amend(claim, |row: &mut claim::ActiveModel| {
        row.state = Set(ClaimState::Active);
        row.resolved_on = Set(None);
        row.resolved_reason = Set(None);
    })
    .await?;
    ledger::post(tx, vec![new], vec![], None).await?;
    let reason = reason.trim().to_owned();
    tx.also(account.id, Event::ClaimRecreated { claim: id, reason }).await
}

/// Says how a claim stands to another of the same account. Errors: 404, 409, 422.
pub async fn relate(tx: &Tx, claim: &Claim, new: &RelateClaim) -> Result<(), Stop> {
    use claim_relation::{Column as C, Entity};
    if claim.id == new.related_id {
        return Err(refuse("/related_id", "itself"));
    }
    let other = tx
        .find::<claim::Entity>()
        .filter(claim::Column::Id.eq(new.related_id))
        .one()
        .await?;
    if other.is_none_or(|other| other.account_id != claim.account_id) {
        return Err(refuse("/related_id", "unknown"));
    }
    let there = tx
        .find::<Entity>()
        .filter(C::ClaimId.eq(claim.id))
        .filter(C::RelatedId.eq(new.related_id))
        .filter(C::Kind.eq(new.kind));
    let back = tx
        .find::<Entity>()
        .filter(C::ClaimId.eq(new.related_id))
        .filter(C::RelatedId.eq(claim.id))
        .filter(C::Kind.eq(new.kind));
    // Neither the same again nor the other way round: of two claims one replaces the other.
    if there.exists().await? || back.exists().await? {
        return Err(refuse("/related_id", "taken"));
    }
    let row = claim_relation::ActiveModel {
        id: Set(uuid::Uuid::now_v7()),
        related_id: Set(new.related_id),
        kind: Set(new.kind),
        created_at: Set(tx.now()),
        ..Default::default()
    };
    tx.insert(claim, row).await?;
    Ok(())
}
