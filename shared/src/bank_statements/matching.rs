//! Who paid: pure rules over one community's customers. A proposal always says what it rests on; nothing here posts.

use super::text::{Haystack, key_of};
use super::{Confidence, IgnoreReason, MatchReason};
use crate::ids::{AccountId, ClaimId, EntryId};
use crate::names::{words, words_agree};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Most proposals kept of one line.
pub const MAX_CANDIDATES: usize = 5;
/// How long after a payment the bank may still take it back.
pub const RETURN_WITHIN_DAYS: i64 = 180;

/// A customer as matching sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: AccountId,
    pub reference: String,
    /// What statements ask them to pay under, where it is not the reference; either names them.
    pub payment_reference: Option<String>,
    pub name: String,
    /// Codes of the units owned today.
    pub units: Vec<String>,
    /// Open claims and their references.
    pub claims: Vec<(ClaimId, String)>,
    /// Balance in minor units; positive is owed.
    pub owed_minor: i64,
    /// What is left of each open item.
    pub open_minor: Vec<i64>,
}

/// A line as matching sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Minor units; positive came in.
    pub amount_minor: i64,
    pub booked_on: NaiveDate,
    pub reference: Option<String>,
    pub end_to_end_id: Option<String>,
    pub name: Option<String>,
    pub account: Option<String>,
    pub text: String,
    pub code: Option<String>,
    pub is_reversal: bool,
}

/// A payment that a line may take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPayment {
    pub entry: EntryId,
    pub account: AccountId,
    /// Positive.
    pub amount_minor: i64,
    pub on: NaiveDate,
    /// What was known of it, the line it came with included.
    pub texts: Vec<String>,
    pub counterparty_account: Option<String>,
    pub end_to_end_id: Option<String>,
}

/// One customer a line may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub account: AccountId,
    pub score: u32,
    pub confidence: Confidence,
    pub reasons: Vec<MatchReason>,
    /// The payment taken back, for money that went out.
    pub reverses: Option<EntryId>,
    /// The one open claim that the line names: the payment is for it (spec E09, debtor-directed).
    pub claim: Option<ClaimId>,
}

/// How telling a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    /// Hardly anything else is written like it: five characters and more with a digit among them.
    Distinct,
    /// Could be a year, a house number or a word.
    Weak,
    /// One or two characters stand in every text.
    Nothing,
}

fn telling(key: &str) -> Telling {
    let digits = key.chars().filter(char::is_ascii_digit).count();
    match key.chars().count() {
        0..=2 => Telling::Nothing,
        3 | 4 => Telling::Weak,
        5.. if digits == 0 => Telling::Weak,
        // Five digits alone could be a postal code, eight a date.
        5 if digits == 5 => Telling::Weak,
        8 if digits == 8 && (key.starts_with("20") || key.starts_with("19")) => Telling::Weak,
        5.. => Telling::Distinct,
    }
}

/// The words of a name that can tell somebody apart.
fn name_words(name: &str) -> Vec<String> {
    let mut words = words(name);
    words.retain(|w| !w.bytes().all(|b| b.is_ascii_digit()));
    words
}

/// Words before the code of a unit.
const UNIT_WORDS: [&str; 10] = [
    "unit",
    "flat",
    "apt",
    "apartment",
    "section",
    "door",
    "eenheid",
    "woonstel",
    "u",
    "no",
];

struct Known {
    customer: Customer,
    references: Vec<String>,
    units: Vec<String>,
    claims: Vec<(ClaimId, String)>,
    name: Vec<String>,
}

impl Known {
    /// The claim whose reference stands in the line, where it is one alone. A weak reference names nothing by itself.
    fn claim_named(&self, stack: &Haystack) -> Option<ClaimId> {
        let mut named = self
            .claims
            .iter()
            .filter(|(_, key)| telling(key) == Telling::Distinct && stack.has(key));
        let first = named.next()?.0;
        named.all(|(id, _)| *id == first).then_some(first)
    }
}

/// A community's customers, indexed for matching.
#[derive(Default)]
pub struct Book {
    known: Vec<Known>,
    references: HashMap<String, Vec<usize>>,
    claims: HashMap<String, Vec<usize>>,
    units: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
    owed: HashMap<i64, Vec<usize>>,
    by_id: HashMap<AccountId, usize>,
}

impl Book {
    pub fn new(customers: Vec<Customer>) -> Self {
        let mut book = Self::default();
        for customer in customers {
            let at = book.known.len();
            let known = Known {
                references: keys_of(&customer),
                units: customer.units.iter().map(|u| key_of(u)).collect(),
                claims: customer.claims.iter().map(|(id, c)| (*id, key_of(c))).collect(),
                name: name_words(&customer.name),
                customer,
            };
            for key in &known.references {
                book.references.entry(key.clone()).or_default().push(at);
            }
            for (_, key) in &known.claims {
                book.claims.entry(key.clone()).or_default().push(at);
            }
            for key in &known.units {
                book.units.entry(key.clone()).or_default().push(at);
                for word in UNIT_WORDS {
                    book.units.entry(format!("{word}{key}")).or_default().push(at);
                }
            }
            for word in &known.name {
                book.names.entry(word.clone()).or_default().push(at);
            }
            if known.customer.owed_minor > 0 {
                book.owed.entry(known.customer.owed_minor).or_default().push(at);
            }
            book.by_id.insert(known.customer.id, at);
            book.known.push(known);
        }
        book
    }

    /// Proposals for money that came in, the best first. `learned` are the customers for whom lines of the same bank
    /// account were confirmed before, the latest first.
    pub fn propose(&self, told: &Told, learned: &[AccountId]) -> Vec<Proposal> {
        if told.amount_minor <= 0 {
            return vec![];
        }
        let stack = haystack(told);
        let mut found: BTreeMap<usize, BTreeMap<MatchReason, u32>> = BTreeMap::new();
        let mut add = |at: usize, reason: MatchReason, points: u32| {
            if points == 0 {
                return;
            }
            let kept = found.entry(at).or_default().entry(reason).or_default();
            *kept = (*kept).max(points);
        };
        for key in stack.keys() {
            let points = |distinct: u32, weak: u32| match telling(key) {
                Telling::Distinct => distinct,
                Telling::Weak => weak,
                Telling::Nothing => 0,
            };
            for at in self.references.get(key).into_iter().flatten() {
                add(*at, MatchReason::AccountReference, points(100, 40));
            }
            for at in self.claims.get(key).into_iter().flatten() {
                add(*at, MatchReason::ClaimReference, points(80, 30));
            }
            for at in self.units.get(key).into_iter().flatten() {
                add(*at, MatchReason::UnitCode, points(40, 35));
            }
        }
        for at in self.named(told, &stack) {
            add(at, MatchReason::Name, 35);
        }
        for (rank, id) in (0_u32..).zip(learned.iter().take(3)) {
            if let Some(at) = self.by_id.get(id) {
                add(*at, MatchReason::Learned, 60_u32.saturating_sub(rank * 25));
            }
        }
        // An amount alone tells only where few owe exactly that.
        if let Some(same) = self.owed.get(&told.amount_minor).filter(|same| same.len() <= 3) {
            for at in same {
                add(*at, MatchReason::Amount, 25);
            }
        }
        for (at, reasons) in &mut found {
            let Some(known) = self.known.get(*at) else { continue };
            if known.customer.owed_minor == told.amount_minor {
                reasons.insert(MatchReason::Amount, 25);
            } else if known.customer.open_minor.contains(&told.amount_minor) {
                reasons.insert(MatchReason::Amount, 20);
            }
        }
        let scored = found.into_iter().filter_map(|(at, reasons)| {
            let score = reasons.values().sum();
            let known = self.known.get(at)?;
            Some((known.customer.id, score, reasons.into_keys().collect(), None))
        });
        let mut proposals = ranked(scored.collect());
        for proposal in &mut proposals {
            let at = self.by_id.get(&proposal.account);
            proposal.claim = at
                .and_then(|at| self.known.get(*at))
                .and_then(|k| k.claim_named(&stack));
        }
        proposals
    }

    /// Customers whose name the payer's name agrees with, or stands in the text with at least two words.
    fn named(&self, told: &Told, stack: &Haystack) -> Vec<usize> {
        let payer = told.name.as_deref().map(name_words).unwrap_or_default();
        let said: HashSet<&str> = stack
            .folded()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect();
        let mut candidates: HashSet<usize> = HashSet::new();
        for word in said.iter().filter(|w| w.chars().count() > 2) {
            // A word that hundreds share says nothing by itself.
            if let Some(list) = self.names.get(*word).filter(|list| list.len() <= 200) {
                candidates.extend(list);
            }
        }
        candidates
            .into_iter()
            .filter(|at| {
                let Some(known) = self.known.get(*at) else { return false };
                let whole = known.name.len() > 1 && known.name.iter().all(|w| said.contains(w.as_str()));
                whole || agrees(&payer, &known.name)
            })
            .collect()
    }

    /// Proposals for money that went out: payments it takes back, the best first.
    pub fn returned(&self, told: &Told, payments: &[PastPayment]) -> Vec<Proposal> {
        self.returned_but(told, payments, &HashSet::new())
    }

    /// The same for all lines of a statement: each payment is proposed once, to the line that names it best.
    pub fn returns(&self, told: &[Told], payments: &[PastPayment]) -> Vec<Vec<Proposal>> {
        let mut found: Vec<Vec<Proposal>> = told.iter().map(|t| self.returned(t, payments)).collect();
        let mut order: Vec<(u32, usize)> = found
            .iter()
            .enumerate()
            .filter_map(|(at, all)| Some((all.first()?.score, at)))
            .collect();
        order.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        let mut taken: HashSet<EntryId> = HashSet::new();
        for (_, at) in order {
            let (Some(told), Some(mine)) = (told.get(at), found.get_mut(at)) else {
                continue;
            };
            if mine.iter().any(|p| p.reverses.is_some_and(|e| taken.contains(&e))) {
                *mine = self.returned_but(told, payments, &taken);
            }
            taken.extend(best(mine).and_then(|p| p.reverses));
        }
        found
    }

    fn returned_but(&self, told: &Told, payments: &[PastPayment], taken: &HashSet<EntryId>) -> Vec<Proposal> {
        if told.amount_minor >= 0 {
            return vec![];
        }
        let stack = haystack(told);
        let says = told.is_reversal || says_returned(&stack, told.code.as_deref());
        let same = |a: &Option<String>, b: &Option<String>| {
            a.as_ref().is_some_and(|a| Some(key_of(a)) == b.as_deref().map(key_of))
        };
        let mut best: BTreeMap<AccountId, (EntryId, u32, NaiveDate, Vec<MatchReason>)> = BTreeMap::new();
        for payment in payments {
            let days = (told.booked_on - payment.on).num_days();
            let fits = payment.amount_minor == -told.amount_minor && (0..=RETURN_WITHIN_DAYS).contains(&days);
            if !fits || taken.contains(&payment.entry) {
                continue;
            }
            let Some(known) = self.by_id.get(&payment.account).and_then(|at| self.known.get(*at)) else {
                continue;
            };
            let mut reasons = vec![MatchReason::Returned];
            let mut score = if says { 30 } else { 0 };
            if same(&told.end_to_end_id, &payment.end_to_end_id) {
                score += 70;
            }
            let named = |key: &String| telling(key) != Telling::Nothing && stack.has(key);
            if known.references.iter().any(named) {
                score += 60;
                reasons.push(MatchReason::AccountReference);
            }
            if same(&told.account, &payment.counterparty_account) {
                score += 40;
                reasons.push(MatchReason::Learned);
            }
            let payer = told.name.as_deref().map(name_words).unwrap_or_default();
            if agrees(&payer, &known.name) || (known.name.len() > 1 && known.name.iter().all(|w| stack.has(w))) {
                score += 35;
                reasons.push(MatchReason::Name);
            }
            let shared = payment
                .texts
                .iter()
                .any(|t| telling(&key_of(t)) == Telling::Distinct && stack.has(&key_of(t)));
            score += if shared { 50 } else { 0 };
            let better = |old: &(EntryId, u32, NaiveDate, Vec<MatchReason>)| (score, payment.on) > (old.1, old.2);
            if score > 0 && best.get(&payment.account).is_none_or(better) {
                best.insert(payment.account, (payment.entry, score, payment.on, reasons));
            }
        }
        let scored = best
            .into_iter()
            .map(|(account, (entry, score, _, reasons))| (account, score, reasons, Some(entry)));
        ranked(scored.collect())
    }
}

/// The keys of a customer's references.
fn keys_of(customer: &Customer) -> Vec<String> {
    let mut keys = vec![key_of(&customer.reference)];
    let asked = customer.payment_reference.as_deref().map(key_of);
    keys.extend(asked.filter(|key| !key.is_empty() && !keys.contains(key)));
    keys
}

/// Whether the names agree and share a whole word of three letters at least: initials alone tell nothing.
fn agrees(a: &[String], b: &[String]) -> bool {
    let strong = a.iter().any(|w| w.chars().count() > 2 && b.contains(w));
    strong && words_agree(a.to_vec(), b.to_vec())
}

fn haystack(told: &Told) -> Haystack {
    let texts = [&told.reference, &told.end_to_end_id, &told.name];
    let texts = texts.into_iter().flatten().map(String::as_str);
    Haystack::of(texts.chain([told.text.as_str()]))
}

fn says_returned(stack: &Haystack, code: Option<&str>) -> bool {
    const WORDS: [&str; 23] = [
        "return",
        "returned",
        "unpaid",
        "dishonoured",
        "reversal",
        "reversed",
        "reverse",
        "rtd",
        "chargeback",
        "storno",
        "rejected",
        "reject",
        "insufficient",
        "teruggestuur",
        "onbetaald",
        "ruecklastschrift",
        "rucklastschrift",
        "retoure",
        "retour",
        "stopped",
        "disputed",
        "rfrd",
        "terugboeking",
    ];
    const CODES: [&str; 7] = ["NRTI", "RTI", "RTN", "RRTN", "UPDD", "PMDD", "DPRD"];
    let coded = code.is_some_and(|c| c.split('/').any(|part| CODES.contains(&part)));
    coded || WORDS.iter().any(|w| stack.has(w))
}

/// What a line that went out, and that takes nothing back, most likely is.
pub fn hint(told: &Told) -> Option<IgnoreReason> {
    if told.amount_minor == 0 {
        return Some(IgnoreReason::Zero);
    }
    let stack = haystack(told);
    let any = |words: &[&str]| words.iter().any(|w| stack.has(w));
    if any(&["interest", "rente", "zinsen"]) || told.code.as_deref().is_some_and(|c| c == "INT" || c == "NINT") {
        return Some(IgnoreReason::Interest);
    }
    if told.amount_minor > 0 {
        return None;
    }
    let fee = [
        "fee",
        "fees",
        "charge",
        "charges",
        "bankkoste",
        "kosten",
        "entgelt",
        "entgeltabschluss",
        "gebuhr",
        "commission",
    ];
    let coded = told
        .code
        .as_deref()
        .is_some_and(|c| matches!(c, "FEE" | "SRVCHG" | "NCHG" | "NCOM"));
    if coded || any(&fee) {
        return Some(IgnoreReason::BankFee);
    }
    Some(IgnoreReason::Outgoing)
}

type Scored = (AccountId, u32, Vec<MatchReason>, Option<EntryId>);

/// Best first, with the confidence that the distance to the next one allows.
fn ranked(mut scored: Vec<Scored>) -> Vec<Proposal> {
    scored.retain(|s| s.1 >= 25);
    scored.sort_by_key(|s| (std::cmp::Reverse(s.1), s.0));
    let scores: Vec<u32> = scored.iter().map(|s| s.1).collect();
    scored
        .into_iter()
        .take(MAX_CANDIDATES)
        .enumerate()
        .map(|(at, (account, score, reasons, reverses))| {
            let others = scores.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, s)| *s);
            let ahead = score.saturating_sub(others.max().unwrap_or(0));
            let confidence = if at == 0 && score >= 90 && ahead >= 30 {
                Confidence::Certain
            } else if at == 0 && score >= 60 && ahead >= 20 {
                Confidence::Likely
            } else {
                Confidence::Possible
            };
            Proposal {
                account,
                score,
                confidence,
                reasons,
                reverses,
                claim: None,
            }
        })
        .collect()
}

/// The proposal that stands for a line: the best, unless another is as good.
pub fn best(proposals: &[Proposal]) -> Option<&Proposal> {
    match proposals {
        [] => None,
        [one] => Some(one),
        [first, second, ..] => (first.score > second.score).then_some(first),
    }
}

#[cfg(test)]
mod tests;
