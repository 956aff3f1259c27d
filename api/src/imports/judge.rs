//! The verdict of each row: what it means, what the book holds already, and so what an import would do.

mod account;
mod item;

use super::book::{Book, Wanted};
use super::rules::row::Draft;
use super::rules::{Cell, row};
use crate::kernel::{Read, Stop};
use chrono::NaiveDate;
use kept_shared::ageing::AgeingRules;
use kept_shared::contacts::NewContact;
use kept_shared::ids::{AccountId, ClaimId, CommunityId, EntryId};
use kept_shared::imports::ImportField as F;
use kept_shared::imports::{Difference, Fault, ImportKind, Mapping, Remark, RemarkCode, Verdict};
use kept_shared::money::{Currency, Money};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A community that rows go to.
#[derive(Clone, Debug)]
pub struct Target {
    pub id: CommunityId,
    pub currency: Currency,
    pub ageing: AgeingRules,
}

/// A row as read from the file.
#[derive(Clone, Debug)]
pub struct FileRow {
    pub number: u32,
    pub cells: Vec<Cell>,
}

/// A row with its verdict, and the work it asks for.
#[derive(Clone, Debug)]
pub struct Judged {
    pub verdict: Verdict,
    pub key: String,
    pub faults: Vec<Fault>,
    pub differences: Vec<Difference>,
    pub remarks: Vec<Remark>,
    pub work: Option<Work>,
    /// Sum of the row's amounts, and how many of them were rounded.
    pub amount: Option<Money>,
    pub rounded: u32,
    pub makes_account: bool,
}

/// What is to be written for a row.
#[derive(Clone, Debug)]
pub struct Work {
    pub community: CommunityId,
    pub reference: String,
    pub account: Option<AccountId>,
    pub name: Option<String>,
    pub group: Option<String>,
    pub unit: Option<String>,
    /// Of a new account all, of an existing one those it lacks.
    pub contacts: Vec<NewContact>,
    pub posts: Vec<Post>,
}

/// One posting.
#[derive(Clone, Debug)]
pub enum Post {
    /// An invoice, an opening balance or a credit that is not in the book.
    Item {
        key: String,
        label: String,
        amount: Money,
        issued_on: NaiveDate,
        due_on: Option<NaiveDate>,
        disputed: bool,
        settled_on: Option<NaiveDate>,
    },
    /// The book has it with another amount: the difference.
    Difference {
        key: String,
        label: String,
        claim: Option<ClaimId>,
        by: Money,
        debits: Vec<(EntryId, i64)>,
        issued_on: NaiveDate,
        due_on: Option<NaiveDate>,
    },
    /// The book has it open, the file says settled.
    Settle {
        key: String,
        label: String,
        /// What is open of each debit, and the day it was raised.
        debits: Vec<(EntryId, i64, NaiveDate)>,
        currency: Currency,
        on: NaiveDate,
    },
    Dispute {
        claim: ClaimId,
        is_disputed: bool,
    },
}

/// Judges batch after batch of one file; remembers what came before.
#[derive(Debug)]
pub struct Judge {
    mapping: Mapping,
    fixed: Option<CommunityId>,
    targets: HashMap<CommunityId, Target>,
    by_code: HashMap<String, CommunityId>,
    /// Key of the row → number of the row that had it first.
    seen: HashMap<String, u32>,
    new_accounts: HashSet<(CommunityId, String)>,
}

impl Judge {
    /// `targets` are the communities the user reaches, with their codes.
    pub fn new(mapping: Mapping, targets: Vec<(String, Target)>) -> Self {
        let by_code = targets.iter().map(|(code, t)| (code.to_lowercase(), t.id)).collect();
        let targets = targets.into_iter().map(|(_, t)| (t.id, t)).collect();
        Self {
            fixed: mapping.community_id,
            mapping,
            targets,
            by_code,
            seen: HashMap::new(),
            new_accounts: HashSet::new(),
        }
    }

    pub async fn batch(&mut self, read: &Read, rows: &[FileRow]) -> Result<Vec<Judged>, Stop> {
        let drafts: Vec<Result<(Draft, CommunityId), Vec<Fault>>> = rows.iter().map(|r| self.draft(r)).collect();
        let mut wanted = Wanted {
            contacts: self.mapping.has(F::Email) || self.mapping.has(F::Phone),
            ..Wanted::default()
        };
        for (draft, community) in drafts.iter().flatten() {
            wanted
                .references
                .entry(*community)
                .or_default()
                .insert(draft.reference.clone());
            wanted.labels.extend(draft.items.iter().map(|i| i.label.clone()));
            if let Some(unit) = &draft.unit {
                wanted.units.entry(*community).or_default().insert(unit.clone());
            }
        }
        let mut book = Book::load(read, &wanted).await?;
        Ok(rows
            .iter()
            .zip(drafts)
            .map(|(row, draft)| match draft {
                Ok((draft, community)) => self.judge(row.number, draft, community, &mut book),
                Err(faults) => faulty(String::new(), faults),
            })
            .collect())
    }

    fn draft(&self, row: &FileRow) -> Result<(Draft, CommunityId), Vec<Fault>> {
        let draft = row::draft(&self.mapping, &row.cells)?;
        let community = match &draft.community {
            Some(code) => self.by_code.get(&code.to_lowercase()).copied(),
            None => self.fixed,
        };
        match community.filter(|id| self.targets.contains_key(id)) {
            Some(id) => Ok((draft, id)),
            None => {
                let value = draft.community.unwrap_or_default();
                Err(vec![self.fault(F::Community, &value, "unknown_community")])
            }
        }
    }

    fn fault(&self, field: F, value: &str, code: &str) -> Fault {
        Fault {
            column: self.mapping.column_of(field),
            field: Some(field),
            value: value.to_owned(),
            code: code.to_owned(),
            params: BTreeMap::new(),
        }
    }

    fn judge(&mut self, number: u32, draft: Draft, community: CommunityId, book: &mut Book) -> Judged {
        let Some(target) = self.targets.get(&community).cloned() else {
            return faulty(String::new(), vec![self.fault(F::Community, "", "unknown_community")]);
        };
        let key = match (self.mapping.kind, draft.items.first()) {
            (ImportKind::Invoices, Some(item)) => format!("{} · {}", draft.reference, item.label),
            (ImportKind::Invoices | ImportKind::Customers | ImportKind::Balances, _) => draft.reference.clone(),
        };
        if let Some(first) = self.seen.get(&format!("{community} {key}")) {
            let mut fault = self.fault(self.key_field(), &key, "repeated_in_file");
            fault.params.insert("row".into(), first.to_string());
            return faulty(key, vec![fault]);
        }
        let mut faults = self.account_faults(&draft, &target);
        let account = book.accounts.get(&(community, draft.reference.clone())).cloned();
        let mut differences = Vec::new();
        let mut work = Work {
            community,
            reference: draft.reference.clone(),
            account: account.as_ref().map(|a| a.id),
            name: draft.name.clone(),
            group: draft.group.clone(),
            unit: None,
            contacts: vec![],
            posts: vec![],
        };
        let (mut sum, mut rounded, mut any_new, mut remarks) = (0_i64, 0_u32, false, vec![]);
        for item in &draft.items {
            match self.item(item, &target, account.as_ref(), book) {
                Ok(judged) => {
                    sum = sum.saturating_add(judged.amount.minor);
                    rounded += u32::from(judged.rounded);
                    any_new |= judged.is_new;
                    work.posts.extend(judged.posts);
                    differences.extend(judged.differences);
                    remarks.extend(judged.remarks);
                }
                Err(fault) => faults.push(*fault),
            }
        }
        if !faults.is_empty() {
            return faulty(key, faults);
        }
        let stranger = account.as_ref().filter(|a| self.is_another(&draft, a));
        if let Some(account) = stranger {
            remarks.push(self.name_differs(account));
        }
        let is_stranger = stranger.is_some();
        self.details(
            &draft,
            &target,
            account.as_ref(),
            book,
            &mut work,
            &mut differences,
            is_stranger,
        );
        let makes_account = account.is_none() && self.new_accounts.insert((community, draft.reference.clone()));
        let verdict = match (&account, any_new, differences.is_empty()) {
            (None, _, _) if makes_account || any_new => Verdict::New,
            (Some(_), true, _) => Verdict::New,
            (Some(_) | None, false, false) => Verdict::Changed,
            (Some(_), false, true) | (None, _, _) => Verdict::Unchanged,
        };
        // Nothing becomes of a row that is in the book already, so there is nothing to know of it.
        if verdict == Verdict::Unchanged {
            remarks.clear();
        }
        self.seen.insert(format!("{community} {key}"), number);
        Judged {
            verdict,
            key,
            faults: vec![],
            differences,
            remarks,
            work: (verdict != Verdict::Unchanged).then_some(work),
            amount: (!draft.items.is_empty()).then_some(Money::new(sum, target.currency)),
            rounded,
            makes_account,
        }
    }

    fn key_field(&self) -> F {
        match self.mapping.kind {
            ImportKind::Invoices => F::InvoiceNumber,
            ImportKind::Customers | ImportKind::Balances => self.reference_field(),
        }
    }

    fn reference_field(&self) -> F {
        [F::AccountReference, F::Customer]
            .into_iter()
            .find(|f| self.mapping.has(*f))
            .unwrap_or(F::Unit)
    }
}

impl Judged {
    /// How many of the row's amounts are posted as credits.
    pub fn credits(&self) -> usize {
        let is_credit = |r: &&Remark| matches!(r.code, RemarkCode::PostedAsCredit | RemarkCode::OpeningCredit);
        self.remarks.iter().filter(is_credit).count()
    }
}

/// Key of the payment that settled an imported invoice.
pub fn paid_key(key: &str) -> String {
    format!("paid:{key}")
}

fn faulty(key: String, faults: Vec<Fault>) -> Judged {
    Judged {
        verdict: Verdict::Faulty,
        key,
        faults,
        differences: vec![],
        remarks: vec![],
        work: None,
        amount: None,
        rounded: 0,
        makes_account: false,
    }
}

#[cfg(test)]
mod tests;
