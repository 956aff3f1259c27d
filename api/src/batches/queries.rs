//! Which customers a batch is for, and how each is judged.

use crate::handovers;
use crate::kernel::{
    Limit, Read, Stop,
    binds::{Binds, LIST},
};
use crate::reach::reach_sql;
use chrono::NaiveDate;
use kept_shared::{
    handovers::{Breakdown, EndedHandover},
    ids::*,
    money::{Currency, Money},
    statuses::*,
};
use sea_orm::{DbBackend, FromQueryResult};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A customer of the batch, as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Row {
    pub id: AccountId,
    pub reference: String,
    pub name: String,
    pub is_active: bool,
    pub community_id: CommunityId,
    pub currency: Currency,
    pub time_zone: String,
    pub current: Option<StatusId>,
    pub current_is_handover: Option<bool>,
    pub open_handover_id: Option<HandoverId>,
    pub valid_on: Option<NaiveDate>,
    pub valid_until: Option<NaiveDate>,
    pub current_minor: Option<i64>,
    pub d30_minor: Option<i64>,
    pub d60_minor: Option<i64>,
    pub d90_minor: Option<i64>,
    pub d120_minor: Option<i64>,
    pub unallocated_minor: Option<i64>,
    pub total_minor: Option<i64>,
}

impl Row {
    /// Owed now.
    pub fn balance(&self) -> Money {
        Money::new(self.total_minor.unwrap_or_default(), self.currency)
    }

    /// What is owed, frozen. The figures are those of the aged row; where a new day has not reached it yet, the date
    /// says which day they are of.
    pub fn breakdown(&self, today: NaiveDate) -> Breakdown {
        let money = |minor: Option<i64>| Money::new(minor.unwrap_or_default(), self.currency);
        let as_at = match (self.valid_on, self.valid_until) {
            (Some(on), Some(until)) if until < today => on.max(until),
            (Some(_) | None, _) => today,
        };
        Breakdown {
            as_at,
            current: money(self.current_minor),
            d30: money(self.d30_minor),
            d60: money(self.d60_minor),
            d90: money(self.d90_minor),
            d120: money(self.d120_minor),
            unallocated: money(self.unallocated_minor),
            total: money(self.total_minor),
        }
    }
}

/// One customer of the request, judged.
pub(super) struct Judged {
    pub account_id: AccountId,
    /// Absent when out of reach.
    pub row: Option<Row>,
    pub verdict: Result<Vec<Warning>, SkipReason>,
    /// How an earlier handover ended, for batches that collect.
    pub earlier: Option<(Warning, EndedHandover)>,
}

const fn slot_column(slot: Slot) -> &'static str {
    match slot {
        Slot::Debt => "a.debt_status_id",
        Slot::Notice => "a.notice_status_id",
        Slot::Interest => "a.interest_status_id",
    }
}

/// Loads the customers in the caller's reach; with `lock`, nobody else changes them until the transaction ends.
async fn load(read: &Read, ids: &[AccountId], slot: Slot, lock: bool) -> Result<HashMap<AccountId, Row>, Stop> {
    let column = slot_column(slot);
    let lock = if lock && read.backend() == DbBackend::Postgres {
        " FOR UPDATE OF a"
    } else {
        ""
    };
    // In one order always, so that two batches wait for each other instead of dead-locking.
    let ordered: BTreeSet<AccountId> = ids.iter().copied().collect();
    let ordered: Vec<AccountId> = ordered.into_iter().collect();
    let mut found = HashMap::with_capacity(ordered.len());
    for part in ordered.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "SELECT a.id, a.reference, a.name, a.is_active, a.community_id, c.currency, c.time_zone, {column} AS current, \
               s.is_handover AS current_is_handover, a.open_handover_id, g.valid_on, g.valid_until, g.current_minor, \
               g.d30_minor, g.d60_minor, g.d90_minor, g.d120_minor, g.unallocated_minor, g.total_minor \
             FROM account a JOIN community c ON c.id = a.community_id LEFT JOIN status s ON s.id = {column} \
             LEFT JOIN aged g ON g.account_id = a.id \
             WHERE a.id IN ({}) AND {{reach a.id, +a.community_id}} ORDER BY a.id{lock}",
            binds.list(part.iter().copied())
        );
        let rows: Vec<Row> = read.report(Limit::Reach(reach_sql), &sql, binds.values()).await?;
        found.extend(rows.into_iter().map(|r| (r.id, r)));
    }
    Ok(found)
}

/// What the batch is about.
pub(super) struct Question<'a> {
    pub slot: Slot,
    pub status: Option<&'a StatusFacts>,
    /// The communities the chosen attorney may work in.
    pub attorney_reaches: Option<&'a BTreeSet<CommunityId>>,
    /// Customers to be handed over whatever an earlier handover ended with.
    pub confirmed: HashSet<AccountId>,
}

/// Judges every customer, in the order asked.
pub(super) async fn judge_all(
    read: &Read,
    ids: &[AccountId],
    question: &Question<'_>,
    lock: bool,
) -> Result<Vec<Judged>, Stop> {
    let mut rows = load(read, ids, question.slot, lock).await?;
    let mut earlier = if question.status.is_some_and(|s| s.is_handover || s.collects) {
        let reached: Vec<AccountId> = rows.keys().copied().collect();
        handovers::endings(read, &reached).await?
    } else {
        HashMap::new()
    };
    let mut seen = HashSet::with_capacity(ids.len());
    Ok(ids
        .iter()
        .map(|id| {
            if !seen.insert(*id) {
                return Judged {
                    account_id: *id,
                    row: None,
                    verdict: Err(SkipReason::Repeated),
                    earlier: None,
                };
            }
            let (row, earlier) = (rows.remove(id), earlier.remove(id));
            let verdict = row.as_ref().map_or(Err(SkipReason::NotFound), |row| {
                let facts = RowFacts {
                    is_active: row.is_active,
                    current: row.current,
                    current_is_handover: row.current_is_handover.unwrap_or_default(),
                    open_handover: row.open_handover_id,
                    attorney_in_reach: question
                        .attorney_reaches
                        .is_none_or(|all| all.contains(&row.community_id)),
                    earlier: earlier.as_ref().map(|(warning, _)| *warning),
                    is_confirmed: question.confirmed.contains(id),
                    total_minor: row.total_minor.unwrap_or_default(),
                };
                judge(&facts, question.status)
            });
            Judged {
                account_id: *id,
                row,
                verdict,
                earlier,
            }
        })
        .collect())
}
