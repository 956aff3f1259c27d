//! Puts the book into the product through its own functions: communities, accounts with contacts, and the one function
//! that posts, which works out open items and aged rows in the same transaction.

use crate::book::{Book, COMMUNITIES, Customer};
use anyhow::anyhow;
use kept_api::kernel::{Kernel, NoContent, Stop, Subject};
use kept_api::{accounts, communities, customer_groups, ledger, users};
use kept_shared::accounts::{NewAccount, NewDebtor};
use kept_shared::ageing::AgeingRules;
use kept_shared::communities::{AgeingBasis, AgeingMode, CommunityKind, CreditPolicy, NewCommunity};
use kept_shared::contacts::{ContactKind, ContactState, NewContact};
use kept_shared::event::Event;
use kept_shared::ids::*;
use kept_shared::ledger::{NewAllocation, NewEntry};
use kept_shared::money::{Currency, Money};
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Customers posted in one transaction.
const AT_ONCE: usize = 1_000;

/// What was written.
#[derive(Default)]
pub struct Loaded {
    pub accounts: Vec<AccountId>,
    pub communities: Vec<CommunityId>,
    pub entries: usize,
    pub posting: Duration,
}

fn told(stop: Stop) -> anyhow::Error {
    anyhow!("{stop}")
}

fn done() -> Event {
    Event::JobDone { kind: "bench".into() }
}

pub fn new_community(code: &str) -> NewCommunity {
    NewCommunity {
        code: code.into(),
        name: format!("Estate {code}"),
        kind: CommunityKind::SectionalTitle,
        currency: Currency::Zar,
        time_zone: "Africa/Johannesburg".into(),
        ageing: AgeingRules {
            mode: AgeingMode::Days,
            basis: AgeingBasis::DueDate,
            edges: AgeingRules::THIRTIES,
            credit_policy: CreditPolicy::OldestFirst,
        },
        address: None,
        email: None,
        phone: None,
        website: None,
        office_hours: None,
        access_hours: None,
        information: None,
        bank_name: None,
        bank_account: None,
        bank_branch: None,
        is_active: true,
        allocation: kept_shared::allocation::AllocationRules::default(),
        approval_above: None,
    }
}

fn new_account(c: &Customer, groups: &HashMap<&str, CustomerGroupId>) -> NewAccount {
    let contact = |kind, value: &str| NewContact {
        kind,
        value: value.into(),
        label: None,
        is_primary: true,
        state: ContactState::Unverified,
    };
    let mut debtor = NewDebtor::from_full_name(&c.name);
    debtor.contacts = vec![
        contact(ContactKind::Email, &c.email),
        contact(ContactKind::Phone, &c.phone),
    ];
    let mut account = NewAccount::of(&c.reference, debtor);
    account.customer_group_id = c.group.and_then(|g| groups.get(g)).copied();
    account
}

/// A customer's postings as the ledger takes them.
fn postings(c: &Customer, account: AccountId, entries: &mut Vec<NewEntry>, allocations: &mut Vec<NewAllocation>) {
    let ids: Vec<EntryId> = c.entries.iter().map(|_| EntryId(uuid::Uuid::now_v7())).collect();
    let id = |at: usize| ids.get(at).copied();
    for (n, e) in c.entries.iter().enumerate() {
        let (Some(own), amount) = (id(n), Money::new(e.minor, Currency::Zar)) else {
            continue;
        };
        let text = format!("{} of {}", e.kind, e.date.format("%B %Y"));
        let mut new = NewEntry::new(own, account, e.kind, e.date, amount, &text);
        new.due_on = e.due;
        new.reference = Some(format!("{:06}", (c.number * 61 + n as u64) % 1_000_000));
        new.reverses_id = e.reverses.and_then(id);
        entries.push(new);
    }
    allocations.extend(c.allocations.iter().filter_map(|a| {
        Some(NewAllocation {
            account_id: account,
            credit_entry_id: id(a.credit)?,
            debit_entry_id: id(a.debit)?,
            effective_on: a.date,
            minor: a.minor,
        })
    }));
}

/// Writes the book, and the same entries as CSV for the engines beside it.
pub async fn load(kernel: &Arc<Kernel>, book: &Book, csv: &Path) -> anyhow::Result<Loaded> {
    let all = users::organisations(kernel).await.map_err(told)?;
    let (organisation, _) = all.first().ok_or_else(|| anyhow!("no organisation"))?;
    let mut out = Loaded::default();
    let tx = kernel.write_in(*organisation, "bench").await.map_err(told)?;
    let mut groups = HashMap::new();
    for name in ["Owners", "Trusts", "Companies"] {
        groups.insert(
            name,
            customer_groups::actions::find_or_create(&tx, name)
                .await
                .map_err(told)?
                .id,
        );
    }
    let mut homes = vec![];
    for n in 0..COMMUNITIES.min(book.customers) {
        let new = new_community(&format!("SC{:03}", n + 1));
        homes.push(communities::actions::create(&tx, new).await.map_err(told)?);
    }
    out.communities = homes.iter().map(|c| c.id).collect();
    tx.finish(Subject::organisation(*organisation), done(), NoContent)
        .await
        .map_err(told)?;

    let mut files = Csv::create(csv)?;
    let numbers: Vec<u64> = (0..book.customers).collect();
    for part in numbers.chunks(AT_ONCE) {
        let customers: Vec<Customer> = part.iter().map(|n| book.customer(*n)).collect();
        let tx = kernel.write_in(*organisation, "bench").await.map_err(told)?;
        let mut ids: HashMap<u64, AccountId> = HashMap::new();
        for (n, home) in homes.iter().enumerate() {
            let here: Vec<&Customer> = customers.iter().filter(|c| c.community == n as u64).collect();
            let new = here.iter().map(|c| new_account(c, &groups)).collect();
            let made = accounts::actions::create_many(&tx, home, new).await.map_err(told)?;
            ids.extend(here.iter().map(|c| c.number).zip(made));
        }
        let (mut entries, mut allocations) = (vec![], vec![]);
        for c in &customers {
            let account = ids.get(&c.number).copied().ok_or_else(|| anyhow!("no account"))?;
            out.accounts.push(account);
            postings(c, account, &mut entries, &mut allocations);
            files.write(c)?;
        }
        out.entries += entries.len();
        let started = Instant::now();
        ledger::post(&tx, entries, allocations, None)
            .await
            .map_err(|e| anyhow!("{e}"))?;
        tx.finish(Subject::organisation(*organisation), done(), NoContent)
            .await
            .map_err(told)?;
        out.posting += started.elapsed();
    }
    files.finish()?;
    Ok(out)
}

/// Customers, entries and allocations in whole cents, as the analytical engine reads them.
struct Csv {
    customers: std::io::BufWriter<std::fs::File>,
    entries: std::io::BufWriter<std::fs::File>,
    allocations: std::io::BufWriter<std::fs::File>,
    next: usize,
}

impl Csv {
    fn create(folder: &Path) -> anyhow::Result<Self> {
        let open = |name: &str, head: &str| -> anyhow::Result<std::io::BufWriter<std::fs::File>> {
            let mut file = std::io::BufWriter::new(std::fs::File::create(folder.join(name))?);
            writeln!(file, "{head}")?;
            Ok(file)
        };
        Ok(Self {
            customers: open("customers.csv", "id,account_no")?,
            entries: open("entries.csv", "id,customer_id,date,due_date,amount")?,
            allocations: open("allocations.csv", "credit_id,debit_id,date,amount")?,
            next: 0,
        })
    }
    fn write(&mut self, c: &Customer) -> std::io::Result<()> {
        writeln!(self.customers, "{},{}", c.number, c.reference)?;
        for (n, e) in c.entries.iter().enumerate() {
            let (id, due) = (self.next + n, e.due.unwrap_or(e.date));
            writeln!(self.entries, "{id},{},{},{due},{}", c.number, e.date, e.minor)?;
        }
        for a in &c.allocations {
            let (credit, debit) = (self.next + a.credit, self.next + a.debit);
            writeln!(self.allocations, "{credit},{debit},{},{}", a.date, a.minor)?;
        }
        self.next += c.entries.len();
        Ok(())
    }
    fn finish(mut self) -> std::io::Result<()> {
        self.customers.flush()?;
        self.entries.flush()?;
        self.allocations.flush()
    }
}
