//! The one function that posts.

use super::derive::{hold, rewrite};
use super::history::{AccountFacts, BATCH, ClaimFacts, History, Line, facts, histories};
use super::revision::{Revised, revise};
use super::settle::{check_settlements, reversal, settle_credit, settle_reversal};
use super::{allocation, claim, entry};
use crate::kernel::{Stop, Subject, Tx};
use kept_shared::ageing::{Item, Settlement};
use kept_shared::allocation::AllocationChoice;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimLink, ClaimState, EntryType, NewAllocation, NewEntry, PostingFlaw};
use kept_shared::money::Money;
use kept_shared::problem::{Code, FieldProblem, Problem};
use sea_orm::ActiveValue::Set;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Why nothing was posted.
#[derive(Debug)]
pub enum PostError {
    /// A rule forbids it; names the entry, where one is to blame.
    Refused {
        entry: Option<EntryId>,
        flaw: PostingFlaw,
    },
    Stop(Stop),
}
impl From<Stop> for PostError {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}
impl From<PostError> for Stop {
    fn from(e: PostError) -> Self {
        match e {
            PostError::Stop(stop) => stop,
            PostError::Refused { entry, flaw } => {
                let mut field = FieldProblem::new("/entries", flaw.code());
                if let Some(id) = entry {
                    field = field.with("entry", id);
                }
                Problem::of(Code::NotAcceptable).with_errors(vec![field]).into()
            }
        }
    }
}
impl std::fmt::Display for PostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused { flaw, .. } => flaw.fmt(f),
            Self::Stop(stop) => stop.fmt(f),
        }
    }
}
impl std::error::Error for PostError {}

pub(super) fn refused(entry: EntryId, flaw: PostingFlaw) -> PostError {
    PostError::Refused {
        entry: Some(entry),
        flaw,
    }
}

/// What was posted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Posted {
    pub accounts: usize,
    pub entries: usize,
    pub claims: usize,
    pub allocations: usize,
}

/// Where entries come from, beyond the caller.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin {
    pub import: Option<ImportId>,
    /// Who ordered it: the entries are theirs, though a job or a second person writes them.
    pub by: Option<UserId>,
    /// The second pair of eyes.
    pub approved_by: Option<UserId>,
}

impl Origin {
    /// An import, ordered by somebody.
    pub const fn import(import: ImportId, by: Option<UserId>) -> Self {
        Self {
            import: Some(import),
            by,
            approved_by: None,
        }
    }
    /// A job that somebody ordered.
    pub const fn ordered_by(by: UserId) -> Self {
        Self {
            import: None,
            by: Some(by),
            approved_by: None,
        }
    }
}

/// Posts entries and allocations, all or nothing, and rewrites open items, aged rows and claim states of the accounts
/// touched. One event per account. Bulk-capable: cost grows with the entries and the history of the accounts touched.
///
/// An invoice makes a claim. A reversal takes back the allocations of the entry it undoes and is settled with it, on
/// its own date, unless the call brings allocations that name it. A credit is set against debits as its
/// [`AllocationChoice`] says. Entries are numbered within their account.
///
/// Errors: [`PostError::Refused`] with the entry to blame; the caller's transaction stays usable.
pub async fn post(
    tx: &Tx,
    entries: Vec<NewEntry>,
    allocations: Vec<NewAllocation>,
    origin: Option<Origin>,
) -> Result<Posted, PostError> {
    post_because(tx, entries, allocations, origin, None).await
}

/// As [`post`], with the reason for allocations made by hand.
pub async fn post_because(
    tx: &Tx,
    entries: Vec<NewEntry>,
    allocations: Vec<NewAllocation>,
    origin: Option<Origin>,
    reason: Option<&str>,
) -> Result<Posted, PostError> {
    let inner = tx.nested().await?;
    match post_inside(&inner, entries, allocations, origin, reason).await {
        Ok(posted) => {
            inner.release().await?;
            Ok(posted)
        }
        Err(e) => {
            inner.undo().await?;
            Err(e)
        }
    }
}

#[derive(Default)]
struct Work {
    entries: Vec<NewEntry>,
    allocations: Vec<NewAllocation>,
    /// Why allocations are changed by hand.
    reason: Option<String>,
}

async fn post_inside(
    tx: &Tx,
    entries: Vec<NewEntry>,
    allocations: Vec<NewAllocation>,
    origin: Option<Origin>,
    reason: Option<&str>,
) -> Result<Posted, PostError> {
    // By account, so that a batch of accounts has its entries together on disk.
    let mut work: BTreeMap<AccountId, Work> = BTreeMap::new();
    for e in entries {
        if let Some(flaw) = e.flaw() {
            return Err(refused(e.id, flaw));
        }
        work.entry(e.account_id).or_default().entries.push(e);
    }
    for a in allocations {
        let work = work.entry(a.account_id).or_default();
        work.allocations.push(a);
        work.reason = reason.map(str::to_owned);
    }
    let mut posted = Posted::default();
    // In one order always, so that two postings wait for each other instead of dead-locking.
    let mut communities: BTreeSet<CommunityId> = BTreeSet::new();
    let mut work = work.into_iter().peekable();
    while work.peek().is_some() {
        let batch: Vec<(AccountId, Work)> = work.by_ref().take(BATCH).collect();
        let part = post_batch(tx, batch, origin, &mut communities).await?;
        posted.accounts += part.accounts;
        posted.entries += part.entries;
        posted.claims += part.claims;
        posted.allocations += part.allocations;
    }
    revise(tx, &communities, Revised::Journal).await?;
    Ok(posted)
}

async fn post_batch(
    tx: &Tx,
    batch: Vec<(AccountId, Work)>,
    origin: Option<Origin>,
    communities: &mut BTreeSet<CommunityId>,
) -> Result<Posted, PostError> {
    let ids: Vec<AccountId> = batch.iter().map(|(id, _)| *id).collect();
    hold(tx, &ids).await?;
    let accounts: HashMap<AccountId, AccountFacts> = facts(tx, &ids).await?.into_iter().map(|f| (f.id, f)).collect();
    let mut histories = histories(tx, &ids).await?;
    let mut rows = Rows::default();
    let mut events = vec![];
    for (id, work) in batch {
        let first = work.entries.first().map(|e| e.id);
        let Some(account) = accounts.get(&id) else {
            return Err(PostError::Refused {
                entry: first,
                flaw: PostingFlaw::UnknownAccount,
            });
        };
        communities.insert(account.community_id);
        let history = histories.entry(id).or_default();
        let sum: i64 = work.entries.iter().map(|e| e.amount.minor).sum();
        let count = u32::try_from(work.entries.len()).unwrap_or(u32::MAX);
        let allocated = rows.allocations.len();
        let first_no = Some(history.next_no());
        add(tx, account, history, work, origin, &mut rows)?;
        let total = Money::new(sum, account.currency);
        let what = if count == 0 {
            let made = &rows.allocations[allocated..];
            Event::Reallocated {
                count: u32::try_from(made.len()).unwrap_or(u32::MAX),
                claims: history.claims_of(made.iter().map(|a| *a.debit_entry_id.as_ref())),
            }
        } else {
            Event::EntriesPosted { count, total, first_no }
        };
        events.push((Subject::from(id).in_organisation(account.organisation_id), what));
    }
    let posted = Posted {
        accounts: accounts.len(),
        entries: rows.entries.len(),
        claims: rows.claims.len(),
        allocations: rows.allocations.len(),
    };
    tx.insert_bulk(rows.claims, "claims of accounts loaded within reach")
        .await?;
    tx.insert_bulk(rows.entries, "entries of accounts loaded within reach")
        .await?;
    tx.insert_bulk(rows.allocations, "allocations of accounts loaded within reach")
        .await?;
    let accounts: Vec<AccountFacts> = accounts.into_values().collect();
    rewrite(tx, &accounts, &histories, |a| tx.today(&a.time_zone)).await?;
    tx.also_many(events).await?;
    Ok(posted)
}

#[derive(Default)]
struct Rows {
    claims: Vec<claim::ActiveModel>,
    entries: Vec<entry::ActiveModel>,
    allocations: Vec<allocation::ActiveModel>,
}

/// Checks one account's share against its history and adds it to both the history and the rows to insert.
fn add(
    tx: &Tx,
    account: &AccountFacts,
    history: &mut History,
    work: Work,
    origin: Option<Origin>,
    rows: &mut Rows,
) -> Result<(), PostError> {
    let named: HashSet<EntryId> = work
        .allocations
        .iter()
        .flat_map(|a| [a.credit_entry_id, a.debit_entry_id])
        .collect();
    let mut known: HashSet<EntryId> = history.lines.iter().map(|l| l.item.id).collect();
    let mut settlements: Vec<Settlement> = vec![];
    let mut to_spread: Vec<(EntryId, chrono::NaiveDate, i64, AllocationChoice)> = vec![];
    for (no, e) in (history.next_no()..).zip(work.entries) {
        if e.amount.currency != account.currency {
            return Err(refused(e.id, PostingFlaw::WrongCurrency));
        }
        if !known.insert(e.id) {
            return Err(refused(e.id, PostingFlaw::PostedAlready));
        }
        if let Some(undone) = e.reverses_id {
            let back = reversal(history, &e, undone).map_err(|flaw| refused(e.id, flaw))?;
            if !named.contains(&e.id) {
                settlements.extend(settle_reversal(history, &e, &back));
            }
        }
        let claim_id = claim_of(tx, account, history, &e, rows)?;
        history.lines.push(Line {
            item: Item {
                id: e.id,
                effective_on: e.effective_on,
                due_on: e.due_on,
                minor: e.amount.minor,
            },
            kind: e.kind,
            context: e.context,
            no,
            claim_id,
            unit_id: e.unit_id,
            reverses_id: e.reverses_id,
        });
        if e.amount.minor < 0 && e.allocation != AllocationChoice::Leave {
            to_spread.push((e.id, e.effective_on, -e.amount.minor, e.allocation.clone()));
        }
        rows.entries.push(entry_row(tx, account, e, claim_id, no, origin));
    }
    settlements.extend(work.allocations.iter().map(|a| Settlement {
        credit: a.credit_entry_id,
        debit: a.debit_entry_id,
        effective_on: a.effective_on,
        minor: a.minor,
    }));
    let by = origin.and_then(|o| o.by).or(tx.caller().user_id);
    let mut keep = |history: &mut History, s: Settlement| {
        rows.allocations.push(allocation::ActiveModel {
            id: Set(AllocationId(Uuid::now_v7())),
            account_id: Set(account.id),
            community_id: Set(account.community_id),
            credit_entry_id: Set(s.credit),
            debit_entry_id: Set(s.debit),
            amount_minor: Set(s.minor),
            effective_on: Set(s.effective_on),
            created_at: Set(tx.now()),
            made_by: Set(by),
            reason: Set(work.reason.clone()),
        });
        history.settlements.push(s);
    };
    for s in settlements {
        keep(history, s);
    }
    let today = tx.today(&account.time_zone);
    let mut without: Vec<EntryId> = to_spread.iter().map(|c| c.0).collect();
    for (id, on, minor, choice) in to_spread {
        let parts = settle_credit(account, history, (id, on, minor), &choice, (&without, today));
        for s in parts {
            keep(history, s);
        }
        without.retain(|other| *other != id);
    }
    check_settlements(history)
}

/// The claim an entry belongs to; an invoice that names none makes its own.
fn claim_of(
    tx: &Tx,
    account: &AccountFacts,
    history: &mut History,
    e: &NewEntry,
    rows: &mut Rows,
) -> Result<Option<ClaimId>, PostError> {
    let is_disputed = match e.claim {
        ClaimLink::Of(id) => {
            let known = history.claims.iter().any(|c| c.id == id);
            return if known {
                Ok(Some(id))
            } else {
                Err(refused(e.id, PostingFlaw::UnknownClaim))
            };
        }
        ClaimLink::Disputed => true,
        ClaimLink::Default => false,
    };
    if e.kind != EntryType::Invoice {
        return Ok(None);
    }
    let id = ClaimId(Uuid::now_v7());
    let fallback = || format!("INV-{}", &id.to_string()[24..]);
    rows.claims.push(claim::ActiveModel {
        id: Set(id),
        account_id: Set(account.id),
        community_id: Set(account.community_id),
        unit_id: Set(e.unit_id),
        reference: Set(e.reference.clone().unwrap_or_else(fallback)),
        issued_on: Set(e.effective_on),
        due_on: Set(e.due_on),
        amount_minor: Set(e.amount.minor),
        state: Set(ClaimState::Active),
        resolution: Set(None),
        is_disputed: Set(is_disputed),
        source: Set(e.source.clone()),
        created_at: Set(tx.now()),
        version: Set(1),
        product_id: Set(e.product_id),
        period_from: Set(e.period.map(|p| p.0)),
        period_to: Set(e.period.map(|p| p.1)),
        resolved_on: Set(None),
        resolved_reason: Set(None),
        closing_entry_id: Set(None),
    });
    history.claims.push(ClaimFacts {
        id,
        account_id: account.id,
        state: ClaimState::Active,
        closing_entry_id: None,
    });
    Ok(Some(id))
}

fn entry_row(
    tx: &Tx,
    account: &AccountFacts,
    e: NewEntry,
    claim_id: Option<ClaimId>,
    no: i64,
    origin: Option<Origin>,
) -> entry::ActiveModel {
    entry::ActiveModel {
        id: Set(e.id),
        account_id: Set(account.id),
        community_id: Set(account.community_id),
        claim_id: Set(claim_id),
        unit_id: Set(e.unit_id),
        kind: Set(e.kind),
        context: Set(e.context),
        reference: Set(e.reference),
        description: Set(e.description),
        effective_on: Set(e.effective_on),
        due_on: Set(e.due_on),
        amount_minor: Set(e.amount.minor),
        reverses_id: Set(e.reverses_id),
        payment_method: Set(e.payment_method),
        source: Set(e.source),
        source_key: Set(e.source_key),
        posted_at: Set(tx.now()),
        posted_by: Set(origin.and_then(|o| o.by).or(tx.caller().user_id)),
        import_id: Set(origin.and_then(|o| o.import)),
        no: Set(no),
        product_id: Set(e.product_id),
        debtor_id: Set(e.debtor_id),
        reason: Set(e.reason),
        approved_by: Set(origin.and_then(|o| o.approved_by)),
    }
}
