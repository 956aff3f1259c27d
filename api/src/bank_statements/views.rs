//! Rows as they travel.

use super::entity::line;
use crate::kernel::binds::{Binds, LIST};
use crate::kernel::{Limit, Read, Seen, Stop};
use chrono::{DateTime, NaiveDate, Utc};
use kept_shared::bank_statements::*;
use kept_shared::ids::*;
use kept_shared::money::{Currency, Money};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// A statement with the names around it.
#[derive(FromQueryResult)]
pub(super) struct StatementRow {
    pub id: BankStatementId,
    state: StatementState,
    community_id: CommunityId,
    community_name: String,
    account: String,
    currency: Currency,
    number: Option<String>,
    file_name: String,
    format: BankFormat,
    opening_minor: Option<i64>,
    opening_on: Option<NaiveDate>,
    closing_minor: Option<i64>,
    closing_on: Option<NaiveDate>,
    first_on: Option<NaiveDate>,
    last_on: Option<NaiveDate>,
    line_count: i64,
    credits_minor: i64,
    debits_minor: i64,
    off_minor: Option<i64>,
    remarks: String,
    undone_reason: Option<String>,
    undone_by_name: Option<String>,
    undone_at: Option<DateTime<Utc>>,
    created_by_name: String,
    created_at: DateTime<Utc>,
    version: i64,
}

impl StatementRow {
    pub fn view(self, (progress, confirmed, waiting): (Progress, i64, i64)) -> Result<BankStatement, Stop> {
        let money = |minor: i64| Money::new(minor, self.currency);
        let mut remarks: std::collections::BTreeMap<String, u32> = serde_json::from_str(&self.remarks)?;
        let several = remarks.remove("balance_currencies").is_some();
        let check = match (self.off_minor, several) {
            (Some(0), _) => BalanceCheck::Balances,
            (Some(_), _) => BalanceCheck::Off,
            (None, true) => BalanceCheck::Currencies,
            (None, false) => BalanceCheck::Unknown,
        };
        Ok(BankStatement {
            id: self.id,
            state: self.state,
            community_id: self.community_id,
            community_name: self.community_name,
            account: self.account,
            number: self.number,
            file_name: self.file_name,
            format: self.format,
            opening: self.opening_minor.map(money),
            opening_on: self.opening_on,
            closing: self.closing_minor.map(money),
            closing_on: self.closing_on,
            first_on: self.first_on,
            last_on: self.last_on,
            lines: u32::try_from(self.line_count).unwrap_or_default(),
            credits: money(self.credits_minor),
            debits: money(self.debits_minor),
            check,
            off: self.off_minor.filter(|off| *off != 0).map(money),
            remarks,
            progress,
            confirmed: money(confirmed),
            waiting: money(waiting),
            created_by: self.created_by_name,
            created_at: self.created_at,
            undone_reason: self.undone_reason,
            undone_by: self.undone_by_name,
            undone_at: self.undone_at,
            version: self.version,
        })
    }
}

/// A line with its proposals taken apart.
pub(super) struct LineRow {
    row: Seen<line::Model>,
    candidates: Vec<line::Stored>,
}

#[derive(Clone, FromQueryResult)]
struct Party {
    id: AccountId,
    reference: String,
    name: String,
    unit_label: Option<String>,
    total_minor: i64,
}

#[derive(FromQueryResult)]
struct Posted {
    line_id: BankLineId,
    account_id: AccountId,
    entry_id: Option<EntryId>,
    returned_entry_id: Option<EntryId>,
    amount_minor: i64,
    undone_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Named {
    id: ClaimId,
    reference: String,
}

/// Customers and postings of a page of lines, loaded at once.
pub(super) struct Parties {
    accounts: HashMap<AccountId, Party>,
    posted: HashMap<BankLineId, Vec<Posted>>,
    claims: HashMap<ClaimId, String>,
}

impl Parties {
    pub async fn load(read: &Read, rows: &[LineRow]) -> Result<Self, Stop> {
        let lines: Vec<BankLineId> = rows.iter().map(|r| r.row.id).collect();
        let why = Limit::Unscoped("customers and postings of lines loaded within reach");
        let mut posted: HashMap<BankLineId, Vec<Posted>> = HashMap::new();
        let mut ids: Vec<AccountId> = rows
            .iter()
            .flat_map(|r| r.candidates.iter().map(|c| c.account))
            .collect();
        for part in lines.chunks(LIST) {
            let mut binds = Binds::new();
            let sql = format!(
                "SELECT line_id, account_id, entry_id, returned_entry_id, amount_minor, undone_at FROM bank_posting WHERE line_id IN ({}) \
                 ORDER BY id",
                binds.list(part.iter().copied())
            );
            let found: Vec<Posted> = read.report(why, &sql, binds.values()).await?;
            for p in found {
                ids.push(p.account_id);
                posted.entry(p.line_id).or_default().push(p);
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let mut accounts = HashMap::new();
        for part in ids.chunks(LIST) {
            let mut binds = Binds::new();
            let sql = format!(
                "SELECT a.id, a.reference, a.name, a.unit_label, g.total_minor FROM account a JOIN aged g ON g.account_id = a.id \
                 WHERE a.id IN ({})",
                binds.list(part.iter().copied())
            );
            let found: Vec<Party> = read.report(why, &sql, binds.values()).await?;
            accounts.extend(found.into_iter().map(|p| (p.id, p)));
        }
        let mut named: Vec<ClaimId> = rows
            .iter()
            .flat_map(|r| r.candidates.iter().filter_map(|c| c.claim))
            .collect();
        named.sort_unstable();
        named.dedup();
        let mut claims = HashMap::new();
        for part in named.chunks(LIST) {
            let mut binds = Binds::new();
            let sql = format!(
                "SELECT id, reference FROM claim WHERE id IN ({})",
                binds.list(part.iter().copied())
            );
            let found: Vec<Named> = read.report(why, &sql, binds.values()).await?;
            claims.extend(found.into_iter().map(|c| (c.id, c.reference)));
        }
        Ok(Self {
            accounts,
            posted,
            claims,
        })
    }
}

impl LineRow {
    pub fn of(row: Seen<line::Model>) -> Result<Self, Stop> {
        let candidates = row.candidates()?;
        Ok(Self { row, candidates })
    }

    pub fn view(self, currency: Currency, parties: &Parties) -> BankLine {
        let candidates = self
            .candidates
            .into_iter()
            .filter_map(|c| {
                let party = parties.accounts.get(&c.account)?.clone();
                Some(Candidate {
                    account_id: c.account,
                    reference: party.reference,
                    name: party.name,
                    unit_label: party.unit_label,
                    owed: Money::new(party.total_minor, currency),
                    confidence: c.confidence,
                    reasons: c.reasons,
                    reverses: c.reverses,
                    claim: c.claim.and_then(|id| {
                        let reference = parties.claims.get(&id)?.clone();
                        Some(NamedClaim { id, reference })
                    }),
                })
            })
            .collect();
        let posted = parties.posted.get(&self.row.id).map_or(&[][..], Vec::as_slice);
        // What a line posted before it was undone by itself is history; of an undone statement everything is shown.
        let all = self.row.state == LineState::Undone;
        let postings = posted
            .iter()
            .filter(|p| all || p.undone_at.is_none())
            .filter_map(|p| {
                let party = parties.accounts.get(&p.account_id)?;
                Some(LinePosting {
                    account_id: p.account_id,
                    reference: party.reference.clone(),
                    name: party.name.clone(),
                    amount: Money::new(p.amount_minor, currency),
                    entry_id: p.entry_id,
                    returned_entry_id: p.returned_entry_id,
                })
            })
            .collect();
        let m = self.row.into_inner();
        BankLine {
            id: m.id,
            position: u32::try_from(m.position).unwrap_or_default(),
            booked_on: m.booked_on,
            value_on: m.value_on,
            amount: Money::new(m.amount_minor, currency),
            reference: m.reference,
            end_to_end_id: m.end_to_end_id,
            counterparty_name: m.counterparty_name,
            counterparty_account: m.counterparty_account,
            text: m.text,
            code: m.code,
            bank_id: m.bank_id,
            state: m.state,
            confidence: m.confidence,
            account_id: m.account_id,
            candidates,
            postings,
            hint: m.hint,
            ignore_reason: m.ignore_reason,
            note: m.note,
            duplicate_of: m.duplicate_of,
            decided_by: m.decided_by_name,
            decided_at: m.decided_at,
        }
    }
}
