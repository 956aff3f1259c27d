//! Reading the catalogue, and an account as far as statuses, notes and handovers need it.

use super::entity::{Column, Entity, Model};
use crate::kernel::{Caller, Limit, Read, Stop};
use crate::reach::reach_sql;
use kept_shared::{ids::*, money::Currency, notes::StatusName, statuses::*};
use sea_orm::{ColumnTrait, DbBackend, FromQueryResult, QueryOrder};
use std::collections::HashMap;

/// Whether this caller may apply this status to anybody.
pub fn may_apply(caller: &Caller, status: &Model) -> bool {
    kept_shared::statuses::may_apply(
        caller.user_type,
        |p| caller.may(p),
        status.is_active,
        status.is_handover,
        status.attorney_allowed,
    )
}

/// What the rules need of a status.
pub fn facts(status: &Model) -> StatusFacts {
    StatusFacts {
        id: status.id,
        slot: status.kind.slot(),
        is_handover: status.is_handover,
        closes_handover: status.closes_handover,
        collects: status.kind.slot() == Slot::Debt
            && !(status.is_handover || status.is_terminal || status.contact_hold || status.closes_handover.is_some())
            && (status.kind == StatusKind::Legal || !status.notice_exempt),
    }
}

pub(super) fn view(caller: &Caller, status: &Model) -> Status {
    let s = status.clone();
    Status {
        may_apply: may_apply(caller, status),
        id: s.id,
        kind: s.kind,
        code: s.code,
        title: s.title,
        tone: s.tone,
        is_handover: s.is_handover,
        attorney_allowed: s.attorney_allowed,
        is_terminal: s.is_terminal,
        notice_exempt: s.notice_exempt,
        interest_exempt: s.interest_exempt,
        contact_hold: s.contact_hold,
        collection_fee: s.collection_fee,
        closes_handover: s.closes_handover,
        position: s.position,
        is_active: s.is_active,
        version: s.version,
    }
}

/// The catalogue under its headings; empty headings are left out.
pub(super) async fn catalogue(read: &Read, filter: &StatusFilter) -> Result<StatusCatalogue, Stop> {
    let mut found = read.find::<Entity>();
    if !filter.inactive {
        found = found.filter(Column::IsActive.eq(true));
    }
    let rows = found
        .shape(|s| s.order_by_asc(Column::Position).order_by_asc(Column::Code))
        .all()
        .await?;
    let groups = StatusKind::ALL.iter().map(|kind| StatusGroup {
        kind: *kind,
        items: rows
            .iter()
            .filter(|s| s.kind == *kind)
            .map(|s| view(read.caller(), s))
            .filter(|s| !filter.applicable || s.may_apply)
            .collect(),
    });
    Ok(StatusCatalogue {
        groups: groups.filter(|g| !g.items.is_empty()).collect(),
    })
}

/// Every status of the organisation by id, also inactive ones: history names them.
pub async fn names(read: &Read) -> Result<HashMap<StatusId, StatusName>, Stop> {
    let rows = read.find::<Entity>().all().await?;
    Ok(rows
        .into_iter()
        .map(|s| {
            let name = StatusName {
                id: s.id,
                code: s.code.clone(),
                title: s.title.clone(),
                tone: s.tone,
            };
            (s.id, name)
        })
        .collect())
}

/// An account as far as this part of the product needs it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Account {
    pub id: AccountId,
    pub organisation_id: OrganisationId,
    pub community_id: CommunityId,
    pub reference: String,
    pub name: String,
    pub debt_status_id: Option<StatusId>,
    pub open_handover_id: Option<HandoverId>,
    pub time_zone: String,
    pub currency: Currency,
}

const ACCOUNT: &str = "SELECT a.id, a.organisation_id, a.community_id, a.reference, a.name, a.debt_status_id, \
     a.open_handover_id, c.time_zone, c.currency FROM account a JOIN community c ON c.id = a.community_id \
     WHERE a.id = $1 AND {reach a.id, a.community_id}";

/// The account, for reading. Errors: 404 when absent or out of reach.
pub async fn account(read: &Read, id: AccountId) -> Result<Account, Stop> {
    read.report_one(Limit::Reach(reach_sql), ACCOUNT, vec![id.into()])
        .await?
        .ok_or_else(Stop::not_found)
}

/// The account, locked until the transaction ends. Errors: 404 when absent or out of the caller's writing reach.
pub async fn account_for_update(tx: &crate::kernel::Tx, id: AccountId) -> Result<Account, Stop> {
    let lock = if tx.backend() == DbBackend::Postgres {
        " FOR UPDATE OF a"
    } else {
        ""
    };
    tx.report_one(Limit::Reach(reach_sql), &format!("{ACCOUNT}{lock}"), vec![id.into()])
        .await?
        .ok_or_else(Stop::not_found)
}
