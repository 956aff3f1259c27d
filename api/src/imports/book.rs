//! What the book already holds of the rows of one batch: a handful of statements however many rows.

use crate::kernel::{Limit, Read, Stop};
use crate::reach::reach_sql;
use chrono::NaiveDate;
use kept_shared::contacts::ContactKind;
use kept_shared::ids::{AccountId, ClaimId, CommunityId, EntryId};
use kept_shared::ledger::EntryType;
use sea_orm::{FromQueryResult, Value};
use std::collections::{HashMap, HashSet};

/// Parameters of one statement; both engines take more.
const PART: usize = 5_000;

#[derive(Clone, Debug, FromQueryResult)]
pub struct KnownAccount {
    pub id: AccountId,
    pub reference: String,
    pub name: String,
    pub group_name: Option<String>,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct KnownClaim {
    pub id: ClaimId,
    pub account_id: AccountId,
    pub reference: String,
    pub is_disputed: bool,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct KnownEntry {
    pub id: EntryId,
    pub account_id: AccountId,
    pub kind: EntryType,
    pub reference: String,
    pub amount_minor: i64,
    pub source_key: Option<String>,
    pub effective_on: NaiveDate,
    pub due_on: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct KnownContact {
    account_id: AccountId,
    kind: ContactKind,
    normalised: String,
}

#[derive(FromQueryResult)]
struct Allocated {
    debit_entry_id: EntryId,
    minor: i64,
}

#[derive(FromQueryResult)]
struct OwnedUnit {
    code: String,
    account_id: Option<AccountId>,
}

/// The part of the book that a batch touches.
#[derive(Debug, Default)]
pub struct Book {
    pub accounts: HashMap<(CommunityId, String), KnownAccount>,
    pub claims: HashMap<(AccountId, String), KnownClaim>,
    pub entries: HashMap<(AccountId, String), Vec<KnownEntry>>,
    pub allocated: HashMap<EntryId, i64>,
    pub contacts: HashMap<(AccountId, ContactKind), HashSet<String>>,
    /// Units that exist, with their present owner.
    pub units: HashMap<(CommunityId, String), Option<AccountId>>,
}

/// What to look up.
#[derive(Debug, Default)]
pub struct Wanted {
    pub references: HashMap<CommunityId, HashSet<String>>,
    pub units: HashMap<CommunityId, HashSet<String>>,
    /// Invoice numbers and labels of opening balances.
    pub labels: HashSet<String>,
    pub contacts: bool,
}

fn marks(from: usize, count: usize) -> String {
    (from..from + count)
        .map(|n| format!("${n}"))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Book {
    pub async fn load(read: &Read, wanted: &Wanted) -> Result<Self, Stop> {
        let mut book = Self::default();
        for (community, references) in &wanted.references {
            book.load_accounts(read, *community, references).await?;
        }
        let accounts: Vec<AccountId> = book.accounts.values().map(|a| a.id).collect();
        let labels: Vec<&String> = wanted.labels.iter().collect();
        for ids in accounts.chunks(PART) {
            for part in labels.chunks(PART) {
                book.load_items(read, ids, part).await?;
            }
            if wanted.contacts {
                book.load_contacts(read, ids).await?;
            }
        }
        book.load_allocated(read).await?;
        for (community, codes) in &wanted.units {
            book.load_units(read, *community, codes).await?;
        }
        Ok(book)
    }

    async fn load_accounts(
        &mut self,
        read: &Read,
        community: CommunityId,
        references: &HashSet<String>,
    ) -> Result<(), Stop> {
        let references: Vec<&String> = references.iter().collect();
        for part in references.chunks(PART) {
            let sql = format!(
                "SELECT a.id, a.reference, a.name, g.name AS group_name FROM account a \
                 LEFT JOIN customer_group g ON g.id = a.customer_group_id \
                 WHERE {{reach a.id, a.community_id}} AND a.community_id = $1 AND a.reference IN ({})",
                marks(2, part.len())
            );
            let mut values: Vec<Value> = vec![community.into()];
            values.extend(part.iter().map(|r| Value::from(r.as_str())));
            let rows: Vec<KnownAccount> = read.report(Limit::Reach(reach_sql), &sql, values).await?;
            self.accounts
                .extend(rows.into_iter().map(|a| ((community, a.reference.clone()), a)));
        }
        Ok(())
    }

    async fn load_items(&mut self, read: &Read, ids: &[AccountId], labels: &[&String]) -> Result<(), Stop> {
        let why = Limit::Unscoped("items of accounts read through the scope above");
        let mut values: Vec<Value> = ids.iter().map(|id| (*id).into()).collect();
        values.extend(labels.iter().map(|l| Value::from(l.as_str())));
        let of = format!(
            "account_id IN ({}) AND reference IN ({})",
            marks(1, ids.len()),
            marks(ids.len() + 1, labels.len())
        );
        let sql = format!("SELECT id, account_id, reference, is_disputed FROM claim WHERE {of}");
        let claims: Vec<KnownClaim> = read.report(why, &sql, values.clone()).await?;
        self.claims
            .extend(claims.into_iter().map(|c| ((c.account_id, c.reference.clone()), c)));
        let sql = format!(
            "SELECT id, account_id, type AS kind, reference, amount_minor, source_key, effective_on, due_on FROM entry WHERE {of} ORDER BY posted_at, id"
        );
        let entries: Vec<KnownEntry> = read.report(why, &sql, values).await?;
        for entry in entries {
            self.entries
                .entry((entry.account_id, entry.reference.clone()))
                .or_default()
                .push(entry);
        }
        Ok(())
    }

    async fn load_allocated(&mut self, read: &Read) -> Result<(), Stop> {
        let debits: Vec<EntryId> = self
            .entries
            .values()
            .flatten()
            .filter(|e| e.amount_minor > 0)
            .map(|e| e.id)
            .collect();
        for part in debits.chunks(PART) {
            let sql = format!(
                "SELECT debit_entry_id, CAST(SUM(amount_minor) AS BIGINT) AS minor FROM allocation WHERE debit_entry_id IN ({}) GROUP BY debit_entry_id",
                marks(1, part.len())
            );
            let values = part.iter().map(|id| (*id).into()).collect();
            let rows: Vec<Allocated> = read
                .report(Limit::Unscoped("allocations of entries read above"), &sql, values)
                .await?;
            self.allocated
                .extend(rows.into_iter().map(|a| (a.debit_entry_id, a.minor)));
        }
        Ok(())
    }

    async fn load_contacts(&mut self, read: &Read, ids: &[AccountId]) -> Result<(), Stop> {
        let sql = format!(
            "SELECT account_id, kind, normalised FROM contact WHERE account_id IN ({})",
            marks(1, ids.len())
        );
        let values = ids.iter().map(|id| (*id).into()).collect();
        let rows: Vec<KnownContact> = read
            .report(
                Limit::Unscoped("contacts of accounts read through the scope above"),
                &sql,
                values,
            )
            .await?;
        for contact in rows {
            self.contacts
                .entry((contact.account_id, contact.kind))
                .or_default()
                .insert(contact.normalised);
        }
        Ok(())
    }

    async fn load_units(&mut self, read: &Read, community: CommunityId, codes: &HashSet<String>) -> Result<(), Stop> {
        let codes: Vec<&String> = codes.iter().collect();
        for part in codes.chunks(PART) {
            let sql = format!(
                "SELECT u.code, o.account_id FROM unit u LEFT JOIN unit_owner o ON o.unit_id = u.id AND o.to_on IS NULL \
                 WHERE u.community_id = $1 AND u.code IN ({})",
                marks(2, part.len())
            );
            let mut values: Vec<Value> = vec![community.into()];
            values.extend(part.iter().map(|c| Value::from(c.as_str())));
            let rows: Vec<OwnedUnit> = read
                .report(
                    Limit::Unscoped("units of a community the user chose in reach"),
                    &sql,
                    values,
                )
                .await?;
            self.units
                .extend(rows.into_iter().map(|u| ((community, u.code), u.account_id)));
        }
        Ok(())
    }
}
