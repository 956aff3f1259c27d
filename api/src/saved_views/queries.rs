//! Views as their readers get them.

use super::entity::{Model, sees_shared};
use crate::kernel::{Limit, Read, Seen, Stop, page};
use kept_shared::ids::{SavedViewId, UserId};
use kept_shared::page::Page;
use kept_shared::problem::Code;
use kept_shared::saved_views::{SavedView, SavedViewFilter, ViewedList};
use sea_orm::{FromQueryResult, Value};

#[derive(FromQueryResult)]
struct Row {
    id: SavedViewId,
    list: ViewedList,
    name: String,
    query: String,
    is_shared: bool,
    user_id: UserId,
    first_name: String,
    surname: String,
    defaults: i64,
    version: i64,
}

impl Row {
    fn view(self, user: UserId) -> Result<SavedView, Stop> {
        Ok(SavedView {
            id: self.id,
            list: self.list,
            name: self.name,
            query: serde_json::from_str(&self.query)?,
            is_shared: self.is_shared,
            is_default: self.defaults > 0,
            is_own: self.user_id == user,
            by: format!("{} {}", self.first_name, self.surname).trim().to_owned(),
            version: self.version,
        })
    }
}

const OURS: Limit = Limit::Unscoped("the caller's own views and shared ones of the caller's organisation");

/// Views that `which` and `more` conditions leave, by name. `values` follow organisation and user.
async fn rows(read: &Read, which: &str, more: &str, values: Vec<Value>, limit: u64) -> Result<Vec<Row>, Stop> {
    let sql = format!(
        "SELECT v.id, v.list, v.name, v.query, v.is_shared, v.user_id, u.first_name, u.surname, v.version, \
         (SELECT COUNT(*) FROM saved_view_default d WHERE d.view_id = v.id AND d.user_id = $2) AS defaults \
         FROM saved_view v JOIN app_user u ON u.id = v.user_id \
         WHERE v.organisation_id = $1 AND {which} AND {more} ORDER BY v.name, v.id LIMIT {limit}"
    );
    let mut all: Vec<Value> = vec![read.organisation()?.into(), read.caller().user()?.into()];
    all.extend(values);
    read.report(OURS, &sql, all).await
}

pub(super) async fn list(read: &Read, filter: &SavedViewFilter) -> Result<Page<SavedView>, Stop> {
    let user = read.caller().user()?;
    let limit = page::limit(filter.limit)?;
    let mark = page::fingerprint("saved-views", &(filter.list, user))?;
    let after: Option<(String, SavedViewId)> = page::decode(filter.cursor.as_deref(), &mark)?;
    let mut values: Vec<Value> = vec![filter.list.into()];
    let mut more = "v.list = $3".to_owned();
    if let Some((name, id)) = after {
        more += " AND (v.name, v.id) > ($4, $5)";
        values.extend([name.into(), id.into()]);
    }
    let which = if sees_shared(read.caller()) {
        "(v.user_id = $2 OR v.is_shared)"
    } else {
        "v.user_id = $2"
    };
    let rows = rows(read, which, &more, values, limit + 1).await?;
    let page = page::page(rows, limit, &mark, |row| (row.name.clone(), row.id))?;
    Ok(Page {
        items: page
            .items
            .into_iter()
            .map(|row| row.view(user))
            .collect::<Result<_, _>>()?,
        next_cursor: page.next_cursor,
    })
}

/// A view the caller has just made or changed.
pub(super) async fn changed(read: &Read, view: &Seen<Model>) -> Result<SavedView, Stop> {
    let user = read.caller().user()?;
    let found = rows(read, "1 = 1", "v.id = $3", vec![view.id.into()], 1).await?;
    found.into_iter().next().ok_or(Stop::from(Code::NotFound))?.view(user)
}
