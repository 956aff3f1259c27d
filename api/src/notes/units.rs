//! Units that notes are about.

use crate::kernel::binds::{Binds, LIST};
use crate::kernel::{FlawsExt, Limit, Read, Stop, Tx, tx::refuse};
use kept_shared::flaws::Flaws;
use kept_shared::ids::{AccountId, NoteId, UnitId};
use kept_shared::notes::{ChoiceUnit, NewNote, NoteUnit, preset_unit};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct OwnedRow {
    id: UnitId,
    code: String,
    is_current: i64,
}

/// The units an account owns or owned, by code. The account was loaded within reach.
pub(super) async fn of_account(read: &Read, account: AccountId) -> Result<Vec<ChoiceUnit>, Stop> {
    let rows: Vec<OwnedRow> = read
        .report(
            Limit::Unscoped("units of an account that was loaded within reach"),
            "SELECT u.id, u.code, CAST(MAX(CASE WHEN o.to_on IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS is_current \
             FROM unit_owner o JOIN unit u ON u.id = o.unit_id WHERE o.account_id = $1 \
             GROUP BY u.id, u.code, u.sort_key ORDER BY u.sort_key, u.id",
            vec![account.into()],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ChoiceUnit {
            id: row.id,
            code: row.code,
            is_current: row.is_current == 1,
        })
        .collect())
}

fn named(unit: ChoiceUnit) -> NoteUnit {
    NoteUnit {
        id: unit.id,
        code: unit.code,
    }
}

/// The units a new note is about: those it names, all there are now, or the only one. Errors: 422 for units of somebody
/// else, and for "all" where there is none.
pub(super) async fn chosen(tx: &Tx, account: AccountId, wish: &NewNote) -> Result<Vec<NoteUnit>, Stop> {
    let units = of_account(tx, account).await?;
    if wish.all_units {
        let all: Vec<NoteUnit> = units.into_iter().filter(|u| u.is_current).map(named).collect();
        return if all.is_empty() {
            Err(refuse("/all_units", "no_units"))
        } else {
            Ok(all)
        };
    }
    let mut flaws = Flaws::default();
    for (at, id) in wish.unit_ids.iter().enumerate() {
        let is_known = units.iter().any(|u| u.id == *id);
        flaws.when(!is_known, &format!("/unit_ids/{at}"), "unknown");
    }
    flaws.check()?;
    let wanted: Vec<UnitId> = if wish.unit_ids.is_empty() {
        preset_unit(&units).into_iter().collect()
    } else {
        wish.unit_ids.clone()
    };
    Ok(units
        .into_iter()
        .filter(|u| wanted.contains(&u.id))
        .map(named)
        .collect())
}

/// Writes down what a new note is about.
pub(super) async fn link(tx: &Tx, note: NoteId, units: &[NoteUnit]) -> Result<(), Stop> {
    for part in units.chunks(LIST) {
        let mut binds = Binds::new();
        let of = binds.one(note);
        let rows: Vec<String> = part.iter().map(|u| format!("({of}, {})", binds.one(u.id))).collect();
        let sql = format!("INSERT INTO note_unit (note_id, unit_id) VALUES {}", rows.join(", "));
        tx.execute(
            Limit::Unscoped("units of a note on an account loaded through the scope"),
            &sql,
            binds.values(),
        )
        .await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct UnitRow {
    note_id: NoteId,
    id: UnitId,
    code: String,
}

/// The units that notes name, by code. Notes about all units are not asked for: they may be hundreds.
pub async fn of_notes(read: &Read, notes: &[NoteId]) -> Result<HashMap<NoteId, Vec<NoteUnit>>, Stop> {
    let mut by_note: HashMap<NoteId, Vec<NoteUnit>> = HashMap::new();
    if notes.is_empty() {
        return Ok(by_note);
    }
    let mut binds = Binds::new();
    let sql = format!(
        "SELECT n.note_id, u.id, u.code FROM note_unit n JOIN unit u ON u.id = n.unit_id \
         WHERE n.note_id IN ({}) ORDER BY u.sort_key, u.id",
        binds.list(notes.iter().copied())
    );
    let rows: Vec<UnitRow> = read
        .report(
            Limit::Unscoped("units of notes loaded through the scope"),
            &sql,
            binds.values(),
        )
        .await?;
    for row in rows {
        by_note.entry(row.note_id).or_default().push(NoteUnit {
            id: row.id,
            code: row.code,
        });
    }
    Ok(by_note)
}

/// Condition on a note's own row: it is about this unit.
pub fn about(unit: UnitId) -> Condition {
    let noted = Query::select()
        .column(Alias::new("note_id"))
        .from(Alias::new("note_unit"))
        .and_where(Expr::col(Alias::new("unit_id")).eq(unit))
        .to_owned();
    Condition::all().add(super::Column::Id.in_subquery(noted))
}
