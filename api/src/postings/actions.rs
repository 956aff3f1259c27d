//! Posting by hand: at once, or after a second person has agreed.

use super::entity::{self, ActiveModel, Model};
use crate::kernel::{FlawsExt, IfMatch, Seen, Stop, Tx, tx::refuse};
use crate::ledger::{self, AccountFacts, Origin, account_facts, claim, entry};
use crate::{accounts, claims};
use kept_shared::allocation::AllocationChoice;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimLink, EntryContext, EntryType, NewEntry};
use kept_shared::money::Money;
use kept_shared::postings::*;
use kept_shared::problem::{Code, Problem};
use kept_shared::text::tidy;
use sea_orm::{ActiveValue::Set, ColumnTrait};

/// What the book says against a posting, beside what its fields say.
async fn check(tx: &Tx, account: &AccountFacts, new: &NewPosting) -> Result<(), Stop> {
    let mut flaws = new.flaws(account.currency, tx.today(&account.time_zone));
    if let Some(id) = new.claim_id {
        let claim = tx
            .find::<claim::Entity>()
            .filter(claim::Column::Id.eq(id))
            .one()
            .await?;
        flaws.when(claim.is_none_or(|c| c.account_id != account.id), "/claim_id", "unknown");
    }
    if let Some(id) = new.product_id {
        use claims::product::{Column, Entity};
        let product = tx.find::<Entity>().filter(Column::Id.eq(id)).one().await?;
        flaws.when(
            product.is_none_or(|p| p.account_id != account.id),
            "/product_id",
            "unknown",
        );
    }
    if let Some(unit) = new.unit_id {
        let owned = crate::units::owned_by(tx, account.id).await?;
        flaws.when(!owned.contains(&unit), "/unit_id", "unknown");
    }
    if let Some(id) = new.debtor_id {
        use accounts::debtor::{Column, Entity};
        let debtor = tx.find::<Entity>().filter(Column::Id.eq(id)).one().await?;
        flaws.when(
            debtor.is_none_or(|d| d.account_id != account.id),
            "/debtor_id",
            "unknown",
        );
    }
    let reference = tidy(new.reference.clone());
    if let (EntryType::Invoice, None, Some(reference)) = (new.kind, new.claim_id, reference) {
        let same = tx
            .find::<claim::Entity>()
            .filter(claim::Column::AccountId.eq(account.id))
            .filter(claim::Column::Reference.eq(reference));
        flaws.when(same.exists().await?, "/reference", "taken");
    }
    flaws.check()
}

fn entry_of(account: &AccountFacts, new: &NewPosting) -> NewEntry {
    let allocation = match (new.is_credit(), new.claim_id) {
        (false, _) => AllocationChoice::Leave,
        (true, Some(claim)) => AllocationChoice::ToClaim(claim),
        (true, None) => AllocationChoice::Default,
    };
    let blank = NewEntry::new(
        EntryId(uuid::Uuid::now_v7()),
        account.id,
        new.kind,
        new.date,
        new.signed(),
        new.description.trim(),
    );
    NewEntry {
        unit_id: new.unit_id,
        context: new.context.unwrap_or(blank.context),
        reference: tidy(new.reference.clone()),
        due_on: if new.is_credit() { None } else { new.due_on },
        claim: new.claim_id.map_or(ClaimLink::Default, ClaimLink::Of),
        product_id: new.product_id,
        debtor_id: new.debtor_id,
        reason: tidy(new.reason.clone()),
        period: new.period_from.zip(new.period_to),
        allocation,
        ..blank
    }
}

/// Whether an amount is more than one pair of eyes may post.
fn needs_approval(account: &AccountFacts, minor: i64) -> bool {
    account.approval_above_minor.is_some_and(|limit| minor.abs() > limit)
}

async fn wait(
    tx: &Tx,
    account: &AccountFacts,
    asked: &Asked,
    amount: Money,
    description: &str,
) -> Result<PostingOutcome, Stop> {
    let kind = match asked {
        Asked::Posting { .. } => RequestKind::Posting,
        Asked::Reversal { .. } => RequestKind::Reversal,
        Asked::Resolution { .. } => RequestKind::Resolution,
    };
    let id = PostingRequestId(uuid::Uuid::now_v7());
    let row = ActiveModel {
        id: Set(id),
        kind: Set(kind),
        body: Set(serde_json::to_string(asked)?),
        amount_minor: Set(amount.minor),
        description: Set(description.to_owned()),
        state: Set(RequestState::Pending),
        requested_by: Set(tx.caller().user()?),
        requested_name: Set(tx.caller().name.clone()),
        requested_at: Set(tx.now()),
        decided_by: Set(None),
        decided_name: Set(None),
        decided_at: Set(None),
        decision_reason: Set(None),
        version: Set(1),
        ..Default::default()
    };
    let parent = tx.get::<accounts::Entity>(account.id).await?;
    tx.insert(&parent, row).await?;
    tx.also(account.id, Event::PostingRequested { request: id, amount })
        .await?;
    Ok(PostingOutcome {
        entries: vec![],
        waiting: Some(id),
    })
}

async fn do_post(
    tx: &Tx,
    account: &AccountFacts,
    new: &NewPosting,
    origin: Option<Origin>,
) -> Result<Vec<EntryId>, Stop> {
    let entry = entry_of(account, new);
    let id = entry.id;
    ledger::post(tx, vec![entry], vec![], origin).await?;
    Ok(vec![id])
}

/// Posts an entry by hand, or asks for it where it is above the limit. Errors: 404, 422 with pointers.
pub(super) async fn post(tx: &Tx, account: AccountId, new: NewPosting) -> Result<PostingOutcome, Stop> {
    let account = account_facts(tx, account).await?;
    ledger::hold_accounts(tx, &[account.id]).await?;
    check(tx, &account, &new).await?;
    if needs_approval(&account, new.amount.minor) {
        let (amount, description) = (new.signed(), new.description.trim().to_owned());
        return wait(tx, &account, &Asked::Posting { posting: new }, amount, &description).await;
    }
    Ok(PostingOutcome {
        entries: do_post(tx, &account, &new, None).await?,
        waiting: None,
    })
}

async fn do_reverse(
    tx: &Tx,
    account: &AccountFacts,
    row: &entry::Model,
    asked: &ReverseEntry,
    origin: Option<Origin>,
) -> Result<Vec<EntryId>, Stop> {
    if asked.date < row.effective_on {
        return Err(refuse("/date", "before_the_entry"));
    }
    let undoing = ledger::undoing(row, account.currency, asked.date, asked.reason.trim());
    let mut entries = vec![undoing];
    if let Some(fee) = asked.fee {
        entries.push(NewEntry {
            unit_id: row.unit_id,
            product_id: row.product_id,
            context: EntryContext::Fee,
            reference: row.reference.clone(),
            reason: Some(asked.reason.trim().to_owned()),
            ..NewEntry::new(
                EntryId(uuid::Uuid::now_v7()),
                account.id,
                EntryType::Fee,
                asked.date,
                fee,
                "Fee for a returned payment",
            )
        });
    }
    let ids = entries.iter().map(|e| e.id).collect();
    ledger::post(tx, entries, vec![], origin).await?;
    Ok(ids)
}

/// Undoes an entry, or asks for it where it is above the limit. Errors: 404; 422 for one that is a reversal, was
/// reversed, or a date before it.
pub(super) async fn reverse(tx: &Tx, id: EntryId, asked: ReverseEntry) -> Result<PostingOutcome, Stop> {
    let row = tx.get::<entry::Entity>(id).await?;
    let account = account_facts(tx, row.account_id).await?;
    ledger::hold_accounts(tx, &[account.id]).await?;
    let mut flaws = asked.flaws(account.currency, tx.today(&account.time_zone).max(row.effective_on));
    flaws.when(asked.date < row.effective_on, "/date", "before_the_entry");
    flaws.when(
        asked.fee.is_some() && row.kind != EntryType::Payment,
        "/fee",
        "only_for_payments",
    );
    flaws.check()?;
    let again = tx.find::<entry::Entity>().filter(entry::Column::ReversesId.eq(id));
    if row.reverses_id.is_some() || again.exists().await? {
        return Err(Problem::of(Code::NotAcceptable)
            .at("/entry_id", "reversed_already")
            .into());
    }
    let fee = asked.fee.map_or(0, |fee| fee.minor);
    if needs_approval(&account, row.amount_minor) || needs_approval(&account, fee) {
        // Both are looked at: what the balance moves by is the two together.
        let amount = Money::new(fee - row.amount_minor, account.currency);
        let description = row.description.clone();
        return wait(
            tx,
            &account,
            &Asked::Reversal {
                entry_id: id,
                reversal: asked,
            },
            amount,
            &description,
        )
        .await;
    }
    Ok(PostingOutcome {
        entries: do_reverse(tx, &account, &row, &asked, None).await?,
        waiting: None,
    })
}

/// Resolves a claim by hand, or asks for it where what is open is above the limit.
pub(super) async fn resolve(
    tx: &Tx,
    row: Seen<claim::Model>,
    asked: kept_shared::claims::ResolveClaim,
) -> Result<PostingOutcome, Stop> {
    let (account, open) = claims::actions::to_resolve(tx, &row).await?;
    asked.flaws(tx.today(&account.time_zone)).check()?;
    if needs_approval(&account, open.minor) {
        let what = Asked::Resolution {
            claim_id: row.id,
            resolution: asked.resolution,
            date: asked.date,
            reason: asked.reason,
        };
        let amount = Money::new(-open.minor, open.currency);
        return wait(tx, &account, &what, amount, &row.reference).await;
    }
    let entry = claims::actions::resolve(tx, row, asked.resolution, asked.date, &asked.reason, None).await?;
    Ok(PostingOutcome {
        entries: vec![entry],
        waiting: None,
    })
}

/// A request that is still pending, at the version the client saw. Errors: 404, 409 when it was decided, 412.
async fn pending(tx: &Tx, id: PostingRequestId, expected: IfMatch) -> Result<Seen<Model>, Stop> {
    let row = tx.get::<entity::Entity>(id).await?;
    expected.check(row.version)?;
    if row.state == RequestState::Pending {
        Ok(row)
    } else {
        Err(Code::StateForbids.into())
    }
}

async fn decide(tx: &Tx, row: Seen<Model>, state: RequestState, reason: Option<String>) -> Result<(), Stop> {
    let (by, name, at) = (tx.caller().user()?, tx.caller().name.clone(), tx.now());
    tx.amend(row, |row: &mut ActiveModel| {
        row.state = Set(state);
        row.decided_by = Set(Some(by));
        row.decided_name = Set(Some(name));
        row.decided_at = Set(Some(at));
        row.decision_reason = Set(tidy(reason));
    })
    .await?;
    Ok(())
}

/// Agrees to a request of somebody else and does what it asks, in the name of who asked. Errors: 403 for one's own; 422
/// where the book has changed so that it cannot be done any more: it stays pending.
pub(super) async fn approve(tx: &Tx, id: PostingRequestId, expected: IfMatch, word: DecideRequest) -> Result<(), Stop> {
    let row = pending(tx, id, expected).await?;
    let by = tx.caller().user()?;
    if row.requested_by == by {
        return Err(Code::PermissionMissing.into());
    }
    let account = account_facts(tx, row.account_id).await?;
    ledger::hold_accounts(tx, &[account.id]).await?;
    let origin = Some(Origin {
        import: None,
        by: Some(row.requested_by),
        approved_by: Some(by),
    });
    match serde_json::from_str::<Asked>(&row.body)? {
        Asked::Posting { posting } => {
            check(tx, &account, &posting).await?;
            do_post(tx, &account, &posting, origin).await?;
        }
        Asked::Reversal { entry_id, reversal } => {
            let entry = tx.get::<entry::Entity>(entry_id).await?;
            do_reverse(tx, &account, &entry, &reversal, origin).await?;
        }
        Asked::Resolution {
            claim_id,
            resolution,
            date,
            reason,
        } => {
            let claim = tx.get::<claim::Entity>(claim_id).await?;
            let (_, open) = claims::actions::to_resolve(tx, &claim).await?;
            // What was agreed to is the amount that was asked for, not whatever is open by now.
            if open.minor != -row.amount_minor {
                return Err(refuse("/amount", "changed_meanwhile"));
            }
            claims::actions::resolve(tx, claim, resolution, date, &reason, origin).await?;
        }
    }
    let (on, amount) = (account.id, Money::new(row.amount_minor, account.currency));
    decide(tx, row, RequestState::Approved, word.reason).await?;
    tx.also(on, Event::PostingApproved { request: id, amount }).await
}

/// Declines a request. Errors: 403 for one's own (withdraw it), 422 without a reason.
pub(super) async fn decline(tx: &Tx, id: PostingRequestId, expected: IfMatch, word: DecideRequest) -> Result<(), Stop> {
    let row = pending(tx, id, expected).await?;
    if row.requested_by == tx.caller().user()? {
        return Err(Code::PermissionMissing.into());
    }
    let reason = tidy(word.reason).unwrap_or_default();
    let mut flaws = kept_shared::flaws::Flaws::default();
    flaws.text("/reason", &reason, kept_shared::ledger::MAX_DESCRIPTION);
    flaws.check()?;
    let on = row.account_id;
    decide(tx, row, RequestState::Declined, Some(reason.clone())).await?;
    tx.also(on, Event::PostingDeclined { request: id, reason }).await
}

/// Takes one's own request back. Errors: 403 for somebody else's.
pub(super) async fn withdraw(
    tx: &Tx,
    id: PostingRequestId,
    expected: IfMatch,
    word: DecideRequest,
) -> Result<(), Stop> {
    let row = pending(tx, id, expected).await?;
    if row.requested_by != tx.caller().user()? {
        return Err(Code::PermissionMissing.into());
    }
    let on = row.account_id;
    decide(tx, row, RequestState::Withdrawn, word.reason).await?;
    tx.also(on, Event::PostingWithdrawn { request: id }).await
}
