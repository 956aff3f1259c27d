//! What a run would charge: every schedule of a community whose period begins in a month, with the owner on the charge
//! date, and why some are left out.

use super::queries::{self, Row};
use crate::kernel::{Limit, Read, Stop};
use chrono::{Months, NaiveDate};
use kept_shared::ids::*;
use kept_shared::levies::*;
use kept_shared::money::Money;
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// A schedule that ended so many months before the run is still named; older ones are history.
const NAMED_AFTER_END: u32 = 2;

/// One line of a plan, and where it sorts.
pub(super) struct PlanLine {
    pub(super) sort_key: String,
    pub(super) line: LevyRunLine,
}

#[derive(FromQueryResult)]
struct OwnerRow {
    unit_id: UnitId,
    account_id: AccountId,
    reference: String,
    name: String,
    from_on: NaiveDate,
    to_on: Option<NaiveDate>,
    is_active: bool,
}

/// Who owned the units of a community when.
async fn owners(read: &Read, community: CommunityId) -> Result<HashMap<UnitId, Vec<OwnerRow>>, Stop> {
    let sql = "SELECT o.unit_id, o.account_id, a.reference, a.name, o.from_on, o.to_on, a.is_active \
         FROM unit u JOIN unit_owner o ON o.unit_id = u.id JOIN account a ON a.id = o.account_id \
         WHERE u.community_id = $1 AND {reach a.id, a.community_id}";
    let rows: Vec<OwnerRow> = read
        .report(Limit::Reach(crate::reach::reach_sql), sql, vec![community.into()])
        .await?;
    let mut all: HashMap<UnitId, Vec<OwnerRow>> = HashMap::new();
    for row in rows {
        all.entry(row.unit_id).or_default().push(row);
    }
    Ok(all)
}

fn line(row: &Row, schedule: &Schedule, month: NaiveDate) -> Option<(Due, LevyRunLine)> {
    let period = schedule.beginning_in(month)?;
    let due = schedule.charge(period)?;
    let line = LevyRunLine {
        levy_id: row.id,
        unit_id: row.unit_id,
        unit_code: row.unit_code.clone(),
        account_id: None,
        reference: None,
        name: None,
        kind: row.kind,
        description: describe(&row.what_for, period),
        period,
        charge_on: due.charge_on,
        due_on: due.due_on,
        amount: Money::new(due.minor, row.currency),
        warning: None,
        entry_id: None,
        is_reversed: false,
    };
    Some((due, line))
}

/// Every line of a month, by unit as people count. The community was loaded within reach.
pub(super) async fn plan(read: &Read, community: CommunityId, month: NaiveDate) -> Result<Vec<PlanLine>, Stop> {
    let all = queries::of_community(read, community).await?;
    let ids: Vec<LevyId> = all.iter().map(|(row, _)| row.id).collect();
    let charged = queries::charged(read, &ids).await?;
    let owners = owners(read, community).await?;
    let mut lines = vec![];
    for (row, schedule) in &all {
        let Some((due, mut line)) = line(row, schedule, month) else {
            continue;
        };
        let from = due.period.from;
        if let Some(end) = schedule.ends_on
            && from > end
        {
            if end
                .checked_add_months(Months::new(NAMED_AFTER_END))
                .is_none_or(|last| from > last)
            {
                continue;
            }
            line.warning = Some(LevyWarning::Ended);
        }
        let of_unit = owners.get(&row.unit_id).map(Vec::as_slice).unwrap_or_default();
        let owner = of_unit
            .iter()
            .find(|o| o.from_on <= due.charge_on && o.to_on.is_none_or(|to| due.charge_on <= to));
        if let Some(owner) = owner {
            line.account_id = Some(owner.account_id);
            line.reference = Some(owner.reference.clone());
            line.name = Some(owner.name.clone());
        }
        let is_charged = charged.get(&row.id).is_some_and(|days| days.contains(&from));
        let first = [
            (is_charged, LevyWarning::AlreadyCharged),
            (line.warning.is_some(), LevyWarning::Ended),
            (!row.unit_active, LevyWarning::UnitInactive),
            (owner.is_none(), LevyWarning::NoOwner),
            (owner.is_some_and(|o| !o.is_active), LevyWarning::AccountInactive),
        ];
        line.warning = first.into_iter().find(|(holds, _)| *holds).map(|(_, warning)| warning);
        lines.push(PlanLine {
            sort_key: row.sort_key.clone(),
            line,
        });
    }
    Ok(lines)
}

/// How many charges a plan raises, and their sum in minor units.
pub(super) fn totals(lines: &[PlanLine]) -> (u64, i64) {
    let raised = lines.iter().filter(|l| l.line.warning.is_none());
    raised.fold((0, 0), |(n, sum), l| (n + 1, sum + l.line.amount.minor))
}

/// What a plan leaves out, by reason.
pub(super) fn left_out(lines: &[PlanLine]) -> Vec<LeftOut> {
    let count = |warning: LevyWarning| lines.iter().filter(|l| l.line.warning == Some(warning)).count() as u64;
    LevyWarning::ALL
        .iter()
        .map(|w| LeftOut {
            warning: *w,
            charges: count(*w),
        })
        .filter(|l| l.charges > 0)
        .collect()
}
