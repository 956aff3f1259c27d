//! The verdict of each row: what it means, what the book holds already, and so what an import would do.

use super::book::{Book, KnownAccount, Wanted};
use super::rules::Cell;
use super::rules::amount;
use super::rules::row::{self, Draft, DraftItem, ItemDate};
use crate::kernel::{Read, Stop};
use chrono::NaiveDate;
use kept_shared::ageing::AgeingRules;
use kept_shared::contacts::{ContactKind, NewContact};
use kept_shared::ids::{AccountId, ClaimId, CommunityId, EntryId};
use kept_shared::imports::{Difference, Fault, ImportField as F, ImportKind, Mapping, Verdict};
use kept_shared::ledger::{EntryType, MAX_ENTRY_MINOR};
use kept_shared::money::{Currency, Money};
use kept_shared::phone::Dialling;
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
        debits: Vec<(EntryId, i64)>,
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
        let (mut sum, mut rounded, mut any_new) = (0_i64, 0_u32, false);
        for item in &draft.items {
            match self.item(item, &target, account.as_ref(), book) {
                Ok(judged) => {
                    sum = sum.saturating_add(judged.amount.minor);
                    rounded += u32::from(judged.rounded);
                    any_new |= judged.is_new;
                    work.posts.extend(judged.posts);
                    differences.extend(judged.differences);
                }
                Err(fault) => faults.push(*fault),
            }
        }
        if !faults.is_empty() {
            return faulty(key, faults);
        }
        self.details(&draft, &target, account.as_ref(), book, &mut work, &mut differences);
        let makes_account = account.is_none() && self.new_accounts.insert((community, draft.reference.clone()));
        let verdict = match (&account, any_new, differences.is_empty()) {
            (None, _, _) if makes_account || any_new => Verdict::New,
            (Some(_), true, _) => Verdict::New,
            (Some(_) | None, false, false) => Verdict::Changed,
            (Some(_), false, true) | (None, _, _) => Verdict::Unchanged,
        };
        self.seen.insert(format!("{community} {key}"), number);
        Judged {
            verdict,
            key,
            faults: vec![],
            differences,
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

    fn account_faults(&self, draft: &Draft, target: &Target) -> Vec<Fault> {
        let home = Dialling::of(target.currency);
        let new = super::apply::new_account(&draft.reference, draft.name.as_deref(), None);
        let mut faults = Vec::new();
        for flaw in new.tidied().flaws(home).0 {
            let (field, value) = match flaw.pointer.as_str() {
                "/reference" => (self.reference_field(), draft.reference.as_str()),
                _ if self.mapping.has(F::AccountName) => (F::AccountName, draft.name.as_deref().unwrap_or_default()),
                _ => (self.reference_field(), draft.reference.as_str()),
            };
            faults.push(self.fault(field, value, &flaw.code));
        }
        for phone in &draft.phones {
            if let Err(code) = NewContact::of(ContactKind::Phone, phone).normalised(home) {
                faults.push(self.fault(F::Phone, phone, code));
            }
        }
        faults
    }

    /// Contacts, unit, name and group: of a new account all of them; an existing one is given what it lacks, and only
    /// an import of customers changes its name or group.
    fn details(
        &self,
        draft: &Draft,
        target: &Target,
        account: Option<&KnownAccount>,
        book: &mut Book,
        work: &mut Work,
        differences: &mut Vec<Difference>,
    ) {
        let home = Dialling::of(target.currency);
        for (kind, field, values) in [
            (ContactKind::Email, F::Email, &draft.emails),
            (ContactKind::Phone, F::Phone, &draft.phones),
        ] {
            for value in values {
                let new = NewContact::of(kind, value);
                let Ok(normalised) = new.normalised(home) else { continue };
                let Some(account) = account else {
                    work.contacts.push(new);
                    continue;
                };
                let known = book.contacts.entry((account.id, kind)).or_default();
                let before = known.iter().cloned().collect::<Vec<_>>().join(", ");
                if known.insert(normalised) {
                    differences.push(Difference {
                        field,
                        before,
                        after: value.clone(),
                    });
                    work.contacts.push(new);
                }
            }
        }
        if let Some(code) = &draft.unit {
            // Who owns a unit is changed by hand, with a date; an import fills in what nobody owns yet.
            let owner = book.units.entry((target.id, code.clone())).or_insert(None);
            if owner.is_none() {
                work.unit = Some(code.clone());
                if let Some(account) = account {
                    *owner = Some(account.id);
                    differences.push(Difference {
                        field: F::Unit,
                        before: String::new(),
                        after: code.clone(),
                    });
                }
            }
        }
        let Some(account) = account.filter(|_| self.mapping.kind == ImportKind::Customers) else {
            return;
        };
        if let Some(name) = draft.name.as_ref().filter(|name| **name != account.name) {
            differences.push(Difference {
                field: F::AccountName,
                before: account.name.clone(),
                after: name.clone(),
            });
        } else {
            work.name = None;
        }
        let before = account.group_name.clone().unwrap_or_default();
        if let Some(group) = draft.group.as_ref().filter(|group| **group != before) {
            differences.push(Difference {
                field: F::CustomerGroup,
                before,
                after: group.clone(),
            });
        } else {
            work.group = None;
        }
    }

    fn item(
        &self,
        item: &DraftItem,
        target: &Target,
        account: Option<&KnownAccount>,
        book: &Book,
    ) -> Result<JudgedItem, Box<Fault>> {
        let fault = |field: F, value: String, code: &str, before: Option<String>| {
            let mut fault = self.fault(field, &value, code);
            if field == item.field {
                fault.column = Some(item.column);
            }
            if let Some(before) = before {
                fault.params.insert("before".into(), before);
            }
            Box::new(fault)
        };
        let shown = item.amount.to_string();
        let (amount, rounded) = amount::to_money(item.amount, target.currency)
            .map_err(|code| fault(item.field, shown.clone(), code, None))?;
        if amount.minor.unsigned_abs() > MAX_ENTRY_MINOR.unsigned_abs() {
            return Err(fault(item.field, shown, "amount_too_large", None));
        }
        let (issued_on, due_on) = dates(item.date, &target.ageing);
        let at = account.map(|a| (a.id, item.label.clone()));
        let entries = at
            .as_ref()
            .and_then(|at| book.entries.get(at))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let claim = at.as_ref().and_then(|at| book.claims.get(at));
        let charges: Vec<_> = entries
            .iter()
            .filter(|e| !matches!(e.kind, EntryType::Payment | EntryType::Chargeback))
            .collect();
        let Some(first) = charges.first() else {
            let post = Post::Item {
                key: item.key.clone(),
                label: item.label.clone(),
                amount,
                issued_on,
                due_on,
                disputed: item.disputed.unwrap_or(false),
                settled_on: item.settled_on.filter(|_| amount.minor > 0),
            };
            return Ok(JudgedItem {
                amount,
                rounded,
                is_new: true,
                posts: vec![post],
                differences: vec![],
            });
        };
        let known_dates = matches!(item.date, ItemDate::Known { .. });
        if known_dates && item.field == F::Amount && (first.effective_on, first.due_on) != (issued_on, due_on) {
            let (field, before, now) = if first.due_on == due_on {
                (F::InvoiceDate, Some(first.effective_on), Some(issued_on))
            } else {
                (F::DueDate, first.due_on, due_on)
            };
            let text = |d: Option<NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
            return Err(fault(field, text(now), "differs_from_book", Some(text(before))));
        }
        let (mut posts, mut differences) = (vec![], vec![]);
        let charged: i64 = charges.iter().map(|e| e.amount_minor).sum();
        let by = amount.minor.saturating_sub(charged);
        let open: Vec<(EntryId, i64)> = charges
            .iter()
            .filter(|e| e.amount_minor > 0)
            .map(|e| (e.id, e.amount_minor - book.allocated.get(&e.id).copied().unwrap_or(0)))
            .filter(|(_, open)| *open > 0)
            .collect();
        if by != 0 {
            let before = Money::new(charged, target.currency).to_plain();
            differences.push(Difference {
                field: item.field,
                before,
                after: amount.to_plain(),
            });
            posts.push(Post::Difference {
                key: item.key.clone(),
                label: item.label.clone(),
                claim: claim.map(|c| c.id),
                by: Money::new(by, target.currency),
                debits: open.clone(),
                issued_on,
                due_on,
            });
        }
        if let (Some(claim), Some(disputed)) = (claim, item.disputed) {
            if claim.is_disputed != disputed {
                let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
                differences.push(Difference {
                    field: F::Disputed,
                    before: word(claim.is_disputed),
                    after: word(disputed),
                });
                posts.push(Post::Dispute {
                    claim: claim.id,
                    is_disputed: disputed,
                });
            }
        }
        if let Some(on) = item.settled_on {
            let paid_key = paid_key(&item.key);
            let paid = entries
                .iter()
                .find(|e| e.source_key.as_deref() == Some(paid_key.as_str()));
            match paid {
                Some(paid) if paid.effective_on != on => {
                    return Err(fault(
                        F::SettledDate,
                        on.to_string(),
                        "differs_from_book",
                        Some(paid.effective_on.to_string()),
                    ));
                }
                Some(_) => {}
                None if open.is_empty() || by != 0 => {}
                None => {
                    differences.push(Difference {
                        field: F::SettledDate,
                        before: String::new(),
                        after: on.to_string(),
                    });
                    posts.push(Post::Settle {
                        key: item.key.clone(),
                        label: item.label.clone(),
                        debits: open,
                        currency: target.currency,
                        on,
                    });
                }
            }
        }
        Ok(JudgedItem {
            amount,
            rounded,
            is_new: false,
            posts,
            differences,
        })
    }
}

struct JudgedItem {
    amount: Money,
    rounded: bool,
    is_new: bool,
    posts: Vec<Post>,
    differences: Vec<Difference>,
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
        work: None,
        amount: None,
        rounded: 0,
        makes_account: false,
    }
}

/// Issue and due date. Of an amount in a bucket they are the middle of the bucket under the community's rules, so that
/// the age analysis as at that day shows it where the file has it, and days later still does.
fn dates(date: ItemDate, ageing: &AgeingRules) -> (NaiveDate, Option<NaiveDate>) {
    match date {
        ItemDate::Known { issued_on, due_on } => (issued_on, due_on),
        ItemDate::InBucket { bucket, as_at } => {
            let day = day_in_bucket(bucket, as_at, ageing);
            (day, Some(day))
        }
    }
}

/// A day that is in the bucket as at `as_at`. Buckets beyond the community's last one lie thirty days apart in it.
fn day_in_bucket(bucket: u8, as_at: NaiveDate, ageing: &AgeingRules) -> NaiveDate {
    if bucket == 0 {
        return as_at;
    }
    let held = usize::from(bucket.min(4));
    let beyond = i64::from(bucket.saturating_sub(4)) * 30;
    let (oldest, youngest) = ageing.range(held, as_at);
    let day = match (oldest, youngest) {
        (Some(from), Some(to)) => from + chrono::TimeDelta::days((to - from).num_days() / 2),
        (None, Some(to)) => to - chrono::TimeDelta::days(15 + beyond),
        (Some(day), None) => day,
        (None, None) => as_at,
    };
    day.min(as_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kept_shared::ageing::{AgeingBasis, AgeingMode};

    #[test]
    fn each_bucket_comes_back_as_itself_under_every_rule() {
        for mode in AgeingMode::ALL {
            for edges in [AgeingRules::USUAL_EDGES, AgeingRules::THIRTIES] {
                let ageing = AgeingRules {
                    mode: *mode,
                    basis: AgeingBasis::DueDate,
                    edges,
                    ..AgeingRules::default()
                };
                for as_at in ["2020-06-30", "2024-02-29", "2026-08-31", "2026-01-01", "2026-03-01"] {
                    let as_at: NaiveDate = as_at.parse().unwrap();
                    for bucket in 0..=6_u8 {
                        let day = day_in_bucket(bucket, as_at, &ageing);
                        assert_eq!(
                            ageing.bucket(day, as_at),
                            usize::from(bucket.min(4)),
                            "{mode} {edges:?} {as_at} {bucket} {day}"
                        );
                    }
                }
            }
        }
    }
}
