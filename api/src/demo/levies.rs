//! Recurring charges of the demo book: what the ledger of the home owners shows month by month is what their schedules
//! say, and the runs that raised it are there; a special levy was charged in error and taken back; the sectional-title
//! scheme has its next budget shared by participation quota, ready to be previewed.

use super::book::{Book, CommunityKind};
use super::office::Office;
use super::write::told;
use crate::kernel::{NoContent, Request, Subject, Tx};
use crate::ledger;
use crate::levies::entity::{amount, charge, levy, run};
use anyhow::Context;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger::{EntryType, NewEntry};
use kept_shared::levies::{Frequency, LevyKind, RunState, describe};
use kept_shared::money::{Currency, Money};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A month's invoice of the plan, as it was posted.
pub(super) struct Charged {
    pub(super) account: AccountId,
    pub(super) unit: UnitId,
    pub(super) month: NaiveDate,
    pub(super) minor: i64,
    pub(super) description: String,
    pub(super) entry: EntryId,
}

/// First and last day of a month.
pub(super) fn month_of(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = day.with_day(1).unwrap_or(day);
    (first, first + Months::new(1) - Days::new(1))
}

/// Customers who were charged for the gates.
const GATES: usize = 8;

struct Desk<'a> {
    tx: &'a Tx,
    organisation: OrganisationId,
    community: CommunityId,
    now: DateTime<Utc>,
    name: String,
}

impl Desk<'_> {
    fn levy(
        &self,
        unit: UnitId,
        kind: LevyKind,
        what_for: &str,
        first_on: NaiveDate,
        ends_on: Option<NaiveDate>,
    ) -> levy::ActiveModel {
        levy::ActiveModel {
            id: Set(LevyId(Uuid::now_v7())),
            unit_id: Set(unit),
            community_id: Set(self.community),
            kind: Set(kind),
            what_for: Set(what_for.to_owned()),
            frequency: Set(Frequency::Monthly),
            first_on: Set(first_on),
            ends_on: Set(ends_on),
            charge_day: Set(1),
            due_kind: Set("on_day".to_owned()),
            due_value: Set(7),
            created_at: Set(self.now),
            version: Set(1),
        }
    }
    fn amount(&self, levy: LevyId, from_on: NaiveDate, minor: i64) -> amount::ActiveModel {
        amount::ActiveModel {
            levy_id: Set(levy),
            from_on: Set(from_on),
            amount_minor: Set(minor),
            set_at: Set(self.now),
            set_by: Set(self.tx.caller().user_id),
        }
    }
    fn run(&self, month: NaiveDate, at: DateTime<Utc>, charges: usize, minor: i64) -> run::ActiveModel {
        let n = i64::try_from(charges).unwrap_or_default();
        run::ActiveModel {
            id: Set(LevyRunId(Uuid::now_v7())),
            organisation_id: Set(self.organisation),
            community_id: Set(self.community),
            month: Set(month),
            state: Set(RunState::Done),
            charges: Set(n),
            total_minor: Set(minor),
            done: Set(n),
            created_at: Set(at),
            created_by: Set(Some(self.name.clone())),
            started_at: Set(Some(at + TimeDelta::minutes(2))),
            started_by: Set(Some(self.name.clone())),
            started_by_id: Set(self.tx.caller().user_id),
            finished_at: Set(Some(at + TimeDelta::minutes(3))),
            reversed_at: Set(None),
            reversed_by: Set(None),
            reversed_by_id: Set(None),
            reason: Set(None),
            failure: Set(None),
            version: Set(3),
        }
    }
    fn charge(&self, run: LevyRunId, levy: LevyId, kind: LevyKind, of: &Charged) -> charge::ActiveModel {
        let (from, to) = month_of(of.month);
        charge::ActiveModel {
            run_id: Set(run),
            levy_id: Set(levy),
            unit_id: Set(of.unit),
            community_id: Set(self.community),
            account_id: Set(of.account),
            kind: Set(kind),
            description: Set(of.description.clone()),
            period_from: Set(from),
            period_to: Set(to),
            charge_on: Set(from),
            due_on: Set(from + Days::new(6)),
            amount_minor: Set(of.minor),
            entry_id: Set(of.entry),
            reversed_at: Set(None),
        }
    }
}

fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(10, 0, 0).unwrap_or_default().and_utc()
}

/// Writes all of it. `charged` are the invoices of the home owners, oldest first.
pub(super) async fn write(
    office: &Office,
    book: &Book,
    communities: &std::collections::HashMap<&'static str, CommunityId>,
    manager: UserId,
    charged: &[Charged],
    today: NaiveDate,
) -> anyhow::Result<()> {
    let of_kind = |kind: CommunityKind| {
        let plan = book.communities.iter().find(|c| c.kind == kind);
        plan.and_then(|c| communities.get(c.code).copied())
            .context("a community")
    };
    home_owners(office, of_kind(CommunityKind::HomeOwners)?, manager, charged, today).await?;
    let community = of_kind(CommunityKind::SectionalTitle)?;
    let next = month_of(today).1 + Days::new(1);
    let body = json!({"kind": "levy", "what_for": "Levy", "frequency": "monthly", "first_on": next, "charge_day": 1,
        "due": {"on_day": 7}, "spread": {"by_quota": {"amount": "389500.00", "currency": "ZAR"}}});
    let _set: Value = office
        .post(manager, &format!("/communities/{community}/levies/set"), &body)
        .await?;
    Ok(())
}

async fn home_owners(
    office: &Office,
    community: CommunityId,
    manager: UserId,
    charged: &[Charged],
    today: NaiveDate,
) -> anyhow::Result<()> {
    let caller = office.caller(manager)?;
    let tx = Tx::begin(office.kernel.clone(), caller, &Request::none())
        .await
        .map_err(told)?;
    let desk = Desk {
        tx: &tx,
        organisation: tx.organisation().map_err(told)?,
        community,
        now: tx.now(),
        name: tx.caller().name.clone(),
    };
    let mut by_unit: BTreeMap<UnitId, Vec<&Charged>> = BTreeMap::new();
    let mut by_month: BTreeMap<NaiveDate, Vec<&Charged>> = BTreeMap::new();
    for c in charged {
        by_unit.entry(c.unit).or_default().push(c);
        by_month.entry(c.month).or_default().push(c);
    }
    let (mut levies, mut amounts, mut runs, mut charges) = (vec![], vec![], vec![], vec![]);
    let mut levy_of: BTreeMap<UnitId, LevyId> = BTreeMap::new();
    for (unit, all) in &by_unit {
        let Some(first) = all.first() else { continue };
        let row = desk.levy(*unit, LevyKind::Levy, "Levy and security", first.month, None);
        let id = row.id.clone().take().context("an id")?;
        levy_of.insert(*unit, id);
        levies.push(row);
        let mut before = None;
        for c in all {
            if before != Some(c.minor) {
                amounts.push(desk.amount(id, c.month, c.minor));
                before = Some(c.minor);
            }
        }
    }
    for (month, all) in &by_month {
        let row = desk.run(*month, noon(*month), all.len(), all.iter().map(|c| c.minor).sum());
        let run = row.id.clone().take().context("an id")?;
        for c in all {
            let levy = levy_of.get(&c.unit).copied().context("a schedule")?;
            charges.push(desk.charge(run, levy, LevyKind::Levy, c));
        }
        runs.push(row);
    }
    // Charged for the gates in error, and taken back two days later.
    let last = month_of(month_of(today).0 - Days::new(1)).0;
    let period = kept_shared::levies::Period {
        from: last,
        to: month_of(last).1,
    };
    let mut gates = vec![];
    for all in by_unit.values().take(GATES) {
        let Some(c) = all.last() else { continue };
        let row = desk.levy(c.unit, LevyKind::Special, "Gate motors", last, Some(period.to));
        let id = row.id.clone().take().context("an id")?;
        levies.push(row);
        amounts.push(desk.amount(id, last, 45_000));
        gates.push((id, *c));
    }
    let what = describe("Gate motors", period);
    let entries: Vec<NewEntry> = gates
        .iter()
        .map(|(_, c)| NewEntry {
            unit_id: Some(c.unit),
            due_on: Some(last + Days::new(6)),
            period: Some((period.from, period.to)),
            ..NewEntry::new(
                EntryId(Uuid::now_v7()),
                c.account,
                EntryType::Invoice,
                last,
                Money::new(45_000, Currency::Zar),
                &what,
            )
        })
        .collect();
    let ids: Vec<EntryId> = entries.iter().map(|e| e.id).collect();
    ledger::post(&tx, entries, vec![], None).await?;
    let reason = "Charged to the wrong owners: the meeting decided on phase two only";
    ledger::reverse(&tx, &ids, last + Days::new(2), reason).await?;
    let mut row = desk.run(
        last,
        noon(last) + TimeDelta::hours(2),
        gates.len(),
        45_000 * i64::try_from(gates.len())?,
    );
    row.state = Set(RunState::Reversed);
    row.reversed_at = Set(Some(noon(last + Days::new(2))));
    row.reversed_by = Set(Some(desk.name.clone()));
    row.reversed_by_id = Set(tx.caller().user_id);
    row.reason = Set(Some(reason.to_owned()));
    let run = row.id.clone().take().context("an id")?;
    runs.push(row);
    for ((levy, c), entry) in gates.iter().zip(ids) {
        let posted = Charged {
            month: last,
            minor: 45_000,
            description: what.clone(),
            entry,
            ..**c
        };
        let mut row = desk.charge(run, *levy, LevyKind::Special, &posted);
        row.reversed_at = Set(Some(noon(last + Days::new(2))));
        charges.push(row);
    }
    let created = u32::try_from(levies.len())?;
    tx.insert_bulk(levies, "of units of the demo book")
        .await
        .map_err(told)?;
    tx.insert_bulk(amounts, "of schedules of the demo book")
        .await
        .map_err(told)?;
    tx.insert_bulk(runs, "of a community of the demo book")
        .await
        .map_err(told)?;
    tx.insert_bulk(charges, "of schedules of the demo book")
        .await
        .map_err(told)?;
    let event = Event::LeviesSet {
        kind: LevyKind::Levy.as_str().to_owned(),
        created,
        changed: 0,
    };
    tx.finish(Subject::from(community), event, NoContent)
        .await
        .map_err(told)?;
    Ok(())
}
