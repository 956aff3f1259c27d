//! Two years of levies and what each kind of payer made of them.

use super::book::CommunityKind;
use super::dice::Dice;
use chrono::{Datelike, Days, Months, NaiveDate};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// A levy or rent: opens a claim.
    Invoice,
    Interest,
    Fee,
    Payment,
    CreditNote,
    /// A payment that the bank took back; names the entry it undoes by its place in the list.
    Reversal(usize),
}

/// A line of the ledger to be.
#[derive(Clone, Debug)]
pub(super) struct EntryPlan {
    pub(super) on: NaiveDate,
    pub(super) due_on: Option<NaiveDate>,
    pub(super) kind: EntryKind,
    /// Cents: positive raises what is owed, negative lowers it.
    pub(super) amount: i64,
    pub(super) reference: String,
    pub(super) description: String,
    pub(super) method: Option<&'static str>,
}

#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) entries: Vec<EntryPlan>,
    pub(super) habit: Habit,
}

/// How somebody pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    DebitOrder,
    OnTime,
    Late,
    Partial,
    Advance,
    Lumps,
    Bounces,
    /// Stopped paying so many months ago.
    Stopped(u32),
    /// Never paid more than now and then, for long.
    Hopeless,
}

/// What an account owes as of a day, for the story and the tests; the product's own ageing is what users see.
#[derive(Debug)]
pub(super) struct Aged {
    pub(super) balance: i64,
    #[cfg_attr(not(test), expect(dead_code, reason = "the book's own test adds it up"))]
    pub(super) unallocated: i64,
    /// Not overdue or under 30 days, 30, 60, 90, 120 and more.
    pub(super) buckets: [i64; 5],
}

/// Oldest due first, on days past due.
pub(super) fn age(entries: &[EntryPlan], on: NaiveDate) -> Aged {
    let mut debits: Vec<(NaiveDate, i64)> = Vec::new();
    let mut credit = 0;
    let mut balance = 0;
    let reversed: Vec<usize> = entries
        .iter()
        .filter(|entry| entry.on <= on)
        .filter_map(|entry| match entry.kind {
            EntryKind::Reversal(of) => Some(of),
            EntryKind::Invoice | EntryKind::Interest | EntryKind::Fee | EntryKind::Payment | EntryKind::CreditNote => {
                None
            }
        })
        .collect();
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.on <= on) {
        balance += entry.amount;
        match entry.kind {
            EntryKind::Invoice | EntryKind::Interest | EntryKind::Fee => {
                debits.push((entry.due_on.unwrap_or(entry.on), entry.amount))
            }
            EntryKind::Payment | EntryKind::CreditNote if !reversed.contains(&at) => credit -= entry.amount,
            EntryKind::Payment | EntryKind::CreditNote | EntryKind::Reversal(_) => {}
        }
    }
    debits.sort_by_key(|(due, _)| *due);
    let mut buckets = [0; 5];
    for (due, amount) in debits {
        let paid = amount.min(credit);
        credit -= paid;
        let days = (on - due).num_days();
        let bucket = usize::try_from(days / 30).unwrap_or(0).min(4);
        buckets[bucket] += amount - paid;
    }
    Aged {
        balance,
        unallocated: -credit,
        buckets,
    }
}

fn habit(dice: &mut Dice) -> Habit {
    match dice.between(0, 99) {
        0..=38 => Habit::DebitOrder,
        39..=62 => Habit::OnTime,
        63..=71 => Habit::Late,
        72..=77 => Habit::Partial,
        78..=81 => Habit::Advance,
        82..=85 => Habit::Lumps,
        86..=88 => Habit::Bounces,
        89..=96 => Habit::Stopped(u32::try_from(dice.between(1, 9)).unwrap_or(3)),
        _ => Habit::Hopeless,
    }
}

/// The monthly amount in cents. Prices rise by 6.5 % each January.
fn tariff(kind: CommunityKind, size: i64, month: NaiveDate, since: NaiveDate) -> i64 {
    let base = match kind {
        CommunityKind::SectionalTitle => size * 2_950,
        CommunityKind::HomeOwners => 198_000 + size * 60,
        CommunityKind::SelfStorage => 9_500 + size * 12_400,
    };
    let rises = u32::try_from(month.year() - since.year()).unwrap_or(0);
    let raised = (0..rises).fold(base, |amount, _| amount * 1_065 / 1_000);
    raised / 500 * 500
}

fn month_name(month: NaiveDate) -> String {
    month.format("%B %Y").to_string()
}

/// Writes the ledger of one account from `since` to `today`.
pub(super) fn ledger(
    dice: &mut Dice,
    kind: CommunityKind,
    code: &str,
    number: i64,
    size: i64,
    since: NaiveDate,
    today: NaiveDate,
) -> Ledger {
    let habit = habit(dice);
    let mut entries: Vec<EntryPlan> = Vec::new();
    let mut month = since;
    let mut ahead_until = since;
    while month <= today {
        charge_interest(&mut entries, code, number, month);
        let water = if kind == CommunityKind::SectionalTitle {
            dice.between(14_000, 61_000)
        } else {
            0
        };
        let amount = tariff(kind, size, month, since) + water;
        let what = match kind {
            CommunityKind::SectionalTitle => "Levy and water",
            CommunityKind::HomeOwners => "Levy and security",
            CommunityKind::SelfStorage => "Rent",
        };
        entries.push(EntryPlan {
            on: month,
            due_on: Some(month + Days::new(if kind == CommunityKind::SelfStorage { 0 } else { 6 })),
            kind: EntryKind::Invoice,
            amount,
            reference: format!("{code}{number:04}-{}", month.format("%y%m")),
            description: format!("{what} {}", month_name(month)),
            method: None,
        });
        if kind == CommunityKind::HomeOwners && dice.chance(8) {
            charge(
                EntryKind::Fee,
                &mut entries,
                month + Days::new(13),
                150_000,
                format!("{code}{number:04}-F{}", month.format("%y%m")),
                "Fine: building without approval",
            );
        }
        if dice.chance(6) {
            credit_note(
                &mut entries,
                month + Days::new(16),
                dice.between(8_000, 45_000),
                code,
                number,
            );
        }
        pay(dice, &mut entries, habit, month, today, amount, &mut ahead_until);
        month = month + Months::new(1);
    }
    entries.retain(|entry| entry.on <= today);
    // A reversal whose payment was cut away cannot be: payments always come first in the list.
    entries.sort_by_key(|entry| entry.on);
    Ledger {
        entries: relink(entries),
        habit,
    }
}

/// Sorting moved the payments: point each reversal at the payment with its reference again.
fn relink(mut entries: Vec<EntryPlan>) -> Vec<EntryPlan> {
    for at in 0..entries.len() {
        if matches!(entries[at].kind, EntryKind::Reversal(_)) {
            let wanted = entries[at].reference.trim_start_matches("RD-").to_owned();
            let of = entries
                .iter()
                .position(|entry| entry.kind == EntryKind::Payment && entry.reference == wanted)
                .unwrap_or(at);
            entries[at].kind = EntryKind::Reversal(of);
        }
    }
    entries
}

/// Interest at 12 % a year on what is over 30 days late at the start of a month: one per cent, rounded half up.
fn charge_interest(entries: &mut Vec<EntryPlan>, code: &str, number: i64, month: NaiveDate) {
    let overdue: i64 = age(entries, month).buckets[1..].iter().sum();
    let interest = (overdue + 50) / 100;
    if interest >= 500 {
        let reference = format!("{code}{number:04}-I{}", month.format("%y%m"));
        let before = month_name(month - Months::new(1));
        charge(
            EntryKind::Interest,
            entries,
            month,
            interest,
            reference,
            &format!("Interest at 12 % a year, {before}"),
        );
    }
}

fn charge(
    kind: EntryKind,
    entries: &mut Vec<EntryPlan>,
    on: NaiveDate,
    amount: i64,
    reference: String,
    description: &str,
) {
    entries.push(EntryPlan {
        on,
        due_on: Some(on),
        kind,
        amount,
        reference,
        description: description.to_owned(),
        method: None,
    });
}

fn credit_note(entries: &mut Vec<EntryPlan>, on: NaiveDate, amount: i64, code: &str, number: i64) {
    entries.push(EntryPlan {
        on,
        due_on: None,
        kind: EntryKind::CreditNote,
        amount: -amount,
        reference: format!("CN{code}{number:04}{}", on.format("%y%m")),
        description: "Credit: meter read wrongly".to_owned(),
        method: None,
    });
}

fn payment(entries: &mut Vec<EntryPlan>, on: NaiveDate, amount: i64, method: &'static str) {
    let words = if method == "debit_order" {
        "Debit order"
    } else {
        "Payment received, thank you"
    };
    let reference = format!("P{}{}", on.format("%y%m%d"), entries.len());
    entries.push(EntryPlan {
        on,
        due_on: None,
        kind: EntryKind::Payment,
        amount: -amount,
        reference,
        description: words.to_owned(),
        method: Some(method),
    });
}

fn pay(
    dice: &mut Dice,
    entries: &mut Vec<EntryPlan>,
    habit: Habit,
    month: NaiveDate,
    today: NaiveDate,
    amount: i64,
    ahead_until: &mut NaiveDate,
) {
    let months_ago = u32::try_from(
        (today.year() - month.year()) * 12 + i32::try_from(today.month()).unwrap_or(0)
            - i32::try_from(month.month()).unwrap_or(0),
    )
    .unwrap_or(0);
    let after =
        |dice: &mut Dice, low: i64, high: i64| month + Days::new(u64::try_from(dice.between(low, high)).unwrap_or(0));
    let round = |cents: i64| cents / 10_000 * 10_000;
    match habit {
        Habit::DebitOrder => {
            payment(entries, month + Days::new(1), amount, "debit_order");
            if dice.chance(25) {
                let date = month + Days::new(4);
                bounce(entries, date);
                let again = after(dice, 9, 25);
                payment(entries, again, amount, "eft");
            }
        }
        Habit::OnTime => {
            let on = after(dice, 0, 7);
            // Some round up and build a small credit over the years.
            let paid = if dice.chance(25) {
                (amount + 9_999) / 10_000 * 10_000
            } else {
                amount
            };
            payment(entries, on, paid, "eft");
        }
        Habit::Late => {
            let on = after(dice, 18, 52);
            payment(entries, on, amount, "eft");
        }
        Habit::Partial => {
            let on = after(dice, 3, 20);
            let part = dice.between(70, 98);
            payment(entries, on, round(amount * part / 100).max(10_000), "eft");
        }
        Habit::Advance => {
            if month >= *ahead_until {
                let months = dice.weighted(&[(3, 3_i64), (2, 6), (1, 12)]);
                let on = after(dice, 0, 4);
                payment(entries, on, amount * months, "eft");
                *ahead_until = month + Months::new(u32::try_from(months).unwrap_or(3));
            }
        }
        Habit::Lumps => {
            if dice.chance(280) {
                let on = after(dice, 5, 27);
                let owed = age(entries, on).balance.max(0);
                payment(
                    entries,
                    on,
                    round(owed * dice.between(60, 105) / 100).max(50_000),
                    "eft",
                );
            }
        }
        Habit::Bounces => {
            payment(entries, month + Days::new(1), amount, "debit_order");
            if dice.chance(300) {
                bounce(entries, month + Days::new(5));
                charge(
                    EntryKind::Fee,
                    entries,
                    month + Days::new(5),
                    14_500,
                    format!("RDF{}", month.format("%y%m")),
                    "Fee for a returned debit order",
                );
                if dice.chance(700) {
                    let on = after(dice, 12, 40);
                    payment(entries, on, amount, "eft");
                }
            }
        }
        Habit::Stopped(months) => {
            if months_ago > months {
                let on = after(dice, 0, 9);
                payment(entries, on, amount, "eft");
            } else if dice.chance(90) {
                let on = after(dice, 8, 25);
                payment(entries, on, round(amount / 3).max(20_000), "eft");
            }
        }
        Habit::Hopeless => {
            if months_ago > 14 || dice.chance(110) {
                let on = after(dice, 2, 25);
                payment(
                    entries,
                    on,
                    round(amount * dice.between(30, 100) / 100).max(20_000),
                    "cash",
                );
            }
        }
    }
}

/// The bank takes the last payment back.
fn bounce(entries: &mut Vec<EntryPlan>, on: NaiveDate) {
    if let Some((at, paid)) = entries
        .iter()
        .enumerate()
        .rev()
        .find(|(_, entry)| entry.kind == EntryKind::Payment)
    {
        let back = EntryPlan {
            on,
            due_on: None,
            kind: EntryKind::Reversal(at),
            amount: -paid.amount,
            reference: format!("RD-{}", paid.reference),
            description: "Debit order returned: not enough money".to_owned(),
            method: None,
        };
        entries.push(back);
    }
}
