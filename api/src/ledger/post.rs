//! The one function that posts.

use super::derive::{hold, rewrite};
use super::history::{AccountFacts, BATCH, ClaimFacts, History, Line, facts, histories};
use super::{allocation, claim, entry};
use crate::kernel::{Limit, Stop, Subject, Tx};
use kept_shared::ageing::{Item, Settlement};
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

fn refused(entry: EntryId, flaw: PostingFlaw) -> PostError {
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

/// Where entries come from that nobody posts by hand.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub import: ImportId,
    /// Who ordered it: the entries are theirs, though a job writes them.
    pub by: Option<UserId>,
}

/// Posts entries and allocations, all or nothing, and rewrites open items, aged rows and claim states of the accounts
/// touched. One event per account. Bulk-capable: cost grows with the entries and the history of the accounts touched.
///
/// An invoice makes a claim. A reversal takes back the allocations of the entry it undoes and is settled with it, on
/// its own date, unless the call brings allocations that name it. `origin` marks the entries of an import.
///
/// Errors: [`PostError::Refused`] with the entry to blame; the caller's transaction stays usable.
pub async fn post(
    tx: &Tx,
    entries: Vec<NewEntry>,
    allocations: Vec<NewAllocation>,
    origin: Option<Origin>,
) -> Result<Posted, PostError> {
    let inner = tx.nested().await?;
    match post_inside(&inner, entries, allocations, origin).await {
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
}

async fn post_inside(
    tx: &Tx,
    entries: Vec<NewEntry>,
    allocations: Vec<NewAllocation>,
    origin: Option<Origin>,
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
        work.entry(a.account_id).or_default().allocations.push(a);
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
    for community in communities {
        tx.execute(
            Limit::Unscoped("the change counter of a community posted to"),
            "INSERT INTO ledger_revision (community_id, revision) VALUES ($1, 1) \
             ON CONFLICT (community_id) DO UPDATE SET revision = ledger_revision.revision + 1",
            vec![community.into()],
        )
        .await?;
    }
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
        add(tx, account, history, work, origin, &mut rows)?;
        let total = Money::new(sum, account.currency);
        events.push((
            Subject::from(id).in_organisation(account.organisation_id),
            Event::EntriesPosted { count, total },
        ));
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
    for e in work.entries {
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
            claim_id,
            reverses_id: e.reverses_id,
        });
        rows.entries.push(entry_row(tx, account, e, claim_id, origin));
    }
    settlements.extend(work.allocations.iter().map(|a| Settlement {
        credit: a.credit_entry_id,
        debit: a.debit_entry_id,
        effective_on: a.effective_on,
        minor: a.minor,
    }));
    for s in settlements {
        rows.allocations.push(allocation::ActiveModel {
            id: Set(AllocationId(Uuid::now_v7())),
            account_id: Set(account.id),
            community_id: Set(account.community_id),
            credit_entry_id: Set(s.credit),
            debit_entry_id: Set(s.debit),
            amount_minor: Set(s.minor),
            effective_on: Set(s.effective_on),
            created_at: Set(tx.now()),
        });
        history.settlements.push(s);
    }
    check_settlements(history)
}

/// The line an entry undoes. Once, exactly, not earlier, and not itself a reversal.
fn reversal(history: &History, e: &NewEntry, undone: EntryId) -> Result<Line, PostingFlaw> {
    let line = history
        .lines
        .iter()
        .find(|l| l.item.id == undone)
        .ok_or(PostingFlaw::NothingToReverse)?;
    if line.reverses_id.is_some() {
        return Err(PostingFlaw::NothingToReverse);
    }
    if history.lines.iter().any(|l| l.reverses_id == Some(undone)) {
        return Err(PostingFlaw::ReversedAlready);
    }
    if e.amount.minor != -line.item.minor || e.effective_on < line.item.effective_on {
        return Err(PostingFlaw::NotTheExactNegative);
    }
    Ok(*line)
}

/// Takes back what was allocated to or from the entry undone, then settles the pair, on the reversal's date (or on the
/// date of an allocation that is later still).
fn settle_reversal(history: &History, e: &NewEntry, undone: &Line) -> Vec<Settlement> {
    let mut net: BTreeMap<(EntryId, EntryId), (i64, chrono::NaiveDate)> = BTreeMap::new();
    for s in &history.settlements {
        if s.credit == undone.item.id || s.debit == undone.item.id {
            let pair = net.entry((s.credit, s.debit)).or_insert((0, e.effective_on));
            pair.0 += s.minor;
            pair.1 = pair.1.max(s.effective_on);
        }
    }
    let mut on = e.effective_on;
    let mut all: Vec<Settlement> = vec![];
    for ((credit, debit), (minor, last)) in net {
        on = on.max(last);
        if minor != 0 {
            all.push(Settlement {
                credit,
                debit,
                effective_on: last,
                minor: -minor,
            });
        }
    }
    if undone.item.minor != 0 {
        let (credit, debit) = if undone.item.minor < 0 {
            (undone.item.id, e.id)
        } else {
            (e.id, undone.item.id)
        };
        all.push(Settlement {
            credit,
            debit,
            effective_on: on,
            minor: undone.item.minor.abs(),
        });
    }
    all
}

/// Σ of what is allocated to an entry lies between nothing and the entry, on every day; none is earlier than its
/// entries.
fn check_settlements(history: &History) -> Result<(), PostError> {
    if history.settlements.is_empty() {
        return Ok(());
    }
    let lines: HashMap<EntryId, &Line> = history.lines.iter().map(|l| (l.item.id, l)).collect();
    let mut of: HashMap<EntryId, Vec<(chrono::NaiveDate, i64)>> = HashMap::new();
    for s in &history.settlements {
        let (Some(credit), Some(debit)) = (lines.get(&s.credit), lines.get(&s.debit)) else {
            return Err(refused(s.credit, PostingFlaw::AllocationMismatch));
        };
        if credit.item.minor >= 0 || debit.item.minor <= 0 || s.minor == 0 {
            return Err(refused(s.credit, PostingFlaw::AllocationMismatch));
        }
        if s.effective_on < credit.item.effective_on || s.effective_on < debit.item.effective_on {
            return Err(refused(s.credit, PostingFlaw::AllocationTooEarly));
        }
        of.entry(s.credit).or_default().push((s.effective_on, s.minor));
        of.entry(s.debit).or_default().push((s.effective_on, s.minor));
    }
    for (id, mut parts) in of {
        let most = lines.get(&id).map_or(0, |l| l.item.minor.abs());
        // Taking back comes first on a day: the money may be allocated anew on the same day.
        parts.sort_unstable();
        let mut sum = 0_i64;
        for (n, (on, minor)) in parts.iter().enumerate() {
            sum = sum.saturating_add(*minor);
            let ends_the_day = parts.get(n + 1).is_none_or(|next| next.0 != *on);
            if ends_the_day && !(0..=most).contains(&sum) {
                return Err(refused(id, PostingFlaw::AllocationExceeds));
            }
        }
    }
    Ok(())
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
    });
    history.claims.push(ClaimFacts {
        id,
        account_id: account.id,
        state: ClaimState::Active,
    });
    Ok(Some(id))
}

fn entry_row(
    tx: &Tx,
    account: &AccountFacts,
    e: NewEntry,
    claim_id: Option<ClaimId>,
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
        import_id: Set(origin.map(|o| o.import)),
    }
}
