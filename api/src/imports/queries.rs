//! Reading imports, their rows and saved mappings.

use super::entity::{import, mapping, row};
use crate::kernel::{Limit, Read, Seen, Stop, page};
use kept_shared::ids::{ImportId, UserId};
use kept_shared::imports::{CheckedRow, Detection, Import, ImportFilter, ImportLine, RowFilter, SavedMapping};
use kept_shared::page::Page;
use sea_orm::{ColumnTrait, FromQueryResult, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// An import with the saved mappings that fit its header.
pub async fn view(read: &Read, import: &Seen<import::Model>) -> Result<Import, Stop> {
    let mut view = import.view()?;
    view.fitting_mappings = fitting(read, &view.detection).await?;
    Ok(view)
}

/// Saved mappings for files with this header, newest first.
pub async fn fitting(read: &Read, detection: &Detection) -> Result<Vec<SavedMapping>, Stop> {
    let found = read
        .find::<mapping::Entity>()
        .filter(mapping::Column::Signature.eq(detection.signature.as_str()))
        .shape(|s| s.order_by_desc(mapping::Column::CreatedAt).limit(20))
        .all()
        .await?;
    found.iter().map(|m| m.view()).collect()
}

#[derive(FromQueryResult)]
struct Name {
    id: UserId,
    name: String,
}

async fn names(read: &Read, users: &[UserId]) -> Result<HashMap<UserId, String>, Stop> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let marks: Vec<String> = (1..=users.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT id, first_name || ' ' || surname AS name FROM app_user WHERE id IN ({})",
        marks.join(", ")
    );
    let values = users.iter().map(|id| (*id).into()).collect();
    let rows: Vec<Name> = read
        .report(
            Limit::Unscoped("names of those who made imports the caller sees"),
            &sql,
            values,
        )
        .await?;
    Ok(rows.into_iter().map(|n| (n.id, n.name)).collect())
}

/// Imports, newest first.
pub async fn list(read: &Read, filter: &ImportFilter) -> Result<Page<ImportLine>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("imports", &filter.state)?;
    let after: Option<ImportId> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut found = read.find::<import::Entity>();
    if let Some(id) = after {
        found = found.filter(import::Column::Id.lt(id));
    }
    if !filter.state.is_empty() {
        found = found.filter(import::Column::State.is_in(filter.state.iter().copied()));
    }
    let rows = found
        .shape(|s| s.order_by_desc(import::Column::Id).limit(limit + 1))
        .all()
        .await?;
    let page = page::page(rows, limit, &mark, |row| row.id)?;
    let mut users: Vec<UserId> = page.items.iter().map(|i| i.created_by).collect();
    users.sort_unstable();
    users.dedup();
    let names = names(read, &users).await?;
    let items = page
        .items
        .iter()
        .map(|i| {
            Ok(ImportLine {
                id: i.id,
                file_name: i.file_name.clone(),
                size_bytes: u64::try_from(i.size_bytes).unwrap_or_default(),
                kind: i.kind,
                state: i.state,
                rows: i.detection()?.rows,
                summary: i.summary()?,
                progress: i.progress(),
                created_by: i.created_by,
                created_by_name: names.get(&i.created_by).cloned().unwrap_or_default(),
                created_at: i.created_at,
                finished_at: i.finished_at,
            })
        })
        .collect::<Result<Vec<_>, Stop>>()?;
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}

/// Checked rows of an import in the order of the file.
pub async fn rows(read: &Read, import: &Seen<import::Model>, filter: &RowFilter) -> Result<Page<CheckedRow>, Stop> {
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("import-rows", &(import.id, import.run, filter.verdict, filter.remarked))?;
    let after: Option<i64> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut found = read.find::<row::Entity>().filter(row::Column::ImportId.eq(import.id));
    if let Some(verdict) = filter.verdict {
        found = found.filter(row::Column::Verdict.eq(verdict));
    }
    match filter.remarked {
        Some(true) => found = found.filter(row::Column::Remarks.is_not_null()),
        Some(false) => found = found.filter(row::Column::Remarks.is_null()),
        None => {}
    }
    if let Some(number) = after {
        found = found.filter(row::Column::Number.gt(number));
    }
    let rows = found
        .shape(|s| s.order_by_asc(row::Column::Number).limit(limit + 1))
        .all()
        .await?;
    let page = page::page(rows, limit, &mark, |row| row.number)?;
    let items = page.items.iter().map(|r| r.view()).collect::<Result<Vec<_>, Stop>>()?;
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}

/// All saved mappings by name.
pub async fn mappings(read: &Read) -> Result<Vec<SavedMapping>, Stop> {
    let found = read
        .find::<mapping::Entity>()
        .shape(|s| {
            s.order_by_asc(mapping::Column::Name)
                .order_by_asc(mapping::Column::Id)
                .limit(super::MAX_MAPPINGS)
        })
        .all()
        .await?;
    found.iter().map(|m| m.view()).collect()
}
