//! What a line read becomes when it is stored: minor units, its key among all lines of the account, its first state.

use super::entity::line;
use super::read::{Fault, Line, Statement};
use kept_shared::bank_statements::{IgnoreReason, LineState, hint, key_of};
use kept_shared::ids::BankLineId;
use kept_shared::money::{Currency, Money};
use rust_decimal::Decimal;
use sea_orm::ActiveValue::Set;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;

/// A short digest, as text.
pub(super) fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// To minor units; says whether anything was rounded away. Errors: too large, at its line.
pub(super) fn minor(amount: Decimal, currency: Currency, at: Option<u32>) -> Result<(i64, bool), Fault> {
    let too_large = |_| Fault {
        code: "amount_too_large",
        line: at,
        found: Some(amount.to_string()),
    };
    let money = Money::rounded(amount, currency).map_err(too_large)?;
    if money.minor.unsigned_abs() > kept_shared::ledger::MAX_ENTRY_MINOR.unsigned_abs() {
        return Err(too_large(kept_shared::money::MoneyError::TooLarge));
    }
    Ok((money.minor, money.to_decimal() != amount))
}

/// A line ready to be stored, before it is known whether another statement brought it.
pub(super) struct Ready {
    pub row: line::ActiveModel,
    pub key: String,
    /// The bank's own id makes the key: no other line can have it.
    pub has_id: bool,
    pub booked: bool,
    pub minor: i64,
}

/// The same movement has the same key in whichever file it comes; the n-th of equal ones in a statement is the n-th in
/// another, so that repeats within one statement are kept.
fn key(line: &Line, minor: i64, seen: &mut HashMap<String, u32>) -> (String, bool) {
    let day = line.booked_on;
    let what = match &line.bank_id {
        Some(id) => format!("id|{}|{day}|{minor}", key_of(id)),
        None => {
            let texts = [
                &line.reference,
                &line.end_to_end_id,
                &line.counterparty_name,
                &Some(line.text.clone()),
            ];
            let texts: Vec<String> = texts.into_iter().flatten().map(|t| key_of(t)).collect();
            format!("text|{day}|{minor}|{}", texts.join("|"))
        }
    };
    let what = if line.is_pending {
        format!("pending|{what}")
    } else {
        what
    };
    let count = seen.entry(what.clone()).or_default();
    *count += 1;
    (digest(&format!("{what}|{count}")), line.bank_id.is_some())
}

/// The lines of a statement, ready to be stored, and how many amounts were rounded. Errors: an amount too large.
pub(super) fn ready(statement: &Statement, currency: Currency) -> Result<(Vec<Ready>, u32), Fault> {
    let (mut seen, mut rounded) = (HashMap::new(), 0_u32);
    let mut all = Vec::with_capacity(statement.lines.len());
    for (position, line) in (1_i64..).zip(&statement.lines) {
        let (minor, cut) = minor(line.amount, currency, Some(line.at))?;
        rounded += u32::from(cut);
        let (key, has_id) = key(line, minor, &mut seen);
        let other = line.currency.as_ref().is_some_and(|c| c != currency.as_str());
        let left_out = match (other, line.is_pending, minor) {
            (true, _, _) => Some(IgnoreReason::OtherCurrency),
            (false, true, _) => Some(IgnoreReason::Pending),
            (false, false, 0) => Some(IgnoreReason::Zero),
            (false, false, _) => None,
        };
        let mut row = line::Model {
            id: BankLineId(uuid::Uuid::now_v7()),
            statement_id: kept_shared::ids::BankStatementId(uuid::Uuid::nil()),
            community_id: kept_shared::ids::CommunityId(uuid::Uuid::nil()),
            bank_account_id: kept_shared::ids::BankAccountId(uuid::Uuid::nil()),
            position,
            booked_on: line.booked_on,
            value_on: line.value_on,
            amount_minor: minor,
            reference: line.reference.clone(),
            end_to_end_id: line.end_to_end_id.clone(),
            counterparty_name: line.counterparty_name.clone(),
            counterparty_account: line.counterparty_account.clone(),
            text: line.text.clone(),
            code: line.code.clone(),
            bank_id: line.bank_id.clone(),
            is_reversal: line.is_reversal,
            line_key: key.clone(),
            duplicate_of: None,
            state: if left_out.is_some() {
                LineState::Ignored
            } else {
                LineState::Unmatched
            },
            confidence: None,
            account_id: None,
            candidates: "[]".into(),
            hint: None,
            ignore_reason: left_out,
            note: None,
            decided_by_name: None,
            decided_at: None,
            version: 1,
        };
        row.hint = hint(&row.told());
        all.push(Ready {
            row: active(row),
            key,
            has_id,
            booked: left_out.is_none(),
            minor,
        });
    }
    Ok((all, rounded))
}

/// Every column set: rows of one insert must name the same ones.
fn active(m: line::Model) -> line::ActiveModel {
    line::ActiveModel {
        id: Set(m.id),
        statement_id: Set(m.statement_id),
        community_id: Set(m.community_id),
        bank_account_id: Set(m.bank_account_id),
        position: Set(m.position),
        booked_on: Set(m.booked_on),
        value_on: Set(m.value_on),
        amount_minor: Set(m.amount_minor),
        reference: Set(m.reference),
        end_to_end_id: Set(m.end_to_end_id),
        counterparty_name: Set(m.counterparty_name),
        counterparty_account: Set(m.counterparty_account),
        text: Set(m.text),
        code: Set(m.code),
        bank_id: Set(m.bank_id),
        is_reversal: Set(m.is_reversal),
        line_key: Set(m.line_key),
        duplicate_of: Set(m.duplicate_of),
        state: Set(m.state),
        confidence: Set(m.confidence),
        account_id: Set(m.account_id),
        candidates: Set(m.candidates),
        hint: Set(m.hint),
        ignore_reason: Set(m.ignore_reason),
        note: Set(m.note),
        decided_by_name: Set(m.decided_by_name),
        decided_at: Set(m.decided_at),
        version: Set(m.version),
    }
}
