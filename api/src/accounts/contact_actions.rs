//! What people do with debtors and contacts. Every change makes the account's labels anew.

use super::entity::{Model, contact, debtor};
use crate::communities;
use crate::kernel::{FlawsExt, IfMatch, Limit, Read, Seen, Stop, Tx, tx::refuse};
use crate::units::relabel;
use kept_shared::accounts::{DebtorEdit, DebtorRole, MAX_CONTACTS, MAX_DEBTORS, NewDebtor};
use kept_shared::contacts::{ContactKind, NewContact, is_integrated};
use kept_shared::event::changed_fields;
use kept_shared::ids::*;
use kept_shared::phone::Dialling;
use kept_shared::problem::{Code, Problem};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryOrder};

/// The country whose national numbers an account's community writes without a code.
async fn home(read: &Read, community: CommunityId) -> Result<Option<Dialling>, Stop> {
    Ok(Dialling::of(read.get::<communities::Entity>(community).await?.currency))
}

/// A contact's row without its parents. The value must have passed [`NewContact::flaws`].
pub(super) fn contact_row(tx: &Tx, new: &NewContact, home: Option<Dialling>) -> Result<contact::ActiveModel, Stop> {
    let (value, normalised) = stored(new, home)?;
    Ok(contact::ActiveModel {
        id: Set(ContactId(uuid::Uuid::now_v7())),
        kind: Set(new.kind),
        value: Set(value),
        normalised: Set(normalised),
        label: Set(new.label.clone()),
        is_primary: Set(new.is_primary),
        state: Set(new.state),
        source: Set(None),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    })
}

/// Value and normalised value as stored: numbers are E.164 in both.
fn stored(new: &NewContact, home: Option<Dialling>) -> Result<(String, String), Stop> {
    let normalised = new.normalised(home).map_err(|code| refuse("/value", code))?;
    let value = match new.kind {
        ContactKind::Phone => normalised.clone(),
        ContactKind::Email | ContactKind::Postal => new.value.clone(),
    };
    Ok((value, normalised))
}

async fn contacts_of(read: &Read, debtor: DebtorId, kind: ContactKind) -> Result<Vec<Seen<contact::Model>>, Stop> {
    read.find::<contact::Entity>()
        .filter(contact::Column::DebtorId.eq(debtor).and(contact::Column::Kind.eq(kind)))
        .shape(|s| s.order_by_asc(contact::Column::Id))
        .all()
        .await
}

async fn demote(tx: &Tx, debtor: DebtorId, kind: ContactKind, except: Option<ContactId>) -> Result<(), Stop> {
    for other in contacts_of(tx, debtor, kind).await? {
        if other.is_primary && Some(other.id) != except {
            tx.amend(other, |row: &mut contact::ActiveModel| row.is_primary = Set(false))
                .await?;
        }
    }
    Ok(())
}

/// Adds a way to reach a debtor. The first of its kind is primary; a new primary one takes the place of the old.
/// Errors: 409 `already-exists` for a number or address the debtor has.
pub async fn add_contact(
    tx: &Tx,
    account: &Seen<Model>,
    debtor: &Seen<debtor::Model>,
    new: NewContact,
) -> Result<Seen<contact::Model>, Stop> {
    let home = home(tx, account.community_id).await?;
    let mut new = new.tidied();
    new.flaws(home).check()?;
    let same_kind = contacts_of(tx, debtor.id, new.kind).await?;
    let (_, normalised) = stored(&new, home)?;
    if same_kind.iter().any(|c| c.normalised == normalised) {
        return Err(Problem::of(Code::AlreadyExists).at("/value", "taken").into());
    }
    if same_kind.len() >= MAX_CONTACTS {
        return Err(refuse("/value", "too_many"));
    }
    if same_kind.is_empty() {
        new.is_primary = true;
    } else if new.is_primary {
        demote(tx, debtor.id, new.kind, None).await?;
    }
    let contact = tx.insert(debtor, contact_row(tx, &new, home)?).await?;
    relabel(tx, &[account.id]).await?;
    Ok(contact)
}

fn integrated() -> Stop {
    Problem::of(Code::StateForbids).at("/value", "integrated").into()
}

/// Changes a contact; its kind stays. What a system of record feeds keeps its value. The primary one stays primary
/// until another is made so. Returns it and the names of the fields that changed.
pub async fn edit_contact(
    tx: &Tx,
    account: &Seen<Model>,
    contact: Seen<contact::Model>,
    expected: IfMatch,
    new: NewContact,
) -> Result<(Seen<contact::Model>, Vec<String>), Stop> {
    let home = home(tx, account.community_id).await?;
    let mut new = new.tidied();
    new.flaws(home).check()?;
    if new.kind != contact.kind {
        return Err(refuse("/kind", "fixed"));
    }
    if expected.0 != contact.version {
        return Err(Code::ChangedMeanwhile.into());
    }
    let (value, normalised) = stored(&new, home)?;
    if normalised != contact.normalised {
        if is_integrated(contact.source.as_deref()) {
            return Err(integrated());
        }
        let same_kind = contacts_of(tx, contact.debtor_id, contact.kind).await?;
        if same_kind
            .iter()
            .any(|c| c.id != contact.id && c.normalised == normalised)
        {
            return Err(Problem::of(Code::AlreadyExists).at("/value", "taken").into());
        }
    }
    if new.is_primary {
        demote(tx, contact.debtor_id, contact.kind, Some(contact.id)).await?;
    } else {
        new.is_primary = contact.is_primary;
    }
    let before = contact.view();
    let contact = tx
        .update(contact, expected, |row: &mut contact::ActiveModel| {
            row.value = Set(value);
            row.normalised = Set(normalised);
            row.label = Set(new.label);
            row.is_primary = Set(new.is_primary);
            row.state = Set(new.state);
        })
        .await?;
    let fields = changed_fields(&before, &contact.view())
        .into_iter()
        .filter(|f| f != "version")
        .collect();
    relabel(tx, &[account.id]).await?;
    Ok((contact, fields))
}

/// Makes a contact the one to use first.
pub async fn make_primary(
    tx: &Tx,
    contact: Seen<contact::Model>,
    expected: IfMatch,
) -> Result<Seen<contact::Model>, Stop> {
    if expected.0 != contact.version {
        return Err(Code::ChangedMeanwhile.into());
    }
    demote(tx, contact.debtor_id, contact.kind, Some(contact.id)).await?;
    tx.update(contact, expected, |row: &mut contact::ActiveModel| {
        row.is_primary = Set(true)
    })
    .await
}

/// Removes a contact; the oldest of its kind that is left takes its place. Errors: 409 for one that a system of record
/// feeds (spec C08).
pub async fn remove_contact(
    tx: &Tx,
    account: &Seen<Model>,
    contact: Seen<contact::Model>,
    expected: IfMatch,
) -> Result<(), Stop> {
    if expected.0 != contact.version {
        return Err(Code::ChangedMeanwhile.into());
    }
    if is_integrated(contact.source.as_deref()) {
        return Err(integrated());
    }
    let (debtor, kind, was_primary) = (contact.debtor_id, contact.kind, contact.is_primary);
    tx.remove::<contact::Model, contact::ActiveModel>(contact).await?;
    if was_primary && let Some(next) = contacts_of(tx, debtor, kind).await?.into_iter().next() {
        tx.amend(next, |row: &mut contact::ActiveModel| row.is_primary = Set(true))
            .await?;
    }
    relabel(tx, &[account.id]).await
}

async fn debtors_of(read: &Read, account: AccountId) -> Result<Vec<Seen<debtor::Model>>, Stop> {
    read.find::<debtor::Entity>()
        .filter(debtor::Column::AccountId.eq(account))
        .shape(|s| s.order_by_asc(debtor::Column::Id))
        .all()
        .await
}

/// Adds a co-debtor or guarantor with contacts.
pub async fn add_debtor(tx: &Tx, account: &Seen<Model>, new: NewDebtor) -> Result<Seen<debtor::Model>, Stop> {
    let home = home(tx, account.community_id).await?;
    let mut new = new.tidied();
    new.flaws(home).check()?;
    if debtors_of(tx, account.id).await?.len() >= MAX_DEBTORS {
        return Err(refuse("", "too_many"));
    }
    if new.role == DebtorRole::Primary {
        new.role = DebtorRole::CoDebtor;
    }
    let mut row = debtor::ActiveModel {
        id: Set(DebtorId(uuid::Uuid::now_v7())),
        created_at: Set(tx.now()),
        version: Set(1),
        ..Default::default()
    };
    debtor::fill(&mut row, &new);
    let debtor = tx.insert(account, row).await?;
    let contacts = new
        .contacts
        .iter()
        .map(|c| contact_row(tx, c, home))
        .collect::<Result<Vec<_>, _>>()?;
    tx.insert_many(&debtor, contacts).await?;
    relabel(tx, &[account.id]).await?;
    Ok(debtor)
}

/// Changes a debtor. Made primary, it takes the place of the present primary one, which becomes a co-debtor.
pub async fn edit_debtor(
    tx: &Tx,
    account: &Seen<Model>,
    debtor: Seen<debtor::Model>,
    expected: IfMatch,
    new: DebtorEdit,
) -> Result<(Seen<debtor::Model>, Vec<String>), Stop> {
    let new = new.into_debtor();
    new.flaws(None).check()?;
    if expected.0 != debtor.version {
        return Err(Code::ChangedMeanwhile.into());
    }
    if debtor.role == DebtorRole::Primary && new.role != DebtorRole::Primary {
        return Err(refuse("/role", "one_must_be_primary"));
    }
    if new.role == DebtorRole::Primary && debtor.role != DebtorRole::Primary {
        for other in debtors_of(tx, account.id).await? {
            if other.role == DebtorRole::Primary {
                tx.amend(other, |row: &mut debtor::ActiveModel| {
                    row.role = Set(DebtorRole::CoDebtor)
                })
                .await?;
            }
        }
    }
    let fields = changed_fields(&debtor.details(), &new);
    let debtor = tx
        .update(debtor, expected, |row: &mut debtor::ActiveModel| {
            debtor::fill(row, &new)
        })
        .await?;
    relabel(tx, &[account.id]).await?;
    Ok((debtor, fields))
}

/// Removes a debtor, its contacts and what stands in its fields. Errors: 409 for the primary one, and for one with a contact that a system of
/// record feeds.
pub async fn remove_debtor(
    tx: &Tx,
    account: &Seen<Model>,
    debtor: Seen<debtor::Model>,
    expected: IfMatch,
) -> Result<(), Stop> {
    if expected.0 != debtor.version {
        return Err(Code::ChangedMeanwhile.into());
    }
    if debtor.role == DebtorRole::Primary {
        return Err(Problem::of(Code::StateForbids)
            .at("/role", "one_must_be_primary")
            .into());
    }
    let contacts = tx
        .find::<contact::Entity>()
        .filter(contact::Column::DebtorId.eq(debtor.id))
        .all()
        .await?;
    if contacts.iter().any(|c| is_integrated(c.source.as_deref())) {
        return Err(integrated());
    }
    tx.execute(
        Limit::Unscoped("contacts of a debtor the caller has loaded"),
        "DELETE FROM contact WHERE debtor_id = $1",
        vec![debtor.id.into()],
    )
    .await?;
    for table in ["metadata_value", "metadata_record"] {
        tx.execute(
            Limit::Unscoped("fields of a debtor the caller has loaded"),
            &format!("DELETE FROM {table} WHERE row_id = $1"),
            vec![debtor.id.into()],
        )
        .await?;
    }
    tx.remove::<debtor::Model, debtor::ActiveModel>(debtor).await?;
    relabel(tx, &[account.id]).await
}
