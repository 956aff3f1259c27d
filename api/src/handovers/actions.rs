//! What can be done with matters.

use super::entity::{ActiveModel, Model};
use super::settings::settings;
use crate::kernel::{
    Limit, Seen, Stop, Tx,
    binds::{Binds, LIST},
};
use crate::notes::{Touch, touch};
use crate::statuses::{Put, PutRow, put};
use chrono::{Datelike, Days, NaiveDate};
use kept_shared::{
    handovers::{Breakdown, CloseCode, HandoverState, Step, after},
    ids::*,
    problem::{Code, Problem},
    statuses::Slot,
};
use sea_orm::{ActiveValue::Set, FromQueryResult};

/// A customer about to be handed over.
#[derive(Clone, Debug)]
pub struct Opening {
    pub account: AccountId,
    pub community: CommunityId,
    pub owed: Breakdown,
}

/// A matter just made.
#[derive(Clone, Debug)]
pub struct Opened {
    pub id: HandoverId,
    pub reference: String,
}

#[derive(FromQueryResult)]
struct Counter {
    value: i64,
}

/// Opens a matter for each account, all with one attorney who reaches their communities. The accounts were loaded and
/// locked through the scope and have no open matter. Returns them in the order given.
pub async fn open_many(
    tx: &Tx,
    attorney: UserId,
    note: Option<&str>,
    openings: &[Opening],
) -> Result<Vec<Opened>, Stop> {
    if openings.is_empty() {
        return Ok(vec![]);
    }
    let (settings, time_zone) = settings(tx).await?;
    let (now, agent, agent_name) = (tx.now(), tx.caller().user()?, tx.caller().name.clone());
    let organisation = tx.organisation()?;
    let state = if settings.handover_auto_accept {
        HandoverState::Active
    } else {
        HandoverState::Pending
    };
    let count = i64::try_from(openings.len()).map_err(Stop::internal)?;
    let counter: Counter = tx
        .report_one(
            Limit::Unscoped("the organisation's own counter"),
            "INSERT INTO reference_counter (organisation_id, name, value) VALUES ($1, 'handover', $2) \
             ON CONFLICT (organisation_id, name) DO UPDATE SET value = reference_counter.value + excluded.value \
             RETURNING value",
            vec![organisation.into(), count.into()],
        )
        .await?
        .ok_or_else(|| Stop::internal("the counter gave no number"))?;
    let year = tx.today(&time_zone).year();
    let opened: Vec<Opened> = (counter.value - count + 1..)
        .take(openings.len())
        .map(|n| Opened {
            id: HandoverId(uuid::Uuid::now_v7()),
            reference: format!("HO-{year}-{n:06}"),
        })
        .collect();
    let mut rows = Vec::with_capacity(openings.len());
    for (opening, new) in openings.iter().zip(&opened) {
        rows.push(ActiveModel {
            id: Set(new.id),
            organisation_id: Set(organisation),
            account_id: Set(opening.account),
            community_id: Set(opening.community),
            attorney_id: Set(attorney),
            reference: Set(new.reference.clone()),
            state: Set(state),
            balance_minor: Set(opening.owed.total.minor),
            breakdown: Set(serde_json::to_string(&opening.owed)?),
            reason: Set(None),
            note: Set(note.map(str::to_owned)),
            handed_by: Set(agent),
            handed_by_name: Set(agent_name.clone()),
            handed_at: Set(now),
            last_answer_at: Set(now),
            accepted_at: Set((state == HandoverState::Active).then_some(now)),
            accepted_by_name: Set(None),
            closed_at: Set(None),
            closed_by: Set(None),
            closed_by_name: Set(None),
            close_code: Set(None),
            close_note: Set(None),
            readable_until: Set(None),
            version: Set(1),
        });
    }
    tx.insert_bulk(rows, "for accounts loaded and locked through the scope")
        .await?;
    for part in openings.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "UPDATE account SET open_handover_id = \
               (SELECT h.id FROM handover h WHERE h.account_id = account.id AND h.closed_at IS NULL) WHERE id IN ({})",
            binds.list(part.iter().map(|o| o.account))
        );
        tx.execute(
            Limit::Unscoped("accounts loaded through the scope"),
            &sql,
            binds.values(),
        )
        .await?;
    }
    Ok(opened)
}

/// Closes the open matters of these accounts because a status that closes was applied. The debt slot is the status's
/// own business.
pub async fn close_by_status(tx: &Tx, accounts: &[AccountId], code: CloseCode, note: Option<&str>) -> Result<(), Stop> {
    let (settings, time_zone) = settings(tx).await?;
    let until = readable_until(tx.today(&time_zone), settings.handover_readable_days);
    let loaded = Limit::Unscoped("accounts loaded through the scope");
    for part in accounts.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "UPDATE handover SET state = 'closed', closed_at = {}, closed_by = {}, closed_by_name = {}, close_code = {}, \
               close_note = {}, readable_until = {}, version = version + 1 \
             WHERE closed_at IS NULL AND account_id IN ({})",
            binds.one(tx.now()),
            binds.one(tx.caller().user_id),
            binds.one(tx.caller().name.clone()),
            binds.one(code),
            binds.one(note.map(str::to_owned)),
            binds.one(until),
            binds.list(part.iter().copied())
        );
        tx.execute(loaded, &sql, binds.values()).await?;
        let mut binds = Binds::new();
        let sql = format!(
            "UPDATE account SET open_handover_id = NULL WHERE id IN ({})",
            binds.list(part.iter().copied())
        );
        tx.execute(loaded, &sql, binds.values()).await?;
    }
    Ok(())
}

fn readable_until(today: NaiveDate, days: i64) -> Option<NaiveDate> {
    let days = u64::try_from(days).ok().filter(|d| *d > 0)?;
    today.checked_add_days(Days::new(days))
}

fn forbidden(state: HandoverState) -> Stop {
    Problem::of(Code::StateForbids).at("/state", state.as_str()).into()
}

/// The attorney takes the matter.
pub(super) async fn accept(tx: &Tx, matter: Seen<Model>) -> Result<Seen<Model>, Stop> {
    let state = after(matter.state, Step::Accept).ok_or_else(|| forbidden(matter.state))?;
    let (now, name) = (tx.now(), tx.caller().name.clone());
    tx.amend(matter, |a: &mut ActiveModel| {
        a.state = Set(state);
        a.accepted_at = Set(Some(now));
        a.accepted_by_name = Set(Some(name));
        a.last_answer_at = Set(now);
    })
    .await
}

/// How a matter ends.
pub(super) struct Ending<'a> {
    pub step: Step,
    pub code: CloseCode,
    /// Recall or decline reason.
    pub reason: Option<&'a str>,
    pub note: Option<&'a str>,
}

/// Ends a matter: the attorney's access goes in this very transaction. A matter the attorney returns stays readable
/// for the organisation's number of days; a recalled or declined one does not.
pub(super) async fn end(tx: &Tx, matter: Seen<Model>, ending: Ending<'_>) -> Result<Seen<Model>, Stop> {
    let state = after(matter.state, ending.step).ok_or_else(|| forbidden(matter.state))?;
    let (settings, time_zone) = settings(tx).await?;
    let until = match ending.step {
        Step::Return | Step::Close => readable_until(tx.today(&time_zone), settings.handover_readable_days),
        Step::Recall | Step::Decline | Step::Accept => None,
    };
    let account = matter.account_id;
    // First the news (it remembers an attorney's answer only on open matters), then the end.
    touch(tx, &[account], Touch { notes: 0, shared: true }).await?;
    let (now, user, name) = (tx.now(), tx.caller().user_id, tx.caller().name.clone());
    let declined = state == HandoverState::Declined;
    let by_attorney = tx.caller().is_attorney();
    let matter = tx
        .amend(matter, |a: &mut ActiveModel| {
            a.state = Set(state);
            a.closed_at = Set(Some(now));
            a.closed_by = Set(user);
            a.closed_by_name = Set(Some(name));
            a.close_code = Set((!declined).then_some(ending.code));
            a.reason = Set(ending.reason.map(str::to_owned));
            a.close_note = Set(ending.note.map(str::to_owned));
            a.readable_until = Set(until);
            if by_attorney {
                a.last_answer_at = Set(now);
            }
        })
        .await?;
    let loaded = Limit::Unscoped("the account of a matter loaded through the scope");
    tx.execute(
        loaded,
        "UPDATE account SET open_handover_id = NULL WHERE id = $1",
        vec![account.into()],
    )
    .await?;
    clear_handover_status(tx, &matter).await?;
    Ok(matter)
}

#[derive(FromQueryResult)]
struct Current {
    status_id: StatusId,
    time_zone: String,
}

/// The handover status goes with the matter; a later status (a judgment, say) is a fact and stays.
async fn clear_handover_status(tx: &Tx, matter: &Model) -> Result<(), Stop> {
    let current: Option<Current> = tx
        .report_one(
            Limit::Unscoped("the account of a matter loaded through the scope"),
            "SELECT s.id AS status_id, c.time_zone FROM account a JOIN status s ON s.id = a.debt_status_id \
             JOIN community c ON c.id = a.community_id WHERE a.id = $1 AND s.is_handover = $2",
            vec![matter.account_id.into(), true.into()],
        )
        .await?;
    let Some(current) = current else { return Ok(()) };
    let what = Put {
        slot: Slot::Debt,
        status: None,
        until: None,
        batch: None,
    };
    let row = PutRow {
        account: matter.account_id,
        from: Some(current.status_id),
        note: None,
        handover: Some(matter.id),
        today: tx.today(&current.time_zone),
    };
    put(tx, what, &[row]).await
}
