//! The seam to the journal: lines become payments, or take payments back; each exactly once.

use super::entity::{line, posting, statement};
use crate::kernel::binds::{Binds, LIST};
use crate::kernel::{IfMatch, Limit, Seen, Stop, Tx};
use crate::ledger;
use crate::payments::{NewPayment, record};
use kept_shared::allocation::AllocationChoice;
use kept_shared::bank_statements::{LineState, StatementState};
use kept_shared::ids::*;
use kept_shared::ledger::{MAX_DESCRIPTION, MAX_REFERENCE};
use kept_shared::money::{Currency, Money};
use kept_shared::problem::Code;
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Where the entries of bank statements say they come from.
pub(super) const SOURCE: &str = "bank_statement";

/// What one line posts.
pub(super) enum What {
    /// What each customer paid.
    Payments(Vec<Part>),
    /// Takes a payment of this customer back.
    Return(AccountId, EntryId),
}

impl What {
    fn accounts(&self) -> Vec<AccountId> {
        match self {
            Self::Payments(parts) => parts.iter().map(|p| p.account).collect(),
            Self::Return(account, _) => vec![*account],
        }
    }
}

/// A customer's part of a line.
pub(super) struct Part {
    pub account: AccountId,
    /// Positive.
    pub minor: i64,
    /// The open claim it is for; by the rules of the community without one.
    pub claim: Option<ClaimId>,
}

/// Which of these claims have something open, each with the customer who owes it.
pub(super) async fn open_claims(tx: &Tx, claims: Vec<ClaimId>) -> Result<HashMap<ClaimId, AccountId>, Stop> {
    #[derive(FromQueryResult)]
    struct Row {
        claim_id: ClaimId,
        account_id: AccountId,
    }
    let mut found = HashMap::new();
    for part in claims.chunks(LIST) {
        let mut binds = Binds::new();
        let sql = format!(
            "SELECT c.id AS claim_id, c.account_id FROM claim c WHERE c.id IN ({}) AND EXISTS (SELECT 1 FROM open_item o \
             JOIN entry e ON e.id = o.entry_id WHERE o.account_id = c.account_id AND e.claim_id = c.id)",
            binds.list(part.iter().copied())
        );
        let why = Limit::Unscoped("claims a line names, set against customers within reach");
        let rows: Vec<Row> = tx.report(why, &sql, binds.values()).await?;
        found.extend(rows.into_iter().map(|r| (r.claim_id, r.account_id)));
    }
    Ok(found)
}

/// How often each of these lines was posted and undone before: what it posts next has a key of its own, so that the
/// journal still refuses to take the same line twice.
async fn undone_before(tx: &Tx, lines: &[BankLineId]) -> Result<HashMap<BankLineId, usize>, Stop> {
    let mut all: HashMap<BankLineId, HashSet<chrono::DateTime<chrono::Utc>>> = HashMap::new();
    for part in lines.chunks(LIST) {
        let undone = tx
            .among::<posting::Entity>(posting::Column::LineId.is_in(part.iter().copied()))
            .filter(posting::Column::UndoneAt.is_not_null())
            .all()
            .await?;
        for posting in undone {
            all.entry(posting.line_id).or_default().extend(posting.undone_at);
        }
    }
    Ok(all.into_iter().map(|(line, times)| (line, times.len())).collect())
}

/// Holds a statement for a decision, so that two people deciding on it take turns. Errors: 409 unless it is in one of
/// these states.
pub(super) async fn hold(
    tx: &Tx,
    id: BankStatementId,
    states: &[StatementState],
) -> Result<Seen<statement::Model>, Stop> {
    let mut binds = Binds::new();
    let sql = format!(
        "UPDATE bank_statement SET version = version + 1 WHERE id = {} AND state IN ({})",
        binds.one(id),
        binds.list(states.iter().copied())
    );
    tx.get::<statement::Entity>(id).await?;
    let why = Limit::Unscoped("a statement loaded within reach");
    if tx.execute(why, &sql, binds.values()).await? == 0 {
        return Err(Code::StateForbids.into());
    }
    tx.get::<statement::Entity>(id).await
}

/// Holds a statement as a person saw it: what is posted is what the page showed. Errors: 412 when it changed since, else
/// those of [`hold`].
pub(super) async fn hold_as_seen(
    tx: &Tx,
    id: BankStatementId,
    expected: IfMatch,
    states: &[StatementState],
) -> Result<Seen<statement::Model>, Stop> {
    expected.check(tx.get::<statement::Entity>(id).await?.version)?;
    let held = hold(tx, id, states).await?;
    // Holding it moved the version by one; by more when another decision came first.
    expected.check(held.version - 1)?;
    Ok(held)
}

/// Holds all customers a decision posts to at once and in one order, so that two decisions on the same customers take
/// turns instead of waiting for each other.
pub(super) async fn hold_customers(tx: &Tx, ids: impl Iterator<Item = AccountId>) -> Result<(), Stop> {
    let ids: Vec<AccountId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    for part in ids.chunks(LIST) {
        ledger::hold_accounts(tx, part).await?;
    }
    Ok(())
}

/// Moves lines to a state, all of them or none. Errors: 412 when one was decided meanwhile.
pub(super) async fn move_lines(
    tx: &Tx,
    statement: &Seen<statement::Model>,
    ids: &[BankLineId],
    from: &[LineState],
    set: &[(&str, sea_orm::Value)],
) -> Result<(), Stop> {
    for part in ids.chunks(LIST) {
        let mut binds = Binds::new();
        let columns: Vec<String> = set
            .iter()
            .map(|(name, value)| format!("{name} = {}", binds.one(value.clone())))
            .collect();
        let sql = format!(
            "UPDATE bank_line SET {}, version = version + 1 WHERE statement_id = {} AND state IN ({}) AND id IN ({})",
            columns.join(", "),
            binds.one(statement.id),
            binds.list(from.iter().copied()),
            binds.list(part.iter().copied())
        );
        let why = Limit::Unscoped("lines of a statement loaded within reach");
        if tx.execute(why, &sql, binds.values()).await? != part.len() as u64 {
            return Err(Code::ChangedMeanwhile.into());
        }
    }
    Ok(())
}

fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

/// What a customer reads on the statement of account.
fn description(line: &line::Model) -> String {
    let parts = [
        line.counterparty_name.as_deref(),
        Some(line.text.as_str()),
        line.reference.as_deref(),
    ];
    let mut said: Vec<&str> = vec![];
    for part in parts.into_iter().flatten().filter(|p| !p.is_empty()) {
        if !said.iter().any(|s| s.contains(part)) {
            said.push(part);
        }
    }
    let whole = said.join(" · ");
    cut(
        if whole.is_empty() { "Bank statement" } else { &whole },
        MAX_DESCRIPTION,
    )
}

/// Posts what lines say and remembers it. Gives the sum of the lines.
pub(super) async fn post(
    tx: &Tx,
    statement: &Seen<statement::Model>,
    work: Vec<(Seen<line::Model>, What)>,
) -> Result<i64, Stop> {
    let currency: Currency = statement.currency;
    let (mut payments, mut rows) = (vec![], vec![]);
    let mut returns: BTreeMap<(chrono::NaiveDate, String), Vec<EntryId>> = BTreeMap::new();
    let mut total = 0_i64;
    let ids: Vec<BankLineId> = work.iter().map(|(l, _)| l.id).collect();
    let customers = work.iter().flat_map(|(_, what)| what.accounts());
    hold_customers(tx, customers).await?;
    let undone = undone_before(tx, &ids).await?;
    for (line, what) in work {
        total = total.saturating_add(line.amount_minor);
        let row = |account: AccountId, minor: i64| posting::ActiveModel {
            id: Set(BankPostingId(Uuid::now_v7())),
            line_id: Set(line.id),
            statement_id: Set(statement.id),
            account_id: Set(account),
            community_id: Set(statement.community_id),
            entry_id: Set(None),
            returned_entry_id: Set(None),
            amount_minor: Set(minor),
            undone_at: Set(None),
        };
        match what {
            What::Payments(parts) => {
                for Part { account, minor, claim } in parts {
                    payments.push(NewPayment {
                        account_id: account,
                        unit_id: None,
                        amount: Money::new(minor, currency),
                        received_on: line.booked_on,
                        method: Some("eft".into()),
                        reference: line.reference.as_deref().map(|r| cut(r, MAX_REFERENCE)),
                        description: description(&line),
                        allocation: claim.map_or(AllocationChoice::Default, AllocationChoice::ToClaim),
                        source: Some(SOURCE.into()),
                        source_key: Some(match undone.get(&line.id) {
                            Some(times) => format!("{}/{times}", line.id),
                            None => line.id.to_string(),
                        }),
                    });
                    rows.push(row(account, minor));
                }
            }
            What::Return(account, entry) => {
                let reason = cut(&description(&line), 200);
                returns.entry((line.booked_on, reason)).or_default().push(entry);
                let mut row = row(account, line.amount_minor);
                row.returned_entry_id = Set(Some(entry));
                rows.push(row);
            }
        }
    }
    let entries = record(tx, payments, None).await?;
    let mut entries = entries.into_iter();
    for row in &mut rows {
        if row.returned_entry_id == Set(None) {
            row.entry_id = Set(entries.next());
        }
    }
    for ((on, reason), entries) in returns {
        ledger::reverse(tx, &entries, on, &reason).await?;
    }
    tx.insert_bulk(rows, "postings of lines loaded within reach").await?;
    Ok(total)
}
