//! The same charge for every unit of a community: by amount, by participation quota, or so many percent more.

use super::actions::{amount_row, new_row, overlap, same_thing, write_amounts};
use super::entity::levy;
use super::queries::{self, Row};
use crate::communities;
use crate::kernel::binds::{Binds, LIST};
use crate::kernel::{FlawsExt, Limit, Read, Seen, Stop, Tx};

use crate::units;
use chrono::NaiveDate;
use kept_shared::ids::*;
use kept_shared::levies::*;
use kept_shared::money::{Currency, Money};
use kept_shared::problem::{Code, FieldProblem, Problem};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, QueryOrder};
use std::collections::HashMap;

/// Most units one setting covers.
const MAX_UNITS: usize = 20_000;

fn refused(pointer: &str, code: &str, unit: Option<&str>) -> Stop {
    let mut field = FieldProblem::new(pointer, code);
    if let Some(unit) = unit {
        field = field.with("unit", unit);
    }
    Problem::of(Code::NotAcceptable).with_errors(vec![field]).into()
}

/// One unit's part.
pub(super) struct Part {
    unit: Seen<units::Model>,
    /// The charge it has for this already.
    existing: Option<Existing>,
    before: Option<i64>,
    after: i64,
}

/// A charge whose amount is set anew.
struct Existing {
    id: LevyId,
    /// The new amount's first day.
    from_on: NaiveDate,
    /// Where the setting has an end and the charge goes on: the day its own amount comes back, and that amount.
    then: Option<(NaiveDate, i64)>,
}

/// What a setting comes to for each unit, without writing. Errors: 422, naming the unit to blame.
pub(super) async fn plan(
    read: &Read,
    community: &Seen<communities::Model>,
    set: &SetLevies,
) -> Result<Vec<Part>, Stop> {
    set.flaws(community.currency).check()?;
    let units = read
        .find::<units::Entity>()
        .filter(
            units::Column::CommunityId
                .eq(community.id)
                .and(units::Column::IsActive.eq(true)),
        )
        .shape(|s| s.order_by_asc(units::Column::SortKey).order_by_asc(units::Column::Id))
        .limit(MAX_UNITS as u64 + 1)
        .all()
        .await?;
    if units.len() > MAX_UNITS {
        return Err(refused("/spread", "too_many_units", None));
    }
    let terms = &set.terms;
    let all = queries::of_community(read, community.id).await?;
    let ids: Vec<LevyId> = all.iter().map(|(row, _)| row.id).collect();
    let charged = queries::charged(read, &ids).await?;
    let mut existing: HashMap<UnitId, Vec<&(Row, Schedule)>> = HashMap::new();
    for found in &all {
        let row = &found.0;
        if same_thing((row.kind, &row.what_for), (terms.kind, &terms.what_for))
            && overlap((row.first_on, row.ends_on), (terms.first_on, terms.ends_on))
        {
            existing.entry(row.unit_id).or_default().push(found);
        }
    }
    let mut parts = vec![];
    for unit in units {
        let of_unit = existing.get(&unit.id).map(Vec::as_slice).unwrap_or_default();
        // One amount from one day on cannot be said of charges that follow each other; each has its own time.
        if of_unit.len() > 1 {
            return Err(refused("/first_on", "several_charges", Some(&unit.code)));
        }
        let found = of_unit
            .first()
            .map(|f| (f.0.id, std::cmp::Ord::max(f.0.first_on, terms.first_on), &f.1));
        if let Some((id, from_on, schedule)) = &found {
            let last = charged.get(id).and_then(|days| days.iter().max());
            if last.is_some_and(|last| from_on <= last) {
                return Err(refused("/first_on", "already_charged", Some(&unit.code)));
            }
            if schedule.frequency != terms.frequency {
                return Err(refused("/frequency", "other_frequency", Some(&unit.code)));
            }
        }
        let after = |schedule: &Schedule| {
            let end = terms.ends_on?;
            let goes_on = schedule.ends_on.is_none_or(|own| own > end);
            let day = end.succ_opt().filter(|_| goes_on)?;
            Some((day, schedule.minor_on(day)))
        };
        parts.push(Part {
            before: found.as_ref().map(|(_, from_on, schedule)| schedule.minor_on(*from_on)),
            existing: found.map(|(id, from_on, schedule)| Existing {
                id,
                from_on,
                then: after(schedule),
            }),
            unit,
            after: 0,
        });
    }
    amounts(parts, set, community.currency)
}

/// Fills in the amounts; units that get none are left out.
fn amounts(mut parts: Vec<Part>, set: &SetLevies, currency: Currency) -> Result<Vec<Part>, Stop> {
    match &set.spread {
        Spread::Each(amount) => {
            for part in &mut parts {
                part.after = amount.minor;
            }
        }
        Spread::ByQuota(total) => {
            let mut weights = vec![];
            for part in &parts {
                let weight = part.unit.participation_quota.as_deref().and_then(quota_weight);
                weights.push(weight.ok_or_else(|| refused("/spread", "quota_missing", Some(&part.unit.code)))?);
            }
            let shares = by_quota(*total, &weights);
            if shares.is_empty() {
                return Err(refused("/spread", "no_quotas", None));
            }
            for (part, share) in parts.iter_mut().zip(shares) {
                part.after = share.minor;
            }
        }
        Spread::Raise(text) => {
            let percent = percentage(text).ok_or_else(|| refused("/spread", "not_a_percentage", None))?;
            for part in &mut parts {
                let before = Money::new(part.before.unwrap_or_default(), currency);
                let after =
                    raised(before, percent).map_err(|_| refused("/spread", "too_large", Some(&part.unit.code)))?;
                part.after = after.minor;
            }
        }
    }
    parts.retain(|part| part.after > 0);
    if parts.is_empty() {
        return Err(refused("/spread", "no_units", None));
    }
    Ok(parts)
}

/// What a person is shown of it.
pub(super) fn outcome(parts: &[Part], community: &communities::Model) -> LeviesSet {
    let money = |minor| Money::new(minor, community.currency);
    let count = |of: &dyn Fn(&&Part) -> bool| parts.iter().filter(of).count() as u64;
    LeviesSet {
        created: count(&|p| p.existing.is_none()),
        changed: count(&|p| p.existing.is_some() && p.before != Some(p.after)),
        unchanged: count(&|p| p.existing.is_some() && p.before == Some(p.after)),
        total: money(parts.iter().map(|p| p.after).sum()),
        items: parts
            .iter()
            .map(|p| SetLevy {
                unit_id: p.unit.id,
                unit_code: p.unit.code.clone(),
                participation_quota: p.unit.participation_quota.clone(),
                before: p.before.map(money),
                amount: money(p.after),
            })
            .collect(),
    }
}

/// Writes it.
pub(super) async fn set(tx: &Tx, parts: &[Part], terms: &LevyTerms) -> Result<(), Stop> {
    let (mut rows, mut amounts, mut changes, mut changed) = (vec![], vec![], vec![], vec![]);
    for part in parts {
        match &part.existing {
            Some(Existing { id, from_on, then }) if part.before != Some(part.after) => {
                changed.push(*id);
                changes.push((*id, *from_on, part.after));
                changes.extend(then.map(|(day, minor)| (*id, day, minor)));
            }
            Some(_) => {}
            None => {
                let id = LevyId(uuid::Uuid::now_v7());
                let mut row = new_row(tx, id, terms.clone());
                crate::kernel::ChildOf::attach(&mut row, &part.unit);
                rows.push(row);
                amounts.push(amount_row(tx, id, terms.first_on, part.after));
            }
        }
    }
    tx.insert_bulk::<levy::ActiveModel>(rows, "of units loaded within reach")
        .await?;
    tx.insert_bulk(amounts, "of recurring charges just made").await?;
    write_amounts(tx, &changes).await?;
    for part in changed.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "UPDATE levy SET version = version + 1 WHERE id IN ({})",
            binds.list(part.iter().copied())
        );
        let why = Limit::Unscoped("versions of recurring charges loaded within reach");
        tx.execute(why, &sql, binds.values()).await?;
    }
    Ok(())
}
