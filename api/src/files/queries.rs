//! Reading files: lists of what can be downloaded and of what cannot, the editions of one, and who took it.

use super::entity::{Column, Entity, Model};
use super::views::{allows_unscanned, view};
use crate::kernel::{Config, Limit, Read, Seen, Stop, binds::Binds, page};
use chrono::{DateTime, Utc};
use kept_shared::{
    event::Event,
    files::{File, FileDownload, FileState},
    ids::FileId,
    page::Page,
};
use sea_orm::{
    ColumnTrait, Condition, FromQueryResult, QueryOrder,
    sea_query::{Alias, Expr, ExprTrait, Func, LikeExpr, Query},
};
use std::collections::HashMap;

/// Downloads and editions that are listed.
const MOST: u64 = 200;

fn downloadable_states(config: &Config) -> Vec<FileState> {
    let allow = allows_unscanned(config);
    FileState::ALL
        .iter()
        .copied()
        .filter(|s| s.is_downloadable(allow))
        .collect()
}

/// Files that can be downloaded now.
pub fn downloadable(config: &Config) -> Condition {
    Condition::all().add(Column::State.is_in(downloadable_states(config)))
}

/// Files that no newer edition stands in for.
pub fn newest(config: &Config) -> Condition {
    let newer = |column: &'static str| Expr::col((Alias::new("newer"), Alias::new(column)));
    let one = Query::select()
        .expr(Expr::val(1))
        .from_as(Alias::new("file"), Alias::new("newer"))
        .and_where(newer("series_id").equals(Column::SeriesId.as_column_ref()))
        .and_where(newer("edition").gt(Expr::col(Column::Edition.as_column_ref())))
        .and_where(newer("state").is_in(downloadable_states(config)))
        .to_owned();
    Condition::all().not().add(Expr::exists(one))
}

/// What a list asks for beside its place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    pub available: Option<bool>,
    pub q: Option<&'a str>,
    pub limit: Option<u32>,
    pub cursor: Option<&'a str>,
}

/// A page of the files of a place, newest first; deleted ones are left out. `list` tells one list's cursors from
/// another's.
pub async fn list(read: &Read, place: Condition, list: &str, wanted: Wanted<'_>) -> Result<Page<File>, Stop> {
    let config = &read.kernel().config;
    let limit = page::limit(wanted.limit)?;
    let fingerprint = page::fingerprint("files", &(list, wanted.available, wanted.q))?;
    let after: Option<(DateTime<Utc>, FileId)> = page::decode(wanted.cursor, &fingerprint)?;
    let mut found = read
        .find::<Entity>()
        .filter(place)
        .filter(Column::DeletedAt.is_null())
        .filter(newest(config));
    found = match wanted.available {
        None => found,
        Some(true) => found.filter(downloadable(config)),
        Some(false) => found.filter(Condition::all().not().add(downloadable(config))),
    };
    if let Some(pattern) = page::search_pattern(wanted.q)? {
        let like = |column: Column| {
            Expr::expr(Func::lower(Expr::col(column))).like(LikeExpr::new(pattern.clone()).escape('\\'))
        };
        found = found.filter(
            Condition::any()
                .add(like(Column::DocumentName))
                .add(like(Column::FileName)),
        );
    }
    if let Some((at, last)) = after {
        found = found.filter(
            Condition::any()
                .add(Column::UploadedAt.lt(at))
                .add(Condition::all().add(Column::UploadedAt.eq(at)).add(Column::Id.lt(last))),
        );
    }
    let rows = found
        .shape(|s| s.order_by_desc(Column::UploadedAt).order_by_desc(Column::Id))
        .limit(limit + 1)
        .all()
        .await?;
    let page = page::page(rows, limit, &fingerprint, |r| (r.uploaded_at, r.id))?;
    Ok(page.map(|r| view(read, &r)))
}

/// All editions of a file, the newest first.
pub async fn editions(read: &Read, file: &Model) -> Result<Vec<Seen<Model>>, Stop> {
    read.find::<Entity>()
        .filter(Column::SeriesId.eq(file.series_id))
        .shape(|s| s.order_by_desc(Column::Edition))
        .limit(MOST)
        .all()
        .await
}

#[derive(FromQueryResult)]
struct Taken {
    at: DateTime<Utc>,
    actor_name: String,
    body: String,
}

/// Who downloaded any edition of a file, the last first; at most 200.
pub async fn downloads(read: &Read, file: &Model) -> Result<Vec<FileDownload>, Stop> {
    let mut bodies = HashMap::new();
    for edition in editions(read, file).await? {
        let body = serde_json::to_string(&Event::FileDownloaded { file: edition.id })?;
        bodies.insert(body, u32::try_from(edition.edition).unwrap_or(u32::MAX));
    }
    let mut binds = Binds::new();
    let place = match file.account_id {
        Some(account) => format!("account_id = {}", binds.one(account)),
        None => format!("community_id = {}", binds.one(file.community_id)),
    };
    let sql = format!(
        "SELECT at, actor_name, body FROM event WHERE {place} AND kind = 'file_downloaded' AND body IN ({}) \
         ORDER BY id DESC LIMIT {MOST}",
        binds.list(bodies.keys().cloned())
    );
    let limit = Limit::Unscoped("downloads of a file loaded through the scope");
    let rows: Vec<Taken> = read.report(limit, &sql, binds.values()).await?;
    let taken = rows.into_iter().map(|row| FileDownload {
        edition: bodies.get(&row.body).copied().unwrap_or(1),
        at: row.at,
        by: row.actor_name,
    });
    Ok(taken.collect())
}
