//! Puts the book into the product, day by day.

use super::book::{AccountPlan, Book, CommunityKind, CommunityPlan};
use super::levies::{self, Charged, month_of};
use super::office::Office;
use super::paper;
use super::payments::{EntryKind, EntryPlan};
use super::people::{SUPERUSER, WORKERS, Worker};
use super::story::{Step, What};
use crate::kernel::{NoContent, Request, Subject, Tx};
use crate::ledger;
use anyhow::Context;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use kept_shared::{event::Event, ids::*, ledger::*, money::*};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Who and what is there, by the words of the plan.
pub(super) struct Ids {
    pub(super) users: HashMap<&'static str, UserId>,
    pub(super) communities: HashMap<&'static str, CommunityId>,
    pub(super) accounts: HashMap<String, AccountId>,
    statuses: HashMap<String, StatusId>,
}

/// One account on its way through the two years.
struct Life<'a> {
    plan: &'a AccountPlan,
    community: &'a CommunityPlan,
    id: AccountId,
    /// The home, or the first of two units: what is charged is charged for it.
    unit: Option<UnitId>,
    /// Entries posted so far, and the ids they got.
    posted: Vec<EntryId>,
    steps_done: usize,
    attorney: Option<usize>,
}

impl Life<'_> {
    fn acted_on(&self, day: NaiveDate) -> bool {
        self.plan.story.get(self.steps_done).is_some_and(|step| step.on <= day)
    }
}

fn at(day: NaiveDate, minutes: i64) -> DateTime<Utc> {
    // The office opens at nine in Johannesburg.
    day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(7 * 60 + minutes)
}

pub(super) fn id_of(value: &Value) -> anyhow::Result<&str> {
    value["id"]
        .as_str()
        .with_context(|| format!("an answer without an id: {value}"))
}

/// Who does the daily work in a community.
fn clerk(community: &CommunityPlan) -> &'static str {
    match community.kind {
        CommunityKind::SectionalTitle | CommunityKind::HomeOwners => "agent",
        // The agent has no access there.
        CommunityKind::SelfStorage => "manager",
    }
}

/// Writes everything; the office's clock ends up on `today`.
pub(super) async fn write(office: &Office, book: &Book, superuser: UserId, today: NaiveDate) -> anyhow::Result<Ids> {
    let opening = today - Months::new(super::book::MONTHS) - Days::new(40);
    office.at(at(opening, 0));
    let mut ids = Ids {
        users: HashMap::from([(SUPERUSER.role, superuser)]),
        communities: HashMap::new(),
        accounts: HashMap::new(),
        statuses: HashMap::new(),
    };
    let groups = customer_groups(office, book, superuser).await?;
    for community in &book.communities {
        let made: Value = office
            .post(superuser, "/communities", &community_body(community))
            .await?;
        ids.communities.insert(community.code, id_of(&made)?.parse()?);
    }
    for worker in WORKERS {
        let user = super::hire(office, superuser, worker, &ids.communities).await?;
        ids.users.insert(worker.role, user);
    }
    let catalogue: Value = office.get(superuser, "/statuses").await?;
    for status in catalogue["groups"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|g| g["items"].as_array().into_iter().flatten())
    {
        let code = status["code"].as_str().context("a status without a code")?;
        ids.statuses.insert(code.to_owned(), id_of(status)?.parse()?);
    }
    let mut lives = vec![];
    for community in &book.communities {
        for plan in &community.accounts {
            // Storage customers came one by one.
            office.at(at(plan.since, 0));
            let (id, unit) = account(office, superuser, community, plan, &groups, &ids).await?;
            ids.accounts.insert(plan.reference.clone(), id);
            lives.push(Life {
                plan,
                community,
                id,
                unit,
                posted: vec![],
                steps_done: 0,
                attorney: None,
            });
        }
    }
    for day in days(book, today) {
        office.at(at(day, 0));
        post_until(office, &ids, &mut lives, book, day, today).await?;
        act(office, &ids, &mut lives, day).await?;
    }
    let charged = charged(&lives);
    let manager = *ids.users.get("manager").context("the manager")?;
    levies::write(office, book, &ids.communities, manager, &charged, today).await?;
    Ok(ids)
}

/// The invoices of the home owners as they were posted, oldest first.
fn charged(lives: &[Life<'_>]) -> Vec<Charged> {
    let mut all = vec![];
    for life in lives.iter().filter(|l| l.community.kind == CommunityKind::HomeOwners) {
        let (Some(unit), invoices) = (life.unit, life.plan.entries.iter().zip(&life.posted)) else {
            continue;
        };
        all.extend(
            invoices
                .filter(|(plan, _)| plan.kind == EntryKind::Invoice)
                .map(|(plan, entry)| Charged {
                    account: life.id,
                    unit,
                    month: plan.on,
                    minor: plan.amount,
                    description: plan.description.clone(),
                    entry: *entry,
                }),
        );
    }
    all.sort_by_key(|c| c.month);
    all
}

/// The days on which something is done: whenever somebody acted, the day of the monthly run, and the last. Before the
/// first act there is one run for all that came earlier.
fn days(book: &Book, today: NaiveDate) -> BTreeSet<NaiveDate> {
    let steps = book
        .communities
        .iter()
        .flat_map(|c| &c.accounts)
        .flat_map(|a| &a.story)
        .map(|step| step.on);
    let runs = (0..11)
        .map(|back| today - Months::new(back))
        .filter_map(|day| day.format("%Y-%m-10").to_string().parse().ok())
        .filter(|day| *day <= today);
    steps.chain(runs).chain([today]).collect()
}

/// The number of a community's bank account.
pub(super) fn bank_account(plan: &CommunityPlan) -> String {
    format!("00000{}", plan.code.bytes().map(u32::from).sum::<u32>())
}

fn community_body(plan: &CommunityPlan) -> Value {
    let kind = match plan.kind {
        CommunityKind::SectionalTitle => "sectional_title",
        CommunityKind::HomeOwners => "home_owners",
        CommunityKind::SelfStorage => "storage",
    };
    let (mode, basis) = if plan.calendar_ageing {
        ("calendar", "transaction_date")
    } else {
        ("days", "due_date")
    };
    json!({
        "code": plan.code, "name": plan.name, "kind": kind, "currency": "ZAR", "time_zone": "Africa/Johannesburg",
        "ageing": {"mode": mode, "basis": basis, "edges": [0, 30, 60, 90], "credit_policy": "oldest_first"}, "address": plan.address, "email": plan.email, "phone": plan.phone, "office_hours": plan.office_hours,
        "bank_name": "Standard Bank", "bank_account": bank_account(plan), "bank_branch": "051001",
    })
}

async fn customer_groups(
    office: &Office,
    book: &Book,
    who: UserId,
) -> anyhow::Result<HashMap<&'static str, CustomerGroupId>> {
    let names: BTreeSet<&'static str> = book
        .communities
        .iter()
        .flat_map(|c| &c.accounts)
        .map(|a| a.group)
        .collect();
    let mut ids = HashMap::new();
    for name in names {
        let made: Value = office.post(who, "/customer-groups", &json!({ "name": name })).await?;
        ids.insert(name, id_of(&made)?.parse()?);
    }
    Ok(ids)
}

async fn account(
    office: &Office,
    who: UserId,
    community: &CommunityPlan,
    plan: &AccountPlan,
    groups: &HashMap<&'static str, CustomerGroupId>,
    ids: &Ids,
) -> anyhow::Result<(AccountId, Option<UnitId>)> {
    let community_id = ids.communities.get(community.code).context("a community")?;
    let mut units: Vec<UnitId> = vec![];
    let sizes: i64 = community.accounts.iter().flat_map(|a| &a.units).map(|u| u.size).sum();
    for unit in &plan.units {
        // Shares by size, as the sectional plan has them.
        let share = (unit.size * 1_000_000 + sizes / 2) / sizes.max(1);
        let quota = (community.kind == CommunityKind::SectionalTitle)
            .then(|| format!("{}.{:04}", share / 10_000, share % 10_000));
        let body = json!({
            "participation_quota": quota,
            "code": unit.code, "block": unit.block, "description": unit.description, "size": format!("{} m2", unit.size),
        });
        let made: Value = office
            .post(who, &format!("/communities/{community_id}/units"), &body)
            .await?;
        units.push(id_of(&made)?.parse()?);
    }
    let person = &plan.person;
    let mut contacts = vec![
        json!({"kind": "email", "value": person.email, "is_primary": true}),
        json!({"kind": "phone", "value": person.cell, "label": "mobile", "is_primary": true}),
    ];
    if let Some(second) = &person.second_email {
        contacts.push(json!({"kind": "email", "value": second, "label": "accounts"}));
    }
    let debtor = match person.company {
        Some(company) => json!({"kind": "legal", "company_name": company, "contacts": contacts}),
        None => json!({"kind": "natural", "first_name": person.first, "last_name": person.last, "contacts": contacts}),
    };
    let body = json!({
        "reference": plan.reference, "debtors": [debtor], "customer_group_id": groups.get(plan.group),
        "unit": units.first().map(|unit| json!({"unit_id": unit, "from_on": plan.since})),
    });
    let made: Value = office
        .post(who, &format!("/communities/{community_id}/accounts"), &body)
        .await?;
    let account: AccountId = id_of(&made)?.parse()?;
    for unit in units.iter().skip(1) {
        let owner = json!({"account_id": account, "from_on": plan.since});
        let _owner: Value = office.post_on(who, &format!("/units/{unit}/owners"), 1, &owner).await?;
    }
    Ok((account, units.first().copied()))
}

/// Posts what fell due or was paid up to this day, one call of the posting function for each community: for everybody
/// on the day of a run, in between for those on whom somebody acts.
async fn post_until(
    office: &Office,
    ids: &Ids,
    lives: &mut [Life<'_>],
    book: &Book,
    day: NaiveDate,
    today: NaiveDate,
) -> anyhow::Result<()> {
    let run = day.day() == 10 || day == today;
    for community in &book.communities {
        let mut entries: Vec<NewEntry> = vec![];
        let here = lives.iter_mut().filter(|life| life.community.code == community.code);
        for life in here.filter(|life| run || life.acted_on(day)) {
            while let Some(plan) = life.plan.entries.get(life.posted.len()).filter(|entry| entry.on <= day) {
                let entry = new_entry(life, plan)?;
                life.posted.push(entry.id);
                entries.push(entry);
            }
        }
        if entries.is_empty() {
            continue;
        }
        let clerk = office.caller(*ids.users.get("manager").context("the manager")?)?;
        let tx = Tx::begin(office.kernel.clone(), clerk, &Request::none())
            .await
            .map_err(told)?;
        let community_id = *ids.communities.get(community.code).context("a community")?;
        let count = u32::try_from(entries.len())?;
        let total = entries.iter().map(|entry| entry.amount.minor).sum();
        let total = Money {
            minor: total,
            currency: Currency::Zar,
        };
        ledger::post(&tx, entries, vec![], None).await?;
        tx.finish(
            Subject::from(community_id),
            Event::EntriesPosted {
                count,
                total,
                first_no: None,
            },
            NoContent,
        )
        .await
        .map_err(told)?;
    }
    Ok(())
}

pub(super) fn told(stop: crate::kernel::Stop) -> anyhow::Error {
    anyhow::anyhow!("{stop}")
}

fn new_entry(life: &Life<'_>, plan: &EntryPlan) -> anyhow::Result<NewEntry> {
    let (kind, context) = match plan.kind {
        EntryKind::Invoice => (EntryType::Invoice, EntryContext::Invoice),
        EntryKind::Interest => (EntryType::Interest, EntryContext::Interest),
        EntryKind::Fee => (EntryType::Fee, EntryContext::Fee),
        EntryKind::Payment => (EntryType::Payment, EntryContext::Payment),
        EntryKind::CreditNote => (EntryType::Adjustment, EntryContext::Adjustment),
        EntryKind::Reversal(_) => (EntryType::Chargeback, EntryContext::Chargeback),
    };
    let reverses_id = match plan.kind {
        EntryKind::Reversal(of) => Some(*life.posted.get(of).context("a reversal before its payment")?),
        EntryKind::Invoice | EntryKind::Interest | EntryKind::Fee | EntryKind::Payment | EntryKind::CreditNote => None,
    };
    let amount = Money::new(plan.amount, Currency::Zar);
    Ok(NewEntry {
        context,
        reference: Some(plan.reference.clone()),
        due_on: plan.due_on,
        reverses_id,
        payment_method: plan.method.map(str::to_owned),
        unit_id: life.unit,
        period: (kind == EntryType::Invoice).then(|| month_of(plan.on)),
        ..NewEntry::new(
            EntryId(uuid::Uuid::now_v7()),
            life.id,
            kind,
            plan.on,
            amount,
            &plan.description,
        )
    })
}

/// What people did on this day: statuses in batches, the rest one by one.
async fn act(office: &Office, ids: &Ids, lives: &mut [Life<'_>], day: NaiveDate) -> anyhow::Result<()> {
    let mut batches: BTreeMap<(&'static str, &'static str, Option<usize>, Option<&'static str>), Vec<AccountId>> =
        BTreeMap::new();
    let mut single: Vec<(usize, Step)> = vec![];
    for (at, life) in lives.iter_mut().enumerate() {
        while let Some(step) = life.plan.story.get(life.steps_done).filter(|step| step.on <= day) {
            life.steps_done += 1;
            let clerk = clerk(life.community);
            let key = match &step.what {
                What::FirstNotice => (clerk, "N1", None, None),
                What::SecondNotice => (clerk, "N2", None, None),
                What::LetterOfDemand => (clerk, "LOD", None, None),
                What::HandOver { attorney, note } => {
                    life.attorney = Some(*attorney);
                    (clerk, "HO", Some(*attorney), Some(*note))
                }
                What::Note { .. }
                | What::Document { .. }
                | What::LegalStep { .. }
                | What::Recall { .. }
                | What::Return { .. } => {
                    single.push((at, step.clone()));
                    continue;
                }
            };
            batches.entry(key).or_default().push(life.id);
        }
    }
    let mut minutes = 10;
    for ((who, code, attorney, note), accounts) in batches {
        office.at(at(day, minutes));
        minutes += 7;
        let attorney = attorney.map(|which| {
            *ids.users
                .get(attorney_role(which))
                .unwrap_or(&UserId(uuid::Uuid::nil()))
        });
        apply(office, ids, who, code, attorney, note, &accounts).await?;
    }
    for (which, step) in single {
        office.at(at(day, minutes));
        minutes = (minutes + 11) % 480;
        one(office, ids, &lives[which], &step).await?;
    }
    Ok(())
}

pub(super) fn attorney_role(which: usize) -> &'static str {
    if which == 0 { "attorney" } else { "attorney2" }
}

async fn apply(
    office: &Office,
    ids: &Ids,
    who: &str,
    code: &str,
    attorney: Option<UserId>,
    note: Option<&str>,
    accounts: &[AccountId],
) -> anyhow::Result<()> {
    let status = ids
        .statuses
        .get(code)
        .with_context(|| format!("no status {code} in the catalogue"))?;
    let user = *ids.users.get(who).context("somebody who works here")?;
    let mut body = json!({"selection": {"by": "accounts", "account_ids": accounts}, "status_id": status});
    if let Some(attorney) = attorney {
        body["attorney_id"] = json!(attorney);
    }
    if let Some(note) = note {
        body["note"] = json!(note);
    }
    let _outcome: Value = office.post(user, "/statuses/apply", &body).await?;
    Ok(())
}

async fn one(office: &Office, ids: &Ids, life: &Life<'_>, step: &Step) -> anyhow::Result<()> {
    let account = life.id;
    let role = |by_attorney: bool| match (by_attorney, life.attorney) {
        (true, Some(which)) => attorney_role(which),
        (true, None) | (false, _) => clerk(life.community),
    };
    let user = |role: &str| ids.users.get(role).copied().with_context(|| format!("no {role}"));
    match &step.what {
        What::Note { by_attorney, text } => {
            let _note: Value = office
                .post(
                    user(role(*by_attorney))?,
                    &format!("/accounts/{account}/notes"),
                    &json!({"body": text}),
                )
                .await?;
        }
        What::Document {
            by_attorney,
            name,
            text,
        } => {
            let who = user(role(*by_attorney))?;
            let note: Value = office
                .post(who, &format!("/accounts/{account}/notes"), &json!({"body": text}))
                .await?;
            let fields = [
                ("document_name", *name),
                ("document_type", "letter_of_demand"),
                ("note_id", id_of(&note)?),
            ];
            let pdf = paper::letter(&demand(life, step.on));
            let file_name = format!("demand-{}.pdf", life.plan.reference.to_lowercase());
            let _file: Value = office
                .upload(
                    who,
                    &format!("/accounts/{account}/files"),
                    &fields,
                    &file_name,
                    "application/pdf",
                    &pdf,
                )
                .await?;
        }
        What::LegalStep { code, note } => {
            apply(office, ids, role(true), code, None, Some(note), &[account]).await?;
        }
        What::Recall { note } => {
            let body = json!({"reason": "strategy", "note": note});
            end(office, user(clerk(life.community))?, account, "recall", &body).await?;
        }
        What::Return { code, note } => {
            let body = json!({"close_code": code, "note": note});
            end(office, user(role(true))?, account, "return", &body).await?;
        }
        // These go in batches.
        What::FirstNotice | What::SecondNotice | What::LetterOfDemand | What::HandOver { .. } => {}
    }
    Ok(())
}

async fn end(office: &Office, who: UserId, account: AccountId, verb: &str, body: &Value) -> anyhow::Result<()> {
    let open: Value = office
        .get(who, &format!("/handovers?account_id={account}&state=active"))
        .await?;
    let matter = &open["items"][0];
    let version = matter["version"].as_i64().context("no open matter")?;
    let path = format!("/handovers/{}/{verb}", id_of(matter)?);
    let _ended: Value = office.post_on(who, &path, version, body).await?;
    Ok(())
}

fn demand(life: &Life<'_>, on: NaiveDate) -> Vec<String> {
    vec![
        "NAIDOO & MALHERBE INC.".into(),
        String::new(),
        on.format("%-d %B %Y").to_string(),
        String::new(),
        life.plan.person.name(),
        format!("Account {}, {}", life.plan.reference, life.community.name),
        String::new(),
        "LETTER OF DEMAND".into(),
        String::new(),
        "We act for the creditor named above. The amount on the enclosed statement is due and payable.".into(),
        "Kindly pay within ten business days, or contact us to arrange payment.".into(),
    ]
}

/// The e-mail and password lines that `kept demo` prints.
pub(super) fn sign_in_line(worker: &Worker) -> String {
    format!("  {:<11} {:<34} {}", worker.role, worker.email, worker.says)
}
