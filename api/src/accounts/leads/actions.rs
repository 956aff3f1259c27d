//! Opening, reading and changing leads.

use super::entity::{ActiveModel, Entity, Model};
use crate::accounts;
use crate::communities;
use crate::kernel::{FlawsExt, IfMatch, Limit, Read, Seen, Stop, Tx, binds::Binds, tx::refuse};
use chrono::NaiveDate;
use kept_shared::ids::*;
use kept_shared::leads::*;
use kept_shared::metadata::is_agency;
use kept_shared::problem::{Code, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};

const LOADED: Limit = Limit::Unscoped("parts of an account the caller has loaded");

#[derive(FromQueryResult)]
struct Owned {
    n: i64,
}

/// Whether the account has or had a unit.
async fn has_units(read: &Read, account: AccountId) -> Result<bool, Stop> {
    let row: Option<Owned> = read
        .report_one(
            LOADED,
            "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM unit_owner WHERE account_id = $1",
            vec![account.into()],
        )
        .await?;
    Ok(row.is_some_and(|row| row.n > 0))
}

async fn row(read: &Read, account: AccountId) -> Result<Option<Seen<Model>>, Stop> {
    read.find::<Entity>()
        .filter(super::entity::Column::AccountId.eq(account))
        .one()
        .await
}

/// How far the lead has come that an account began as; absent for one that began otherwise.
pub(in crate::accounts) async fn state_of(
    read: &Read,
    account: AccountId,
    has_units: bool,
) -> Result<Option<LeadState>, Stop> {
    Ok(row(read, account).await?.map(|row| state(row.is_canceled, has_units)))
}

/// Opens an account's lead. The input must have passed its flaws. Errors: 422 for an enquiry that lies ahead.
pub(in crate::accounts) async fn open(
    tx: &Tx,
    account: &Seen<accounts::Model>,
    new: NewLead,
    today: NaiveDate,
) -> Result<(), Stop> {
    let enquired_on = new.enquired_on.unwrap_or(today);
    if enquired_on > today {
        return Err(refuse("/lead/enquired_on", "in_future"));
    }
    let answers = serde_json::to_string(&new.answers)?;
    tx.insert(
        account,
        ActiveModel {
            is_canceled: Set(false),
            enquired_on: Set(enquired_on),
            channel: Set(new.channel),
            taken_by: Set(new.taken_by),
            answers: Set(answers),
            version: Set(1),
            ..Default::default()
        },
    )
    .await
    .map(|_row| ())
}

#[derive(FromQueryResult)]
struct Related {
    community_id: CommunityId,
}

async fn related(read: &Read, account: AccountId) -> Result<Vec<CommunityId>, Stop> {
    let rows: Vec<Related> = read
        .report(
            LOADED,
            "SELECT community_id FROM lead_community WHERE account_id = $1",
            vec![account.into()],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.community_id).collect())
}

async fn view(read: &Read, row: &Seen<Model>) -> Result<Lead, Stop> {
    let state = state(row.is_canceled, has_units(read, row.account_id).await?);
    // Of a customer there is no question of taking a unit elsewhere.
    let related = match state {
        LeadState::Rented => vec![],
        LeadState::Active | LeadState::Canceled => related(read, row.account_id).await?,
    };
    let mut related: Vec<RelatedCommunity> = communities::by_ids(read, related)
        .await?
        .into_values()
        .map(|c| RelatedCommunity {
            id: c.id,
            name: c.name.clone(),
        })
        .collect();
    related.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    Ok(Lead {
        account_id: row.account_id,
        state,
        enquired_on: row.enquired_on,
        channel: row.channel.clone(),
        taken_by: row.taken_by.clone(),
        answers: row.answers()?,
        related,
        version: row.version,
    })
}

#[derive(FromQueryResult)]
struct Opened {
    actor_name: String,
}

/// Who took the call and what was answered is for the agency.
fn for_reader(read: &Read, lead: Lead) -> Lead {
    if is_agency(read.caller().user_type) {
        return lead;
    }
    Lead {
        channel: None,
        taken_by: None,
        answers: vec![],
        related: vec![],
        ..lead
    }
}

/// Where an account came from.
pub(super) async fn origin(read: &Read, account: &Seen<accounts::Model>) -> Result<Origin, Stop> {
    let opened: Option<Opened> = if read.caller().is_attorney() {
        None
    } else {
        read.report_one(
            LOADED,
            "SELECT actor_name FROM event WHERE account_id = $1 AND kind = 'account_created' ORDER BY id LIMIT 1",
            vec![account.id.into()],
        )
        .await?
    };
    let lead = match row(read, account.id).await? {
        Some(row) => Some(for_reader(read, view(read, &row).await?)),
        None => None,
    };
    Ok(Origin {
        created_at: account.created_at,
        created_by: opened.map(|o| o.actor_name).filter(|name| !name.is_empty()),
        source: account.source.clone(),
        source_id: account.source_id.clone(),
        lead,
    })
}

/// Cancels a lead or takes it up again, and says where else it may take a unit. Returns it and what changed. Errors: 404
/// for an account that began otherwise, 409 for a customer, 422 for a community out of reach.
pub(super) async fn change(
    tx: &Tx,
    account: &Seen<accounts::Model>,
    expected: IfMatch,
    edit: LeadEdit,
) -> Result<(Lead, Vec<String>), Stop> {
    edit.flaws(account.community_id).check()?;
    let row = row(tx, account.id).await?.ok_or_else(Stop::not_found)?;
    if has_units(tx, account.id).await? {
        return Err(Problem::of(Code::StateForbids).at("", "rented").into());
    }
    let known = communities::by_ids(tx, edit.related.iter().copied()).await?;
    if let Some(at) = edit.related.iter().position(|id| !known.contains_key(id)) {
        return Err(refuse(&format!("/related/{at}"), "unknown"));
    }
    let before = related(tx, account.id).await?;
    // What the caller does not reach was not offered, so it is not taken away.
    let reached = communities::by_ids(tx, before.iter().copied()).await?;
    let gone: Vec<CommunityId> = before
        .iter()
        .copied()
        .filter(|id| reached.contains_key(id) && !edit.related.contains(id))
        .collect();
    let new: Vec<CommunityId> = edit.related.into_iter().filter(|id| !before.contains(id)).collect();
    let mut fields = vec![];
    if row.is_canceled != edit.is_canceled {
        fields.push("state".to_owned());
    }
    if !gone.is_empty() || !new.is_empty() {
        fields.push("related".to_owned());
    }
    if fields.is_empty() {
        expected.check(row.version)?;
        return Ok((view(tx, &row).await?, fields));
    }
    let row = tx
        .update(row, expected, |row: &mut ActiveModel| {
            row.is_canceled = Set(edit.is_canceled)
        })
        .await?;
    if !gone.is_empty() {
        let mut binds = Binds::new();
        let sql = format!(
            "DELETE FROM lead_community WHERE account_id = {} AND community_id IN ({})",
            binds.one(account.id),
            binds.list(gone)
        );
        tx.execute(LOADED, &sql, binds.values()).await?;
    }
    if !new.is_empty() {
        let mut binds = Binds::new();
        let rows: Vec<String> = new
            .into_iter()
            .map(|id| format!("({}, {})", binds.one(account.id), binds.one(id)))
            .collect();
        let sql = format!(
            "INSERT INTO lead_community (account_id, community_id) VALUES {}",
            rows.join(", ")
        );
        tx.execute(LOADED, &sql, binds.values()).await?;
    }
    Ok((view(tx, &row).await?, fields))
}
