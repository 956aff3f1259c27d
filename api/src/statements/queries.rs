//! What stands on a statement beside its lines.

use crate::accounts::{contact, debtor};
use crate::communities;
use crate::kernel::{Limit, Read, Seen, Stop};
use crate::ledger::{AccountFacts, MovementsFilter, first_entry_on, frequency, head, range};
use crate::users::organisation;
use kept_shared::accounts::DebtorRole;
use kept_shared::contacts::ContactKind;
use kept_shared::ids::AccountId;
use kept_shared::statements::{BankDetails, Statement};
use sea_orm::{ColumnTrait, FromQueryResult, QueryOrder};

/// Everything but the lines. A payment should name the account's payment reference; without one, its own reference.
pub(super) async fn statement(
    read: &Read,
    account: &AccountFacts,
    filter: &MovementsFilter,
) -> Result<Statement, Stop> {
    let days = range(read, account, filter).await?;
    let head = head(read, account, days).await?;
    let community = read.get::<communities::Entity>(account.community_id).await?;
    Ok(Statement {
        payment_reference: payment_reference(read, account.id)
            .await?
            .unwrap_or_else(|| head.reference.clone()),
        bank: bank(&community),
        today: read.today(&account.time_zone),
        first_entry_on: first_entry_on(read, account.id).await?,
        frequency: frequency(read, account, days).await?,
        head,
    })
}

async fn payment_reference(read: &Read, account: AccountId) -> Result<Option<String>, Stop> {
    #[derive(FromQueryResult)]
    struct Row {
        payment_reference: Option<String>,
    }
    let row: Option<Row> = read
        .report_one(
            Limit::Unscoped("of an account whose facts were loaded within reach"),
            "SELECT payment_reference FROM account WHERE id = $1",
            vec![account.into()],
        )
        .await?;
    Ok(row.and_then(|r| r.payment_reference).filter(|r| !r.trim().is_empty()))
}

fn filled(text: Option<&String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

fn bank(community: &communities::Model) -> Option<BankDetails> {
    Some(BankDetails {
        bank: filled(community.bank_name.as_ref())?,
        account: filled(community.bank_account.as_ref())?,
        branch: filled(community.bank_branch.as_ref()),
    })
}

/// Who sends the statement and who gets it.
pub(super) struct Parties {
    pub organisation: String,
    pub community: Seen<communities::Model>,
    /// The debtors liable, the primary one first.
    pub names: Vec<String>,
    /// Postal address of the primary debtor, where one is known.
    pub address: Option<String>,
}

pub(super) async fn parties(read: &Read, account: &AccountFacts) -> Result<Parties, Stop> {
    let ours = read.get::<organisation::Entity>(read.organisation()?).await?;
    let community = read.get::<communities::Entity>(account.community_id).await?;
    let mut debtors = debtors(read, account.id).await?;
    debtors.sort_by_key(|d| (d.role, d.id));
    let primary = debtors.iter().find(|d| d.role == DebtorRole::Primary).map(|d| d.id);
    let address = match primary {
        Some(id) => read
            .find::<contact::Entity>()
            .filter(contact::Column::DebtorId.eq(id))
            .filter(contact::Column::Kind.eq(ContactKind::Postal))
            .shape(|s| {
                s.order_by_desc(contact::Column::IsPrimary)
                    .order_by_asc(contact::Column::Id)
            })
            .limit(1)
            .one()
            .await?
            .map(|c| c.value.clone()),
        None => None,
    };
    Ok(Parties {
        organisation: ours.name.clone(),
        community,
        names: debtors.iter().map(|d| d.full_name.clone()).collect(),
        address,
    })
}

async fn debtors(read: &Read, account: AccountId) -> Result<Vec<Seen<debtor::Model>>, Stop> {
    read.find::<debtor::Entity>()
        .filter(debtor::Column::AccountId.eq(account))
        .limit(20)
        .all()
        .await
}
