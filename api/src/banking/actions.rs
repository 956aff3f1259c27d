//! Reading and changing bank details and debit orders.

use super::entity::{bank, order};
use crate::accounts;
use crate::communities;
use crate::kernel::{FlawsExt, IfMatch, Read, Seen, Stop, Tx};
use kept_shared::banking::*;
use kept_shared::event::changed_fields;
use kept_shared::ids::*;
use kept_shared::money::Currency;
use kept_shared::permission::UserType;
use kept_shared::problem::{Code, Problem};
use kept_shared::text::initials;
use sea_orm::{ActiveValue::Set, ColumnTrait};

async fn bank_row(read: &Read, account: AccountId) -> Result<Option<Seen<bank::Model>>, Stop> {
    read.find::<bank::Entity>()
        .filter(bank::Column::AccountId.eq(account))
        .one()
        .await
}

fn bank_view(read: &Read, account: AccountId, row: Option<&bank::Model>) -> BankDetails {
    let mut on_file = row.map(bank::Model::view);
    if read.caller().user_type == UserType::Trustee
        && let Some(it) = &mut on_file
    {
        it.holder = initials(&it.holder);
    }
    BankDetails {
        account_id: account,
        version: row.map_or(0, |row| row.version),
        on_file,
    }
}

/// What is on file of an account loaded within reach, the number masked.
pub(super) async fn bank_details(read: &Read, account: &Seen<accounts::Model>) -> Result<BankDetails, Stop> {
    let row = bank_row(read, account.id).await?;
    Ok(bank_view(read, account.id, row.as_deref()))
}

/// The number in full. Errors: 409 while nothing is on file.
pub(super) async fn number(read: &Read, account: &Seen<accounts::Model>) -> Result<BankNumber, Stop> {
    let none = || Problem::of(Code::StateForbids).at("", "nothing_on_file");
    let row = bank_row(read, account.id).await?.ok_or_else(none)?;
    Ok(BankNumber {
        number: row.number.clone(),
    })
}

/// Enters or changes bank details. Returns them and the names of the fields that changed. Errors: 412 when somebody was
/// faster, also with the first ones.
pub(super) async fn edit_bank_details(
    tx: &Tx,
    account: &Seen<accounts::Model>,
    expected: IfMatch,
    new: BankDetailsEdit,
) -> Result<(BankDetails, Changed<BankAccount>), Stop> {
    let new = new.tidied();
    let row = bank_row(tx, account.id).await?;
    new.flaws(row.as_ref().map(|row| looks_like_iban(&row.number)))
        .check()?;
    expected.check(row.as_ref().map_or(0, |row| row.version))?;
    let now = tx.now();
    let fill = |row: &mut bank::ActiveModel, new: BankDetailsEdit| {
        row.bank = Set(new.bank);
        row.branch_code = Set(new.branch_code);
        row.holder = Set(new.holder);
        row.account_type = Set(new.account_type);
        if let Some(number) = new.number {
            row.number = Set(number);
        }
        row.changed_at = Set(now);
    };
    let mut changed = Changed::first();
    let row = match row {
        Some(row) => {
            let was = bank_view(tx, account.id, Some(&row)).on_file;
            let before = BankDetailsEdit {
                bank: row.bank.clone(),
                branch_code: row.branch_code.clone(),
                holder: row.holder.clone(),
                account_type: row.account_type,
                number: Some(row.number.clone()).filter(|_| new.number.is_some()),
            };
            changed = Changed::of(changed_fields(&before, &new), was);
            if !changed.is_anything() {
                return Ok((bank_view(tx, account.id, Some(&row)), changed));
            }
            tx.update(row, expected, |row: &mut bank::ActiveModel| fill(row, new))
                .await?
        }
        None => {
            let mut row = bank::ActiveModel {
                // Not 1: what was read of details removed since must not fit those entered now.
                version: Set(now.timestamp_millis()),
                ..Default::default()
            };
            fill(&mut row, new);
            tx.insert(account, row).await?
        }
    };
    Ok((bank_view(tx, account.id, Some(&row)), changed))
}

/// Takes bank details off the file; returns what they were, with the number masked. Errors: 409 when there are none, or while a debit order still collects from them.
pub(super) async fn remove_bank_details(
    tx: &Tx,
    account: &Seen<accounts::Model>,
    expected: IfMatch,
) -> Result<Option<BankAccount>, Stop> {
    let forbidden = |why: &str| Stop::from(Problem::of(Code::StateForbids).at("", why));
    let row = bank_row(tx, account.id).await?;
    let row = row.ok_or_else(|| forbidden("nothing_on_file"))?;
    expected.check(row.version)?;
    let order = order_row(tx, account.id).await?;
    let collects = |o: &order::Model| o.state != MandateState::Cancelled && o.payment_type != DebitPayment::CardOnFile;
    if order.is_some_and(|order| collects(&order)) {
        return Err(forbidden("debit_order_open"));
    }
    let was = bank_view(tx, account.id, Some(&row)).on_file;
    tx.remove::<bank::Model, bank::ActiveModel>(row).await?;
    Ok(was)
}

/// Which fields changed, and what stood in all of them.
pub(super) struct Changed<T> {
    pub fields: Vec<String>,
    pub before: Option<Box<T>>,
}

impl<T> Changed<T> {
    fn first() -> Self {
        Self {
            fields: vec![],
            before: None,
        }
    }
    fn of(fields: Vec<String>, before: Option<T>) -> Self {
        Self {
            fields,
            before: before.map(Box::new),
        }
    }
    /// Entered for the first time, or some field differs.
    pub fn is_anything(&self) -> bool {
        self.before.is_none() || !self.fields.is_empty()
    }
}

async fn order_row(read: &Read, account: AccountId) -> Result<Option<Seen<order::Model>>, Stop> {
    read.find::<order::Entity>()
        .filter(order::Column::AccountId.eq(account))
        .one()
        .await
}

async fn currency(read: &Read, account: &accounts::Model) -> Result<Currency, Stop> {
    let found = communities::by_ids(read, [account.community_id]).await?;
    Ok(found.get(&account.community_id).ok_or_else(Stop::not_found)?.currency)
}

fn order_view(account: AccountId, currency: Currency, row: Option<&order::Model>) -> DebitOrderOnFile {
    DebitOrderOnFile {
        account_id: account,
        version: row.map_or(0, |row| row.version),
        currency,
        order: row.map(|row| row.view(currency)),
    }
}

/// The debit order of an account loaded within reach.
pub(super) async fn debit_order(read: &Read, account: &Seen<accounts::Model>) -> Result<DebitOrderOnFile, Stop> {
    let row = order_row(read, account.id).await?;
    Ok(order_view(account.id, currency(read, account).await?, row.as_deref()))
}

/// Enters or changes the debit order. Returns it and the names of the fields that changed.
pub(super) async fn edit_debit_order(
    tx: &Tx,
    account: &Seen<accounts::Model>,
    expected: IfMatch,
    new: DebitOrder,
) -> Result<(DebitOrderOnFile, Changed<DebitOrder>), Stop> {
    let currency = currency(tx, account).await?;
    let new = new.tidied();
    new.flaws(currency).check()?;
    let row = order_row(tx, account.id).await?;
    expected.check(row.as_ref().map_or(0, |row| row.version))?;
    let now = tx.now();
    let mut changed = Changed::first();
    let row = match row {
        Some(row) => {
            let was = row.view(currency);
            changed = Changed::of(changed_fields(&was, &new), Some(was));
            if !changed.is_anything() {
                return Ok((order_view(account.id, currency, Some(&row)), changed));
            }
            let fill = |row: &mut order::ActiveModel| {
                order::fill(row, new);
                row.changed_at = Set(now);
            };
            tx.update(row, expected, fill).await?
        }
        None => {
            let mut row = order::ActiveModel {
                id: Set(DebitOrderId(uuid::Uuid::now_v7())),
                changed_at: Set(now),
                version: Set(1),
                ..Default::default()
            };
            order::fill(&mut row, new);
            tx.insert(account, row).await?
        }
    };
    Ok((order_view(account.id, currency, Some(&row)), changed))
}
