//! The state of a claim as far as it follows from the ledger (spec E07, SM9).

use super::derive::DERIVED;
use super::history::{AccountFacts, BATCH, History, Line, list};
use crate::kernel::{Stop, Subject, Tx};
use chrono::NaiveDate;
use kept_shared::ageing::OpenItem;
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger::{ClaimResolution, ClaimState, EntryType};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Claims whose state follows from the ledger.
#[derive(Default)]
pub(super) struct Judged {
    /// With nothing open, by how they came to that.
    done: BTreeMap<ClaimResolution, Vec<ClaimId>>,
    open_again: Vec<ClaimId>,
    /// What the diaries say of it.
    events: Vec<(Subject, Event)>,
}

/// What stands and what was given up of a claim with nothing open, in minor units.
#[derive(Default)]
struct Standing {
    is_open: bool,
    /// Debits that were not undone.
    owed: i64,
    /// Written off of them, and credited in other ways than by paying.
    written_off: i64,
    credited: i64,
}

impl Standing {
    /// How a claim came to have nothing open: what is not known to be given up was paid.
    const fn resolution(&self) -> ClaimResolution {
        if self.owed == 0 {
            // Every debit of it was reversed: there was never anything to pay.
            return ClaimResolution::Invalidated;
        }
        let paid = self.owed - self.written_off - self.credited;
        match (paid > 0, self.written_off > 0) {
            (true, false) => ClaimResolution::Paid,
            (false, true) => ClaimResolution::WrittenOff,
            (true, true) | (false, false) => ClaimResolution::Settled,
        }
    }
}

impl Judged {
    /// A claim with nothing open is resolved (spec E07), as paid unless it was given up, in part or whole; one with something
    /// open again, by whatever was undone, is active again.
    pub(super) fn judge(&mut self, account: &AccountFacts, history: &History, open: &[OpenItem], day: NaiveDate) {
        let open: HashSet<EntryId> = open.iter().map(|o| o.id).collect();
        let undone = history.undone();
        let mut of_claim: HashMap<ClaimId, Standing> = HashMap::new();
        for line in history.lines.iter().filter(|l| l.item.minor > 0) {
            if let Some(claim) = line.claim_id {
                let standing = of_claim.entry(claim).or_default();
                standing.is_open |= open.contains(&line.item.id) || line.item.effective_on > day;
                // What brings a debt back (a returned payment, a credit taken back) is no debt by itself.
                if line.reverses_id.is_none() && !undone.contains(&line.item.id) {
                    standing.owed += line.item.minor;
                }
            }
        }
        let lines: HashMap<EntryId, &Line> = history.lines.iter().map(|l| (l.item.id, l)).collect();
        for set in history.settlements.iter().filter(|s| s.effective_on <= day) {
            let (Some(credit), Some(debit)) = (lines.get(&set.credit), lines.get(&set.debit)) else {
                continue;
            };
            let stands = debit.reverses_id.is_none() && !undone.contains(&set.debit);
            let claim = debit.claim_id.filter(|_| stands);
            if let Some(standing) = claim.and_then(|id| of_claim.get_mut(&id)) {
                match credit.kind {
                    EntryType::WriteOff => standing.written_off += set.minor,
                    EntryType::Adjustment | EntryType::Discount => standing.credited += set.minor,
                    // What takes a debit back counts no debit of its own.
                    EntryType::Payment
                    | EntryType::Invoice
                    | EntryType::Fee
                    | EntryType::Chargeback
                    | EntryType::Interest => {}
                }
            }
        }
        let mut closed: BTreeMap<ClaimResolution, Vec<ClaimId>> = BTreeMap::new();
        let mut opened = vec![];
        for claim in &history.claims {
            // Whoever took its credit back opened the claim, whichever way they went.
            let state = match claim.closing_entry_id {
                Some(closing) if claim.state == ClaimState::Resolved && undone.contains(&closing) => ClaimState::Active,
                Some(_) | None => claim.state,
            };
            match (state, of_claim.get(&claim.id)) {
                (ClaimState::Active, Some(s)) if !s.is_open => {
                    closed.entry(s.resolution()).or_default().push(claim.id);
                }
                (ClaimState::Active | ClaimState::Resolved, Some(s))
                    if s.is_open && claim.state == ClaimState::Resolved =>
                {
                    opened.push(claim.id);
                }
                (ClaimState::Active | ClaimState::Resolved | ClaimState::Deleted, _) => {}
            }
        }
        let on = Subject::from(account.id).in_organisation(account.organisation_id);
        for (resolution, claims) in closed {
            let all = self.done.entry(resolution).or_default();
            all.extend(&claims);
            let resolution = resolution.to_string();
            self.events.push((on, Event::ClaimsClosed { claims, resolution }));
        }
        if !opened.is_empty() {
            self.open_again.extend(&opened);
            self.events.push((on, Event::ClaimsOpened { claims: opened }));
        }
    }
    /// Writes the states, and in each diary what became of the claims.
    pub(super) async fn write(self, tx: &Tx) -> Result<(), Stop> {
        tx.also_many(self.events).await?;
        for (resolution, ids) in &self.done {
            let resolution = resolution.as_str();
            let sql = format!(
                "UPDATE claim SET state = 'resolved', resolution = '{resolution}', resolved_on = NULL, resolved_reason = NULL, \
                 closing_entry_id = NULL, version = version + 1 WHERE id IN"
            );
            settle_claims(tx, ids, &sql).await?;
        }
        settle_claims(
            tx,
            &self.open_again,
            // A credit that still stands keeps its place, so that the claim can be opened by hand as well.
            "UPDATE claim SET state = 'active', resolution = NULL, resolved_on = NULL, resolved_reason = NULL, closing_entry_id = \
             CASE WHEN EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = claim.closing_entry_id) THEN NULL ELSE closing_entry_id END, \
             version = version + 1 WHERE state = 'resolved' AND id IN",
        )
        .await
    }
}

async fn settle_claims(tx: &Tx, ids: &[ClaimId], sql: &str) -> Result<(), Stop> {
    for part in ids.chunks(BATCH) {
        let (marks, values) = list(1, part);
        tx.execute(DERIVED, &format!("{sql} ({marks})"), values).await?;
    }
    Ok(())
}
