//! Bank details and debit orders of the customers who pay by debit order. Banks, numbers and branch codes are invented.

use super::book::{AccountPlan, Book};
use super::office::Office;
use super::write::Ids;
use anyhow::Context;
use chrono::Datelike;
use kept_shared::banking::*;
use kept_shared::money::{Currency, Money};
use serde_json::Value;

const PAID: &str = "Debit order";
const RETURNED: &str = "Debit order returned";
const BANKS: [(&str, &str); 3] = [
    ("Umgeni Bank", "990101"),
    ("Drakensberg Savings Bank", "990205"),
    ("Cape Mutual Bank", "990310"),
];
/// Of a customer abroad; the check digits are sound.
const ABROAD: &str = "DE89370400440532013000";

pub(super) async fn write(office: &Office, book: &Book, ids: &Ids) -> anyhow::Result<()> {
    let manager = *ids.users.get("manager").context("the manager")?;
    let mut n = 0_usize;
    for plan in book.communities.iter().flat_map(|community| &community.accounts) {
        let Some(day) = paid_on(plan) else { continue };
        let account = ids.accounts.get(&plan.reference).context("an account of the book")?;
        let path = format!("/accounts/{account}/bank-details");
        let _made: Value = office.put_on(manager, &path, 0, &details(plan, n)).await?;
        let path = format!("/accounts/{account}/debit-order");
        let _made: Value = office.put_on(manager, &path, 0, &order(plan, n, day)).await?;
        n += 1;
    }
    Ok(())
}

/// The day of the month a customer's debit order goes off; `None` for those who pay otherwise.
fn paid_on(plan: &AccountPlan) -> Option<i64> {
    let last = plan.entries.iter().rev().find(|e| e.description == PAID)?;
    Some(i64::from(last.on.day()))
}

fn details(plan: &AccountPlan, n: usize) -> BankDetailsEdit {
    let (bank, branch) = BANKS[n % BANKS.len()];
    let abroad = n == 7;
    BankDetailsEdit {
        bank: if abroad { "Musterbank" } else { bank }.into(),
        branch_code: (!abroad).then(|| branch.into()),
        holder: plan.person.name(),
        account_type: BankAccountType::ALL[n % 2],
        number: Some(if abroad {
            ABROAD.into()
        } else {
            format!("99{:09}", 1_370_041 + n * 7_919)
        }),
    }
}

fn order(plan: &AccountPlan, n: usize, day: i64) -> DebitOrder {
    let returned = plan
        .entries
        .iter()
        .rev()
        .find(|e| e.description.starts_with(PAID))
        .is_some_and(|e| e.description.starts_with(RETURNED));
    let with_arrangement = n % 9 == 4;
    DebitOrder {
        payment_type: DebitPayment::ALL[n % 2],
        contract_no: Some(format!("DO-{:06}", 4_100 + n)),
        retries: 2,
        collection_day: day,
        collection_type: if with_arrangement {
            CollectionType::MonthlyPlusFixed
        } else {
            CollectionType::Monthly
        },
        amount: with_arrangement.then(|| Money::new(50_000, Currency::Zar)),
        state: if returned {
            MandateState::Failed
        } else {
            MandateState::Active
        },
        reason: returned.then(|| "Not enough money in the account".into()),
    }
}
