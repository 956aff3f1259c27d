//! Writes what judged rows ask for, inside the transaction of the caller: accounts, units, contacts, postings.

use super::judge::{Post, Work, paid_key};
use crate::kernel::{IfMatch, Seen, Stop, Tx};
use crate::ledger::Origin;
use crate::{accounts, communities, customer_groups, units};
use chrono::NaiveDate;
use kept_shared::accounts::{DebtorRole, NewAccount, NewDebtor, OwnedFrom};
use kept_shared::contacts::NewContact;
use kept_shared::event::Event;
use kept_shared::ids::{AccountId, ClaimId, CommunityId, CustomerGroupId, EntryId, ImportId, UnitId};
use kept_shared::ledger::{ClaimLink, EntryContext, EntryType, NewAllocation, NewEntry};
use kept_shared::money::Money;
use kept_shared::units::NewUnit;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::ExprTrait;
use std::collections::{BTreeSet, HashMap};

/// Mark of everything an import wrote.
pub const SOURCE: &str = "import";

/// How much was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written {
    pub accounts: u32,
    pub claims: u32,
    pub payments: u32,
}

/// An account as a row describes it.
pub fn new_account(reference: &str, name: Option<&str>, group: Option<CustomerGroupId>) -> NewAccount {
    let mut new = NewAccount::of(reference, NewDebtor::from_full_name(name.unwrap_or(reference)));
    new.customer_group_id = group;
    new.source = Some(SOURCE.to_owned());
    new
}

/// Everything that the postings of one call need.
#[derive(Debug, Default)]
pub struct Postings {
    pub entries: Vec<NewEntry>,
    pub allocations: Vec<NewAllocation>,
    pub disputes: Vec<(AccountId, ClaimId, bool)>,
}

/// Writes the work of some rows. `today` is what a unit is owned from where the file says nothing.
pub async fn apply(
    tx: &Tx,
    origin: Origin,
    work: &[Work],
    today: &HashMap<CommunityId, NaiveDate>,
) -> Result<Written, Stop> {
    let mut written = Written::default();
    let groups = groups(tx, work).await?;
    let mut accounts: HashMap<(CommunityId, &str), AccountId> = HashMap::new();
    for row in work {
        if let Some(id) = row.account {
            accounts.insert((row.community, row.reference.as_str()), id);
        }
    }
    let communities: BTreeSet<CommunityId> = work.iter().map(|w| w.community).collect();
    for id in communities {
        let community = tx.get::<communities::Entity>(id).await?;
        let from_on = today
            .get(&id)
            .copied()
            .unwrap_or_else(|| tx.today(&community.time_zone));
        let units = units_of(tx, &community, work).await?;
        let fresh = fresh_accounts(work, id, &accounts, &groups, &units, from_on);
        let ids =
            accounts::actions::create_many(tx, &community, fresh.iter().map(|(_, new)| new.clone()).collect()).await?;
        written.accounts += u32::try_from(ids.len()).unwrap_or(u32::MAX);
        for ((reference, _), account) in fresh.into_iter().zip(ids) {
            accounts.insert((id, reference), account);
        }
        for row in work.iter().filter(|w| w.community == id) {
            if let Some(account) = row.account {
                amend_account(tx, account, row, &groups, &units, from_on).await?;
            }
        }
    }
    let import = origin.import.ok_or_else(|| Stop::internal("rows of no import"))?;
    let mut postings = Postings::default();
    for row in work {
        let Some(account) = accounts.get(&(row.community, row.reference.as_str())) else {
            return Err(Stop::internal("a row without its account"));
        };
        let Some(today) = today.get(&row.community) else {
            return Err(Stop::internal("a community without a day"));
        };
        for post in &row.posts {
            prepare(&mut postings, &mut written, (import, *today), *account, post);
        }
    }
    super::posting::post(tx, origin, postings).await?;
    Ok(written)
}

async fn groups<'a>(tx: &Tx, work: &'a [Work]) -> Result<HashMap<&'a str, CustomerGroupId>, Stop> {
    let names: BTreeSet<&str> = work.iter().filter_map(|w| w.group.as_deref()).collect();
    let mut groups = HashMap::new();
    for name in names {
        groups.insert(name, customer_groups::actions::find_or_create(tx, name).await?.id);
    }
    Ok(groups)
}

/// Units that rows name, made where there are none yet.
async fn units_of(
    tx: &Tx,
    community: &Seen<communities::Model>,
    work: &[Work],
) -> Result<HashMap<String, UnitId>, Stop> {
    let codes: BTreeSet<&str> = work
        .iter()
        .filter(|w| w.community == community.id)
        .filter_map(|w| w.unit.as_deref())
        .collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let mut found = HashMap::new();
    for part in codes.chunks(500) {
        let here = units::Column::CommunityId
            .eq(community.id)
            .and(units::Column::Code.is_in(part.iter().copied()));
        for unit in tx.find::<units::Entity>().filter(here).all().await? {
            found.insert(unit.code.clone(), unit.id);
        }
        let missing: Vec<&str> = part.iter().copied().filter(|code| !found.contains_key(*code)).collect();
        let new = missing
            .iter()
            .map(|code| NewUnit {
                code: (*code).to_owned(),
                is_active: true,
                ..NewUnit::default()
            })
            .collect();
        let ids = units::actions::create_many(tx, community, new).await?;
        found.extend(missing.into_iter().map(str::to_owned).zip(ids));
    }
    Ok(found)
}

/// The accounts to open: one for each new reference, with what any of its rows says of it.
fn fresh_accounts<'a>(
    work: &'a [Work],
    community: CommunityId,
    known: &HashMap<(CommunityId, &str), AccountId>,
    groups: &HashMap<&str, CustomerGroupId>,
    units: &HashMap<String, UnitId>,
    from_on: NaiveDate,
) -> Vec<(&'a str, NewAccount)> {
    let mut fresh: Vec<(&str, NewAccount)> = Vec::new();
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut given: BTreeSet<&str> = BTreeSet::new();
    for row in work.iter().filter(|w| w.community == community) {
        let reference = row.reference.as_str();
        if known.contains_key(&(community, reference)) {
            continue;
        }
        let group = row.group.as_deref().and_then(|g| groups.get(g)).copied();
        let index = *at.entry(reference).or_insert_with(|| {
            fresh.push((reference, new_account(reference, row.name.as_deref(), group)));
            fresh.len() - 1
        });
        let Some((_, account)) = fresh.get_mut(index) else {
            continue;
        };
        account.customer_group_id = account.customer_group_id.or(group);
        if let (None, Some(code)) = (account.unit, row.unit.as_deref()) {
            // Two new customers may name one unit: the first owns it.
            if let Some(unit) = units.get(code).filter(|_| given.insert(code)) {
                account.unit = Some(OwnedFrom {
                    unit_id: *unit,
                    from_on,
                });
            }
        }
        if let Some(debtor) = account.debtors.first_mut() {
            let lacking: Vec<NewContact> = row
                .contacts
                .iter()
                .filter(|c| !debtor.contacts.iter().any(|k| k.kind == c.kind && k.value == c.value))
                .cloned()
                .collect();
            debtor.contacts.extend(
                lacking
                    .into_iter()
                    .take(kept_shared::accounts::MAX_CONTACTS - debtor.contacts.len()),
            );
        }
    }
    fresh
}

/// What a row gives to an account that exists.
async fn amend_account(
    tx: &Tx,
    id: AccountId,
    row: &Work,
    groups: &HashMap<&str, CustomerGroupId>,
    units: &HashMap<String, UnitId>,
    from_on: NaiveDate,
) -> Result<(), Stop> {
    let is_customers = row.posts.is_empty() && (row.name.is_some() || row.group.is_some());
    if row.contacts.is_empty() && row.unit.is_none() && !is_customers {
        return Ok(());
    }
    let mut account = tx.get::<accounts::Entity>(id).await?;
    let primary = accounts::debtor::Column::AccountId
        .eq(id)
        .and(accounts::debtor::Column::Role.eq(DebtorRole::Primary));
    let debtor = tx.find::<accounts::debtor::Entity>().filter(primary).one().await?;
    if let Some(debtor) = debtor {
        for contact in &row.contacts {
            let added = accounts::add_contact(tx, &account, &debtor, contact.clone()).await?;
            tx.also(id, Event::ContactAdded { contact: added.id }).await?;
        }
        if let Some(name) = row.name.as_deref().filter(|_| is_customers) {
            let edit = super::posting::renamed(&debtor, name);
            let version = IfMatch(debtor.version);
            let (_, fields) = accounts::edit_debtor(tx, &account, debtor, version, edit).await?;
            tx.also(id, Event::AccountChanged { account: id, fields }).await?;
            account = tx.get::<accounts::Entity>(id).await?;
        }
    }
    if let Some(group) = row.group.as_deref().filter(|_| is_customers) {
        let mut edit = account.edit();
        edit.customer_group_id = groups.get(group).copied();
        let version = IfMatch(account.version);
        let (_, fields) = accounts::actions::edit(tx, account, version, edit).await?;
        tx.also(id, Event::AccountChanged { account: id, fields }).await?;
    }
    if let Some(unit) = row.unit.as_deref().and_then(|code| units.get(code)) {
        let unit = tx.get::<units::Entity>(*unit).await?;
        units::owners::assign_owner(tx, &unit, id, from_on).await?;
        tx.also(
            id,
            Event::OwnerChanged {
                unit: unit.id,
                account: id,
                from_on,
            },
        )
        .await?;
    }
    Ok(())
}

fn later(a: NaiveDate, b: NaiveDate) -> NaiveDate {
    std::cmp::max(a, b)
}

fn entry_id() -> EntryId {
    EntryId(uuid::Uuid::now_v7())
}

/// Turns one posting into journal entries and allocations.
fn prepare(
    out: &mut Postings,
    written: &mut Written,
    (import, today): (ImportId, NaiveDate),
    account: AccountId,
    post: &Post,
) {
    match post {
        Post::Item {
            key,
            label,
            amount,
            issued_on,
            due_on,
            disputed,
            settled_on,
        } => {
            let opening = key.starts_with("opening:");
            let kind = if amount.minor < 0 {
                EntryType::Adjustment
            } else {
                EntryType::Invoice
            };
            let description = match (opening, amount.minor < 0) {
                (true, _) => label.clone(),
                (false, true) => format!("Credit {label}"),
                (false, false) => format!("Invoice {label}"),
            };
            let mut entry = NewEntry::new(entry_id(), account, kind, *issued_on, *amount, &description);
            entry.context = if opening {
                EntryContext::OpeningBalance
            } else {
                EntryContext::Import
            };
            entry.reference = Some(label.clone());
            entry.due_on = *due_on;
            entry.claim = if *disputed {
                ClaimLink::Disputed
            } else {
                ClaimLink::Default
            };
            entry.source = Some(SOURCE.to_owned());
            entry.source_key = Some(key.clone());
            written.claims += 1;
            let debit = entry.id;
            out.entries.push(entry);
            if let Some(on) = settled_on {
                settle(
                    out,
                    account,
                    key,
                    label,
                    &[(debit, amount.minor, *issued_on)],
                    *amount,
                    *on,
                );
                written.payments += 1;
            }
        }
        Post::Difference {
            key,
            label,
            claim,
            by,
            debits,
            issued_on,
            due_on,
        } => {
            // What earlier reports said stays said: the correction is of the day it is made.
            let on = later(today, *issued_on);
            let mut entry = NewEntry::new(
                entry_id(),
                account,
                EntryType::Adjustment,
                on,
                *by,
                &format!("Correction of {label} by import"),
            );
            entry.context = EntryContext::Import;
            entry.reference = Some(label.clone());
            entry.due_on = due_on.filter(|_| by.minor > 0);
            entry.claim = claim.map_or(ClaimLink::Default, ClaimLink::Of);
            entry.source = Some(SOURCE.to_owned());
            entry.source_key = Some(format!(
                "{key}#{}",
                import.0.simple().to_string().get(20..).unwrap_or_default()
            ));
            let mut left = if by.minor < 0 { by.minor.saturating_neg() } else { 0 };
            for (debit, open) in debits {
                let minor = std::cmp::min(*open, left);
                if minor > 0 {
                    left -= minor;
                    out.allocations.push(NewAllocation {
                        account_id: account,
                        credit_entry_id: entry.id,
                        debit_entry_id: *debit,
                        effective_on: on,
                        minor,
                    });
                }
            }
            out.entries.push(entry);
        }
        Post::Settle {
            key,
            label,
            debits,
            currency,
            on,
        } => {
            let sum = debits.iter().map(|(_, open, _)| *open).sum();
            settle(out, account, key, label, debits, Money::new(sum, *currency), *on);
            written.payments += 1;
        }
        Post::Dispute { claim, is_disputed } => out.disputes.push((account, *claim, *is_disputed)),
    }
}

/// One payment of the whole, allocated explicitly. An allocation is never earlier than the debit it pays.
fn settle(
    out: &mut Postings,
    account: AccountId,
    key: &str,
    label: &str,
    debits: &[(EntryId, i64, NaiveDate)],
    amount: Money,
    paid_on: NaiveDate,
) {
    let credit = Money::new(-amount.minor, amount.currency);
    let mut entry = NewEntry::new(
        entry_id(),
        account,
        EntryType::Payment,
        paid_on,
        credit,
        &format!("Payment of {label}"),
    );
    entry.context = EntryContext::Import;
    entry.reference = Some(label.to_owned());
    entry.source = Some(SOURCE.to_owned());
    entry.source_key = Some(paid_key(key));
    out.allocations
        .extend(debits.iter().map(|(debit, minor, raised_on)| NewAllocation {
            account_id: account,
            credit_entry_id: entry.id,
            debit_entry_id: *debit,
            effective_on: later(paid_on, *raised_on),
            minor: *minor,
        }));
    out.entries.push(entry);
}
