//! Writes what judged rows ask for, inside the transaction of the caller; each change is recorded as if made by hand.

use crate::kernel::{IfMatch, Seen, Stop, Subject, Tx};
use crate::units::owners::{Assignment, Part};
use crate::{accounts, communities, units};
use kept_shared::accounts::DebtorRole;
use kept_shared::contacts::NewContact;
use kept_shared::event::Event;
use kept_shared::ids::{AccountId, ContactId, UnitId};
use kept_shared::problem::Code;
use kept_shared::unit_sheet::{Deed, Known, SheetWritten};
use kept_shared::units::NewUnit;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::ExprTrait;
use std::collections::HashMap;

/// Units loaded with one statement.
const CHUNK: usize = 500;

pub(super) async fn apply(
    tx: &Tx,
    community: &Seen<communities::Model>,
    known: &Known,
    deeds: Vec<Deed>,
) -> Result<SheetWritten, Stop> {
    let mut written = SheetWritten::default();
    let mut by_code: HashMap<String, UnitId> = known.units.iter().map(|u| (u.details.code.clone(), u.id)).collect();
    let new: Vec<NewUnit> = deeds
        .iter()
        .filter_map(|deed| match deed {
            Deed::Create(unit) => Some(unit.clone()),
            Deed::Edit(..) | Deed::Own(..) => None,
            Deed::AddContact(..) | Deed::ChangeContact(..) | Deed::RemoveContact(..) => None,
        })
        .collect();
    let codes: Vec<String> = new.iter().map(|unit| unit.code.clone()).collect();
    let ids = units::actions::create_many(tx, community, new).await?;
    written.units_created = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    by_code.extend(codes.into_iter().zip(ids));
    let today = tx.today(&community.time_zone);
    let edits: Vec<(UnitId, NewUnit)> = deeds
        .iter()
        .filter_map(|deed| match deed {
            Deed::Edit(id, new) => Some((*id, new.clone())),
            _ => None,
        })
        .collect();
    written.units_changed = edit_units(tx, community, edits).await?;
    let mut owners = vec![];
    for deed in &deeds {
        if let Deed::Own(code, account) = deed {
            let id = by_code
                .get(code)
                .ok_or_else(|| Stop::internal("an owner for no unit"))?;
            owners.push(Assignment {
                unit: *id,
                account: *account,
                from_on: today,
            });
        }
    }
    written.owners_assigned = assign(tx, community, owners).await?;
    for deed in deeds {
        match deed {
            Deed::Create(_) | Deed::Edit(..) | Deed::Own(..) => {}
            Deed::AddContact(account, new) => {
                add(tx, account, new).await?;
                written.contacts_added += 1;
            }
            Deed::ChangeContact(account, _, contact, value) => {
                change(tx, account, contact, value).await?;
                written.contacts_changed += 1;
            }
            Deed::RemoveContact(account, _, contact) => {
                let account = tx.get::<accounts::Entity>(account).await?;
                let contact = tx.get::<accounts::contact::Entity>(contact).await?;
                let (id, version) = (contact.id, IfMatch(contact.version));
                accounts::remove_contact(tx, &account, contact, version).await?;
                tx.also(account.id, Event::ContactRemoved { contact: id }).await?;
                written.contacts_removed += 1;
            }
        }
    }
    Ok(written)
}

/// Units of the community, loaded by the hundreds.
async fn edit_units(tx: &Tx, community: &Seen<communities::Model>, edits: Vec<(UnitId, NewUnit)>) -> Result<u32, Stop> {
    let mut events = Vec::with_capacity(edits.len());
    for part in edits.chunks(CHUNK) {
        let ids = units::Column::Id.is_in(part.iter().map(|(id, _)| *id));
        let loaded = tx.among::<units::Entity>(ids).all().await?;
        let mut loaded: HashMap<UnitId, _> = loaded.into_iter().map(|unit| (unit.id, unit)).collect();
        for (id, new) in part {
            let unit = loaded.remove(id).ok_or_else(|| Stop::from(Code::ChangedMeanwhile))?;
            let version = IfMatch(unit.version);
            let (_, event) = units::actions::edit(tx, unit, version, new.clone()).await?;
            events.push((community.id.into(), event));
        }
    }
    let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
    tx.also_many(events).await?;
    Ok(count)
}

/// Gives units to customers of the community from today on.
async fn assign(tx: &Tx, community: &Seen<communities::Model>, owners: Vec<Assignment>) -> Result<u32, Stop> {
    let place = |_: usize, _: Part| String::new();
    units::owners::assign_owners(tx, (community.id, &community.time_zone), &owners, place).await?;
    let event = |new: &Assignment| {
        let on = Subject {
            account: Some(new.account),
            ..community.id.into()
        };
        let what = Event::OwnerChanged {
            unit: new.unit,
            account: new.account,
            from_on: new.from_on,
        };
        (on, what)
    };
    tx.also_many(owners.iter().map(event).collect()).await?;
    Ok(u32::try_from(owners.len()).unwrap_or(u32::MAX))
}

async fn add(tx: &Tx, account: AccountId, new: NewContact) -> Result<(), Stop> {
    let account = tx.get::<accounts::Entity>(account).await?;
    let primary = accounts::debtor::Column::AccountId
        .eq(account.id)
        .and(accounts::debtor::Column::Role.eq(DebtorRole::Primary));
    let debtor = tx.find::<accounts::debtor::Entity>().filter(primary).one().await?;
    let debtor = debtor.ok_or_else(|| Stop::from(Code::ChangedMeanwhile))?;
    let contact = accounts::add_contact(tx, &account, &debtor, new).await?;
    tx.also(account.id, Event::ContactAdded { contact: contact.id }).await
}

/// The value alone: label, state and being the primary one stay.
async fn change(tx: &Tx, account: AccountId, contact: ContactId, value: String) -> Result<(), Stop> {
    let account = tx.get::<accounts::Entity>(account).await?;
    let contact = tx.get::<accounts::contact::Entity>(contact).await?;
    let new = NewContact {
        label: contact.label.clone(),
        is_primary: contact.is_primary,
        state: contact.state,
        ..NewContact::of(contact.kind, &value)
    };
    let version = IfMatch(contact.version);
    let (contact, fields) = accounts::edit_contact(tx, &account, contact, version, new).await?;
    let event = Event::ContactChanged {
        contact: contact.id,
        fields,
    };
    tx.also(account.id, event).await
}
