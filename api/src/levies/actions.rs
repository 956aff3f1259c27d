//! What people do with recurring charges: one at a time.

use super::entity::{amount, levy};
use super::queries;
use crate::communities;
use crate::kernel::{FlawsExt, IfMatch, Limit, Seen, Stop, Tx};
use crate::units;
use chrono::NaiveDate;
use kept_shared::event::changed_fields;
use kept_shared::flaws::Flaws;
use kept_shared::ids::*;
use kept_shared::levies::*;
use kept_shared::money::Currency;
use kept_shared::problem::{Code, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait};

const LOADED: Limit = Limit::Unscoped("amounts of a recurring charge loaded within reach");

/// Currency of a community the caller reaches.
pub(super) async fn currency(tx: &Tx, community: CommunityId) -> Result<Currency, Stop> {
    Ok(tx.get::<communities::Entity>(community).await?.currency)
}

/// Whether two charges of one unit could raise the same thing twice. Charges of the kind "other" are told apart by what
/// they are for.
pub(super) fn same_thing(a: (LevyKind, &str), b: (LevyKind, &str)) -> bool {
    a.0 == b.0 && (a.0 != LevyKind::Other || a.1.eq_ignore_ascii_case(b.1))
}

/// Whether two charges are in force on a common day.
pub(super) fn overlap(a: (NaiveDate, Option<NaiveDate>), b: (NaiveDate, Option<NaiveDate>)) -> bool {
    a.1.is_none_or(|end| b.0 <= end) && b.1.is_none_or(|end| a.0 <= end)
}

/// Holds a community's recurring charges until the transaction ends, so that what is looked at before a write is still
/// so when it is written; one unit's and all units' alike. SQLite has one writer anyway.
pub(super) async fn hold(tx: &Tx, community: CommunityId) -> Result<(), Stop> {
    if tx.backend() == sea_orm::DbBackend::Postgres {
        // Not FOR UPDATE: rows that only refer to the community are written meanwhile.
        let sql = "SELECT 1 AS n FROM community WHERE id = $1 FOR NO KEY UPDATE";
        tx.execute(LOADED, sql, vec![community.into()]).await?;
    }
    Ok(())
}

/// Errors: 409 when the unit has another charge for the same at the same time, 422 when it has too many. The community
/// is held.
async fn check_beside(tx: &Tx, unit: UnitId, terms: &LevyTerms, mine: Option<LevyId>) -> Result<(), Stop> {
    let others = tx
        .find::<levy::Entity>()
        .filter(levy::Column::UnitId.eq(unit))
        .all()
        .await?;
    let beside = || others.iter().filter(|o| Some(o.id) != mine);
    if beside().any(|o| {
        same_thing((o.kind, &o.what_for), (terms.kind, &terms.what_for))
            && overlap((o.first_on, o.ends_on), (terms.first_on, terms.ends_on))
    }) {
        return Err(Problem::of(Code::AlreadyExists).at("/kind", "overlaps").into());
    }
    let mut flaws = Flaws::default();
    flaws.when(beside().count() >= MAX_PER_UNIT, "/kind", "too_many");
    flaws.check()
}

/// A new row of terms.
pub(super) fn new_row(tx: &Tx, id: LevyId, terms: LevyTerms) -> levy::ActiveModel {
    let mut row = levy::ActiveModel {
        id: Set(id),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    };
    levy::fill(&mut row, terms);
    row
}

pub(super) fn amount_row(tx: &Tx, levy: LevyId, from_on: NaiveDate, minor: i64) -> amount::ActiveModel {
    amount::ActiveModel {
        levy_id: Set(levy),
        from_on: Set(from_on),
        amount_minor: Set(minor),
        set_at: Set(tx.now()),
        set_by: Set(tx.caller().user_id),
    }
}

/// Sets up a recurring charge for a unit.
pub async fn create(tx: &Tx, unit: &Seen<units::Model>, new: NewLevy) -> Result<LevyId, Stop> {
    let new = NewLevy {
        terms: new.terms.tidied(),
        ..new
    };
    new.flaws(currency(tx, unit.community_id).await?).check()?;
    hold(tx, unit.community_id).await?;
    check_beside(tx, unit.id, &new.terms, None).await?;
    let id = LevyId(uuid::Uuid::now_v7());
    let first_on = new.terms.first_on;
    tx.insert(unit, new_row(tx, id, new.terms)).await?;
    let amounts = vec![amount_row(tx, id, first_on, new.amount.minor)];
    tx.insert_bulk(amounts, "of a recurring charge just made").await?;
    Ok(id)
}

/// First day of the last period charged and not reversed.
pub(super) async fn charged_until(tx: &Tx, levy: LevyId) -> Result<Option<NaiveDate>, Stop> {
    let charged = queries::charged(tx, &[levy]).await?;
    Ok(charged.get(&levy).and_then(|days| days.iter().max().copied()))
}

/// Changes the terms. What was charged stays as it was: its kind, its periods and its end are fixed by then. Returns the
/// names of the fields that changed.
pub async fn edit(tx: &Tx, row: Seen<levy::Model>, expected: IfMatch, terms: LevyTerms) -> Result<Vec<String>, Stop> {
    let terms = terms.tidied();
    let mut flaws = terms.flaws();
    let before = row.terms();
    let charged = charged_until(tx, row.id).await?;
    if let Some(charged) = charged {
        flaws.when(terms.kind != before.kind, "/kind", "already_charged");
        flaws.when(terms.frequency != before.frequency, "/frequency", "already_charged");
        flaws.when(terms.first_on != before.first_on, "/first_on", "already_charged");
        flaws.when(
            terms.ends_on.is_some_and(|end| end < charged),
            "/ends_on",
            "already_charged",
        );
    }
    flaws.check()?;
    hold(tx, row.community_id).await?;
    check_beside(tx, row.unit_id, &terms, Some(row.id)).await?;
    let fields = changed_fields(&before, &terms);
    let (id, first_on) = (row.id, terms.first_on);
    tx.update(row, expected, |row: &mut levy::ActiveModel| levy::fill(row, terms))
        .await?;
    if first_on != before.first_on {
        // The first amount counts from the first period on.
        let sql = "UPDATE levy_amount SET from_on = $1 WHERE levy_id = $2 AND from_on = $3 \
             AND NOT EXISTS (SELECT 1 FROM levy_amount other WHERE other.levy_id = $2 AND other.from_on <> $3)";
        tx.execute(LOADED, sql, vec![first_on.into(), id.into(), before.first_on.into()])
            .await?;
    }
    Ok(fields)
}

/// Sets the amount from a day on; one set for the same day before is replaced. What was charged does not change.
pub async fn change_amount(tx: &Tx, row: Seen<levy::Model>, expected: IfMatch, change: LevyAmount) -> Result<(), Stop> {
    let charged = charged_until(tx, row.id).await?;
    change
        .flaws(currency(tx, row.community_id).await?, row.first_on, charged)
        .check()?;
    let row = tx.update(row, expected, |_: &mut levy::ActiveModel| {}).await?;
    write_amounts(tx, &[(row.id, change.from_on, change.amount.minor)]).await
}

/// Writes amounts, each in place of one of the same day.
pub(super) async fn write_amounts(tx: &Tx, amounts: &[(LevyId, NaiveDate, i64)]) -> Result<(), Stop> {
    for (levy, from_on, minor) in amounts {
        let sql = "INSERT INTO levy_amount (levy_id, from_on, amount_minor, set_at, set_by) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (levy_id, from_on) DO UPDATE SET amount_minor = excluded.amount_minor, set_at = excluded.set_at, \
             set_by = excluded.set_by";
        let values = vec![
            (*levy).into(),
            (*from_on).into(),
            (*minor).into(),
            tx.now().into(),
            tx.caller().user_id.into(),
        ];
        tx.execute(LOADED, sql, values).await?;
    }
    Ok(())
}

#[derive(sea_orm::FromQueryResult)]
struct Count {
    n: i64,
}

/// Removes a recurring charge that never raised anything; one that did, or is about to, is ended instead. Errors: 409.
pub async fn remove(tx: &Tx, row: Seen<levy::Model>, expected: IfMatch) -> Result<(), Stop> {
    expected.check(row.version)?;
    let raised: Option<Count> = tx
        .report_one(
            LOADED,
            "SELECT (SELECT COUNT(*) FROM levy_charge WHERE levy_id = $1) \
             + (SELECT COUNT(*) FROM levy_run_line WHERE levy_id = $1) AS n",
            vec![row.id.into()],
        )
        .await?;
    if raised.is_some_and(|c| c.n > 0) {
        return Err(Problem::of(Code::StateForbids).at("/", "already_charged").into());
    }
    tx.execute(
        LOADED,
        "DELETE FROM levy_amount WHERE levy_id = $1",
        vec![row.id.into()],
    )
    .await?;
    tx.remove::<_, levy::ActiveModel>(row).await
}
