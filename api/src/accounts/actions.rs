//! What people do with accounts.

use super::contact_actions::contact_row;
use super::entity::{ActiveModel, Column, Entity, Model, contact, debtor};
use super::leads;
use crate::kernel::{FlawsExt, IfMatch, Seen, Stop, Subject, Tx, tx::refuse};
use crate::units::owners::{Assignment, Part, assign_owners};
use crate::units::{self, Labels, relabel};
use crate::{communities, customer_groups};
use kept_shared::accounts::{AccountEdit, NewAccount};
use kept_shared::event::{Event, changed_fields};
use kept_shared::flaws::Flaws;
use kept_shared::ids::*;
use kept_shared::phone::Dialling;
use kept_shared::problem::{Code, Problem};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition};
use std::collections::HashSet;

fn taken(pointer: &str) -> Stop {
    Problem::of(Code::AlreadyExists).at(pointer, "taken").into()
}

async fn check_reference(
    tx: &Tx,
    community: CommunityId,
    reference: &str,
    mine: Option<AccountId>,
) -> Result<(), Stop> {
    let mut condition = Condition::all()
        .add(Column::CommunityId.eq(community))
        .add(Column::Reference.eq(reference));
    if let Some(mine) = mine {
        condition = condition.add(Column::Id.ne(mine));
    }
    if tx.find::<Entity>().filter(condition).exists().await? {
        return Err(taken("/reference"));
    }
    Ok(())
}

/// A payment names one customer: nobody else's payment reference, and nobody else's own.
async fn check_payment_reference(tx: &Tx, account: &Model, reference: &str) -> Result<(), Stop> {
    let named = Condition::any()
        .add(Column::PaymentReference.eq(reference))
        .add(Column::Reference.eq(reference));
    let others = Condition::all()
        .add(Column::CommunityId.eq(account.community_id))
        .add(Column::Id.ne(account.id))
        .add(named);
    if tx.find::<Entity>().filter(others).exists().await? {
        return Err(taken("/payment_reference"));
    }
    Ok(())
}

async fn check_group(tx: &Tx, group: Option<CustomerGroupId>, pointer: &str) -> Result<(), Stop> {
    let Some(group) = group else { return Ok(()) };
    match tx.get::<customer_groups::Entity>(group).await {
        Ok(_) => Ok(()),
        Err(stop) if stop.is(Code::NotFound) => Err(refuse(pointer, "unknown")),
        Err(stop) => Err(stop),
    }
}

/// The rows of one new account, labels and all. The account's own parents are set by whoever inserts it.
struct Rows {
    account: ActiveModel,
    debtors: Vec<debtor::ActiveModel>,
    contacts: Vec<contact::ActiveModel>,
}

fn rows(tx: &Tx, new: &NewAccount, home: Option<Dialling>) -> Result<Rows, Stop> {
    let id = AccountId(uuid::Uuid::now_v7());
    let (mut debtors, mut contacts) = (vec![], vec![]);
    for new in &new.debtors {
        let debtor_id = DebtorId(uuid::Uuid::now_v7());
        let mut row = debtor::ActiveModel {
            id: Set(debtor_id),
            account_id: Set(id),
            created_at: Set(tx.now()),
            version: Set(1),
            ..Default::default()
        };
        debtor::fill(&mut row, new);
        debtors.push(row);
        for new in &new.contacts {
            let mut row = contact_row(tx, new, home)?;
            row.account_id = Set(id);
            row.debtor_id = Set(debtor_id);
            contacts.push(row);
        }
    }
    let names: Vec<String> = new.debtors.iter().map(|d| d.full_name()).collect();
    let searched: Vec<String> = contacts
        .iter()
        .filter(|c| !matches!(c.kind.clone().take(), Some(kept_shared::contacts::ContactKind::Postal)))
        .filter_map(|c| c.normalised.clone().take())
        .collect();
    let labels = Labels::of(&new.reference, &names, &searched, &[]);
    let account = ActiveModel {
        id: Set(id),
        reference: Set(new.reference.clone()),
        name: Set(labels.name),
        unit_label: Set(None),
        search: Set(labels.search),
        customer_group_id: Set(new.customer_group_id),
        source: Set(new.source.clone()),
        source_id: Set(new.source_id.clone()),
        language: Set(new.language.clone()),
        payment_reference: Set(None),
        debt_status_id: Set(None),
        debt_status_on: Set(None),
        notice_status_id: Set(None),
        interest_status_id: Set(None),
        open_handover_id: Set(None),
        note_count: Set(0),
        last_note_at: Set(None),
        shared_note_count: Set(0),
        last_shared_at: Set(None),
        is_active: Set(true),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    };
    Ok(Rows {
        account,
        debtors,
        contacts,
    })
}

/// Opens an account with its debtors, their contacts and, when given, the unit it owns.
pub async fn create(tx: &Tx, community: &Seen<communities::Model>, new: NewAccount) -> Result<Seen<Model>, Stop> {
    let home = Dialling::of(community.currency);
    let new = new.tidied();
    new.flaws(home).check()?;
    check_reference(tx, community.id, &new.reference, None).await?;
    check_group(tx, new.customer_group_id, "/customer_group_id").await?;
    let rows = rows(tx, &new, home)?;
    let account = tx.insert(community, rows.account).await?;
    tx.insert_many(&account, rows.debtors).await?;
    tx.insert_bulk(rows.contacts, "debtors were made for the account a line above")
        .await?;
    if let Some(lead) = new.lead {
        leads::open(tx, &account, lead, tx.today(&community.time_zone)).await?;
    }
    if let Some(owned) = new.unit {
        own(tx, &account, owned.unit_id, owned.from_on).await?;
        return tx.get::<Entity>(account.id).await;
    }
    Ok(account)
}

async fn own(tx: &Tx, account: &Seen<Model>, unit: UnitId, from_on: chrono::NaiveDate) -> Result<(), Stop> {
    let unit = match tx.get::<units::Entity>(unit).await {
        Ok(unit) => unit,
        Err(stop) if stop.is(Code::NotFound) => return Err(refuse("/unit/unit_id", "unknown")),
        Err(stop) => return Err(stop),
    };
    match units::owners::assign_owner(tx, &unit, account.id, from_on).await {
        Ok(()) => {}
        // Said of the unit's own form; here the unit is a part of the account's.
        Err(Stop::Problem(mut problem)) => {
            for error in &mut problem.errors {
                error.pointer = match error.pointer.as_str() {
                    "/from_on" => "/unit/from_on".into(),
                    _ => "/unit/unit_id".into(),
                };
            }
            return Err(Stop::Problem(problem));
        }
        Err(stop) => return Err(stop),
    }
    let event = Event::OwnerChanged {
        unit: unit.id,
        account: account.id,
        from_on,
    };
    tx.also(account.id, event).await
}

/// Opens many accounts in one community and records an event each; for imports and the demo book. Returns the ids in
/// order. Groups must exist. Errors: 422 and 409 name the account by its position (`/3/reference`).
pub async fn create_many(
    tx: &Tx,
    community: &Seen<communities::Model>,
    new: Vec<NewAccount>,
) -> Result<Vec<AccountId>, Stop> {
    let home = Dialling::of(community.currency);
    let new: Vec<NewAccount> = new.into_iter().map(NewAccount::tidied).collect();
    let mut flaws = Flaws::default();
    let mut references = HashSet::new();
    for (at, account) in new.iter().enumerate() {
        for mut flaw in account.flaws(home).0 {
            flaw.pointer = format!("/{at}{}", flaw.pointer);
            flaws.0.push(flaw);
        }
        flaws.when(
            !references.insert(&account.reference),
            &format!("/{at}/reference"),
            "repeated",
        );
    }
    flaws.check()?;
    for (chunk_at, chunk) in new.chunks(500).enumerate() {
        let here = Column::CommunityId
            .eq(community.id)
            .and(Column::Reference.is_in(chunk.iter().map(|a| a.reference.clone())));
        if let Some(there) = tx.find::<Entity>().filter(here).one().await? {
            let at = chunk
                .iter()
                .position(|a| a.reference == there.reference)
                .unwrap_or_default();
            return Err(taken(&format!("/{}/reference", chunk_at * 500 + at)));
        }
    }
    let (mut accounts, mut debtors, mut contacts) = (vec![], vec![], vec![]);
    for account in &new {
        let rows = rows(tx, account, home)?;
        accounts.push(rows.account);
        debtors.extend(rows.debtors);
        contacts.extend(rows.contacts);
    }
    let ids: Vec<AccountId> = accounts.iter().filter_map(|row| row.id.clone().take()).collect();
    tx.insert_many(community, accounts).await?;
    tx.insert_bulk(debtors, "made for accounts inserted a line above")
        .await?;
    tx.insert_bulk(contacts, "made for debtors inserted a line above")
        .await?;
    let mut events = own_many(tx, community, &ids, &new).await?;
    events.extend(
        ids.iter()
            .map(|id| ((*id).into(), Event::AccountCreated { account: *id })),
    );
    tx.also_many(events).await?;
    Ok(ids)
}

/// Gives the units that new accounts own, and what happened. Errors name the account by its position.
async fn own_many(
    tx: &Tx,
    community: &Seen<communities::Model>,
    ids: &[AccountId],
    new: &[NewAccount],
) -> Result<Vec<(Subject, Event)>, Stop> {
    let (mut places, mut owners) = (vec![], vec![]);
    for (at, (id, account)) in ids.iter().zip(new).enumerate() {
        let Some(owned) = account.unit else { continue };
        places.push(at);
        owners.push(Assignment {
            unit: owned.unit_id,
            account: *id,
            from_on: owned.from_on,
        });
    }
    let pointer = |n: usize, part: Part| {
        let at = places.get(n).copied().unwrap_or_default();
        match part {
            Part::Unit | Part::Account => format!("/{at}/unit/unit_id"),
            Part::FromOn => format!("/{at}/unit/from_on"),
        }
    };
    assign_owners(tx, (community.id, community.time_zone.as_str()), &owners, pointer).await?;
    let event = |new: &Assignment| {
        let event = Event::OwnerChanged {
            unit: new.unit,
            account: new.account,
            from_on: new.from_on,
        };
        (new.account.into(), event)
    };
    Ok(owners.iter().map(event).collect())
}

/// Changes an account; returns it and the names of the fields that changed.
pub async fn edit(
    tx: &Tx,
    account: Seen<Model>,
    expected: IfMatch,
    new: AccountEdit,
) -> Result<(Seen<Model>, Vec<String>), Stop> {
    let new = new.tidied();
    new.flaws().check()?;
    let before = account.edit();
    let renamed = before.reference != new.reference;
    if renamed {
        check_reference(tx, account.community_id, &new.reference, Some(account.id)).await?;
    }
    check_group(tx, new.customer_group_id, "/customer_group_id").await?;
    if let Some(reference) = new
        .payment_reference
        .as_ref()
        .filter(|_| before.payment_reference != new.payment_reference)
    {
        check_payment_reference(tx, &account, reference).await?;
    }
    let fields = changed_fields(&before, &new);
    let account = tx
        .update(account, expected, |row: &mut ActiveModel| {
            row.reference = Set(new.reference);
            row.customer_group_id = Set(new.customer_group_id);
            row.language = Set(new.language);
            row.payment_reference = Set(new.payment_reference);
            row.is_active = Set(new.is_active);
        })
        .await?;
    if renamed {
        relabel(tx, &[account.id]).await?;
        return Ok((tx.get::<Entity>(account.id).await?, fields));
    }
    Ok((account, fields))
}

/// The account with this reference in a community, for imports.
pub async fn by_reference(tx: &Tx, community: CommunityId, reference: &str) -> Result<Option<Seen<Model>>, Stop> {
    tx.find::<Entity>()
        .filter(Column::CommunityId.eq(community).and(Column::Reference.eq(reference)))
        .one()
        .await
}
