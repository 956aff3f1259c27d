//! Rows of the whole book. What few things are called (communities, groups, statuses, attorneys) is looked up once and
//! put beside the rows as they pass, instead of being joined to and read again for each of them.

use super::filter::Values;
use super::row::{Raw, figures, flag, with_notes};
use crate::kernel::{Limit, Read, Stop};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::age_analysis::StatusBadge;
use kept_shared::ids::*;
use kept_shared::money::Currency;
use kept_shared::statuses::Tone;
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use std::collections::HashMap;

const NAMES: Limit = Limit::Unscoped("what the organisation calls things; shown beside rows read within reach");

/// Columns of a row, in the order [`Beside::row`] reads them; its matter is `h`.
const COLUMNS: &str = "a.id, a.reference, a.name, a.unit_label, a.community_id, a.customer_group_id, \
    a.debt_status_id, a.notice_status_id, a.interest_status_id, h.id, h.handed_at, h.attorney_id, \
    g.current_minor, g.d30_minor, g.d60_minor, g.d90_minor, g.d120_minor, g.unallocated_minor, g.not_due_minor, g.total_minor, \
    g.last_payment_on, g.last_payment_minor, {notes}";

pub(super) fn columns(read: &Read) -> String {
    with_notes(COLUMNS, read)
}

/// The joins the columns need, and the one a sort by status needs.
pub(super) const fn dress(by_status: bool) -> &'static str {
    if by_status {
        "LEFT JOIN handover h ON h.id = a.open_handover_id LEFT JOIN status ds ON ds.id = a.debt_status_id"
    } else {
        "LEFT JOIN handover h ON h.id = a.open_handover_id"
    }
}

#[derive(FromQueryResult)]
struct Community {
    id: CommunityId,
    code: String,
    currency: Currency,
    time_zone: String,
}

#[derive(FromQueryResult)]
struct Group {
    id: CustomerGroupId,
    name: String,
}

#[derive(FromQueryResult)]
struct Status {
    id: StatusId,
    code: String,
    title: String,
    tone: Tone,
}

#[derive(FromQueryResult)]
struct Attorney {
    id: UserId,
    first_name: String,
    surname: String,
    firm: Option<String>,
}

#[derive(FromQueryResult)]
struct SeenRow {
    account_id: AccountId,
    seen_at: DateTime<Utc>,
}

/// What stands beside the figures of an account.
pub(super) struct Beside {
    communities: HashMap<CommunityId, Community>,
    groups: HashMap<CustomerGroupId, String>,
    statuses: HashMap<StatusId, StatusBadge>,
    attorneys: HashMap<UserId, Attorney>,
    seen: HashMap<AccountId, DateTime<Utc>>,
}

impl Beside {
    pub(super) async fn load(read: &Read) -> Result<Self, Stop> {
        let own = || Ok::<_, Stop>(vec![read.organisation()?.into()]);
        let sql = "SELECT id, code, currency, time_zone FROM community WHERE organisation_id = $1";
        let communities: Vec<Community> = read.report(NAMES, sql, own()?).await?;
        let sql = "SELECT id, name FROM customer_group WHERE organisation_id = $1";
        let groups: Vec<Group> = read.report(NAMES, sql, own()?).await?;
        let sql = "SELECT id, code, title, tone FROM status WHERE organisation_id = $1";
        let statuses: Vec<Status> = read.report(NAMES, sql, own()?).await?;
        let sql = "SELECT id, first_name, surname, firm FROM app_user u WHERE organisation_id = $1 \
                   AND EXISTS (SELECT 1 FROM handover h WHERE h.attorney_id = u.id)";
        let attorneys: Vec<Attorney> = read.report(NAMES, sql, own()?).await?;
        let mut values = Values::default();
        let user = values.push(read.caller().user_id.unwrap_or(UserId(uuid::Uuid::nil())));
        let sql = format!("SELECT account_id, seen_at FROM account_seen WHERE user_id = {user}");
        let seen: Vec<SeenRow> = read
            .report(Limit::Unscoped("what the caller has read"), &sql, values.0)
            .await?;
        let badge = |s: Status| StatusBadge {
            id: s.id,
            code: s.code,
            title: s.title,
            tone: s.tone,
        };
        Ok(Self {
            communities: communities.into_iter().map(|c| (c.id, c)).collect(),
            groups: groups.into_iter().map(|g| (g.id, g.name)).collect(),
            statuses: statuses.into_iter().map(|s| (s.id, badge(s))).collect(),
            attorneys: attorneys.into_iter().map(|a| (a.id, a)).collect(),
            seen: seen.into_iter().map(|s| (s.account_id, s.seen_at)).collect(),
        })
    }

    /// A row of the statement with [`columns`].
    pub(super) fn row(&self, q: &QueryResult) -> Result<Raw, DbErr> {
        let id: AccountId = q.try_get_by_index(0)?;
        let community_id: CommunityId = q.try_get_by_index(4)?;
        let community = self
            .communities
            .get(&community_id)
            .ok_or_else(|| DbErr::Custom("an account without its community".into()))?;
        let group: Option<CustomerGroupId> = q.try_get_by_index(5)?;
        let status = |at| -> Result<Option<StatusBadge>, DbErr> {
            let id: Option<StatusId> = q.try_get_by_index(at)?;
            Ok(id.and_then(|id| self.statuses.get(&id).cloned()))
        };
        let handover = match q.try_get_by_index::<Option<HandoverId>>(9)? {
            None => None,
            Some(id) => {
                let by = self.attorneys.get(&q.try_get_by_index::<UserId>(11)?);
                let name = by
                    .map(|a| format!("{} {}", a.first_name, a.surname))
                    .unwrap_or_default();
                let firm = by.and_then(|a| a.firm.clone());
                Some(flag(id, name, firm, q.try_get_by_index(10)?, &community.time_zone))
            }
        };
        let paid: Option<NaiveDate> = q.try_get_by_index(20)?;
        Ok(Raw {
            id,
            reference: q.try_get_by_index(1)?,
            full_name: q.try_get_by_index(2)?,
            unit: q.try_get_by_index(3)?,
            community_id,
            community: community.code.clone(),
            currency: community.currency,
            group: group.and_then(|g| self.groups.get(&g).cloned()),
            statuses: [status(6)?, status(7)?, status(8)?],
            handover,
            figures: figures(q, 12)?,
            last_payment: paid.zip(q.try_get_by_index::<Option<i64>>(21)?),
            notes: q.try_get_by_index(22)?,
            last_note: q.try_get_by_index(23)?,
            seen: self.seen.get(&id).copied(),
        })
    }
}
