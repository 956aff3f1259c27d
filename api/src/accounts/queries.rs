//! The customer page in one read: a fixed number of statements, whatever hangs on the account.

use super::entity::{Model, contact, debtor};
use super::lines::{BEHIND_SINCE, standing};
use super::{exclusions, leads};
use crate::communities;
use crate::customer_groups;
use crate::kernel::{Limit, Read, Seen, Stop};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::accounts::*;
use kept_shared::contacts::{Contact, ContactKind};
use kept_shared::exclusions::level;
use kept_shared::ids::*;
use kept_shared::money::{Currency, Money};
use kept_shared::permission::Permission;
use sea_orm::{ColumnTrait, FromQueryResult, QueryOrder};
use std::collections::HashMap;

/// What hangs on an account that was itself loaded through the scope.
const LOADED: Limit = Limit::Unscoped("parts of an account the caller has loaded");

pub(super) async fn view(read: &Read, account: &Seen<Model>) -> Result<Account, Stop> {
    let community = read.get::<communities::Entity>(account.community_id).await?;
    let today = read.today(&community.time_zone);
    let balance = balance(read, account.id, community.currency, today).await?;
    let units = units(read, account.id).await?;
    let owns_now = units.iter().any(|u| u.to_on.is_none());
    let lead = leads::state_of(read, account.id, !units.is_empty()).await?;
    let excluded = exclusions::in_force(read, account.id).await?;
    let debtors = debtors(read, account.id).await?;
    let contacts = debtors.iter().flat_map(|d| &d.contacts);
    let numbers = contacts
        .filter(|c| c.kind == ContactKind::Phone)
        .map(|c| c.value.as_str());
    let (m, attorney) = ((**account).clone(), read.caller().is_attorney());
    Ok(Account {
        id: m.id,
        version: m.version,
        reference: m.reference,
        name: m.name,
        customer_type: CustomerType::of(lead.is_some(), !units.is_empty(), owns_now),
        standing: match balance.as_ref().and_then(|b| b.days_past_due) {
            Some(_) => Standing::Delinquent,
            None => Standing::Current,
        },
        is_active: m.is_active,
        language: m.language,
        payment_reference: m.payment_reference,
        source: m.source,
        source_id: m.source_id,
        customer_group: group(read, account).await?,
        lead,
        exclusion: level(&excluded, numbers),
        exclusions: excluded,
        held_files: held_files(read, account.id).await?,
        debtors,
        statuses: statuses(read, account).await?,
        handover: handover(read, account).await?,
        units,
        balance,
        community: community_part(&community, today),
        approval_above: community.approval_above().filter(|_| posts(read)),
        // Notes an attorney may not read are not counted for him either.
        note_count: if attorney { m.shared_note_count } else { m.note_count },
        last_note_at: if attorney { m.last_shared_at } else { m.last_note_at },
        created_at: m.created_at,
    })
}

#[derive(FromQueryResult)]
struct Held {
    n: i64,
}

/// Documents on legal hold: of attorneys' business are the shared ones.
async fn held_files(read: &Read, account: AccountId) -> Result<i64, Stop> {
    let caller = read.caller();
    if !caller.may(Permission::ViewFiles) {
        return Ok(0);
    }
    let shared = if caller.is_attorney() {
        " AND visibility <> 'internal'"
    } else {
        ""
    };
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM file WHERE account_id = $1 AND held_at IS NOT NULL AND state <> 'deleted'{shared}"
    );
    let row: Option<Held> = read.report_one(LOADED, &sql, vec![account.into()]).await?;
    Ok(row.map_or(0, |row| row.n))
}

/// Whether the caller may post anything by hand.
fn posts(read: &Read) -> bool {
    let caller = read.caller();
    [
        Permission::PostLedger,
        Permission::ApproveLedger,
        Permission::EditClaims,
    ]
    .into_iter()
    .any(|p| caller.may(p))
}

fn community_part(community: &Seen<communities::Model>, today: NaiveDate) -> AccountCommunity {
    let ageing = community.ageing();
    let c = (**community).clone();
    AccountCommunity {
        ageing,
        id: c.id,
        code: c.code,
        name: c.name,
        currency: c.currency,
        time_zone: c.time_zone,
        today,
        address: c.address,
        email: c.email,
        phone: c.phone,
        website: c.website,
        office_hours: c.office_hours,
        access_hours: c.access_hours,
        information: c.information,
    }
}

async fn group(read: &Read, account: &Seen<Model>) -> Result<Option<GroupName>, Stop> {
    let Some(id) = account.customer_group_id else {
        return Ok(None);
    };
    let group = read.get::<customer_groups::Entity>(id).await?;
    Ok(Some(GroupName {
        id: group.id,
        name: group.name.clone(),
    }))
}

/// Debtors with their contacts, the primary one first; primary contacts first.
pub(super) async fn debtors(read: &Read, account: AccountId) -> Result<Vec<Debtor>, Stop> {
    let contacts = read
        .find::<contact::Entity>()
        .filter(contact::Column::AccountId.eq(account))
        .shape(|s| {
            s.order_by_desc(contact::Column::IsPrimary)
                .order_by_asc(contact::Column::Id)
        })
        .all()
        .await?;
    let mut by_debtor: HashMap<DebtorId, Vec<Contact>> = HashMap::new();
    for contact in &contacts {
        by_debtor.entry(contact.debtor_id).or_default().push(contact.view());
    }
    let mut debtors = read
        .find::<debtor::Entity>()
        .filter(debtor::Column::AccountId.eq(account))
        .shape(|s| s.order_by_asc(debtor::Column::Id))
        .all()
        .await?;
    debtors.sort_by_key(|d| (d.role, d.id));
    Ok(debtors
        .iter()
        .map(|d| d.view(by_debtor.remove(&d.id).unwrap_or_default()))
        .collect())
}

/// One debtor with its contacts.
pub(super) async fn debtor(read: &Read, debtor: &Seen<debtor::Model>) -> Result<Debtor, Stop> {
    let all = debtors(read, debtor.account_id).await?;
    all.into_iter().find(|d| d.id == debtor.id).ok_or_else(Stop::not_found)
}

#[derive(FromQueryResult)]
struct UnitRow {
    unit_id: UnitId,
    code: String,
    block: Option<String>,
    unit_type: Option<String>,
    size: Option<String>,
    from_on: NaiveDate,
    to_on: Option<NaiveDate>,
}

async fn units(read: &Read, account: AccountId) -> Result<Vec<OwnedUnit>, Stop> {
    let rows: Vec<UnitRow> = read
        .report(
            LOADED,
            "SELECT u.id AS unit_id, u.code AS code, u.block AS block, u.unit_type AS unit_type, u.size AS size, \
             o.from_on AS from_on, o.to_on AS to_on FROM unit_owner o JOIN unit u ON u.id = o.unit_id \
             WHERE o.account_id = $1 ORDER BY CASE WHEN o.to_on IS NULL THEN 0 ELSE 1 END, o.from_on DESC, u.sort_key",
            vec![account.into()],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| OwnedUnit {
            unit_id: r.unit_id,
            code: r.code,
            block: r.block,
            unit_type: r.unit_type,
            size: r.size,
            from_on: r.from_on,
            to_on: r.to_on,
        })
        .collect())
}

#[derive(FromQueryResult)]
struct AgedRow {
    valid_on: NaiveDate,
    valid_until: NaiveDate,
    total_minor: i64,
    current_minor: i64,
    d30_minor: i64,
    d60_minor: i64,
    d90_minor: i64,
    d120_minor: i64,
    unallocated_minor: i64,
    oldest_due_on: Option<NaiveDate>,
    behind_since: Option<NaiveDate>,
    last_payment_on: Option<NaiveDate>,
    last_payment_minor: Option<i64>,
}

async fn balance(
    read: &Read,
    account: AccountId,
    currency: Currency,
    today: NaiveDate,
) -> Result<Option<AccountBalance>, Stop> {
    let row: Option<AgedRow> = read
        .report_one(
            LOADED,
            &format!(
                "SELECT x.valid_on, x.valid_until, x.total_minor, x.current_minor, x.d30_minor, x.d60_minor, x.d90_minor, x.d120_minor, \
                 x.unallocated_minor, x.oldest_due_on, {BEHIND_SINCE} AS behind_since, x.last_payment_on, x.last_payment_minor \
                 FROM aged x JOIN account a ON a.id = x.account_id \
                 LEFT JOIN arrears_tolerance t ON t.community_id = a.community_id WHERE x.account_id = $1"
            ),
            vec![account.into()],
        )
        .await?;
    let money = |minor| Money::new(minor, currency);
    Ok(row.map(|r| AccountBalance {
        // Today, unless another process has yet to follow a new day: then the last day the figures hold for.
        as_at: today.min(r.valid_until).max(r.valid_on),
        total: money(r.total_minor),
        current: money(r.current_minor),
        d30: money(r.d30_minor),
        d60: money(r.d60_minor),
        d90: money(r.d90_minor),
        d120: money(r.d120_minor),
        unallocated: money(r.unallocated_minor),
        oldest_due_on: r.oldest_due_on,
        days_past_due: standing(r.behind_since, today).0,
        last_payment_on: r.last_payment_on,
        last_payment: r.last_payment_minor.map(money),
    }))
}

#[derive(FromQueryResult)]
struct StatusRow {
    id: StatusId,
    code: String,
    title: String,
    tone: String,
}

async fn statuses(read: &Read, account: &Seen<Model>) -> Result<Vec<AccountStatus>, Stop> {
    let slots = [
        ("debt", account.debt_status_id, account.debt_status_on),
        ("notice", account.notice_status_id, None),
        ("interest", account.interest_status_id, None),
    ];
    let ids: Vec<StatusId> = slots.iter().filter_map(|s| s.1).collect();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let marks: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT id, code, title, tone FROM status WHERE id IN ({})",
        marks.join(", ")
    );
    let rows: Vec<StatusRow> = read
        .report(LOADED, &sql, ids.into_iter().map(Into::into).collect())
        .await?;
    Ok(slots
        .into_iter()
        .filter_map(|(slot, id, since)| {
            let row = rows.iter().find(|row| Some(row.id) == id)?;
            Some(AccountStatus {
                id: row.id,
                slot: slot.into(),
                code: row.code.clone(),
                title: row.title.clone(),
                tone: row.tone.clone(),
                since,
            })
        })
        .collect())
}

#[derive(FromQueryResult)]
struct HandoverRow {
    id: HandoverId,
    reference: String,
    state: String,
    handed_at: DateTime<Utc>,
    first_name: String,
    surname: String,
    firm: Option<String>,
}

async fn handover(read: &Read, account: &Seen<Model>) -> Result<Option<AccountHandover>, Stop> {
    let Some(id) = account.open_handover_id else {
        return Ok(None);
    };
    let row: Option<HandoverRow> = read
        .report_one(
            LOADED,
            "SELECT h.id AS id, h.reference AS reference, h.state AS state, h.handed_at AS handed_at, \
             u.first_name AS first_name, u.surname AS surname, u.firm AS firm \
             FROM handover h JOIN app_user u ON u.id = h.attorney_id WHERE h.id = $1 AND h.closed_at IS NULL",
            vec![id.into()],
        )
        .await?;
    Ok(row.map(|r| AccountHandover {
        id: r.id,
        reference: r.reference,
        state: r.state,
        attorney: format!("{} {}", r.first_name, r.surname),
        firm: r.firm,
        handed_at: r.handed_at,
    }))
}
