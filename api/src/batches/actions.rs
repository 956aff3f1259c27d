//! Looking at a batch and doing it.

use super::queries::{Judged, Question, Row, judge_all};
use super::routes::Wish;
use crate::handovers::{self, Opened, Opening, attorney_communities, close_by_status, open_many};
use crate::kernel::{Done, FlawsExt, Limit, Read, Stop, Subject, Tx, When, tx::refuse};
use crate::notes::{Touch, add_many, touch};
use crate::statuses::{self, EndStatuses, Put, PutRow, put};
use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use kept_shared::{
    event::Event,
    ids::*,
    money::{Currency, Money},
    notes::Visibility,
    permission::Permission,
    statuses::*,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Customers a preview names.
const MAX_FIRST: usize = 20;

/// Remarks a preview lists.
const MAX_REMARKS: usize = 200;

/// A request whose references were looked up.
pub(super) struct Settled {
    slot: Slot,
    status: Option<StatusFacts>,
    code: String,
    attorney_reaches: Option<BTreeSet<CommunityId>>,
    time_zone: String,
}

impl Settled {
    fn question(&self, wish: &Wish) -> Question<'_> {
        Question {
            slot: self.slot,
            status: self.status.as_ref(),
            attorney_reaches: self.attorney_reaches.as_ref(),
            confirmed: wish.confirmed.iter().copied().collect(),
        }
    }
}

/// Checks the request as such. Errors: 422 with every flaw.
pub(super) async fn settle(read: &Read, wish: &Wish) -> Result<Settled, Stop> {
    let (_, time_zone) = handovers::settings(read).await?;
    let today = read.today(&time_zone);
    let row = match wish.status_id {
        None => None,
        Some(id) => Some(
            read.get::<statuses::Entity>(id)
                .await
                .map_err(|_| refuse("/status_id", "not_found"))?,
        ),
    };
    let status = row.as_ref().map(|r| statuses::facts(r));
    wish.flaws(status.as_ref(), today).check()?;
    if row.as_ref().is_some_and(|r| !statuses::may_apply(read.caller(), r)) {
        return Err(refuse("/status_id", "not_allowed"));
    }
    if wish.end_slot.is_some() && read.caller().is_attorney() {
        return Err(refuse("/end_slot", "not_allowed"));
    }
    let attorney_reaches = match wish.attorney_id {
        None => None,
        Some(id) => Some(
            attorney_communities(read, id)
                .await?
                .ok_or_else(|| refuse("/attorney_id", "not_found"))?,
        ),
    };
    let slot = match (&status, wish.end_slot) {
        (Some(status), _) => status.slot,
        (None, Some(slot)) => slot,
        (None, None) => return Err(refuse("/status_id", "required")),
    };
    Ok(Settled {
        slot,
        status,
        code: row.map(|r| r.code.clone()).unwrap_or_default(),
        attorney_reaches,
        time_zone,
    })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What the batch would do.
pub(super) async fn preview(read: &Read, wish: &Wish, ids: &[AccountId]) -> Result<ApplyPreview, Stop> {
    let settled = settle(read, wish).await?;
    let judged = judge_all(read, ids, &settled.question(wish), false).await?;
    let applies = judged.iter().filter(|j| j.verdict.is_ok()).count();
    let mut balances: BTreeMap<Currency, i64> = BTreeMap::new();
    for row in judged
        .iter()
        .filter(|j| j.verdict.is_ok())
        .filter_map(|j| j.row.as_ref())
    {
        *balances.entry(row.currency).or_default() += row.total_minor.unwrap_or_default();
    }
    let unconfirmed = judged
        .iter()
        .filter(|j| j.verdict.as_ref().err() == Some(&SkipReason::NeedsConfirming))
        .count();
    let first = judged
        .iter()
        .filter(|j| j.verdict.is_ok())
        .filter_map(|j| j.row.as_ref())
        .take(MAX_FIRST)
        .map(|row| PreviewRow {
            account_id: row.id,
            reference: row.reference.clone(),
            name: row.name.clone(),
            balance: row.balance(),
        })
        .collect();
    let tells = read.caller().may(Permission::ViewHandovers) && !read.caller().is_attorney();
    let mut remarks: Vec<RowRemark> = judged.iter().filter_map(|j| remark(j, tells)).collect();
    // What has to be confirmed is never behind what is left alone anyway.
    let is_grave = |r: &RowRemark| r.warnings.iter().any(|w| w.is_grave());
    remarks.sort_by_key(|r| (!is_grave(r), r.skipped.is_none(), r.warnings.iter().min().copied()));
    let more = remarks.len().saturating_sub(MAX_REMARKS);
    remarks.truncate(MAX_REMARKS);
    Ok(ApplyPreview {
        asked: count(ids.len()),
        applies: count(applies),
        skips: count(ids.len() - applies),
        first,
        unconfirmed: count(unconfirmed),
        remarks,
        more_remarks: count(more),
        balances: balances.into_iter().map(|(c, minor)| Money::new(minor, c)).collect(),
        charges: 0,
        messages: 0,
    })
}

/// How it ended is told to those who may open the matter.
fn remark(judged: &Judged, tells: bool) -> Option<RowRemark> {
    let (skipped, warnings) = match &judged.verdict {
        Ok(warnings) if warnings.is_empty() => return None,
        Ok(warnings) => (None, warnings.clone()),
        // What has to be confirmed is said, too.
        Err(reason @ SkipReason::NeedsConfirming) => {
            let ending = judged.earlier.iter().map(|(warning, _)| *warning);
            (Some(*reason), ending.collect())
        }
        Err(reason) => (Some(*reason), vec![]),
    };
    let told = warnings.first().copied();
    let earlier = judged.earlier.as_ref();
    let earlier = earlier.filter(|(warning, _)| tells && warning.is_grave() && told == Some(*warning));
    Some(RowRemark {
        balance: judged.row.as_ref().map(Row::balance),
        earlier: earlier.map(|(_, ended)| ended.clone()),
        account_id: judged.account_id,
        reference: judged.row.as_ref().map(|r| r.reference.clone()),
        name: judged.row.as_ref().map(|r| r.name.clone()),
        skipped,
        warnings,
    })
}

/// Does it: all in one transaction, in statements over many rows.
pub(super) async fn apply(tx: Tx, wish: &Wish, ids: &[AccountId]) -> Result<Done<ApplyOutcome>, Stop> {
    let settled = settle(&tx, wish).await?;
    let judged = judge_all(&tx, ids, &settled.question(wish), true).await?;
    let rows: Vec<&Row> = judged
        .iter()
        .filter(|j| j.verdict.is_ok())
        .filter_map(|j| j.row.as_ref())
        .collect();
    let despite: HashMap<AccountId, HandoverId> = judged
        .iter()
        .filter_map(|j| {
            j.earlier
                .as_ref()
                .map(|(warning, ended)| (j.account_id, *warning, ended.id))
        })
        .filter(|(_, warning, _)| warning.is_grave())
        .map(|(account, _, ended)| (account, ended))
        .collect();
    let batch = BatchId(uuid::Uuid::now_v7());
    let written = write_rows(&tx, wish, &settled, batch, &rows).await?;
    let skipped = count(ids.len() - rows.len());
    record_batch(&tx, wish, batch, count(rows.len()), skipped).await?;
    if let (Some(until), false) = (wish.until, rows.is_empty()) {
        let job = EndStatuses {
            organisation: tx.organisation()?,
            day: until,
        };
        tx.enqueue(&job, When::At(day_after(until, &settled.time_zone))).await?;
    }
    let mut events = events(wish, &settled, &rows, &written, &despite);
    let what = Event::StatusesApplied {
        batch,
        applied: count(rows.len()),
        skipped,
    };
    events.push((Subject::ours(), what));
    let references: BTreeMap<AccountId, String> = rows
        .iter()
        .zip(&written.opened)
        .map(|(row, opened)| (row.id, opened.reference.clone()))
        .collect();
    let outcome = ApplyOutcome {
        batch_id: batch,
        asked: count(ids.len()),
        applied: count(rows.len()),
        skipped,
        items: judged
            .iter()
            .map(|j| RowOutcome {
                account_id: j.account_id,
                applied: j.verdict.is_ok(),
                reference: j.row.as_ref().map(|r| r.reference.clone()),
                name: j.row.as_ref().map(|r| r.name.clone()),
                skipped: j.verdict.as_ref().err().copied(),
                handover_reference: j
                    .verdict
                    .as_ref()
                    .ok()
                    .and_then(|_| references.get(&j.account_id).cloned()),
            })
            .collect(),
    };
    tx.finish_bulk(events, Done::ok(outcome)).await
}

/// What a batch made, in row order; empty where it made none.
struct Written {
    notes: Vec<NoteId>,
    opened: Vec<Opened>,
}

/// Notes, matters, slots and history of the rows that pass.
async fn write_rows(tx: &Tx, wish: &Wish, settled: &Settled, batch: BatchId, rows: &[&Row]) -> Result<Written, Stop> {
    let accounts: Vec<AccountId> = rows.iter().map(|r| r.id).collect();
    let note = wish.note.as_deref().map(str::trim).filter(|n| !n.is_empty());
    let notes = match note {
        // Business users and the attorney of the matter read it, nobody else (spec H06).
        Some(body) => add_many(tx, &accounts, body, Visibility::Shared, Some(batch)).await?,
        None => vec![],
    };
    let opened = match wish.attorney_id {
        Some(attorney) => {
            let openings: Vec<Opening> = rows
                .iter()
                .map(|row| Opening {
                    account: row.id,
                    community: row.community_id,
                    owed: row.breakdown(tx.today(&row.time_zone)),
                })
                .collect();
            open_many(tx, attorney, note, &openings).await?
        }
        None => vec![],
    };
    let what = Put {
        slot: settled.slot,
        status: settled.status.map(|s| s.id),
        until: wish.until,
        batch: Some(batch),
    };
    let put_rows: Vec<PutRow> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| PutRow {
            account: row.id,
            from: row.current,
            note: notes.get(i).copied(),
            handover: opened.get(i).map(|o| o.id).or(row.open_handover_id),
            today: tx.today(&row.time_zone),
        })
        .collect();
    put(tx, what, &put_rows).await?;
    let news = Touch {
        notes: i64::from(note.is_some()),
        shared: true,
    };
    touch(tx, &accounts, news).await?;
    if let Some(code) = settled.status.and_then(|s| s.closes_handover) {
        let held: Vec<AccountId> = rows
            .iter()
            .filter(|r| r.open_handover_id.is_some())
            .map(|r| r.id)
            .collect();
        close_by_status(tx, &held, code, note).await?;
    }
    Ok(Written { notes, opened })
}

fn events(
    wish: &Wish,
    settled: &Settled,
    rows: &[&Row],
    written: &Written,
    despite: &HashMap<AccountId, HandoverId>,
) -> Vec<(Subject, Event)> {
    let mut events = Vec::with_capacity(rows.len() * 2 + 1);
    for (i, row) in rows.iter().enumerate() {
        let on = Subject::from(row.id);
        let note = written.notes.get(i).copied();
        match (settled.status, row.current) {
            (Some(status), from) => events.push((
                on,
                Event::StatusApplied {
                    status: status.id,
                    code: settled.code.clone(),
                    from,
                    note,
                },
            )),
            (None, Some(status)) => events.push((on, Event::StatusEnded { status, note })),
            (None, None) => {}
        }
        if let (Some(opened), Some(attorney)) = (written.opened.get(i), wish.attorney_id) {
            let what = Event::HandedOver {
                handover: opened.id,
                attorney,
                balance: row.balance(),
                despite: despite.get(&row.id).copied(),
            };
            events.push((on, what));
        }
        let closes = settled.status.and_then(|s| s.closes_handover);
        if let (Some(code), Some(handover)) = (closes, row.open_handover_id) {
            let code = code.to_string();
            events.push((on, Event::HandoverClosed { handover, code }));
        }
    }
    events
}

async fn record_batch(tx: &Tx, wish: &Wish, batch: BatchId, applied: u32, skipped: u32) -> Result<(), Stop> {
    tx.execute(
        Limit::Unscoped("the caller's own batch"),
        "INSERT INTO status_batch (id, organisation_id, status_id, attorney_id, note, asked, applied, skipped, applied_by, applied_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            batch.into(),
            tx.organisation()?.into(),
            wish.status_id.into(),
            wish.attorney_id.into(),
            wish.note.clone().into(),
            i64::from(applied + skipped).into(),
            i64::from(applied).into(),
            i64::from(skipped).into(),
            tx.caller().user()?.into(),
            tx.now().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Ten minutes into the day after, where the organisation is.
fn day_after(until: NaiveDate, time_zone: &str) -> chrono::DateTime<Utc> {
    let day = until.succ_opt().unwrap_or(until);
    let local = day.and_time(NaiveTime::from_hms_opt(0, 10, 0).unwrap_or_default());
    let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
    zone.from_local_datetime(&local)
        .earliest()
        .map_or_else(|| Utc.from_utc_datetime(&local), |t| t.with_timezone(&Utc))
}
